"""The types that flow through an audit, one direction, each frozen.

``Site`` -> ``Visit`` -> ``Snapshot`` -> ``Finding`` -> ``Issue`` -> ``Report``.
Everyone may import this module; it imports nothing of ours and nothing but the standard library.
Outcomes use the words of the W3C's ACT Rules Format and EARL.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Any, Self


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


@dataclass(frozen=True, kw_only=True)
class OriginHeader:
    """A header that goes to one origin alone: credentials, or the secret a firewall knows us by."""

    origin: str  # scheme, host and port, as "https://www.example.org"
    name: str
    value: str = field(repr=False)  # secret: never shown, logged or stored


@dataclass(frozen=True, kw_only=True)
class RuleSetting:
    """What a site changes of a rule: it does not run, or its findings have another impact; and why."""

    id: str
    reason: str
    off: bool = False
    impact: Impact | None = None


@dataclass(frozen=True, kw_only=True)
class Target:
    """What a step is about, as a user perceives it; one kind is there, `name` goes with `role`."""

    words: str = ""  # a name, label or text, whichever the page has
    role: str = ""  # of ARIA: "button"
    name: str = ""  # accessible name
    label: str = ""
    text: str = ""
    css: str = ""  # the last resort

    @property
    def shown(self) -> str:
        if self.css:
            return f"what CSS finds by {self.css}"
        if self.role:
            return f"{self.role} “{self.name}”" if self.name else f"a {self.role}"
        return f"“{self.words or self.label or self.text}”"


@dataclass(frozen=True, kw_only=True)
class Step:
    """One step of a journey, in the order of the file."""

    action: str  # "go", "click", "fill", "choose", "tick", "upload", "press", "wait_for", "expect", "audit"
    target: Target | None = None
    value: str = ""  # an address, a text, a key, a label; of `upload` a path, "" for a made-up picture
    generate: str = ""  # kind of made-up value, as data/made-up.toml names it
    secret: str = ""  # the environment's variable that holds the value
    within: Target | None = None  # the field or group that `choose` looks in
    url: str = ""  # a part of the address that `expect` or `wait_for` looks for
    final: bool = False  # it would send what cannot be taken back


@dataclass(frozen=True, kw_only=True)
class Permission:
    """Who let a journey send something to a live service, and when."""

    by: str
    on: date


@dataclass(frozen=True, kw_only=True)
class Journey:
    """What people come to a website for, as steps (docs/journeys.md)."""

    id: str
    name: str
    start: str  # an address
    steps: tuple[Step, ...]
    weight: float = 2.0  # of what is found on it, against 1 for the rest of the site
    lgsl: int | None = None  # Local Government Service List
    lgil: int | None = None  # Local Government Interaction List
    task: str = ""  # the everyday task, in words
    skills: tuple[str, ...] = ()  # ids of Essential Digital Skills areas, as in data/digital-skills.toml
    permission: Permission | None = None
    role: str = ""  # the sign-in that it is gone with; "": as a new person

    @property
    def has_secrets(self) -> bool:
        """Whether it may show what is not for everyone."""
        return bool(self.role) or any(step.secret for step in self.steps)


@dataclass(frozen=True, kw_only=True)
class SignIn:
    """How to sign in as somebody, in one of four ways; it holds no secret (docs/sign-in.md)."""

    role: str
    start: str = ""  # address of the sign-in form
    steps: tuple[Step, ...] = ()
    origin: str = ""  # of HTTP authentication, to which alone it goes
    user: str = ""  # of HTTP authentication
    password: str = ""  # the environment's variable that holds it
    state_file: str = ""  # path of a storage state
    command: tuple[str, ...] = ()  # a program that prints one, and its arguments
    folder: str = ""  # in which the command runs


LOADED = "loaded"  # the state of a page that every audited one has
BANNER = "cookie banner shown"  # that of the first page of a website, before the banner is answered


@dataclass(frozen=True, kw_only=True)
class Site:
    """One entry of `sites.toml`, or a URL given on the command line, with every default resolved."""

    id: str
    name: str
    urls: tuple[str, ...]  # start URLs, at least one
    gss: str | None = None  # Government Statistical Service code of the authority
    include: tuple[str, ...] = ()  # URL patterns, `*` for any characters; none: everything on the hosts
    exclude: tuple[str, ...] = ()
    follow_links: bool = True  # False: audit exactly `urls`
    max_pages: int = 500  # pages audited; with `sample` those read to choose it
    max_depth: int | None = None  # clicks from a start URL
    max_minutes: float | None = None
    user_limits: frozenset[str] = frozenset()  # names of the limits above that the user set himself
    delay: float = 1.0  # seconds from the end of one request to a host to the start of the next
    concurrency: int = 1  # requests to a host at once
    internal: bool = False  # the start URLs' own origins may be loopback or private addresses
    internal_origins: tuple[str, ...] = ()
    min_coverage: float = 0.95  # share of HTML pages in scope, below which the audit is incomplete
    keep: int = 10  # runs whose findings the store keeps
    keep_days: int | None = None  # beyond so many days it keeps only those of the last finished run
    standard: str = "wcag22aa"
    axe_script: str | None = None  # path of an axe.min.js to use instead of the bundled one
    robots: str = "obey"  # or "ignore", for a site of one's own
    strip_params: tuple[str, ...] = ()  # query parameters that change nothing; `*` for any characters
    keep_params: tuple[str, ...] = ()  # those that do, though they look like tracking
    contact: str | None = None  # URL or e-mail address in the user agent: whom a site's owner may ask
    quiet_hours: tuple[str, ...] = ()  # when the site is left alone, as "07:00-19:00"
    timezone: str = "Europe/London"  # of `quiet_hours`
    block_trackers: bool = False  # requests to the known trackers are refused
    block_posts: bool = False  # requests that send something are refused; such a page is incomplete
    headers: tuple[OriginHeader, ...] = ()  # never stored
    rules: tuple[RuleSetting, ...] = ()
    rules_folder: str | None = None  # path of a folder of the user's own rules: their code runs
    drive: str = "representatives"  # pages that are driven by keys and pointer; or "every-page", "no-page"
    pictures: bool | str = True  # of issues; "all": with `headers` or signed in too
    consent: str = "refuse"  # what becomes of cookie banners; or "accept", "hide", "leave"
    explore: bool = False  # what a page opens is opened, and judged as a state of the page
    variants: tuple[str, ...] = ()  # by which driven pages are judged too: "phone", "dark" (variants.py)
    statement: bool | str = False  # legal profile by which the accessibility statement is judged; False: none
    documents: str = (
        "list"  # PDFs and office files that are fetched and judged: "sample" or "all"; "list": none
    )
    max_documents: int = 40  # of a sample
    plain_pages: int = 0  # fetched once more without a browser, to see what is left without scripts
    journeys: tuple[Journey, ...] = ()
    sign_ins: tuple[SignIn, ...] = ()
    crawl_as: str = ""  # the role in which the site is crawled; "": as anybody
    test_system: bool = False  # no live service: a step that says `final` may be done
    secrets: tuple[tuple[str, str], ...] = field(default=(), repr=False)  # of journeys, by variable; not kept
    sample: str | None = (
        None  # method by which pages are chosen: "wcag-em", "gds", "representative"; None: all
    )
    seed: int | None = None  # of the sample's random part; None: drawn
    reuse: bool = True  # pages unchanged since an earlier audit are taken over from it

    @property
    def takes_pictures(self) -> bool:
        """With `headers`, or signed in, a site may show what is not for everyone, or the secret itself."""
        is_open = not self.headers and not self.crawl_as
        return self.pictures == "all" or (self.pictures is True and is_open)


@dataclass(frozen=True, kw_only=True)
class Schedule:
    """When a site is audited by itself."""

    cron: str  # five fields, local to `timezone`; the minute is one number
    timezone: str = "Europe/London"
    spread: int = 0  # minutes over which sites with one `cron` are spread, each by an offset of its own
    quiet_hours: tuple[str, ...] = ()  # as `Site.quiet_hours`: what is due in them waits

    @property
    def signature(self) -> str:
        """Another one names other times."""
        return f"{self.cron} {self.timezone} {self.spread}"


class DueState(StrEnum):
    """What became of one time at which a site was due."""

    KNOWN = "known"  # no due time: from this moment on the schedule is kept
    RUNNING = "running"  # begun, and not ended: under way, or cut off
    DONE = "done"
    FAILED = "failed"  # the audit could not be made
    MISSED = "missed"  # nothing ran when it was due, nor before the next time came
    SKIPPED = "skipped"  # the audit before had not ended


@dataclass(frozen=True, kw_only=True)
class Due:
    """One time at which a site was due. All times in UTC."""

    site: str
    due: datetime
    schedule: str  # `Schedule.signature` of then
    state: DueState
    run: int | None  # number of its audit, once it has ended
    holder: str  # the process that took it up last: "host:pid"
    begun: datetime  # when it was first taken up, or entered
    touched: datetime  # when it was last taken up, or ended


@dataclass(frozen=True, kw_only=True)
class Claim:
    """A due time that whoever has this is to see to."""

    due: Due
    is_again: bool = False  # it was begun before, and did not come to its end
    missed: tuple[datetime, ...] = ()  # due times before it that passed, and nothing ran

    @property
    def site(self) -> str:
        return self.due.site


@dataclass(frozen=True, kw_only=True)
class DueStanding:
    """How a site stands with its schedule. Counts are of the due times that the store remembers."""

    site: str
    next: datetime  # UTC
    overdue: datetime | None  # since when it is due and waits; None: it is not
    last: Due | None  # that an audit was begun for
    states: Mapping[DueState, int]

    @property
    def known(self) -> int:
        return sum(n for state, n in self.states.items() if state is not DueState.KNOWN)


@dataclass(frozen=True, kw_only=True)
class Link:
    """A link found in a rendered page: absolute URL, accessible text cut to 200 characters, source."""

    url: str
    text: str = ""
    discovery: Discovery = Discovery.LINK


@dataclass(frozen=True, kw_only=True)
class NewUrl:
    """A URL to enter in the ledger; with an outcome, it is settled without a visit."""

    url: str
    identity: str
    depth: int
    discovery: Discovery
    found_on: str | None = None
    outcome: UrlOutcome | None = None
    reason: str = ""
    chain: int = 0  # addresses of its own form that led to it, one from another
    cost: int | None = None  # place in the queue; None: its depth
    document: str | None = None  # the link's text, where by its address it may lead to a document


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


@dataclass(frozen=True, kw_only=True)
class Picture:
    """One element of an issue, outlined, with what is around it; what stood in fields is painted over."""

    issue: str
    url: str  # of the page, in the ledger
    taken: datetime  # UTC
    media_type: str
    width: int  # pixels, of CSS and of the picture alike
    height: int
    data: bytes = field(repr=False)


@dataclass(frozen=True, kw_only=True)
class Untested:
    """A part of a page that could not be judged: a frame, a state or a variant, with the reason."""

    url: str
    what: str  # "frame", "state", "variant" or another of docs/report-json.md
    where: str  # the frame's URL or selector, or the name of the state or variant
    reason: str


@dataclass(frozen=True, kw_only=True)
class Snapshot:
    """What one state of one page showed, as the browser brought it."""

    url: str
    state: str = "loaded"
    journey: str = ""  # id of the journey that it is a state of
    step: int = 0
    variant: str = ""  # "dark"; "": the page as it is
    title: str = ""
    lang: str = ""
    engine: Mapping[str, Any] = field(default_factory=dict)  # axe's result, slim; {} if it did not run
    evidence: Mapping[type, Any] = field(default_factory=dict)  # what probes brought, by its type
    driven: tuple[int, ...] | None = None  # kinds of element on it, where it was driven as a representative
    links: tuple[Link, ...] = ()
    links_total: int = 0  # the true count; `links` is capped in each frame
    links_too_long: int = 0  # longer than any page's address may be; in no other count
    features: Mapping[str, int] = field(
        default_factory=dict
    )  # by the names of `checklist.features()`, counted
    facts: Mapping[str, Any] = field(default_factory=dict)  # by kind (browser/facts/): of the page as loaded
    untested: tuple[Untested, ...] = ()


@dataclass(frozen=True, kw_only=True)
class PageShown:
    """A page that was audited, as far as others are held against it to tell copies and traps."""

    identity: str
    signature: str  # equal for two copies of one page
    sketch: frozenset[int]  # hashes of its words, the smallest
    found_on: str | None = None  # an identity
    chain: int = 0


@dataclass(frozen=True, kw_only=True)
class Visit:
    """One attempt at one URL: what came of it, or why it was not audited."""

    url: str
    outcome: UrlOutcome
    reason: str = ""
    final_url: str | None = None
    status: int | None = None  # HTTP status of the document
    content_type: str | None = None
    title: str | None = None
    depth: int = 0
    discovery: Discovery = Discovery.LINK
    found_on: str | None = None  # the first page that linked here
    started: datetime | None = None  # UTC
    seconds: float | None = None  # wall time of the visit
    signature: str | None = None  # of what it showed; equal for two copies of one page
    sketch: tuple[int, ...] = ()  # hashes of its words, the smallest
    lang: str = ""  # what an audited page says its language is, as "cy"; a page may say anything
    unchanged_since: datetime | None = None  # when it was audited, where this audit took that over; UTC


@dataclass(frozen=True, kw_only=True)
class Run:
    """One audit of one site."""

    id: int
    site: str
    state: RunState
    started: datetime  # UTC
    finished: datetime | None
    settings: Mapping[str, Any]  # the resolved `Site`, without secrets
    versions: Mapping[str, str]  # auditor, axe, browser, python, os
    notes: tuple[str, ...] = ()  # what the reader must know: limits that bit, robots.txt unreachable
    stopped: str | None = None  # why the site was left before its end: it blocks, fails, has quiet hours


@dataclass(frozen=True, kw_only=True)
class Standing:
    """How far a run is, and whether anyone gets on with it. Counts of URLs."""

    run: Run
    known: int
    settled: int
    audited: int
    progress: datetime  # when a URL was last entered or settled; UTC
    holder: str | None  # the process that took it up last: "host:pid"; None once it has let go
    held: bool  # the holder lives
    stalled: bool  # the holder lives, and for too long nothing was settled


@dataclass(frozen=True, kw_only=True)
class HostPace:
    """A host that runs under way have addresses left on. Moments are UTC."""

    host: str
    left: int  # addresses to do
    open: int  # of them, pages that are being visited now
    next_at: datetime  # when its next request may begin; past: now
    delay: float  # seconds between two requests that the sites' settings ask for, the longest


@dataclass(frozen=True, kw_only=True)
class Setback:
    """Why addresses of runs could not be audited."""

    outcome: UrlOutcome
    reason: str  # without the words of pages
    count: int


@dataclass(frozen=True, kw_only=True)
class FleetStanding:
    """The queue of a fleet. Counts of its jobs; a site's audit is one or several of them."""

    workers: int  # processes that gave a sign of life lately
    todo: int
    doing: int
    failed: int  # tried as often as they may be


