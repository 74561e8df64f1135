"""A tab that shows pages in a variant, and whether a page could differ in it at all."""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator, Awaitable

from playwright.async_api import Error

from auditor.browser.probes.forced_colours import FORCED, FREE
from auditor.browser.probes.heeds import FONT_SIZES, TWICE
from auditor.browser.tab import VIEWPORT, Tab
from auditor.browser.world import World, WorldError, send
from auditor.evidence.forced_colours import ForcedColours
from auditor.evidence.heeds import Heeds
from auditor.evidence.icon_pixels import IconPixels
from auditor.evidence.link_looks import LinkLooks
from auditor.evidence.state_colours import StateColours
from auditor.evidence.text import LargerText
from auditor.evidence.text_pixels import TextPixels
from auditor.variants import language

PHONE = (390, 844)  # CSS pixels: the width of most phones sold since 2020
SECONDS = 5.0
# Evidence that takes no key, no pointer and no other size, where the variant may change what it tells.
GIVES: dict[str, frozenset[type]] = {
    "dark": frozenset({LinkLooks, TextPixels, StateColours, IconPixels}),
    "forced-colours": frozenset({ForcedColours}),
    "text-200": frozenset({LinkLooks, TextPixels, LargerText}),
}
USUAL: frozenset[type] = frozenset({LinkLooks, TextPixels})
OF_VARIANTS: frozenset[type] = frozenset({ForcedColours, LargerText})  # evidence that no page as it is brings
# Criteria on colours: styles go on telling the page's own colours where others are forced on it.
UNJUDGED = {"forced-colours": frozenset({"1.4.1", "1.4.3", "1.4.6", "1.4.11"})}
SCRIPTED = {
    "phone": {"matchMedia", "innerWidth"},
    "dark": {"prefers-color-scheme"},
    "forced-colours": {"forced-colors"},
    "reduced-motion": {"prefers-reduced-motion"},
}
# A blank page that heeds the window's width as one with a viewport meta element does.
MEASURE = """(() => {
  const meta = document.createElement("meta");
  meta.name = "viewport";
  meta.content = "width=device-width, initial-scale=1";
  document.head.append(meta);
  return %s.map((query) => matchMedia(query).matches);
})()"""


# Where nothing has a background, the browser draws one that is dark, and axe takes it for white.
CANVAS = """(() => {
  const clear = (each) => {
    const { backgroundColor, backgroundImage } = getComputedStyle(each);
    return backgroundImage === "none" && /^(transparent|rgba\\(.*, 0\\))$/.test(backgroundColor);
  };
  if (![document.documentElement, document.body].every((each) => each && clear(each))) return;
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(":root { background-color: Canvas }");
  document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
})()"""


async def begin(tab: Tab, variant: str) -> None:
    """What there is to do in an `emulated` tab before its page is loaded. Raises `WorldError`."""
    if variant == "forced-colours":
        await _within(tab.page.emulate_media(**FREE))


async def arrive(tab: Tab, world: World, variant: str) -> None:
    """What there is to do when its page was loaded, before it is judged. Raises `WorldError`."""
    if variant == "forced-colours":
        await _within(tab.page.emulate_media(**FORCED))
    elif variant == "dark":
        await world.run(CANVAS, seconds=SECONDS)


@contextlib.asynccontextmanager
async def emulated(tab: Tab, variant: str) -> AsyncIterator[None]:
    """What the tab loads meanwhile is shown in that variant. Raises `WorldError`."""
    try:
        await _within(_do(tab, variant))
        yield
    finally:
        if not tab.dead:
            await _within(_undo(tab, variant))


async def _within(doing: Awaitable[None]) -> None:
    try:
        async with asyncio.timeout(SECONDS * 2):
            await doing
    except (Error, TimeoutError) as fault:
        raise WorldError((str(fault).splitlines() or ["no answer in time"])[0][:200]) from fault


async def _do(tab: Tab, variant: str) -> None:
    page, session = tab.page, tab.session
    if variant == "phone":
        await _resize(tab, PHONE)
        params = {
            "width": PHONE[0],
            "height": PHONE[1],
            "deviceScaleFactor": 1,  # pictures are measured in CSS pixels
            "mobile": True,
            "screenOrientation": {"type": "portraitPrimary", "angle": 0},
        }
        await send(session, "Emulation.setDeviceMetricsOverride", params, SECONDS)
        await send(session, "Emulation.setTouchEmulationEnabled", {"enabled": True}, SECONDS)
    elif variant == "dark":
        await page.emulate_media(color_scheme="dark")
    elif variant == "forced-colours":
        await page.emulate_media(**FORCED)
    elif variant == "reduced-motion":
        await page.emulate_media(reduced_motion="reduce")
    elif variant == "text-200":
        await send(session, "Page.setFontSizes", {"fontSizes": TWICE}, SECONDS)
    elif asked := language(variant):
        tab.worn = True  # what a tab asks for is not taken back
        headers = {"userAgent": await page.evaluate("navigator.userAgent"), "acceptLanguage": asked}
        await send(session, "Emulation.setUserAgentOverride", headers, SECONDS)


async def _undo(tab: Tab, variant: str) -> None:
    if variant == "phone":
        await send(tab.session, "Emulation.setTouchEmulationEnabled", {"enabled": False}, SECONDS)
        await send(tab.session, "Emulation.clearDeviceMetricsOverride", {}, SECONDS)
        await _resize(tab, VIEWPORT)
    elif variant == "text-200":
        await send(tab.session, "Page.setFontSizes", {"fontSizes": FONT_SIZES}, SECONDS)
    else:
        await tab.page.emulate_media(
            color_scheme="light", forced_colors="none", reduced_motion="no-preference"
        )


async def _resize(tab: Tab, size: tuple[int, int]) -> None:
    await tab.page.set_viewport_size({"width": size[0], "height": size[1]})
    tab.viewport = size


async def why_same(tab: Tab, variant: str, heeds: Heeds, vary: str) -> str:
    """Why a page could not differ in the variant that the tab, still blank, shows; "" where it could.

    `vary`: that header of the page's answer. Raises `WorldError`.
    """
    if language(variant):
        asks = "accept-language" in vary.lower() or vary.strip() == "*"
        return "" if asks else "its server does not answer by language"
    if variant == "text-200":
        return "" if heeds.grows else "all its sizes of text are fixed in pixels"
    if variant == "phone" and not heeds.has_viewport:
        return "it has no viewport meta element, so phones show it as desktops do, only smaller"
    if variant == "forced-colours" and heeds.forced:
        return ""
    if variant == "dark" and heeds.has_dark:
        return ""
    if heeds.scripts & SCRIPTED[variant]:
        return ""
    script = MEASURE % json.dumps(list(heeds.media))
    here = await (await tab.world()).run(script, seconds=SECONDS)
    if here != list(heeds.media.values()):
        return ""
    return "no style sheet and no script of it heeds that setting"
