"""What a rule found at one place, by a machine or by a person."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Self

from auditor.models.words import Impact, Kind, Outcome, Source


@dataclass(frozen=True, kw_only=True)
class Component:
    """What an element is and where it sits, but for what differs from page to page and build to build.

    `browser/component.js` tells it, live; classes that tools make, figures, dates and states are left out.
    """

    landmarks: tuple[str, ...]  # around it, by ARIA's names, outermost first
    path: tuple[str, ...]  # shapes of what is around it within those, outermost first; mere wrappers left out
    shape: str  # its element, role and classes: "a.card-link"
    target: str  # where it leads, or the picture it shows: a path
    text: str  # its names and words, figures as "#", months and days as "@"; `identity.TWIN` ends it
    host: str = ""  # that serves the frame it is in; "" in the page itself. No part of its identity

    @classmethod
    def of(cls, told: Mapping[str, Any] | None) -> Self | None:
        """From what component.js tells."""
        if told is None:
            return None
        return cls(
            landmarks=tuple(told["landmarks"]),
            path=tuple(told["path"]),
            shape=told["shape"],
            target=told["target"],
            text=told["text"],
            host=told.get("host", ""),  # audits of an older program kept none
        )


@dataclass(frozen=True, kw_only=True)
class PersonResult:
    """What a person said of one criterion on one page, or of one question that a rule could not decide.

    From a file of the user's (people.py, docs/people.md). UNTESTED: still to be tested.
    """

    source: Source  # PERSON or REPORTED
    outcome: Outcome
    page: str = ""  # address, or path from the start page on; in a report always an address; "": whole site
    criterion: str = ""  # "1.3.3"; "": not yet known
    what: str = ""  # what happened, in the person's words
    where: str = ""  # a selector or words
    impact: Impact | None = None
    who: str = ""  # the tester's role
    when: date | None = None  # None only where it is still to be tested
    technology: str = ""  # what they used: "NVDA and Firefox"; the file's `with`
    fixed: date | None = None  # since when it is no longer so
    reference: str = ""  # where more is kept: a ticket's number
    issue: str = ""  # id of the issue that it answers
    file: str = ""
    line: int = 0  # of the file; of TOML which [[result]], from 1
    is_audited: bool = False  # `page` is one that the audit judged as well
    found: str = ""  # id of the issue that the report makes of it, or that it answers; "": neither


@dataclass(frozen=True, kw_only=True)
class Finding:
    """One element that a rule failed or could not decide, and where it is; or what a person found."""

    rule: str  # "": a person found it
    outcome: Outcome  # FAILED or CANT_TELL; a person's answer to the latter may be PASSED or INAPPLICABLE
    kind: Kind
    wcag: tuple[str, ...]
    act: tuple[str, ...]
    impact: Impact | None
    url: str  # the page's URL in the ledger
    state: str  # which state of the page: "loaded", or "pay, step 3: errors shown"
    frame: tuple[str, ...]  # selectors of the frames around it, outermost first; () in the page itself
    selector: str  # CSS; " >>> " stands where a shadow root is entered
    excerpt: str  # HTML of the element, capped
    message: str
    component: Component | None = None  # None: the element was gone, or is in a frame that could not be asked
    issue: str = ""  # id of the issue it belongs to (identity.py)
    fault: str = ""  # what is the same for all its appearances, on whatever page, and no other's
    person: PersonResult | None = None  # who found it, or answered the question that it is
    journey: str = ""  # id of the journey that met it; "": the crawl
    step: int = 0  # of that journey, from 1; 0: its start
    variant: str = ""  # that alone shows it on this page: "dark"; "": the page as it is
