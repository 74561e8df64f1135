"""An isolated world in one frame: a place to run our scripts that the page cannot see or sabotage.

Over the DevTools protocol: https://chromedevtools.github.io/devtools-protocol/tot/Page/#method-createIsolatedWorld
"""

from __future__ import annotations

import asyncio
import json
import re
from dataclasses import dataclass
from typing import Any

from playwright.async_api import CDPSession, Error

WORLD = "auditor"
GONE = re.compile(
    r"navigated or closed|context was destroyed|find context|No frame (with|for) given id", re.I
)


class WorldError(Exception):
    """The script threw, or the frame went away or stood still; the text says which."""


class NoAnswer(WorldError):
    """The frame stands still: its scripts never end, or it never came to be."""


class Gone(WorldError):
    """The document is no longer there: the frame went to another, or was removed."""


# Taken apart value by value, as the protocol has it, a large answer costs twice as much. Undefined is null.
AS_TEXT = "(async () => JSON.stringify(await %s, (key, value) => value === undefined ? null : value))()"


@dataclass(frozen=True, kw_only=True)
class World:
    """Where to evaluate: a session of the DevTools protocol and an execution context in it."""

    session: CDPSession
    frame_id: str
    context_id: int

    @classmethod
    async def create(cls, session: CDPSession, frame_id: str, *, seconds: float = 5) -> World:
        answer = await send(
            session, "Page.createIsolatedWorld", {"frameId": frame_id, "worldName": WORLD}, seconds
        )
        return cls(session=session, frame_id=frame_id, context_id=answer["executionContextId"])

    async def run(self, script: str, *, seconds: float, by_value: bool = True) -> Any:
        """The value of `script`, awaited if it is a promise; with `by_value` False, a remote object's id."""
        answer = await send(
            self.session,
            "Runtime.evaluate",
            {
                "expression": script,
                "contextId": self.context_id,
                "awaitPromise": True,
                "returnByValue": by_value,
            },
            seconds,
        )
        if "exceptionDetails" in answer:
            details = answer["exceptionDetails"]
            thrown = details.get("exception", {}).get("description") or details.get("text", "")
            raise WorldError(str(thrown)[:500])
        result = answer["result"]
        return result.get("value") if by_value else result.get("objectId")

    async def call(self, function: str, *arguments: Any, seconds: float, first: str = "") -> Any:
        """The value of `auditor.<function>(...arguments)` of page.js; arguments and value travel as JSON.

        `first`: a script that runs before, in the same call.
        """
        listed = ", ".join(json.dumps(argument) for argument in arguments)
        asked = AS_TEXT % f"auditor.{function}({listed})"
        told = await self.run(f"{first}\n{asked}", seconds=seconds)
        return json.loads(told)

    async def frame_ids(self, expression: str, *, seconds: float) -> list[str | None]:
        """The frame ids of the frame elements in the array that `expression` gives."""
        array = await self.run(expression, seconds=seconds, by_value=False)
        answer = await send(
            self.session, "Runtime.getProperties", {"objectId": array, "ownProperties": True}, seconds
        )
        ids: list[str | None] = []
        for item in answer["result"]:
            if not item["name"].isdigit():
                continue
            node = item["value"].get("objectId")
            if node is None:
                ids.append(None)
                continue
            described = await send(self.session, "DOM.describeNode", {"objectId": node}, seconds)
            ids.append(described["node"].get("frameId"))
        return ids


async def send(session: CDPSession, method: str, params: dict[str, Any], seconds: float) -> Any:
    """One call of the DevTools protocol; raises `WorldError` where it fails or takes too long."""
    try:
        async with asyncio.timeout(seconds):
            return await session.send(method, params)
    except TimeoutError:
        raise NoAnswer(f"it gave no answer within {seconds:.2g} seconds") from None
    except Error as error:
        said = error.message.removeprefix("CDPSession.send: ").splitlines()[0]
        raise (Gone if GONE.search(said) else WorldError)(said) from error
