"""What somebody reported, held against an audit."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from auditor.models.finding import Finding
from auditor.models.issue import Issue


class RetestState(StrEnum):
    """What our last audit says of a problem that somebody reported."""

    THERE = "there"
    PERHAPS = "perhaps"  # something fails there under the same criterion; it may be another problem
    GONE = "gone"  # an audit of ours found it, or the rule that was named could; the last one did not
    UNJUDGED = "unjudged"  # a person must retest it


class Match(StrEnum):
    """By what a finding of ours is taken for what was reported, the surest first."""

    PLACE = "place"  # the same element
    RULE = "rule"  # the rule that was named
    WORDS = "words"  # it says much the same
    CRITERION = "criterion"  # no more than the page and the criterion


@dataclass(frozen=True, kw_only=True)
class ReportedItem:
    """One problem on the list of a regulator, or of anybody. The texts are theirs, and hostile."""

    line: int  # of the file, from 1
    reference: str
    page: str  # as it stands in the list
    problem: str
    criteria: tuple[str, ...]  # "1.4.3"; at least one
    reported: date
    rule: str = ""
    selector: str = ""
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class Candidate:
    """An issue of ours that may be what was reported, with what of it is on the page."""

    issue: Issue
    match: Match
    places: int  # on that page
    finding: Finding  # the likest of them


@dataclass(frozen=True, kw_only=True)
class FormerCandidate:
    """An issue that an audit found on the page, and a later one did not."""

    title: str
    match: Match
    last_found: datetime
    gone: datetime  # the first audit that judged the page and did not find it


@dataclass(frozen=True, kw_only=True)
class Retested:
    """One reported problem, held against the site's last audit and its history."""

    item: ReportedItem
    state: RetestState
    why: str  # a sentence
    page: str | None  # the address that was judged; None: none was
    candidates: tuple[Candidate, ...]  # the surest first
    former: tuple[FormerCandidate, ...]
    due: date  # twelve weeks after it was reported
    days_left: int  # to `due`, below zero when it is past


@dataclass(frozen=True, kw_only=True)
class Retest:
    """A list of reported problems, retested."""

    list_name: str
    today: date
    items: tuple[Retested, ...]  # in the order of the list

    def of(self, state: RetestState) -> tuple[Retested, ...]:
        return tuple(each for each in self.items if each.state is state)
