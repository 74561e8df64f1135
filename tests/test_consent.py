"""Cookie banners: the first page is judged with one, then it is answered, and later pages have none."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import auditor
from auditor.models import BANNER, LOADED, Journey, JourneyState, Outcome, Report, Site, Step, Target

BAD = '<img id="{}" src="data:image/gif;base64,R0lGODlhAQABAAAAACH5BAEKAAEALAAAAAABAAEAAAICTAEAOw==">'
INNER = f"""<p>We would like to use cookies to count visits.</p>{BAD.format("logo")}
<button type="button" id="yes">Accept additional cookies</button>
<button type="button" id="no">{{}}</button>"""
REJECT = "Reject additional cookies"
# Shown until an answer is known; `{keep}` is what an answer does.
SCRIPT = """<script>
const known = () => {known};
if (!known()) {{
  const banner = document.createElement('section');
  banner.setAttribute('aria-label', 'Cookies on this site');
  banner.style = 'position: fixed; bottom: 0; left: 0; right: 0; background: #fff; padding: 1em';
  document.body.append(banner);
  const root = {root};
  root.innerHTML = `{inner}`;
  const done = (answer) => {{ {keep}; banner.remove(); }};
  root.querySelector('#yes').onclick = () => done('yes');
  root.querySelector('#no').onclick = () => done('no');
}}
</script>"""
COOKIE = {
    "known": "document.cookie.includes('choice=')",
    "keep": "document.cookie = 'choice=' + answer + ';path=/'",
}
STORE = {"known": "localStorage.getItem('choice')", "keep": "localStorage.setItem('choice', answer)"}
LIGHT = {"root": "banner"}
SHADOW = {"root": "banner.attachShadow({mode: 'open'})"}
PATHS = ("/", "/one")


def script(*parts: dict[str, str], reject: str = REJECT) -> str:
    values: dict[str, str] = {}
    for part in parts:
        values |= part
    return SCRIPT.format(inner=INNER.format(reject), **values)


@pytest.fixture
def town(site_server: Callable[..., Any], page: Callable[..., Any]) -> Callable[[str], Any]:
    """A site of two pages with this on each."""

    def serve(body: str) -> Any:
        pages = {path: page(f"Page {path}", *PATHS, body=f"<p>Page {path}</p>{body}") for path in PATHS}
        return site_server({**pages, "/log": (204, {}, b"")})

    return serve


def audited(site: Any, tmp_path: Path, **settings: Any) -> Report:
    told = {"drive": "no-page", "pictures": False, "internal_origins": (), **settings}
    at = Site(id="town", name="Town", urls=(f"{site.origin}/",), internal=True, delay=0.0, **told)
    return auditor.audit(at, store=f"sqlite:///{tmp_path}/a.db", sandbox=False)


def logos(report: Report, site: Any) -> set[tuple[str, str]]:
    """Page and state of each confirmed failure of the banner's own picture."""
    found = report.findings(rule="image-alt", outcome=Outcome.FAILED)
    return {(f.url.removeprefix(site.origin), f.state) for f in found}


@pytest.mark.parametrize(
    ("root", "kept"),
    [
        pytest.param(LIGHT, COOKIE, id="light-cookie"),
        pytest.param(SHADOW, STORE, id="shadow-storage"),
        pytest.param(LIGHT, STORE, id="light-storage", marks=pytest.mark.soak),
        pytest.param(SHADOW, COOKIE, id="shadow-cookie", marks=pytest.mark.soak),
    ],
)
def test_the_first_page_has_it_and_no_other(
    town: Any, tmp_path: Path, kept: dict[str, str], root: dict[str, str]
) -> None:
    site = town(script(kept, root))
    report = audited(site, tmp_path)
    assert report.coverage.audited == len(PATHS)
    assert logos(report, site) == {("/", BANNER)}
    (banner,) = report.banners
    assert (banner.done, banner.reason, banner.stood, banner.sent) == ("refused", "", 0, ())
    assert banner.name == "Cookies on this site"
    assert any("No page audited after that showed it." in note for note in report.run.notes)


