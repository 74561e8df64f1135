"""The documents of a run: found in its ledger, chosen, fetched at the hosts' pace, judged apart, kept.

What is done stands in the store, one document after another: a run that was cut off goes on with the rest.
"""

from __future__ import annotations

import hashlib
import tempfile
import time
from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime
from itertools import islice
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import urlsplit

from auditor.crawl.scope import Scope, document_kind
from auditor.documents.apart import Judged, Unread
from auditor.documents.ranking import Candidate, sample
from auditor.documents.words import UNJUDGED, UNJUDGED_ENDINGS, said
from auditor.evidence.document import DocumentKind
from auditor.limits import (
    FILE_BYTES,
    FILE_SECONDS,
    FILES_BYTES,
    FILES_SECONDS,
    MB,
    PEEK_BYTES,
    PEEKS,
    limit_reason,
)
from auditor.models import OTHER_HOST, DocumentState, Site, UrlOutcome
from auditor.net.hosts import origin
from auditor.net.http import Fetched
from auditor.pace import Pace
from auditor.store import KnownDocument, LedgerEntry

GONE = (404, 410)
NOT_JUDGED = "Files of this kind are listed and not judged."
SAME = "It is as it was when it was last judged, by the same rules; the results are carried over."


class Judging(Protocol):
    """Opens and judges a file; whatever is wrong with that is told."""

    async def judge(self, file: Path, url: str, content_type: str) -> Judged | Unread: ...


class Fetching:
    """The documents of one run."""

    def __init__(
        self,
        site: Site,
        pace: Pace,
        *,
        rules: str,
        stopped: Callable[[], bool],
        time_is_up: Callable[[], bool],
        began: Callable[[str], Awaitable[None]],
    ) -> None:
        """`rules`: a hash of all that decides what is said of a document. `began(url)`: its turn has come."""
        self.site = site
        self.pace = pace
        self.store = pace.store
        self.rules = rules
        self._stopped = stopped
        self._time_is_up = time_is_up
        self._began = began
        self._scope = Scope(site)
        self._bytes = 0
        self._ends = time.monotonic() + FILES_SECONDS

    async def list(self) -> bool:
        """Enter the documents in the store, and choose; whether there is anything to fetch."""
        run_id = self.pace.run_id
        await self.pace.call(self.store.inventory, run_id, self._state)
        if self.site.documents == "list":
            return False
        if not await self.pace.call(self.store.chosen, run_id):
            await self.pace.call(self._choose, run_id)
        return await self.pace.call(self.store.next_document, run_id) is not None

    def _state(self, entry: LedgerEntry) -> tuple[DocumentState, str] | None:
        kind = said(entry.content_type) or document_kind(entry.url)
        if kind is None:
            return None
        if entry.outcome is UrlOutcome.OUT_OF_SCOPE:
            if entry.reason != OTHER_HOST:
                return DocumentState.LISTED, entry.reason
            if _origin(entry.url) not in self.site.internal_origins:
                return DocumentState.OTHER_HOST, ""
        path = urlsplit(entry.url).path.lower()
        if kind in UNJUDGED or (path.endswith(UNJUDGED_ENDINGS) and not said(entry.content_type)):
            return DocumentState.LISTED, NOT_JUDGED
        return DocumentState.LISTED, ""

    def _choose(self, run_id: int) -> None:
        if self.site.documents == "all":
            ids = [each.id for each in self.store.listed(run_id)]
            self.store.choose(run_id, ((each, ("all documents are judged",)) for each in ids))
            return
        candidates = (
            Candidate(
                id=each.id,
                url=each.url,
                kind=said(each.said_type) or document_kind(each.url) or "",
                links=each.links,
            )
            for each in self.store.listed(run_id)
        )
        self.store.choose(run_id, sample(candidates, self.site.max_documents))

    async def judge(self, apart: Judging) -> None:
        """Fetch and judge what was chosen, then ask for the first bytes of some more. Raises `Halted`."""
        run_id = self.pace.run_id
        while not self._stopped():
            if limit := self._limit():
                await self.pace.call(self.store.settle_documents, run_id, DocumentState.NOT_FETCHED, limit)
                return
            document = await self.pace.call(self.store.next_document, run_id)
            if document is None:
                break
            await self._began(document.url)
            await self._one(document, apart)
        if self.site.documents == "sample" and not self._stopped():
            await self._peek()

    def _limit(self) -> str | None:
        if self._time_is_up():
            return limit_reason(
                "max_minutes", self.site.max_minutes, "The audit had all the time it may have"
            )
        if time.monotonic() >= self._ends:
            return limit_reason(
                "files_seconds", FILES_SECONDS, "The documents had all the time they may have"
            )
        if self._bytes >= FILES_BYTES:
            return limit_reason("files_bytes", FILES_BYTES, "The documents had all the bytes they may have")
        return None

    async def _one(self, document: KnownDocument, apart: Judging) -> None:
        if left := self.pace.discover.left.get(urlsplit(document.url).netloc):
            await self._settle(document, DocumentState.NOT_FETCHED, left[1])
            return
        before = await self.pace.call(
            self.store.judged_before, self.pace.run_id, document.identity, self.rules
        )
        with tempfile.TemporaryDirectory(prefix="auditor-document-") as folder:
            file = Path(folder) / "document"
            answer, sha256 = await self._fetch(document, before, file)
            if before and (answer.status == 304 or (_is_whole(answer) and sha256 == before.sha256)):
                await self.pace.call(self.store.carry_over, self.pace.run_id, document.id, before, SAME)
                return
            if why_not := _why_not(answer):
                await self._settle(document, *why_not)
                return
            known = _headers(answer) | {"size": file.stat().st_size, "sha256": sha256}
            told = await apart.judge(file, document.url, known["said_type"])
            if isinstance(told, Unread):
                known["kind"] = told.kind or ""
                await self._settle(document, DocumentState.UNREADABLE, told.reason, **known)
                return
            await self.pace.call(
                self.store.record_document,
                self.pace.run_id,
                document.id,
                DocumentState.JUDGED,
                kind=told.kind,
                facts=_facts(told),
                results=told.results,
                findings=told.findings,
                **known,
            )

    async def _fetch(
        self, document: KnownDocument, before: KnownDocument | None, file: Path
    ) -> tuple[Fetched, str]:
        """Into `file`, never held whole; with the hash of what came."""
        digest = hashlib.sha256()
        with file.open("wb") as opened:

            async def keep(piece: bytes) -> bool:
                opened.write(piece)
                digest.update(piece)
                self._bytes += len(piece)
                return True

            answer = await self.pace.fetch(
                document.url, FILE_BYTES, keep, headers=_conditions(before), seconds=FILE_SECONDS
            )
        return answer, digest.hexdigest()

    async def _settle(self, document: KnownDocument, state: DocumentState, reason: str, **known: Any) -> None:
        await self.pace.call(
            self.store.record_document, self.pace.run_id, document.id, state, reason=reason, **known
        )

    async def _peek(self) -> None:
        """Ask for the first bytes of the next documents, to know by their content what they are."""
        run_id = self.pace.run_id

        def some() -> list[KnownDocument]:
            return list(islice((each for each in self.store.listed(run_id) if not each.said_type), PEEKS))

        for document in await self.pace.call(some):
            if self._stopped() or self._limit():
                return
            if urlsplit(document.url).netloc in self.pace.discover.left:
                continue
            head = {"Range": f"bytes=0-{PEEK_BYTES - 1}"}
            answer = await self.pace.fetch(document.url, PEEK_BYTES, headers=head)
            if answer.status in GONE:
                await self._settle(document, *_gone(answer))
            elif answer.status in (200, 206) and not answer.error:
                known = _headers(answer) | {"size": _size(answer)}
                if b"%PDF-" in answer.body:  # no other kind is told by its first bytes alone
                    known["kind"] = DocumentKind.PDF
                await self.pace.call(
                    lambda id=document.id, known=known: self.store.learn_document(id, **known)
                )


