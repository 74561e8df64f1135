"""The words that an audit uses for outcomes, impacts and states, as EARL, ACT and axe-core have them."""

from __future__ import annotations

from enum import StrEnum


class Outcome(StrEnum):
    """What a rule said of what it judged (https://www.w3.org/TR/EARL10-Schema/#outcome)."""

    FAILED = "failed"
    CANT_TELL = "cant_tell"  # a person must decide
    PASSED = "passed"
    INAPPLICABLE = "inapplicable"
    UNTESTED = "untested"
    ERROR = "error"  # ours: the rule crashed or ran out of time; exported as untested


class Kind(StrEnum):
    """Whether a finding counts against WCAG or is advice, shown apart and never counted as one."""

    FAILURE = "failure"
    ADVICE = "advice"


class Impact(StrEnum):
    """How badly a person is hindered, in axe-core's four words; `rank` is 4 for the worst."""

    CRITICAL = "critical"
    SERIOUS = "serious"
    MODERATE = "moderate"
    MINOR = "minor"

    @property
    def rank(self) -> int:
        return 4 - list(Impact).index(self)


class Confidence(StrEnum):
    """How nearly always a rule's `failed` is right; what is only likely is `cant_tell`."""

    HIGH = "high"
    MEDIUM = "medium"


class Source(StrEnum):
    """Who said so: a rule, a person who tested, or somebody who met it and wrote in."""

    AUTOMATIC = "automatic"
    PERSON = "person"
    REPORTED = "reported by a user"


class Automation(StrEnum):
    """The most that rules do for a criterion. None of it proves that the criterion is met."""

    FAILURES = "failures"
    HINTS = "hints"
    PERSON = "person"

    @property
    def words(self) -> str:
        return {
            Automation.FAILURES: "Failures found automatically",
            Automation.HINTS: "Hints only",
            Automation.PERSON: "Person only",
        }[self]


class UrlOutcome(StrEnum):
    """The one state in which every known URL of a run ends."""

    AUDITED = "audited"
    REDIRECTED = "redirected"
    DUPLICATE = "duplicate"
    OUT_OF_SCOPE = "out_of_scope"
    DISALLOWED = "disallowed"
    NOT_HTML = "not_html"
    BLOCKED = "blocked"
    FAILED = "failed"
    OVER_BUDGET = "over_budget"


# What is said of a host that a run left; reports put advice beside it.
TURNED_AWAY = "turns the auditor away"
SLOWER = "asks for a slower pace"
NO_ANSWER = "no longer answers"
QUIET_HOURS = "quiet hours"
OTHER_HOST = "Another host than the site's."  # the reason of what is out of scope for that


class DocumentState(StrEnum):
    """The one state in which every known document of a run ends; the reason stands beside it."""

    JUDGED = "judged"
    UNCHANGED = "unchanged"  # since the audit before, whose results are carried over
    UNREADABLE = "unreadable"  # fetched, and it cannot be opened or is too much to read
    NOT_FETCHED = "not_fetched"  # it was to be, and robots.txt, the server or a limit was against it
    TOO_LARGE = "too_large"
    LISTED = "listed"  # not chosen
    OTHER_HOST = "other_host"  # of another website: never asked for
    GONE = "gone"  # the server says that it is not there

    @property
    def has_results(self) -> bool:
        return self in (DocumentState.JUDGED, DocumentState.UNCHANGED)


class RunState(StrEnum):
    """How far a run got. `interrupted`: stopped by a signal, `--resume` goes on with it."""

    RUNNING = "running"
    INTERRUPTED = "interrupted"
    DONE = "done"


class Discovery(StrEnum):
    """How a URL became known."""

    START = "start"  # given by the user; never merged away, never dropped for depth
    SITEMAP = "sitemap"
    LINK = "link"
    REDIRECT = "redirect"
    CANONICAL = "canonical"  # what a page calls its own address (rel=canonical)
    JOURNEY = "journey"  # a step of a journey led there
    ALTERNATE = "alternate"  # the page in another language (hreflang)


LOADED = "loaded"  # the state of a page that every audited one has
BANNER = "cookie banner shown"  # that of the first page of a website, before the banner is answered


class Status(StrEnum):
    """What became of an issue from one audit to the next."""

    NEW = "new"
    FIRST_JUDGED = "first_judged"  # new or not, nobody knows: its pages were not judged by the rule before
    PERSISTING = "persisting"
    FIXED = "fixed"
    UNSEEN = "unseen"  # nobody can say: not all its pages were judged by the rule, or it is a question now


class Tier(StrEnum):
    """By what an issue was known again, the surest first."""

    EXACT = "exact"
    MOVED = "moved"  # the same element in another place
    REWORDED = "reworded"  # the same place, other words
    COMPONENT = "component"  # the same component, changed
