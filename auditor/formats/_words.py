"""The report's vocabulary: every outcome, impact and figure in the same plain words in each format."""

from __future__ import annotations

from datetime import UTC, date, datetime

from auditor.formats._safe import visible
from auditor.models import (
    Change,
    Comparison,
    Component,
    DocumentState,
    Impact,
    Issue,
    Kind,
    Outcome,
    Run,
    Status,
    Tier,
    UrlOutcome,
)
from auditor.variants import only

IMPACTS: dict[Impact | None, tuple[str, str]] = {
    Impact.CRITICAL: ("Critical", "Stops some people: they cannot read or use the content at all."),
    Impact.SERIOUS: ("Serious", "A real barrier: some people need great effort or help, or give up."),
    Impact.MODERATE: ("Moderate", "Makes things harder for some people, but they can usually get there."),
    Impact.MINOR: ("Minor", "A nuisance. On its own it is unlikely to stop anyone."),
    None: ("Not rated", "The rule says nothing about how badly people are hindered."),
}

# What becomes of an address, in the order the ledger lists it: short name, meaning.
URL_OUTCOMES: dict[UrlOutcome, tuple[str, str]] = {
    UrlOutcome.AUDITED: ("Audited", "Opened in a real browser and judged by the rules."),
    UrlOutcome.FAILED: (
        "Could not be opened",
        "A broken link, an error of the server, or a page that took too long.",
    ),
    UrlOutcome.BLOCKED: (
        "Refused",
        "The website turned the audit away, for example with a check for robots or a log-in.",
    ),
    UrlOutcome.OVER_BUDGET: (
        "Not reached",
        "Known, but left over when a limit of this audit was reached, or because addresses like it look "
        "endless.",
    ),
    UrlOutcome.DISALLOWED: (
        "Closed to programs",
        "The website’s robots.txt file asks programs to stay away.",
    ),
    UrlOutcome.NOT_HTML: (
        "Not a web page",
        "A PDF, a picture or another file. This audit judges web pages only.",
    ),
    UrlOutcome.REDIRECTED: (
        "Leads elsewhere",
        "Sends visitors on to another address, which is listed and counted by itself.",
    ),
    UrlOutcome.DUPLICATE: (
        "Same as another page",
        "Shows the same page as another address. That page was judged once.",
    ),
    UrlOutcome.OUT_OF_SCOPE: (
        "Outside this audit",
        "On another website, or in a part that the settings leave out.",
    ),
}


# What became of a document, in the order of the report: short name, meaning.
DOCUMENT_STATES: dict[DocumentState, tuple[str, str]] = {
    DocumentState.JUDGED: ("Judged", "Fetched, opened and judged by the rules."),
    DocumentState.UNCHANGED: (
        "Unchanged",
        "The same file as at the audit before, by the same rules: its results are carried over.",
    ),
    DocumentState.UNREADABLE: ("Could not be read", "Fetched, but the file could not be opened."),
    DocumentState.NOT_FETCHED: ("Not fetched", "It was to be judged, and something kept the audit from it."),
    DocumentState.TOO_LARGE: ("Too large", "Larger than what this audit fetches."),
    DocumentState.GONE: ("Broken link", "The server says that it is not there."),
    DocumentState.LISTED: ("Listed only", "Known by its link, and not chosen to be judged."),
    DocumentState.OTHER_HOST: ("On another website", "Linked from this website, and not asked for."),
}


def class_of(outcome: Outcome, kind: Kind) -> tuple[str, str]:
    """The class a reader sees: a key for the layout, and its name."""
    if kind is Kind.ADVICE:
        return "advice", "Advice"
    if outcome is Outcome.CANT_TELL:
        return "person", "Needs a person"
    if outcome in (Outcome.PASSED, Outcome.INAPPLICABLE):
        return "answered", "Answered by a person"
    return "failure", "Confirmed problem"


def number(value: int) -> str:
    return f"{value:,}"


def count(value: int, one: str, many: str | None = None) -> str:
    """A number with its noun: "1 page", "2,000 pages"."""
    return f"{value:,} {one if value == 1 else many or one + 's'}"


def percent(part: int, whole: int) -> str:
    """A share in whole per cent, rounded down, so that "100%" and "95%" are never said too early."""
    if not whole:
        return "none"
    if 0 < part * 100 < whole:
        return "less than 1%"
    return f"{part * 100 // whole}%"


