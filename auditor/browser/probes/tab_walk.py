"""Through the page by Tab, from its top to its end: where the focus goes, and what shows it."""

from __future__ import annotations

import asyncio
import math
import re
import time
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from auditor.browser.drive import ANSWER_SECONDS, Drive, Picture, Probe
from auditor.browser.world import send
from auditor.evidence import Box, Place
from auditor.evidence.tab_walk import Cover, Effect, Hidden, Kind, Look, OnFocus, Stop, TabWalk, Trap

STOPS = 120
SECONDS = 14.0  # for the walk itself
AHEAD = 12  # keys at once, where nothing but the order of the document decides
RESTLESS = 2  # times that something else happened meanwhile; then a page is walked key by key
LOOKS = 30  # at the first of each kind
MORE_LOOKS = 30  # at others of a kind whose first shows nothing
LOOK_SECONDS = 14.0
PARTS = 40  # stops within one frame or player that we cannot tell apart
JUMPS = 5  # out of what cannot be left
LONGEST_TRAP = 30  # stops; a longer round is taken for the page's own
SUSPECTS = 8
BEFORE = 3  # stops that may come before the one that should be the first
NAMED = re.compile(
    r"((?:\b(?:ctrl|control|alt|shift)\s?[+-]\s?)+)([a-z0-9]|f\d\d?)\b|\b(f\d\d?)\b", re.IGNORECASE
)
NAMED_KEYS = 3  # of those that a trap's text names
NOTICED = 4  # of 255, in a colour channel
REST_MS = 350  # for transitions
MOVES_MS = 230  # in which what moves by itself shows that it does
BLOCK = 40  # pixels
LEAST = 4  # pixels: less is no control that is seen, but one that its label draws
ROUND = 0.07  # of its lesser side a curved edge may lie in a box, beside its middle half
FEWEST, FAINTEST, PALEST = 12, 1.1, 48  # what is below is looked at again