def test_what_a_page_opens_is_looked_for_with_the_answer_in_place(
    site_server: Callable[..., Any], page: Callable[..., Any], tmp_path: Path
) -> None:
    """The page is loaded anew for it, in a tab that shares its cookies with those at work beside it."""
    cookies: dict[str, list[str]] = {"/one": [], "/two": []}

    def answering(path: str) -> Callable[[Any], Any]:
        def answer(asked: Any) -> Any:
            cookies[path].append(asked.headers.get("cookie", ""))
            more = f"<details><summary>More</summary><p>{path} in full</p></details>"
            return page(f"Page {path}", body=f"<p>Page {path}</p>{more}{script(COOKIE, LIGHT)}")

        return answer

    site = site_server(
        {"/": page("Start", *cookies, body=script(COOKIE, LIGHT)), **{p: answering(p) for p in cookies}}
    )
    report = audited(site, tmp_path, drive="every-page", explore=True)
    assert len(cookies["/one"]) > 1, "it was not loaded again"
    assert {each for told in cookies.values() for each in told} == {"choice=no"}
    assert report.banners[0].stood == 0


def test_pages_opened_beside_the_first_that_has_it_come_again(
    site_server: Callable[..., Any], page: Callable[..., Any], tmp_path: Path
) -> None:
    """The start page has none, so nothing kept the others from being open when it was answered."""
    paths = tuple(f"/{number}" for number in range(6))
    pages = {path: page(f"Page {path}", body=f"<p>Page {path}</p>{script(COOKIE, LIGHT)}") for path in paths}
    site = site_server({"/": page("Start", *paths, body="<p>Start</p>"), **pages})
    report = audited(site, tmp_path, concurrency=4)
    assert report.coverage.audited == 7
    found = logos(report, site)
    assert {state for _, state in found} == {BANNER}
    assert len(found) == 1
    (banner,) = report.banners
    assert (banner.done, banner.stood) == ("refused", 0)


@pytest.mark.parametrize("own_process", [False, True])
def test_a_banner_in_a_frame_of_another_origin(
    town: Any, site_server: Any, tmp_path: Path, own_process: bool
) -> None:
    """Kept by the frame itself; or, where that is another site's and may keep nothing, by the page."""
    known, keep = ("false", "0") if own_process else ("localStorage.choice", "localStorage.choice = 'no'")
    inner = f"""<!doctype html><html lang="en"><title>Cookies</title>
    <main><h1>Cookies</h1>{INNER.format(REJECT)}</main>
    <script>
    const done = () => {{ {keep}; parent.postMessage('answered', '*'); }};
    document.querySelector('#no').onclick = done;
    if ({known}) parent.postMessage('answered', '*');
    </script>"""
    other = site_server({"/": (200, {"Content-Type": "text/html"}, inner.encode())})
    origin = other.origin.replace("127.0.0.1", "localhost") if own_process else other.origin
    kept = "document.cookie = 'choice=no;path=/'" if own_process else "0"
    site = town(f"""<script>
    if (!document.cookie.includes('choice')) {{
      document.write('<iframe title="Cookies" src="{origin}/" style="width: 90%; height: 200px"></iframe>');
      addEventListener('message', () => {{ {kept}; document.querySelector('iframe')?.remove(); }});
    }}</script>""")
    report = audited(site, tmp_path, internal_origins=(origin,))
    assert logos(report, site) == {("/", BANNER)}
    assert [(each.done, each.stood) for each in report.banners] == [("refused", 0)]


def test_a_banner_that_comes_back_is_said_and_judged(town: Any, tmp_path: Path) -> None:
    site = town(script(LIGHT, {"known": "false", "keep": "0"}))
    report = audited(site, tmp_path)
    assert logos(report, site) == {("/", BANNER), *((path, LOADED) for path in PATHS)}
    (banner,) = report.banners
    assert (banner.done, banner.stood) == ("refused", len(PATHS))
    assert any(
        f"The answer does not hold: the banner stood again on {len(PATHS)} of" in note
        for note in report.run.notes
    )


