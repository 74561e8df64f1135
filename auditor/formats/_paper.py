"""The report as one document to print: what a browser makes a PDF of. Not all of it: an officer's paper."""

from __future__ import annotations

import base64
import hashlib

from markupsafe import Markup

from auditor.formats import _figures, _words
from auditor.formats._book import Book, Entry
from auditor.formats._safe import visible
from auditor.formats._template import CODE, environment
from auditor.models import Report
from auditor.resources import folder

ISSUES = 100  # confirmed problems in full; the others are counted
SHORT = 100  # questions and pieces of advice, a line each


def paper(report: Report) -> str:
    """The document in HTML; what it leaves out it counts."""
    book = Book(report)
    style = (folder("templates") / "paper.css").read_text(encoding="utf-8")
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    return (
        environment()
        .get_template("paper.html.j2")
        .render(
            **book.shared,
            style=Markup(style),  # noqa: S704 - a file of ours, and <style> knows no entities
            policy=f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'",
            root="",
            state=_figures.state(report, book.figures),
            caution=_figures.CAUTION,
            shown=[(entry, _example(entry)) for entry in book.problems[:ISSUES]],
            more=max(0, len(book.problems) - ISSUES),
            short=SHORT,
            counts=[
                ("Confirmed problems", len(book.problems), book.figures.failure_pages),
                ("Questions for a person", len(book.person), book.figures.person_pages),
                ("Pieces of advice", len(book.advice), book.figures.advice_pages),
            ],
            changed=_words.changes(report.comparison) if report.comparison else "",
            comparison=report.comparison,
            results=_figures.criteria(report),
            rules_ran=len(report.rules),
            versions=sorted(report.run.versions.items()),
            settings=[(key.replace("_", " "), _figures.setting(v)) for key, v in _figures.settings(report)],
            took=_words.duration(report.run),
        )
    )


def _example(entry: Entry) -> tuple[str, str, str]:
    """Address, element and code of one place."""
    example = next(iter(entry.issue.examples), None)
    if example is None:
        return "", "", ""
    return example.url, visible(example.selector, 200), visible(example.excerpt, CODE, lines=True)
