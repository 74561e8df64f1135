"""One report that every format renders, with each outcome of an address and hostile text in it.

Golden files are compared byte for byte; after a wanted change write them anew with

    AUDITOR_UPDATE_GOLDEN=1 pytest tests/formats

and read the difference before committing it.
"""

from __future__ import annotations

import base64
import dataclasses
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from auditor.checklist import checklist
from auditor.formats import FORMATS, retest_files
from auditor.identity import identified
from auditor.issues import group
from auditor.models import (
    AuditPoint,
    Candidate,
    Change,
    Comparison,
    Component,
    Coverage,
    Discovery,
    DocumentState,
    Endless,
    Finding,
    FormerCandidate,
    GateFailure,
    GateResult,
    Impact,
    Inclusion,
    Issue,
    IssueCounts,
    IssueLife,
    JourneyResult,
    JourneyState,
    Kind,
    KnownIssue,
    Match,
    Measure,
    OtherHost,
    Outcome,
    Owner,
    OwnerRule,
    PageFigure,
    Period,
    PersonResult,
    Picture,
    Recording,
    Report,
    ReportedItem,
    Retest,
    Retested,
    RetestState,
    Rule,
    RuleResult,
    Run,
    RunState,
    Sent,
    Sighting,
    Site,
    SiteDocument,
    Source,
    Status,
    StepResult,
    Tier,
    Untested,
    UrlOutcome,
    VariantCount,
    Views,
    Visit,
    Waiver,
)
from auditor.people import joined
from auditor.report import counted
from auditor.statement import published
from auditor.tools import measures

BASE = "https://www.ambleworth.example"
STARTED = datetime(2026, 11, 21, 9, 30, tzinfo=UTC)
HOSTILE = (
    "<script>alert(1)</script>\x1b[31m\u202egnp.exe\u2066 \x00\ud800\x9b2J </bdi></code>"
    "&amp;{{ 7*7 }}\r\nFIXED"
)

STATEMENT = {
    "url": f"{BASE}/accessibility-statement",
    "title": f"Accessibility statement {HOSTILE}",
    "lang": "en",
    "text": {
        "h1": "Accessibility statement",
        "blocks": [
            [1, "Accessibility statement", []],
            [0, f"This accessibility statement applies to [name of website {HOSTILE}].", []],
            [2, f"Compliance of {HOSTILE}", []],
            [0, "This website is fully compliant with the Web Content Accessibility Guidelines 2.1 AA.", []],
            [2, "Non-accessible content", []],
            [0, f"Videos fail 1.2.2. We plan to mend them by May 2025. {HOSTILE}", [[HOSTILE, HOSTILE]]],
        ],
    },
    "document": "",
    "linked": 3,
    "pages": 5,
    "on_home": False,
    "hosts": {"www.ambleworth.example": 6},
    "document_hosts": {},
    "asked": [f"{BASE}/accessibility", f"javascript:{HOSTILE}"],
    "others": [f"{BASE}/old-statement"],
    "why_incomplete": "",
}

IMAGE = Rule(
    id="image-alt",
    title="Pictures have no description",
    why="A screen reader can say only 'image', or read out a file name. People who cannot see the picture "
    "miss what it says.",
    who=("blind", "deafblind"),
    fix="Editor: describe the picture in its alternative text field. Leave the field empty if the picture is "
    "only decoration.",
    wcag=("1.1.1",),
    kind=Kind.FAILURE,
    impact=Impact.CRITICAL,
    engine="axe",
    act=("23a2a8",),
    help_url="https://dequeuniversity.com/rules/axe/4.12/image-alt",
    before='<p>\n  <img src="/bin.jpg">\n</p>',
    after='<p>\n  <img src="/bin.jpg" alt="Brown bin with a green lid">\n</p>',
    content_system="In the media library, fill in the field called Alternative text.",
    owner="editor",
)
CONTRAST = Rule(
    id="color-contrast",
    title="Text is too faint against its background",
    why="People with low vision, and anyone in bright light, cannot make out the words.",
    who=("low-vision", "colour-blind", "older"),
    fix="Developer: darken the text or lighten the background until the contrast is at least 4.5 to 1.",
    wcag=("1.4.3",),
    kind=Kind.FAILURE,
    impact=Impact.SERIOUS,
    engine="axe",
    act=("afw4f7",),
    help_url="https://dequeuniversity.com/rules/axe/4.12/color-contrast",
    owner="template",
)
LINK = Rule(
    id="link-name",
    title="Links have no text",
    why="A screen reader says only 'link', or reads out a web address. Nobody can tell where it leads.",
    who=("blind", "deafblind", "voice-control"),
    fix="Editor: put words into the link that say where it leads.",
    wcag=("2.4.4", "4.1.2"),
    kind=Kind.FAILURE,
    impact=Impact.SERIOUS,
    engine="axe",
    act=("c487ae", "javascript:1"),
    help_url="javascript:alert(1)",
)
REGION = Rule(
    id="region",
    title="Parts of the page lie outside its marked regions",
    why="People who jump from region to region with a screen reader miss what lies between.",
    who=("blind",),
    fix="Developer: put all content inside header, nav, main or footer.",
    wcag=(),
    kind=Kind.ADVICE,
    impact=Impact.MODERATE,
    engine="axe",
)
QUIET = Rule(
    id="html-has-lang",
    title="The page does not say which language it is in",
    why="A screen reader may read the page with the wrong pronunciation.",
    who=("blind", "dyslexia"),
    fix="Developer: state the language on the html element.",
    wcag=("3.1.1",),
    kind=Kind.FAILURE,
    impact=Impact.SERIOUS,
    engine="axe",
)
CAPTIONS = Rule(
    id="video-caption",
    title="Videos may have no captions",
    why="Deaf people miss what is said.",
    who=("deaf", "hard-of-hearing"),
    fix="Editor: add captions.",
    wcag=("1.2.2",),
    kind=Kind.FAILURE,
    impact=Impact.CRITICAL,
    engine="axe",
    can_fail=False,
)
RULES = {rule.id: rule for rule in (REGION, LINK, IMAGE, CONTRAST, QUIET, CAPTIONS)}


