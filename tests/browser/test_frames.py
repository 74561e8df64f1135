"""Frames of every kind: judged, with the way to each place; or listed as untested, with the reason."""

from __future__ import annotations

import asyncio
import time
from urllib.parse import urlsplit

import pytest

from tests.browser.conftest import NOBODY, UNNAMED, Lab, bad, html, image_alts

pytestmark = pytest.mark.asyncio(loop_scope="module")


def frame(source: str, name: str = "f", more: str = "") -> str:
    return f'<iframe id="{name}" title="{name}" src="{source}" {more}></iframe>'


async def test_origins(lab: Lab) -> None:
    lab.site.routes["/inner"] = html(bad("inner"))
    lab.port.routes["/inner"] = html(bad("port"))
    lab.site.routes["/outer"] = html(
        bad("own")
        + frame("/inner", "same")
        + frame(lab.port.origin + "/inner", "port")
        + frame(lab.by_name("/inner"), "process")
    )
    result = await lab.visit("/outer")
    assert lab.untested(result) == {}
    assert lab.places(result) == image_alts(
        "own", (("#same",), "#inner"), (("#port",), "#port"), (("#process",), "#inner")
    )


async def test_what_each_element_is_is_told_in_every_frame_and_shadow_root(lab: Lab) -> None:
    """Also where a frame has no id and its selector is not the way down to it."""
    lab.site.routes["/inner"] = html(f'<main class="c">{bad("inner")}</main>')
    lab.site.routes["/outer"] = html(
        bad("own")
        + '<section><iframe title="same" src="/inner"></iframe></section>'
        + frame(lab.by_name("/inner"), "far")
        + '<div id="host"></div><script>host.attachShadow({mode: "open"}).innerHTML = '
        + f"'<nav>{bad('deep')}</nav>'</script>"
    )
    result = await lab.visit("/outer")
    assert result.snapshot is not None
    nodes = [
        node
        for entry in result.snapshot.engine["violations"]
        if entry["id"] == "image-alt"
        for node in entry["nodes"]
    ]
    told = {(tuple(node["target"][:-1]), str(node["target"][-1])): node["component"] for node in nodes}
    assert len(told) == 4
    assert all(told.values())
    assert sorted(each["landmarks"] for each in told.values()) == [
        ["main"], ["main", "main"], ["main", "main"], ["main", "navigation"],
    ]  # fmt: skip
    hosts = {selectors[0] if selectors else "": each["host"] for (selectors, _), each in told.items()}
    assert hosts[""] == "", "the page itself, and its shadow root"
    here, there = (urlsplit(url).hostname for url in (lab.url("/"), lab.by_name("/")))
    assert here != there
    assert hosts.pop("#far") == there
    assert set(hosts.values()) == {"", here}


async def test_three_deep_through_processes(lab: Lab) -> None:
    """This site, another, this one again, another again."""
    lab.site.routes["/d3"] = html(bad("d3"))
    lab.site.routes["/d2"] = html(bad("d2") + frame(lab.by_name("/d3"), "c"))
    lab.site.routes["/d1"] = html(bad("d1") + frame(lab.url("/d2"), "b"))
    lab.site.routes["/d0"] = html(bad("d0") + frame(lab.by_name("/d1"), "a"))
    assert await lab.judge("/d0") == image_alts(
        "d0", (("#a",), "#d1"), (("#a", "#b"), "#d2"), (("#a", "#b", "#c"), "#d3")
    )


async def test_without_an_address(lab: Lab) -> None:
    inner = f"&lt;html lang=en>&lt;title>x&lt;/title>{bad('srcdoc')}".replace('"', "&quot;")
    written = bad("written").replace('"', '\\"')
    lab.site.routes["/blank"] = html(
        f'<iframe id="doc" title="doc" srcdoc="{inner}"></iframe><iframe id="blank" title="blank"></iframe>'
        f'<script>blank.contentDocument.body.innerHTML = "{written}";</script>'
    )
    result = await lab.visit("/blank")
    assert lab.untested(result) == {}
    assert {p for p in lab.places(result) if p[0] == "image-alt"} == image_alts(
        (("#doc",), "#srcdoc"), (("#blank",), "#written")
    )


async def test_in_shadow_roots(lab: Lab) -> None:
    lab.site.routes["/in-shadow"] = html(f"""<div id="inhost"></div><script>
        inhost.attachShadow({{ mode: "open" }}).innerHTML = `{bad("deep")}`</script>""")
    lab.site.routes["/shadow"] = html(f"""<div id="host"></div><script>
        host.attachShadow({{ mode: "open" }}).innerHTML = `{frame("/in-shadow")}{bad("own")}`</script>""")
    assert await lab.judge("/shadow") == image_alts(
        ((), "#host >>> #own"), (("#host >>> #f",), "#inhost >>> #deep")
    )


async def test_hidden_and_lazy(lab: Lab) -> None:
    lab.site.routes["/inner"] = html(bad("inner"))
    lab.site.routes["/lazy"] = html(
        '<div style="height: 9000px"></div>'
        + frame("/inner", "late", "loading=lazy")
        + frame("/inner", "hidden", "hidden")
    )
    result = await lab.visit("/lazy")
    assert lab.untested(result) == {}
    assert lab.places(result) == image_alts((("#late",), "#inner")), "nobody perceives the hidden one"


