"""Open and judge one file. A STAND-IN until the reader of documents is merged: it tells the kind."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Self

from auditor.documents import Unreadable
from auditor.documents.kinds import kind_of
from auditor.evidence import Place
from auditor.evidence.document import Document, DocumentKind
from auditor.models import Component, Finding, RuleResult


@dataclass(frozen=True, kw_only=True)
class Judged:
    kind: DocumentKind
    title: str | None = None
    language: str | None = None
    pages: int | None = None
    producer: str = ""
    created: datetime | None = None
    modified: datetime | None = None
    tagged: bool | None = None
    words: int | None = None
    scanned_pages: int = 0
    left_out: tuple[str, ...] = ()
    results: tuple[RuleResult, ...] = ()
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Unread:
    reason: str
    kind: DocumentKind | None = None


class Apart:
    def __init__(self, judge: Callable[[Document], tuple[list[RuleResult], list[Finding]]]) -> None:
        self._judge = judge

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        return None

    async def judge(self, file: Path, url: str, content_type: str) -> Judged | Unread:
        try:
            kind = kind_of(file)
        except Unreadable as error:
            return Unread(reason=str(error))
        if not kind.is_judged:
            return Unread(reason="Files of this kind are listed and not judged.", kind=kind)
        component = Component(landmarks=(), path=(), shape=f"{kind} document", target="", text="")
        place = Place(selector="", excerpt="", component=component)
        document = Document(url=url, content_type=content_type, file=file, place=place, kind=kind)
        results, findings = await asyncio.to_thread(self._judge, document)
        return Judged(kind=kind, results=tuple(results), findings=tuple(findings))
