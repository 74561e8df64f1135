"""veraPDF, where its command is installed: which clauses of PDF/UA a document that claims them fails.

https://docs.verapdf.org/cli/: a program of its own, in Java, that we start and do not ship.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import shutil
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from auditor.limits import MB

COMMAND = "verapdf"
SECONDS = 60.0  # for one document
ANSWER = 8 * MB
CLAUSES = 50  # kept
CLAIM = b"pdfuaid"  # stands in the metadata of who claims it, which most programs leave unpacked


async def failed_clauses(file: Path) -> tuple[str, ...]:
    """As "7.1: words"; () where it is not installed, the document does not claim PDF/UA, or none failed.

    So, too, where veraPDF breaks down or takes too long: it is one more witness, and no rule waits for it.
    """
    command = shutil.which(COMMAND)
    if command is None or not await asyncio.to_thread(_claims, file):
        return ()
    process = await asyncio.create_subprocess_exec(
        command, "--flavour", "ua1", "--format", "json", "--maxfailuresdisplayed", "1", str(file),
        stdin=asyncio.subprocess.DEVNULL, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.DEVNULL,
        limit=ANSWER, start_new_session=True,
    )  # fmt: skip
    assert process.stdout is not None
    try:
        async with asyncio.timeout(SECONDS):
            told = await process.stdout.read(ANSWER)
            while more := await process.stdout.read(MB):
                told += more
                if len(told) > ANSWER:
                    return ()
        return tuple(dict.fromkeys(_failed(json.loads(told))))[:CLAUSES]
    except (TimeoutError, ValueError, TypeError, LookupError, AttributeError):
        return ()
    finally:
        with contextlib.suppress(OSError):  # it is a script, which starts Java: both
            os.killpg(process.pid, signal.SIGKILL)
        await process.wait()


def _claims(file: Path) -> bool:
    tail = b""
    with file.open("rb") as stream:
        while block := stream.read(MB):
            if CLAIM in tail + block:
                return True
            tail = block[-len(CLAIM) :]
    return False


def _failed(told: Any) -> Iterator[str]:
    for job in told["report"]["jobs"]:
        results = job.get("validationResult") or []
        for result in [results] if isinstance(results, dict) else results:  # a list since 1.24
            for rule in result["details"]["ruleSummaries"]:
                if str(rule.get("ruleStatus", rule.get("status"))).upper() == "FAILED":
                    yield f"{rule['clause']}: {rule['description']}"[:200]
