"""The accessibility statement that is published, judged."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from auditor.models.words import Confidence


class StatementVerdict(StrEnum):
    """What is said of one thing that an accessibility statement must have."""

    FOUND = "found"
    NOT_FOUND = "not_found"
    WRONG = "wrong"  # it is there, and is not as it must be
    PERSON = "person"  # a person must judge
    INAPPLICABLE = "inapplicable"  # nothing to judge: there is no statement, or it does not claim this


@dataclass(frozen=True, kw_only=True)
class StatementItem:
    """One thing that the statement must have, and what is there."""

    id: str
    number: int | None  # of the regulator's checklist; None: ours
    question: str
    verdict: StatementVerdict
    confidence: Confidence
    quote: str  # of the statement, and hostile; "" where there is none
    why: str  # what is there, and what should be: a sentence or two
    source: str


class ConflictKind(StrEnum):
    """How a statement and the evidence differ."""

    CLAIMS_FULL = "claims_full"  # “fully compliant” beside confirmed failures
    UNLISTED = "unlisted"  # confirmed failures of a criterion that it does not list
    PAST_DATE = "past_date"  # a promised date has gone by
    OUTSIDE = "outside"  # audited pages or linked documents of a host that its scope does not name
    NOT_SEEN = "not_seen"  # a criterion it lists, of which the audit found no failure: no proof of anything


@dataclass(frozen=True, kw_only=True)
class Conflict:
    """One difference between the published statement and what the audit found."""

    kind: ConflictKind
    sentence: str
    criterion: str = ""  # "1.4.3"
    quote: str = ""  # of the statement, and hostile

    @property
    def is_note(self) -> bool:
        return self.kind is ConflictKind.NOT_SEEN


@dataclass(frozen=True, kw_only=True)
class PublishedStatement:
    """The accessibility statement that a site publishes, judged by the list of a legal profile."""

    profile: str  # "uk-gb"
    profile_name: str
    wording: str  # what the list was checked against, and when
    url: str | None  # None: none was found
    title: str
    document: str  # its content type, where it is no web page; "" where it is one
    complete: bool  # it was looked for to the end
    why_incomplete: str
    asked: tuple[str, ...]  # addresses that were asked for at the end, since no audited page was one
    others: tuple[str, ...]  # pages that look like a statement as well
    linked: int  # other audited pages that link to it
    pages: int  # of how many
    claim: str  # "fully", "partially", "not"; "" where it says none of them
    listed: frozenset[str]  # criteria that it names
    items: tuple[StatementItem, ...]
    conflicts: tuple[Conflict, ...] = ()
    kept: Mapping[str, Any] = field(
        default_factory=dict, repr=False
    )  # what the store has of it, to judge anew

    def of(self, verdict: StatementVerdict) -> tuple[StatementItem, ...]:
        return tuple(item for item in self.items if item.verdict is verdict)
