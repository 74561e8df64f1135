"""Which browser: Playwright's own, then Chrome, Edge, Chromium, as far as the machine has them."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from playwright.async_api import Browser, Error, Playwright

from auditor.errors import BrowserError
from auditor.net.heads import OWN_HOST

# The egress proxy is the one way out: what goes around a proxy by default is switched off.
ARGUMENTS = (
    "--proxy-bypass-list=<-loopback>",
    # By a host that no site has: what forgets a site's passwords (Clear-Site-Data) forgets those of its host.
    f"--host-resolver-rules=MAP {OWN_HOST} 127.0.0.1",
    "--disable-quic",
    # A headless shell keeps other sites' frames in the page's own process, where one that hangs stops all.
    "--site-per-process",
    "--webrtc-ip-handling-policy=disable_non_proxied_udp",
    "--force-webrtc-ip-handling-policy=disable_non_proxied_udp",  # what a headless shell heeds of the two
    "--autoplay-policy=no-user-gesture-required",  # as where a person lets pages sound: else none is heard
    # No page is fetched in advance (speculation rules): nothing over the DevTools protocol sees these.
    # The last of several such switches counts alone, so the first of each list are Playwright's own.
    "--enable-features=CDPScreenshotNewSurface,SkipListAccountsWithoutGaiaCookies,"
    "PrefetchSchedulerTesting:kPrefetchSchedulerTestingActiveSetSizeLimitForBase/0"
    "/kPrefetchSchedulerTestingActiveSetSizeLimitForBurst/0",
    # Every window of a full Chromium loads two pages for its address bar's list, though none is to be seen:
    # a second of CPU each time.
    "--disable-features=AvoidUnnecessaryBeforeUnloadCheckSync,DestroyProfileOnBrowserClose,HttpsUpgrades,"
    "HttpsFirstBalancedModeAutoEnable,LensOverlay,MediaRouter,PaintHolding,ThirdPartyStoragePartitioning,"
    "AvoidCorsURLLoaderRestartOnRedirect,TcpPortRandomizationWin,OptimizationHints,NetworkTimeServiceQuerying,"
    "AimEnabled,PreconnectToSearch,msForceBrowserSignIn,msEdgeUpdateLaunchServicesPreferredVersion,"
    "WebUIOmniboxPopup,WebUIOmniboxAimPopup",
)
SHELL = "chromium-headless-shell"  # Debian's: Chromium without a window, at a third less CPU a page
LEFT_OUT = ("--disable-popup-blocking",)  # of Playwright's: scripts open no windows

# Where Playwright looks for these on Linux.
CHANNELS = {"chrome": Path("/opt/google/chrome/chrome"), "msedge": Path("/opt/microsoft/msedge/msedge")}

NO_BROWSER = (
    "No browser found. Install one of: Playwright's own (`python -m playwright install chromium`), "
    "Google Chrome, Microsoft Edge, or Chromium (`apt-get install chromium`; where only audits run, its "
    "`chromium-headless-shell`, which needs less CPU)."
)
NO_SANDBOX = (
    "The browser's sandbox cannot start here{why}. Run as an ordinary user; or, only to audit sites you "
    "trust, give --no-sandbox or set AUDITOR_NO_SANDBOX=1."
)


def candidates() -> Iterator[tuple[str, dict[str, Any]]]:
    """(Name, launch options) of each browser to try, in the order of preference."""
    yield "Playwright's headless shell", {}
    yield "Playwright's Chromium", {"channel": "chromium"}
    yield "Google Chrome", {"channel": "chrome"}
    yield "Microsoft Edge", {"channel": "msedge"}
    for command in (
        SHELL,
        "google-chrome-stable",
        "google-chrome",
        "microsoft-edge",
        "chromium",
        "chromium-browser",
    ):
        path = shutil.which(command)
        if path:
            yield path, {"executable_path": path}


def is_absent(options: Mapping[str, Any], own: Path) -> bool:
    """Whether that is known without a try, which leaves two empty directories behind for good.

    `own`: where Playwright's Chromium is, or would be.
    """
    channel = options.get("channel")
    if channel == "chromium":
        return not own.exists()
    if channel is not None:
        return sys.platform == "linux" and not CHANNELS[channel].exists()
    store = next((each.parent for each in own.parents if each.name.startswith("chromium-")), None)
    return not options and store is not None and not any(store.glob("chromium_headless_shell-*"))


async def launch(
    playwright: Playwright,
    *,
    sandbox: bool,
    proxy: dict[str, str] | None = None,
    headed: bool = False,
) -> tuple[Browser, str]:
    """Start the first browser that starts; returns it and its name.

    Raises `BrowserError` where there is none, or none starts, with what to do.
    """
    if os.environ.get("PLAYWRIGHT_DISABLE_FORCED_CHROMIUM_PROXIED_LOOPBACK"):
        raise BrowserError(
            "PLAYWRIGHT_DISABLE_FORCED_CHROMIUM_PROXIED_LOOPBACK is set: it would let pages reach this "
            "machine past the network guard. Unset it."
        )
    failures: list[str] = []
    own = Path(playwright.chromium.executable_path)
    for name, options in candidates():
        if is_absent(options, own) or (headed and name.endswith(SHELL)):  # the latter has no window
            continue
        try:
            browser = await playwright.chromium.launch(
                **options,
                headless=not headed,
                args=list(ARGUMENTS),
                ignore_default_args=list(LEFT_OUT),
                chromium_sandbox=sandbox,
                proxy=proxy,  # type: ignore[arg-type]  # a TypedDict of the library's own
                handle_sigint=False,
                handle_sigterm=False,
                handle_sighup=False,
                timeout=60_000,
            )
        except Error as error:
            text = str(error)
            if "xecutable doesn't exist" in text or "is not found at" in text:
                continue
            failures.append(f"{name}: {text}")
        else:
            return browser, name
    if not failures:
        raise BrowserError(NO_BROWSER)
    if sandbox and any("sandbox" in failure.lower() for failure in failures):
        root = hasattr(os, "geteuid") and os.geteuid() == 0
        raise BrowserError(NO_SANDBOX.format(why=": you are root" if root else ""))
    raise BrowserError(f"The browser does not start. {failures[0][:1000]}")
