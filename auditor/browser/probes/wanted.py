"""What a driven page wanted and did not get: another page, another window."""

from __future__ import annotations

from types import TracebackType
from typing import Self

from playwright.async_api import Error, Page, Request

MOST = 20


class Wanted:
    """Listens while it is entered; `take` gives what came since it was last asked."""

    def __init__(self, page: Page) -> None:
        self._page = page
        self._seen: list[str] = []

    def __enter__(self) -> Self:
        self._page.on("request", self._asked)
        self._page.on("popup", self._opened)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._page.remove_listener("request", self._asked)
        self._page.remove_listener("popup", self._opened)

    def take(self) -> list[str]:
        """Such as "https://…" for another page, "a new window" for a window."""
        seen, self._seen = self._seen, []
        return seen

    def _asked(self, request: Request) -> None:
        try:
            goes = request.is_navigation_request() and request.frame == self._page.main_frame
        except Error:
            goes = True  # its frame is still to come: the page's own
        if goes:
            self._note(request.url[:500])

    def _opened(self, popup: Page) -> None:
        self._note("a new window")

    def _note(self, what: str) -> None:
        if len(self._seen) < MOST:
            self._seen.append(what)
