"""What the HTML report says of its own accessibility: the guided checklist, answered for itself."""

from __future__ import annotations

import tomllib
from collections import Counter
from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from typing import Any

from auditor import wcag
from auditor.formats._book import Book, Page
from auditor.wcag import Criterion

STANDARD = "wcag22aa"  # what the report is examined against, whatever the site is
RESULTS = {
    "failed": "Not met in full",
    "untested": "Not tested yet",
    "passed": "No failure found",
    "inapplicable": "Nothing of the kind in a report",
}


@cache
def examined() -> dict[str, Any]:
    """`data/report-accessibility.toml`."""
    return tomllib.loads((files("auditor") / "data" / "report-accessibility.toml").read_text("utf-8"))


def answers() -> list[tuple[Criterion, str, str]]:
    """Each criterion with its result, a key of `RESULTS`, and how it was examined."""
    given = {each["criterion"]: each for each in examined().get("answer", ())}
    found = []
    for criterion in wcag.in_standard(STANDARD):
        answer = given.get(criterion.num, {"result": "untested", "how": ""})
        found.append((criterion, answer["result"], answer["how"]))
    return found


def accessibility(book: Book) -> Iterator[Page]:
    """`accessibility.html`."""
    told = answers()
    yield book.page(
        "accessibility.html",
        "accessibility",
        examined=examined(),
        answers=told,
        results=RESULTS,
        counted=Counter(result for _, result, _ in told),
        failed=[(criterion, how) for criterion, result, how in told if result == "failed"],
    )