class _Walk:
    def __init__(self, drive: Drive) -> None:
        self.drive = drive
        self.order: list[int] = []
        self.told: dict[int, dict[str, Any]] = {}
        self.stop: dict[str, Any] = {}  # the last, as tab_walk.js tells it
        self.suspects: list[tuple[int, Effect]] = []
        self.traps: list[Trap] = []
        self.is_whole = False
        self.is_over = False
        self.seen: set[int] = set()  # in this round
        self.known = -1  # stops, when the focus last left the page
        self.unlooked = 0  # stops of which none alike was looked at
        self.caught: set[int] = set()  # stops in traps
        self.jumps = 0
        self.windows = 0
        self.one_by_one = 0  # stops before keys may come at once again
        self.restless = 0

    def opens(self, event: dict[str, Any]) -> None:
        self.windows += 1

    def wanted(self) -> int:
        return sum(each.startswith("navigation") for each in self.drive.stopped)

    async def begin_at_the_top(self, first: int) -> None:
        """Tab goes on from what had the focus last, be it the walk's or another probe's, or clicked.

        Only where the focus leaves the page is that forgotten.
        """
        await self.drive.call("tab_walk.focus", first)
        for _ in range(BEFORE):
            at, _received = await self.press("Shift+Tab")
            if at is None:
                break
        await self.drive.common("restore")

    async def go(self) -> None:
        """Until the end, or as far as is allowed."""
        ends = time.monotonic() + SECONDS
        last, repeats = -1, 0
        for _ in range(STOPS * 2):
            if len(self.order) >= STOPS or time.monotonic() > ends:
                return
            gone, opened = self.wanted(), self.windows
            at, received = await self.press("Tab")
            self.suspect(received[0] if received else at, at, last, gone, opened)
            if at is None and received:  # taken away at once
                continue
            if at is not None and not (self.known >= 0 and self.order[:1] == [at]):
                if at not in self.told:
                    await self.add(at)
                repeats = repeats + 1 if at == last else 0
                if at in self.seen and not (0 < repeats < PARTS and await self.has_parts(at)):
                    at = await self.round()
                    if self.is_over:
                        return
                if at is not None:
                    self.seen.add(at)
                    last = at
                    for run in await self.ahead():
                        self.seen.add(run)
                        last = run
                    continue
            if await self.is_at_the_end(at):
                return
            last = -1

    async def is_at_the_end(self, at: int | None) -> bool:
        """Whether the page is, where the focus left it (None) or came back to the first stop."""
        missed = await self.drive.call("tab_walk.missed", self.order)
        if at is not None or self.known == len(self.order) or not missed["count"]:
            self.is_whole = True
            return True
        # It began in the middle, some cannot be reached, or the focus was lost on the way, as it is where
        # what has it is hidden.
        self.known = len(self.order)
        self.seen.clear()
        return False

    async def press(self, key: str) -> tuple[int | None, list[int]]:
        """What has the focus then, and what received it."""
        await self.drive.press(key)
        self.stop = await self.drive.call("tab_walk.stop")
        return self.stop["at"], self.stop["received"]

    async def ahead(self) -> list[int]:
        """The next stops, by keys that come all at once, each looked at as it comes up.

        Waiting for the page at every stop costs more than all else. Where something happens that the order
        of the document does not explain, the way is gone again, key by key.
        """
        self.one_by_one -= 1
        if self.one_by_one >= 0 or self.restless >= RESTLESS:
            return []
        keys = await self.drive.call("tab_walk.ahead", min(AHEAD, STOPS - len(self.order)))
        if not keys:
            return []
        gone, opened = self.wanted(), self.windows
        tab = {"key": "Tab", "code": "Tab", "windowsVirtualKeyCode": 9}
        await asyncio.gather(
            *(
                send(self.drive.tab.session, "Input.dispatchKeyEvent", {"type": kind, **tab}, ANSWER_SECONDS)
                for _ in range(keys)
                for kind in ("rawKeyDown", "keyUp")
            )
        )
        run = await self.drive.call("tab_walk.came")
        if run["isQuiet"] and (self.wanted() > gone or self.windows > opened):
            await self.drive.call("tab_walk.back", 0)
            run = {"isQuiet": False, "isWhole": False, "stops": []}
        self.restless += not run["isQuiet"]
        self.one_by_one = 0 if run["isQuiet"] and run["isWhole"] else AHEAD
        for stop in run["stops"]:
            self.order.append(stop["at"])
            self.told[stop["at"]] = stop["measured"]
        return [stop["at"] for stop in run["stops"]]

    async def add(self, number: int) -> None:
        self.order.append(number)
        measured = self.stop["measured"] if self.stop["at"] == number else None
        self.told[number] = measured or await self.drive.call("tab_walk.measure", number)

    def suspect(self, source: int | None, at: int | None, last: int, gone: int, opened: int) -> None:
        """Note what may have come of a stop, or late of the one before; `confirm` makes sure."""
        if source is None or len(self.suspects) >= SUSPECTS:
            return
        if self.wanted() > gone:
            self.suspects += [(each, Effect.NAVIGATION) for each in (source, last) if each >= 0]
        if self.windows > opened:
            self.suspects += [(each, Effect.WINDOW) for each in (source, last) if each >= 0]
        if at not in (source, last) and source not in self.told:
            self.suspects.append((source, Effect.DROPPED if at is None else Effect.MOVED))

    async def has_parts(self, number: int) -> bool:
        return await self.drive.call("tab_walk.kindOf", number) in ("frame", "media", "parts")

    async def round(self) -> int | None:
        """Tab came back to where it was: note a trap.

        The stop to go on from; None where the focus left the page, or the walk is over.
        """
        inside: list[int] = []
        for _ in range(LONGEST_TRAP + 1):  # one round more: a key may have been lost
            led, _received = await self.press("Tab")
            if led is None:
                return None
            if led not in self.told:
                await self.add(led)
                return led
            if led in inside:
                break
            inside.append(led)
        else:  # the page's own round
            missed = await self.drive.call("tab_walk.missed", self.order)
            self.is_whole = not missed["count"]
            self.is_over = True
            return None
        inside = inside[inside.index(led) :]  # what leads into a round is no part of it
        led = await self.once_more(inside)
        if led not in inside:
            if led is not None and led not in self.told:
                await self.add(led)
            return led
        inside.sort(key=self.order.index)
        behind = await self.drive.call("tab_walk.next", inside, self.order)
        is_round = Kind.FRAME not in {self.told[each]["kind"] for each in inside}
        if is_round and not self.caught.issuperset(inside):
            self.caught.update(inside)
            self.traps.append(await self.trap(inside, behind))
        self.jumps += 1
        if self.jumps >= JUMPS:
            self.is_over = True
            return None
        if behind is None or not await self.drive.call("tab_walk.focus", behind):
            self.is_whole = self.is_over = True
            return None
        if behind not in self.told:
            await self.add(behind)
        return int(behind)

    async def once_more(self, inside: Sequence[int]) -> int | None:
        """Where Tab leads after a rest: on a slow machine keys may be lost, or have led nowhere yet."""
        await self.drive.call("tab_walk.rest", REST_MS)
        at: int | None = inside[-1]
        for _ in range(PARTS if await self.has_parts(inside[-1]) else len(inside) + 1):
            at, _received = await self.press("Tab")
            if at not in inside:
                break
        return at

    async def trap(self, inside: Sequence[int], behind: int | None) -> Trap:
        leaves_by = await self.way_out(inside)
        told = await self.drive.call("tab_walk.around", inside)
        named = named_keys(told["says"])
        leaves_by = leaves_by or await self.way_by(named, inside)
        return Trap(
            place=Place.of(told["place"]),
            names=tuple(told["names"]),
            stops=len(inside),
            others=len(inside) < len(self.order) or behind is not None,
            leaves_by=leaves_by,
            is_dialog=told["dialog"],
            says_how=told["says"],
            names_keys=bool(named),
        )

    async def way_out(self, inside: Sequence[int]) -> str:
        """The key that leads out of these stops, "" where none does."""
        for _ in range(len(inside) + 2):
            at, _received = await self.press("Shift+Tab")
            if at not in inside:
                return "Shift+Tab"
        for key in ("Escape", "ArrowDown", "ArrowRight"):
            await self.drive.call("tab_walk.focus", inside[-1])
            if key != "Escape" and await self.drive.call("tab_walk.changes", inside[-1]):
                continue
            await self.press(key)
            for _ in range(len(inside) + 1):
                at, _received = await self.press("Tab")
                if at not in inside:
                    return key
        return ""

    async def way_by(self, keys: Sequence[str], inside: Sequence[int]) -> str:
        """Which of these keys leads out of these stops, with Tab after it; "" where none does."""
        for key in keys:
            for stop in (inside[0], inside[-1]):
                await self.drive.call("tab_walk.focus", stop)
                for press in (key, "Tab", "Tab"):
                    at, _received = await self.press(press)
                    if at not in inside:
                        return key
        return ""

    async def confirm(self) -> list[OnFocus]:
        """Give the focus once more to what may have caused something."""
        sure: list[OnFocus] = []
        for number, effect in dict.fromkeys(self.suspects):
            if not await self.drive.call("tab_walk.blur"):
                continue
            await self.drive.press("Shift")  # without a key a window is not opened
            gone, opened = self.wanted(), self.windows
            is_there = await self.drive.call("tab_walk.focus", number)
            await self.drive.call("tab_walk.rest", REST_MS)
            went = [each for each in self.drive.stopped if each.startswith("navigation")][gone:]
            what = ""
            if effect is Effect.NAVIGATION:
                if not went:
                    continue
                what = went[0].split(" ", 2)[-1]
            elif effect is Effect.WINDOW:
                if self.windows == opened:
                    continue
            else:
                led = await self.drive.call("tab_walk.stop")
                if is_there or led["at"] == number or (led["at"] is None) != (effect is Effect.DROPPED):
                    continue
                if led["at"] in self.caught:
                    continue  # the trap draws it back
                if led["at"] is not None:
                    if await self.drive.call("tab_walk.belongs", number, led["at"]):
                        continue
                    what = (await self.drive.call("tab_walk.tell", led["at"]))["name"]
            told = await self.drive.call("tab_walk.tell", number)
            sure.append(OnFocus(place=Place.of(told["place"]), name=told["name"], effect=effect, what=what))
        return sure

    async def look_at_all(self) -> dict[int, Look]:
        """One of each kind of stop; where that shows nothing, more of the kind."""
        ends = time.monotonic() + LOOK_SECONDS
        alike: dict[str, list[int]] = {}
        for number in self.order:
            if number in self.caught:
                continue  # it may take the focus back between two pictures
            told = self.told[number]
            if told["kind"] in ("control", "area", "field") and not (told["caret"] or told["behind"]):
                alike.setdefault(told["like"], []).append(number)
        looks: dict[int, Look] = {}
        more = MORE_LOOKS
        kinds = list(alike.values())
        for first, *others in kinds[:LOOKS]:
            for number in (first, *others):
                if time.monotonic() > ends or (number != first and more <= 0):
                    break
                more -= number != first
                found = await self.look(number)
                if found is not None and is_faint(found):
                    found = await self.look_again(number)
                if found is not None:
                    looks[number] = found
                if found is None or not is_faint(found):
                    break
        self.unlooked = sum(len(each) for each in kinds if looks.keys().isdisjoint(each))
        return looks

    async def look(self, number: int) -> Look | None:
        """At once, and only around the element."""
        zone = await self.drive.call("tab_walk.show", number)
        if not zone:
            return None
        if zone["width"] < 1 or zone["height"] < 1:
            return Look(near=0, elsewhere=0, contrast=1, difference=0, around=False)
        box = Box(
            x=zone["x"] + zone["scrollX"],
            y=zone["y"] + zone["scrollY"],
            width=zone["width"],
            height=zone["height"],
        )
        focused = await self.drive.picture(box)
        if not await self.drive.call("tab_walk.blur"):
            return None
        return compare(focused, await self.drive.picture(box), zone["own"])

    async def look_again(self, number: int) -> Look | None:
        """At the whole window, reached by a key, after transitions; None: it was not reached."""
        index = self.order.index(number)
        beside, key = (
            (self.order[index - 1], "Tab")
            if index
            else (self.order[1] if len(self.order) > 1 else number, "Shift+Tab")
        )
        await self.drive.call("tab_walk.focus", beside)
        at = number if beside == number else (await self.press(key))[0]
        if not await self.drive.call("tab_walk.show", number, at == number):
            return None
        await self.drive.call("tab_walk.rest", REST_MS)
        zone = await self.drive.call("tab_walk.zone", number)
        focused = await self.drive.picture()
        if not await self.drive.call("tab_walk.blur"):
            return None
        await self.drive.call("tab_walk.rest", REST_MS)
        without = await self.drive.picture()
        x, y = round(zone["x"]), round(zone["y"])
        part = np.s_[y : y + round(max(0, zone["height"])), x : x + round(max(0, zone["width"]))]
        found = compare(focused[part], without[part], zone.get("own"))
        if found.near:
            return found
        changed = differs(focused, without)
        for _ in range(2 if changed.any() else 0):  # what moves by itself says nothing
            await self.drive.call("tab_walk.rest", MOVES_MS)
            changed &= ~blocks(differs(without, await self.drive.picture()))
        return Look(near=0, elsewhere=int(changed.sum()), contrast=1, difference=0, around=False)


