"""A rule, and what it said of one page."""

from __future__ import annotations

from dataclasses import dataclass

from auditor.models.words import Confidence, Impact, Kind, Outcome


@dataclass(frozen=True, kw_only=True)
class Rule:
    """What a rule is, the same for axe's rules and for ours."""

    id: str
    title: str  # the fault in plain words, readable by someone who has never heard of WCAG
    why: str
    who: tuple[str, ...]  # user groups, as keys of `wcag.groups()`
    fix: str
    wcag: tuple[str, ...]  # success criteria, as "1.4.3"
    kind: Kind
    impact: Impact | None  # the usual one; a finding may differ
    engine: str  # "axe" or "auditor"
    act: tuple[str, ...] = ()  # ACT rule ids it claims
    help_url: str | None = None
    confidence: Confidence | None = None  # None: the engine does not say
    limits: str = ""  # what it is known not to see, or to see wrongly
    cost_ms: int | None = None  # CPU milliseconds a page, with its probe's; None: the engine does not say
    driven: bool = False  # it judges pages that are driven: representatives, unless `everywhere`
    everywhere: bool = True
    impact_is_set: bool = False  # by the site: it holds whatever the engine says of an element
    can_fail: bool = True  # False: whatever it finds, a person must decide
    version: str = ""  # another one may judge otherwise; "" where a run did not keep it
    of_documents: bool = False  # it judges documents, not pages: what is counted of it are documents
    extra: str = ""  # the optional part of this program without which it does not run
    owner: str = ""  # who can usually mend it: "editor", "template" or "supplier-or-developer"
    before: str = ""  # HTML, perhaps with CSS, that has the fault; "" where nobody wrote one
    after: str = ""  # the same, mended; there is never one without the other
    content_system: str = ""  # what the fix means in the usual content systems; "" where that helps nobody


@dataclass(frozen=True, kw_only=True)
class ElementRule:
    """A rule of ours that axe runs within its own pass: what axe must know of it, and its code."""

    id: str
    help: str
    impact: str | None
    tags: tuple[str, ...]  # axe's, by which it is chosen
    act: tuple[str, ...]
    source: str  # JavaScript: an object with `evaluate`, perhaps `selector`, `matches` and `messages`


@dataclass(frozen=True, kw_only=True)
class RuleResult:
    """One rule on one snapshot. `places`: elements with this outcome, the true count, never capped."""

    rule: str
    outcome: Outcome
    places: int = 0
    error: str | None = None