def _visit(path: str, outcome: UrlOutcome, **values: Any) -> Visit:
    defaults: dict[str, Any] = {"depth": 1, "found_on": f"{BASE}/", "discovery": Discovery.LINK}
    if outcome is UrlOutcome.AUDITED:
        defaults |= {
            "final_url": BASE + path,
            "status": 200,
            "content_type": "text/html",
            "started": STARTED + timedelta(seconds=len(path)),
            "seconds": 1.25,
        }
    return Visit(url=BASE + path, outcome=outcome, **(defaults | values))


VISITS = (
    _visit(
        "/",
        UrlOutcome.AUDITED,
        title="Home – Ambleworth Borough Council",
        depth=0,
        found_on=None,
        discovery=Discovery.START,
    ),
    _visit("/bins", UrlOutcome.AUDITED, title="Bins and recycling"),
    _visit("/council-tax", UrlOutcome.AUDITED, title="Council tax"),
    _visit("/council-tax/pay", UrlOutcome.AUDITED, title="Pay your council tax", depth=2),
    _visit("/contact", UrlOutcome.AUDITED, title="Contact us", discovery=Discovery.SITEMAP, found_on=None),
    _visit("/news/hostile", UrlOutcome.AUDITED, title=HOSTILE, depth=2),
    _visit(
        "/planning/search",
        UrlOutcome.BLOCKED,
        status=403,
        reason='the site asked for a check for robots, with a page titled "Wait. Please. Wait". Let us in, '
        "for example by a header. Or not.",
    ),
    _visit("/old-page", UrlOutcome.FAILED, status=404, reason="the page does not exist"),
    _visit("/slow", UrlOutcome.FAILED, reason="the page took longer than 60 seconds"),
    _visit("/private", UrlOutcome.DISALLOWED, reason="robots.txt forbids it"),
    _visit(
        "/budget.pdf",
        UrlOutcome.NOT_HTML,
        status=200,
        content_type="application/pdf",
        reason="a PDF",
    ),
    _visit("/forms/claim.docx", UrlOutcome.NOT_HTML, reason="A Word document, by its name."),
    _visit("/map.png", UrlOutcome.NOT_HTML, reason="A file that is no page, by its name."),
    _visit("/tax", UrlOutcome.REDIRECTED, status=301, final_url=f"{BASE}/council-tax", reason="moved"),
    _visit("/index.html", UrlOutcome.DUPLICATE, final_url=f"{BASE}/", reason="same page as the home page"),
    Visit(
        url="javascript:alert(document.domain)//" + "long" * 400,
        outcome=UrlOutcome.OUT_OF_SCOPE,
        reason=HOSTILE,
        found_on=f"{BASE}/news/hostile",
        depth=2,
    ),
    _visit("/archive?page=2", UrlOutcome.OVER_BUDGET, reason="the limit of 6 pages was reached"),
    _visit("/events?month=2031-07", UrlOutcome.OVER_BUDGET, reason="looks endless"),
)


