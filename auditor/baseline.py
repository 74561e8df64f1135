"""The baseline: what was known of a site when a team last looked, as a text file for its repository.

Sorted, one thing a line, so that version control can merge it. Only confirmed failures stand in it.
"""

from __future__ import annotations

import tomllib
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import tomli_w
from pydantic import BaseModel, ConfigDict, ValidationError

from auditor.errors import UsageError
from auditor.formats._safe import storable
from auditor.known import known
from auditor.models import Component, Impact, Known, KnownIssue, Outcome

FILE = Path("auditor-baseline.toml")
HEAD = """\
# What an audit found and the gate lets pass: `auditor baseline show` tells it, `update` writes it anew.
"""


class _Issue(BaseModel):
    model_config = ConfigDict(extra="forbid")

    id: str
    rule: str
    impact: Impact | None = None
    title: str
    said: str
    landmarks: tuple[str, ...] | None = None  # None: the component is not known
    path: tuple[str, ...] = ()
    shape: str = ""
    target: str = ""
    text: str = ""
    written: bool = False
    pages: tuple[str, ...]


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid")

    format: int
    site: str
    written: datetime
    complete: bool
    rules: dict[str, str]
    driven_rules: list[str]
    pages: list[str]  # audited
    driven: list[str]  # of them
    document_rules: list[str] = []
    documents: list[str] = []  # judged
    issue: list[_Issue] = []


def read(file: Path) -> Known:
    """Raises `UsageError` where the file cannot be read or is no baseline."""
    try:
        told = _File.model_validate(tomllib.loads(file.read_text(encoding="utf-8")))
    except OSError as error:
        raise UsageError(f"{file} cannot be read ({error}). `auditor baseline write` makes one.") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise UsageError(f"{file} is not valid TOML: {error}. A merge may have left marks in it.") from error
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(map(str, first["loc"]))
        raise UsageError(
            f"{file}, {where}: {first['msg']}. `auditor baseline write` makes a new one."
        ) from error
    if told.format != 1:
        raise UsageError(
            f"{file} has the format {told.format}, and this program knows 1. Use a newer program."
        )
    return known(
        f"{file} of {told.written.day} {told.written:%B %Y}",
        rules=told.rules,
        driven_rules=set(told.driven_rules),
        issues=map(_issue, told.issue),
        audited=set(told.pages),
        driven=set(told.driven),
        document_rules=told.document_rules,
        documents=told.documents,
        complete=told.complete,
        site=told.site,
    )


def text(audit: Known) -> str:
    """The file that `read` reads."""
    issues = sorted((i for i in audit.issues if i.outcome is Outcome.FAILED), key=lambda issue: issue.id)
    driven = set().union(*(audit.judged(rule) for rule in audit.driven_rules))
    told: dict[str, Any] = {
        "format": 1,
        "site": audit.site,
        "written": datetime.now(UTC).replace(microsecond=0),
        "complete": audit.complete,
        "pages": sorted(map(storable, audit.pages)),
        "driven": sorted(map(storable, driven)),
        "driven_rules": sorted(audit.driven_rules),
        "documents": sorted(map(storable, audit.documents)),
        "document_rules": sorted(audit.document_rules),
        "rules": dict(sorted(audit.rules.items())),
        "issue": [_row(issue) for issue in issues],
    }
    return HEAD + tomli_w.dumps(told, multiline_strings=False)


def _issue(row: _Issue) -> KnownIssue:
    component = None
    if row.landmarks is not None:
        component = Component(
            landmarks=row.landmarks, path=row.path, shape=row.shape, target=row.target, text=row.text
        )
    return KnownIssue(
        id=row.id,
        rule=row.rule,
        outcome=Outcome.FAILED,
        impact=row.impact,
        title=row.title,
        said=row.said,
        component=component,
        is_written=row.written,
        pages=row.pages,
    )


def _row(issue: KnownIssue) -> dict[str, Any]:
    row: dict[str, Any] = {"id": issue.id, "rule": issue.rule, "title": issue.title, "said": issue.said}
    if issue.impact:
        row["impact"] = str(issue.impact)
    if issue.component:
        row |= vars(issue.component)
        del row["host"]  # nothing is known again by it
    if issue.is_written:
        row["written"] = True
    row["pages"] = issue.pages
    return {
        key: [*map(storable, value)]
        if isinstance(value, tuple)
        else storable(value)
        if isinstance(value, str)
        else value
        for key, value in row.items()
    }
