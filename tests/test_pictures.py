"""Which pictures an audit keeps: one of each issue, over interruptions too, and none where it may not."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from auditor import Stop, audit
from auditor.formats import FORMATS
from auditor.models import OriginHeader, Report, Site
from auditor.report import report
from auditor.store import RunReader, Store

LOGO = '<a class="logo" href="/"><svg width="90" height="30"><rect width="90" height="30"/></svg></a>'


@pytest.fixture
def town(site_server: Any, page: Any) -> str:
    head = '<img class="seal" src="data:," width="50" height="50">'
    pages = {
        f"/{name}": page("Page", body=f'{LOGO}<p class="{name}" style="color: #ccc">{name}</p>')
        for name in ("one", "two")
    }
    served = site_server({"/": page("Home", *pages, body=LOGO + head), **pages})
    return str(served.origin)


def site_of(town: str, **more: Any) -> Site:
    return Site(id="town", name="Town", urls=(f"{town}/",), internal=True, delay=0.0, drive="no-page", **more)


def pictured(report: Report, town: str) -> dict[str, str]:
    """By rule and class of the element: the page of the picture."""
    found = {}
    for issue in report.issues:
        if picture := report.picture(issue.id):
            assert issue.component is not None
            found[f"{issue.rule} {issue.component.shape}"] = picture.url.removeprefix(town)
    return found


def test_each_issue_has_one_picture_though_the_audit_was_interrupted(town: str, tmp_path: Path) -> None:
    store = Store.open(f"sqlite:///{tmp_path}/a.db")
    stop = Stop()
    options: dict[str, Any] = {"store": store, "sandbox": False}
    first = audit(site_of(town), stop=stop, on_progress=lambda _: setattr(stop, "asked", True), **options)
    before = pictured(first, town)
    assert before == {"link-name a.logo": "/", "image-alt img.seal": "/"}
    last = audit(site_of(town), resume=True, **options)
    assert last.run.id == first.run.id
    assert pictured(last, town) == before | {
        "color-contrast p.one": "/one",
        "color-contrast p.two": "/two",
    }
    for key in before:
        (issue,) = [each for each in last.issues if key.startswith(f"{each.rule} ")]
        assert last.picture(issue.id) == first.picture(issue.id)
    again = report(RunReader(store, last.run.id))
    files = [name for name, _ in FORMATS["html"](again) if name.startswith("pictures/")]
    assert len(files) == len(set(files)) == 4
    store.close()


@pytest.mark.parametrize(
    ("pictures", "secret", "taken"),
    [
        (True, False, True),
        (False, False, False),
        (True, True, False),
        (False, True, False),
        ("all", True, True),
        ("all", False, True),
    ],
)
def test_where_pictures_are_taken(pictures: bool | str, secret: bool, taken: bool) -> None:
    headers = (OriginHeader(origin="https://a.example", name="X-Key", value="secret"),) if secret else ()
    assert site_of("https://a.example", pictures=pictures, headers=headers).takes_pictures is taken


def test_none_is_taken_of_what_a_secret_header_shows(town: str, tmp_path: Path) -> None:
    headers = (OriginHeader(origin=town, name="X-Key", value="a-secret-key"),)
    site = site_of(town, headers=headers, follow_links=False)
    found = audit(site, store=f"sqlite:///{tmp_path}/a.db", sandbox=False)
    assert (found.issues != (), pictured(found, town)) == (True, {})
