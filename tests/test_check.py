"""`auditor.check` on pages that a test has open, by both of Playwright's interfaces; the fixture `a11y`."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import pytest_asyncio
from playwright import async_api, sync_api

import auditor
from auditor.browser import find
from auditor.browser.shown import judge_shown
from auditor.models import Outcome

BODY = (
    '<img class="seal" src="/seal.png"><img class="seal" src="/seal.png"><p><a href="/x"></a></p>'
    '<label>Name <input id="name"></label><iframe title="Map" src="{frame}"></iframe>'
    '<div style="height: 3000px"></div>'
)
FRAMED = '<img id="framed" src="/map.png">'
HERE = """() => [
  document.documentElement.outerHTML, scrollX, scrollY, document.activeElement.id, Object.keys(window).length,
]"""
WATCH = """() => {
  window.seen = 0;
  const whole = { subtree: true, childList: true, attributes: true, characterData: true };
  new MutationObserver((all) => (seen += all.length)).observe(document, whole);
}"""


@pytest.fixture(scope="module")
def url(site_server: Callable[..., Any], page: Callable[..., Any]) -> str:
    """A page with two pictures of one fault, a link, and a frame of another site, in a process of its own."""
    other = site_server({"/": page("Map", body=FRAMED)})
    frame = str(other.origin).replace("127.0.0.1", "localhost")
    return str(site_server({"/": page("Home", body=BODY.format(frame=frame))}).origin)


def executable() -> dict[str, Any]:
    """What starts a browser here, as the auditor finds it."""
    with sync_api.sync_playwright() as playwright:
        for _, options in find.candidates():
            try:
                playwright.chromium.launch(**options).close()
            except sync_api.Error:
                continue
            return options
    raise AssertionError("no browser")


@pytest.fixture(scope="module")
def launch() -> dict[str, Any]:
    return executable()


@pytest.fixture
def sync_page(launch: dict[str, Any]) -> Iterator[sync_api.Page]:
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(**launch, args=["--site-per-process"])
        yield browser.new_page()
        browser.close()


@pytest_asyncio.fixture
async def async_page(launch: dict[str, Any]) -> AsyncIterator[async_api.Page]:
    async with async_api.async_playwright() as playwright:
        browser = await playwright.chromium.launch(**launch, args=["--site-per-process"])
        yield await browser.new_page()
        await browser.close()


def expected(found: auditor.Checked) -> None:
    issues = {(issue.rule, issue.places, issue.examples[0].frame) for issue in found.failures}
    assert ("image-alt", 2, ()) in issues, "two pictures of one component are one issue"
    assert ("image-alt", 1, ("iframe",)) in issues
    assert "link-name" in {issue.rule for issue in found.failures}
    assert found.not_judged == ()
    told = str(found)
    assert "Images have no text alternative (critical, WCAG 1.1.1; image-alt-failed-" in told
    assert '<img class="seal" src="/seal.png">' in told
    assert "remedy:" in told


def test_sync_page_is_judged_and_left_as_it_was(sync_page: sync_api.Page, url: str) -> None:
    sync_page.goto(url)
    sync_page.fill("#name", "Jo")
    sync_page.evaluate("scrollTo(0, 500)")
    sync_page.evaluate(WATCH)
    before = sync_page.evaluate(HERE)
    expected(auditor.check(sync_page))
    expected(auditor.check(sync_page))  # and again, on the same document
    assert sync_page.evaluate(HERE) == before
    assert sync_page.evaluate("seen") == 0
    assert sync_page.input_value("#name") == "Jo"
    sync_page.fill("#name", "Still here")


async def test_async_page_is_judged_and_left_as_it_was(async_page: async_api.Page, url: str) -> None:
    await async_page.goto(url)
    await async_page.evaluate(WATCH)
    before = await async_page.evaluate(HERE)
    found = await auditor.check(async_page)
    expected(found)
    assert await async_page.evaluate(HERE) == before
    assert await async_page.evaluate("seen") == 0


async def test_ids_are_those_of_an_audit(async_page: async_api.Page, url: str, tmp_path: Path) -> None:
    """So that a baseline or a waiver means the same in both."""
    await async_page.goto(url)
    checked = await auditor.check(async_page)
    site = auditor.Site(
        id="one",
        name="One",
        urls=(url,),
        internal=True,
        internal_origins=(async_page.frames[1].url.rstrip("/"),),
        follow_links=False,
        delay=0.0,
        drive="no-page",
    )
    report = await auditor.audit_async(site, store=f"sqlite:///{tmp_path}/one.db", sandbox=False)
    assert {i.id for i in checked.failures} == {i.id for i in report.of(Outcome.FAILED)}


async def test_what_is_no_page_is_never_clean(
    async_page: async_api.Page, site_server: Callable[..., Any]
) -> None:
    site = site_server({"/text": (200, {"Content-Type": "text/plain"}, b"words")})
    await async_page.goto(f"{site.origin}/text")
    with pytest.raises(auditor.UsageError, match="shows text/plain, and no web page"):
        await auditor.check(async_page)
    with pytest.raises(auditor.UsageError, match="standard='wcag3' is none of: wcag20a"):
        auditor.check(async_page, standard="wcag3")
    with pytest.raises(
        auditor.UsageError, match=r"takes a page of Playwright's, and this is a builtins\.str"
    ):
        auditor.check("https://www.example.org/")  # type: ignore[call-overload]
    await async_page.close()
    with pytest.raises(auditor.AuditorError):
        await auditor.check(async_page)


def test_a_frame_that_stands_still_holds_nothing(
    sync_page: sync_api.Page,
    site_server: Callable[..., Any],
    page: Callable[..., Any],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("auditor.browser.engine.CONTACT_SECONDS", 1.0)
    monkeypatch.setattr("auditor.browser.engine.FRAME_SECONDS", 2.0)
    script = "<script>addEventListener('load', () => setTimeout(() => { for (;;); }, 300))</script>"
    other = site_server({"/": page("Busy", body=script)})
    frame = str(other.origin).replace("127.0.0.1", "localhost")
    site = site_server(
        {"/": page("Home", body=f'<img src="/a.png"><iframe title="Busy" src="{frame}"></iframe>')}
    )
    sync_page.goto(site.origin)
    sync_page.wait_for_timeout(600)
    found = auditor.check(sync_page)
    assert {issue.rule for issue in found.failures} == {"image-alt"}
    assert len(found.not_judged) == 1
    assert frame in found.not_judged[0]


async def test_other_browsers_are_refused_in_words() -> None:
    """What Playwright answers in Firefox and WebKit, which cannot be had here."""

    async def refuse(page: object) -> None:
        raise async_api.Error("CDP session is only available in Chromium")

    page: Any = SimpleNamespace(context=SimpleNamespace(new_cdp_session=refuse))
    with pytest.raises(auditor.UsageError, match="in Chromium, Chrome and Edge alone"):
        await judge_shown(page, Any)  # type: ignore[arg-type]


TESTS = """
import pytest
from playwright.async_api import async_playwright
from playwright.sync_api import sync_playwright

