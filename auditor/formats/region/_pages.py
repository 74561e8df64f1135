"""The HTML pages of the overview, for the region's own staff: they name everybody."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from auditor.formats import _figures, _words
from auditor.formats._book import Page
from auditor.formats._safe import visible
from auditor.formats._template import CODE, environment, style
from auditor.formats.region import _data, _letters
from auditor.formats.region._common import SHARED, interval
from auditor.models import Authority, Overview, Rule, Shared
from auditor.priority import FORMULA
from auditor.suppliers import suppliers

FIRST = 5  # of them on the first page
PROBLEMS = 20  # of a component on its page
FOUND = 100  # authorities of a problem there


@dataclass(frozen=True, kw_only=True)
class _Row:
    """An authority as the pages show it."""

    authority: Authority
    file: str
    day: str  # on which it was audited
    audited: int
    sentence: str
    share: str  # of pages with a problem, of audited; with its interval where pages were left out
    impacts: tuple[tuple[int, str, int], ...]  # rank, name and problems of each impact that there is
    why: tuple[str, ...]  # it is not compared


def pages(overview: Overview, *, reports: bool, home: str) -> Iterator[Page]:
    return _Pages(overview, reports, home).all()


class _Pages:
    def __init__(self, overview: Overview, reports: bool, home: str) -> None:
        self.home = home
        self.overview = overview
        self.reports = reports
        self.rows = {each.slug: _row(each) for each in overview.authorities}
        self.groups = [
            (
                group,
                [self.rows[each.slug] for each in group.authorities],
                f"method.html#{_data.method_id(group)}",
            )
            for group in overview.groups
        ]
        self.group_of = {each: group for group in self.groups for each in group[0].authorities}
        self.shared_by: dict[Authority, list[Shared]] = defaultdict(list)
        for shared in overview.shared[:SHARED]:
            for each in shared.authorities:
                self.shared_by[each].append(shared)

    def all(self) -> Iterator[Page]:
        overview = self.overview
        yield self.page(
            "index.html",
            "overview",
            groups=self.groups,
            apart=[self.rows[each.slug] for each in overview.apart],
            shared=overview.shared[:FIRST],
            systems=_systems(overview),
            complete=sum(each.is_comparable for each in overview.authorities),
            confirmed_on=_words.day(overview.region.confirmed_on) if overview.region.confirmed_on else "",
            published=len(_data.published(overview)),
            published_suppliers=len(_data.published_suppliers(overview)),
            suppliers=sum(each.supplier is not None for each in overview.shared),
        )
        yield "report.css", (style(),)
        for each in overview.authorities:
            yield self.page(f"authorities/{each.slug}.html", "authority", **self.authority(each))
        yield self.page(
            "shared.html",
            "shared",
            shared=overview.shared[:SHARED],
            total=len(overview.shared),
            cut=self.cut(),
        )
        for shared in overview.shared[:SHARED]:
            yield self.page(f"shared/{shared.id}.html", "component", **self.shared(shared))
        yield self.page(
            "method.html",
            "method",
            groups=[(_data.method_id(group), group) for group in overview.groups],
            dictionary=_data.DICTIONARY,
            suppliers=suppliers().values(),
        )

    def page(self, file: str, template: str, **values: Any) -> Page:
        text = environment().get_template(f"region-{template}.html.j2")
        root = "../" * file.count("/")
        shared = {"region": self.overview.region, "overview": self.overview, "home": self.home}
        # The macros of a site's report want its coverage.
        return file, (
            text.render(coverage=None, root=root, file=file, **shared, **values).encode("utf-8", "replace"),
        )

    def authority(self, each: Authority) -> dict[str, Any]:
        group = self.group_of.get(each)
        return {
            "row": self.rows[each.slug],
            "audit": each.audit,
            "standard": _figures.standard(each.audit) if each.audit else "",
            "judged": _figures.judged_of(each.audit) if each.audit else "",
            "driven": _figures.driven_of(each.audit) if each.audit else "",
            "first": [
                (issue, *_words.IMPACTS[issue.impact], [_figures.criterion(num) for num in issue.wcag])
                for issue in each.first
            ],
            "formula": FORMULA,
            "strengths": [s for s in group[0].strengths if each in s.without] if group else [],
            "others": [other for other in group[0].authorities if other is not each] if group else [],
            "method": group[2] if group else "",
            "shared": self.shared_by[each],
            "report": f"sites/{each.slug}/index.html" if self.reports and each.audit else "",
        }

    def shared(self, shared: Shared) -> dict[str, Any]:
        return {
            "shared": shared,
            "letter": _letters.file_of(shared),
            "problems": [
                (
                    problem,
                    [(self.rows[authority.slug], trace) for authority, trace in problem.found[:FOUND]],
                    visible(problem.found[0][1].excerpt, CODE, lines=True),
                    [_figures.criterion(num) for num in problem.rule.wcag],
                )
                for problem in shared.problems[:PROBLEMS]
            ],
            "more": max(0, len(shared.problems) - PROBLEMS),
            "groups": _figures.group_name,
        }

    def cut(self) -> list[Authority]:
        return [each for each in self.overview.authorities if each.untraced]


def _systems(overview: Overview) -> list[tuple[str, list[Authority], list[tuple[Rule, int]]]]:
    """Content systems by name, who seems to have each, and the rules that most of those fail."""
    having: dict[str, list[Authority]] = defaultdict(list)
    for authority in overview.authorities:
        for name in dict.fromkeys(each.name for each in authority.systems):
            having[name].append(authority)
    rows = []
    for name, authorities in sorted(having.items()):
        failing = Counter(rule for each in authorities for rule in sorted(each.failing))
        known = {id_: rule for each in authorities for id_, rule in each.rules.items()}
        most = [(known[id_], n) for id_, n in failing.most_common(FIRST) if n > 1]
        rows.append((name, authorities, most))
    return rows


def _row(authority: Authority) -> _Row:
    audit = authority.audit
    return _Row(
        authority=authority,
        file=f"authorities/{authority.slug}.html",
        day=_words.day(audit.run.started) if audit else "",
        audited=audit.coverage.audited if audit else 0,
        sentence=_sentence(authority),
        share=_share(authority),
        impacts=tuple(
            (impact.rank if impact else 0, name, authority.impacts[impact])
            for impact, (name, _) in _words.IMPACTS.items()
            if authority.impacts.get(impact)
        ),
        why=_why(authority),
    )


def _sentence(authority: Authority) -> str:
    """How it stands."""
    if authority.audit is None:
        return "There is no audit of it, so nothing is known."
    audited = authority.audit.coverage.audited
    if not audited:
        return "Nothing was audited, so nothing is known."
    if not authority.problems:
        verb = "was" if audited == 1 else "were"
        return (
            f"The rules found no confirmed problem on the {_words.count(audited, 'page')} that {verb} "
            "audited. That is not a pass: most of WCAG needs a person."
        )
    verb = "has" if authority.failure_pages == 1 else "have"
    return (
        f"{authority.failure_pages:,} of {_words.count(audited, 'page')} audited {verb} a confirmed problem, "
        f"from {_words.count(authority.problems, 'different problem')}."
    )


def _share(authority: Authority) -> str:
    if authority.audit is None or not authority.audit.coverage.audited:
        return ""
    audited = authority.audit.coverage.audited
    share = f"{authority.failure_pages:,} of {audited:,} ({_words.percent(authority.failure_pages, audited)})"
    between = interval(authority)
    if between is None:
        return share
    return (
        f"{share}. Were they a random sample: {_percent(between[0])} to {_percent(between[1])} of all known"
    )


def _percent(share: float) -> str:
    return f"{share * 100:.0f}%"


def _why(authority: Authority) -> tuple[str, ...]:
    if authority.is_comparable:
        return ()
    if authority.audit is None:
        return ("It was not audited yet, or the store has no audit of it.",)
    return (_figures.judged_of(authority.audit), *_figures.why_incomplete(authority.audit))
