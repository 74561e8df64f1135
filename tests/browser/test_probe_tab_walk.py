"""The walk by Tab ends, whatever the page holds or does, and looks into what it can."""

from __future__ import annotations

import time

import pytest

from auditor.browser.probes import tab_walk
from auditor.evidence import ProbeFault
from auditor.evidence.tab_walk import Effect, TabWalk
from tests.browser.conftest import Lab, html

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def walked(lab: Lab, body: str, *, head: str = "") -> TabWalk | ProbeFault:
    lab.site.routes["/walk"] = html(body, head=head)
    result = await lab.visit("/walk", probes=lambda arrival: (tab_walk.PROBE,))
    assert result.snapshot is not None
    found: TabWalk | ProbeFault = result.snapshot.evidence[TabWalk]
    return found


async def test_a_page_of_very_many_links_is_walked_in_part_and_says_so(lab: Lab) -> None:
    walk = await walked(lab, "".join(f'<p><a href="#{n}">Link {n}</a></p>' for n in range(400)))
    assert isinstance(walk, TabWalk)
    assert not walk.is_whole
    assert 0 < len(walk.stops) <= tab_walk.STOPS
    assert walk.left == 400 - len(walk.stops)
    assert 0 < sum(stop.look is not None for stop in walk.stops) <= tab_walk.LOOKS


async def test_a_stop_that_takes_no_room_is_walked_like_others(lab: Lab) -> None:
    lab.site.routes["/walk"] = (200, {"Content-Type": "text/html"}, b"<title>A</title>Text <a href='#a'></a>")
    result = await lab.visit("/walk", probes=lambda arrival: (tab_walk.PROBE,))
    assert result.snapshot is not None
    walk = result.snapshot.evidence[TabWalk]
    assert isinstance(walk, TabWalk), walk
    assert [stop.name for stop in walk.stops] == [""]


async def test_stops_that_grow_without_end_end(lab: Lab) -> None:
    source = """<div id="all"><button onfocus="grow()">0</button></div><script>
      let n = 0; function grow() {
        n++; all.insertAdjacentHTML('beforeend', `<button onfocus="grow()">${n}</button>`)
      }
    </script>"""
    walk = await walked(lab, source)
    assert isinstance(walk, TabWalk)
    assert not walk.is_whole
    assert len(walk.stops) <= tab_walk.STOPS


async def test_a_page_that_hangs_on_focus_costs_itself_alone(lab: Lab) -> None:
    started = time.monotonic()
    walk = await walked(lab, '<a href="#a" onfocus="while (true);">One</a>')
    assert isinstance(walk, ProbeFault)
    assert time.monotonic() - started < 40
    await lab.assert_sound()


async def test_a_form_whose_fields_stand_in_for_its_properties(lab: Lab) -> None:
    names = "closest tabIndex labels textContent id"
    fields = "".join(f'<input name="{name}" aria-label="{name}">' for name in names.split())
    keep = "event.key === 'Tab' && (event.preventDefault(), (event.target === a ? b : a).focus())"
    form = (
        f'<form onkeydown="{keep}"><input id="a" aria-label="a"><input id="b" aria-label="b">{fields}</form>'
    )
    walk = await walked(lab, form)
    assert isinstance(walk, TabWalk)
    assert [(trap.names[:2], trap.stops) for trap in walk.traps] == [(("a", "b"), 2)]


async def test_what_is_in_a_frame_is_judged_as_the_window_shows_it(lab: Lab) -> None:
    head = """<style>.bar { position: fixed; left: 0; right: 0; bottom: 0; height: 200px; background: #123 }
      main { padding: 560px 0 2000px }</style>"""
    inside = "<style>button { outline: none }</style><a href='#a'>One</a> <button>Two</button>"
    frame = f'<iframe title="Map" width="300" height="60" srcdoc="{inside}"></iframe>'
    walk = await walked(lab, frame + '<div class="bar"></div>', head=head)
    assert isinstance(walk, TabWalk)
    assert [(stop.name, stop.cover is not None) for stop in walk.stops] == [("One", True), ("Two", True)]
    looks = [stop.look for stop in walk.stops]
    assert [look is not None and look.near > 0 for look in looks] == [True, False]


async def test_what_a_page_wants_on_focus_is_noted_and_refused(lab: Lab) -> None:
    source = """<p><a href="#a">One</a> <a href="#b" onfocus="location = '/other'">Two</a></p>
      <p><a href="#c" onfocus="window.open('/other')">Three</a> <a href="#d">Four</a></p>"""
    walk = await walked(lab, source)
    assert isinstance(walk, TabWalk)
    assert {(each.name, each.effect) for each in walk.effects} == {
        ("Two", Effect.NAVIGATION),
        ("Three", Effect.WINDOW),
    }
    assert walk.is_whole
    assert lab.site.hits("/other") == 0


