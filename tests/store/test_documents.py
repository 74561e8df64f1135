"""The inventory of documents in the store: flat memory, and a sample that is what it says."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from auditor.documents.exemptions import exempt
from auditor.documents.ranking import Candidate, sample

GROW = """
import sys
from pathlib import Path
from auditor.fetching import Fetching
from auditor.documents.ranking import Candidate, sample
from auditor.models import Discovery, NewUrl, Site, UrlOutcome, Visit, OTHER_HOST
from auditor.report import report
from auditor.store import RunReader, Store

count, file = int(sys.argv[1]), sys.argv[2]
store = Store.open(f"sqlite:///{file}")
site = Site(id="town", name="Town", urls=("https://town.example/",), documents="sample")
run = store.start_run(site, versions={}, rules=[])
pages = 20
store.add_urls(run, [
    NewUrl(url=f"https://town.example/{n}", identity=f"https://town.example/{n}", depth=0,
           discovery=Discovery.LINK) for n in range(pages)])
each = count // pages
for n in range(pages):
    claimed = store.claim(run, delay=lambda host: 0.0, concurrency=1)
    links = [
        NewUrl(url=address, identity=address, depth=1, discovery=Discovery.LINK, outcome=UrlOutcome.NOT_HTML,
               reason="A PDF document, by its name.", document="Minutes")
        for address in (f"https://town.example/{n}-{m}.pdf" for m in range(each))]
    store.record(run, [(claimed, Visit(url=claimed.url, outcome=UrlOutcome.AUDITED))], links=links)


class Paced:
    run_id = run
    def __init__(self): self.store = store
    async def call(self, method, *arguments): return method(*arguments)


import asyncio
fetching = Fetching(site, Paced(), rules="", stopped=lambda: False, time_is_up=lambda: False, began=None)
assert asyncio.run(fetching.list())
told = report(RunReader(store, run))
assert told.documents.known == count, told.documents
assert sum(1 for _ in told.document_list()) == count
assert store.chosen(run) == 40
status = Path("/proc/self/status").read_text()
print(next(line.split()[1] for line in status.splitlines() if line.startswith("VmHWM")))
"""


def grown(count: int, folder: Path) -> float:
    """Megabytes at their highest with so many documents."""
    command = [sys.executable, "-c", GROW, str(count), str(folder / f"{count}.db")]
    return int(subprocess.check_output(command, env={**os.environ})) / 1024


@pytest.mark.soak
@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="memory is read from /proc")
def test_ten_thousand_documents_take_no_more_memory_than_one_thousand(tmp_path: Path) -> None:
    few, many = grown(1_000, tmp_path), grown(10_000, tmp_path)
    print(f"\n  1,000 documents: {few:.1f} MB; 10,000: {many:.1f} MB")
    assert many - few < 15


def candidate(n: int, links: int, kind: str = "PDF document", url: str = "") -> Candidate:
    return Candidate(id=n, url=url or f"https://town.example/{n}.pdf", kind=kind, links=links)


def test_a_sample_is_of_the_most_linked_with_each_kind_and_the_newest() -> None:
    candidates = [candidate(n, links=1000 - n) for n in range(1, 500)]
    candidates += [
        candidate(900, 1, "spreadsheet"),
        candidate(901, 2, "spreadsheet"),
        candidate(902, 1, url="https://town.example/2026/minutes.pdf"),
        candidate(903, 1, url="https://town.example/2019/minutes.pdf"),
    ]
    chosen = sample(candidates, 12)
    assert [its_id for its_id, _ in chosen] == [*range(1, 10), 901, 902, 903]
    assert all(why for _, why in chosen)
    assert "2026" in dict(chosen)[902][0]
    assert len(sample(candidates, 1)) == 1
    assert len(sample(candidates[:3], 12)) == 3


@pytest.mark.parametrize(
    ("url", "facts", "told"),
    [
        ("/a.pdf", {"created": "2015-02-03T00:00:00"}, "the file itself says 3 February 2015"),
        ("/a.pdf", {"created": "2015-02-03T00:00:00", "modified": "2024-01-01"}, ""),
        ("/a.pdf", {"created": "2018-09-23"}, ""),
        ("/2014/a.pdf", {}, "2014 stands in its address"),
        ("/2014/a.pdf", {"modified": "2020-01-01"}, ""),
        ("/20145/a.pdf", {}, ""),
        ("/a.pdf", {"created": "no date"}, ""),
        ("/a.pdf", {}, ""),
    ],
)
def test_an_old_file_is_labelled_with_how_its_date_is_known(
    url: str, facts: dict[str, str], told: str
) -> None:
    said = exempt("uk-gb", f"https://town.example{url}", facts, None)
    assert told in said
    assert bool(said) == bool(told)