def _conditions(before: KnownDocument | None) -> Mapping[str, str]:
    if before is None:
        return {}
    if before.etag:
        return {"If-None-Match": before.etag}
    if before.modified:
        return {
            "If-Modified-Since": format_datetime(datetime.fromtimestamp(before.modified, UTC), usegmt=True)
        }
    return {}


def _is_whole(answer: Fetched) -> bool:
    return answer.status == 200 and not answer.error and not answer.truncated


def _why_not(answer: Fetched) -> tuple[DocumentState, str] | None:
    if answer.error:
        return DocumentState.NOT_FETCHED, f"It could not be fetched: {answer.error}."
    if answer.status in GONE:
        return _gone(answer)
    if answer.truncated:
        return (
            DocumentState.TOO_LARGE,
            f"It is larger than {FILE_BYTES // MB} MB, which is all that is fetched.",
        )
    if not _is_whole(answer):
        return DocumentState.NOT_FETCHED, f"The server answered with status {answer.status}."
    return None


def _gone(answer: Fetched) -> tuple[DocumentState, str]:
    return (
        DocumentState.GONE,
        f"The server says that it is not there (status {answer.status}): a broken link.",
    )


def _facts(judged: Judged) -> dict[str, Any]:
    """What the inventory keeps of what was read in a document, as JSON can say it."""
    told = {key: value for key, value in vars(judged).items() if key not in ("kind", "results", "findings")}
    return {
        key: value.isoformat() if isinstance(value, datetime) else value
        for key, value in told.items()
        if value not in (None, "", ())
    }


def _headers(answer: Fetched) -> dict[str, Any]:
    return {
        "said_type": answer.content_type[:200],
        "etag": _etag(answer.headers.get("etag", "")),
        "modified": _moment(answer.headers.get("last-modified")),
    }


def _etag(told: str) -> str:
    """As it may go back in a request: printable, and short enough to be kept."""
    return told if len(told) <= 300 and told.isascii() and told.isprintable() else ""


def _moment(told: str | None) -> float | None:
    try:
        return parsedate_to_datetime(told).timestamp() if told else None
    except (ValueError, OverflowError, TypeError):
        return None


def _size(answer: Fetched) -> int | None:
    total = answer.headers.get("content-range", "").rpartition("/")[2]
    if answer.status == 200:
        total = answer.headers.get("content-length", "")
    return int(total) if total.isdecimal() and len(total) < 16 else None


def _origin(url: str) -> str:
    try:
        return origin(url)
    except ValueError:
        return ""
