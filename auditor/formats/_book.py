"""What all pages of one HTML report share."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from auditor import wcag
from auditor.formats import _figures, _tested, _uncovered, _words
from auditor.formats._safe import visible
from auditor.formats._template import TITLE, environment
from auditor.models import Issue, Report, Rule, UrlOutcome
from auditor.priority import owner
from auditor.variants import only

_LANG = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8}){0,3}")  # of BCP 47, what pages are in

Page = tuple[str, Iterable[bytes]]


@dataclass(frozen=True, kw_only=True)
class Entry:
    """An issue as the pages show it."""

    issue: Issue
    title: str
    rule: Rule
    file: str
    where: str  # in which part of the page; "" where that is not known
    key: str  # "failure", "person" or "advice"
    label: str
    impact: str
    impact_meaning: str
    rank: int  # 0 where the impact is not rated
    who: tuple[str, ...]
    owner: str  # who can mend it: a name of `priority.owner`
    criteria: tuple[tuple[str, wcag.Criterion | None], ...]
    told: str  # what people have to do with it; "" for a rule's alone
    only: str  # in which variants alone it shows, in words; "": on pages as they are, too
    reach: str  # on how many pages of how many
    of: int  # pages audited or documents judged, of which `Issue.pages` are some
    noun: str  # "page" or "document"
    done: str  # "audited" or "judged"


class Book:
    """What all pages of one report share."""

    def __init__(self, report: Report, home: str = "") -> None:
        self.report = report
        self.figures = _figures.figures(report)
        self.titles: dict[str, str] = {}
        self.documents: Counter[str] = Counter()  # kind -> addresses, of runs that kept no inventory
        self.document_titles = {  # of those judged
            each.url: visible(str(each.facts.get("title") or ""), TITLE)
            for each in report.document_list()
            if each.state.has_results
        }
        self.refused_by: Counter[tuple[str, str]] = Counter()  # what turned us away, advice -> addresses
        self.made: list[str] = []  # files of pages, in the order of their making
        self.langs: dict[str, str] = {}  # of audited pages that are not in English
        for visit in report.visits():
            if visit.outcome is UrlOutcome.AUDITED:
                self.titles[visit.url] = visible(visit.title or "", TITLE)
                if _LANG.fullmatch(visit.lang) and not visit.lang.lower().startswith("en"):
                    self.langs[visit.url] = visit.lang
            elif visit.outcome is UrlOutcome.BLOCKED:
                self.refused_by[_uncovered.refusal(visit)] += 1
            elif not report.documents.known and (kind := _uncovered.document_kind(visit)):
                self.documents[kind] += 1
        self.priorities = self.figures.priorities
        self.problems = self._entries(self.priorities.problems)
        self.person = self._entries(self.priorities.questions)
        self.advice = self._entries(self.priorities.advice)
        self.answered = self._entries(_figures.answered(report))
        self.by_id = {entry.issue.id: entry for entry in self.entries}
        alike: dict[tuple[str, str], list[str]] = {}  # issues whose pages would have the same title
        for entry in self.entries:
            alike.setdefault((entry.title, entry.where), []).append(entry.issue.id)
        twins = {
            issue: f"{number} of {len(ids)}"
            for ids in alike.values()
            for number, issue in enumerate(ids, 1)
            if len(ids) > 1
        }
        self.shared: Mapping[str, Any] = {
            "site": report.site,
            "home": home,
            "sample": report.sample,
            "run": report.run,
            "coverage": report.coverage,
            "figures": self.figures,
            "complete": _figures.is_complete(report),
            "stop": _uncovered.stop(report),
            "left_out": _uncovered.left_out(report),
            "missing": [
                (_words.URL_OUTCOMES[outcome], ledger(outcome), n)
                for outcome, n in _figures.not_judged(report)
            ],
            "reasons": _figures.why_incomplete(report),
            "limits": _figures.limits(report),
            "notes": _figures.notes(report),
            "judged": _figures.judged_of(report),
            "driven": _figures.driven_of(report),
            "taken_over": _figures.unchanged_of(report),
            "standard": _figures.standard(report),
            "has_people": bool(report.people),
            "impacts": list(_words.IMPACTS.items()),
            "page_of": self.page_of,
            "lang_of": self.lang_of,
            "problems": self.problems,
            "person": self.person,
            "advice": self.advice,
            "formula": self.priorities.formula,
            "beside_pages": _figures.beside_pages(report, self.figures),
            "views_known": _figures.views_known(report),
            "twins": twins,
        }

    @property
    def entries(self) -> tuple[Entry, ...]:
        return self.problems + self.person + self.advice + self.answered

    def page(self, file: str, template: str, **values: Any) -> Page:
        self.made.append(file)
        text = environment().get_template(f"{template}.html.j2")
        root = "../" * file.count("/")
        return file, (text.render(**self.shared, root=root, file=file, **values).encode("utf-8", "replace"),)

    def page_of(self, url: str) -> str | None:
        """The file of an audited page or judged document, the same in every report; else None."""
        if url not in self.titles and url not in self.document_titles:
            return None
        folder = "documents" if url in self.document_titles else "pages"
        return f"{folder}/{hashlib.sha256(url.encode('utf-8', 'replace')).hexdigest()[:12]}.html"

    def lang_of(self, url: str) -> str:
        """The language of an audited page, as "cy"; "" for English and for what the page does not say."""
        return self.langs.get(url, "")

    def _entries(self, issues: Iterable[Issue]) -> tuple[Entry, ...]:
        return tuple(self._entry(issue) for issue in issues)

    def _entry(self, issue: Issue) -> Entry:
        rule = _figures.rule_of(self.report, issue)
        key, label = _words.class_of(issue.outcome, issue.kind)
        noun, done = _words.unit(issue)
        impact, meaning = _words.IMPACTS[issue.impact]
        return Entry(
            issue=issue,
            title=_figures.title(issue),
            where=_words.where(issue),
            rule=rule,
            file=f"issues/{_figures.slug(self.report, issue)}.html",
            key=key,
            label=label,
            impact=impact,
            impact_meaning=meaning,
            rank=issue.impact.rank if issue.impact else 0,
            who=_figures.group_names(rule),
            owner=owner(self.priorities, issue).name,
            criteria=tuple((num, _figures.criterion(num)) for num in issue.wcag),
            told=_tested.told(issue),
            only=only(issue.variants),
            reach=_words.reach(issue, self.report.judged(issue)),
            of=self.report.judged(issue),
            noun=noun,
            done=done,
        )


def ledger(outcome: UrlOutcome) -> str:
    """The file that lists the addresses with this outcome."""
    return f"pages-{outcome.replace('_', '-')}.html"
