"""What the engine says of its rules, and of ours, asked of a running browser."""

from __future__ import annotations

from typing import Any

from auditor.browser.engine import Engine, rules
from auditor.browser.tab import Tabs
from auditor.browser.world import WorldError
from auditor.errors import BrowserError


async def said(tabs: Tabs, engine: Engine) -> list[dict[str, Any]]:
    """`engine.rules`, asked twice, should the browser die just then.

    Raises `BrowserError`, or `ConfigError` where the code of a rule of ours does not run.
    """
    for attempt in (1, 2):
        try:
            async with tabs.tab() as tab:
                return await rules(await tab.world(), engine)
        except WorldError as error:
            if attempt == 2:
                raise BrowserError(f"axe does not run in the browser: {error}.") from error
    raise AssertionError("unreachable")