def named_keys(text: str) -> list[str]:
    """Keys that a text names, as Playwright writes them; those that every page is tried with are left out."""
    found: dict[str, None] = {}
    for held, key, alone in NAMED.findall(text):
        names = [each.strip().capitalize() for each in re.split(r"[+-]", held) if each.strip()]
        names = ["Control" if each == "Ctrl" else each for each in names]
        key = key.lower() if len(key) == 1 else (key or alone).upper()
        found["+".join([*names, key])] = None
    return list(found)[:NAMED_KEYS]


def blocks(mask: np.ndarray[Any, np.dtype[np.bool_]]) -> np.ndarray[Any, np.dtype[np.bool_]]:
    """Every block of `BLOCK` pixels squared that has one in it."""
    height, width = mask.shape
    padded = np.pad(mask, ((0, -height % BLOCK), (0, -width % BLOCK)))
    each = padded.reshape(padded.shape[0] // BLOCK, BLOCK, padded.shape[1] // BLOCK, BLOCK).any(axis=(1, 3))
    return each.repeat(BLOCK, axis=0).repeat(BLOCK, axis=1)[:height, :width]


def differs(one: Picture, other: Picture) -> np.ndarray[Any, np.dtype[np.bool_]]:
    """Which pixels differ so that an eye might see it."""
    apart = np.abs(one.astype(np.int16) - other.astype(np.int16))
    return np.asarray(apart.max(axis=2) > NOTICED)


def compare(focused: Picture, without: Picture, own: Mapping[str, float] | None) -> Look:
    """How two pictures of one size differ; `own`: where in them the element is."""
    changed = differs(focused, without) if focused.shape == without.shape and focused.size else None
    if changed is None or not changed.any():
        return Look(near=0, elsewhere=0, contrast=1, difference=0, around=False)
    one, other = focused[changed], without[changed]
    lit, dark = luminance(one), luminance(other)
    ratio = (np.maximum(lit, dark) + 0.05) / (np.minimum(lit, dark) + 0.05)
    apart = np.abs(one.astype(np.int16) - other.astype(np.int16))
    return Look(
        near=int(changed.sum()),
        elsewhere=0,
        contrast=float(ratio.max()),
        difference=int(apart.max()),
        around=own is not None and _lies_around(changed, own),
    )


def _lies_around(changed: np.ndarray[Any, np.dtype[np.bool_]], own: Mapping[str, float]) -> bool:
    """Whether pixels make an outline or a shadow around a box, whose corners may be round."""
    left, top, right, bottom = (own[side] for side in ("left", "top", "right", "bottom"))
    width, height = right - left, bottom - top
    if min(width, height) < LEAST:
        return False
    outside = changed.copy()
    outside[_part(left - 0.99, top - 0.99, right + 0.99, bottom + 0.99)] = False  # what it covers in part
    blended = 1 + ROUND * min(width, height)  # at its edge, and where it curves
    across = _part(left + blended, top + height / 4, right - blended, bottom - height / 4)
    along = _part(left + width / 4, top + blended, right - width / 4, bottom - blended)
    return not changed[across].any() and not changed[along].any() and outside.sum() * 2 >= changed.sum()


def _part(left: float, top: float, right: float, bottom: float) -> tuple[slice, slice]:
    """The pixels that lie wholly between these."""
    edges = (math.ceil(top), math.floor(bottom), math.ceil(left), math.floor(right))
    y, below, x, beyond = (max(0, each) for each in edges)
    return slice(y, below), slice(x, beyond)


def luminance(colours: Picture) -> np.ndarray[Any, np.dtype[np.float64]]:
    """Relative luminance, 0 to 1, of colours in sRGB (WCAG 2.2, definitions)."""
    part = colours.astype(np.float64) / 255
    linear = np.where(part <= 0.04045, part / 12.92, ((part + 0.055) / 1.055) ** 2.4)
    return np.asarray(linear @ np.array([0.2126, 0.7152, 0.0722]))


def is_faint(look: Look) -> bool:
    return look.near < FEWEST or (look.contrast < FAINTEST and look.difference < PALEST)


async def run(drive: Drive) -> TabWalk:
    begun = await drive.call("tab_walk.begin")
    walk = _Walk(drive)
    await send(drive.tab.session, "Page.enable", {}, ANSWER_SECONDS)
    drive.tab.session.on("Page.windowOpen", walk.opens)
    try:
        if begun["first"] is not None:
            await walk.begin_at_the_top(begun["first"])
        await walk.go()
        missed = await drive.call("tab_walk.missed", list(walk.told))
        effects = await walk.confirm()
    finally:
        drive.tab.session.remove_listener("Page.windowOpen", walk.opens)
    looks = await walk.look_at_all()
    return TabWalk(
        page=Place.of(begun["page"]),
        stops=tuple(_stop(walk.told[each], looks.get(each)) for each in walk.order),
        effects=tuple(effects),
        traps=tuple(walk.traps),
        is_whole=walk.is_whole,
        missed=tuple(Place.of(each) for each in missed["places"]) if walk.is_whole else (),
        unlooked=walk.unlooked,
        left=0 if walk.is_whole else missed["count"],
    )


def _stop(told: dict[str, Any], look: Look | None) -> Stop:
    cover, behind = told["cover"], told["behind"]
    return Stop(
        place=Place.of(told["place"]),
        name=told["name"],
        role=told["role"],
        kind=Kind(told["kind"]),
        box=Box.of(told["box"]),
        scroll_y=told["scroll"],
        tabindex=told["tabindex"],
        position=told["position"],
        hidden=Hidden(told["hidden"]),
        cover=Cover(place=Place.of(cover["place"]), is_stuck=cover["stuck"]) if cover else None,
        behind=Place.of(behind) if behind else None,
        has_caret=told["caret"],
        look=look,
    )


PROBE = Probe(gives=TabWalk, run=run, seconds=40)