DOCUMENTS = (
    SiteDocument(
        url=f"{BASE}/budget.pdf",
        state=DocumentState.JUDGED,
        reason="",
        kind="PDF document",
        known_by="content",
        links=3,
        text="Budget for 2026",
        found_on=f"{BASE}/council-tax",
        rank=1,
        why=("among the most linked: 3 pages link to it",),
        said_type="application/pdf",
        size=1_240_000,
        modified=datetime(2026, 2, 3, tzinfo=UTC),
        sha256="0" * 64,
        facts={"title": "Budget", "language": "en-GB", "pages": 12, "tagged": True, "words": 5400},
    ),
    SiteDocument(
        url=f"{BASE}/{HOSTILE}.pdf",
        state=DocumentState.UNREADABLE,
        reason=HOSTILE,
        kind="PDF document",
        known_by="server",
        links=2,
        text=HOSTILE,
        found_on=f"javascript:alert(1)//{HOSTILE}",
        rank=2,
        why=(HOSTILE,),
        said_type=HOSTILE,
        facts={"title": HOSTILE, "producer": HOSTILE, "left_out": [HOSTILE]},
        exempt=HOSTILE,
    ),
    SiteDocument(
        url="javascript:alert(document.domain)//theirs.docx",
        state=DocumentState.UNCHANGED,
        reason="It is as it was.",
        kind="Word document",
        known_by="content",
        links=1,
        text=HOSTILE,
        rank=3,
        facts={"title": HOSTILE, "producer": HOSTILE, "language": HOSTILE, "left_out": [HOSTILE]},
    ),
    SiteDocument(
        url=f"{BASE}/forms/claim.docx",
        state=DocumentState.LISTED,
        reason="",
        kind="Word document",
        known_by="name",
        links=0,
    ),
)


def _finding(rule: Rule, path: str, outcome: Outcome = Outcome.FAILED, **values: Any) -> Finding:
    defaults: dict[str, Any] = {
        "impact": rule.impact,
        "state": "loaded",
        "frame": (),
        "selector": "main > p",
        "excerpt": "<p>Text</p>",
        "message": rule.title,
    }
    found = Finding(
        rule=rule.id,
        outcome=outcome,
        kind=rule.kind,
        wcag=rule.wcag,
        act=rule.act,
        url=BASE + path,
        **(defaults | values),
    )
    return identified(found, rule)


_FOUND = (
    _finding(
        IMAGE,
        "/",
        selector="#hero > img",
        excerpt='<img src="/media/town-hall.jpg" class="hero">',
        message="The picture has no alt attribute.",
    ),
    _finding(
        IMAGE,
        "/bins",
        selector=".calendar img:nth-child(2)",
        excerpt='<img src="/media/bin-day.png">',
        message="The picture has no alt attribute.",
        frame=("iframe#calendar",),
    ),
    *(
        _finding(
            CONTRAST,
            path,
            selector="footer .small",
            excerpt='<p class="small">Copyright Ambleworth Borough Council</p>',
            component=Component(
                landmarks=("contentinfo",),
                path=("div.inner",),
                shape="p.small",
                target="",
                text="copyright ambleworth borough council",
            ),
            message="The contrast is 2.9 to 1; 4.5 to 1 is needed.",
        )
        for path in ("/", "/bins", "/council-tax", "/contact")
    ),
    *(
        _finding(
            CONTRAST,
            "/council-tax/pay",
            selector=f"table tr:nth-child({row}) td",
            excerpt=f'<td class="faint">Band {row}</td>',
            message="The contrast is 3.1 to 1; 4.5 to 1 is needed.",
        )
        for row in range(1, 13)
    ),
    _finding(
        LINK,
        "/news/hostile",
        selector=HOSTILE + "div > " * 200 + "a",
        excerpt='<a href="javascript:alert(1)" onclick="x()">' + HOSTILE + "w" * 1_500,
        message=HOSTILE,
        frame=("iframe\u202e", "x-app >>> iframe"),
        component=Component(
            landmarks=(HOSTILE,), path=(HOSTILE,), shape=HOSTILE, target=HOSTILE, text=HOSTILE
        ),
        state="menu open \x07",
    ),
    _finding(
        CONTRAST,
        "/",
        Outcome.CANT_TELL,
        selector="#hero h2",
        excerpt="<h2>Welcome\n  to Ambleworth</h2>",
        message="The text lies on a picture.",
    ),
    _finding(REGION, "/contact", selector="body > .banner", excerpt='<div class="banner">', impact=None),
    _finding(REGION, "/bins", selector="body > .banner", excerpt='<div class="banner">'),
)
_PLACE = {visit.url: number for number, visit in enumerate(VISITS)}
FINDINGS = tuple(sorted(_FOUND, key=lambda found: _PLACE[found.url]))  # as the store gives them
CAPPED = (
    {
        "url": f"{BASE}/council-tax/pay",
        "rule": "color-contrast",
        "outcome": "failed",
        "places": 240,
        "listed": 12,
    },
)
UNTESTED = (
    Untested(
        url=f"{BASE}/contact",
        what="frame",
        where="https://maps.supplier.example/embed?q=Ambleworth",
        reason="on another website",
    ),
    Untested(url=f"{BASE}/news/hostile", what="frame", where="javascript:alert(1)", reason=HOSTILE),
    Untested(url=f"{BASE}/bins", what="control", where="#delete", reason="Its name says that it deletes."),
    Untested(url=f"{BASE}/bins", what="part", where=f"{BASE}/bins", reason="3 more fields were not tried."),
    Untested(url=f"{BASE}/bins", what="request", where="POST https://x.example/", reason="It was held back."),
    Untested(url=f"{BASE}/bins", what="state", where="dark colours", reason="the page closed itself"),
)
ERRORS = (
    {"url": f"{BASE}/bins", "rule": "video-caption", "error": "ran longer than 5 seconds"},
    {"url": f"{BASE}/news/hostile", "rule": "video-caption", "error": HOSTILE},
)

