"""The one thread in which a run uses the store, and past which no secret gets."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import ParamSpec, TypeVar

from auditor.redact import Redactor, without

P = ParamSpec("P")
T = TypeVar("T")

SESSIONS_KEPT = 4  # whose secrets are looked for: those before show on no page any more


class StoreThread:
    """Of one run."""

    def __init__(self, secrets: Sequence[str]) -> None:
        """`secrets`: those that the site's settings hold."""
        self._own = secrets
        self._sessions: deque[Sequence[str]] = deque(maxlen=SESSIONS_KEPT)  # secrets of those last signed in
        self.hide([])
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="store")

    async def call(self, method: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """What the method returns; its arguments come to it without secrets."""
        if self._own or self._sessions[-1]:
            args, kwargs = self.redacted(args), self.redacted(kwargs)
        return await asyncio.get_running_loop().run_in_executor(self._thread, lambda: method(*args, **kwargs))

    def hide(self, secrets: Sequence[str]) -> None:
        """Keep a session's values, too, out of the store from here on."""
        self._sessions.append(secrets)
        self._redact = Redactor([*self._own, *(each for known in self._sessions for each in known)])

    def redacted(self, told: T) -> T:
        """The same without secrets."""
        redacted: T = without(self._redact, told)
        return redacted

    def close(self) -> None:
        """Wait for what is under way."""
        self._thread.shutdown(wait=True)
