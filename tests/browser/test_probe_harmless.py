"""A page full of what must not be set off, driven by every probe: its server hears of nothing."""

from __future__ import annotations

from dataclasses import replace

import pytest

from auditor.browser.drive import Drive, Probe
from auditor.browser.probes import PROBES
from auditor.evidence import ProbeFault
from auditor.evidence.activation import Activation
from auditor.evidence.hover import Hover
from auditor.evidence.input_change import InputChange
from auditor.evidence.role_keys import RoleKeys
from auditor.evidence.single_keys import SingleKeys
from tests.browser.conftest import Lab, html

pytestmark = pytest.mark.asyncio(loop_scope="module")

DANGERS = """
<style>.pop { display: none } #hover:hover .pop { display: block }
button, select, a { min-width: 3em; min-height: 3em }</style>
<form method="post" action="/send"><label>Name <input name="name" id="field"></label>
  <label>Area <select name="area" id="area"><option>One</option><option>Two</option></select></label>
  <button id="go">Go</button><button id="formaction" formaction="/elsewhere">Elsewhere</button>
  <input type="submit" id="input" value="Go on"></form>
<p><button type="button" id="delete">Delete account</button></p>
<div><button type="button" id="signout">Sign out</button></div>
<section><button type="button" id="dileu">Dileu’r cyfrif</button></section>
<article><div id="bin" role="button" tabindex="0" class="delete-it">The bin</div></article>
<h2><button type="button" id="more">Show more</button></h2>
<h3><button type="button" id="chat">Live help</button></h3>
<h4><button type="button" id="away">The map</button></h4>
<h5><button type="button" id="window">A view</button></h5>
<p><a href="/link" id="link">A link</a> <a href="#" id="button-link" role="button">Looks like a button</a></p>
<h6><span role="switch" tabindex="0" aria-checked="false" id="dark">Dark pages</span></h6>
<p><span role="switch" tabindex="0" aria-checked="false" id="agree">I agree to all of it</span></p>
<p id="hover">Zones
<span class="pop">Where only residents may park, <button type="button">all of them</button></span></p>
<script>
  const send = (path) => () => fetch(path, { method: "POST", body: "x" }).catch(() => 0);
  for (const id of ["delete", "signout", "dileu", "bin", "more", "link", "dark", "agree"]) {
    document.getElementById(id).addEventListener("click", send("/" + id));
  }
  document.getElementById("button-link").addEventListener("click", send("/button-link"));
  field.addEventListener("focus", () => navigator.sendBeacon("/beacon", "x"));
  area.addEventListener("change", () => area.form.submit());
  hover.addEventListener("mouseenter", send("/hovered"));
  chat.onclick = () => new WebSocket(location.origin.replace("http", "ws") + "/socket");
  away.onclick = () => location.assign("/away");
  document.getElementById("window").onclick = () => window.open("/window");
  addEventListener("keydown", (event) => { if (event.key === "p") location.assign("/key"); });
</script>
"""


async def test_nothing_is_sent_and_nothing_left(lab: Lab) -> None:
    lab.site.routes["/dangers"] = html(DANGERS)
    result = await lab.visit("/dangers", probes=lambda arrival: PROBES)
    assert result.snapshot is not None, result.reason
    seen = [request for request in lab.site.asked if request.path != "/favicon.ico"]
    assert [(request.method, request.path) for request in seen] == [("GET", "/dangers")]

    brought = result.snapshot.evidence
    stopped = "\n".join(each.where for each in result.snapshot.untested)
    for tried in ("/send", "/more", "/hovered", "/beacon", "/socket", "/away", "/key", "/dark"):
        assert tried in stopped, "the page was driven to do this, or the test shows nothing"
    for never in ("/elsewhere", "/delete", "/signout", "/dileu", "/bin", "/link", "/button-link", "/agree"):
        assert never not in stopped, "this is not even activated"

    refused = " ".join(each.place.selector for each in brought[Activation].refused)
    for name in ("#go", "#formaction", "#delete", "#signout", "#dileu", "#bin"):
        assert name in refused
    assert all(each.reason for each in brought[Activation].refused)
    went = {each.trigger.selector: each.went for each in brought[Activation].activated}
    assert went["#away"] == (f"{lab.site.origin}/away",)
    assert went["#window"] == ("a new window",)
    assert [each.went for each in brought[SingleKeys].pressed] == [(f"{lab.site.origin}/key",)]
    assert [each.went for each in brought[InputChange].fields if each.kind == "select"] == [
        (f"{lab.site.origin}/send",)
    ]
    assert [each.selector for each in brought[RoleKeys].refused] == ["#agree"]
    assert [each.trigger.selector for each in brought[Hover].revealed] == ["#hover"]
    await lab.assert_sound()


async def test_what_only_looks_changes_nothing(lab: Lab) -> None:
    """Nothing is put back after these probes, so there must be nothing to put back."""
    state = """[document.documentElement.outerHTML, scrollX, scrollY, document.activeElement.id,
        [...document.querySelectorAll("input, select")].map((each) => each.value), location.href]"""
    states: list[list[object]] = []

    async def look(drive: Drive) -> None:
        if not states:
            await drive.world.run("field.focus(); scrollTo(0, 50)", seconds=5)
        states.append(await drive.world.run(state, seconds=5))

    looks = [probe for probe in PROBES if probe.only_looks]
    around = Probe(gives=str, run=look, seconds=5, only_looks=True)
    lab.site.routes["/looked-at"] = html(f"{DANGERS}<p style='height: 3000px'>Long")
    result = await lab.visit(
        "/looked-at", probes=lambda arrival: [around, *looks, replace(around, gives=int)]
    )
    assert result.snapshot is not None, result.reason
    assert not [each for each in result.snapshot.evidence.values() if isinstance(each, ProbeFault)]
    before, after = states
    assert before[2:4] == [50, "field"]
    assert before == after
    assert len(looks) >= 5
