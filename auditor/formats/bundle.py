"""The evidence of one audit in one zip file, which a person can verify without this program.

The same audit gives the same bytes, so whoever holds the store can make the bundle again and compare.
"""

from __future__ import annotations

import hashlib
import re
import zipfile
from collections.abc import Iterable, Iterator
from textwrap import fill
from typing import BinaryIO

from auditor.formats import _figures, _words, csv, earl, json
from auditor.formats._safe import visible
from auditor.models import Report
from auditor.redact import MARK

MANIFEST = "MANIFEST.sha256"
_IN = " " * 6

_FILES = {
    "report.json": "everything the audit found, for programs: settings, versions, the ledger of all "
    "addresses, findings with excerpts of the code, issues, rules, what a person must test",
    "issues.csv": "what one repair clears, a line each, for a spreadsheet",
    "findings.csv": "each element that was found, with its page, place and an excerpt of its code",
    "pages.csv": "the ledger: each known address, when it was visited, what became of it, and why",
    "documents.csv": "the PDFs and office files that pages link to, and what became of each",
    "media.csv": "sound and video on the pages, and what each has beside it",
    "sample.csv": "the pages of the sample, with the reasons why each was chosen",
    "inclusion.csv": "the measures that are no criteria of WCAG, page by page",
    "report.earl.jsonld": "the result by criterion and page, in the W3C's EARL",
    "report-rules.earl.jsonld": "what each rule said of each page, in the W3C's EARL",
    "versions.txt": "the programs that made the audit",
    "settings.txt": "every setting of the audit as it applied; headers that hold a secret are left out",
}
# A name or password within an address (RFC 3986, 3.2.1). A piece that is written ends with a line.
_CREDENTIALS = re.compile(rb"(?<=://)[^/\s\"'<>@\\,;]{1,500}@")


def write(report: Report, to: BinaryIO) -> None:
    """The bundle, to a file that can be sought in; a piece at a time."""
    sums: dict[str, str] = {}
    with zipfile.ZipFile(to, "w", zipfile.ZIP_DEFLATED) as bundle:
        for name, chunks in _contents(report):
            sums[name] = _add(bundle, name, chunks)
        listed = "".join(f"{sums[name]}  {name}\n" for name in sorted(sums))
        _add(bundle, MANIFEST, [listed.encode()])


def _contents(report: Report) -> Iterator[tuple[str, Iterable[bytes]]]:
    yield "README.txt", [_readme(report).encode()]
    run = report.run
    versions = (f"{tool}: {visible(version, 300)}\n" for tool, version in sorted(run.versions.items()))
    yield "versions.txt", ["".join(versions).encode()]
    settings = (
        f"{name}: {visible(_figures.setting(value), 5_000)}\n" for name, value in _figures.settings(report)
    )
    yield "settings.txt", ["".join(settings).encode()]
    for render in (json.render, csv.render, earl.render):
        yield from render(report)


def _add(bundle: zipfile.ZipFile, name: str, chunks: Iterable[bytes]) -> str:
    """Its SHA-256, in hexadecimal."""
    total = hashlib.sha256()
    entry = zipfile.ZipInfo(name)  # of 1980: the time of packing is no part of the evidence
    entry.compress_type = zipfile.ZIP_DEFLATED
    entry.create_system = 3  # Unix, wherever it is made
    entry.external_attr = 0o644 << 16
    with bundle.open(entry, "w", force_zip64=True) as file:
        for chunk in chunks:
            clean = _CREDENTIALS.sub(f"{MARK}@".encode(), chunk)
            total.update(clean)
            file.write(clean)
    return total.hexdigest()


def _readme(report: Report) -> str:
    run = report.run
    tables = {name for name, _ in csv.render(report)}  # not each audit has all
    files = "\n".join(
        f"  {name}\n{fill(what, 90, initial_indent=_IN, subsequent_indent=_IN)}"
        for name, what in _FILES.items()
        if name in tables or not name.endswith(".csv")
    )
    reasons = " ".join(_figures.why_incomplete(report))
    return f"""Evidence of an accessibility audit

Website:  {visible(report.site.name, 200)}
Audited:  {_words.moment(run.started)} to {_words.moment(run.finished)}
Against:  {_figures.standard(report)}
Run:      {run.id}

{_figures.state(report, _figures.figures(report))}
{_figures.judged_of(report)} {reasons}

What is in it

{files}
  {MANIFEST}
      the SHA-256 of each file above

How to verify it

  Unpack it into an empty folder, and there run

      sha256sum -c {MANIFEST}

  That shows that the files fit together, not when they were made: who makes all files anew can make a
  manifest for them. So note the SHA-256 of the whole zip file (sha256sum FILE), which the command printed,
  on the day it was made, with someone who has no part in the matter. From the same store the same version
  of the program makes the same bytes again.

What it shows

  What the programs in versions.txt, with the settings in settings.txt, found on the pages in pages.csv at the
  times given there. The clock is that of the computer that made the audit.

What it does not show

  - That a website meets a standard. Rules judge a part of each criterion; where none failed, nobody
    knows yet.
  - Anything about pages, frames and states that were not audited: see pages.csv, and "untested" and
    "rule_errors" in report.json.
  - What a page looked like to somebody else, at another time, logged in, or on another device.
  - Every place of a fault: at most a fixed number is listed for each rule on each page ("capped" in
    report.json).
  - Whole pages: excerpts of the code of single elements are kept, cut where they are long.
  - Names and passwords in addresses: they are replaced by {MARK}.
"""
