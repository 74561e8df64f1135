"""What is told of a page's markup: within bounds, in frames and shadow trees, on pages made to harm."""

from __future__ import annotations

from typing import Any

import pytest

from auditor.browser.drive import Drive, Probe
from auditor.browser.probes import markup
from auditor.evidence.markup import Markup
from tests.browser.conftest import Lab, html

pytestmark = pytest.mark.asyncio(loop_scope="module")
TABLE = "<table><tr><td><b>Band</b></td><td><b>A month</b></td></tr><tr><td>A</td><td>£140</td></tr></table>"


class Seen:
    pass


async def look(drive: Drive) -> Any:
    return await drive.page.evaluate("() => [document.documentElement.outerHTML, scrollY]")


async def told(lab: Lab, body: str, *probes: Probe) -> Markup:
    lab.site.routes["/markup"] = html(body)
    result = await lab.visit("/markup", probes=lambda arrival: (*probes, markup.PROBE))
    assert result.snapshot is not None, result.reason
    evidence = result.snapshot.evidence[Markup]
    assert isinstance(evidence, Markup), evidence
    return evidence


async def test_frames_and_shadow_trees_are_entered(lab: Lab) -> None:
    lab.site.routes["/inner"] = html(TABLE)
    script = f"document.querySelector('x-a').attachShadow({{mode: 'open'}}).innerHTML = `{TABLE}`"
    seen = await told(lab, f"<iframe src='/inner' title='i'></iframe><x-a></x-a><script>{script}</script>")
    assert [bool(each.place.frame) for each in seen.tables] == [True, False]
    assert all([cell.is_bold for cell in each.row(0)] == [True, True] for each in seen.tables)


async def test_much_is_told_in_part(lab: Lab) -> None:
    long = "W " + "x" * 100
    row = f"<tr>{f'<td>{long}</td>' * 16}</tr>"
    wide = f"<table>{row * 41}</table>"
    lines = "<br>".join(["• a thing"] * 70)
    pairs = f"<p><b>Heading</b></p><p>{'word ' * 20}</p>" * 32
    seen = await told(lab, f"{wide}{TABLE * 16}<p>{lines}</p>{pairs}")
    assert len(seen.tables) == 15
    assert len(seen.headings) == 30
    assert len(seen.tables[0].cells) == 40 * 15
    assert not seen.tables[0].is_whole
    assert max(len(cell.text) for cell in seen.tables[0].cells) == 80
    assert len(seen.lists[0].lines) == 60


async def test_pages_that_stand_in_for_what_is_asked_of_them(lab: Lab) -> None:
    names = ("children", "textContent", "nextElementSibling", "closest", "compareDocumentPosition")
    form = f"<form>{''.join(f'<input name={name}>' for name in names)}{TABLE}</form>"
    radios = (
        "<p>Rent?</p><label><input type=radio name=r>Yes</label><label><input type=radio name=r>No</label>"
    )
    seen = await told(lab, f"{form}<form><input name=contains>{radios}</form>")
    assert len(seen.tables) == 1
    (group,) = seen.groups
    assert group.question == "Rent?"


async def test_nothing_is_changed(lab: Lab) -> None:
    looks: list[Any] = []

    async def noting(drive: Drive) -> Seen:
        looks.append(await look(drive))
        return Seen()

    async def both(drive: Drive) -> Markup:
        seen = await markup.run(drive)
        looks.append(await look(drive))
        return seen

    lab.site.routes["/still"] = html(f"{TABLE}<p><b>Heading</b></p><p>{'word ' * 20}</p>")
    probes = (Probe(gives=Seen, run=noting, seconds=5), Probe(gives=Markup, run=both, seconds=10))
    result = await lab.visit("/still", probes=lambda arrival: probes)
    assert result.snapshot is not None, result.reason
    assert len(looks) == 2
    assert looks[0] == looks[1]
