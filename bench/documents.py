"""Judges all PDFs and office files below folders as an audit does: `python -m bench.documents FOLDER...`.

Real files of all sorts, such as Debian's packages of documentation bring. Whatever is in them, each has an
answer; this prints how many, how long they took, which were not read and why, and which rules broke down.
"""

from __future__ import annotations

import asyncio
import statistics
import sys
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from auditor import document_judge
from auditor.checks.folders import find
from auditor.documents.apart import Unread
from auditor.resources import folder

ENDINGS = {".pdf", ".docx", ".xlsx", ".pptx", ".odt", ".ods", ".odp", ".doc", ".xls", ".ppt"}


def files(places: list[Path]) -> Iterator[Path]:
    for place in places:
        yield from (p for p in sorted(place.rglob("*")) if p.suffix.lower() in ENDINGS and p.is_file())


async def main(places: list[Path]) -> None:
    own = find([folder("rules")])
    seconds: list[tuple[float, Path]] = []
    reasons: Counter[str] = Counter()
    told: Counter[tuple[str, str]] = Counter()
    kinds: Counter[str] = Counter()
    errors: Counter[str] = Counter()
    async with document_judge.apart(own.values(), {key: each.rule for key, each in own.items()}) as apart:
        for file in files(places):
            began = time.monotonic()
            judged = await apart.judge(file, f"https://council.example/{file.name}", "")
            seconds.append((time.monotonic() - began, file))
            if isinstance(judged, Unread):
                reasons[judged.reason] += 1
                print(f"not read: {file}: {judged.reason}", flush=True)
                continue
            kinds[judged.kind] += 1
            told.update({(each.rule, each.outcome.value) for each in judged.findings})
            errors.update(f"{each.rule}: {each.error}" for each in judged.results if each.error)
    print(f"{len(seconds)} files: {kinds.total()} judged, {reasons.total()} not read")
    for name, counted in (("kinds", kinds), ("reasons", reasons), ("rules that broke down", errors)):
        print(f"{name}: {dict(counted.most_common())}")
    for (rule, outcome), count in sorted(told.items()):
        print(f"  {rule:<28} {outcome:<10} {count} of {kinds.total()}")
    if seconds:
        print(f"seconds a file: median {statistics.median(s for s, _ in seconds):.2f}; the slowest:")
        for taken, file in sorted(seconds, reverse=True)[:5]:
            print(f"  {taken:6.1f}  {file}")


if __name__ == "__main__":
    asyncio.run(main([Path(each) for each in sys.argv[1:]]))
