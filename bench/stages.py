"""Where the CPU seconds of an audit go, by stage: of the whole process tree, one page at a time.

What runs in the background while a stage waits counts to that stage.
"""

from __future__ import annotations

import contextlib
import functools
import inspect
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from typing import Any
from unittest import mock

from auditor.browser import drive, visit
from auditor.browser.pictures import Camera
from auditor.browser.tab import Tab
from auditor.browser.world import World
from auditor.run_rules import RunRules
from auditor.store_thread import StoreThread
from bench.trees import Tree

AXE = 300_000  # characters: so long is no other script
REST = "the rest: crawl, requests, start and end"


class Stages:
    """Which stage an audit is in, and what each has cost."""

    def __init__(self, tree: Tree) -> None:
        self.spent: dict[str, float] = defaultdict(float)  # CPU seconds
        self.times: Counter[str] = Counter()
        self._tree = tree
        self._stack = [REST]
        self._last = 0.0

    def _book(self) -> None:
        now = self._tree.now()
        self.spent[self._stack[-1]] += now - self._last
        self._last = now

    @contextlib.contextmanager
    def within(self, stage: str) -> Iterator[None]:
        self._book()
        self._stack.append(stage)
        try:
            yield
        finally:
            self._book()
            self._stack.remove(stage)
            self.times[stage] += 1

    def wrapped(self, function: Callable[..., Any], stage: Callable[..., str]) -> Callable[..., Any]:
        """The function, booked under what `stage` makes of its arguments; "" is no stage of its own."""

        @functools.wraps(function)
        async def run(*args: Any, **kwargs: Any) -> Any:
            name = stage(*args)
            with self.within(name) if name else contextlib.nullcontext():
                told = function(*args, **kwargs)
                return await told if inspect.isawaitable(told) else told

        return run

    @contextlib.contextmanager
    def watching(self) -> Iterator[None]:
        """The time in which audits are watched, one page at a time."""

        def script(world: World, text: str) -> str:
            return "inject axe and element rules" if len(text) > AXE else ""

        places: list[tuple[Any, str, Callable[..., str]]] = [
            (visit, "go", lambda *_: "navigate"),
            (visit, "settle", lambda *_: "wait until drawn, and describe"),
            (visit, "judge", lambda *_: "axe with element rules"),
            (visit, "told_facts", lambda *_: "facts of every page"),
            (World, "run", script),
            (Camera, "take", lambda *_: "pictures"),
            (Tab, "forget", lambda *_: "leave the page"),
            (drive, "_run", lambda driving, probe, ends: f"probe {probe.gives.__name__}"),
            (RunRules, "judge", lambda *_: "judge in Python"),
            (StoreThread, "call", lambda *_: "store"),
        ]
        with contextlib.ExitStack() as patches:
            for owner, name, stage in places:
                wrapped = self.wrapped(getattr(owner, name), stage)
                patches.enter_context(mock.patch.object(owner, name, wrapped))
            yield
        self._book()
