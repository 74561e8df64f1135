"""The fixture `a11y` for tests with Playwright: `pytest_plugins = ["auditor.pytest_plugin"]` in conftest.py.

No entry point of pytest's names it: every run of pytest would take a second to import the auditor.
"""

from __future__ import annotations

import inspect
import warnings
from collections.abc import Awaitable, Callable, Collection
from typing import Any

import pytest

from auditor.check import Checked, check


@pytest.fixture
def a11y() -> Callable[..., Checked | Awaitable[Checked]]:
    """`a11y(page)` fails the test where the page fails WCAG; of an asynchronous page, `await a11y(page)`.

    It returns what `auditor.check` does. `waive`: ids of issues, as the message names them, that may be there
    for now. One that is there no more, and what could not be judged, brings a warning.
    """

    def passes(page: Any, *, waive: Collection[str] = ()) -> Checked | Awaitable[Checked]:
        __tracebackhide__ = True
        found = check(page)
        if inspect.isawaitable(found):

            async def later() -> Checked:
                return _judged(await found, waive)

            return later()
        return _judged(found, waive)

    return passes


def _judged(found: Checked, waive: Collection[str]) -> Checked:
    __tracebackhide__ = True
    for text in found.not_judged:
        warnings.warn(f"Not judged on {found.url}: {text}", stacklevel=3)
    failing = [issue for issue in found.failures if issue.id not in waive]
    for unused in sorted(set(waive).difference(issue.id for issue in found.failures)):
        warnings.warn(f"{unused} is waived and not there any more: take it out.", stacklevel=3)
    if failing:
        pytest.fail(found.told(failing), pytrace=False)
    return found
