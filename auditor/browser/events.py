"""What a tab's page requests, as Playwright tells it, passed on to who listens at the moment.

The driver is asked for it once a tab: each visit would have to say when it begins and when it ends.
"""

from __future__ import annotations

import contextlib
import inspect
from collections.abc import Callable, Iterator
from typing import Any

from playwright.async_api import Page

Handler = Callable[[Any], None]


class Events:
    """Of one page."""

    def __init__(self, page: Page) -> None:
        kinds = ("request", "response", "requestfinished", "requestfailed", "websocket")
        self._heard: dict[str, list[Handler]] = {kind: [] for kind in kinds}
        listen: Any = page.on  # its types know each kind by itself
        for kind, handlers in self._heard.items():
            listen(kind, OfOne(_to_all(handlers)))

    @contextlib.contextmanager
    def heard(self, **by_kind: Handler) -> Iterator[None]:
        """The time in which these handlers get what happens."""
        for kind, handler in by_kind.items():
            self._heard[kind].append(handler)
        try:
            yield
        finally:
            for kind, handler in by_kind.items():
                self._heard[kind].remove(handler)


def _to_all(handlers: list[Handler]) -> Handler:
    def tell(event: Any) -> None:
        for handler in tuple(handlers):
            handler(event)

    return tell


class OfOne:
    """A handler that says that it takes one argument (PEP 362): else Playwright finds out at every event."""

    __signature__ = inspect.Signature([inspect.Parameter("event", inspect.Parameter.POSITIONAL_ONLY)])

    def __init__(self, handler: Handler) -> None:
        self._handler = handler

    def __call__(self, event: Any) -> None:
        self._handler(event)
