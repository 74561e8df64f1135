"""Our rules beside veraPDF's: `python -m bench.verapdf FOLDER...`, where the command `verapdf` is installed.

For each check that both make: in how many PDFs below the folders both find a fault, we alone, veraPDF alone,
neither; and the files that the two judge differently.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

from auditor.checks.document_rules import judge_document
from auditor.checks.folders import find
from auditor.checks.page_rules import PythonRule
from auditor.documents import Unreadable, verapdf
from auditor.documents.opening import opened
from auditor.evidence.document import Document
from auditor.resources import folder

AT_ONCE = 25
Found = Callable[[Document, list[str]], bool]


def told(start: str, _: Document, messages: list[str]) -> bool:
    return any(each.startswith(start) for each in messages)


# What we find by our rules, or by the fact that they judge by; what veraPDF does, by its clauses and tests.
SHARED: dict[str, tuple[Found, frozenset[str]]] = {
    "tagged": (partial(told, "document-tags:"), frozenset({"6.2-1", "7.1-11"})),
    "has a title": (lambda d, _: not d.title, frozenset({"7.1-8", "7.1-9"})),
    "title shown": (lambda d, _: not d.shows_title, frozenset({"7.1-10"})),
    "has a language": (lambda d, _: not d.language, frozenset({"7.2-34"})),
    "language exists": (
        partial(told, "document-language: What it gives"),
        frozenset({"7.2-29"}),
    ),
    "figures": (partial(told, "document-pictures: Pictures without"), frozenset({"7.3-1"})),
    "heading levels": (partial(told, "document-headings: Headings that skip"), frozenset({"7.4.2-1"})),
    "table headers": (partial(told, "document-tables:"), frozenset({"7.5-1", "7.5-2"})),
    "links": (partial(told, "document-links: Links without"), frozenset({"7.18.5-2"})),
    "fields": (lambda d, _: any(not each.label for each in d.fields), frozenset({"7.18.1-3"})),
    "tab order": (partial(told, "document-tab-order:"), frozenset({"7.18.3-1"})),
    "protection": (partial(told, "document-permissions:"), frozenset({"7.16-1"})),
    "dynamic form": (partial(told, "document-dynamic-form:"), frozenset({"7.15-1"})),
    "claims PDF/UA": (lambda d, _: not d.claims_pdf_ua, frozenset({"5-1", "7.1-8"})),
}


def theirs(files: list[Path]) -> Iterator[tuple[Path, set[str]]]:
    """What veraPDF says of each file that it can read: "7.1-10", its clause and test."""
    for at in range(0, len(files), AT_ONCE):
        answer = subprocess.run(
            [verapdf.COMMAND, "--flavour", "ua1", *verapdf.OPTIONS, *map(str, files[at : at + AT_ONCE])],
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            check=False,
        )
        for job in json.loads(answer.stdout)["report"]["jobs"]:
            if job.get("validationResult"):
                yield Path(job["itemDetails"]["name"]), {name(each) for each in verapdf.failed(job)}


def name(summary: dict[str, Any]) -> str:
    return f"{summary['clause']}-{summary['testNumber']}"


def main(places: list[Path]) -> None:
    own = {key: each for key, each in find([folder("rules")]).items() if each.judge == "document"}
    rules = [PythonRule.of(each) for each in own.values()]
    files = sorted({each.resolve() for place in places for each in place.rglob("*.pdf")})
    counts = {check: {"both": 0, "only ours": 0, "only theirs": 0, "neither": 0} for check in SHARED}
    read = tagged = 0
    for file, clauses in theirs(files):
        try:
            document = opened(file, f"https://council.example/{file.name}", "application/pdf")
        except Unreadable as error:
            print(f"we do not read {file}: {error}")
            continue
        read += 1
        tagged += bool(document.tagged)
        _, findings = judge_document(rules, document, {key: each.rule for key, each in own.items()})
        messages = [f"{each.rule}: {each.message}" for each in findings]
        for check, (found, wanted) in SHARED.items():
            ours, vera = found(document, messages), bool(clauses & wanted)
            verdict = (
                "both" if ours and vera else "only ours" if ours else "only theirs" if vera else "neither"
            )
            counts[check][verdict] += 1
            if ours != vera:
                print(f"{verdict}: {check}: {file}")
    print(f"{len(files)} PDFs, {read} read by both, {tagged} of them tagged")
    for check, by in counts.items():
        print(f"{check:<16}" + "".join(f"  {verdict} {count:>4}" for verdict, count in by.items()))


if __name__ == "__main__":
    main([Path(each) for each in sys.argv[1:]])
