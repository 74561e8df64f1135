"""veraPDF, where its command is installed: which clauses of PDF/UA a document that claims them fails.

https://docs.verapdf.org/cli/: a program of its own, in Java, that we start and do not ship.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import re
import shutil
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from auditor.limits import MB, READER_BYTES

COMMAND = "verapdf"
# It leaves out files not named .pdf unless told otherwise, and ours have no ending.
OPTIONS = ("--format", "json", "--maxfailuresdisplayed", "1", "--nonpdfext")
SECONDS = 60.0  # for one document
ANSWER = 8 * MB
CLAUSES = 50  # kept
PASSED_ON = (
    "PATH", "HOME", "JAVA_HOME", "JAVACMD", "JAVA_OPTS", "LANG", "LC_ALL", "SYSTEMROOT", "TEMP", "TMP",
    "TMPDIR",
)  # fmt: skip
# As it stands in the metadata of who claims it, which most programs leave unpacked (ISO 14289, clause 5).
CLAIM = re.compile(rb"""pdfuaid:part(?:[^<>]{0,200}>|\s{0,9}=\s{0,9}["'])\s{0,9}([12])\b""")
CLAIM_BYTES = 300  # at most


async def failed_clauses(file: Path) -> tuple[str, ...]:
    """As "7.1: words"; () where it is not installed, the document does not claim PDF/UA, or none failed.

    So, too, where veraPDF breaks down or takes too long: it is one more witness, and no rule waits for it.
    """
    command = shutil.which(COMMAND)
    if command is None or not (part := await asyncio.to_thread(_claimed_part, file)):
        return ()
    process = await asyncio.create_subprocess_exec(
        command, "--flavour", f"ua{part}", *OPTIONS, str(file), env=_environment(),
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
        with contextlib.suppress(OSError):  # it may be a script that starts Java: both
            if os.name == "posix":
                os.killpg(process.pid, signal.SIGKILL)
            else:
                process.kill()
        await process.wait()


def _environment() -> dict[str, str]:
    """No secret; and Java takes a quarter of the machine's memory unless told otherwise."""
    passed_on = {key: os.environ[key] for key in PASSED_ON if key in os.environ}
    return {"JAVA_OPTS": f"-Xmx{READER_BYTES // MB}m", **passed_on}


def _claimed_part(file: Path) -> str:
    """ "1" or "2"; "" without a claim."""
    tail = b""
    with file.open("rb") as stream:
        while block := stream.read(MB):
            if claim := CLAIM.search(tail + block):
                return claim[1].decode()
            tail = (tail + block)[-CLAIM_BYTES:]
    return ""


def _failed(told: Any) -> Iterator[str]:
    for job in told["report"]["jobs"]:
        for rule in failed(job):
            yield f"{rule['clause']}: {rule['description']}"[:200]


def failed(job: Any) -> Iterator[Any]:
    """The summaries of the rules that one file fails, of veraPDF's report in JSON."""
    results = job.get("validationResult") or []
    for result in [results] if isinstance(results, dict) else results:  # a list since 1.24
        for rule in result["details"]["ruleSummaries"]:
            if str(rule.get("ruleStatus", rule.get("status"))).upper() == "FAILED":
                yield rule
