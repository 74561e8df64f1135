"""Memory of the whole process tree over one long audit.

python -m bench.memory [PAGES] [FOLDER]
"""

from __future__ import annotations

import asyncio
import statistics
import sys
import tempfile

from auditor.audit import Progress, audit_async
from auditor.models import Site
from bench.pages import served
from bench.trees import memory_mb

POINTS = 20


def main() -> None:
    pages = int(sys.argv[1]) if len(sys.argv) > 1 else 500
    folder = sys.argv[2] if len(sys.argv) > 2 else None
    curve: list[tuple[int, float]] = []

    def look(progress: Progress) -> None:
        if progress.audited % max(1, pages // POINTS) == 0:
            curve.append((progress.audited, memory_mb()))
            print(f"  {curve[-1][0]:>5} pages  {curve[-1][1]:>6.0f} MB", flush=True)

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
        print(f"memory of the whole process tree (PSS) over {pages} pages")
        asyncio.run(
            audit_async(site, store=f"sqlite:///{temporary}/bench.db", sandbox=False, on_progress=look)
        )
    half = len(curve) // 2
    first, second = (statistics.mean(mb for _, mb in part) for part in (curve[:half], curve[half:]))
    print(f"mean of the first half {first:.0f} MB, of the second {second:.0f} MB")


if __name__ == "__main__":
    main()
