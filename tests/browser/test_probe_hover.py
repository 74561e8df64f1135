"""The pointer's turns: what its examples cannot show."""

from __future__ import annotations

import pytest

from auditor.browser.probes import hover
from auditor.evidence.hover import Hover
from tests.browser.conftest import Lab, html

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest.mark.parametrize(("again", "revealed"), [("", 0), ("0 && ", 1)])
async def test_what_shows_by_itself_is_not_the_pointers_though_it_came_with_it(
    lab: Lab, again: str, revealed: int
) -> None:
    """A slide show whose turns are those of the pointer, by chance; and the same without turns of its own."""
    lab.site.routes["/slides"] = html(f"""
        <p id="host" style="width: 9em">Parking</p><p id="slide" hidden>Another text that comes by itself</p>
        <script>
          host.onmouseenter = () => {{ slide.hidden = false; }};
          host.onmouseleave = () => {{
            setTimeout(() => {{ slide.hidden = true; }}, 40);
            {again}setTimeout(() => {{ slide.hidden = false; }}, 600);
          }};
        </script>""")
    result = await lab.visit("/slides", probes=lambda arrival: [hover.PROBE])
    assert result.snapshot is not None, result.reason
    evidence = result.snapshot.evidence[Hover]
    assert isinstance(evidence, Hover), evidence
    assert (evidence.tried, len(evidence.revealed)) == (1, revealed)
