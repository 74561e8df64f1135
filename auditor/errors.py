"""The exceptions of this project, and the exit code each one ends the command with.

AuditorError
├── UsageError            2  wrong use of the command or of the library
│   ├── ConfigError       2  sites.toml is wrong; names the file, the key and the allowed values
│   └── CannotResume      2  what decides an audit changed since it was cut off; a new one can be started
├── BrowserError          5  no browser, or it does not start
└── StoreError            6  the store cannot be opened, written, or is newer than this program
    └── StoreBusy         6  another process is on this audit

A fault of a page, a host or a rule is no exception but data: a `Visit`, `Untested` or `RuleResult`.
"""

from __future__ import annotations


class AuditorError(Exception):
    """Base of all. `str()` is one clear sentence for the user: what is wrong, where, what to do."""

    exit_code = 2


class UsageError(AuditorError):
    pass


class ConfigError(UsageError):
    pass


class CannotResume(UsageError):
    pass


class BrowserError(AuditorError):
    exit_code = 5


class StoreError(AuditorError):
    exit_code = 6


class StoreBusy(StoreError):
    pass