ENDLESS = (
    Endless(
        pattern="www.ambleworth.example/events?month=#",
        visited=8,
        left_out=1,
        examples=(f"{BASE}/events?month=2031-07",),
        reason="8 in a row brought no new address",
    ),
    Endless(pattern=HOSTILE, visited=3, left_out=0, examples=("javascript:alert(1)",), reason=HOSTILE),
)
OTHER_HOSTS = (
    OtherHost(
        host="pay.ambleworth.example",
        addresses=12,
        example="https://pay.ambleworth.example/council-tax",
        found_on=f"{BASE}/council-tax",
    ),
    OtherHost(host=HOSTILE, addresses=1, example="javascript:alert(1)", found_on=None),
    *(
        OtherHost(
            host=f"partner-{n}.example",
            addresses=1,
            example=f"https://partner-{n}.example/",
            found_on=f"{BASE}/contact",
        )
        for n in range(9)
    ),
)
FEATURES: tuple[tuple[str, dict[str, int]], ...] = (
    (f"{BASE}/", {"picture": 3}),
    (f"{BASE}/bins", {"picture": 1}),
    (f"{BASE}/council-tax", {}),
    (f"{BASE}/council-tax/pay", {"field": 4}),
    (f"{BASE}/contact", {"field": 3}),
    ("javascript:alert(1)//" + HOSTILE, {"picture": 1, "field": 1}),
)
DESIGN = Owner(id="design-team", name="Design team", contact="design@ambleworth.example")
OWNERS = (
    OwnerRule(owner=DESIGN, components=("contentinfo*",)),
    OwnerRule(owner=Owner(id="press", name="Press office"), pages=("/news/*",)),
    OwnerRule(owner=Owner(id="maps-ltd", name="Maps Ltd"), suppliers=("*.supplier.example",)),
)
VIEWS = Views(
    source="views.csv",
    measure="Pageviews",
    pages={f"{BASE}/": 4_000, f"{BASE}/bins": 5_500, f"{BASE}/council-tax/pay": 500},
    rows=5,
    left_out=1,
)


def rule_results() -> Iterator[tuple[str, RuleResult]]:
    """What each rule said of each audited page, as `rule_outcomes` counts it."""
    errors = {(error["url"], error["rule"]): error["error"] for error in ERRORS}
    for url in (visit.url for visit in VISITS if visit.outcome is UrlOutcome.AUDITED):
        for rule in sorted(RULES):
            if (url, rule) in errors:
                yield url, RuleResult(rule=rule, outcome=Outcome.ERROR, error=errors[url, rule])
                continue
            places = Counter(f.outcome for f in FINDINGS if (f.url, f.rule) == (url, rule))
            for outcome, n in sorted(places.items()):
                yield url, RuleResult(rule=rule, outcome=outcome, places=n)
            if rule == "color-contrast" or (not places and rule not in ("video-caption", "image-alt")):
                yield url, RuleResult(rule=rule, outcome=Outcome.PASSED)
            elif not places:
                nothing = rule == "video-caption" or url == f"{BASE}/council-tax"
                yield (
                    url,
                    RuleResult(rule=rule, outcome=Outcome.INAPPLICABLE if nothing else Outcome.PASSED),
                )


REFUSED = {"loopback address": 3, "private address": 14, "known tracker": 40, HOSTILE: 1}


WEBP = base64.b64decode("UklGRigAAABXRUJQVlA4TBsAAAAv30FDAAfQri40qv8BAEX6/58i+p/63//+TxoA")  # a plain one


def picture_of(issue: str) -> Picture | None:
    """Of the footer's text and of the hostile link."""
    pages = {f.issue: f.url for f in reversed(FINDINGS) if f.component}
    if issue not in pages:
        return None
    return Picture(
        issue=issue,
        url=pages[issue],
        taken=STARTED + timedelta(minutes=3),
        media_type="image/webp",
        width=480,
        height=270,
        data=WEBP,
    )


