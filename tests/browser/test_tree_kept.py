"""Probes work on the tree that axe has built to judge the page, and put back what they change, no more."""

from __future__ import annotations

import pytest

from auditor.browser.drive import Drive, Probe
from tests.browser.conftest import Lab, html

pytestmark = pytest.mark.asyncio(loop_scope="module")

# `grow` builds a new one each time, once the first is not of the page any more.
IS_KEPT = """(() => {
  const tree = axe._tree;
  auditor.grow();
  const isKept = tree === axe._tree;
  document.querySelector("p").setAttribute("title", "changed");
  auditor.grow();
  return [isKept, tree === axe._tree, axe.utils.getNodeFromTree(document.querySelector("p")).attr("title")];
})()"""


async def told(lab: Lab, body: str) -> list[object]:
    async def run(drive: Drive) -> list[object]:
        answer: list[object] = await drive.world.run(IS_KEPT, seconds=5)
        return answer

    lab.site.routes["/page"] = html(body)
    result = await lab.visit("/page", probes=lambda arrival: (Probe(gives=list, run=run, seconds=5),))
    assert result.snapshot is not None, result.reason
    answer: list[object] = result.snapshot.evidence[list]
    return answer


@pytest.mark.parametrize(
    ("body", "is_kept"),
    [
        ("<p>Still</p>", True),
        ("<p>Ticks</p><script>setInterval(() => { document.body.className += 'x' }, 5)</script>", False),
        (
            "<p>Parts</p><div id='it'></div><script>const root = it.attachShadow({ mode: 'open' });"
            "setInterval(() => { root.innerHTML = '<i>' + Math.random() }, 5)</script>",
            False,
        ),
        ("<p>Framed</p><iframe srcdoc='<p>x'></iframe>", False),  # axe is asked in parts, and keeps none
    ],
)
async def test_kept_until_the_page_changes(lab: Lab, body: str, is_kept: bool) -> None:
    assert await told(lab, body) == [is_kept, False, "changed"]


async def test_judged_again(lab: Lab) -> None:
    """In the same world, as the steps of a journey are: nothing is remembered of the page before."""
    lab.site.routes["/again"] = html("<p style='background: #fff; color: #000'>Words</p>")
    options = '{"runOnly": {"type": "rule", "values": ["color-contrast"]}, "rules": {}, "preload": false}'
    script = f"""(async () => {{
      document.querySelector("p").style.color = "#eee";
      const told = JSON.parse(await auditor.begin({{ exclude: [] }}, {options}, 10, 10, 100));
      return told.result.violations.map((rule) => rule.id);
    }})()"""

    async def run(drive: Drive) -> list[object]:
        answer: list[object] = await drive.world.run(script, seconds=10)
        return answer

    result = await lab.visit("/again", probes=lambda arrival: (Probe(gives=list, run=run, seconds=15),))
    assert result.snapshot is not None, result.reason
    assert result.snapshot.evidence[list] == ["color-contrast"]


@pytest.mark.parametrize("only_looked", [True, False])
async def test_put_back_unless_it_only_looked(lab: Lab, only_looked: bool) -> None:
    """A probe that says of this page that it changed nothing is taken at its word, on this page alone."""
    lab.site.routes["/long"] = html("<p style='height: 5000px'>x</p>")

    async def scrolls(drive: Drive) -> None:
        await drive.world.run("scrollTo(0, 900)", seconds=5)
        drive.only_looked = only_looked

    async def looks(drive: Drive) -> tuple[object, bool]:
        return await drive.world.run("scrollY", seconds=5), drive.only_looked

    probes = (Probe(gives=list, run=scrolls, seconds=5), Probe(gives=tuple, run=looks, seconds=5))
    result = await lab.visit("/long", probes=lambda arrival: probes)
    assert result.snapshot is not None, result.reason
    assert result.snapshot.evidence[tuple] == (900 if only_looked else 0, False)
