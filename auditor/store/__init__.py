"""What to remember: the schema and the store; SQLite by default. The only place that knows SQLAlchemy."""

from auditor.store.documents import KnownDocument, LedgerEntry
from auditor.store.queue import ATTEMPTS, HOLD_SECONDS, ClaimedUrl
from auditor.store.read import RunReader
from auditor.store.reuse import KeptPage
from auditor.store.runs import FLEET, settings
from auditor.store.schedules import LastRun, me
from auditor.store.store import Store

__all__ = [
    "ATTEMPTS",
    "FLEET",
    "HOLD_SECONDS",
    "ClaimedUrl",
    "KeptPage",
    "KnownDocument",
    "LastRun",
    "LedgerEntry",
    "RunReader",
    "Store",
    "me",
    "settings",
]
