"""Time, memory and file sizes of each format of the report on a large run, from a real store.

python -m bench.report [PAGES] [FINDINGS A PAGE] [OTHER ADDRESSES]
"""

from __future__ import annotations

import resource
import subprocess
import sys
import tempfile
import time
import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from auditor.checks.registry import rule_from_axe
from auditor.cli.common import write
from auditor.formats import FORMATS
from auditor.identity import identified
from auditor.limits import ENDLESS
from auditor.models import (
    OTHER_HOST,
    Component,
    Discovery,
    Finding,
    Impact,
    Kind,
    NewUrl,
    Outcome,
    RuleResult,
    RunState,
    Site,
    Untested,
    UrlOutcome,
    Visit,
)
from auditor.report import report
from auditor.resources import folder
from auditor.store import RunReader, Store

HOME = "https://www.example.org"
SITE = Site(id="bench", name="Bench", urls=(f"{HOME}/",), max_pages=1_000_000)
BROKEN = 12  # rules with findings on a page
RULES = sorted(tomllib.loads((folder("rules") / "axe.toml").read_text(encoding="utf-8")))[:60]
METADATA = [
    {"id": rule, "help": rule, "helpUrl": HOME, "tags": ["wcag2a", "wcag111"], "impact": "serious"}
    for rule in RULES
]
_RULES = {each["id"]: replace(rule_from_axe(each), owner="editor") for each in METADATA}
NOW = datetime(2026, 11, 21, 2, 0, tzinfo=UTC)


def fill(store: Store, pages: int, each: int, others: int) -> None:
    """One run of `pages` audited pages with `each` findings, and `others` addresses that were not audited."""
    run = store.start_run(SITE, versions={"auditor": "bench"}, rules=METADATA)
    store.add_urls(run, (_page(n) for n in range(pages)))
    store.add_urls(run, _others(others))
    for n, claimed in enumerate(store.todo(run)):
        findings = [_finding(claimed.url, n, place) for place in range(each)]
        visit = Visit(
            url=claimed.url,
            outcome=UrlOutcome.AUDITED,
            final_url=claimed.url,
            status=200,
            content_type="text/html; charset=utf-8",
            title=f"Page {n} of a council with a name of some length – Bench Borough Council",
            started=NOW,
            seconds=1.5,
        )
        store.record(
            run,
            [(claimed, visit)],
            results=_results(findings),
            findings=findings,
            untested=[
                Untested(url=claimed.url, what="frame", where=f"https://maps.example/{n}", reason="it hung")
            ],
        )
    store.add_refused(run, {"loopback address": 12, "private address": 3})
    store.end_run(run, RunState.DONE)


def _page(n: int) -> NewUrl:
    # One in ten is as long as addresses may be, of characters that HTML must escape.
    url = f"{HOME}/services/{n}?" + ("a&" * 900 if n % 10 == 9 else "from=home")
    return NewUrl(url=url, identity=url, depth=2, discovery=Discovery.LINK, found_on=f"{HOME}/")


def _others(count: int) -> Iterator[NewUrl]:
    kinds = (
        ("{home}/files/{n}.pdf", UrlOutcome.NOT_HTML, "A PDF document, by its name."),
        ("https://service-{n}.example/x", UrlOutcome.OUT_OF_SCOPE, OTHER_HOST),
        ("{home}/calendar?month={n}", UrlOutcome.OVER_BUDGET, f"{ENDLESS}: a calendar."),
        ("{home}/refused/{n}", UrlOutcome.BLOCKED, "A robot check answered."),
        ("{home}/copy/{n}", UrlOutcome.DUPLICATE, "It shows what another address shows."),
    )
    for n in range(count):
        form, outcome, reason = kinds[n % len(kinds)]
        url = form.format(home=HOME, n=n)
        yield NewUrl(
            url=url,
            identity=url,
            depth=3,
            discovery=Discovery.LINK,
            found_on=f"{HOME}/services/{n}",
            outcome=outcome,
            reason=reason,
        )


