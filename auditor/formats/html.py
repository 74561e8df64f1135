"""A static report of several pages for officers and web teams: no script, nothing from elsewhere.

What a page prints is made ready here, counted and in order; templates loop and print. Whatever a template
prints passes through `_finish`, so that page data is inert even where a template forgets about it.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

from auditor import wcag
from auditor.formats import _figures, _words
from auditor.formats._pager import BYTES, Pager, Sheet
from auditor.formats._safe import visible, web_address
from auditor.models import Finding, Issue, Report, Rule, Untested, UrlOutcome, Visit
from auditor.resources import folder

PLACES = 300  # of an issue on its page
FIRST = 3  # problems to fix first
_TITLE, _URL, _TEXT, _CODE = 150, 300, 500, 600  # longest page data shown, in characters

_RULE_ID = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_BREAK = re.compile(r"(?<=[^/:]/)(?=[^/])|(?=[?&#])")
_ACT_ID = re.compile(r"[a-z0-9]{6}")


def render(report: Report) -> Iterator[tuple[str, Iterable[bytes]]]:
    """`index.html`, a page for each issue, the ledger of addresses, what was not judged, how it was made."""
    book = _Book(report)
    yield book.page("index.html", "index", **_index(book))
    for entry in book.entries:
        yield book.page(entry.file, "issue", **_issue(book, entry))
    yield from _ledgers(book)
    yield from _untested(book)
    yield book.page("about.html", "about", **_about(book))


@dataclass(frozen=True, kw_only=True)
class _Entry:
    """An issue as the pages show it."""

    issue: Issue
    title: str
    rule: Rule
    file: str
    key: str  # "failure", "person" or "advice"
    label: str
    impact: str
    impact_meaning: str
    rank: int  # 0 where the impact is not rated
    who: tuple[str, ...]
    criteria: tuple[tuple[str, wcag.Criterion | None], ...]


@dataclass(frozen=True, kw_only=True)
class _Place:
    message: str
    selector: str
    frame: tuple[str, ...]
    state: str
    excerpt: str


@dataclass(kw_only=True)
class _PageOfIssue:
    """One page that an issue is on, with the first of its places."""

    url: str
    title: str
    recorded: int = 0
    places: int = 0  # the true count
    shown: list[_Place] = field(default_factory=list)


class _Book:
    """What all pages of one report share."""

    def __init__(self, report: Report) -> None:
        self.report = report
        self.figures = _figures.figures(report)
        self.titles = {
            v.url: visible(v.title or "", _TITLE) for v in report.visits() if v.outcome is UrlOutcome.AUDITED
        }
        self.capped: dict[tuple[str, str], dict[str, int]] = {}
        for record in report.capped():
            pages = self.capped.setdefault((record["rule"], str(record["outcome"])), {})
            pages[record["url"]] = record["places"]
        self.problems = self._entries(_figures.problems(report))
        self.person = self._entries(_figures.for_a_person(report))
        self.advice = self._entries(_figures.advice(report))
        self.shared: Mapping[str, Any] = {
            "site": report.site,
            "run": report.run,
            "coverage": report.coverage,
            "figures": self.figures,
            "complete": _figures.is_complete(report),
            "reasons": _figures.why_incomplete(report),
            "judged": _figures.judged_of(report),
            "standard": _figures.standard(report),
            "impacts": list(_words.IMPACTS.items()),
        }

    @property
    def entries(self) -> tuple[_Entry, ...]:
        return self.problems + self.person + self.advice

    def page(self, file: str, template: str, **values: Any) -> tuple[str, Iterable[bytes]]:
        text = _environment().get_template(f"{template}.html.j2")
        root = "../" * file.count("/")
        return file, (text.render(**self.shared, root=root, file=file, **values).encode("utf-8", "replace"),)

    def _entries(self, issues: Iterable[Issue]) -> tuple[_Entry, ...]:
        return tuple(self._entry(issue) for issue in issues)

    def _entry(self, issue: Issue) -> _Entry:
        rule = _figures.rule_of(self.report, issue)
        key, label = _words.class_of(issue.outcome, issue.kind)
        impact, meaning = _words.IMPACTS[issue.impact]
        return _Entry(
            issue=issue,
            title=_figures.title(issue),
            rule=rule,
            file=self._file_of(issue),
            key=key,
            label=label,
            impact=impact,
            impact_meaning=meaning,
            rank=issue.impact.rank if issue.impact else 0,
            who=_figures.group_names(rule),
            criteria=tuple((num, _figures.criterion(num)) for num in issue.wcag),
        )

    def _file_of(self, issue: Issue) -> str:
        """Of the rule's id if it is one; the issue's place in the report tells apart those that share it."""
        place = self.report.issues.index(issue)
        name = issue.rule if len(issue.rule) <= 80 and _RULE_ID.fullmatch(issue.rule) else "rule"
        twin = any(i.rule == issue.rule and i.outcome is issue.outcome for i in self.report.issues[:place])
        number = f"-{place + 1}" if twin or name == "rule" else ""
        return f"issues/{name}-{issue.outcome.replace('_', '-')}{number}.html"


def _index(book: _Book) -> dict[str, Any]:
    return {
        "first": book.problems[:FIRST],
        "problems": book.problems,
        "person": book.person,
        "advice": book.advice,
        "missing": [
            (_words.URL_OUTCOMES[outcome], _ledger(outcome), n)
            for outcome, n in _figures.not_judged(book.report)
        ],
        "criteria_ran": sum(1 for c in _figures.criteria(book.report) if c.rules),
        "criteria": len(_figures.criteria(book.report)),
        "formula": _figures.FORMULA,
        "took": _words.duration(book.report.run),
    }


def _issue(book: _Book, entry: _Entry) -> dict[str, Any]:
    pages = _pages_of(book, entry.issue)
    example = next((f for f in entry.issue.examples if f.excerpt), None)
    return {
        "entry": entry,
        "example": visible(example.excerpt, _CODE, lines=True) if example else "",
        "groups": _alike(pages),
        "listed": len(pages),
        "shown": sum(len(page.shown) for page in pages),
        "acts": [act for act in entry.rule.act if _ACT_ID.fullmatch(act)],
        "incomplete_list": any(p.places > p.recorded for p in pages),
    }


def _pages_of(book: _Book, issue: Issue) -> list[_PageOfIssue]:
    """The first pages of an issue with their first places: the more pages, the fewer of each."""
    each = max(1, min(10, PLACES // max(1, issue.pages)))
    true = book.capped.get((issue.rule, str(issue.outcome)), {})
    pages: dict[str, _PageOfIssue] = {}
    shown = size = 0
    for finding in book.report.findings(rule=issue.rule, outcome=issue.outcome):
        if finding.kind is not issue.kind:
            continue
        page = pages.get(finding.url)
        room = shown < PLACES and size < BYTES
        if page is None:
            if not room:
                continue
            page = pages[finding.url] = _PageOfIssue(
                url=finding.url, title=book.titles.get(finding.url, ""), places=true.get(finding.url, 0)
            )
            size += _address_size(finding.url) + _text_size(page.title)
        page.recorded += 1
        page.places = max(page.places, page.recorded)
        if room and len(page.shown) < each:
            place = _place(finding)
            page.shown.append(place)
            shown += 1
            size += _text_size(place.message, place.selector, *place.frame, place.excerpt)
    return list(pages.values())


def _alike(pages: Iterable[_PageOfIssue]) -> list[list[_PageOfIssue]]:
    """Pages that show just the same, side by side: mostly one fault in a template they share."""
    groups: dict[tuple[int, tuple[_Place, ...]], list[_PageOfIssue]] = {}
    for page in pages:
        groups.setdefault((page.places, tuple(page.shown)), []).append(page)
    return list(groups.values())


def _place(finding: Finding) -> _Place:
    return _Place(
        message=visible(finding.message, _TEXT),
        selector=visible(finding.selector, _URL),
        frame=tuple(visible(frame, _URL) for frame in finding.frame[:5]),
        state=visible(finding.state, _TITLE),
        excerpt=visible(finding.excerpt, _CODE, lines=True),
    )


@dataclass(frozen=True, kw_only=True)
class _Address:
    """A row of the ledger."""

    visit: Visit
    title: str
    reason: str
    leads_to: str | None
    counts: _figures.PageCounts


def _ledgers(book: _Book) -> Iterator[tuple[str, Iterable[bytes]]]:
    """One ledger an outcome, then the page that leads to them."""
    pagers = {outcome: Pager(_ledger(outcome), _row_size) for outcome in _words.URL_OUTCOMES}
    for visit in book.report.visits():
        for sheet in pagers[visit.outcome].add(_address(book, visit)):
            yield _ledger_page(book, visit.outcome, sheet)
    for outcome, pager in pagers.items():
        for sheet in pager.end():
            yield _ledger_page(book, outcome, sheet)
    outcomes = [
        (name, meaning, _ledger(outcome) if pagers[outcome].total else None, total)
        for outcome, (name, meaning) in _words.URL_OUTCOMES.items()
        if (total := book.report.coverage.by_outcome.get(outcome, 0)) or pagers[outcome].total
    ]
    yield book.page("pages.html", "pages", outcomes=outcomes)


def _ledger_page(book: _Book, outcome: UrlOutcome, sheet: Sheet[_Address]) -> tuple[str, Iterable[bytes]]:
    name, meaning = _words.URL_OUTCOMES[outcome]
    return book.page(
        sheet.file,
        "ledger",
        sheet=sheet,
        name=name,
        meaning=meaning,
        audited=outcome is UrlOutcome.AUDITED,
        leads=any(row.leads_to for row in sheet.rows),
        total=book.report.coverage.by_outcome.get(outcome, 0),
    )


def _ledger(outcome: UrlOutcome) -> str:
    return f"pages-{outcome.replace('_', '-')}.html"


def _address(book: _Book, visit: Visit) -> _Address:
    return _Address(
        visit=visit,
        title=visible(visit.title or "", _TITLE),
        reason=_figures.sentence(visit.reason),
        leads_to=visit.final_url if visit.final_url != visit.url else None,
        counts=book.figures.pages.get(visit.url, _figures.PageCounts()),
    )


def _row_size(row: _Address) -> int:
    visit = row.visit
    size = _text_size(row.title, row.reason) + _address_size(visit.url)
    if visit.outcome is UrlOutcome.AUDITED:
        return size
    return size + _address_size(row.leads_to, visit.found_on)


def _untested(book: _Book) -> Iterator[tuple[str, Iterable[bytes]]]:
    """Frames and states that no rule saw, and the rules that broke down: on few pages or on many."""
    parts: Pager[Untested] = Pager(
        "untested.html", lambda p: _address_size(p.url, p.where) + _text_size(_figures.sentence(p.reason))
    )
    for part in book.report.untested():
        for sheet in parts.add(part):
            yield book.page(sheet.file, "untested", sheet=sheet)
    for sheet in parts.end(empty=True):
        yield book.page(sheet.file, "untested", sheet=sheet)
    errors: Pager[Mapping[str, str]] = Pager(
        "rule-errors.html", lambda e: _address_size(e["url"]) + _text_size(visible(e["error"], _TEXT))
    )
    for error in book.report.rule_errors():
        for broken in errors.add(error):
            yield book.page(broken.file, "errors", sheet=broken)
    for broken in errors.end():
        yield book.page(broken.file, "errors", sheet=broken)


def _about(book: _Book) -> dict[str, Any]:
    run = book.report.run
    results = _figures.criteria(book.report)
    return {
        "results": results,
        "ran": sum(1 for result in results if result.rules),
        "rules_ran": len(book.report.rules),
        "settings": [(key.replace("_", " "), _setting(value)) for key, value in sorted(run.settings.items())],
        "versions": [(key.replace("_", " "), value) for key, value in sorted(run.versions.items())],
        "took": _words.duration(run),
        "formula": _figures.FORMULA,
    }


def _setting(value: object) -> str:
    """A setting in words."""
    match value:
        case None | () | []:
            return "not set"
        case bool():
            return "yes" if value else "no"
        case set() | frozenset():
            return ", ".join(sorted(str(item) for item in value)) or "not set"
        case list() | tuple():
            return ", ".join(str(item) for item in value)
        case _:
            return str(value)


def _text_size(*texts: str) -> int:
    """Bytes that texts, ready to show, take in a page."""
    return sum(len(escape(text).encode("utf-8", "replace")) for text in texts)


def _address_size(*addresses: str | None) -> int:
    """Bytes that addresses take in a page, each as breakable text and, where it may be one, as a link."""
    return sum(
        _text_size(web_address(address) or "") + len(_breakable(visible(address, _URL)).encode())
        for address in addresses
        if address
    )


def _breakable(address: str) -> Markup:
    """An address that may be broken before its parts, rather than within a word."""
    return Markup("<wbr>").join(_BREAK.split(address))


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(folder("templates")),
        autoescape=True,  # always: the usual choice by file name would leave *.j2 unescaped
        undefined=StrictUndefined,
        finalize=_finish,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    style = (folder("templates") / "report.css").read_text(encoding="utf-8")
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    environment.globals.update(
        style=Markup(style),  # noqa: S704 - a file of ours, and <style> knows no entities
        policy=f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'",
        count=_words.count,
        percent=_words.percent,
        group_names=_figures.group_names,
    )
    environment.filters.update(
        cut=visible,
        breakable=_breakable,
        number=_words.number,
        moment=_words.moment,
        link=web_address,
        threshold=_words.ratio_percent,
        sentence=_figures.sentence,
    )
    return environment


def _finish(value: object) -> object:
    """The last hand on whatever a template prints: hidden characters spelt out, megabytes cut."""
    if isinstance(value, str) and not isinstance(value, Markup):
        return visible(value, lines=True)
    return value