@dataclass(frozen=True, kw_only=True)
class Situation:
    """What all sites' newest runs are doing at a moment. Counts of addresses, unless said otherwise."""

    at: datetime  # UTC
    standings: tuple[Standing, ...]  # the newest run's first
    hosts: tuple[HostPace, ...]  # of runs under way, the fullest first; at most some
    hosts_total: int
    recent: Mapping[int, int]  # run -> pages audited within the last `RECENT_SECONDS`
    setbacks: tuple[Setback, ...]  # of runs that are not done, the most frequent first; at most some
    setbacks_total: int  # addresses that could not be audited, in those runs
    fleet: FleetStanding | None = None  # None: the store has no queue


@dataclass(frozen=True, kw_only=True)
class Endless:
    """Addresses of one form that looked endless, and were left after some brought nothing new."""

    pattern: str  # such as "www.example.org/calendar/#/*"
    visited: int
    left_out: int
    examples: tuple[str, ...]  # addresses left out, at most three
    reason: str


@dataclass(frozen=True, kw_only=True)
class OtherHost:
    """A host that is no part of the site, to which its pages link: a service of its own, perhaps."""

    host: str
    addresses: int  # different ones that are linked
    example: str
    found_on: str | None  # the first page that linked there


@dataclass(frozen=True, kw_only=True)
class Coverage:
    """How much of what was in scope was audited. Every figure is a number of URLs."""

    known: int
    by_outcome: Mapping[UrlOutcome, int]
    in_scope: int  # HTML pages that should have been audited: the denominator
    audited: int
    broken_links: int  # 404 and 410: listed, and no part of `in_scope` unless a start URL
    start_failed: tuple[str, ...]
    limits: tuple[str, ...]  # limits that bit, in words
    complete: bool
    min_coverage: float

    @property
    def share(self) -> float:
        return self.audited / self.in_scope if self.in_scope else 0.0


