"""The browser's font size doubled, and nothing else: which text is cut off or laid over other text then?"""

from __future__ import annotations

from typing import Any

from auditor.browser.drive import ANSWER_SECONDS, Drive, Probe
from auditor.browser.probes.heeds import FONT_SIZES, TWICE
from auditor.browser.probes.text import changes, settled
from auditor.browser.world import send
from auditor.evidence import Place
from auditor.evidence.text import LargerText


async def run(drive: Drive) -> LargerText:
    """The page is left in the size that it is in now."""
    between = f"(min-width: {drive.width / 24}em)"  # em: the browser's font size, 16 or 32 pixels
    (_, is_usual), *_ = await drive.call("heeds.holds", [between])
    try:
        await _set(drive, FONT_SIZES)
        texts = await drive.call("text.remember")
        await _set(drive, TWICE)
        told: dict[str, Any] = await settled(drive) if texts else {"cut": [], "over": []}
    finally:
        await _set(drive, FONT_SIZES if is_usual else TWICE)
    return LargerText(
        page=Place.of(await drive.call("text.page")),
        texts=texts,
        changes=changes(told["cut"], told["over"]),
    )


async def _set(drive: Drive, sizes: dict[str, int]) -> None:
    await send(drive.tab.session, "Page.setFontSizes", {"fontSizes": sizes}, ANSWER_SECONDS)
    await drive.frames()


PROBE = Probe(gives=LargerText, run=run, seconds=10)
