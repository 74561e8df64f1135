"""The excerpt of an element is the beginning of its outerHTML, though that is not written whole."""

from __future__ import annotations

import pytest

from auditor.browser.drive import Drive, Probe
from tests.browser.conftest import Lab, html

pytestmark = pytest.mark.asyncio(loop_scope="module")

PIECES = """
<p title="a &lt;b&gt; &amp; &quot;c&quot;&nbsp;d">x &lt; y &amp;&nbsp;z</p>
<!-- a > comment --><br><input value="&lt;i&gt;">
<pre>

two lines</pre><textarea>
one</textarea><svg viewBox="0 0 1 1"><linearGradient id="g"/><use xlink:href="#g"/></svg>
<math><mi>x</mi></math>
<template><p>kept apart</p></template><noscript><p>none</p></noscript><script>const a = "<b>" && 1;</script>
<style>p > b { color: #000 }</style><my-part some="thing"><i>x</i></my-part><button is="my-button">b</button>
"""
LARGE = "<section>" + PIECES * 12 + "</section>"
PAGE = f"""<script>
window.made = 0;
customElements.define("my-part", class extends HTMLElement {{ constructor() {{ super(); window.made++; }} }});
</script><main lang="en" data-long="{"l" * 1500}">
<table><tbody>{"<tr><td>é 𝒳 &amp; 1</td></tr>" * 90}</tbody></table>
<div>{"<b>a</b>" * 70}short</div>{LARGE}</main>"""
UNLIKE = """(() => {
  const all = [...document.querySelectorAll("*")];
  const unlike = all.filter((each) => auditor.driven.place(each).excerpt !== each.outerHTML.slice(0, 2000));
  return [all.length, unlike.map((each) => each.localName)];
})()"""


async def test_it_begins_as_the_whole(lab: Lab) -> None:
    async def run(drive: Drive) -> list[object]:
        answer: list[object] = await drive.world.run(UNLIKE, seconds=10)
        return [*answer, await drive.page.evaluate("window.made")]

    lab.site.routes["/page"] = html(PAGE)
    result = await lab.visit("/page", probes=lambda arrival: (Probe(gives=list, run=run, seconds=15),))
    assert result.snapshot is not None, result.reason
    count, unlike, made = result.snapshot.evidence[list]
    assert count > 300
    assert unlike == []
    assert made == 12, "no copy of a page's own element is made"