@dataclass(frozen=True, kw_only=True)
class Unchanged:
    """Pages that were as an earlier audit had found them, and were not audited again."""

    pages: int
    oldest: datetime  # when the first of them was audited; UTC
    newest: datetime


@dataclass(frozen=True, kw_only=True)
class IssueCounts:
    """How much of one issue is listed: on so many pages, in so many places, of so many different faults."""

    id: str
    rule: str
    outcome: Outcome
    pages: int
    places: int  # on each page, in the state that shows most of it
    faults: int
    journeys: tuple[str, ...] = ()  # ids of those that met it
    variants: tuple[str, ...] = ()  # that alone show it


@dataclass(frozen=True, kw_only=True)
class Issue:
    """The findings that one repair would clear: of one rule, with one outcome, on one component.

    Or of what people found: the same words on the same criterion.
    """

    id: str  # the same in the next audit (identity.py)
    rule: str  # "": people found it
    outcome: Outcome  # as of `Finding`
    kind: Kind
    impact: Impact | None  # the worst of its findings
    wcag: tuple[str, ...]
    title: str
    pages: int  # it is on, of `Report.judged`; all of those where people say it is of the whole site
    places: int  # elements that are listed
    faults: int  # different ones of those: the same element on many pages is one
    at_least: bool  # on some page more places than are listed: there may be more of it
    component: Component | None  # of one of its places
    is_written: bool  # an editor's own thing, as `identity.is_written`
    examples: tuple[Finding, ...] = ()  # at most ten, of different pages where there are
    people: tuple[PersonResult, ...] = ()  # who found it; of a rule's question, the one who answered it
    of_documents: bool = False  # `pages` are documents
    journeys: tuple[str, ...] = ()  # ids of the journeys that it is on
    stops: tuple[str, ...] = ()  # those of them that it stops: it is on a control that a step needs
    variants: tuple[str, ...] = ()  # that alone show it; (): a page as it is does, too

    @property
    def source(self) -> Source:
        return self.people[0].source if self.people else Source.AUTOMATIC

    @property
    def is_of_whole_site(self) -> bool:
        """Whether people found it and named no page."""
        return not self.rule and not all(result.page for result in self.people)

    @property
    def is_on_audited_pages(self) -> bool:
        """Whether `pages` are pages that it is known to be on."""
        return self.pages > 0 and not self.is_of_whole_site and not self.of_documents


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


