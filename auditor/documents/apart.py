"""Hostile files are opened in a process of its own, with limits: whatever they do to it, there is an answer.

The process is told on its standard input what to judge by, then a file a line; it answers a line of JSON
each. It is used for many files, and replaced after one that it did not survive. It sets its own limits, where
the system has them (`resource`); elsewhere (Windows) time by the clock is the only one.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import signal
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from auditor.documents import verapdf
from auditor.evidence.document import DocumentKind
from auditor.limits import MB, READER_ANSWER, READER_BYTES, READER_FILES, READER_SECONDS, READER_WAIT
from auditor.models import Component, Finding, Impact, Kind, Outcome, RuleResult

STARTS_WITHIN = 60.0  # seconds, on a busy machine
PASSED_ON = ("PATH", "PYTHONPATH", "LANG", "LC_ALL", "SYSTEMROOT", "TEMP", "TMP", "TMPDIR")  # and no secret
DIED = "It brought the reader down, as damaged files and files made to harm do."
TOO_SLOW = f"It took over {READER_SECONDS} seconds to read."
TOO_LARGE = f"It needs more than {READER_BYTES // MB:,} MB of memory to be read."


@dataclass(frozen=True, kw_only=True)
class Judged:
    """A document that was opened and judged: what an inventory keeps of it, and what the rules said."""

    kind: DocumentKind
    title: str | None  # as `Document.title`, and so on
    language: str | None
    pages: int | None
    producer: str
    created: datetime | None
    modified: datetime | None
    tagged: bool | None
    words: int | None
    scanned_pages: int
    left_out: tuple[str, ...]
    results: tuple[RuleResult, ...]
    findings: tuple[Finding, ...]


@dataclass(frozen=True, kw_only=True)
class Unread:
    """Why a file was not judged, in a sentence; `kind` None where its bytes do not tell."""

    reason: str
    kind: DocumentKind | None = None


class Apart:
    """Opens files and judges them, one at a time. `document_judge.apart` makes one.

    `command` starts the process; `setup` is the line that tells it what to judge by.
    """

    def __init__(self, command: Sequence[str], setup: bytes) -> None:
        self._command = command
        self._setup = setup
        self._process: asyncio.subprocess.Process | None = None
        self._files = 0
        self._turn = asyncio.Lock()
        self._folder: tempfile.TemporaryDirectory[str] | None = None

    async def __aenter__(self) -> Self:
        self._folder = tempfile.TemporaryDirectory(prefix="auditor-documents-")
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._end()
        if self._folder:
            self._folder.cleanup()

    async def judge(self, file: Path, url: str, content_type: str) -> Judged | Unread:
        """What the rules say of the document in `file`, which `url` brought. Whatever is in it: an answer."""
        async with self._turn:
            told = await self._ask(
                file=os.path.abspath(file),  # noqa: ASYNC240, PTH100 - it asks for the working folder alone
                url=url,
                content_type=content_type,
                failed_clauses=await verapdf.failed_clauses(file),
            )
            if isinstance(told, str):
                return Unread(reason=told)
            try:
                return _answer(told)
            except (KeyError, TypeError, ValueError, AttributeError):
                await self._end()  # a file has made it say so
                return Unread(reason=DIED)

    async def _ask(self, **request: Any) -> Any:
        """What the process answers; or why there is no answer, as a text."""
        is_sound = False
        try:
            process = await self._started()
            assert process.stdin is not None
            assert process.stdout is not None
            process.stdin.write(json.dumps(request).encode() + b"\n")
            await process.stdin.drain()
            async with asyncio.timeout(READER_WAIT):
                line = await process.stdout.readline()
            if not line.endswith(b"\n"):
                return await _why_ended(process)
            told = json.loads(line)
            self._files += 1
            is_sound = self._files < READER_FILES
            return told
        except TimeoutError:
            return f"It was not read within {READER_WAIT:g} seconds."
        except OSError:  # it ended before it was told of the file, or while it was
            return DIED
        except ValueError:  # a longer answer than any document has, or no JSON
            return DIED
        finally:
            if not is_sound:
                await self._end()

    async def _started(self) -> asyncio.subprocess.Process:
        if self._process and self._process.returncode is None:
            return self._process
        assert self._folder is not None, "`async with` makes its folder"
        home = str(Path(__file__).parents[2])
        env = {key: os.environ[key] for key in PASSED_ON if key in os.environ}
        env["PYTHONPATH"] = os.pathsep.join(filter(None, (home, env.get("PYTHONPATH"))))
        env["MALLOC_ARENA_MAX"] = "2"  # each arena takes 64 MB of addresses
        self._files = 0
        self._process = process = await asyncio.create_subprocess_exec(
            *self._command,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
            limit=READER_ANSWER,
            cwd=self._folder.name,
            env=env,
        )
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write(self._setup + b"\n")
        async with asyncio.timeout(STARTS_WITHIN):
            if await process.stdout.readline() != b"ready\n":
                raise RuntimeError("The process that reads documents did not start: run `auditor doctor`.")
        return process

    async def _end(self) -> None:
        process, self._process = self._process, None
        if process:
            with contextlib.suppress(ProcessLookupError):
                process.kill()
            await process.wait()


async def _why_ended(process: asyncio.subprocess.Process) -> str:
    code = await process.wait()
    return TOO_SLOW if code == -getattr(signal, "SIGXCPU", 0) else DIED


def _answer(told: Mapping[str, Any]) -> Judged | Unread:
    """From what `document_judge.answer` tells. Raises what a malformed answer makes it raise."""
    kind = DocumentKind(told["kind"]) if told["kind"] else None
    if kind is None or "reason" in told:
        return Unread(reason=str(told["reason"])[:500], kind=kind)
    facts = {key: told[key] for key in FACTS}
    return Judged(
        **facts,
        kind=kind,
        created=_date(told["created"]),
        modified=_date(told["modified"]),
        left_out=tuple(told["left_out"]),
        results=tuple(
            RuleResult(**{**each, "outcome": Outcome(each["outcome"])}) for each in told["results"]
        ),
        findings=tuple(map(_finding, told["findings"])),
    )


FACTS = ("title", "language", "pages", "producer", "tagged", "words", "scanned_pages")


def _date(told: str | None) -> datetime | None:
    return datetime.fromisoformat(told) if told else None


def _finding(told: Mapping[str, Any]) -> Finding:
    return Finding(
        **{
            **told,
            "outcome": Outcome(told["outcome"]),
            "kind": Kind(told["kind"]),
            "impact": Impact(told["impact"]) if told["impact"] else None,
            "wcag": tuple(told["wcag"]),
            "act": tuple(told["act"]),
            "frame": tuple(told["frame"]),
            "component": Component.of(told["component"]),
        }
    )