def make_history(issues: Sequence[Issue]) -> dict[str, Any]:
    """Four audits, of which one was otherwise, with a life for each issue and one that is fixed."""
    dates = [STARTED - timedelta(days=days) for days in (90, 49, 7, 0)]
    history = tuple(
        AuditPoint(
            site="ambleworth",
            run=number,
            started=started,
            audited=audited,
            in_scope=9,
            complete=number == 5,
            problems=problems,
            questions=1,
            failure_pages=min(problems, audited),
            impacts={Impact.CRITICAL: 2, Impact.SERIOUS: problems - 2},
            method={"urls": ["/"], "max_pages": audited, "axe": "4.12.1 (aaaaaaaa)", "own_rules": HOSTILE},
            versions={"axe": "4.12.1"},
            sample=str(audited),
        )
        for number, started, audited, problems in zip(
            (4, 5, 6, 7), dates, (6, 9, 6, 6), (7, 8, 6, 5), strict=True
        )
    )
    lives = [
        IssueLife(
            id=issue.id,
            rule=issue.rule,
            outcome=issue.outcome,
            impact=issue.impact,
            title=issue.title,
            component=issue.component,
            periods=(
                Period(opened=dates[0], may_be_older=True, fixed=None if number else dates[2]),
                *([] if number else [Period(opened=dates[3], may_be_older=False)]),
            ),
            last_seen=dates[2] if number == 2 else dates[3],
            last_run=6 if number == 2 else 7,
            seen=3,
        )
        for number, issue in enumerate(issue for issue in issues if issue.kind is Kind.FAILURE)
    ]
    gone = IssueLife(
        id="html-has-lang-failed-0f1e2d3c4b",
        rule=QUIET.id,
        outcome=Outcome.FAILED,
        impact=QUIET.impact,
        title=QUIET.title,
        component=None,
        periods=(Period(opened=dates[1], may_be_older=False, fixed=dates[3]),),
        last_seen=dates[2],
        last_run=6,
        seen=2,
    )
    return {"history": history, "lives": {life.id: life for life in lives}, "fixed_lives": (gone,)}


def make_retest(report: Report) -> Retest:
    """A list with an item of each state."""
    issue = report.issues[0]
    item = ReportedItem(
        line=2,
        reference="GDS-1",
        page=f"{BASE}/bins",
        problem="The picture of the calendar has no alternative text.",
        criteria=("1.1.1",),
        reported=date(2026, 9, 1),
    )
    former = FormerCandidate(
        title=QUIET.title, match=Match.RULE, last_found=STARTED - timedelta(days=7), gone=STARTED
    )
    there = Retested(
        item=item,
        state=RetestState.THERE,
        why="The same element still fails.",
        page=f"{BASE}/bins",
        candidates=(Candidate(issue=issue, match=Match.PLACE, places=1, finding=issue.examples[0]),),
        former=(),
        due=date(2026, 11, 24),
        days_left=-3,
    )
    gone = dataclasses.replace(
        there,
        item=dataclasses.replace(
            item, reference="GDS-2", page="/", criteria=("3.1.1",), note="Template mended."
        ),
        state=RetestState.GONE,
        why="What the rule that was named had found on this page is not found any more.",
        page=f"{BASE}/",
        candidates=(),
        former=(former,),
        days_left=12,
    )
    unjudged = dataclasses.replace(
        gone,
        item=dataclasses.replace(item, reference=HOSTILE, page=HOSTILE, problem=HOSTILE, note=HOSTILE),
        state=RetestState.UNJUDGED,
        why="The page was not audited. " + HOSTILE,
        page=None,
        former=(),
    )
    return Retest(list_name="list.csv", today=date(2026, 11, 27), items=(there, gone, unjudged))


def issues_of(findings: Sequence[Finding], capped: Iterable[dict[str, Any]] = ()) -> tuple[Issue, ...]:
    """Grouped as the pipeline does it."""
    counts = []
    for key in dict.fromkeys(finding.issue for finding in findings):
        members = [finding for finding in findings if finding.issue == key]
        counts.append(
            IssueCounts(
                id=key,
                rule=members[0].rule,
                outcome=members[0].outcome,
                pages=len({f.url for f in members}),
                places=len(members),
                faults=len({f.fault for f in members}),
            )
        )
    more = {(each["rule"], Outcome(each["outcome"])) for each in capped}
    return group(counts, RULES, sorted(findings, key=lambda each: each.issue), more)


ABOUT = ("id", "name", "why", "threshold", "limits", "source", "url", "noted")


def make_inclusion(text: str) -> Inclusion:
    """A measure with a figure and one without, and things seen; `text` wherever pages have a say."""
    measures_ = [
        Measure(
            **{
                key: row[key]
                for key in ("id", "name", "why", "threshold", "limits", "source", "url", "noted")
            },
            verdict=f"Over it on 1 of 2 pages measured. {text}" if n == 0 else "Not measured on any page.",
            pages=2 - 2 * n,
            over=1 - n,
            unmeasured={"too short": 4, text: 1},
            worst=(
                PageFigure(url=f"{BASE}/", figure=15.25, text=text),
                PageFigure(url=text, figure=1, text=text),
            ),
            parts=(("With a phone number", 1, 2),),
            sections=((text, 1, 2),),
        )
        for n, row in enumerate(list(measures().values())[:2])
    ]
    seen = [
        Sighting(kind=kind, id=text, name=f"{kind} {text}", why=text, pages=2, example=example)
        for kind, example in (("system", f"{BASE}/"), ("overlay", text), ("third-party", f"{BASE}/"))
    ]
    return Inclusion(pages=6, measures=tuple(measures_), sightings=tuple(seen))