@dataclass(frozen=True, kw_only=True)
class KnownIssue:
    """What is kept of an issue to know it again."""

    id: str
    rule: str
    outcome: Outcome
    impact: Impact | None
    title: str
    said: str  # what is wrong, as `identity.said`
    component: Component | None
    is_written: bool  # as `identity.is_written`
    pages: tuple[str, ...]  # it is on, without the site's origin; sorted


@dataclass(frozen=True, kw_only=True)
class Known:
    """An audit as another is compared with it: from the store, a JSON report or a baseline."""

    name: str  # in words: "run 12 of 21 November 2026", "auditor-baseline.toml"
    rules: Mapping[str, str]  # id -> version, of every rule that ran
    issues: tuple[KnownIssue, ...]
    judged: Callable[[str], frozenset[str]]  # by rule: pages that it judged, without the site's origin
    pages: frozenset[str]  # that were audited
    complete: bool
    site: str = ""  # its id
    driven_rules: frozenset[str] = frozenset()  # those that judge driven pages alone
    gone: Callable[[str], bool] = lambda page: False  # whether a page is there no more
    document_rules: frozenset[str] = frozenset()  # those that judge documents; `judged` tells of these
    documents: frozenset[str] = frozenset()  # that were judged, without the site's origin


@dataclass(frozen=True, kw_only=True)
class Change:
    """One issue from one audit to the next."""

    status: Status
    now: KnownIssue | None
    before: KnownIssue | None
    tier: Tier | None = None
    cause: str = ""  # of what is new: its "rule" did not run before, the rule's "version", the "page" is new

    @property
    def issue(self) -> KnownIssue:
        found = self.now or self.before
        assert found is not None
        return found


@dataclass(frozen=True, kw_only=True)
class Comparison:
    """What changed since `before`, confirmed failures and open questions alike, in the order of `Issue`s."""

    before: str  # name of the audit compared with
    now: str
    changes: tuple[Change, ...]

    def of(self, *statuses: Status, outcome: Outcome | None = Outcome.FAILED) -> tuple[Change, ...]:
        """Changes with one of these; of confirmed failures, unless another outcome or None is named."""
        return tuple(
            each for each in self.changes if each.status in statuses and outcome in (None, each.issue.outcome)
        )


