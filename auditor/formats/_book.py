"""What all pages of one HTML report share."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from auditor import wcag
from auditor.formats import _figures, _uncovered, _words
from auditor.formats._safe import visible
from auditor.formats._template import TITLE, environment
from auditor.models import Issue, Report, Rule, UrlOutcome

_ID = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")

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
    owner: str  # who can usually mend it, in words; "" where the rule does not say
    criteria: tuple[tuple[str, wcag.Criterion | None], ...]


class Book:
    """What all pages of one report share."""

    def __init__(self, report: Report) -> None:
        self.report = report
        self.figures = _figures.figures(report)
        self.titles: dict[str, str] = {}
        self.documents: Counter[str] = Counter()  # kind -> addresses
        self.refused_by: Counter[tuple[str, str]] = Counter()  # what turned us away, advice -> addresses
        for visit in report.visits():
            if visit.outcome is UrlOutcome.AUDITED:
                self.titles[visit.url] = visible(visit.title or "", TITLE)
            elif visit.outcome is UrlOutcome.BLOCKED:
                self.refused_by[_uncovered.refusal(visit)] += 1
            elif kind := _uncovered.document_kind(visit):
                self.documents[kind] += 1
        self.problems = self._entries(_figures.problems(report))
        self.person = self._entries(_figures.for_a_person(report))
        self.advice = self._entries(_figures.advice(report))
        self.by_id = {entry.issue.id: entry for entry in self.entries}
        self.shared: Mapping[str, Any] = {
            "site": report.site,
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
            "standard": _figures.standard(report),
            "impacts": list(_words.IMPACTS.items()),
            "formula": _figures.FORMULA,
            "page_of": self.page_of,
            "problems": self.problems,
            "person": self.person,
            "advice": self.advice,
        }

    @property
    def entries(self) -> tuple[Entry, ...]:
        return self.problems + self.person + self.advice

    def page(self, file: str, template: str, **values: Any) -> Page:
        text = environment().get_template(f"{template}.html.j2")
        root = "../" * file.count("/")
        return file, (text.render(**self.shared, root=root, file=file, **values).encode("utf-8", "replace"),)

    def page_of(self, url: str) -> str | None:
        """The file of an audited page, the same in every report; None of another address."""
        if url not in self.titles:
            return None
        return f"pages/{hashlib.sha256(url.encode('utf-8', 'replace')).hexdigest()[:12]}.html"

    def _entries(self, issues: Iterable[Issue]) -> tuple[Entry, ...]:
        return tuple(self._entry(issue) for issue in issues)

    def _entry(self, issue: Issue) -> Entry:
        rule = _figures.rule_of(self.report, issue)
        key, label = _words.class_of(issue.outcome, issue.kind)
        impact, meaning = _words.IMPACTS[issue.impact]
        return Entry(
            issue=issue,
            title=_figures.title(issue),
            where=_words.where(issue),
            rule=rule,
            file=self._file_of(issue),
            key=key,
            label=label,
            impact=impact,
            impact_meaning=meaning,
            rank=issue.impact.rank if issue.impact else 0,
            who=_figures.group_names(rule),
            owner=_words.OWNERS.get(rule.owner, ""),
            criteria=tuple((num, _figures.criterion(num)) for num in issue.wcag),
        )

    def _file_of(self, issue: Issue) -> str:
        """Of the issue's id if it is one; else its place in the report."""
        is_one = len(issue.id) <= 150 and _ID.fullmatch(issue.id)
        return f"issues/{issue.id if is_one else f'issue-{self.report.issues.index(issue) + 1}'}.html"


def ledger(outcome: UrlOutcome) -> str:
    """The file that lists the addresses with this outcome."""
    return f"pages-{outcome.replace('_', '-')}.html"
