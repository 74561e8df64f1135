"""States of pages: what a page offers is opened, judged once, and nothing is sent or gone to."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import auditor
from auditor.browser import explore as module
from auditor.models import LOADED, Outcome, Report, Site

GIF = "data:image/gif;base64,R0lGODlhAQABAAAAACH5BAEKAAEALAAAAAABAAEAAAICTAEAOw=="


def bad(name: str) -> str:
    return f'<p>About {name}</p><img id="{name}" src="{GIF}" width="9" height="9">'


TOGGLE = """<script>
for (const b of document.querySelectorAll('[aria-expanded]:not(input)')) b.onclick = () => {
  const open = b.getAttribute('aria-expanded') !== 'true';
  b.setAttribute('aria-expanded', open);
  document.getElementById(b.getAttribute('aria-controls')).hidden = !open;
};
</script>"""
EVERYTHING = f"""{bad("loaded")}
<details><summary>More about bins</summary>{bad("in-details")}</details>
<button type="button" aria-expanded="false" aria-controls="acc">Opening hours</button>
<div id="acc" hidden>{bad("in-button")}</div>
<nav aria-label="Services"><button type="button" aria-expanded="false" aria-controls="men">Services</button>
<div id="men" hidden>{bad("in-menu")}</div></nav>
<div role="tablist" aria-label="Days">
<button role="tab" type="button" aria-selected="true" id="t1">Monday</button>
<button role="tab" type="button" aria-selected="false" id="t2">Tuesday</button></div>
<div id="p1" role="tabpanel">Monday</div>
<div id="p2" role="tabpanel" hidden>{bad("in-tab")}</div>
<button type="button" aria-haspopup="dialog" id="opens">Contact us</button>
<dialog aria-label="Contact" id="dialog">{bad("in-dialog")}
<button type="button" id="shut">Close</button></dialog>
<ul id="list"><li>First</li></ul><button type="button" id="more">Load more</button>
<label for="q">Street</label>
<input id="q" role="combobox" aria-autocomplete="list" aria-expanded="false" aria-controls="s">
<ul id="s" role="listbox" aria-label="Streets" hidden>
<li role="option" aria-selected="false">Abbey Road{bad("in-suggestions")}</li></ul>
<fieldset><legend>How?</legend>
<input type="radio" name="r" id="r1" aria-controls="c1" aria-expanded="false"><label for="r1">By post</label>
<div id="c1" hidden>{bad("in-choice")}</div></fieldset>
{TOGGLE}<script>
const at = (id) => document.getElementById(id);
at('t2').onclick = () => {{ at('p1').hidden = true; at('p2').hidden = false; }};
at('opens').onclick = () => at('dialog').showModal();
at('shut').onclick = () => at('dialog').close();
at('more').onclick = async () => {{
  at('list').insertAdjacentHTML('beforeend', await (await fetch('/more')).text());
}};
at('q').oninput = () => {{ at('s').hidden = !at('q').value; }};
at('r1').onchange = () => {{ at('c1').hidden = false; }};
</script>"""
STATES = {
    "loaded": LOADED,
    "in-details": "details “More about bins” open",
    "in-button": "“Opening hours” opened",
    "in-menu": "menu “Services” open",
    "in-tab": "tab “Tuesday” shown",
    "in-dialog": "dialog “Contact us” open",
    "in-more": "after “Load more”",
    "in-suggestions": "suggestions of “Street” shown",
    "in-choice": "“By post” chosen",
}


@pytest.fixture
def explored(site_server: Callable[..., Any], page: Callable[..., Any], tmp_path: Path) -> Callable[..., Any]:
    """Audits a page with this body; returns the report and the site."""

    def audit(body: str, routes: dict[str, Any] | None = None, **settings: Any) -> tuple[Report, Any]:
        site = site_server({"/": page("Page", body=body), **(routes or {})})
        told = {"explore": True, "pictures": False, "follow_links": False, **settings}
        at = Site(id="town", name="Town", urls=(f"{site.origin}/",), internal=True, delay=0.0, **told)
        return auditor.audit(at, store=f"sqlite:///{tmp_path}/a.db", sandbox=False), site

    return audit


def pictures(report: Report) -> dict[str, str]:
    """State in which each picture without a text was found; each once."""
    found = [
        (f.selector.removeprefix("#"), f.state)
        for f in report.findings(rule="image-alt", outcome=Outcome.FAILED)
    ]
    assert len(found) == len(dict(found)), found
    return dict(found)


def unopened(report: Report) -> dict[str, str]:
    return {each.where: each.reason for each in report.untested() if each.what == "state"}


def test_each_fault_in_its_state_and_none_twice(explored: Callable[..., Any]) -> None:
    more = (200, {"Content-Type": "text/html"}, f"<li>Second {bad('in-more')}</li>".encode())
    report, _ = explored(EVERYTHING, {"/more": more})
    assert pictures(report) == STATES
    assert unopened(report) == {}


HARMFUL = """<form action="/sent" method="post"><button aria-expanded="false">Show the form</button></form>
<button type="button" aria-expanded="false">Delete my account</button>
<button type="button" aria-expanded="false" id="posts">Opening hours</button>
<button type="button" aria-expanded="false" id="leaves">Where we are</button>
<button type="button" aria-expanded="false" id="last">Who we are</button><div id="who" hidden>{}</div>
<a href="/away" aria-expanded="false">Other pages</a>
<script>
document.querySelector('#posts').onclick = () => {{
  fetch('/sent', {{ method: 'POST', body: 'x' }}).catch(() => {{}}); navigator.sendBeacon('/sent', 'x');
}};
document.querySelector('#leaves').onclick = () => {{ location.href = '/away'; }};
document.querySelector('#last').onclick = () => {{ document.querySelector('#who').hidden = false; }};
</script>"""


def test_nothing_is_sent_and_the_page_is_not_left(explored: Callable[..., Any]) -> None:
    report, site = explored(HARMFUL.format(bad("who-picture")))
    assert pictures(report) == {"who-picture": "“Who we are” opened"}
    assert [each.path for each in site.asked if each.method != "GET"] == []
    assert site.hits("/away") == 0
    told = unopened(report)
    assert told["“Show the form” opened"] == "It was not opened: it sends a form."
    assert "by its name it may send, delete" in told["“Delete my account” opened"]
    assert "it is a link" in told["“Other pages” opened"]
    assert "It leads elsewhere, which was stopped" in told["“Where we are” opened"]
    assert "it was not let out: POST" in told["“Opening hours” opened"]


def test_a_hundred_accordions_are_opened_within_the_budget(
    explored: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "EXPLORE_STATES", 3)
    body = "".join(f"<details><summary>Part {n}</summary>{bad(f'p{n}')}</details>" for n in range(100))
    report, _ = explored(body)
    assert pictures(report) == {f"p{n}": f"details “Part {n}” open" for n in range(3)}
    told = unopened(report)
    assert len(told) == 21
    assert told["77 more like these"].endswith(
        "enough states of this page were judged (limit explore_states = 3)."
    )


def test_what_shows_nothing_new_is_no_state(explored: Callable[..., Any]) -> None:
    body = f"""<div id="x" hidden>The same {bad("same")}</div>""" + "".join(
        f"""<button type="button" aria-expanded="false"
        onclick="this.ariaExpanded = !(x.hidden = !x.hidden)">{n}</button>"""
        for n in ("One way", "Another way")
    )
    report, _ = explored(body + '<button type="button" aria-expanded="false">Nothing</button>')
    assert pictures(report) == {"same": "“One way” opened"}
    assert unopened(report) == {}


def test_a_page_that_opens_nothing_is_loaded_no_more_often(explored: Callable[..., Any]) -> None:
    """A control in a shadow tree is one all the same."""
    _, site = explored("<button type='button'>Print</button>")
    assert site.hits("/") == 1
    hidden = f"<details><summary>Bins</summary>{bad('deep')}</details>"
    report, site = explored(f"<div><template shadowrootmode='open'>{hidden}</template></div>")
    assert list(pictures(report).values()) == ["details “Bins” open"]
    assert site.hits("/") > 1


def test_only_representatives_are_explored(site_server: Any, page: Any, tmp_path: Path) -> None:
    body = f"<details><summary>More</summary>{bad('more')}</details>"
    paths = [f"/news/{n}" for n in range(4)]
    site = site_server(
        {"/": page("Home", *paths), **{p: page("News", body=f"<p>{p}</p>{body}") for p in paths}}
    )
    at = Site(
        id="t", name="T", urls=(f"{site.origin}/",), internal=True, delay=0.0, explore=True, pictures=False
    )
    report = auditor.audit(at, store=f"sqlite:///{tmp_path}/a.db", sandbox=False)
    found = [f for f in report.findings(rule="image-alt") if f.state == "details “More” open"]
    assert {f.url.removeprefix(site.origin) for f in found} == {"/news/0", "/news/1"}
    assert report.coverage.audited == 5
