"""Notifications, received and read: by a mail server and a web server of this machine."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import Envelope

from auditor import notify
from auditor.known import of_report
from auditor.models import (
    Component,
    Destination,
    Finding,
    Gate,
    Impact,
    Notifications,
    Owner,
    OwnerRule,
    Report,
)
from auditor.notify_settings import KINDS
from auditor.report import report as build
from auditor.sending import send, send_test
from auditor.store import RunReader, Store
from auditor.verdict import verdict
from tests.past import Past, day, fault

# Apprise looks for a module of the standard library that Python 3.11 warns of.
pytestmark = pytest.mark.filterwarnings("ignore:'imghdr' is deprecated:DeprecationWarning")

EVIL = "Win</p><script>alert(1)</script> [prize](https://evil.example)\r\nBcc: x@evil.example \x1b[31m\u202e"
TOKEN = "tok/en+of ours"


@dataclass
class Received:
    """What arrived. `accepts`: whether the server takes anything."""

    mails: list[tuple[tuple[str, ...], EmailMessage]] = field(default_factory=list)
    posts: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    accepts: bool = True
    smtp: int = 0
    http: int = 0

    async def handle_DATA(self, server: object, session: object, envelope: Envelope) -> str:
        if not self.accepts:
            return "451 Later"
        assert isinstance(envelope.content, bytes)
        mail = message_from_bytes(envelope.content, policy=default)
        assert isinstance(mail, EmailMessage)
        self.mails.append((tuple(envelope.rcpt_tos), mail))
        return "250 OK"

    @property
    def texts(self) -> list[str]:
        """Of the posts: title and message."""
        return [f"{post['title']}\n{post['message']}" for _, post in self.posts]


@pytest.fixture
def received() -> Iterator[Received]:
    got = Received()

    class Hook(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            if got.accepts:
                got.posts.append((self.path, json.loads(body)))
            self.send_response(200 if got.accepts else 500)
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Hook)
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        got.smtp = free.getsockname()[1]
    mail = Controller(got, hostname="127.0.0.1", port=got.smtp)
    mail.start()
    got.http = server.server_port
    yield got
    mail.stop()
    server.shutdown()
    server.server_close()


@pytest.fixture
def past(tmp_path: Path) -> Iterator[Past]:
    store = Store.open(f"sqlite:///{tmp_path}/auditor.db")
    yield Past(store)
    store.close()


def hook(received: Received, name: str = "Hook", **more: Any) -> Destination:
    values = {"url": f"json://127.0.0.1:{received.http}/${{TOKEN}}", "on": frozenset(KINDS), **more}
    return Destination(name=name, **values)


def settings(*to: Destination, **more: Any) -> Notifications:
    return Notifications(to=to, report_url="https://reports.example/{site}/", **more)


def tell(
    past: Past,
    told: Notifications,
    *,
    gate: Gate | None = None,
    missed: Sequence[str] = (),
    change: Mapping[str, Any] | None = None,
) -> list[str]:
    """What the command does after an audit; returns what could not be sent."""
    report = judged(past, gate or Gate())
    report = replace(report, **(change or {}))
    notify.after(report, past.store, told, datetime.now(UTC), missed)
    return send(past.store, told, {"TOKEN": TOKEN})


def judged(past: Past, gate: Gate) -> Report:
    report = past.report()
    before = RunReader.before(past.store, "town", report.run.id)
    return verdict(
        report, gate, before=of_report(build(before)) if before else None, today=report.run.started.date()
    )


def evil(name: str, page: str, **more: Any) -> Finding:
    """A fault in which everything that a page can say is hostile."""
    component = Component(landmarks=("main",), path=(EVIL,), shape="img", target=f"/{name}.png", text=EVIL)
    found = fault(name, page, **more)
    return replace(found, excerpt=f"<img alt='{EVIL}'>", message=EVIL, component=component)


def test_nothing_is_told_when_nothing_changed(past: Past, received: Received) -> None:
    told = settings(hook(received))
    pages = {"/": [fault("a", "/")], "/bins": []}
    for number in (1, 2, 3):
        past.audit(day(number), pages)
        assert tell(past, told) == []
    assert received.posts == []


def test_new_serious_problems_are_told_once_in_words_of_ours(past: Past, received: Received) -> None:
    told = settings(hook(received))
    past.audit(day(1), {"/": [fault("a", "/")], "/bins": []})
    tell(past, told)
    past.audit(day(2), {"/": [fault("a", "/")], "/bins": [evil("b", "/bins")]})
    tell(past, told)
    tell(past, told)  # the same audit once more
    ((path, post),) = received.posts
    assert path == "/tok%2Fen+of%20ours", "a secret is escaped where it is a part of an address"
    assert post["title"] == "Town: 1 new serious problem"
    assert post["message"] == (
        "New since run 1 of 1 September 2026:\n"
        f"- {past.report().rules['image-alt'].title} (critical; pages: 1)\n\n"
        "Report: https://reports.example/town/"
    )
    assert "evil" not in json.dumps(post)


def test_each_destination_gets_what_it_asked_for(past: Past, received: Received) -> None:
    told = settings(
        hook(received, "Both", on=frozenset({"new", "gate"})),
        hook(received, "Gate", on=frozenset({"gate"})),
        hook(received, "Other site", sites=frozenset({"village"})),
        hook(received, "Missed", on=frozenset({"missed"})),
    )
    past.audit(day(1), {"/": []})
    tell(past, told)
    past.audit(day(2), {"/": [fault("a", "/")]})
    tell(past, told, gate=Gate(any=Impact.SERIOUS), missed=["One due time passed without an audit."])
    assert sorted(post["title"] for _, post in received.posts) == [
        "Town: 1 new serious problem; the gate failed",
        "Town: an audit was missed",
        "Town: the gate failed",
    ]


def test_what_lasts_is_told_when_it_begins_and_when_it_ends(past: Past, received: Received) -> None:
    told, gate = settings(hook(received)), Gate(any=Impact.CRITICAL)
    good: dict[str, list[Finding]] = {"/": [], "/bins": []}
    bad = {**good, "/": [fault("a", "/")]}
    for number, pages in enumerate((bad, bad, good, good), 1):
        past.audit(day(number), pages)
        tell(past, told, gate=gate)
    assert [text.splitlines()[0] for text in received.texts] == [
        "Town: the gate failed",
        "Town: the gate passes again",
    ]
    received.posts.clear()
    for number in (5, 6):
        past.audit(day(number), good, not_audited=["/", "/bins"])
        tell(past, told, gate=gate)
    past.audit(day(7), good)
    tell(past, told, gate=gate)
    first, second = received.texts
    assert first.startswith("Town: nothing could be audited\nThe site could not be reached")
    assert "0 of 2 pages in scope were audited" in first
    assert second.startswith("Town: the audit is complete again\n")


def test_an_audit_that_cannot_be_made_is_told_once(past: Past, received: Received) -> None:
    told = settings(hook(received))
    for hours in (0, 1):
        notify.failed(past.site, past.store, told, datetime.now(UTC) + timedelta(hours=hours), ())
        send(past.store, told, {"TOKEN": TOKEN})
    assert [post["title"] for _, post in received.posts] == ["Town: the audit could not be made"]


def test_what_cannot_be_sent_is_kept_once_and_sent_later(past: Past, received: Received) -> None:
    told = settings(hook(received), hook(received, "Unset", url="json://127.0.0.1/${NOT_SET}"))
    past.audit(day(1), {"/": []})
    tell(past, told)
    past.audit(day(2), {"/": [fault("a", "/")]})
    received.accepts = False
    first = tell(past, told)
    assert len(first) == 2
    assert "A message to Hook could not be sent: the service did not take it" in first[0]
    assert "the environment variable NOT_SET is not set" in first[1]
    assert TOKEN not in str(first)
    tell(past, told)
    received.accepts = True
    assert len(send(past.store, told, {"TOKEN": TOKEN, "NOT_SET": "x"})) == 1
    assert [post["title"] for _, post in received.posts] == ["Town: 1 new serious problem"]
    assert TOKEN not in str(past.store.next_message(datetime.now(UTC)))
    later = datetime.now(UTC) + timedelta(days=15)
    assert [each.to for each in past.store.give_up_old(later)] == ["Unset"]


def test_mail_is_plain_text_and_its_subject_one_line(past: Past, received: Received) -> None:
    mail = f"mailto://127.0.0.1:{received.smtp}?from=audits@town.example&to=web@town.example"
    town = replace(past, site=replace(past.site, name=f"Town\r\nBcc: x@evil.example {'x' * 300}"))
    told = settings(hook(received, url=mail))
    town.audit(day(1), {"/": []})
    tell(town, told)
    town.audit(day(2), {"/": [evil("a", "/")]})
    assert tell(town, told) == []
    ((recipients, message),) = received.mails
    assert recipients == ("web@town.example",)
    assert message["Bcc"] is None
    assert message["Subject"].startswith("Town Bcc: x@evil.example xxx")
    assert len(message["Subject"]) <= 200
    assert message.get_content_type() == "text/plain"
    assert "evil.example]" not in message.get_content()
    assert "- " + town.report().rules["image-alt"].title in message.get_content()


def test_a_digest_goes_to_each_owner_whose_share_changed(past: Past, received: Received) -> None:
    web = Owner(id="web", name="Web team", contact="web@town.example")
    forms = Owner(id="forms", name="Forms Ltd", contact="https://forms.example/")
    rules = (
        OwnerRule(owner=web, pages=("/start",)),
        OwnerRule(owner=forms, pages=("/forms/*",)),
    )
    mail = f"mailto://127.0.0.1:{received.smtp}?from=audits@town.example"
    told = settings(hook(received, on=frozenset({"digest"})), owners=mail)
    sites, owners = [past.site], {"town": rules}
    pages: dict[str, list[Finding]] = {"/start": [], "/bins": [fault("b", "/bins")], "/forms/a": []}

    def digest(since: datetime) -> None:
        notify.digest(sites, owners, past.store, told, datetime.now(UTC), since=since)
        assert send(past.store, told, {"TOKEN": TOKEN}) == []

    past.audit(day(1), pages)
    since = datetime.now(UTC)
    digest(since)
    past.audit(day(8), pages)
    digest(since)
    assert (received.mails, received.posts) == ([], []), "nothing changed"
    past.audit(day(9), {**pages, "/bins": [], "/forms/a": [evil("f", "/forms/a")]})
    digest(since)
    assert received.mails == [], "the web team's share did not change"
    ((_, post),) = received.posts
    assert post["title"] == "Accessibility: 1 new problem, 1 mended, on 1 site"
    assert (
        "For Forms Ltd\n\nTown: 1 new, 0 mended since 2026-09-01; 1 of 1 confirmed problem" in post["message"]
    )
    past.audit(day(10), {**pages, "/start": [evil("h", "/start")]})
    digest(since)
    ((recipients, message),) = received.mails
    assert recipients == ("web@town.example",)
    assert message["Subject"] == "Accessibility: 1 new problem, 0 mended, on 1 site"
    assert (
        "Town: 1 new, 0 mended since 2026-09-01; 1 of 2 confirmed problems are theirs."
        in message.get_content()
    )


def test_a_test_message_says_why_it_failed_without_the_secret(received: Received) -> None:
    assert send_test(hook(received), {"TOKEN": TOKEN}) == ""
    assert received.posts[0][1]["title"] == "Council auditor: a test"
    received.accepts = False
    why = send_test(hook(received), {"TOKEN": TOKEN})
    assert "500" in why
    assert "tok" not in why
    assert "Apprise knows" in send_test(hook(received, url="bogus://${TOKEN}"), {"TOKEN": TOKEN})
