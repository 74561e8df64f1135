"""Which settings the page heeds, by its style sheets, its scripts' words and its root; left as it is."""

from __future__ import annotations

import contextlib
from typing import Any

from auditor.browser.drive import ANSWER_SECONDS, Drive, Probe
from auditor.browser.probes import icon_pixels
from auditor.browser.world import WorldError, send
from auditor.evidence.heeds import Heeds

WORDS = ("matchMedia", "innerWidth", "prefers-color-scheme", "prefers-reduced-motion", "forced-colors")
QUERIES = 500  # different ones
LENGTH = 500  # characters of one
SCRIPTS = 60  # looked into, of a page and its frames
SCRIPT_BYTES = 2_000_000  # larger ones are not
FONT_SIZES = {"standard": 16, "fixed": 13}  # the browser's own, CSS pixels
TWICE = {name: 2 * size for name, size in FONT_SIZES.items()}


async def run(drive: Drive) -> Heeds:
    told = await drive.call("heeds.told")
    queries = dict.fromkeys([*told["media"], *await _media(drive)])
    media = await drive.call("heeds.holds", [text[:LENGTH] for text in queries][:QUERIES])
    scripts = set(told["words"]) | await _words(drive)
    before = await drive.call("heeds.sizes")
    try:
        await send(drive.tab.session, "Page.setFontSizes", {"fontSizes": TWICE}, ANSWER_SECONDS)
        after = await drive.call("heeds.sizes")
    finally:
        await send(drive.tab.session, "Page.setFontSizes", {"fontSizes": FONT_SIZES}, ANSWER_SECONDS)
    await drive.call("text_pixels.end")  # makes its functions known
    icons = await drive.call("icon_pixels.choose", 1, icon_pixels.LARGEST)
    return Heeds(
        media={str(text): bool(holds) for text, holds in media},
        scripts=frozenset(scripts & set(WORDS)),
        has_viewport=told["viewport"],
        has_dark=told["dark"],
        grows=any(more > size for size, more in zip(before, after, strict=False)),
        forced=told["adjusted"] + len(icons["icons"]) + icons["leftOut"],
    )


async def _media(drive: Drive) -> list[str]:
    """Of all style sheets, those of other origins too."""
    session = drive.tab.session
    await send(session, "DOM.enable", {}, ANSWER_SECONDS)
    try:
        await send(session, "CSS.enable", {}, ANSWER_SECONDS)
        answer = await send(session, "CSS.getMediaQueries", {}, ANSWER_SECONDS)
    finally:
        await send(session, "CSS.disable", {}, ANSWER_SECONDS)
        await send(session, "DOM.disable", {}, ANSWER_SECONDS)
    return [str(each["text"]) for each in answer["medias"]]


async def _words(drive: Drive) -> set[str]:
    """Those of `WORDS` that stand in a script that the page loaded."""
    session, found = drive.tab.session, set[str]()
    tree = (await send(session, "Page.getResourceTree", {}, ANSWER_SECONDS))["frameTree"]
    for frame, url in _scripts(tree)[:SCRIPTS]:
        for word in WORDS:
            if word in found:
                continue
            params = {"frameId": frame, "url": url, "query": word, "caseSensitive": True}
            with contextlib.suppress(WorldError):  # it is no longer kept
                if (await send(session, "Page.searchInResource", params, ANSWER_SECONDS))["result"]:
                    found.add(word)
    return found


def _scripts(tree: dict[str, Any]) -> list[tuple[str, str]]:
    own = [
        (tree["frame"]["id"], each["url"])
        for each in tree["resources"]
        if each["type"] == "Script" and each.get("contentSize", 0) <= SCRIPT_BYTES
    ]
    return own + [each for child in tree.get("childFrames", ()) for each in _scripts(child)]


PROBE = Probe(gives=Heeds, run=run, seconds=8)
