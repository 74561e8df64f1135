"""Documents of a run: entered from its ledger, chosen, settled one by one, read back."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any, TypeVar

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert  # SQLite says ON CONFLICT in the same words

from auditor.models import DocumentState, Finding, RuleResult, RunState, UrlOutcome
from auditor.store import schema as t
from auditor.store.database import Database, streamed
from auditor.store.rows import clean, finding_row, new_id, packed, result_row

T = TypeVar("T")

DOCUMENT = "document"  # the state of what results and findings of a document hang on, in place of a page's
BATCH = 500
RESULTS = ("rule", "outcome", "places", "error")
FINDINGS = tuple(column.name for column in t.finding.c if column.name not in ("id", "run_id", "snapshot_id"))


@dataclass(frozen=True, kw_only=True)
class LedgerEntry:
    """An address that may be a document's, as the crawl left it."""

    url: str
    outcome: UrlOutcome
    reason: str
    content_type: str


@dataclass(frozen=True, kw_only=True)
class KnownDocument:
    """A document of a run, as far as who fetches it must know."""

    id: int
    url: str
    identity: str
    links: int
    said_type: str = ""
    modified: float | None = None
    etag: str = ""
    sha256: str = ""


class DocumentsOfRuns(Database):
    """The documents of all runs."""

    def inventory(
        self, run_id: int, state_of: Callable[[LedgerEntry], tuple[DocumentState, str] | None]
    ) -> None:
        """Enter the documents of the ledger, each once; `state_of` tells a state and a reason, or None."""
        u, v, page = t.url.c, t.visit.c, t.url.alias()
        query = (
            sa.select(u.id, u.url, u.outcome, u.reason, v.content_type)
            .select_from(t.url.outerjoin(t.visit, v.url_id == u.id))
            .where(u.run_id == run_id, u.outcome.in_((UrlOutcome.NOT_HTML, UrlOutcome.OUT_OF_SCOPE)))
            .order_by(u.id)
            .limit(BATCH)
        )
        last = 0
        while True:
            with self._write(run_id) as c:
                rows = c.execute(query.where(u.id > last)).all()
                if not rows:
                    break
                last = rows[-1].id
                found = []
                for row in rows:
                    said = row.content_type or ""
                    entry = LedgerEntry(
                        url=row.url, outcome=UrlOutcome(row.outcome), reason=row.reason, content_type=said
                    )
                    if told := state_of(entry):
                        state, reason = told
                        found.append(
                            {
                                "url_id": row.id,
                                "run_id": run_id,
                                "state": state,
                                "reason": clean(reason),
                                "said_type": said,
                            }
                        )
                if found:
                    c.execute(insert(t.document).on_conflict_do_nothing(), found)
        d, link = t.document.c, t.document_link.c
        with self._write(run_id) as c:
            first = (  # where the address itself did not tell, the page that it was first met on
                sa.select(d.url_id, page.c.id, d.run_id)
                .join_from(t.document, t.url, u.id == d.url_id)
                .join(page, sa.and_(page.c.run_id == run_id, page.c.identity == u.found_on))
                .where(d.run_id == run_id, page.c.outcome == UrlOutcome.AUDITED)
            )
            columns = ["document_id", "page_id", "run_id"]
            c.execute(insert(t.document_link).from_select(columns, first).on_conflict_do_nothing())
            count = sa.select(sa.func.count()).where(link.document_id == d.url_id).scalar_subquery()
            c.execute(t.document.update().where(d.run_id == run_id).values(links=count))

    def listed(self, run_id: int) -> Iterator[KnownDocument]:
        """Documents that may be chosen, the most linked first."""
        d = t.document.c
        query = (
            _known()
            .where(d.run_id == run_id, d.state == DocumentState.LISTED, d.reason == "", d.rank.is_(None))
            .order_by(d.links.desc(), d.url_id)
        )
        with self.reading() as c:
            for row in streamed(c, query):
                yield _document(row)

    def chosen(self, run_id: int) -> int:
        """How many documents have a rank."""
        d = t.document.c
        query = sa.select(sa.func.count()).where(d.run_id == run_id, d.rank.is_not(None))
        with self.reading() as c:
            return int(c.execute(query).scalar_one())

    def choose(self, run_id: int, chosen: Iterable[tuple[int, Sequence[str]]]) -> None:
        """Give documents their ranks, with the reasons in words."""
        d = t.document
        query = d.update().where(d.c.url_id == sa.bindparam("its_id")).values(rank=sa.bindparam("its_rank"))
        ranked = (
            {"its_id": its_id, "its_rank": rank, "its_why": list(why)}
            for rank, (its_id, why) in enumerate(chosen, start=1)
        )
        with self._write(run_id) as c:
            for some in _batches(ranked):
                c.execute(query.values(why=sa.bindparam("its_why")), some)

    def next_document(self, run_id: int) -> KnownDocument | None:
        """The next document to fetch, and whether it was chosen; None where nothing is left to do."""
        d = t.document.c
        query = _known().where(d.run_id == run_id, d.state == DocumentState.LISTED, d.rank.is_not(None))
        with self.reading() as c:
            row = c.execute(query.order_by(d.rank).limit(1)).one_or_none()
        return _document(row) if row else None

    def settle_documents(self, run_id: int, state: DocumentState, reason: str) -> int:
        """Settle every chosen document that is still to do; returns how many."""
        d = t.document.c
        todo = [d.run_id == run_id, d.state == DocumentState.LISTED, d.rank.is_not(None)]
        with self._write(run_id) as c:
            return c.execute(
                t.document.update().where(*todo).values(state=state, reason=clean(reason))
            ).rowcount

    def record_document(
        self,
        run_id: int,
        id: int,
        state: DocumentState,
        *,
        reason: str = "",
        facts: Mapping[str, Any] | None = None,
        results: Sequence[RuleResult] = (),
        findings: Sequence[Finding] = (),
        **known: Any,
    ) -> None:
        """Settle one document with all that came of it. `known`: columns that were learnt."""
        values = {key: clean(value) if isinstance(value, str) else value for key, value in known.items()}
        with self._write(run_id) as c:
            c.execute(
                t.document.update()
                .where(t.document.c.url_id == id)
                .values(state=state, reason=clean(reason), facts=packed(facts or {}), **values)
            )
            if not results:
                return
            ids = {"run_id": run_id, "snapshot_id": self._shown(c, run_id, id)}
            c.execute(t.rule_result.insert(), [{**result_row(r), **ids} for r in results])
            if findings:
                c.execute(t.finding.insert(), [{**finding_row(f), **ids} for f in findings])

    def learn_document(self, id: int, **known: Any) -> None:
        """Keep what was learnt of a document that is not settled by it."""
        with self._write(None) as c:
            c.execute(t.document.update().where(t.document.c.url_id == id).values(**known))

    def carry_over(self, run_id: int, id: int, old: KnownDocument, reason: str) -> None:
        """Settle a document as unchanged, with what an audit before said of it."""
        d, columns = t.document.c, ("kind", "said_type", "size", "modified", "etag", "sha256", "facts")
        was = sa.select(t.snapshot.c.id).where(t.snapshot.c.url_id == old.id, t.snapshot.c.state == DOCUMENT)
        with self._write(run_id) as c:
            kept = c.execute(sa.select(*(d[name] for name in columns)).where(d.url_id == old.id)).one()
            c.execute(
                t.document.update()
                .where(d.url_id == id)
                .values(state=DocumentState.UNCHANGED, reason=clean(reason), **kept._mapping)
            )
            new = self._shown(c, run_id, id)
            for table, names in ((t.rule_result, RESULTS), (t.finding, FINDINGS)):
                rows = sa.select(
                    sa.literal(run_id), sa.literal(new), *(table.c[name] for name in names)
                ).where(table.c.snapshot_id.in_(was))
                c.execute(table.insert().from_select(["run_id", "snapshot_id", *names], rows))

    def _shown(self, c: sa.Connection, run_id: int, id: int) -> int:
        """What results and findings of a document hang on."""
        empty = {"state": DOCUMENT, "lang": "", "features": {}}
        return new_id(c.execute(t.snapshot.insert().values(run_id=run_id, url_id=id, **empty)))

    def judged_before(self, run_id: int, identity: str, rules: str) -> KnownDocument | None:
        """What the site's last finished audit by the same document rules has results of; else None."""
        d, r, this = t.document.c, t.run.c, t.run.alias()
        site = sa.select(this.c.site).where(this.c.id == run_id).scalar_subquery()
        last = (
            sa.select(sa.func.max(r.id))
            .where(r.site == site, r.id < run_id, r.state == RunState.DONE)
            .where(r.versions["document_rules_sha256"].as_string() == rules)
            .scalar_subquery()
        )
        query = _known().where(
            d.run_id == last,
            t.url.c.identity == identity,
            d.state.in_([state for state in DocumentState if state.has_results]),
        )
        with self.reading() as c:
            row = c.execute(query).one_or_none()
        return _document(row) if row else None


