"""axe made faster gives what it gives unaided, to the letter: colours, lists, and a page asked for once."""

from __future__ import annotations

import json
from typing import Any

from playwright.async_api import async_playwright

from auditor.browser.engine import SLOTS, TOP_CONTEXT, Engine
from auditor.browser.find import launch
from auditor.checks.registry import tags_to_run
from auditor.demo import DemoSite
from auditor.limits import PLACES_PER_RULE

COLOURS = (
    "red", "#777", "#777777", "#77777780", "rgb(119 119 119)", "rgba(119,119,119,.5)", "hsl(200 30% 50%)",
    "hsla(0.5turn, 50%, 50%, 0.9)", "hwb(90 20% 30%)", "lab(50% 40 59)", "lch(52% 72 50)",
    "oklab(59% 0.1 0.1)", "oklch(60% 0.15 50)", "color(display-p3 1 0.5 0)", "color(srgb 0.4 0.4 0.4)",
    "transparent", "color-mix(in srgb, red 40%, white)", "light-dark(#767676, #999)", "currentcolor",
)  # fmt: skip
PAGE = (
    '<!doctype html><html lang="en"><head><title>Colours</title></head><body><main><h1>Colours</h1>'
    + "".join(
        f'<div style="background:{below}"><p style="color:{above}">{above} on {below}</p></div>'
        for above in COLOURS
        for below in COLOURS
    )
    + "</main></body></html>"
)
MADE_FASTER = ("memoiseColours();\n", "window.top === window && ", *SLOTS)


async def test_same_results_on_demo_pages_and_every_kind_of_colour() -> None:
    engine = Engine.load(tags_to_run("wcag22aa"))
    unaided = engine.source
    for each, instead in zip(MADE_FASTER, ("\n", "false && ", "\n", "\n"), strict=True):
        assert each in unaided
        unaided = unaided.replace(each, instead)
    run = (
        f"auditor.begin({json.dumps(TOP_CONTEXT)}, {json.dumps(engine.options)})"
        f".then(() => auditor.finish([], {json.dumps(engine.options)}, {PLACES_PER_RULE}))"
    )
    contrasts = 0
    with DemoSite() as demo:
        async with async_playwright() as playwright:
            browser, _ = await launch(playwright, sandbox=False)
            page = await browser.new_page()
            for where in ("/", "/bins", "/contact", "/council-tax/pay", "/elections", "colours"):
                results: list[dict[str, Any]] = []
                for source in (engine.source, unaided):
                    if where == "colours":
                        await page.set_content(PAGE)
                    else:
                        await page.goto(f"{demo.url.rstrip('/')}{where}", wait_until="networkidle")
                    await page.evaluate(source)
                    results.append(await page.evaluate(run))
                assert results[0] == results[1], where
                contrasts += sum(
                    rule["total"]
                    for kind in ("violations", "incomplete")
                    for rule in results[0][kind]
                    if rule["id"] == "color-contrast"
                )
            await browser.close()
    assert contrasts > 100, "the comparison must have something to compare"


LOOKED_UP = """
const all = Array.from({ length: 300 }, (_, number) => ({ number }));
const list = [], unlike = [];
for (const each of all) {
  if (look.call(list, each) !== -1) unlike.push(each);
  list.push(each);
  for (const one of [list[0], list.at(-1), list[list.length >> 1]]) {
    if (look.call(list, one) !== list.indexOf(one)) unlike.push(one);
  }
}
const scanned = [];
const watched = new Proxy(list, { get: (of, key) => (scanned.push(key), of[key]) });
look.call(watched, all[299]);
scanned.length = 0;
look.call(watched, all[298]);
const restored = [Array.prototype.indexOf, WeakMap, WeakSet].every((each) => /native code/.test(each));
[unlike, look.call(list, all[200], 250), look.call([1, 2], 2), scanned.length, restored]
"""


async def test_what_axe_looks_up_in_its_lists_is_found_without_going_through_them() -> None:
    async with async_playwright() as playwright:
        browser, _ = await launch(playwright, sandbox=False)
        page = await browser.new_page()
        told = await page.evaluate(f"var look; {'look = Array.prototype.indexOf'.join(SLOTS)};\n{LOOKED_UP}")
        await browser.close()
    unlike, from_later, in_short, scanned, restored = told
    assert (unlike, from_later, in_short) == ([], -1, 1)
    assert scanned < 20
    assert restored
