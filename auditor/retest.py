"""What somebody reported, such as the regulator after its own test, held against the site's last audit.

Nothing is ever called fixed: an audit of ours found it once and no more, or the rule that was named found
nothing, or a person must look. Twelve weeks are what the regulator gives before it tests again.
"""

from __future__ import annotations

import csv
import io
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit

from auditor import sheets, wcag
from auditor.config import bounded
from auditor.errors import UsageError
from auditor.formats._figures import AFTER
from auditor.known import BROKEN, of_report, relative
from auditor.limits import REPORTED_BYTES
from auditor.models import (
    Candidate,
    Finding,
    FormerCandidate,
    Kind,
    Known,
    Match,
    Outcome,
    Remembered,
    Report,
    ReportedItem,
    Retest,
    Retested,
    RetestState,
    Rule,
    UrlOutcome,
    Visit,
)
from auditor.net.hosts import origin
from auditor.urls import Addresses

WEEKS = 12
NEEDED = ("reference", "page", "problem", "criterion", "reported")
KNOWN = (*NEEDED, "rule", "selector", "note")
LONGEST = 2_000  # characters of a cell
_NUMBER = re.compile(r"(?<![\d.])\d\.\d\.\d{1,2}(?![\d.])")
_WORD = re.compile(r"[a-z]{4,}")
_COMMON = {  # words of too many problems to tell one from another
    "cannot", "does", "element", "from", "have", "must", "only", "page", "reader", "screen", "should", "site",
    "some", "that", "their", "them", "there", "they", "this", "user", "when", "which", "will", "with",
}  # fmt: skip


# -- the list ----------------------------------------------------------------------------------------------


def read(file: Path, site_url: str) -> tuple[ReportedItem, ...]:
    """The list in a CSV file. Pages may be paths of the site at `site_url`.

    Raises `UsageError`, whose text has a line for each fault.
    """
    names, rows = _table(file)
    faults = []
    items: dict[str, ReportedItem] = {}
    for line, cells in rows:
        if len(cells) > len(names):
            faults.append((line, f"{len(cells)} cells under {len(names)} headers: quote a cell with a comma"))
            continue
        row = {name: cell.strip() for name, cell in zip(names, cells, strict=False)}
        wrong = list(_faults(row, site_url))
        if same := items.get(row.get("reference", "")):
            wrong.append(f"reference: {same.reference!r} stands in line {same.line} too")
        if wrong:
            faults += [(line, each) for each in wrong]
        else:
            items[row["reference"]] = _item(line, row)
    if faults:
        raise UsageError("\n".join(f"{file}, line {line}, {fault}." for line, fault in faults))
    if not items:
        raise UsageError(f"{file} lists no problem. Write one a line, under the header {', '.join(NEEDED)}.")
    return tuple(items.values())


def _table(file: Path) -> tuple[list[str], list[tuple[int, list[str]]]]:
    """Names of the columns, and each row that is not empty with its line."""
    try:
        with file.open("rb") as opened:
            text = sheets.text(bounded(opened, str(file), REPORTED_BYTES))
    except OSError as error:
        raise UsageError(f"{file} cannot be read ({error.strerror}).") from error
    except ValueError as error:
        raise UsageError(f"{file} cannot be read: {error}.") from error
    delimiter = sheets.delimiter(text.partition("\n")[0])
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    rows = []
    try:
        names = [name.strip().lower() for name in next(reader, [])]
        line = reader.line_num + 1
        for cells in reader:
            if any(cell.strip() for cell in cells):
                rows.append((line, cells))
            line = reader.line_num + 1
    except csv.Error as error:
        raise UsageError(f"{file}, line {reader.line_num}: this is no CSV ({error}).") from error
    if missing := [name for name in NEEDED if name not in names]:
        raise UsageError(
            f"{file}, line 1: the header lacks {', '.join(missing)}. It needs {', '.join(NEEDED)}; "
            f"{', '.join(KNOWN[len(NEEDED) :])} may be there."
        )
    if twice := [name for name in KNOWN if names.count(name) > 1]:
        raise UsageError(f"{file}, line 1: {', '.join(twice)} stands there twice.")
    return names, rows


def _faults(row: Mapping[str, str], site_url: str) -> Iterator[str]:
    for name in NEEDED:
        if not row.get(name):
            yield f"{name}: the cell is empty"
    for name in KNOWN:
        if len(row.get(name, "")) > LONGEST:
            yield f"{name}: more than {LONGEST:,} characters"
    if (page := row.get("page")) and Addresses().identity(page, site_url) is None:
        yield f"page: {page[:100]!r} is no web address, and no path of the site"
    if (criterion := row.get("criterion")) and not _criteria(criterion):
        yield f"criterion: {criterion[:100]!r} names no success criterion of WCAG, such as 1.4.3"
    if reported := row.get("reported"):
        day = sheets.day(reported)
        if day is None:
            yield f"reported: {reported[:100]!r} is no date, such as 2026-10-03 or 03/10/2026 (day first)"
        elif day > datetime.now(UTC).date():
            yield f"reported: {reported} is in the future"


