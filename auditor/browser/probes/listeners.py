"""What listens for the pointer and for keys, by the DevTools protocol: also what a script attached.

https://chromedevtools.github.io/devtools-protocol/tot/DOMDebugger/#method-getEventListeners
"""

from __future__ import annotations

import asyncio
import contextlib
import functools
import tomllib
from collections.abc import Iterable
from importlib import resources
from typing import Any

from auditor.browser.drive import ANSWER_SECONDS, Drive, Probe
from auditor.browser.world import WorldError, send
from auditor.evidence import Box, Place
from auditor.evidence.listeners import MOTION, Heard, Listener, Listeners, Moved

ELEMENTS = 300  # that listen, looked at on a page
CODE = 5000  # characters of a function
GROUP = "auditor-listeners"
TYPES = frozenset(
    {
        *("click", "dblclick", "mousedown", "mouseup", "pointerdown", "pointerup", "touchstart", "touchend"),
        *("keydown", "keyup", "keypress", "focus", "focusin", "input", "change"),
        *("mouseenter", "mouseover", "pointerenter", "pointerover", "dragstart"),
        *MOTION,
    }
)
MOVE_SECONDS = 0.15  # in which a page follows
WINDOW = 0  # no node has this id


async def attached(drive: Drive) -> dict[int, list[Listener]]:
    """What listens, by the node's backend id; windows are `WINDOW`. Types beyond `TYPES` are without code."""
    session = drive.tab.session
    asked = f"{drive.first('listeners')}\nauditor.listeners.frames()"
    documents = await drive.world.run(asked, seconds=ANSWER_SECONDS, by_value=False)
    listed = await send(
        session, "Runtime.getProperties", {"objectId": documents, "ownProperties": True}, ANSWER_SECONDS
    )
    found: dict[int, list[Listener]] = {}
    try:
        for index, each in enumerate(each for each in listed["result"] if each["name"].isdigit()):
            with contextlib.suppress(WorldError, KeyError):  # a frame that is gone by now
                page = await _in_page(drive, each["value"]["objectId"])
                if index == 0:  # frames' elements are told with it
                    _add(found, await _listeners(drive, page, depth=-1))
                view = await _call(drive, page, "function () { return this.defaultView }")
                _add(found, await _listeners(drive, view, depth=0))
    finally:
        with contextlib.suppress(WorldError):
            await send(session, "Runtime.releaseObjectGroup", {"objectGroup": GROUP}, ANSWER_SECONDS)
    return found


async def of_page(drive: Drive) -> list[Listener]:
    """Of the documents and their windows, <html> and <body>."""
    found = await attached(drive)
    windows = found.pop(WINDOW, [])
    nodes = [node for node, own in found.items() if any(each.type in TYPES for each in own)][:ELEMENTS]
    objects = await resolved(drive, nodes)
    told = await told_of(drive, "listeners.pages", [], filter(None, objects))
    kept = [node for node, each in zip(nodes, objects, strict=True) if each]
    return [*windows, *(one for at in told for one in found[kept[at]])]


async def of_node(drive: Drive, node: str) -> list[Listener]:
    """What a node of our world listens for itself."""
    found: dict[int, list[Listener]] = {}
    _add(found, await _listeners(drive, await _in_page(drive, node), depth=0))
    return [one for own in found.values() for one in own]


async def _in_page(drive: Drive, document: str) -> str:
    """The same document or element in the page's own world: listeners are told to that alone."""
    node = await send(drive.tab.session, "DOM.describeNode", {"objectId": document}, ANSWER_SECONDS)
    params = {"backendNodeId": node["node"]["backendNodeId"], "objectGroup": GROUP}
    answer = await send(drive.tab.session, "DOM.resolveNode", params, ANSWER_SECONDS)
    return str(answer["object"]["objectId"])


async def _call(drive: Drive, this: str, function: str) -> str:
    params = {"objectId": this, "functionDeclaration": function, "objectGroup": GROUP}
    answer = await send(drive.tab.session, "Runtime.callFunctionOn", params, ANSWER_SECONDS)
    return str(answer["result"]["objectId"])


async def _listeners(drive: Drive, this: str, *, depth: int) -> list[dict[str, Any]]:
    params = {"objectId": this, "depth": depth, "pierce": depth < 0}
    answer = await send(drive.tab.session, "DOMDebugger.getEventListeners", params, ANSWER_SECONDS)
    listeners: list[dict[str, Any]] = answer["listeners"]
    return listeners


def _add(found: dict[int, list[Listener]], told: Iterable[dict[str, Any]]) -> None:
    for each in told:
        code = each.get("handler", {}).get("description", "")[:CODE] if each["type"] in TYPES else ""
        found.setdefault(each.get("backendNodeId", WINDOW), []).append(Listener(type=each["type"], code=code))


