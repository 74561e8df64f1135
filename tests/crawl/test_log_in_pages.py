"""A form to sign in: the page where the user named its address, a wall where a link leads elsewhere."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from auditor import audit
from auditor.models import Site, UrlOutcome

FORM = '<form><label>Password <input type="password"></label> <button>Go on</button></form>'


def test_named_and_linked(site_server: Any, page: Any, tmp_path: Path) -> None:
    home = page("Home", body='<p>Your home.</p><a href="/permits">Your permits</a>')
    form = page("Sign in", body=FORM)
    origin = site_server({"/": home, "/garden": form, "/permits": form}).origin
    urls = (f"{origin}/", f"{origin}/garden")
    site = Site(id="t", name="T", internal=True, delay=0.0, urls=urls, follow_links=True, drive="no-page")
    report = audit(site, store=f"sqlite:///{tmp_path}/a.db", sandbox=False)
    outcomes = {visit.url.removeprefix(origin): visit.outcome for visit in report.visits()}
    assert outcomes == {
        "/": UrlOutcome.AUDITED,
        "/garden": UrlOutcome.AUDITED,
        "/permits": UrlOutcome.BLOCKED,
    }
    assert [note for note in report.run.notes if note.startswith(f"{origin}/garden shows a form to sign in")]
