"""The auditor over a form library nobody here wrote: examples that govuk-frontend ships, with its script.

`python -m bench.form_library` fetches the package with npm into a temporary folder, serves one page for each
of `EXAMPLES` on this machine, audits them with `explore = true`, prints states and findings, keeps nothing.
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
import threading
import time
from collections import Counter
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import auditor
from auditor.models import LOADED, Report, RuleSetting, Site
from bench.trees import Tree

PACKAGE = "govuk-frontend@6.6.0"
EXAMPLES = (
    ("accordion", "with additional descriptions"),
    ("checkboxes", "with divider, None and conditional items"),
    ("cookie-banner", "default"),
    ("date-input", "with error on day input"),
    ("details", "default"),
    ("error-summary", "with everything"),
    ("file-upload", "enhanced"),
    ("file-upload", "enhanced, with error message and hint"),
    ("password-input", "default"),
    ("radios", "with conditional items"),
    ("radios", "with conditional item checked"),
    ("radios", "with fieldset and error message"),
    ("service-navigation", "with navigation with a current item"),
    ("tabs", "default"),
)
PAGE = """<!DOCTYPE html>
<html lang="en" class="govuk-template">
<head><meta charset="utf-8"><title>{title}</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="icon" href="/assets/images/favicon.svg">
<link rel="stylesheet" href="/govuk-frontend.min.css"></head>
<body class="govuk-template__body">
<script>document.body.className += " js-enabled govuk-frontend-supported";</script>
<a href="#main" class="govuk-skip-link" data-module="govuk-skip-link">Skip to main content</a>
{before}<div class="govuk-width-container">
<main class="govuk-main-wrapper" id="main"><h1 class="govuk-heading-l">{title}</h1>
{example}
</main></div>
<script type="module">import {{ initAll }} from "/govuk-frontend.min.js"; initAll();</script>
</body></html>
"""
OF_A_WEBSITE = ("contact-route", "multiple-ways")  # examples lead nowhere
OUTSIDE = ("cookie-banner", "service-navigation")  # they stand before a page's main part


class Quiet(SimpleHTTPRequestHandler):
    """Says nothing of each request."""

    def log_message(self, format: str, *args: object) -> None:
        pass


def pages(folder: Path) -> list[str]:
    """Write one page for each example; their names."""
    names = []
    for component, example in EXAMPLES:
        told = json.loads((folder / "components" / component / "fixtures.json").read_text(encoding="utf-8"))
        html = next(each["html"] for each in told["fixtures"] if each["name"] == example)
        title = f"{component.replace('-', ' ').capitalize()}: {example}"
        is_outside = component in OUTSIDE
        page = PAGE.format(title=title, before=html if is_outside else "", example="" if is_outside else html)
        names.append(re.sub(r"\W+", "-", title.lower()) + ".html")
        (folder / names[-1]).write_text(page, encoding="utf-8")
    return names


def audited(folder: Path, names: list[str], store: Path) -> Report:
    """An audit of these pages, each driven and explored."""
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(folder))) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        site = Site(
            id="library",
            name="Form library",
            urls=tuple(f"http://127.0.0.1:{server.server_port}/{name}" for name in names),
            follow_links=False,
            internal=True,
            delay=0.0,
            max_pages=len(names),
            drive="every-page",
            pictures=False,
            explore=True,
            rules=tuple(RuleSetting(id=each, reason="no website", off=True) for each in OF_A_WEBSITE),
        )
        report = auditor.audit(site, store=f"sqlite:///{store}", sandbox=False)
        server.shutdown()
    return report


def tell(report: Report) -> None:
    """Print states and findings, page by page."""
    states = [each for each in report.states() if each.state != LOADED]
    counts = Counter(each.url for each in states)
    print(f"{report.coverage.audited} pages, {len(states)} states opened on {len(counts)} of them")
    for each in states:
        print(f"  {_name(each.url)}: {each.state}")
    findings = list(report.findings())
    print(f"{len(findings)} findings")
    for found in findings:
        print(
            f"  {found.outcome.value:9} {found.kind.value:7} {found.rule} {_name(found.url)} [{found.state}]"
        )
        print(f"      {' > '.join((*found.frame, found.selector))}: {found.message}")
    for banner in report.banners:
        print(f"banner: {banner.tool or banner.name}, {banner.done} {banner.reason}")
    for left in report.untested():
        print(f"not judged: {_name(left.url)}: {left.where}: {left.reason}")


def _name(url: str) -> str:
    return url.rpartition("/")[2]


def main() -> None:
    """Fetch, serve, audit, tell."""
    npm = shutil.which("npm")
    if npm is None:
        sys.exit("npm is not installed: it fetches the form library. Install Node.js.")
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        subprocess.run([npm, "pack", PACKAGE, "--silent"], cwd=folder, check=True, stdout=subprocess.DEVNULL)
        with tarfile.open(next(folder.glob("*.tgz"))) as packed:
            packed.extractall(folder, filter="data")
        library = folder / "package" / "dist" / "govuk"
        began = time.monotonic()
        with Tree() as tree:
            report = audited(library, pages(library), folder / "audit.db")
        tell(report)
        print(f"{tree.cpu:.0f} seconds of CPU, {time.monotonic() - began:.0f} seconds")


if __name__ == "__main__":
    main()
