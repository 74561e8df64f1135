"""The probes of layout leave no trace: what a page and the tab's next page see is as before."""

from __future__ import annotations

import json
from typing import Any

import pytest

from auditor.browser.drive import Drive, Probe
from auditor.browser.probes import sizes, text_spacing
from auditor.evidence.sizes import Sizes
from auditor.evidence.text import TextSpacing
from tests.browser.conftest import Lab, html

pytestmark = pytest.mark.asyncio(loop_scope="module")

STATE = """JSON.stringify([
  innerWidth, innerHeight, screen.width, screen.height, screen.orientation.type,
  document.adoptedStyleSheets.length, document.querySelector("#host").shadowRoot.adoptedStyleSheets.length,
  devicePixelRatio, scrollX, scrollY, document.documentElement.outerHTML,
  document.querySelector("iframe").contentDocument.adoptedStyleSheets.length,
  getComputedStyle(document.querySelector("main p")).lineHeight, document.querySelector("#log").textContent,
])"""
PAGE = html(
    """<p>Bins are collected on Mondays.</p><div id="host"></div><p id="log"></p>
    <iframe title="Days" srcdoc="<p>Monday</p>"></iframe>
    <form><input name="getBoundingClientRect" aria-label="a"><input name="closest" aria-label="b">
    <input name="contains" aria-label="c">A form whose fields have unfortunate names.</form>
    <script>
      document.querySelector("#host").attachShadow({ mode: "open" }).innerHTML = "<p>In the shade</p>";
      document.adoptedStyleSheets = [new CSSStyleSheet()];
      new MutationObserver(() => { log.textContent = "touched"; }).observe(
        document.querySelector("form"), { attributes: true, childList: true, subtree: true });
    </script>""",
    head="<style>* { transition: all 0.2s } p { line-height: 1.2 }</style>",
)


async def _state(drive: Drive) -> Any:
    return json.loads(await drive.world.run(STATE, seconds=5))


async def test_the_page_is_left_as_it_was(lab: Lab) -> None:
    lab.site.routes["/layout"] = PAGE
    before, after = Probe(gives=list, run=_state, seconds=5), Probe(gives=tuple, run=_state, seconds=5)
    chosen = (before, text_spacing.PROBE, sizes.PROBE, after)
    first = await lab.visit("/layout", probes=lambda arrival: chosen)
    second = await lab.visit("/layout", probes=lambda arrival: (before,))
    assert first.snapshot is not None
    assert second.snapshot is not None
    seen = first.snapshot.evidence
    assert seen[list][:2] == [1280, 800]
    assert seen[tuple] == seen[list]
    assert second.snapshot.evidence[list] == seen[list], "the tab's next page"
    assert isinstance(seen[Sizes], Sizes)
    assert isinstance(seen[TextSpacing], TextSpacing)
    assert seen[TextSpacing].texts >= 4, "shadow trees, frames and forms are looked at"


async def test_a_page_of_very_much_text_is_looked_at_in_part(lab: Lab) -> None:
    lab.site.routes["/long"] = html(f"<p>{'Line<br>' * 4500}</p>")
    result = await lab.visit("/long", probes=lambda arrival: (text_spacing.PROBE,))
    assert result.snapshot is not None
    spacing = result.snapshot.evidence[TextSpacing]
    assert isinstance(spacing, TextSpacing), spacing
    assert spacing.texts == 4000
