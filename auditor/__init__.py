"""Audits public bodies' websites for accessibility in a real browser, and writes reports people act on.

import auditor

report = auditor.audit("https://www.example.org/")
print(report.coverage.audited, "of", report.coverage.in_scope, "pages audited")
"""

from auditor._version import __version__
from auditor.audit import audit, audit_async
from auditor.budget import Progress
from auditor.check import Checked, check
from auditor.errors import AuditorError, BrowserError, ConfigError, StoreError, UsageError
from auditor.models import Report, Site
from auditor.pipeline import Stop

__all__ = [
    "AuditorError",
    "BrowserError",
    "Checked",
    "ConfigError",
    "Progress",
    "Report",
    "Site",
    "Stop",
    "StoreError",
    "UsageError",
    "__version__",
    "audit",
    "audit_async",
    "check",
]