def _item(line: int, row: Mapping[str, str]) -> ReportedItem:
    reported = sheets.day(row["reported"])
    assert reported is not None
    return ReportedItem(
        line=line,
        reference=row["reference"],
        page=row["page"],
        problem=row["problem"],
        criteria=_criteria(row["criterion"]),
        reported=reported,
        rule=row.get("rule", "").lower(),
        selector=row.get("selector", ""),
        note=row.get("note", ""),
    )


def _criteria(text: str) -> tuple[str, ...]:
    found = _NUMBER.findall(text)
    return tuple(dict.fromkeys(found)) if all(num in wcag.criteria() for num in found) else ()


# -- against the audit -------------------------------------------------------------------------------------


def retest(
    items: Iterable[ReportedItem],
    report: Report,
    remembered: Iterable[Remembered],
    *,
    list_name: str,
    today: date,
) -> Retest:
    """Each item, held against the site's last finished audit and what is remembered of those before it."""
    items = list(items)
    site = _Site(report, items, remembered)
    return Retest(list_name=list_name, today=today, items=tuple(site.retested(item, today) for item in items))


class _Site:
    """A site's audit and its history, as far as the pages of a list go."""

    def __init__(
        self, report: Report, items: Iterable[ReportedItem], remembered: Iterable[Remembered]
    ) -> None:
        self.report = report
        self.now: Known = of_report(report)
        self.own = origin(report.site.urls[0])
        self.addresses = Addresses(strip=report.site.strip_params, keep=report.site.keep_params)
        self.starts = {point.run: point.started for point in report.history}
        wanted = {key for item in items for key in self._keys(item.page)}
        self.visits: dict[str, Visit] = {}
        self.unchanged: dict[str, datetime] = {}  # pages that were taken over: when they were audited
        for visit in report.visits():
            if visit.unchanged_since:
                self.unchanged[visit.url] = visit.unchanged_since
            for key in self._keys(visit.url):
                if key in wanted and not self._is_audited(self.visits.get(key)):
                    self.visits[key] = visit
        self.issues = {issue.id: issue for issue in report.issues if issue.kind is Kind.FAILURE}
        self.findings: dict[str, list[Finding]] = defaultdict(list)
        pages = {visit.final_url or visit.url for visit in self.visits.values()}
        pages |= {visit.url for visit in self.visits.values()}
        for finding in report.findings():
            if finding.url in pages and finding.issue in self.issues:
                self.findings[finding.url].append(finding)
        self.in_part = {part.url for part in report.untested() if part.what not in AFTER}
        self.left: dict[str, list[Remembered]] = defaultdict(list)
        for each in remembered:
            for page in each.left:
                self.left[page].append(each)

    def _keys(self, page: str) -> tuple[str, ...]:
        """The address; and without what a list writes in one way and the site in another."""
        known = self.addresses.identity(page, self.report.site.urls[0])
        if known is None:
            return ()
        parts = urlsplit(known)
        loose = f"{parts.netloc.removeprefix('www.')}{parts.path.rstrip('/')}?{parts.query}"
        return known, loose

    @staticmethod
    def _is_audited(visit: Visit | None) -> bool:
        return visit is not None and visit.outcome is UrlOutcome.AUDITED

    def retested(self, item: ReportedItem, today: date) -> Retested:
        page, why = self._page(item)
        candidates: tuple[Candidate, ...] = ()
        former: tuple[FormerCandidate, ...] = ()
        state = RetestState.UNJUDGED
        if page:
            candidates, former = self._candidates(item, page), self._former(item, page)
            state, why = self._state(item, page, candidates, former)
        due = item.reported + timedelta(weeks=WEEKS)
        return Retested(
            item=item,
            state=state,
            why=why,
            page=page,
            candidates=candidates,
            former=former,
            due=due,
            days_left=(due - today).days,
        )

    def _page(self, item: ReportedItem) -> tuple[str | None, str]:
        """The audited page that an item is about; or None, and why there is none."""
        found = [self.visits[key] for key in self._keys(item.page) if key in self.visits]
        for visit in found:
            if visit.outcome is UrlOutcome.AUDITED:
                return visit.url, ""
        for visit in found:
            if visit.outcome is UrlOutcome.DUPLICATE and self._is_page(visit.final_url):
                return visit.final_url, ""
        if not found:
            return None, "The audit did not come across this page."
        visit = found[0]
        if visit.outcome is UrlOutcome.REDIRECTED:
            return None, f"The address now leads to {visit.final_url}. Does that page take its place?"
        if visit.status in BROKEN:
            return None, "The page is there no more. Was it taken away, or moved?"
        return None, f"The page was not audited. {visit.reason}"

    def _is_page(self, url: str | None) -> bool:
        return url is not None and relative(url, self.own) in self.now.pages | self.now.documents

    def _rules(self, item: ReportedItem, page: str) -> dict[str, Rule]:
        """The rules that judged the page by the item's criteria, or the one that it names."""
        shown = relative(page, self.own)
        return {
            rule.id: rule
            for rule in self.report.rules.values()
            if rule.kind is Kind.FAILURE
            and shown in self.now.judged(rule.id)
            and (rule.id == item.rule if item.rule else set(rule.wcag) & set(item.criteria))
        }

    def _candidates(self, item: ReportedItem, page: str) -> tuple[Candidate, ...]:
        rules = self._rules(item, page)
        by_issue: dict[str, list[Finding]] = defaultdict(list)
        for finding in self.findings[page]:
            if finding.rule in rules:
                by_issue[finding.issue].append(finding)
        found = []
        for key, findings in by_issue.items():
            issue = self.issues[key]
            ranked = sorted(findings, key=lambda each: _ORDER.index(_match(item, issue.title, each)))
            found.append(
                Candidate(
                    issue=issue,
                    match=_match(item, issue.title, ranked[0]),
                    places=len(findings),
                    finding=ranked[0],
                )
            )
        return tuple(
            sorted(
                found,
                key=lambda c: (c.issue.outcome is not Outcome.FAILED, _ORDER.index(c.match), c.issue.id),
            )
        )

    def _former(self, item: ReportedItem, page: str) -> tuple[FormerCandidate, ...]:
        """Those found on the page before, and not any more since some audit after the item was reported."""
        shown, rules, found = relative(page, self.own), self._rules(item, page), []
        for each in self.left.get(shown, ()):
            last, first = (self.starts.get(run) for run in each.left[shown])
            if each.life.rule not in rules or each.life.outcome is not Outcome.FAILED or not (last and first):
                continue
            if first.date() >= item.reported:
                match = _match(item, each.life.title, None)
                found.append(FormerCandidate(title=each.life.title, match=match, last_found=last, gone=first))
        return tuple(sorted(found, key=lambda each: _ORDER.index(each.match)))

    def _state(
        self,
        item: ReportedItem,
        page: str,
        candidates: tuple[Candidate, ...],
        former: tuple[FormerCandidate, ...],
    ) -> tuple[RetestState, str]:
        criteria = ", ".join(item.criteria)
        if self.report.run.started.date() < item.reported:
            return RetestState.UNJUDGED, "The audit is older than this report. Audit the website again."
        since = self.unchanged.get(page)
        if since and since.date() < item.reported:
            return RetestState.UNJUDGED, (
                "The page is unchanged since before this report, and was not audited again. "
                "Audit it anew: auditor audit --fresh."
            )
        if candidates and candidates[0].issue.outcome is Outcome.FAILED:
            match = candidates[0].match
            state = RetestState.PERHAPS if match is Match.CRITERION else RetestState.THERE
            return state, _STILL[match]
        rules = self._rules(item, page)
        if not rules:
            rule = f"The rule {item.rule} did not judge" if item.rule else f"No rule for {criteria} judged"
            return RetestState.UNJUDGED, f"{rule} this page."
        if candidates:
            return RetestState.UNJUDGED, "A rule met something on this page that only a person can decide."
        if page in self.in_part:
            return RetestState.UNJUDGED, "A part of this page could not be judged."
        if former and former[0].match is not Match.CRITERION:
            return RetestState.GONE, _GONE[former[0].match]
        if item.rule and rules[item.rule].can_fail:
            return RetestState.GONE, f"The rule {item.rule} judged the page and found nothing."
        if former:
            return RetestState.UNJUDGED, (
                f"A failure under {criteria} is not found on this page any more. Was it the one reported?"
            )
        return RetestState.UNJUDGED, (
            f"Rules for {criteria} judged the page and found nothing. No audit kept here ever found this "
            "problem there, so that says nothing about it."
        )


def _match(item: ReportedItem, title: str, finding: Finding | None) -> Match:
    """`finding`: None where only the issue is known still."""
    if finding and item.selector and " ".join(item.selector.split()) == " ".join(finding.selector.split()):
        return Match.PLACE
    if item.rule:
        return Match.RULE
    ours = f"{title} {finding.message} {finding.excerpt}" if finding else title
    return Match.WORDS if len(_words(item.problem) & _words(ours)) >= 2 else Match.CRITERION


def _words(text: str) -> frozenset[str]:
    return frozenset(word.removesuffix("s") for word in _WORD.findall(text.lower())) - _COMMON


_ORDER = list(Match)
_STILL = {
    Match.PLACE: "The same element still fails.",
    Match.RULE: "The rule that was named still finds a failure on this page.",
    Match.WORDS: "A failure under this criterion is on the page, and much the same is said of it.",
    Match.CRITERION: "A failure under this criterion is on the page. Is it the one reported?",
}
_GONE = {
    Match.RULE: "What the rule that was named had found on this page is not found any more.",
    Match.WORDS: "A failure under this criterion, of which much the same is said, is found here no more.",
}
