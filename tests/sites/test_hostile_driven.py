"""Pages that turn on whoever drives them: each costs itself alone, and good pages are unmoved."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from tests.sites.running import Ran, run

GOOD = (
    '<style>#faint:focus { outline: none }</style><a id="faint" href="#more">Bins</a>'
    '<p id="more" style="width: 900px">Bins are collected on Mondays from seven in the morning on.</p>'
)
ON = "<button type=button>Bins</button><script>addEventListener({event!r}, () => {{ {does} }}, true)</script>"


def on(event: str, does: str) -> str:
    return ON.format(event=event, does=does)


HOSTILE: Mapping[str, str] = {
    "hangs-on-a-key": on("keydown", "for (;;);"),
    "hangs-on-resize": on("resize", "for (;;);"),
    "asks-on-focus": on("focus", "alert('Stay')"),
    "leaves-on-focus": on("focus", "location = '/elsewhere?' + Math.random()"),
    "is-rewritten-on-a-key": on("keydown", "document.open(); document.write('<p>Gone'); document.close()"),
    "is-emptied-on-focus": on("focus", "document.documentElement.remove()"),
    "grows-under-the-pointer": on(
        "mousemove", "document.body.append(...Array.from({length: 3000}, () => document.createElement('a')))"
    ),
    "has-stops-without-end": "<script>for (n = 0; n < 600; n++) document.write('<a href=#>x</a>')</script>",
    "lies-about-its-elements": (
        "<form tabindex=0><input name=getBoundingClientRect><input name=id><input name=blur></form>"
        "<script>requestAnimationFrame = () => 0;"
        "Element.prototype.getBoundingClientRect = () => { throw 1 };"
        "Object.defineProperty(document, 'activeElement', { get() { throw 1 } })</script>"
    ),
}


@pytest.fixture(scope="module")
def site(site_server: Any, page: Any) -> Any:
    pages = {f"/{name}": page(name, body=body) for name, body in HOSTILE.items()}
    good = {f"/good/{n}": page(f"Good {n}", body=f"<p>{n}</p>{GOOD}") for n in range(3)}
    known = [path for three in zip(*[iter(pages)] * 3, good, strict=True) for path in three]
    home = page("Home", body="".join(f'<a href="{path}">{path}</a> ' for path in known))
    return site_server({"/": home, **pages, **good})


@pytest.fixture(scope="module")
def ran(command: Any, site: Any, tmp_path_factory: pytest.TempPathFactory) -> Ran:
    return run(command, tmp_path_factory.mktemp("driven"), site.origin, seconds=600, drive="every-page")


@pytest.mark.parametrize("name", HOSTILE)
def test_each_keeps_what_was_judged_before(ran: Ran, name: str) -> None:
    visit = ran.visit(f"/{name}")
    assert visit is not None
    assert visit["outcome"] == "audited", visit["reason"]


def test_what_a_probe_could_not_see_is_told_and_never_passed(ran: Ran) -> None:
    broken = {error["rule"] for error in ran.of("rule_errors", "/hangs-on-a-key")}
    assert {"focus-visible", "keyboard-trap"} <= broken
    assert not {"focus-visible", "keyboard-trap"} & set(ran.finds("/hangs-on-a-key"))


def test_good_pages_are_unmoved(ran: Ran) -> None:
    for n in range(3):
        found = ran.finds(f"/good/{n}")
        assert found.get("focus-visible") == 1, n
        assert found.get("reflow") == 1, n
        assert not ran.of("rule_errors", f"/good/{n}")


def test_nothing_is_asked_for_that_a_driven_page_wanted(ran: Ran, site: Any) -> None:
    held_back = [
        part["where"] for part in ran.of("untested", "/leaves-on-focus") if part["what"] == "request"
    ]
    assert any("/elsewhere" in where for where in held_back)
    assert not any(request.path.startswith("/elsewhere") for request in site.asked)
