"""Controls under the pointer and with the focus, and empty fields: is their text still strong enough?

The states are put on by the browser's own tools for that, so nothing is activated and no script hears of it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any, Literal

from auditor.browser.drive import ANSWER_SECONDS, Drive, Probe
from auditor.browser.pixels import contrasts
from auditor.browser.probes.text_pixels import colour, least, measure
from auditor.browser.world import send
from auditor.evidence import Place
from auditor.evidence.state_colours import StateColours, StateText
from auditor.evidence.text_pixels import Measured, Pair

CONTROLS = 40  # of different looks
WINDOWS = 10  # looked at in each state
CLEARLY = 1.1  # times what is needed
STATES: Mapping[Literal["hover", "focus"], list[str]] = {
    "hover": ["hover"],
    "focus": ["focus", "focus-visible"],
}


async def run(drive: Drive) -> StateColours:
    await drive.call("text_pixels.end")  # makes its functions known
    chosen = await drive.call("state_colours.choose", CONTROLS)
    placeholders = {each["number"]: each for each in chosen["placeholders"]}
    found = await measure(drive, list(placeholders), windows=WINDOWS)
    texts = [
        _text(placeholders[number], "placeholder", what, None)
        for number, what in found.items()
        if isinstance(what, Measured)
    ]
    if chosen["controls"]:
        texts += await _states(drive)
    return StateColours(
        tried=len(placeholders) + len(chosen["controls"]),
        left_out=chosen["leftOut"],
        texts=tuple(texts),
    )


async def _states(drive: Drive) -> list[StateText]:
    found: list[tuple[Mapping[str, Any], Literal["hover", "focus"], Measured]] = []
    try:
        nodes = await _nodes(drive)
        for state, classes in STATES.items():
            await _force(drive, nodes, classes)
            changed = {each["number"]: each for each in await drive.call("state_colours.changed")}
            measured = await _measured(drive, changed)
            found += [(changed[n], state, what) for n, what in measured.items() if isinstance(what, Measured)]
    finally:
        await _send(drive, "CSS.disable")  # which ends the states too
        await _send(drive, "DOM.disable")
    short = sorted({told["number"] for told, _, measured in found if not measured.is_enough})
    seen = await drive.call("state_colours.atRest", short) if short else []
    at_rest = await _measured(drive, {each["number"]: each for each in seen})
    return [_text(told, state, measured, at_rest.get(told["number"])) for told, state, measured in found]


async def _measured(drive: Drive, texts: Mapping[int, Mapping[str, Any]]) -> dict[int, Measured | str]:
    """By the styles where they say that it is clearly enough; else drawn, the first of the same colours."""
    found: dict[int, Measured | str] = {}
    alike: dict[object, list[int]] = {}
    for number, told in texts.items():
        styled = _as_styled(told["plain"]) if told["plain"] else None
        if styled and styled.median.ratio >= CLEARLY * styled.needed:
            found[number] = styled
        else:
            alike.setdefault(styled or number, []).append(number)
    drawn = await measure(drive, [numbers[0] for numbers in alike.values()], windows=WINDOWS)
    rest: list[int] = []
    for first, *others in alike.values():
        if isinstance(shown := drawn.get(first), Measured) and shown.as_styled and not shown.is_covered:
            found |= dict.fromkeys(others, shown)
        else:
            rest += others
    return found | drawn | await measure(drive, rest, windows=WINDOWS)


def _as_styled(told: Mapping[str, Any]) -> Measured:
    [ratio] = contrasts([told["text"]], [told["behind"]])
    pair = Pair(ratio=float(ratio), text=colour(told["text"]), behind=colour(told["behind"]))
    needed = least(told["size"], told["weight"])
    return Measured(
        needed=needed,
        share_below=float(ratio < needed),
        worst=pair,
        median=pair,
        as_styled=True,
        is_covered=False,
        is_outlined=False,
    )


def _text(
    told: Mapping[str, Any],
    state: Literal["hover", "focus", "placeholder"],
    measured: Measured,
    at_rest: Measured | str | None,
) -> StateText:
    return StateText(
        place=Place.of(told["place"]),
        text=told["text"],
        state=state,
        measured=measured,
        at_rest=at_rest if isinstance(at_rest, Measured) else None,
    )


async def _nodes(drive: Drive) -> list[int]:
    """The controls, as the protocol's tools for styles know them."""
    await _send(drive, "DOM.enable")
    await _send(drive, "CSS.enable")
    await _send(drive, "DOM.getDocument", depth=0)
    array = await drive.world.run("auditor.state_colours.controls()", seconds=ANSWER_SECONDS, by_value=False)
    listed = await _send(drive, "Runtime.getProperties", objectId=array, ownProperties=True)
    objects = [each["value"]["objectId"] for each in listed["result"] if each["name"].isdigit()]
    asked = [_send(drive, "DOM.requestNode", objectId=each) for each in objects]
    return [each["nodeId"] for each in await asyncio.gather(*asked)]


async def _force(drive: Drive, nodes: list[int], classes: list[str]) -> None:
    """All at once: the page is drawn once, not once for each."""
    params = [{"nodeId": node, "forcedPseudoClasses": classes} for node in nodes]
    await asyncio.gather(*(_send(drive, "CSS.forcePseudoState", **each) for each in params))


async def _send(drive: Drive, method: str, **params: Any) -> Any:
    return await send(drive.tab.session, method, params, ANSWER_SECONDS)


PROBE = Probe(gives=StateColours, run=run, seconds=15)
