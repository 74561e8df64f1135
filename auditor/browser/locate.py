"""Finding what a step of a journey is about, as a user perceives it: by role and name, label, text.

Playwright's locators look from a world of their own, which the page can neither see nor change.
"""

from __future__ import annotations

import asyncio
import difflib
import re
import time
from collections.abc import Iterator

from playwright.async_api import Error, Frame, Locator, Page

from auditor.models import Step, Target

SECONDS = 5.0  # that something may take to appear
FRAMES = 20
LONGEST = 300_000  # characters of a page's outline that are read
OPERABLE = (
    "button", "link", "tab", "menuitem", "checkbox", "radio", "switch", "option", "menuitemradio",
    "menuitemcheckbox", "treeitem",
)  # fmt: skip
FIELDS = ("textbox", "searchbox", "combobox", "spinbutton", "listbox")
ROLES = {
    "click": OPERABLE,
    "fill": FIELDS,
    "tick": ("checkbox", "switch", "radio"),
    "choose": ("radio", "option", "checkbox", "tab", "menuitemradio"),
    "within": ("radiogroup", "group", "combobox", "listbox"),
    "upload": (),
}
LABELLED = ("fill", "tick", "upload", "within")
_OUTLINE = re.compile(r'- ([a-z]+) "((?:[^"\\]|\\.){1,300})"')


class NotFound(Exception):
    """What a step is about is not there, or is there more than once; the text says what is."""


async def find(page: Page, step: Step, target: Target, *, within: bool = False) -> Locator:
    """The one element that is meant. Raises `NotFound`."""
    action = "within" if within else step.action
    ends = time.monotonic() + SECONDS
    while True:
        several = 0
        for locator in _candidates(page, target, action):
            shown = locator if action == "upload" else locator.filter(visible=True)
            try:
                count = await shown.count()
            except Error as error:  # of CSS that is none, or a frame that has gone
                if target.css and "selector" in error.message:
                    raise NotFound(f"{target.css!r} is no CSS selector") from None
                continue
            if count == 1:
                return shown
            several = max(several, count)
            if count and action in ("wait_for", "expect"):
                return shown.first
        if time.monotonic() >= ends:
            raise NotFound(await _missing(page, target, several))
        await asyncio.sleep(0.2)


def _candidates(page: Page, target: Target, action: str) -> Iterator[Locator]:
    """Ways to look, the surest first: in the page, then in its frames; the whole words, then a part."""
    for exact in (True, False):
        for frame in page.frames[:FRAMES]:
            yield from _in_frame(frame, target, action, exact)


def _in_frame(frame: Frame, target: Target, action: str, exact: bool) -> Iterator[Locator]:
    if target.css:
        yield frame.locator(target.css)
    elif target.role:
        named = {"name": target.name, "exact": exact} if target.name else {}
        yield frame.get_by_role(target.role, **named)  # type: ignore[arg-type]
    elif target.label:
        yield frame.get_by_label(target.label, exact=exact)
    elif target.text:
        yield frame.get_by_text(target.text, exact=exact)
    else:
        if action in LABELLED:
            yield frame.get_by_label(target.words, exact=exact)
        for role in ROLES.get(action, ()):
            yield frame.get_by_role(role, name=target.words, exact=exact)  # type: ignore[arg-type]
        if action == "fill":  # a field without a label: a barrier to people, none to the journey
            yield frame.get_by_placeholder(target.words, exact=exact)
        if action in ("click", "wait_for", "expect"):
            yield frame.get_by_text(target.words, exact=exact)


async def _missing(page: Page, target: Target, several: int) -> str:
    if several:
        return (
            f"{several} things on the page fit {target.shown}. Say which one is meant, such as "
            '{ role = "button", name = "…" } or { css = "…" }'
        )
    near = await nearest(page, target)
    there = f"Nearest to it: {', '.join(near)}" if near else "Nothing on the page comes near it"
    return f"{target.shown} is not there. {there}"


async def nearest(page: Page, target: Target) -> list[str]:
    """What is there that is likest by its name, with its role; at most three."""
    wanted = (target.words or target.name or target.label or target.text).lower()
    there: dict[str, str] = {}
    try:
        outline = await page.locator("body").aria_snapshot(timeout=3000)
    except Error:
        return []
    for role, name in _OUTLINE.findall(outline[:LONGEST]):
        there.setdefault(f"{role} “{name}”", name.lower()[:100])
    scored = [
        (
            difflib.SequenceMatcher(None, wanted[:100], name).ratio()
            + (0.5 if wanted and wanted in name else 0),
            shown,
        )
        for shown, name in list(there.items())[:2000]
    ]
    return [shown for score, shown in sorted(scored, key=lambda each: -each[0])[:3] if score > 0.4]


async def button_name(page: Page, step: Step, found: Locator | None) -> str | None:
    """The accessible name of the button that a step would press; None where it presses none."""
    try:
        if step.action == "press":
            return await _by_key(page, step.value)
        if found is None or step.action != "click":
            return None
        button = found.locator(
            "xpath=ancestor-or-self::*[self::button or self::input or self::a or @role='button'"
            " or @role='link'][1]"
        )
        if not await button.count():
            return await _name(found)
        href = await button.get_attribute("href")
        leads = href is not None and not re.match(r"\s*(#|javascript:|$)", href, re.I)
        return None if leads else await _name(button)
    except Error:
        return None


async def _by_key(page: Page, key: str) -> str | None:
    """Enter sends the form that the focus is in by its first button; Enter and Space press a button."""
    if key not in ("Enter", "Space"):
        return None
    for frame in page.frames[:FRAMES]:
        focused = frame.locator(":is(button, [role=button], input[type=submit], input[type=image]):focus")
        if await focused.count():
            return await _name(focused.first)
        form = frame.locator("form:has(:focus:not(textarea))")
        if key == "Enter" and await form.count():
            sends = form.first.locator(
                "button:not([type=button], [type=reset]), input:is([type=submit], [type=image])"
            )
            if await sends.count():
                return await _name(sends.first)
    return None


async def _name(button: Locator) -> str:
    outline = await button.aria_snapshot(timeout=3000)
    told = _OUTLINE.search(outline[:LONGEST])
    return told[2] if told else ""
