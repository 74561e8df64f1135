"""CPU a claim and a record cost as the ledger grows, without a browser.

python -m bench.ledger [KNOWN ADDRESSES]...
"""

from __future__ import annotations

import random
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from typing import Any

from auditor.models import (
    Discovery,
    Finding,
    Impact,
    Kind,
    NewUrl,
    Outcome,
    RuleResult,
    Site,
    UrlOutcome,
    Visit,
)
from auditor.store import ClaimedUrl, Store

HOME = "https://www.example.org"
TURNS = 200  # measured pages, of each size
LINKS = 20  # on a page; half of them new
RULES = [f"rule-{n}" for n in range(60)]
FINDINGS = 10


def page(n: int) -> NewUrl:
    url = f"{HOME}/services/department-{n % 97}/page-{n}"
    return NewUrl(url=url, identity=url, depth=n % 5, discovery=Discovery.LINK, found_on=f"{HOME}/")


def finding(url: str, n: int) -> Finding:
    return Finding(
        rule=RULES[n],
        outcome=Outcome.FAILED,
        kind=Kind.FAILURE,
        wcag=("1.1.1",),
        act=("23a2a8",),
        impact=Impact.SERIOUS,
        url=url,
        state="loaded",
        frame=(),
        selector=f"main > ul > li:nth-child({n})",
        excerpt='<a class="panel__link" href="/services">' * 3,
        message="The element has no text that a screen reader could read out.",
    )


def measure(known: int) -> None:
    """Fill a store with `known` addresses, half of them settled, then audit TURNS more pages."""
    dice = random.Random(known)
    with tempfile.TemporaryDirectory() as folder:
        store = Store.open(f"sqlite:///{folder}/ledger.db")
        run = store.start_run(
            Site(id="bench", name="Bench", urls=(f"{HOME}/",)), versions={"auditor": "bench"}, rules=[]
        )
        for start in range(0, known, 5000):
            pages = [page(n) for n in range(start, min(start + 5000, known))]
            store.add_urls(run, pages)
            store.settle(
                run,
                [(each.id, UrlOutcome.OUT_OF_SCOPE, "Filled.") for each in store.todo(run) if each.id % 2],
            )
        took: dict[str, list[float]] = {}

        def timed(method: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
            began = time.process_time()
            answer = method(*args, **kwargs)
            took.setdefault(method.__name__, []).append((time.process_time() - began) * 1000)
            return answer

        for turn in range(TURNS):
            claimed = timed(store.claim, run, delay=lambda _: 0.0, concurrency=2)
            assert isinstance(claimed, ClaimedUrl), claimed
            old = [page(dice.randrange(known)) for _ in range(LINKS // 2)]
            new = [page(known + turn * LINKS + n) for n in range(LINKS // 2)]
            visit = Visit(url=claimed.url, outcome=UrlOutcome.AUDITED, status=200, title="A page", seconds=1)
            timed(
                store.record,
                run,
                [(claimed, visit)],
                results=[RuleResult(rule=rule, outcome=Outcome.PASSED, places=9) for rule in RULES],
                findings=[finding(claimed.url, n) for n in range(FINDINGS)],
                links=[*old, *new],
                forms={f"{HOME}/services/*/page-#": [turn, 0, 0, None]},
            )
            timed(store.tally, run)
            timed(store.beat, run, seconds=1.0)
        store.close()
    print(
        f"{known:>9,} known  "
        + "  ".join(f"{name} {statistics.median(ms):6.2f}" for name, ms in took.items())
        + f"   (median CPU ms; worst claim {max(took['claim']):.1f}, record {max(took['record']):.1f})",
        flush=True,
    )


def main() -> None:
    for known in [int(argument) for argument in sys.argv[1:]] or [1_000, 20_000, 200_000]:
        measure(known)


if __name__ == "__main__":
    main()