@dataclass(frozen=True, kw_only=True)
class AuditPoint:
    """What is kept of a finished audit for good, also when the store has dropped the audit itself."""

    site: str
    run: int
    started: datetime  # UTC
    audited: int  # pages, of `in_scope`
    in_scope: int
    complete: bool
    problems: int  # confirmed; issues, not places
    questions: int  # that a person must decide
    failure_pages: int  # with a confirmed problem, of `audited`
    impacts: Mapping[Impact | None, int]  # confirmed problems by impact; the sum is `problems`
    method: Mapping[str, Any]  # what decides which pages are judged, and how
    versions: Mapping[str, str]  # as `Run.versions`
    sample: str  # equal where just the same pages were audited

    @property
    def likeness(self) -> str:
        """Equal where two audits judged by one method, so that their figures may stand in one line."""
        told = json.dumps(self.method, sort_keys=True, default=str)
        return hashlib.sha256(told.encode(errors="surrogatepass")).hexdigest()[:12]


@dataclass(frozen=True, kw_only=True)
class Period:
    """From the audit that found an issue to the first that judged its pages, or knew them gone."""

    opened: datetime  # start of that audit, UTC
    may_be_older: bool  # no audit before had judged its pages by this rule
    fixed: datetime | None = None  # None: open still, as far as is known


@dataclass(frozen=True, kw_only=True)
class IssueLife:
    """An issue over all audits of its site, known again by the tiers of `compare`."""

    id: str  # as it was last seen
    rule: str
    outcome: Outcome
    impact: Impact | None
    title: str
    component: Component | None
    periods: tuple[Period, ...]  # oldest first; more than one: it was opened again
    last_seen: datetime  # start of the last audit that found it
    last_run: int  # its number
    seen: int  # audits that found it

    @property
    def opened(self) -> datetime:
        """When it was found for the first time, or again after it had been fixed."""
        return self.periods[-1].opened

    @property
    def fixed(self) -> datetime | None:
        return self.periods[-1].fixed


@dataclass(frozen=True, kw_only=True)
class Remembered:
    """A life with the pages of its issue, by which it is known again; without the site's origin."""

    life: IssueLife
    issue: KnownIssue  # its pages: those it is on, or was, and that no audit has judged since
    left: Mapping[
        str, tuple[int, int]
    ]  # pages it was on: run that saw it last, first run that judged and did not


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


@dataclass(frozen=True, kw_only=True)
class Gate:
    """When an audit fails a build (`[gate]` in sites.toml). None or empty: that does not fail it."""

    new: Impact | None = None  # on new failures of this impact or worse
    any: Impact | None = None  # on any failure of this impact or worse
    rules: tuple[str, ...] = ()  # on any failure of these rules
    criteria: tuple[str, ...] = ()  # on any failure of these success criteria
    budgets: Mapping[str, int] = field(default_factory=dict)  # by rule: on more issues than that
    coverage: float | None = None  # on a smaller share of the pages in scope
    coverage_drop: float | None = None  # on a share that fell by more than that since the audit before
    expired_waivers: bool = False
    statement: tuple[str, ...] = ()  # on any of these items that is wrong or not found; "missing": on none
    new_rules: date | None = None  # from when on issues count as new that a new rule or version brought


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
class Owner:
    """Who can mend an issue."""

    id: str  # small letters, digits and hyphens; names its files
    name: str
    contact: str = ""


@dataclass(frozen=True, kw_only=True)
class OwnerRule:
    """What is one owner's, as a line of CODEOWNERS: of its four kinds of pattern one is there.

    In each pattern `*` stands for any characters.
    """

    owner: Owner
    pages: tuple[str, ...] = ()  # of addresses, as `Site.include`
    components: tuple[str, ...] = ()  # of shapes, or of landmarks and shape: "a.card-link", "contentinfo*"
    suppliers: tuple[str, ...] = ()  # of hosts: of the page, or of the frame that the element is in
    rules: tuple[str, ...] = ()  # ids


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


@dataclass(frozen=True, kw_only=True)
class Views:
    """How often pages were seen, as an export of a web analytics product tells it."""

    source: str  # the file's name
    measure: str  # what its column is called: "Pageviews"
    pages: Mapping[str, int]  # views by address, as the ledger has it; of audited pages that the file knows
    rows: int  # of the file, with those that were left out
    left_out: int  # rows that name no page: totals, "Others"


class JourneyState(StrEnum):
    """How far a journey came."""

    COMPLETE = "complete"  # to its end, or to the final step, before which it is to stop
    INCOMPLETE = "incomplete"  # a step failed, or was never reached
    NOT_PERMITTED = "not_permitted"  # the next step would send something, and nobody gave permission


@dataclass(frozen=True, kw_only=True)
class Sent:
    """Requests of one kind that a step sent, or that were stopped. What was in them is not kept."""

    step: int  # 0: on the way to the start
    method: str
    host: str
    path: str
    count: int
    stopped: bool  # it was not let out


@dataclass(frozen=True, kw_only=True)
class Barrier:
    """A confirmed failure on a control that a step needs, or a keyboard trap on its page."""

    step: int
    issue: str


@dataclass(frozen=True, kw_only=True)
class StepResult:
    """What became of one step."""

    number: int  # from 1; 0: going to the start
    words: str  # the step in words, without values
    state: str  # "done", "failed", "not permitted", "final", "not reached"
    reason: str = ""
    url: str = ""  # where it led to, if it was audited there
    snapshot: str = ""  # state under which it was audited; "": it was not
    audited: bool = False
    supplier: str = ""  # whose host it is, where that is not the site's own


