"""A site as `sites.toml` describes it, resolved."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from auditor.models.words import Impact


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
class Views:
    """How often pages were seen, as an export of a web analytics product tells it."""

    source: str  # the file's name
    measure: str  # what its column is called: "Pageviews"
    pages: Mapping[str, int]  # views by address, as the ledger has it; of audited pages that the file knows
    rows: int  # of the file, with those that were left out
    left_out: int  # rows that name no page: totals, "Others"