def _finding(url: str, page: int, place: int) -> Finding:
    """One of a template, on most pages; or, each tenth, one that an editor wrote, on a few."""
    rule = RULES[(page + place) % BROKEN * 4]
    written = place % 10 == 0
    component = Component(
        landmarks=("main",),
        path=("div.page", "section.links"),
        shape="img" if written else f"a.panel-{place % 7}",
        target=f"/media/{page % 400}.png" if written else "",
        text=f"item {place}",
    )
    found = Finding(
        rule=rule,
        outcome=Outcome.CANT_TELL if place % 10 == 9 else Outcome.FAILED,
        kind=Kind.FAILURE,
        wcag=("1.1.1",),
        act=("23a2a8",),
        impact=Impact.SERIOUS,
        url=url,
        state="loaded",
        frame=(),
        selector=f"#content > div:nth-child({place}) > section > ul.links > li:nth-child({page % 50}) > a",
        excerpt=f'<a class="panel__link" href="/services/{page}/{place}">'
        + "<span>&amp;</span>" * 12
        + "</a>",
        message="The element has no text that a screen reader could read out, and no title either.",
        component=component,
    )
    return identified(found, _RULES[rule])


def _results(findings: Sequence[Finding]) -> list[RuleResult]:
    """Of every rule; one in five of those with findings has more places than are listed."""
    listed: dict[tuple[str, Outcome], int] = {}
    for finding in findings:
        listed[finding.rule, finding.outcome] = listed.get((finding.rule, finding.outcome), 0) + 1
    found = [
        RuleResult(rule=rule, outcome=outcome, places=n + 100 * (number % 5 == 0))
        for number, ((rule, outcome), n) in enumerate(listed.items())
    ]
    return [*found, *(RuleResult(rule=rule, outcome=Outcome.PASSED, places=9) for rule in RULES)]


def measure(database: str, name: str, output: Path) -> None:
    """Write one format in this process, and print what that took."""
    began = time.perf_counter()
    reader = RunReader.latest(Store.open(database), SITE.id)
    assert reader is not None
    write(report(reader), [name], output)
    wall = time.perf_counter() - began
    used = resource.getrusage(resource.RUSAGE_SELF)
    # Not ru_maxrss: a child's starts at its parent's.
    status = Path("/proc/self/status").read_text().splitlines()
    peak = int(next(line for line in status if line.startswith("VmHWM:")).split()[1]) / 1024
    sizes = [path.stat().st_size for path in output.rglob("*.*") if path.is_file()]
    print(
        f"{name:>5}  CPU {used.ru_utime + used.ru_stime:6.1f} s  wall {wall:6.1f} s  peak {peak:4.0f} MB  "
        f"{len(sizes) - 1:4} files  largest {max(sizes) / 1e6:7.2f} MB",
        flush=True,
    )


def main() -> None:
    if sys.argv[1:2] == ["measure"]:
        measure(sys.argv[2], sys.argv[3], Path(sys.argv[4]))
        return
    pages, each, others = map(int, [*sys.argv[1:], *("5000", "40", "15000")[len(sys.argv) - 1 :]])
    with tempfile.TemporaryDirectory() as temporary:
        database = f"sqlite:///{temporary}/bench.db"
        began = time.perf_counter()
        fill(Store.open(database), pages, each, others)
        size = Path(temporary, "bench.db").stat().st_size / 1e6
        print(
            f"{pages:,} pages, {pages + others:,} addresses, {pages * each:,} findings: "
            f"a store of {size:.0f} MB, filled in {time.perf_counter() - began:.0f} s",
            flush=True,
        )
        for name in FORMATS:
            output = Path(temporary, name)
            subprocess.run(
                [sys.executable, "-m", "bench.report", "measure", database, name, str(output)], check=True
            )


if __name__ == "__main__":
    main()