def test_no_button_that_refuses_is_said(town: Any, tmp_path: Path) -> None:
    site = town(script(COOKIE, LIGHT, reject="Cookie settings"))
    report = audited(site, tmp_path)
    (banner,) = report.banners
    assert (banner.done, banner.reason) == ("nothing", "no button of it refuses by its name")
    assert banner.stood == len(PATHS)


POSTS = {"keep": "document.cookie = 'choice=' + answer + ';path=/'; fetch('/log', { method: 'POST' })"}


@pytest.mark.parametrize("blocked", [False, True])
def test_what_an_answer_sends_is_counted(town: Any, tmp_path: Path, blocked: bool) -> None:
    site = town(script(COOKIE, POSTS, LIGHT))
    report = audited(site, tmp_path, block_posts=blocked)
    (banner,) = report.banners
    assert [(each.method, each.path, each.count, each.stopped) for each in banner.sent] == [
        ("POST", "/log", 1, blocked)
    ]
    assert sum(each.method == "POST" for each in site.asked) == (0 if blocked else 1)
    assert banner.stood == 0


def test_nothing_but_the_answer_is_carried(town: Any, tmp_path: Path) -> None:
    """What the page itself keeps is forgotten after each page, as ever."""
    own = "<script>document.cookie = 'visits=1;path=/'; localStorage.setItem('visits', 1);</script>"
    seen = "<script>fetch('/seen?' + document.cookie + '&' + Object.keys(localStorage))</script>"
    site = town(seen + own + script(COOKIE, LIGHT))
    audited(site, tmp_path)
    asked = [each.path for each in site.asked if each.path.startswith("/seen")]
    assert set(asked) == {"/seen?&", "/seen?choice=no&"}


@pytest.mark.parametrize(
    ("setting", "done", "stood", "hidden", "where"),
    [
        ("accept", "accepted", 0, 0, {("/", BANNER)}),
        ("hide", "hidden", 0, len(PATHS), {("/", BANNER)}),
        ("leave", "left", len(PATHS), 0, {(path, LOADED) for path in PATHS}),
    ],
)
def test_other_settings(
    town: Any, tmp_path: Path, setting: str, done: str, stood: int, hidden: int, where: set[Any]
) -> None:
    site = town(script(COOKIE, LIGHT))
    report = audited(site, tmp_path, consent=setting)
    (banner,) = report.banners
    assert (banner.done, banner.stood, banner.hidden) == (done, stood, hidden)
    assert logos(report, site) == where


def test_a_page_about_cookies_is_no_banner(town: Any, tmp_path: Path) -> None:
    about = """<section id="cookies"><h2>Cookies</h2><p>We use cookies.</p>
    <form><button>Save cookie settings</button></form>
    </section><p>Consent to cookies: <a href="/one">Continue</a></p>"""
    assert audited(town(about), tmp_path).banners == ()


def test_a_keyboard_trap_in_the_banner_is_found_in_that_state(town: Any, tmp_path: Path) -> None:
    trap = "banner.onkeydown = (event) => { if (event.key === 'Tab') event.preventDefault(); };\n  "
    body = script(COOKIE, LIGHT).replace(
        "position: fixed; ", ""
    )  # else it might be a dialog that its buttons close
    site = town(body.replace("const done", f"{trap}const done"))
    report = audited(site, tmp_path, drive="representatives", follow_links=False)
    found = report.findings(rule="keyboard-trap", outcome=Outcome.FAILED)
    assert {each.state for each in found} == {BANNER}


@pytest.mark.parametrize(
    ("button", "state"),
    [("Accept additional cookies", "complete"), pytest.param("Start", "incomplete", marks=pytest.mark.soak)],
)
def test_a_journey_that_begins_with_the_banner_goes_on(
    town: Any, tmp_path: Path, button: str, state: str
) -> None:
    """As recorders write it; in an audit the banner has been answered by then."""
    steps = (
        Step(action="click", target=Target(words=button)),
        Step(action="click", target=Target(words="/one")),
    )
    site = town(script(COOKIE, LIGHT))
    journey = Journey(id="read", name="Read", start=f"{site.origin}/", steps=steps)
    report = audited(site, tmp_path, journeys=(journey,))
    (result,) = report.journeys
    assert result.state == JourneyState(state), result
