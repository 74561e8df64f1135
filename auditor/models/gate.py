"""What fails a build, and what is forgiven for a time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from auditor.models.issue import KnownIssue


@dataclass(frozen=True, kw_only=True)
class Waiver:
    """Why the gate lets an issue pass for a while. It changes no report but for saying so."""

    reason: str
    owner: str  # who answers for it
    expires: date
    ground: str  # as `waivers.GROUNDS`
    rule: str | None = None
    shape: str | None = None  # of the component: "a.card-link"
    url: str | None = None  # pattern of all its pages' addresses, `*` for any characters
    assessment: str = ""  # of a disproportionate burden: where the dated assessment is
    statement: str = ""  # and its entry in the accessibility statement
    line: int = 0  # which of the file's, from 1


@dataclass(frozen=True, kw_only=True)
class GateFailure:
    """One reason why the gate failed."""

    setting: str  # key of `[gate]`
    sentence: str  # what is wrong
    remedy: str
    issues: tuple[KnownIssue, ...] = ()


@dataclass(frozen=True, kw_only=True)
class GateResult:
    """What the gate said of one audit."""

    failures: tuple[GateFailure, ...]
    waived: tuple[tuple[Waiver, KnownIssue], ...] = ()
    expired: tuple[Waiver, ...] = ()  # they let nothing pass
    unused: tuple[Waiver, ...] = ()
    unstable: tuple[KnownIssue, ...] = ()  # new, but not there when its pages were visited again
    first_judged: tuple[KnownIssue, ...] = ()

    @property
    def passed(self) -> bool:
        return not self.failures