@dataclass(frozen=True, kw_only=True)
class JourneyResult:
    """What became of one journey in one audit."""

    id: str
    name: str
    state: JourneyState
    reason: str  # a sentence; "" where it came to its end
    weight: float = 2.0
    lgsl: int | None = None
    lgil: int | None = None
    task: str = ""
    skills: tuple[str, ...] = ()
    stopped_at: int | None = None  # number of the step that was not done
    steps: tuple[StepResult, ...] = ()
    sent: tuple[Sent, ...] = ()
    barriers: tuple[Barrier, ...] = ()
    states: int = 0  # states met that were to be audited
    audited: int = 0  # states that were, of `states`
    pages: int = 0  # different addresses among them
    permission: str = ""  # who gave it and when, in words
    kept: tuple[str, ...] = ()  # files beside the store: screenshot, trace


@dataclass(frozen=True, kw_only=True)
class ConsentBanner:
    """A cookie banner that an audit met, and what it did about it. What was sent is not kept."""

    origin: str  # of the pages that show it
    tool: str  # id in data/consent-tools.toml; "": none that is known
    name: str  # the tool's, else what the banner calls itself; "": nothing
    page: str  # URL of the page that was audited with it in place
    done: str  # "refused", "accepted", "hidden", "left", or "nothing": there was no way to
    reason: str = ""  # why nothing, or not what was asked for
    stood: int = 0  # pages that were audited later and showed it all the same
    hidden: int = 0  # pages on which it was hidden
    sent: tuple[Sent, ...] = ()  # by the answer


@dataclass(frozen=True, kw_only=True)
class VariantCount:
    """What became of one variant on the pages that were driven. Counts are of pages."""

    variant: str
    judged: int = 0
    same: int = 0  # could not differ, so they were not loaded in it
    missed: int = 0  # could not be judged in it; why stands with the parts that were not judged
    new: int = 0  # of `judged`: with a problem or question that the page as it is has not

    @property
    def pages(self) -> int:
        """Those that it was meant for."""
        return self.judged + self.same + self.missed


@dataclass(frozen=True, kw_only=True)
class PageState:
    """A state of a page beside `LOADED` that was judged, and is none of a journey."""

    url: str
    state: str
    variant: str  # that it is; "": it was opened, or shows a banner
    failed: int  # confirmed failures of rules that are no advice, by element


@dataclass(frozen=True, kw_only=True)
class SiteDocument:
    """A PDF or office file that pages of a site link to, as far as it is known. Its texts are hostile."""

    url: str
    state: DocumentState
    reason: str  # a sentence; "" where the state says all
    kind: str  # what it is, in words: "PDF", "Word document"
    known_by: str  # how that is known: "content", "server" or "name"
    links: int  # audited pages that link to it; at least so many where its address does not tell what it is
    text: str = ""  # of one of those links
    found_on: str | None = None
    rank: int | None = None  # in the order of fetching, from 1; None: not chosen
    why: tuple[str, ...] = ()  # it was chosen, in words
    said_type: str = ""  # the server's word
    size: int | None = None  # bytes
    modified: datetime | None = None  # as the server says
    sha256: str = ""
    facts: Mapping[str, Any] = field(default_factory=dict)  # what was read in it: title, pages, producer...
    exempt: str = ""  # why the law may exempt it, in a sentence; "" where nothing says so


@dataclass(frozen=True, kw_only=True)
class Documents:
    """What a run knows of a site's documents, counted."""

    known: int = 0
    by_state: Mapping[DocumentState, int] = field(default_factory=dict)
    by_kind: Mapping[str, Mapping[DocumentState, int]] = field(default_factory=dict)  # most first
    exempt: int = 0  # that may be, by their dates; of `known`

    @property
    def judged(self) -> int:
        """Those with results, the carried over ones included."""
        return sum(n for state, n in self.by_state.items() if state.has_results)


@dataclass(frozen=True, kw_only=True)
class PageFigure:
    """A page with its figure of a measure."""

    url: str
    figure: float  # by which the worst is told
    text: str  # the same in words


@dataclass(frozen=True, kw_only=True)
class Measure:
    """An inclusion measure over a site: never a failure of WCAG. The words are of data/measures.toml."""

    id: str
    name: str
    why: str
    threshold: str
    limits: str  # what a machine cannot tell of it
    source: str
    url: str  # of the source; "" where there is none
    noted: date  # when the source was taken down
    verdict: str  # in words, with how many of how many
    pages: int  # measured
    over: int  # of them beyond the threshold; of formats: that no page names
    unmeasured: Mapping[str, int] = field(default_factory=dict)  # why -> pages
    worst: tuple[PageFigure, ...] = ()  # pages beyond the threshold, the worst first
    parts: tuple[tuple[str, int, int], ...] = ()  # what, on how many pages, of how many
    sections: tuple[tuple[str, int, int], ...] = ()  # the same by the first part of addresses


@dataclass(frozen=True, kw_only=True)
class Sighting:
    """Something that pages are made with or carry."""

    kind: str  # "system", "overlay", "consent" or "third-party"
    id: str  # of its data file; of a third party, its host
    name: str
    why: str  # by what it was told, on the first page
    pages: int
    example: str  # the first page


@dataclass(frozen=True, kw_only=True)
class Inclusion:
    """What keeps people out of a site though no criterion speaks of it. Nothing is added up."""

    pages: int  # audited
    measures: tuple[Measure, ...]
    sightings: tuple[Sighting, ...]  # at most pages first; third parties last


@dataclass(frozen=True, kw_only=True)
class Recording:
    """Sound or film on a page, as the page tells of it."""

    url: str  # of the page
    kind: str  # "audio" or "video"
    player: str  # the name of another website's player; "" for the browser's own
    title: str
    address: str  # of the file, or of the player with it
    has_controls: bool  # the browser's or the player's own
    buttons: int  # close to it
    plays_itself: bool
    is_muted: bool
    is_shown: bool
    captions: tuple[str, ...] = ()  # languages of its captions' files, "" where one does not say
    subtitles: tuple[str, ...] = ()
    transcript: str = ""  # "link", "text" or "described": how something called its text is there
    has_described: bool = False  # something called its version with audio description is there


