"""Sends what waits, through Apprise: an extra, imported when there is something to send."""

from __future__ import annotations

import logging
import os
from collections.abc import Mapping
from datetime import UTC, datetime

from auditor.errors import AuditorError, ConfigError
from auditor.formats._safe import visible
from auditor.models import Destination, Message, Notifications
from auditor.notify import message
from auditor.notify_settings import MAIL, filled_in, secrets
from auditor.redact import SHORTEST, Redactor
from auditor.store import Store

EXTRA = "Notifications need Apprise: pip install 'council-auditor[notify]'."
REFUSED = "the service did not take it; `auditor notify test` tells more."


def send(store: Store, settings: Notifications, environ: Mapping[str, str] = os.environ) -> list[str]:
    """Send what waits; returns sentences on what could not be sent, which waits on."""
    faults = [
        f"A message to {visible(each.to, 100)} could not be sent for two weeks, and is given up."
        for each in store.give_up_old(datetime.now(UTC))
    ]
    failed: dict[str, str] = {}
    while each := store.next_message(datetime.now(UTC), but_to=failed):
        why = _sent(each, settings, environ)
        store.sent(each, None if why else datetime.now(UTC))
        if why:
            failed[each.to] = why
    again = "It is tried again."
    return faults + [
        f"A message to {visible(to, 100)} could not be sent: {why} {again}" for to, why in failed.items()
    ]


def send_test(to: Destination, environ: Mapping[str, str]) -> str:
    """Send a message that says it is a test; returns why it could not be sent, or ""."""
    lines = ["This is a test of `auditor notify test`.", "", "Nothing happened, and there is nothing to do."]
    made = message(to.name, "", "Council auditor: a test", lines, event="test")
    return _delivered(made, to.url, environ, with_log=True)


def _sent(message: Message, settings: Notifications, environ: Mapping[str, str]) -> str:
    if message.to.startswith(MAIL):
        url = settings.owners
        mail = message.to.removeprefix(MAIL)
        return _delivered(message, url, environ, to=mail) if url else "[notify] has no `owners` any more."
    url = next((each.url for each in settings.to if each.name == message.to), "")
    return _delivered(message, url, environ) if url else "sites.toml does not name it any more."


def _delivered(
    message: Message, url: str, environ: Mapping[str, str], *, to: str = "", with_log: bool = False
) -> str:
    """Why it could not be sent, without a secret; "" where it was."""
    try:
        import apprise
        from apprise.logger import LogCapture
    except ImportError:
        return EXTRA
    try:
        address = filled_in(url, environ)
    except ConfigError as error:
        return f"{error}."
    if to:
        address += f"{'&' if '?' in address else '?'}to={to}"
    asset = apprise.AppriseAsset(
        app_id="Council auditor",
        app_desc="Council auditor",
        app_url="",
        async_mode=False,
        secure_logging=True,
    )
    with LogCapture(level=logging.INFO, fmt="%(message)s") as log:  # type: ignore[no-untyped-call]
        try:
            service = apprise.Apprise(asset=asset)
            if not service.add(address):
                return "its address is none that Apprise knows."
            done = service.notify(
                body=message.body, title=message.subject, body_format=apprise.NotifyFormat.TEXT
            )
        except Exception as fault:  # of a service's own code: it must not cost the audit
            return f"Apprise failed ({type(fault).__name__})."
        if done:
            return ""
        said = log.getvalue()
    hidden = [each for each in secrets(url, environ) if len(each) >= SHORTEST]
    try:
        return f"the service did not take it. {visible(Redactor(hidden)(said), 500)}" if with_log else REFUSED
    except AuditorError:
        return REFUSED