async def run(drive: Drive) -> Listeners:
    found = await attached(drive)
    windows = tuple(found.pop(WINDOW, ()))
    heard = {node: own for node, own in found.items() if any(each.type in TYPES for each in own)}
    chosen = list(heard)[:ELEMENTS]
    objects = await resolved(drive, chosen)
    nodes = [node for node, each in zip(chosen, objects, strict=True) if each]
    types = [sorted({each.type for each in heard[node]}) for node in nodes]
    told = await told_of(drive, "listeners.tell", types, filter(None, objects))
    everywhere = (*windows, *(one for at in told["page"] for one in heard[nodes[at]]))
    hears_motion = any(each.type in MOTION and not each.idle for each in everywhere)
    drive.only_looked = not hears_motion
    return Listeners(
        page=Place.of(told["whole"]),
        elements=tuple(
            _heard(each, heard[nodes[each["node"]]] if each["node"] is not None else ())
            for each in told["told"]
        ),
        everywhere=everywhere,
        moved=await _moved(drive) if hears_motion else None,
        left_out=len(heard) - len(chosen),
    )


@functools.cache
def _motion_words() -> list[str]:
    file = resources.files("auditor.data").joinpath("words/motion.toml")
    languages = tomllib.loads(file.read_text(encoding="utf-8")).values()
    return [word for language in languages for word in language["setting"]]


async def _moved(drive: Drive) -> Moved:
    before = await drive.call("listeners.shown")
    await asyncio.sleep(MOVE_SECONDS)
    is_still = before == await drive.call("listeners.shown")
    if not is_still or not await drive.call("listeners.move", 1):
        return Moved(changes=None, setting="", stops=False)
    await asyncio.sleep(MOVE_SECONDS)
    moved = await drive.call("listeners.shown")
    setting = await drive.call("listeners.setting", _motion_words())
    stops = False
    if moved != before and setting["may"]:
        await drive.call("listeners.press", setting["number"])
        await asyncio.sleep(MOVE_SECONDS)
        pressed = await drive.call("listeners.shown")
        await drive.call("listeners.move", -1)
        await asyncio.sleep(MOVE_SECONDS)
        stops = pressed == await drive.call("listeners.shown")
        await drive.call("listeners.press", setting["number"])
    return Moved(changes=moved != before, setting=setting["name"], stops=stops)


async def told_of(drive: Drive, function: str, first: Any, objects: Iterable[str]) -> Any:
    """The value of `NAME.FUNCTION(first, ...nodes)` of a known script; `objects`: nodes of our world."""
    params = {
        "executionContextId": drive.world.context_id,
        "functionDeclaration": f"(...given) => auditor.{function}(...given)",
        "arguments": [{"value": first}, *({"objectId": each} for each in objects)],
        "returnByValue": True,
    }
    answer = await send(drive.tab.session, "Runtime.callFunctionOn", params, ANSWER_SECONDS * 2)
    if "exceptionDetails" in answer:
        raise WorldError(str(answer["exceptionDetails"].get("exception", {}).get("description"))[:300])
    return answer["result"]["value"]


async def resolved(drive: Drive, nodes: Iterable[int]) -> list[str | None]:
    """The ids of nodes' objects in our world; None for a node that is gone, or of another origin's frame."""

    async def one(node: int) -> str | None:
        params = {"backendNodeId": node, "executionContextId": drive.world.context_id, "objectGroup": GROUP}
        try:
            answer = await send(drive.tab.session, "DOM.resolveNode", params, ANSWER_SECONDS)
        except WorldError:
            return None
        found: str | None = answer["object"].get("objectId")
        return found

    return list(await asyncio.gather(*(one(node) for node in nodes)))


def _heard(told: dict[str, Any], own: Iterable[Listener]) -> Heard:
    return Heard(
        place=Place.of(told["place"]),
        box=Box.of(told["box"]),
        tag=told["tag"],
        role=told["role"],
        name=told["name"],
        own=tuple(own),
        above=frozenset(told["above"]),
        many_above=told["many"],
        visible=told["visible"],
        focusable=told["focusable"],
        native=told["native"],
        untabbed=told["untabbed"],
        disabled=told["disabled"],
        within_control=told["within"],
        holds_control=told["holds"],
        beside_control=told["beside"],
        pointing=told["pointing"],
        points_within=told["pointsWithin"],
        descendants=told["descendants"],
        cover=told["cover"],
        draggable=told["draggable"],
    )


PROBE = Probe(gives=Listeners, run=run, seconds=10)