@pytest.mark.parametrize("others", [4, 20])
async def test_a_trap_met_again_from_the_top_is_the_same_trap(lab: Lab, others: int) -> None:
    """At its end a page may lead Tab to its first stop, and so back into the trap."""
    keeps = "if (event.key === 'Tab' && !event.shiftKey) event.preventDefault()"
    links = [f'<p><a href="#{n}">Link {n}</a></p>' for n in range(others)]
    links.insert(others // 2, f'<p><a href="#k" onkeydown="{keeps}">Keeps</a></p>')
    back = "if (event.key === 'Tab') { event.preventDefault(); first.focus() }"
    links.append(f'<p><button onkeydown="{back}">Last</button></p>')
    walk = await walked(lab, "".join(links).replace("<a ", '<a id="first" ', 1))
    assert isinstance(walk, TabWalk)
    assert [(trap.names, trap.stops) for trap in walk.traps] == [(("Keeps",), 1)]


# Not the first: that is one of many at once, which are taken back where they do not lead as expected.
LOSES_A_KEY = """let keys = 0
    tip.onkeydown = (event) => { if (event.key === 'Tab' && ++keys === 2) event.preventDefault() }"""


@pytest.mark.parametrize(
    "start",
    ["", "const at = document.links[2]; at.focus(); at.blur()", LOSES_A_KEY],
    ids=["", "below", "a key"],
)
async def test_where_the_focus_is_lost_the_page_is_not_at_its_end(lab: Lab, start: str) -> None:
    """What has the focus is hidden with the place before it, be it after a key that led nowhere."""
    keeps = "if (event.key === 'Tab') { event.preventDefault(); (this === one ? two : one).focus() }"
    buttons = "".join(f'<button id="{name}" onkeydown="{keeps}">{name}</button>' for name in ("one", "two"))
    walk = await walked(
        lab,
        f"""<p><a href="#a">First</a></p>
        <p><span id="tip" tabindex="0">Zone <b><a href="#b">More</a></b></span></p>
        <p>{buttons}</p><p><a href="#c">Last</a></p><script>{start}</script>""",
        head="<style>b { display: none } #tip:focus b { display: inline }</style>",
    )
    assert isinstance(walk, TabWalk)
    assert [trap.names for trap in walk.traps] == [("one", "two")]
    assert walk.is_whole


@pytest.mark.parametrize(
    ("before", "order"),
    [
        ("", ["One", "Two", "Three"]),
        (
            '<p style="overflow: auto; height: 20px; width: 60px">Words that scroll</p>',
            ["Words that scroll", "One", "Two", "Three"],
        ),
        (
            '<p><a href="#z" tabindex="2">Z</a> <a href="#y" tabindex="1">Y</a></p>',
            ["Y", "Z", "One", "Two", "Three"],
        ),
    ],
    ids=["links", "a part that scrolls", "an order of its own"],
)
async def test_the_walk_begins_at_the_top_wherever_the_focus_was(
    lab: Lab, before: str, order: list[str]
) -> None:
    links = "".join(f'<p><a href="#{name}">{name}</a></p>' for name in ("One", "Two", "Three"))
    walk = await walked(
        lab, f"{before}{links}<script>const at = document.links[1]; at.focus(); at.blur()</script>"
    )
    assert isinstance(walk, TabWalk)
    assert [stop.name for stop in walk.stops] == order
    assert walk.is_whole


async def test_a_round_longer_than_any_trap_is_the_page_s_own(lab: Lab) -> None:
    """Behind the last link the first one has the focus for a moment: the round is noticed at the second."""
    links = "".join(f'<p><a href="#{n}">Link {n}</a></p>' for n in range(60))
    drop = "const all = document.links; all[59].onblur = () => { all[0].focus(); all[0].blur() }"
    walk = await walked(lab, f"{links}<script>{drop}</script>")
    assert isinstance(walk, TabWalk)
    assert walk.traps == ()
    assert walk.is_whole
    assert len(walk.stops) == 60


LINKS = "".join(f'<p style="margin: 12px 0"><a href="#{n}" id="l{n}">Link {n}</a></p>' for n in range(32))
BAR = '<div style="position: fixed; left: 0; right: 0; bottom: 0; height: 90px; background: #123">Bar</div>'
ROWS = '<p>A</p><p><a href="#x">In</a></p><p><a href="#y">Low</a></p>'
BOX = f'<div style="overflow: auto; height: 60px">{ROWS}</div>'
REACTS = {
    "nothing": "",
    "writes": "l20.onfocus = () => { document.querySelector('h1').textContent = 'Changed' }",
    "moves at once": "l20.onfocus = () => l26.focus()",
    "drops when the key comes up": "l20.onkeyup = () => l20.blur()",
}


@pytest.mark.parametrize("reaction", REACTS)
async def test_keys_at_once_tell_what_keys_one_by_one_tell(
    lab: Lab, monkeypatch: pytest.MonkeyPatch, reaction: str
) -> None:
    ran: list[int] = []
    ahead = tab_walk._Walk.ahead

    async def counted(walk: tab_walk._Walk) -> list[int]:
        found = await ahead(walk)
        ran.extend(found)
        return found

    monkeypatch.setattr(tab_walk._Walk, "ahead", counted)
    monkeypatch.setattr(tab_walk, "LOOKS", 0)
    monkeypatch.setattr(tab_walk, "SECONDS", 30.0)
    body = f"{LINKS}{BAR}{BOX}<script>{REACTS[reaction]}</script>"
    at_once = await walked(lab, body)
    by_many = len(ran)
    monkeypatch.setattr(tab_walk, "AHEAD", 0)
    one_by_one = await walked(lab, body)
    assert isinstance(at_once, TabWalk)
    assert at_once == one_by_one
    assert by_many == len(ran) > 0  # the second time there were none
    if reaction == "nothing":
        assert by_many >= len(at_once.stops) / 2  # not those behind the bar
        assert any(stop.scroll_y > 0 for stop in at_once.stops)
    elif reaction.startswith("moves"):
        assert [each.name for each in at_once.effects] == ["Link 20"]