INCLUSION = make_inclusion(HOSTILE)


def make_recordings(text: str) -> list[Recording]:
    """One of each kind; `text` stands wherever a page has a say."""
    own = Recording(
        url=f"{BASE}/",
        kind="video",
        player="",
        title=text,
        address=f"{BASE}/film.mp4",
        has_controls=True,
        buttons=0,
        plays_itself=False,
        is_muted=False,
        is_shown=True,
        captions=("en", text),
        transcript="link",
        has_described=True,
    )
    foreign = replace(own, player="YouTube", address=text, captions=(), transcript="", has_described=False)
    sound = replace(
        own,
        kind="audio",
        title="",
        captions=(),
        has_controls=False,
        buttons=2,
        plays_itself=True,
        is_shown=False,
    )
    return [own, foreign, sound]


RECORDINGS = make_recordings(HOSTILE)


JOURNEYS = (
    JourneyResult(
        id="pay",
        name="Pay council tax",
        state=JourneyState.NOT_PERMITTED,
        reason=HOSTILE,
        weight=5.0,
        lgsl=57,
        lgil=4,
        task="Pay",
        skills=("transacting",),
        stopped_at=2,
        steps=(
            StepResult(number=0, words="Go to the start", state="done", url=f"{BASE}/pay", audited=True),
            StepResult(number=1, words=HOSTILE, state="done", url=HOSTILE, supplier=HOSTILE),
            StepResult(number=2, words="Click “Pay”", state="not permitted", reason=HOSTILE),
        ),
        sent=(
            Sent(step=1, method="POST", host="forms.example", path=HOSTILE, count=2, stopped=False),
            Sent(step=2, method=HOSTILE, host=HOSTILE, path="/pay", count=1, stopped=True),
        ),
        states=3,
        audited=1,
        pages=1,
        kept=(HOSTILE,),
    ),
)


def make_report(
    *,
    visits: Callable[[], Iterable[Visit]] = lambda: VISITS,
    findings: Callable[[], Iterable[Finding]] = lambda: FINDINGS,
    issues: tuple[Issue, ...] | None = None,
    coverage: dict[str, Any] | None = None,
    **values: Any,
) -> Report:
    """A report of these visits and findings; `coverage` and `values` replace fields."""

    def chosen(
        rule: str | None = None, outcome: Outcome | None = None, issue: str | None = None
    ) -> Iterator[Finding]:
        for finding in findings():
            if (
                rule in (None, finding.rule)
                and issue in (None, finding.issue)
                and outcome in (None, finding.outcome)
            ):
                yield finding

    counts = dict.fromkeys(UrlOutcome, 0)
    for visit in visits():
        counts[visit.outcome] += 1
    figures: dict[str, Any] = {
        "known": sum(counts.values()),
        "by_outcome": counts,
        "in_scope": 9,
        "audited": counts[UrlOutcome.AUDITED],
        "broken_links": 1,
        "start_failed": (),
        "limits": ("the limit of 6 pages was reached: 1 address was left over",),
        "complete": False,
        "min_coverage": 0.95,
    }
    site = Site(
        id="ambleworth",
        name="Ambleworth Borough Council",
        urls=(f"{BASE}/",),
        gss="E07000999",
        max_pages=6,
        documents="sample",
        user_limits=frozenset({"max_pages", "max_depth"}),
        statement="uk-gb",
    )
    defaults: dict[str, Any] = {
        "site": site,
        "run": Run(
            id=7,
            site=site.id,
            state=RunState.DONE,
            started=STARTED,
            finished=STARTED + timedelta(minutes=74),
            settings=dataclasses.asdict(site),
            versions={"python": "3.13.1", "browser": "Chromium 156.0", "axe": "4.12.1", "auditor": "0.1.0"},
            notes=("robots.txt could not be read for 2 minutes",),
        ),
        "issues": issues if issues is not None else issues_of(FINDINGS, CAPPED),
        "rules": RULES,
        "rule_outcomes": {
            "image-alt": {Outcome.FAILED: 2, Outcome.PASSED: 3, Outcome.INAPPLICABLE: 1},
            "color-contrast": {Outcome.FAILED: 5, Outcome.CANT_TELL: 1, Outcome.PASSED: 6},
            "link-name": {Outcome.FAILED: 1, Outcome.PASSED: 5},
            "region": {Outcome.FAILED: 2, Outcome.PASSED: 4},
            "html-has-lang": {Outcome.PASSED: 6},
            "video-caption": {Outcome.ERROR: 2, Outcome.INAPPLICABLE: 4},
        },
        "rule_results": rule_results,
        "untested": lambda: UNTESTED,
        "rule_errors": lambda: ERRORS,
        "capped": lambda: CAPPED,
        "endless": ENDLESS,
        "other_hosts": lambda: OTHER_HOSTS,
        "documents": counted(DOCUMENTS),
        "document_list": lambda: DOCUMENTS,
        "refused": REFUSED,
        "picture": picture_of,
        "owners": OWNERS,
        "views": VIEWS,
        "recordings": lambda: RECORDINGS,
        "inclusion": lambda: INCLUSION,
        "inclusion_rows": lambda: [("Page", "Words"), (f"{BASE}/", 420), (HOSTILE, HOSTILE)],
        "checklist": checklist(values.get("site", site).standard, RULES.values(), FEATURES),
    }
    defaults["statement"] = published(
        STATEMENT,
        values.get("site", site),
        today=STARTED.date(),
        issues=values.get("issues", defaults["issues"]),
        rules=RULES.values(),
    )
    if "run" not in values:
        defaults |= make_history(defaults["issues"])
    return Report(
        coverage=Coverage(**(figures | (coverage or {}))),
        visits=visits,
        findings=chosen,
        issue_pages=lambda: {(each.issue, each.url) for each in chosen()},
        **(defaults | values),
    )