async def test_same_address_and_another_content(lab: Lab) -> None:
    answers = [html("first"), html(bad("second"))]
    lab.site.routes["/turns"] = lambda asked: answers[lab.site.hits("/turns") - 1]
    lab.site.routes["/twice"] = html(
        frame("/turns", "a")
        + "<script>document.getElementById('a').onload = () => document.querySelector('main')"
        + """.insertAdjacentHTML("beforeend", '<iframe id=b title=b src="/turns">')</script>"""
    )
    assert await lab.judge("/twice") == image_alts((("#b",), "#second"))


async def test_what_is_no_page(lab: Lab) -> None:
    lab.site.routes |= {
        "/500": html(bad("x"), status=500),
        "/json": (200, {"Content-Type": "application/json"}, b'{"a": 1}'),
        "/pdf": (200, {"Content-Type": "application/pdf"}, b"%PDF-1.4\n%%EOF"),
        "/204": (204, {}, b""),
    }
    lab.wire.behaviours["/never"] = lab.wire.silence
    never = lab.wire.origin + "/never"
    sources = ["/500", "/json", "/pdf", "/204", never, NOBODY + "/"]
    lab.site.routes["/motley"] = html(bad("own") + "".join(frame(s, f"f{n}") for n, s in enumerate(sources)))
    result = await lab.visit("/motley")
    assert lab.places(result) == image_alts("own")
    untested = lab.untested(result)
    assert untested.pop(lab.url("/pdf")) in (  # a headless shell shows none
        "The frame was not judged: it shows application/pdf, not a web page.",
        "The frame was not judged: it did not load.",
    )
    assert untested == {
        lab.url("/500"): "The frame was not judged: its server answered 500.",
        lab.url("/json"): "The frame was not judged: it shows application/json, not a web page.",
        lab.url("/204"): "The frame was not judged: it did not load.",
        never: "The frame was not judged: it did not load.",
        NOBODY + "/": "The frame was not judged: its server answered 502.",
    }
    await lab.assert_sound()


async def test_refused_by_the_guard(lab: Lab) -> None:
    direct = f"http://{UNNAMED}:8765/secret"
    lab.site.routes["/led"] = (302, {"Location": f"http://{UNNAMED}/secret"}, b"")
    lab.site.routes["/refused"] = html(
        frame(direct, "a") + frame(f"https://{UNNAMED}/", "b") + frame("/led", "c")
    )
    assert lab.untested(await lab.visit("/refused")) == {
        direct: "The network guard refused it: port 8765 is not allowed.",
        f"https://{UNNAMED}/": "The network guard refused it: loopback address.",
        lab.url("/led"): "The network guard refused it: loopback address.",
    }


async def test_removed_while_being_judged(lab: Lab) -> None:
    """A frame that comes and goes never takes the page with it."""
    lab.site.routes["/inner"] = html("<p>x</p>" * 300 + frame(lab.by_name("/leaf"), "leaf"))
    lab.site.routes["/leaf"] = html(bad("leaf"))
    lab.site.routes["/restless"] = html(
        bad("own") + frame("/inner", "a") + frame(lab.by_name("/inner"), "b"),
        head="""<script>setTimeout(() => setInterval(() => {
            for (const f of document.querySelectorAll("iframe")) f.replaceWith(f.cloneNode());
        }, 60), 450)</script>""",
    )
    found = await lab.judge("/restless")
    assert image_alts("own") <= found
    await lab.assert_sound()


async def test_stands_still(lab: Lab) -> None:
    """In a process of its own: the page around it is judged all the same."""
    lab.site.routes["/loop"] = html("<script>while (true);</script>")
    lab.site.routes["/inner"] = html(bad("inner"))
    lab.site.routes["/around"] = html(
        bad("own") + frame(lab.by_name("/loop"), "loop") + frame(lab.port.origin + "/inner", "good")
    )
    lab.port.routes["/inner"] = html(bad("inner"))
    started = time.monotonic()
    result = await lab.visit("/around")
    assert time.monotonic() - started < 12
    assert lab.places(result) == image_alts("own", (("#good",), "#inner"))
    reason = "The frame was not judged: it gave no answer within 1.5 seconds."
    assert lab.untested(result) == {lab.by_name("/loop"): reason}
    assert not result.tab_is_sound
    await lab.assert_sound()


async def test_many_that_stand_still(lab: Lab, monkeypatch: pytest.MonkeyPatch) -> None:
    """Their number must not use up the time of the page."""
    from auditor.browser import visit as module

    monkeypatch.setattr(module, "ENGINE_SECONDS", 5.0)
    lab.site.routes["/loop-late"] = html("<script>setTimeout(() => { while (true); }, 300)</script>")
    many = "".join(frame(lab.by_name(f"/loop-late?{n}"), f"f{n}") for n in range(6))
    lab.site.routes |= {f"/loop-late?{n}": lab.site.routes["/loop-late"] for n in range(6)}
    lab.site.routes["/crowd"] = html(bad("own") + many)
    result = await lab.visit("/crowd")
    assert lab.places(result) == image_alts("own")
    assert len(lab.untested(result)) == 6
    assert "The frame was not judged: the time for this page was up." in lab.untested(result).values()
    await asyncio.sleep(0)
    await lab.assert_sound()
