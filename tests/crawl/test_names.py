"""One site under two names: with and without `www.`, audited through the real proxy and browser.

Only the resolver is not real: no test can have names of its own in the DNS.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from auditor import audit_async
from auditor.models import Site, UrlOutcome
from auditor.net.guard import Guard


async def resolve(host: str) -> list[str]:
    return ["127.0.0.1"] if host.endswith("town.test") else []


async def test_www_leads_to_the_bare_name_and_each_page_is_audited_once(
    tmp_path: Path, site_server: Callable[..., Any], page: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    site = site_server()
    port = site.origin.rpartition(":")[2]
    bare, www, other = (f"http://{name}town.test:{port}" for name in ("", "www.", "news."))

    def home(asked: Any) -> Any:
        if asked.headers["host"].startswith("www."):
            return 301, {"Location": f"{bare}{asked.path}"}, b""
        return page("Page", f"{www}/a", f"{bare}/a", f"{other}/", f"{bare.upper()}/a#x")

    site.routes |= {"/": home, "/a": home}
    monkeypatch.setattr(import_module("auditor.audit"), "Guard", partial(Guard, resolver=resolve))
    town = Site(
        id="town",
        name="Town",
        urls=(f"{www}/",),
        internal=True,
        internal_origins=(bare, other),
        delay=0.0,
        drive="no-page",
    )
    report = await audit_async(town, store=f"sqlite:///{tmp_path}/a.db", sandbox=False)
    assert {visit.url: visit.outcome for visit in report.visits()} == {
        f"{www}/": UrlOutcome.REDIRECTED,
        f"{bare}/": UrlOutcome.AUDITED,
        f"{www}/a": UrlOutcome.REDIRECTED,
        f"{bare}/a": UrlOutcome.AUDITED,
        f"{other}/": UrlOutcome.OUT_OF_SCOPE,
    }
    assert report.coverage.complete
    assert report.coverage.start_failed == ()
    assert not any(asked.headers["host"].startswith("news.") for asked in site.asked)
    assert site.most_at_once == 1
