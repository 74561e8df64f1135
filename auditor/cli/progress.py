"""How a long audit tells that it lives: a bar on a terminal, plain lines elsewhere. On standard error."""

from __future__ import annotations

import time
from types import TracebackType
from typing import Self

import click
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn
from rich.text import Text

from auditor import Progress as State

LINE_SECONDS = 10.0  # between plain lines


class Shown:
    """Call it with each `auditor.Progress`."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.started = time.monotonic()
        self.last_line = self.started
        self.console = Console(stderr=True)
        self.bar: Progress | None = None
        if self.console.is_terminal:
            self.bar = Progress(
                TextColumn("{task.fields[site]}", markup=False),
                BarColumn(bar_width=None),
                TextColumn("{task.fields[text]}", markup=False),
                TimeElapsedColumn(),
                console=self.console,
            )
            self.task = self.bar.add_task("", total=None, site=name[:20], text="starting")

    def __enter__(self) -> Self:
        if self.bar:
            self.bar.start()
        else:
            click.echo(f"{self.name}: starting", err=True)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self.bar:
            self.bar.stop()

    def __call__(self, state: State) -> None:
        now = time.monotonic()
        rate = state.audited / max(now - self.started, 0.001) * 60
        text = (
            f"{state.done} done, {state.left} left, {state.failed} failed, "
            f"{rate:.0f} pages/min, {state.findings} findings"
        )
        if self.bar:
            self.bar.update(self.task, completed=state.done, total=state.done + state.left, text=text)
        elif now - self.last_line >= LINE_SECONDS:
            self.last_line = now
            click.echo(f"{self.name}: {text}", err=True)

    def say(self, text: str) -> None:
        if self.bar:
            self.console.print(Text(text))
        else:
            click.echo(text, err=True)