OPTIONS = {options!r}


def shown(a11y, body, **more):
    with sync_playwright() as playwright:
        page = playwright.chromium.launch(**OPTIONS).new_page()
        page.set_content('<!doctype html><html lang="en"><title>T</title><main><h1>T</h1>' + body)
        return a11y(page, **more)


def test_clean(a11y):
    assert shown(a11y, "<p>Good.</p>").failures == ()


def test_fails(a11y):
    shown(a11y, '<img src="/a.png">')


def test_waived(a11y):
    shown(a11y, '<img src="/a.png">', waive=[{waived!r}, "gone-1"])


async def later(a11y):
    async with async_playwright() as playwright:
        page = await (await playwright.chromium.launch(**OPTIONS)).new_page()
        await page.set_content('<html lang="en"><title>T</title><main><h1>T</h1><a href="/"></a>')
        await a11y(page)


def test_async_fails(a11y):
    import asyncio

    asyncio.run(later(a11y))
"""


def test_the_fixture(launch: dict[str, Any], sync_page: sync_api.Page, tmp_path: Path) -> None:
    sync_page.set_content('<!doctype html><html lang="en"><title>T</title><main><h1>T</h1><img src="/a.png">')
    (waived,) = (issue.id for issue in auditor.check(sync_page).failures)
    sync_page.locator("img").evaluate("img => img.className = '\\x1b[31m\\n::error::##[error]owned'")
    told = str(auditor.check(sync_page))
    assert "owned" in told
    assert "\x1b" not in told
    assert "##[" not in told
    assert not any(line.lstrip().startswith("::") for line in told.splitlines())
    sync_page.context.browser.close()  # type: ignore[union-attr]  # one at a time
    (tmp_path / "conftest.py").write_text('pytest_plugins = ["auditor.pytest_plugin"]\n', encoding="utf-8")
    tests = TESTS.format(options=launch, waived=waived)
    (tmp_path / "test_pages.py").write_text(tests, encoding="utf-8")
    done = subprocess.run(
        [
            sys.executable,
            "-m",
            "pytest",
            "-p",
            "no:cacheprovider",
            "-p",
            "no:xdist",
            "--rootdir",
            tmp_path,
            "-q",
            tmp_path,
        ],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    said = done.stdout
    assert "2 failed, 2 passed" in said, said + done.stderr
    assert "FAILED test_pages.py::test_fails" in said
    assert "FAILED test_pages.py::test_async_fails" in said
    assert 'element: <img src="/a.png">' in said
    assert "gone-1 is waived and not there any more" in said
    assert f"{waived} is waived" not in said
