"""A store behind a pooler of connections that gives each transaction another session."""

from __future__ import annotations

import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

from auditor.models import Discovery, NewUrl, Site, UrlOutcome, Visit
from auditor.store import ClaimedUrl, Store

PAGES = 40
SITE = Site(id="town", name="Town", urls=("http://a.example/",))


def test_processes_that_share_few_sessions_settle_each_page_once(postgresql_pooled: str) -> None:
    store = Store.open(postgresql_pooled)
    run = store.start_run(SITE, versions={}, rules=[])
    urls = [f"http://a.example/{n}" for n in range(PAGES)]
    store.add_urls(run, [NewUrl(url=url, identity=url, depth=1, discovery=Discovery.LINK) for url in urls])

    def work(_: int) -> list[str]:
        opened, settled = Store.open(postgresql_pooled), []
        while (claimed := opened.claim(run, delay=lambda host: 0.0, concurrency=9)) is not None:
            if not isinstance(claimed, ClaimedUrl):
                time.sleep(0.02)
                continue
            visit = Visit(url=claimed.url, outcome=UrlOutcome.AUDITED, reason="", started=datetime.now(UTC))
            opened.record(run, [(claimed, visit)])
            opened.beat(run, seconds=1.0)
            settled.append(claimed.url)
        opened.close()
        return settled

    with ThreadPoolExecutor(4) as threads:
        settled = [url for each in threads.map(work, range(4)) for url in each]
    assert Counter(settled) == dict.fromkeys(urls, 1)
    assert store.counts(run) == {UrlOutcome.AUDITED: PAGES}
    store.close()