@dataclass(frozen=True, kw_only=True)
class SampleReason:
    """Why a page is in the sample."""

    kind: str  # "home", "contact", "lgsl-57", "form", "template", "random", …
    words: str  # a sentence
    confidence: Confidence  # MEDIUM: it may be another kind of page


@dataclass(frozen=True, kw_only=True)
class SampledPage:
    """One page of a sample."""

    url: str  # as in the ledger
    title: str  # as its server sent it
    part: str  # "structured" or "random"
    reasons: tuple[SampleReason, ...]
    to_test: tuple[str, ...] = ()  # criteria whose subject was met on it, besides those of every page


@dataclass(frozen=True, kw_only=True)
class Unseen:
    """How many issues are on pages that were not visited, and on none that was (crawl/unseen.py)."""

    pages: int  # that were read, and of which this speaks
    visited: int  # of those
    drawn: int  # of those, by chance alone: what the estimate rests on
    new: int  # issues that one of the drawn pages showed, and no other visited page
    found: int  # issues of the visited pages
    expected: float  # issues unseen
    low: float  # the interval around it, which holds the true number in 95 of 100 samples
    high: float

    def share(self, unseen: float) -> float:
        """Of all issues, those that were found, if so many were not."""
        return self.found / (self.found + unseen) if self.found + unseen else 1.0


@dataclass(frozen=True, kw_only=True)
class Sample:
    """How the pages of an audit were chosen, and from what (crawl/sample.py, docs/samples.md)."""

    method: str  # as `Site.sample`
    seed: int | None  # None: there is no random part
    pages: tuple[SampledPage, ...]  # the structured part first
    known: int  # pages that were known by then
    read: int  # of those, read without a browser
    requests: int  # that reading them took, with robots.txt, sitemaps and redirects
    empty: int  # of `read`: almost no text without scripts, so known by links to them alone
    templates: int  # told apart among those read
    templates_shown: int  # of which a page is in the sample
    missing: tuple[str, ...] = ()  # what was looked for and not found, in sentences
    processes: tuple[tuple[str, str], ...] = ()  # page where one begins, what is known of it
    documents: tuple[tuple[str, str], ...] = ()  # address, page that leads to it
    notes: tuple[str, ...] = ()  # where reading ended, in sentences
    unseen: Unseen | None = None  # None: nothing was drawn by chance yet, or the method estimates nothing

    def of(self, part: str) -> tuple[SampledPage, ...]:
        return tuple(page for page in self.pages if page.part == part)


@dataclass(frozen=True, kw_only=True)
class Report:
    """Everything a format needs. Large parts are callables that read the store again at each call."""

    site: Site
    run: Run
    coverage: Coverage
    issues: tuple[Issue, ...]  # worst first
    rules: Mapping[str, Rule]  # every rule that ran, by id
    rule_outcomes: Mapping[str, Mapping[Outcome, int]]  # rule id -> outcome -> pages
    visits: Callable[[], Iterable[Visit]]
    findings: Callable[..., Iterable[Finding]]  # findings(rule=None, outcome=None)
    untested: Callable[[], Iterable[Untested]]
    rule_errors: Callable[[], Iterable[Mapping[str, str]]]  # {"url", "rule", "error"}
    capped: Callable[[], Iterable[Mapping[str, Any]]]  # {"url", "rule", "outcome", "places", "listed"}
    endless: tuple[Endless, ...] = ()
    other_hosts: Callable[[], Iterable[OtherHost]] = tuple  # most linked first
    refused: Mapping[str, int] = field(default_factory=dict)  # why -> requests the guard refused, counted
    driven_pages: Callable[[], Iterable[str]] = tuple  # their addresses
    comparison: Comparison | None = None
    gate: GateResult | None = None
    rule_results: Callable[[], Iterable[tuple[str, RuleResult]]] = (
        tuple  # with the page's URL, by page and rule
    )
    driven: int = 0  # pages that were driven by keys and pointer for all rules that need it, of `audited`
    unchanged: Unchanged | None = None  # of `audited`, those that were taken over; None: all were judged anew
    journeys: tuple[JourneyResult, ...] = ()  # in the order of sites.toml
    banners: tuple[ConsentBanner, ...] = ()  # cookie banners, in the order in which they were met
    states: Callable[[], Iterable[PageState]] = tuple  # in the order of the ledger
    variants: tuple[VariantCount, ...] = ()  # in the order of the settings
    history: tuple[AuditPoint, ...] = ()  # of the site, oldest first; this audit is the last, once it is done
    lives: Mapping[str, IssueLife] = field(default_factory=dict)  # of open issues, by id
    fixed_lives: tuple[IssueLife, ...] = ()  # the last fixed first
    checklist: tuple[ChecklistEntry, ...] = ()  # every criterion of the site's standard, in WCAG's order
    picture: Callable[[str], Picture | None] = lambda issue: None  # by the issue's id
    people: tuple[PersonResult, ...] = ()  # in the order of their files
    sample: Sample | None = None  # None: the audit went after all pages
    everywhere: tuple[str, ...] = ()  # criteria that a person must test on every page
    automatic: Report | None = None  # the same without `people`, where it has any
    documents: Documents = field(default_factory=Documents)
    document_list: Callable[[], Iterable[SiteDocument]] = tuple  # most linked first

    @property
    def by_rules(self) -> Report:
        """What the rules alone said: all that is compared, and that a gate judges."""
        return self.automatic or self

    statement: PublishedStatement | None = None  # None: it was not looked for

    def judged(self, issue: Issue) -> int:
        """Of how many an issue's `pages` are: pages audited, or documents judged."""
        return self.documents.judged if issue.of_documents else self.coverage.audited

    owners: tuple[OwnerRule, ...] = ()  # the last that matches an issue has it
    views: Views | None = None  # None: nobody gave any
    inclusion: Callable[[], Inclusion | None] = lambda: None  # None: the run holds nothing of it
    recordings: Callable[[], Iterable[Recording]] = tuple  # sound and film, page by page
    inclusion_rows: Callable[[], Iterable[tuple[object, ...]]] = tuple  # a table of its pages, heads first

    def of(self, outcome: Outcome, kind: Kind = Kind.FAILURE) -> tuple[Issue, ...]:
        """Issues with this outcome and kind, worst first."""
        return tuple(i for i in self.issues if i.outcome is outcome and i.kind is kind)