def make_big(pages: int, each: int) -> Report:
    """Many pages with the same fault many times, made anew at each reading and never all in memory."""

    def visits() -> Iterator[Visit]:
        for page in range(pages):
            yield _visit(f"/page-{page:05}", UrlOutcome.AUDITED, title=f"Page {page}")

    def findings() -> Iterator[Finding]:
        for page in range(pages):
            for place in range(each):
                yield _finding(
                    CONTRAST,
                    f"/page-{page:05}",
                    selector=f"#content > div:nth-child({place}) > p.small",
                    excerpt='<p class="small">' + "Some faint text & more " * 20 + "</p>",
                )

    issue = Issue(
        id=next(findings()).issue,
        rule="color-contrast",
        outcome=Outcome.FAILED,
        kind=Kind.FAILURE,
        impact=Impact.SERIOUS,
        wcag=("1.4.3",),
        title=CONTRAST.title,
        pages=pages,
        places=pages * each,
        faults=1,
        at_least=False,
        component=None,
        is_written=False,
        examples=(next(findings()),),
    )
    return make_report(
        visits=visits,
        findings=findings,
        issues=(issue,),
        coverage={"in_scope": pages, "complete": True, "limits": (), "broken_links": 0},
        capped=lambda: (),
        endless=(),
        other_hosts=lambda: (),
        refused={},
        driven=3,
        journeys=JOURNEYS,
        variants=(
            VariantCount(variant="phone", judged=3, same=1, new=1),
            VariantCount(variant="dark", judged=1, same=2, missed=1),
        ),
        rule_results=lambda: (
            (v.url, RuleResult(rule=CONTRAST.id, outcome=Outcome.FAILED)) for v in visits()
        ),
        untested=lambda: (),
        rule_errors=lambda: (),
    )


def make_peopled() -> Report:
    """The shared report with what people found: each outcome, each source, each kind of place."""
    base = make_report()
    (question,) = base.of(Outcome.CANT_TELL)

    def result(outcome: Outcome, criterion: str = "1.3.3", path: str = "", **values: Any) -> PersonResult:
        told: dict[str, Any] = {"source": Source.PERSON, "who": "web officer", "when": date(2026, 11, 3)}
        where = f"{BASE}{path}" if path else ""
        return PersonResult(outcome=outcome, criterion=criterion, page=where, file="a.csv", **(told | values))

    return joined(
        base,
        (
            result(
                Outcome.FAILED,
                path="/bins",
                what="“Press the green button” names it by colour alone.",
                where="above the calendar",
                impact=Impact.SERIOUS,
                technology="NVDA 2026.2 and Firefox",
                reference="TICKET-12",
            ),
            result(Outcome.FAILED, path="/tax", what="“press the green button” names it by colour alone."),
            result(Outcome.FAILED, "2.4.5", what="Search is the only way to find a page."),
            result(
                Outcome.FAILED,
                "",
                "/contact",
                source=Source.REPORTED,
                who="",
                what="I could not send the form.",
            ),
            result(Outcome.FAILED, "3.3.1", "/portal/pay", what="Errors are shown by a red border."),
            result(Outcome.CANT_TELL, "1.2.2", "/", what="The video did not play."),
            result(Outcome.FAILED, "1.4.6", "/", what="Text is at 6 to 1."),
            result(Outcome.FAILED, "2.1.2", "/", what="The menu kept the focus.", fixed=date(2026, 11, 9)),
            result(Outcome.PASSED, "2.1.1", "/"),
            result(Outcome.PASSED, "2.1.1", "/bins", when=date(2026, 11, 5), who="tester"),
            result(Outcome.INAPPLICABLE, "1.2.4"),
            result(Outcome.PASSED, "", issue=question.id),
            result(Outcome.PASSED, "", issue="color-contrast-cant-tell-0000000000"),
            PersonResult(source=Source.PERSON, outcome=Outcome.UNTESTED, criterion="1.1.1", page=f"{BASE}/"),
            PersonResult(source=Source.PERSON, outcome=Outcome.UNTESTED, criterion="1.1.1"),
        ),
    )


