"""Page views, from a plain CSV or from what Matomo or Google Analytics 4 exports: docs/sites-toml.md.

Which product a file comes from is told by the names of its columns.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urljoin

from auditor import sheets
from auditor.config import bounded
from auditor.errors import ConfigError
from auditor.limits import URL_LIST_BYTES
from auditor.models import Report, Site, UrlOutcome, Views
from auditor.urls import Addresses

FAULTS = 10  # shown

# Names of columns in small letters, the best first. Google's dimensions and metrics:
# https://support.google.com/analytics/answer/9143382. Matomo's "Metadata: url" is the whole address, "Label"
# the path in a flat report, else a folder's name; `metadata_url` and `nb_hits` are its names untranslated:
# https://developer.matomo.org/api-reference/reporting-api.
ADDRESSES = (
    "url", "metadata: url", "metadata_url", "page url", "page location", "page path + query string",
    "page path and screen class", "page path", "landing page + query string", "landing page", "label",
)  # fmt: skip
COUNTS = ("views", "pageviews", "page views", "nb_hits", "unique pageviews", "nb_visits")

# "1,234", "1 234" (with any kind of space) and "1234".
_NUMBER = re.compile(r"\d{1,3}(?:[,  \u2009]\d{3})+|\d+")
# An address or a path. What is neither names no page: a total, "Others", "(not set)", a folder of Matomo's.
_HOST = re.compile(r"[\w-]+(\.[\w-]+)+(:\d+)?(/|$)")  # "www.example.org/bins", as some exports have it
_PAGE = re.compile(rf"/|https?://|{_HOST.pattern}", re.IGNORECASE)


@dataclass(frozen=True, kw_only=True)
class Export:
    """A file of page views as it was read."""

    source: str  # the file's name
    measure: str  # the column's name, as the file has it
    pages: tuple[tuple[str, int], ...]  # an address or path, and its views
    rows: int
    left_out: int


def load(file: Path) -> Export:
    """Raises `ConfigError`, which names the file and each line that cannot be read."""
    try:
        return _read(file, _text(file))
    except csv.Error as error:
        raise ConfigError(f"{file}: is no table of rows and columns ({error}). Export it again.") from error


def _read(file: Path, text: str) -> Export:
    header, rows = _table(file, text)
    names = [name.strip().lower() for name in header]
    addresses = [names.index(name) for name in ADDRESSES if name in names]
    count = next(names.index(name) for name in COUNTS if name in names)
    measure = header[count].strip()
    pages, faults, total = [], [], 0
    for line, row in rows:
        total += 1
        cells = [cell.strip() for cell in row] + [""] * (len(header) - len(row))
        page = next((cells[at] for at in addresses if _PAGE.match(cells[at])), "")
        if not page:
            continue
        if any(cells[len(header) :]):
            faults.append(f"line {line}: has more cells than there are columns; put “1,234” in quotes")
        elif _NUMBER.fullmatch(cells[count]):
            pages.append((page, int(re.sub(r"\D", "", cells[count]))))
        else:
            faults.append(f"line {line}, column {measure}: {cells[count][:40]!r} is no whole number")
    if faults:
        more = f"\n  - and {len(faults) - FAULTS:,} more" if len(faults) > FAULTS else ""
        listed = "".join(f"\n  - {fault}" for fault in faults[:FAULTS])
        raise ConfigError(
            f"{file}: the views of {len(faults):,} of {total:,} rows cannot be read. Export it again, or "
            f"mend these:{listed}{more}"
        )
    if not pages:
        raise ConfigError(f"{file}: has a column of page views, and no page below it. Export it again.")
    return Export(
        source=file.name, measure=measure, pages=tuple(pages), rows=total, left_out=total - len(pages)
    )


def of_report(export: Export, report: Report) -> Views:
    """Views of the report's audited pages. Rows of one page are added up; a path is on the first start URL's
    host.

    An address is looked for with and without `www.`, a slash at its end and http for https: products of
    analytics write them as they please.
    """
    addresses = _addresses(report.site)
    home = report.site.urls[0]
    counts: dict[str, int] = {}
    for page, count in export.pages:
        if key := _key(addresses, f"https://{page}" if _HOST.match(page) else urljoin(home, page)):
            counts[key] = counts.get(key, 0) + count
    found = {}
    for visit in report.visits():
        if visit.outcome is UrlOutcome.AUDITED and (key := _key(addresses, visit.url)) in counts:
            found[visit.url] = counts[key]
    return Views(
        source=export.source,
        measure=export.measure,
        pages=found,
        rows=export.rows,
        left_out=export.left_out,
    )


def _addresses(site: Site) -> Addresses:
    return Addresses(strip=site.strip_params, keep=site.keep_params)


def _key(addresses: Addresses, url: str) -> str:
    identity = addresses.identity(url) or ""
    return re.sub(r"^https?://(www\.)?", "", identity).rstrip("/")


def _text(file: Path) -> str:
    """Matomo's "TSV (Excel)" is in UTF-16."""
    try:
        with file.open("rb") as opened:
            content = bounded(opened, str(file), URL_LIST_BYTES)
    except FileNotFoundError:
        raise ConfigError(f"{file}: there is no such file, which `views` names in sites.toml.") from None
    except OSError as error:
        raise ConfigError(f"{file}: cannot be read ({error}).") from error
    try:
        return sheets.text(content)
    except ValueError as error:
        raise ConfigError(f"{file}: cannot be read: {error}, or export it again.") from error


def _table(file: Path, text: str) -> tuple[list[str], Iterator[tuple[int, list[str]]]]:
    """The header, and the rows below it with their lines. Lines of comment, with # first, stand around it."""
    lines = re.split("\r\n|\r|\n", text)
    for at, line in enumerate(lines):
        if not line.strip() or line.startswith("#"):
            continue
        cells = next(csv.reader([line], delimiter=sheets.delimiter(line)))
        names = {cell.strip().lower() for cell in cells}
        if names & set(ADDRESSES) and names & set(COUNTS):
            return cells, _rows(lines, at + 1, sheets.delimiter(line))
    raise ConfigError(
        f"{file}: no line of it names a column of addresses and one of views. Give it `url,views`, or "
        "export from Matomo (Behaviour > Pages) or Google Analytics 4 (Pages and screens) in English."
    )


def _rows(lines: Sequence[str], first: int, delimiter: str) -> Iterator[tuple[int, list[str]]]:
    """Up to the next line of comment: what comes behind one is another table."""
    last = next((n for n, line in enumerate(lines) if n >= first and line.startswith("#")), len(lines))
    read = csv.reader(io.StringIO("\n".join(lines[first:last]), newline=""), delimiter=delimiter)
    for row in read:
        if any(cell.strip() for cell in row):
            yield first + read.line_num, row
