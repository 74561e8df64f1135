"""The store: opened once a process, used from one thread at a time.

Every public method is one transaction. An audit killed at any moment leaves whole pages only: a page's
result, its links and its outcome are written together or not at all.
"""

from __future__ import annotations

from auditor.store.documents import DocumentsOfRuns
from auditor.store.history import History
from auditor.store.ledger import Ledger
from auditor.store.pages import Pages
from auditor.store.parts import Parts
from auditor.store.queue import Queue
from auditor.store.reuse import ReusedPages
from auditor.store.runs import Runs
from auditor.store.schedules import Schedules


class Store(Runs, Ledger, Queue, Pages, Parts, DocumentsOfRuns, ReusedPages, History, Schedules):
    """Runs, their ledger and their findings, and what outlives them. Each theme has a module of its own.

    Raises `StoreError` where the database fails.
    """
