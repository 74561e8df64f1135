"""Journeys on a live service: what is judged on the way, what is sent, and what is never sent."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import asdict, replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

import auditor
from auditor.browser.journey import Travelled
from auditor.models import (
    Journey,
    JourneyResult,
    JourneyState,
    Outcome,
    Permission,
    Report,
    RunState,
    Site,
    Step,
    Target,
    UrlOutcome,
)
from auditor.priority import priorities
from auditor.store import RunReader, Store
from auditor.travelling import UNDER_WAY
from auditor.trying import try_journey

PERMISSION = Permission(by="The service's owner", on=date(2026, 11, 1))
FORM = """<form method="post" action="/next"><label for="name">Your name</label> <input id="name" name="name">
<button>Continue</button></form>"""
SECRET = "geheim-4711-wort"


def click(words: str, *, final: bool = False) -> Step:
    return Step(action="click", target=Target(words=words), final=final)


def fill(words: str, value: str = "Example Person", secret: str = "") -> Step:
    return Step(action="fill", target=Target(words=words), value=value, secret=secret)


def go(site: Any, tmp_path: Path, *steps: Step, permitted: bool = True, **settings: Any) -> Report:
    journey = Journey(
        id="apply",
        name="Apply",
        start=f"{site.origin}/",
        steps=steps,
        permission=PERMISSION if permitted else None,
    )
    rest: dict[str, Any] = {"drive": "no-page", "max_pages": 3, **settings}
    at = Site(
        id="site",
        name="Site",
        urls=(f"{site.origin}/",),
        internal=True,
        delay=0.0,
        pictures=False,
        journeys=(journey,),
        **rest,
    )
    return auditor.audit(at, store=f"sqlite:///{tmp_path}/audit.db", sandbox=False)


def posts(site: Any) -> list[str]:
    return [each.path for each in site.asked if each.method not in ("GET", "HEAD")]


@pytest.fixture
def service(site_server: Callable[..., Any], page: Callable[..., Any]) -> Any:
    return site_server({"/": page("Start", body=FORM), "/next": page("Next", body='<img src="/x.png">')})


def only(report: Report) -> JourneyResult:
    (journey,) = report.journeys
    return journey


def test_a_step_is_judged_and_told_with_journey_step_and_state(service: Any, tmp_path: Path) -> None:
    report = go(service, tmp_path, fill("Your name"), click("Continue"))
    journey = only(report)
    assert (journey.state, journey.states, journey.audited, journey.pages) == (JourneyState.COMPLETE, 2, 2, 2)
    (found,) = [f for f in report.findings() if f.rule == "image-alt"]
    assert (found.journey, found.step, found.state) == ("apply", 2, "apply, step 2: Next")
    assert found.url.endswith("/next")
    ledger = {visit.url: visit for visit in report.visits()}
    assert ledger[found.url].outcome is UrlOutcome.AUDITED
    assert ledger[found.url].discovery == "journey"
    (issue,) = [i for i in report.issues if i.rule == "image-alt"]
    assert (issue.journeys, issue.pages, issue.places) == (("apply",), 1, 1)
    assert [(s.step, s.method, s.path, s.count, s.stopped) for s in journey.sent] == [
        (2, "POST", "/next", 1, False)
    ]
    assert "Example Person" not in repr(journey), "what is in a request is not kept"


def test_without_permission_it_ends_before_anything_is_sent(service: Any, tmp_path: Path) -> None:
    report = go(service, tmp_path, fill("Your name"), click("Continue"), permitted=False)
    journey = only(report)
    assert journey.state is JourneyState.NOT_PERMITTED
    assert journey.stopped_at == 2
    assert posts(service) == []
    assert [(s.path, s.stopped) for s in journey.sent] == [("/next", True)]


def tried(site: Any, *steps: Step, permitted: bool = True, test_system: bool = False) -> Travelled:
    """Without judging anything, which takes less time."""
    journey = Journey(
        id="apply",
        name="Apply",
        start=f"{site.origin}/",
        steps=steps,
        permission=PERMISSION if permitted else None,
    )
    at = Site(id="s", name="S", urls=(f"{site.origin}/",), internal=True, delay=0.0, test_system=test_system)
    return asyncio.run(try_journey(at, journey, sandbox=False))


def test_a_draft_that_saves_itself_is_a_submission(
    site_server: Callable[..., Any], page: Callable[..., Any]
) -> None:
    body = f"""{FORM}<script>document.getElementById("name").addEventListener("input", () => {{
      fetch("/fetch", {{ method: "POST", body: "x" }}).catch(() => 0);
      navigator.sendBeacon("/beacon", "x");
      const asked = new XMLHttpRequest();
      asked.open("POST", "/xhr");
      asked.send("x");
      const frame = document.createElement("iframe");
      frame.srcdoc = "<form method=post action=/form></form><script>document.forms[0].submit()<\\/script>";
      document.body.append(frame);
    }})</script>"""
    paths = ["/beacon", "/fetch", "/form", "/xhr"]
    site = site_server({"/": page("Start", body=body), **{path: page("Saved") for path in paths}})
    gone = tried(site, fill("Your name"), Step(action="audit", value="x"), permitted=False)
    assert (gone.state, posts(site)) == (JourneyState.NOT_PERMITTED, [])
    assert sorted(s.path for s in gone.sent if s.stopped and s.step == 1) == paths
    gone = tried(site, fill("Your name"), Step(action="audit", value="x"))
    assert gone.state is JourneyState.COMPLETE
    assert sorted(posts(site)) == sorted(s.path for s in gone.sent if not s.stopped) == paths


def test_a_form_that_only_asks_is_no_submission(
    site_server: Callable[..., Any], page: Callable[..., Any]
) -> None:
    form = FORM.replace("post", "get")
    site = site_server({"/": page("Start", body=form), "/next?name=Example+Person": page("Next")})
    gone = tried(
        site, fill("Your name"), click("Continue"), Step(action="expect", url="/next?"), permitted=False
    )
    assert (gone.state, gone.sent) == (JourneyState.COMPLETE, ())


@pytest.mark.parametrize(
    ("button", "step"),
    [("Cyflwyno", click("Cyflwyno")), ("Send application", Step(action="press", value="Enter"))],
)
def test_a_final_step_is_not_done(
    site_server: Callable[..., Any], page: Callable[..., Any], button: str, step: Step
) -> None:
    site = site_server({"/": page("Start", body=FORM.replace("Continue", button)), "/next": page("Next")})
    gone = tried(site, fill("Your name"), step)
    assert (gone.state, gone.steps[-1].state) == (JourneyState.COMPLETE, "final")
    assert posts(site) == []


def test_the_state_before_a_final_step_is_driven(
    site_server: Callable[..., Any], page: Callable[..., Any], tmp_path: Path
) -> None:
    """Nothing of the page is needed after it: what opened on the way is tried by keys and pointer too."""
    body = (
        '<button type="button" onclick="this.nextElementSibling.hidden = false">Dates</button>'
        "<p hidden><span id=day>11</span></p><form method=post><button>Send</button></form>"
        "<script>day.addEventListener('click', () => { document.title += '!' })</script>"
    )
    site = site_server({"/": page("Start"), "/dates": page("Dates", body=body)})
    steps = (
        Step(action="go", value=f"{site.origin}/dates"),
        click("Dates"),
        click("Send", final=True),
    )
    report = go(site, tmp_path, *steps, drive="every-page")
    (found,) = [f for f in report.findings() if f.rule == "pointer-only"]
    assert (found.selector, found.journey, found.step) == ("#day", "apply", 2)
    journey = only(report)
    assert (journey.state, journey.audited) == (JourneyState.COMPLETE, journey.states)
    assert posts(site) == []


def test_a_test_system_is_gone_to_the_end_only_where_the_step_says_so(
    site_server: Callable[..., Any], page: Callable[..., Any]
) -> None:
    site = site_server({"/": page("Start", body=FORM.replace("Continue", "Pay now")), "/next": page("Paid")})
    assert tried(site, click("Pay now"), test_system=True).steps[-1].state == "final"
    assert tried(site, click("Pay now", final=True), test_system=True).steps[-1].state == "done"
    assert posts(site) == ["/next"]


def test_a_step_that_fails_says_what_is_nearest_and_leaves_the_audit_incomplete(
    service: Any, tmp_path: Path
) -> None:
    report = go(service, tmp_path, fill("Your name"), click("Continue to payment"))
    journey = only(report)
    assert journey.state is JourneyState.INCOMPLETE
    assert "“Continue to payment” is not there. Nearest to it: button “Continue”" in journey.reason
    assert [Path(file).name for file in journey.kept] == ["step-2.png", "trace.zip"]
    assert all(Path(file).stat().st_size for file in journey.kept)
    assert not report.coverage.complete


def test_a_secret_is_filled_in_and_kept_nowhere(
    site_server: Callable[..., Any], page: Callable[..., Any], tmp_path: Path
) -> None:
    echo = f'<p>You typed {SECRET}</p><img src="/{SECRET}.png">'
    site = site_server({"/": page("Start", body=FORM), "/next": page(SECRET, body=echo)})
    steps = (fill("Your name", "", "APPLY_PIN"), click("Continue"), click("Nowhere"))
    report = go(site, tmp_path, *steps, secrets=(("APPLY_PIN", SECRET),))
    journey = only(report)
    assert (journey.state, journey.audited, journey.kept) == (JourneyState.INCOMPLETE, 2, ())
    assert any(f.rule == "image-alt" and f.outcome is Outcome.FAILED for f in report.findings())
    for file in tmp_path.rglob("*"):
        assert file.is_dir() or SECRET.encode() not in file.read_bytes(), file


def test_what_keeps_a_step_from_being_done_comes_first(
    site_server: Callable[..., Any], page: Callable[..., Any], tmp_path: Path
) -> None:
    bad = '<p>Town</p><input id="town" placeholder="" title=""><img src="/a.png"><button>Next</button>'
    site = site_server({"/": page("Start", body=bad)})
    town = Step(action="fill", target=Target(css="#town"), value="Example")
    report = go(site, tmp_path, town)
    (barrier,) = only(report).barriers
    assert barrier.step == 1
    first = priorities(report).problems[0]
    assert (first.id, first.rule, first.stops) == (barrier.issue, "label", ("apply",))


def test_a_journey_that_sent_something_is_not_begun_again(service: Any, tmp_path: Path) -> None:
    report = go(service, tmp_path, click("Continue"))
    store = Store.open(f"sqlite:///{tmp_path}/audit.db")
    cut = replace(only(report), reason=UNDER_WAY, state=JourneyState.INCOMPLETE)
    store.keep_part(report.run.id, "journeys", [asdict(cut)])
    store.end_run(report.run.id, RunState.INTERRUPTED)
    again = auditor.audit(report.site, store=store, resume=True, sandbox=False)
    assert "had sent something, so it was not begun again" in only(again).reason
    assert posts(service) == ["/next"]
    assert RunReader(store, report.run.id).part("journeys")


NEWS = (
    '<form action="/news"><label>Email address <input name="news"></label><button>Subscribe</button></form>'
)
ASKS = """<form method="post" action="/next"><label for="e">Email address</label><input id="e" name="e">
<label for="t">Phone number</label><input id="t" name="t" value="{tel}"><button>Continue</button></form>"""


def test_what_an_earlier_step_asked_is_asked_about_where_it_is_asked_again(
    site_server: Callable[..., Any], page: Callable[..., Any], tmp_path: Path
) -> None:
    child = '<form method="post"><label>Your child\'s email address <input name="c"></label></form>'
    routes = {
        "/": page("Contact", body=ASKS.format(tel="") + NEWS),
        "/next": page(
            "Delivery", body=ASKS.format(tel="0117 496 0000").replace("Continue", "Send") + child + NEWS
        ),
    }
    first = Step(action="fill", target=Target(css="#e"), value="a@example.org")
    report = go(site_server(routes), tmp_path, first, click("Continue"), drive="representatives", max_pages=1)
    assert only(report).audited == 2
    found, *others = [f for f in report.findings() if f.rule == "asked-again"]
    assert not others, [(each.selector, each.state, each.message) for each in [*others, found]]
    assert (found.selector, found.url.rpartition("/")[2], found.outcome) == ("#e", "next", Outcome.CANT_TELL)
    assert "“Contact”" in found.message
