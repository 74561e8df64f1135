"""Forms tried with wrong entries: what is seen of it, and that the server hears of nothing."""

from __future__ import annotations

import pytest

from auditor.browser.probes import forms, validation
from auditor.evidence.forms import Forms
from auditor.evidence.validation import TriedForm, Validation
from tests.browser.conftest import Lab, html

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def tried(lab: Lab, body: str) -> tuple[Validation, str]:
    """What was seen, and what was refused meanwhile."""
    lab.site.routes["/form"] = html(body)
    result = await lab.visit("/form", probes=lambda arrival: [validation.PROBE])
    assert result.snapshot is not None, result.reason
    evidence = result.snapshot.evidence[Validation]
    assert isinstance(evidence, Validation), evidence
    return evidence, "\n".join(each.where for each in result.snapshot.untested)


SENDS = {
    "get": 'fetch("/said/get?a=" + document.forms[0].a.value).catch(() => 0)',
    "post": 'fetch("/said/post", { method: "POST", body: "x" }).catch(() => 0)',
    "picture": 'new Image().src = "/said/picture"',
    "late": 'setTimeout(() => fetch("/said/late").catch(() => 0), 700)',
    "beacon": 'navigator.sendBeacon("/said/beacon")',
    "frame": 'document.body.append(Object.assign(document.createElement("iframe"), { src: "/said/frame" }))',
    "submit": "document.forms[0].submit()",
    "away": 'setTimeout(() => location.assign("/said/away"), 100)',
}


async def test_nothing_leaves_a_form_that_is_tried(lab: Lab) -> None:
    evidence, refused = await tried(
        lab,
        '<form action="/said/submit" novalidate><label>Email <input name="a" type="email"></label>'
        "<button>Send</button></form>"
        f"<script>document.forms[0].onsubmit = () => {{ {'; '.join(SENDS.values())}; }};</script>",
    )
    assert [request.path for request in lab.site.asked if request.path.startswith("/said")] == []
    missing = [how for how in SENDS if f"/said/{how}" not in refused]
    assert not missing, "the page was brought to do these, or the test shows nothing"
    assert evidence.forms[0].sends


async def test_without_a_check_the_browser_sends_nothing_either(lab: Lab) -> None:
    evidence, refused = await tried(
        lab,
        '<form method="post" action="/said"><label>Word <input name="a"></label><button>Send</button></form>',
    )
    assert (refused, evidence.forms[0].sends, evidence.forms[0].stopped) == ("", False, False)
    assert [request.path for request in lab.site.asked if request.path == "/said"] == []


async def test_searches_and_forms_that_agree_or_delete_are_not_tried(lab: Lab) -> None:
    note = "<script>addEventListener('submit', () => { document.title = 'heard' }, true)</script>"
    evidence, _ = await tried(
        lab,
        f"""{note}<form role="search"><label>Words <input></label><button>Search</button></form>
        <form><label>Why <input></label><button>Delete my account</button></form>
        <form><label>Name <input></label><button>I agree</button></form>
        <form><label>Enw <input></label><button>Rwy’n derbyn</button></form>
        <form target="inner"><label>More <input></label><button>Send</button></form>""",
    )
    assert evidence.forms == ()
    assert len(evidence.refused) == 3


async def one(lab: Lab, fields: str, script: str = "", attributes: str = "novalidate") -> TriedForm:
    evidence, _ = await tried(
        lab,
        f"<form {attributes}>{fields}<button>Send</button></form>"
        f"<script>const form = document.forms[0]; {script}</script>",
    )
    return evidence.forms[0]


async def test_what_the_browser_says_is_seen_and_not_pressed_for(lab: Lab) -> None:
    form = await one(
        lab, '<label>Town <input required></label><label>Mail <input type="email"></label>', "", ""
    )
    assert [bool(each.browser) for each in form.fields] == [True, True]
    assert [each.entered for each in form.fields] == [False, True]


async def test_what_is_entered_is_heard_and_values_come_back(lab: Lab) -> None:
    evidence, _ = await tried(
        lab,
        """<form novalidate><label>Email <input id="mail" type="email"></label>
        <label>Kept <input id="kept" value="as it was"></label><button>Send</button></form><p id="log"></p>
        <script>for (const kind of ["input", "change", "blur"])
          mail.addEventListener(kind, () => { log.textContent += kind + mail.value + " " });
        document.forms[0].onsubmit = (event) => { log.textContent += "submit"; return false; };</script>
        <form novalidate id="two"><label>A <input></label><button>Send</button></form><p id="out"></p>
        <script>
        two.onsubmit = () => { out.innerText = mail.value + "|" + kept.value; return false; }</script>""",
    )
    first, second = evidence.forms
    assert [each.text for each in first.told] == ["input? change? blur? submit"]
    assert [each.text for each in second.told] == ["|as it was"]


async def test_a_page_that_fights_back_costs_only_itself(lab: Lab) -> None:
    form = await one(
        lab,
        '<label>A <input name="submit"></label><label>B <input name="elements"></label>'
        '<input name="reset"><input name="noValidate">',
        "form.addEventListener('submit', (e) => { e.preventDefault(); form.remove(); "
        "document.body.append('x'.repeat(1e6)); });",
    )
    assert len(form.told) <= 20
    assert all(len(each.text) <= 300 for each in form.told)


async def test_fields_are_read_whatever_their_number_and_length(lab: Lab) -> None:
    many = "".join(f"<p><label>{'w' * 5000} {n} <input name=a{n}></label></p>" for n in range(150))
    lab.site.routes["/many"] = html(f"<form>{many}</form>")
    result = await lab.visit("/many", probes=lambda arrival: [forms.PROBE])
    assert result.snapshot is not None
    evidence = result.snapshot.evidence[Forms]
    assert isinstance(evidence, Forms), evidence
    assert (len(evidence.fields), evidence.left_out) == (100, 50)
    assert max(len(each.label) for each in evidence.fields) <= 300
