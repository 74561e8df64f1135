"""Memory of the auditor itself, and with its browser, over one long audit of listed pages.

python -m bench.memory [PAGES] [FOLDER]
"""

from __future__ import annotations

import asyncio
import statistics
import sys
import tempfile

import psutil

from auditor import Progress, audit_async
from auditor.models import Site
from bench.pages import served
from bench.trees import memory_mb

POINTS = 20


def main() -> None:
    pages = int(sys.argv[1]) if len(sys.argv) > 1 else 500
    folder = sys.argv[2] if len(sys.argv) > 2 else None
    curve: list[tuple[float, float]] = []  # MB: this process, the whole tree

    def look(progress: Progress) -> None:
        if progress.audited % max(1, pages // POINTS) == 0:
            own = psutil.Process().memory_info().rss / 2**20
            curve.append((own, memory_mb()))
            print(f"  {progress.audited:>5} {own:>11.0f} {curve[-1][1]:>10.0f}", flush=True)

    with served(pages, folder) as urls, tempfile.TemporaryDirectory() as temporary:
        site = Site(
            id="bench",
            name="Bench",
            urls=tuple(urls),
            internal=True,
            delay=0.0,
            follow_links=False,
            drive="no-page",
            max_pages=len(urls),
        )
        print("  pages  auditor MB (RSS)  whole tree MB (PSS)")
        asyncio.run(
            audit_async(site, store=f"sqlite:///{temporary}/bench.db", sandbox=False, on_progress=look)
        )
    half = len(curve) // 2
    for number, what in enumerate(("auditor", "whole tree")):
        first, second = (
            statistics.mean(each[number] for each in part) for part in (curve[:half], curve[half:])
        )
        print(f"{what}: mean of the first half {first:.0f} MB, of the second {second:.0f} MB")


if __name__ == "__main__":
    main()
