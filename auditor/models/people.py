"""What people test, and who is told."""

from __future__ import annotations

from dataclasses import dataclass, field

from auditor.models.due import Schedule
from auditor.models.rule import Rule
from auditor.models.words import Automation


@dataclass(frozen=True, kw_only=True)
class ChecklistEntry:
    """One success criterion: what a person must test for it, and the rules that help."""

    criterion: str  # "1.4.3"
    name: str
    level: str  # "A", "AA" or "AAA"
    question: str  # answered with yes where the criterion is met
    steps: tuple[str, ...]
    who: tuple[str, ...]  # user groups, as keys of `wcag.groups()`
    rules: tuple[Rule, ...]  # those that judge a part of it, by id
    applies: bool  # False: a proposal, since nothing it is about was met
    why_not: str  # a sentence; "" where it applies
    pages: int  # audited pages to test: those that have what it is about
    examples: tuple[str, ...]  # addresses of some of them; none where every page is to be tested

    @property
    def automation(self) -> Automation:
        if any(rule.can_fail for rule in self.rules):
            return Automation.FAILURES
        return Automation.HINTS if self.rules else Automation.PERSON


@dataclass(frozen=True, kw_only=True)
class Destination:
    """Whom to notify of what: `[[notify.to]]`."""

    name: str
    url: str = field(repr=False)  # of Apprise's; "${NAME}" in it is a variable of the environment
    on: frozenset[str]  # of `notify_settings.KINDS`, or DIGEST_KIND
    sites: frozenset[str] = frozenset()  # ids; none: all


@dataclass(frozen=True, kw_only=True)
class Notifications:
    """`[notify]` in sites.toml."""

    to: tuple[Destination, ...] = ()
    report_url: str = ""  # where reports are served; "{site}" stands for the id
    owners: str = field(default="", repr=False)  # as `Destination.url`, for mail to owners, without the `to`
    digest: Schedule | None = None  # None: no digests


@dataclass(frozen=True, kw_only=True)
class Message:
    """A notification as it waits in the store. Words of ours alone, and names of the user's own file."""

    key: str  # equal for two that tell the same
    to: str  # name of its destination, or an owner's mail address
    site: str  # id; "" where it is of several
    subject: str
    body: str