def ratio_percent(ratio: float) -> str:
    """A threshold as people write it: 0.95 is "95%", 0.975 is "97.5%"."""
    return f"{round(ratio * 100, 2):g}%"


def moment(value: datetime | None) -> str:
    if value is None:
        return "not recorded"
    utc = (value if value.tzinfo else value.replace(tzinfo=UTC)).astimezone(UTC)
    return f"{utc.day} {utc:%B %Y}, {utc:%H:%M} UTC"


def day(value: date) -> str:
    return f"{value.day} {value:%B %Y}"


def days(value: int) -> str:
    return "less than a day" if value == 0 else count(value, "day")


def duration(run: Run) -> str | None:
    if run.finished is None:
        return None
    minutes = int((run.finished - run.started).total_seconds()) // 60
    if minutes < 1:
        return "less than a minute"
    hours, rest = divmod(minutes, 60)
    if not hours:
        return count(minutes, "minute")
    return count(hours, "hour") + (f" and {count(rest, 'minute')}" if rest else "")


def places(issue: Issue) -> str:
    """How many, as "at least 100 places" where a page has more than are listed."""
    return f"{'at least ' if issue.at_least else ''}{count(issue.places, 'place')}"


def unit(issue: Issue) -> tuple[str, str]:
    """What its pages are, and what was done to all of those: a page was audited, a document judged."""
    return ("document", "judged") if issue.of_documents else ("page", "audited")


def reach(issue: Issue, of: int) -> str:
    """On how many pages of how many; what people found may be on others, or of the whole website.

    `of`: as `Report.judged`.
    """
    if issue.is_of_whole_site:
        return "said of the whole website"
    if not issue.rule and not issue.pages:
        pages = len({result.page for result in issue.people})
        return f"on {count(pages, 'page')} that this audit did not judge"
    noun, done = unit(issue)
    alone = f", {only(issue.variants)}" if issue.variants else ""
    return f"{'in' if issue.of_documents else 'on'} {issue.pages:,} of {count(of, noun)} {done}{alone}"


LANDMARKS = {
    "banner": "page header",
    "navigation": "navigation",
    "main": "main content",
    "contentinfo": "page footer",
    "complementary": "side content",
    "search": "search",
    "form": "form",
    "region": "named region",
    "dialog": "dialog",
    "alertdialog": "alert",
}


def where(issue: Issue) -> str:
    """In which part of the page, from the outside in: "page header, navigation: a.logo"."""
    if issue.component is None:
        return visible(issue.examples[0].selector, 200) if issue.examples else ""
    return part(issue.component)


def part(component: Component) -> str:
    parts = dict.fromkeys(LANDMARKS.get(each, each) for each in component.landmarks)
    last = " > ".join([*component.path[-1:], component.shape])
    return f"{visible(', '.join(parts), 300) or 'outside the landmarks'}: {visible(last, 200)}"


CHANGES: dict[Status, str] = {
    Status.NEW: "new",
    Status.FIRST_JUDGED: "judged for the first time",
    Status.PERSISTING: "as before",
    Status.FIXED: "fixed",
    Status.UNSEEN: "not seen, since not all their pages were judged this time",
}


# As headings of lists; what is as before has none.
CHANGE_HEADINGS: dict[Status, str] = {
    Status.NEW: "New",
    Status.FIRST_JUDGED: "Judged for the first time: nobody knows whether they are new",
    Status.FIXED: "Fixed",
    Status.UNSEEN: "Not seen, and not fixed either: not all their pages were judged this time",
}
_CAUSES = {"rule": "the rule is new", "version": "the rule changed", "page": "the page is new"}
_TIERS = {
    Tier.MOVED: "the same element, moved",
    Tier.REWORDED: "the same place, other words",
    Tier.COMPONENT: "the same component, changed",
}


def why_so(change: Change) -> str:
    """What brought a new issue, or by what a changed one was known again; "" for nothing to say."""
    return _CAUSES.get(change.cause, "") or (_TIERS.get(change.tier, "") if change.tier else "")


def changes(comparison: Comparison) -> str:
    """Of confirmed problems, as "2 new, 31 as before, 4 fixed"."""
    counted = {status: len(comparison.of(status)) for status in CHANGES}
    return ", ".join(f"{number(n)} {CHANGES[key]}" for key, n in counted.items() if n) or "nothing"
