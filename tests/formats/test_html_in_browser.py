"""The report itself meets what it asks of others: axe and reflow on every page, in a real browser."""

from __future__ import annotations

import dataclasses
import os
from collections.abc import AsyncIterator, Callable, Sequence
from pathlib import Path
from typing import Literal

import pytest
import pytest_asyncio
from playwright.async_api import Browser, async_playwright

from auditor.browser.engine import Engine
from auditor.browser.find import launch
from auditor.models import Report

pytestmark = pytest.mark.asyncio(loop_scope="module")

Scheme = Literal["light", "dark"]
TREES = Path(__file__).parent / "trees"
SCREENSHOTS = os.environ.get("AUDITOR_SCREENSHOTS")  # a folder for pictures of each page, to be looked at
AXE = Engine.load(()).source  # it says what plain axe says, sooner (tests/browser/test_memoised_colours.py)
ALL = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
OF_COLOURS = ["color-contrast", "link-in-text-block"]  # all that dark colours change
OF_WIDTH = ["target-size", "scrollable-region-focusable"]  # what a telephone changes most
RUN = """async (runOnly) => {
  const results = await axe.run(document, {
    runOnly,
    rules: {"target-size": {enabled: true}},
    preload: false,  // the policy lets nothing be fetched by script
  });
  return results.violations.map(v => [v.id, v.nodes.map(n => n.html)]);
}"""


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def browser() -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        chromium, _ = await launch(playwright, sandbox=False)
        yield chromium
        await chromium.close()


@pytest.fixture(scope="module")
def pages(
    tmp_path_factory: pytest.TempPathFactory,
    report: Report,
    peopled: Report,
    rendered: Callable[[str, Report], dict[str, bytes]],
    retested: dict[str, bytes],
) -> list[Path]:
    run = dataclasses.replace(report.run, stopped="The site blocks the audit.")
    stopped = rendered("html", dataclasses.replace(report, run=run))["index.html"]
    protected = [dataclasses.replace(v, title="Blue Badges") for v in report.visits()]
    kept = rendered("html", dataclasses.replace(report, visits=lambda: protected))["plan.html"]
    assert b"What few people see" in kept
    folder, written = tmp_path_factory.mktemp("pages"), []
    files = {**rendered("html", report), "stopped.html": stopped, "retest.html": retested["retest.html"]}
    files |= {name: content for name, content in rendered("html", peopled).items() if name not in files}
    for name, content in files.items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_bytes(content)
        if name.endswith(".html"):
            written.append(folder / name)
    return written


def of_each_kind(pages: list[Path]) -> list[Path]:
    """One page of each template: the pages at the top, and the longest of each folder."""
    folders: dict[Path, list[Path]] = {}
    for path in pages:
        folders.setdefault(path.parent, []).append(path)
    top = min(folders, key=lambda folder: len(folder.parts))
    longest = [
        max(within, key=lambda path: path.stat().st_size) for at, within in folders.items() if at != top
    ]
    return [*folders[top], *longest]


async def test_no_page_scrolls_sideways_at_320_pixels(browser: Browser, pages: list[Path]) -> None:
    page = await browser.new_page(viewport={"width": 320, "height": 640})
    wide = {}
    for path in pages:
        await page.goto(path.as_uri())
        await page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
        wide[path.name] = await page.evaluate("document.documentElement.scrollWidth")
    assert {name: width for name, width in wide.items() if width > 320} == {}


@pytest.mark.parametrize(
    ("which", "width", "schemes", "rules"),
    [
        (of_each_kind, 320, ("light",), OF_WIDTH),
        (of_each_kind, 1280, ("light", "dark"), ALL),
        *(pytest.param(list, width, ("light", "dark"), ALL, marks=pytest.mark.soak) for width in (320, 1280)),
    ],
)
async def test_axe_finds_nothing(
    browser: Browser,
    pages: list[Path],
    which: Callable[[list[Path]], list[Path]],
    width: int,
    schemes: Sequence[Scheme],
    rules: Sequence[str],
) -> None:
    """In light colours; and what dark ones change in them, which are other colours and nothing else."""
    context = await browser.new_context(viewport={"width": width, "height": 800})
    page = await context.new_page()
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))
    found = {}
    for path in which(pages):
        await page.goto(path.as_uri())
        await page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
        await page.evaluate(AXE)
        for scheme in schemes:
            await page.emulate_media(color_scheme=scheme)
            if violations := await page.evaluate(RUN, rules if scheme == "light" else OF_COLOURS):
                found[path.name, scheme] = violations
            if SCREENSHOTS:
                name = f"{path.parent.name}-{path.stem}-{scheme}-{width}.png"
                await page.screenshot(path=Path(SCREENSHOTS) / name, full_page=True)
    assert found == {}
    assert complaints == []
    await context.close()


async def test_long_tables_can_be_filtered_and_sorted(browser: Browser, pages: list[Path]) -> None:
    page = await browser.new_page()
    await page.goto(next(path for path in pages if path.name == "problems.html").as_uri())
    names = page.get_by_role("row").filter(has=page.get_by_role("rowheader")).get_by_role("link")
    before = await names.all_text_contents()
    assert len(before) == 5
    await page.get_by_label("Impact").select_option("Critical")
    assert await names.all_text_contents() == ["Pictures have no description"] * 2
    assert await page.get_by_role("status").text_content() == "2 of 5 shown"
    await page.get_by_label("Impact").select_option("All")
    await page.get_by_label("Order").select_option("By name")
    assert await names.all_text_contents() == sorted(before)
    await page.get_by_label("Order").select_option("First to fix first")
    assert await names.all_text_contents() == before
    await page.get_by_label("Show only what contains").fill("LINK")
    assert await names.all_text_contents() == ["Links have no text"]


@pytest.mark.parametrize(
    "name", ["index.html", "problems.html", "figures.html", "statement.html", "people.html", "page", "issue"]
)
async def test_what_assistive_technology_is_told_is_as_it_was(
    browser: Browser, pages: list[Path], name: str
) -> None:
    """The accessibility tree of each kind of page; written anew as the golden files are (conftest.py)."""
    chosen = next(path for path in pages if path.name == name or path.parent.name == f"{name}s")
    page = await browser.new_page()
    await page.goto(chosen.as_uri())
    await page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
    tree = await page.locator("body").aria_snapshot()
    golden = TREES / f"{name.removesuffix('.html')}.yaml"
    if os.environ.get("AUDITOR_UPDATE_GOLDEN"):
        golden.parent.mkdir(exist_ok=True)
        golden.write_text(f"{tree}\n", encoding="utf-8")
    assert f"{tree}\n" == golden.read_text(encoding="utf-8")


async def test_a_picture_is_shown_from_a_file_and_fits_a_telephone(
    browser: Browser, pages: list[Path]
) -> None:
    page = await browser.new_page(viewport={"width": 320, "height": 640})
    path = next(each for each in pages if "<figure" in each.read_text())
    await page.goto(path.as_uri())
    picture = page.locator("figure img")
    await picture.scroll_into_view_if_needed()
    assert await picture.evaluate("image => image.decode().then(() => image.naturalWidth)") == 480
    assert await picture.evaluate("image => image.clientWidth") < 320
