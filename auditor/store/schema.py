"""The tables. A change here needs a migration in `migrations/versions/` (CONTRIBUTING.md says how).

Times are seconds since 1970 (UTC) as floats. Enumerations are stored by their word.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    Dialect,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    TypeDecorator,
    UniqueConstraint,
    text,
)

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)


class Short(TypeDecorator[str]):
    """A text of at most so many characters: what is longer is cut, since PostgreSQL refuses it."""

    impl = String
    cache_ok = True

    def __init__(self, length: int) -> None:
        super().__init__(length)
        self._length = length

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        return value if value is None else value[: self._length]


def _run_id() -> Column[int]:
    return Column("run_id", ForeignKey("run.id", ondelete="CASCADE"), nullable=False)


def _url_id() -> Column[int]:
    return Column("url_id", ForeignKey("url.id", ondelete="CASCADE"), nullable=False)


def _where(condition: str) -> dict[str, Any]:
    """An index over some of the rows."""
    return {"sqlite_where": text(condition), "postgresql_where": text(condition)}


run = Table(
    "run",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("site", Short(200), nullable=False, index=True),
    Column("state", Short(20), nullable=False),
    Column("started", Float, nullable=False),
    Column("finished", Float),
    Column("seconds", Float, nullable=False, default=0.0),  # of work, over all resumes
    Column("settings", JSON, nullable=False),
    Column("versions", JSON, nullable=False),
    Column("rules", JSON, nullable=False),  # what the engine says of its rules
    Column("notes", JSON, nullable=False),
    Column("seeded", Boolean, nullable=False, default=False),  # start URLs and sitemaps are in the ledger
    Column("holder", Short(200)),  # the process at work on it: "host:pid"
    Column("heartbeat", Float),
    Column("progress", Float),  # when a URL was last entered or settled: life is not progress
    Column("stopped", Text),  # why the site was left before its end
    Column("refused", JSON, nullable=False, server_default="{}"),  # why -> requests the guard refused
    Column("idle", JSON, nullable=False, server_default="{}"),  # host -> parameters that change nothing
    Column("known", Integer, nullable=False, server_default="0"),  # URLs of its ledger
    Column("settled", Integer, nullable=False, server_default="0"),  # of them; counted as they change
)

# Pace of a host, over all runs of the store.
host = Table(
    "host",
    metadata,
    Column("host", Short(255), primary_key=True),
    Column("next_at", Float, nullable=False, default=0.0),
    Column("held_until", Float),  # a request that is no page is under way, and its run alive
)

# The ledger: every URL known to a run, once.
url = Table(
    "url",
    metadata,
    Column("id", Integer, primary_key=True),
    _run_id(),
    Column("identity", Text, nullable=False),
    Column("url", Text, nullable=False),  # as found; what is requested
    Column("host", Short(255), nullable=False),
    Column("depth", Integer, nullable=False),
    Column("discovery", Short(20), nullable=False),
    Column("found_on", Text),
    Column("outcome", Short(20)),  # null: still to do
    Column("reason", Text, nullable=False, default=""),
    Column("lease", Float),  # until when a worker holds it
    Column("attempts", Integer, nullable=False, default=0),
    Column("chain", Integer, nullable=False, server_default="0"),  # members of its form that led to it
    Column("cost", Integer, nullable=False, server_default="0"),  # place in the queue
    UniqueConstraint("run_id", "identity"),
    Index("ix_url_todo", "run_id", "host", "attempts", "cost", "id", **_where("outcome IS NULL")),
    Index("ix_url_held", "lease", "host", **_where("lease IS NOT NULL")),
    sqlite_autoincrement=True,
)

# Addresses of one form within a run: how endless they look (crawl/traps.py).
form = Table(
    "form",
    metadata,
    Column("run_id", ForeignKey("run.id", ondelete="CASCADE"), primary_key=True),
    Column("form", Short(2100), primary_key=True),
    Column("visited", Integer, nullable=False),
    Column("barren", Integer, nullable=False),
    Column("within", Integer, nullable=False),
    Column("stopped", Text),
)

visit = Table(
    "visit",
    metadata,
    Column("id", Integer, primary_key=True),
    _run_id(),
    Column("url_id", ForeignKey("url.id", ondelete="CASCADE"), nullable=False, unique=True),
    Column("final_url", Text),
    Column("status", Integer),
    Column("content_type", Short(200)),
    Column("title", Text),
    Column("started", Float),
    Column("seconds", Float),
    Column("signature", Short(16)),  # of what was shown; equal for two copies of one page
    Column("sketch", JSON),  # hashes of its words
    Column("unchanged_since", Float),  # when it was audited, where that was taken over from an earlier run
)

# A page that a later run may take over, and of what it was made (auditor/reusing.py).
kept_page = Table(
    "kept_page",
    metadata,
    Column("url_id", ForeignKey("url.id", ondelete="CASCADE"), primary_key=True, autoincrement=False),
    Column("run_id", ForeignKey("run.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("told", LargeBinary, nullable=False),  # packed (rows.py)
)

# What pages of a run were made of, each once, as auditor/unchanged.py has it.
resource = Table(
    "resource",
    metadata,
    Column("run_id", ForeignKey("run.id", ondelete="CASCADE"), primary_key=True),
    Column("key", Short(24), primary_key=True),
    Column("told", JSON, nullable=False),
)

snapshot = Table(
    "snapshot",
    metadata,
    Column("id", Integer, primary_key=True),
    _run_id(),
    _url_id(),
    Column("state", Short(200), nullable=False),
    Column("lang", Short(50), nullable=False),
    Column("driven", JSON(none_as_null=True)),  # kinds of element on it, where it was driven for others too
    Column("features", JSON),  # name -> how many; null: written by a program that did not count
    Column("facts", LargeBinary),  # `Snapshot.facts`, packed (rows.py); null: written by an older program
    Column("journey", Short(100), nullable=False, server_default=text("''")),  # its id; "": met by crawling
    Column("step", Integer, nullable=False, server_default=text("0")),  # of the journey, from 1
    Column("variant", Short(100), nullable=False, server_default=text("''")),  # "dark"; "": as the site is
    UniqueConstraint("url_id", "state"),
)

rule_result = Table(
    "rule_result",
    metadata,
    Column("snapshot_id", ForeignKey("snapshot.id", ondelete="CASCADE"), primary_key=True),
    Column("rule", Short(100), primary_key=True),
    Column("outcome", Short(20), primary_key=True),
    Column("run_id", ForeignKey("run.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("places", Integer, nullable=False),
    Column("error", Text),
    sqlite_with_rowid=False,
)

finding = Table(
    "finding",
    metadata,
    Column("id", Integer, primary_key=True),
    _run_id(),
    Column("snapshot_id", ForeignKey("snapshot.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("rule", Short(100), nullable=False),
    Column("outcome", Short(20), nullable=False),
    Column("kind", Short(20), nullable=False),
    Column("wcag", JSON, nullable=False),
    Column("act", JSON, nullable=False),
    Column("impact", Short(20)),
    Column("frame", JSON, nullable=False),
    Column("selector", Text, nullable=False),
    Column("excerpt", Text, nullable=False),
    Column("message", Text, nullable=False),
    Column("component", JSON(none_as_null=True)),
    Column("issue", Short(150), nullable=False, server_default=text("''")),
    Column("fault", Short(20), nullable=False, server_default=text("''")),
    Index("ix_finding_issue", "run_id", "issue"),
)

untested = Table(
    "untested",
    metadata,
    Column("id", Integer, primary_key=True),
    _run_id(),
    _url_id(),
    Column("what", Short(20), nullable=False),
    Column("where", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Index("ix_untested_url_id", "url_id"),
)

# At most one of each issue of a run.
picture = Table(
    "picture",
    metadata,
    Column("id", Integer, primary_key=True),
    _run_id(),
    Column("issue", Short(150), nullable=False),
    _url_id(),
    Column("taken", Float, nullable=False),
    Column("media_type", Short(50), nullable=False),
    Column("width", Integer, nullable=False),
    Column("height", Integer, nullable=False),
    Column("data", LargeBinary, nullable=False),
    UniqueConstraint("run_id", "issue"),
    Index("ix_picture_url_id", "url_id"),
)

# Parts of a run that have one value each: "statement", "sample", "journeys".
run_part = Table(
    "run_part",
    metadata,
    Column("run_id", ForeignKey("run.id", ondelete="CASCADE"), primary_key=True),
    Column("name", Short(50), primary_key=True),
    Column("value", JSON, nullable=False),
)

# A PDF or office file that pages link to; its address is in the ledger.
document = Table(
    "document",
    metadata,
    Column("url_id", ForeignKey("url.id", ondelete="CASCADE"), primary_key=True, autoincrement=False),
    Column("run_id", ForeignKey("run.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("rank", Integer),  # in the order of fetching, from 1; null: not chosen. Chosen and listed: to do
    Column("why", JSON, nullable=False, server_default="[]"),  # it was chosen, in words
    Column("links", Integer, nullable=False, server_default="0"),  # pages that link to it
    Column("state", Short(20), nullable=False),  # as models.DocumentState
    Column("reason", Text, nullable=False, server_default=text("''")),
    Column("kind", Short(20), nullable=False, server_default=text("''")),  # DocumentKind, by its bytes
    Column("said_type", Short(200), nullable=False, server_default=text("''")),  # the server's word
    Column("size", Integer),  # bytes
    Column("modified", Float),
    Column("etag", Short(300), nullable=False, server_default=text("''")),
    Column("sha256", Short(64), nullable=False, server_default=text("''")),
    Column("facts", LargeBinary),  # what was read in it, packed (rows.py)
)

# Which pages link to a document, once each.
document_link = Table(
    "document_link",
    metadata,
    Column("document_id", ForeignKey("url.id", ondelete="CASCADE"), primary_key=True),
    Column("page_id", ForeignKey("url.id", ondelete="CASCADE"), primary_key=True),
    Column("run_id", ForeignKey("run.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("text", Short(200), nullable=False, server_default=text("''")),
)

# What is kept of a finished audit when its run is dropped.
audit_point = Table(
    "audit_point",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("site", Short(200), nullable=False),
    Column("run", Integer, nullable=False),  # its number; the run may be gone
    Column("started", Float, nullable=False),
    Column("audited", Integer, nullable=False),
    Column("in_scope", Integer, nullable=False),
    Column("complete", Boolean, nullable=False),
    Column("problems", Integer, nullable=False),
    Column("questions", Integer, nullable=False),
    Column("failure_pages", Integer, nullable=False),
    Column("impacts", JSON, nullable=False),  # impact, "" for none -> confirmed problems
    Column("method", JSON, nullable=False),
    Column("versions", JSON, nullable=False),
    Column("sample", Short(16), nullable=False),
    UniqueConstraint("site", "run"),
)

# An issue over all audits of a site, fixed or not.
known_issue = Table(
    "known_issue",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("site", Short(200), nullable=False),
    Column("issue", Short(150), nullable=False),  # its id when it was last seen
    Column("rule", Short(100), nullable=False),
    Column("outcome", Short(20), nullable=False),
    Column("impact", Short(20)),
    Column("title", Text, nullable=False),
    Column("said", Text, nullable=False),
    Column("component", JSON(none_as_null=True)),
    Column("is_written", Boolean, nullable=False),
    Column("last_seen", Float, nullable=False),
    Column("last_run", Integer, nullable=False),
    Column("seen", Integer, nullable=False),  # audits that found it
    Column("periods", JSON, nullable=False),  # [opened, may be older, fixed or null], oldest first
    Column("pages", JSON, nullable=False),
    Column("left", JSON, nullable=False),  # page -> [run that saw it last, first run that did not]
    UniqueConstraint("site", "issue"),
)

# Due times of schedules, the newest of each site (auditor/schedule.py).
due = Table(
    "due",
    metadata,
    Column("site", Short(200), primary_key=True),
    Column("due", Float, primary_key=True),
    Column("schedule", Short(300), nullable=False),
    Column("state", Short(20), nullable=False),  # DueState
    Column("run", Integer),  # its number; the run may be gone
    Column("holder", Short(200), nullable=False),
    Column("begun", Float, nullable=False),
    Column("touched", Float, nullable=False),
)

# Notifications: those to send, and for a while those that were sent (auditor/notify.py).
message = Table(
    "message",
    metadata,
    Column("key", Short(200), primary_key=True),
    Column("to", Short(200), nullable=False),
    Column("site", Short(200), nullable=False),
    Column("subject", Text, nullable=False),
    Column("body", Text, nullable=False),
    Column("made", Float, nullable=False),
    Column("held_until", Float, nullable=False, server_default="0"),  # a process is sending it
    Column("sent", Float),
)

# What was last told of a site, so that nothing is told twice: kind -> what it was about.
told = Table(
    "told",
    metadata,
    Column("site", Short(200), primary_key=True),
    Column("state", JSON, nullable=False),
)

# The newest transaction of each connection to a server: whether it was committed, should its answer be lost.
writer = Table(
    "writer",
    metadata,
    Column("name", Short(20), primary_key=True),
    Column("transaction", Short(20), nullable=False),  # PostgreSQL's xid8
    Column("began", Float, nullable=False),
)