def known(issue: Issue, **values: Any) -> KnownIssue:
    """What is kept of an issue of the shared report; `values` replace fields."""
    kept: dict[str, Any] = {
        "id": issue.id,
        "rule": issue.rule,
        "outcome": issue.outcome,
        "impact": issue.impact,
        "title": issue.title,
        "said": "",
        "component": issue.component,
        "is_written": False,
        "pages": tuple(sorted({example.url.removeprefix(BASE) for example in issue.examples})),
    }
    return KnownIssue(**(kept | values))


def make_judged() -> Report:
    """The shared report, compared with another and judged by a gate: each status and each reason once."""
    base = make_report()
    failed = base.of(Outcome.FAILED)
    hero, calendar = (issue for issue in failed if issue.rule == IMAGE.id)
    footer, table = (issue for issue in failed if issue.rule == CONTRAST.id)
    (link,) = (issue for issue in failed if issue.rule == LINK.id)
    (question,) = base.of(Outcome.CANT_TELL)
    fixed = known(footer, id="html-has-lang-failed-0f1e2d3c4b", rule=QUIET.id, title=QUIET.title)
    unseen = known(footer, id="color-contrast-failed-5a6b7c8d9e", pages=("/planning/search", "/slow"))
    changes = (
        Change(status=Status.NEW, now=known(hero), before=None),
        Change(status=Status.NEW, now=known(calendar), before=None),
        Change(status=Status.PERSISTING, now=known(footer), before=known(footer), tier=Tier.EXACT),
        Change(status=Status.PERSISTING, now=known(table), before=known(footer), tier=Tier.MOVED),
        Change(status=Status.FIRST_JUDGED, now=known(link), before=None, cause="page"),
        Change(status=Status.NEW, now=known(question), before=None),
        Change(status=Status.FIXED, now=None, before=fixed),
        Change(status=Status.UNSEEN, now=None, before=unseen),
    )
    waiver = Waiver(
        reason="The supplier replaces the calendar in January.",
        owner="Web team",
        expires=date(2027, 1, 31),
        ground="third-party",
        rule=IMAGE.id,
        line=1,
    )
    gate = GateResult(
        failures=(
            GateFailure(
                setting="new",
                sentence="1 new confirmed problem of serious impact or worse.",
                remedy="Mend it, or waive it with a reason.",
                issues=(known(hero),),
            ),
            GateFailure(
                setting="coverage",
                sentence="66% of the pages in scope were audited; the gate asks for 90%.",
                remedy="See which pages were not audited, and why.",
            ),
        ),
        waived=((waiver, known(calendar)),),
        expired=(dataclasses.replace(waiver, reason="Old form.", expires=date(2026, 6, 1), line=2),),
        unused=(dataclasses.replace(waiver, reason="Gone.", line=3),),
        first_judged=(known(link),),
    )
    comparison = Comparison(before="run 6 of 14 November 2026", now="run 7", changes=changes)
    return dataclasses.replace(base, comparison=comparison, gate=gate)


@pytest.fixture(scope="session")
def report() -> Report:
    return make_report()


@pytest.fixture(scope="session")
def judged() -> Report:
    return make_judged()


@pytest.fixture(scope="session")
def peopled() -> Report:
    return make_peopled()


@pytest.fixture(scope="session")
def retested(report: Report) -> dict[str, bytes]:
    """The files of a retest, by path."""
    return {path: b"".join(chunks) for path, chunks in retest_files.render(make_retest(report), report)}


@pytest.fixture(scope="session")
def changed() -> Callable[..., Report]:
    return make_report


@pytest.fixture(scope="session")
def big() -> Callable[[int, int], Report]:
    return make_big


@pytest.fixture(scope="session")
def hostile() -> str:
    return HOSTILE


@pytest.fixture(scope="session")
def rendered() -> Callable[[str, Report], dict[str, bytes]]:
    """Renders a format whole: path to content."""

    def render(name: str, report: Report) -> dict[str, bytes]:
        return {path: b"".join(chunks) for path, chunks in FORMATS[name](report)}

    return render
