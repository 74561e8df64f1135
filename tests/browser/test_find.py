"""Which browser is taken, and what is said where none can be."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import playwright
import psutil
import pytest
from playwright.async_api import async_playwright

from auditor.browser import find
from auditor.browser.engine import Engine, rules
from auditor.browser.tab import Tabs
from auditor.errors import BrowserError
from auditor.net.guard import Guard
from auditor.net.proxy import EgressProxy


async def start(*, sandbox: bool = False) -> str:
    async with async_playwright() as playwright:
        browser, name = await find.launch(playwright, sandbox=sandbox)
        await browser.close()
    return name


def test_order_of_preference(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shutil.which", lambda command: f"/bin/{command}")
    assert [name for name, _ in find.candidates()] == [
        "Playwright's headless shell",
        "Playwright's Chromium",
        "Google Chrome",
        "Microsoft Edge",
        "/bin/chromium-headless-shell",
        "/bin/google-chrome-stable",
        "/bin/google-chrome",
        "/bin/microsoft-edge",
        "/bin/chromium",
        "/bin/chromium-browser",
    ]


async def test_playwrights_features_stay_as_they_are() -> None:
    """Chromium takes the last of such switches alone: ours must name what Playwright's names."""
    async with async_playwright() as playwright:
        browser, _ = await find.launch(playwright, sandbox=False)
        lines = []
        for process in psutil.Process().children(recursive=True):
            with contextlib.suppress(psutil.Error):  # of a test before, about to go
                lines.append(process.cmdline())
        await browser.close()
    line = next(line for line in lines if "--remote-debugging-pipe" in line)
    for switch in ("--enable-features=", "--disable-features="):
        *before, last = [
            set(argument.partition("=")[2].split(",")) for argument in line if argument.startswith(switch)
        ]
        assert before
        assert set().union(*before) < last
    assert not set(find.LEFT_OUT) & set(line)


async def test_first_that_starts(monkeypatch: pytest.MonkeyPatch) -> None:
    """One that is not there and one that does not start are passed over."""
    working = list(find.candidates())

    def candidates() -> Iterator[tuple[str, dict[str, Any]]]:
        yield "absent", {"executable_path": "/nowhere/chromium"}
        yield "no browser", {"executable_path": "/bin/false"}
        yield from working

    monkeypatch.setattr(find, "candidates", candidates)
    assert await start() in {name for name, _ in working}


async def test_one_that_starts_leaves_nothing_behind(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Nor do those before it that are not there: schedules start browsers by the thousand."""
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    await start()
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("options", "there", "absent"),
    [
        ({}, "chromium_headless_shell-1/shell", False),
        ({}, "chromium-1/linux/chrome", True),
        ({"channel": "chromium"}, "chromium-1/linux/chrome", False),
        ({"channel": "chromium"}, "chromium_headless_shell-1/shell", True),
        ({"executable_path": "/nowhere"}, "other", False),
    ],
)
def test_what_is_known_to_be_absent(
    tmp_path: Path, options: dict[str, str], there: str, absent: bool
) -> None:
    (tmp_path / there).mkdir(parents=True)
    assert find.is_absent(options, tmp_path / "chromium-1/linux/chrome") is absent


@pytest.mark.parametrize("channel", ["chrome", "msedge"])
def test_a_channel_is_looked_for_where_playwright_does(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, channel: str
) -> None:
    monkeypatch.setattr("sys.platform", "linux")
    monkeypatch.setitem(find.CHANNELS, channel, tmp_path / "browser")
    assert find.is_absent({"channel": channel}, tmp_path)
    (tmp_path / "browser").touch()
    assert not find.is_absent({"channel": channel}, tmp_path)
    monkeypatch.setattr("sys.platform", "darwin")  # there it is Playwright that looks
    assert not find.is_absent({"channel": channel}, tmp_path / "elsewhere")


def test_playwright_looks_for_channels_there() -> None:
    driver = Path(playwright.__file__).parent / "driver/package/lib"
    told = "".join(each.read_text("utf-8", "replace") for each in driver.rglob("*.js"))
    assert all(f'"{path}"' in told for path in find.CHANNELS.values())


async def test_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(find, "candidates", lambda: iter([("absent", {"executable_path": "/nowhere/x"})]))
    with pytest.raises(BrowserError) as caught:
        await start()
    assert str(caught.value) == find.NO_BROWSER
    assert caught.value.exit_code == 5


async def test_none_that_starts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(find, "candidates", lambda: iter([("no browser", {"executable_path": "/bin/false"})]))
    with pytest.raises(BrowserError, match=r"^The browser does not start\. no browser: "):
        await start()


async def test_loopback_past_the_proxy_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PLAYWRIGHT_DISABLE_FORCED_CHROMIUM_PROXIED_LOOPBACK", "1")
    with pytest.raises(BrowserError, match="past the network guard"):
        await start()


@pytest.mark.skipif(os.geteuid() != 0, reason="the sandbox may start for an ordinary user")
async def test_root_has_no_sandbox() -> None:
    with pytest.raises(BrowserError) as caught:
        await start(sandbox=True)
    assert str(caught.value) == (
        "The browser's sandbox cannot start here: you are root. Run as an ordinary user; or, only to audit "
        "sites you trust, give --no-sandbox or set AUDITOR_NO_SANDBOX=1."
    )
    assert caught.value.exit_code == 5


async def test_rules_of_a_fresh_browser() -> None:
    """The engine answers in a tab where nothing was opened yet."""
    engine = Engine.load(("wcag2a",))
    async with (
        EgressProxy(Guard()) as proxy,
        Tabs(sandbox=False, proxy=proxy, product="auditor-tests/1") as tabs,
        tabs.tab() as tab,
    ):
        said = await rules(await tab.world(), engine)
        assert tabs.user_agent.endswith(" auditor-tests/1")
        assert tabs.version
    assert {"image-alt", "target-size"} <= {rule["id"] for rule in said}