def link_documents(c: sa.Connection, run_id: int, page_id: int, texts: Mapping[str, str]) -> None:
    """A page links to these identities, with these texts."""
    for some in _batches(texts):
        query = sa.select(t.url.c.id, t.url.c.identity).where(
            t.url.c.run_id == run_id, t.url.c.identity.in_([clean(each) for each in some])
        )
        rows = [
            {
                "document_id": row.id,
                "page_id": page_id,
                "run_id": run_id,
                "text": clean(texts[row.identity]),
            }
            for row in c.execute(query)
            if row.id != page_id and row.identity in texts
        ]
        if rows:
            c.execute(insert(t.document_link).on_conflict_do_nothing(), rows)


def _batches(all_of: Iterable[T]) -> Iterator[list[T]]:
    left = iter(all_of)
    while some := list(islice(left, BATCH)):
        yield some


def _known() -> sa.Select[Any]:
    d, u = t.document.c, t.url.c
    columns = d.url_id, d.links, d.said_type, d.modified, d.etag, d.sha256, u.url, u.identity
    return sa.select(*columns).join(t.url, u.id == d.url_id)


def _document(row: Any) -> KnownDocument:
    return KnownDocument(
        id=row.url_id,
        url=row.url,
        identity=row.identity,
        links=row.links,
        said_type=row.said_type,
        modified=row.modified,
        etag=row.etag,
        sha256=row.sha256,
    )