@dataclass(frozen=True, kw_only=True)
class Supplier:
    """A product or library that several sites use, and by what it shows (data/suppliers.toml)."""

    id: str
    name: str
    what: str  # what it is, and who makes it
    hosts: tuple[str, ...] = ()  # that serve it; each stands for its subdomains
    paths: tuple[str, ...] = ()  # how the paths of its pages begin
    classes: tuple[str, ...] = ()  # how its classes begin
    source: str = ""  # where this was learnt


@dataclass(frozen=True, kw_only=True)
class Region:
    """`[region]` in sites.toml: what the sites are together, and whom a person lets be named in public."""

    name: str = "All sites"
    authorities: frozenset[str] = frozenset()  # ids of sites that open data may name
    suppliers: frozenset[str] = frozenset()  # ids, as in data/suppliers.toml
    confirmed_by: str = ""
    confirmed_on: date | None = None


@dataclass(frozen=True, kw_only=True)
class Trace:
    """Confirmed problems of one rule on one component at one site, as they are held against other sites'."""

    key: str  # the same at every site: the supplier's id, or made of the component
    supplier: Supplier | None
    component: str  # in words
    evidence: str  # by what it was recognised, in words
    rule: Rule
    problems: int
    pages: int  # that the widest of them is on
    places: int
    at_least: bool
    example: str  # address of a page it is on
    excerpt: str


@dataclass(frozen=True, kw_only=True, eq=False)  # one is only itself: comparing two in full takes long
class Authority:
    """One site of a region, with what the overview keeps of its audit. Problems are confirmed failures."""

    site: Site
    slug: str  # its name in paths of files
    audit: Report | None = None  # run, coverage and settings alone: no issues, no iterators
    is_comparable: bool = False  # a finished and complete audit
    internal: bool = False  # on a private network: no part of open data
    known: int = 0  # web pages known, audited or not; of an audit with a limit there may be more
    failure_pages: int = 0  # audited pages with a problem
    impacts: Mapping[Impact | None, int] = field(default_factory=dict)  # problems, counted
    questions: int = 0  # that the rules left to a person
    first: tuple[Issue, ...] = ()  # what to fix first, without examples
    failing: frozenset[str] = frozenset()  # rules with a problem
    clear: frozenset[str] = frozenset()  # rules that judged something, and had no problem, question or error
    rules: Mapping[str, Rule] = field(default_factory=dict)  # of both
    traces: tuple[Trace, ...] = ()
    untraced: int = 0  # problems beyond those held against other sites'
    systems: tuple[Sighting, ...] = ()  # content systems that its pages seem to be made with

    @property
    def problems(self) -> int:
        return sum(self.impacts.values())

    @property
    def is_sample(self) -> bool:
        """Whether a limit left pages out that are known."""
        return self.audit is not None and self.known > self.audit.coverage.in_scope


@dataclass(frozen=True, kw_only=True)
class Strength:
    """A rule that some authorities of a group have no problem with and others have."""

    rule: Rule
    without: tuple[Authority, ...]
    failing: tuple[Authority, ...]


@dataclass(frozen=True, kw_only=True)
class Alike:
    """Authorities whose audits were made in the same way, and so may be compared."""

    method: Mapping[str, str]  # the settings that decide what is audited, in words
    authorities: tuple[Authority, ...]  # by name
    strengths: tuple[Strength, ...]  # most authorities with a problem first


@dataclass(frozen=True, kw_only=True)
class SharedProblem:
    """One rule that a shared component fails at several authorities."""

    rule: Rule
    found: tuple[tuple[Authority, Trace], ...]  # by the authority's name


@dataclass(frozen=True, kw_only=True)
class Shared:
    """A component or product that fails at several authorities by the same rule."""

    id: str
    supplier: Supplier | None
    component: str  # in words
    problems: tuple[SharedProblem, ...]
    authorities: tuple[Authority, ...]  # where any of it was found, by name


@dataclass(frozen=True, kw_only=True)
class Overview:
    """Many sites together. Nothing in it is added up or put in order across audits that are not alike."""

    region: Region
    made: datetime
    authorities: tuple[Authority, ...]  # by name
    groups: tuple[Alike, ...]
    shared: tuple[Shared, ...]  # at most authorities first

    @property
    def apart(self) -> tuple[Authority, ...]:
        """Those that cannot be compared."""
        return tuple(each for each in self.authorities if not each.is_comparable)


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
