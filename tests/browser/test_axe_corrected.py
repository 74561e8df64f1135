"""Where page.js holds axe to the letter of WCAG 1.4.3, 1.4.12 and 2.1.1: its own rules in a browser."""

from __future__ import annotations

import pytest

from tests.browser.conftest import Lab, html

pytestmark = pytest.mark.asyncio(loop_scope="module")

FORCED = '<p style="letter-spacing: 0.02em !important">Cards are sent by second post.</p>'
SET_AGAIN = (
    '<div style="line-height: 1.1 !important"><p style="line-height: 1.7">The heron keeps no hours.</p></div>'
)
IN_PART = (
    '<div style="word-spacing: 0.05em !important">Open <b style="word-spacing: 1em">all day</b> long</div>'
)
SMALLER = (
    '<div style="font-size: 20px; word-spacing: 2px !important"><p style="font-size: 10px">In print</p></div>'
)
FRAME = '<iframe title="Tides" tabindex="-1" srcdoc="<a href=/x>Tide tables</a>" {}></iframe>'
DIALOG = "<dialog id=d>Cookies <button>Accept</button></dialog><script>d.showModal()</script>"


@pytest.mark.parametrize(
    ("body", "rule", "is_told"),
    [
        (FORCED, "avoid-inline-spacing", True),
        (IN_PART, "avoid-inline-spacing", True),
        (SET_AGAIN, "avoid-inline-spacing", False),
        (SMALLER, "avoid-inline-spacing", False),
        ('<p style="color: #ccc">=== --- ***</p>', "color-contrast", False),
        ('<p style="color: #ccc">=== 45 ***</p>', "color-contrast", True),
        (FRAME.format(""), "frame-focusable-content", True),
        (f"<div inert>{FRAME.format('')}</div><a href=/x>On</a>", "frame-focusable-content", False),
        (FRAME.format("") + DIALOG, "frame-focusable-content", False),
    ],
)
async def test_what_axe_says(lab: Lab, body: str, rule: str, is_told: bool) -> None:
    lab.site.routes["/corrected"] = html(body)
    assert (rule in {found[0] for found in await lab.judge("/corrected")}) is is_told


async def test_a_page_that_is_empty_until_it_leads_on_is_judged(lab: Lab) -> None:
    page = b'<!doctype html><html lang="en"><title>Moved</title><meta http-equiv="refresh" content="40">'
    lab.site.routes["/leads-on"] = (200, {"Content-Type": "text/html; charset=utf-8"}, page)
    assert "meta-refresh" in {found[0] for found in await lab.judge("/leads-on")}


async def test_what_fades_in_is_judged_when_it_is_there(lab: Lab) -> None:
    """What never ends is not waited for."""
    fade = "<style>@keyframes f{{from{{opacity:.2}}}}p{{animation:f {}}}</style>"
    shown = "<p>The hall is shut on Friday.</p>"
    lab.site.routes["/fades"] = html(shown, head=fade.format("2s ease-in"))
    assert await lab.judge("/fades") == set()
    lab.site.routes["/pulses"] = html(shown, head=fade.format("1s linear infinite, g 900s"))
    assert (await lab.visit("/pulses")).seconds < 4
