"""Documents of a site, end to end: found, chosen, fetched over real HTTP, judged apart, known again."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pikepdf
import pytest

import auditor.fetching
from auditor import Stop, audit_async
from auditor.compare import compare
from auditor.formats import FORMATS
from auditor.known import of_json, of_report
from auditor.models import DocumentState, Outcome, Report, Site, SiteDocument, Status, UrlOutcome
from auditor.store import Store
from tests.conftest import Answer, Asked, SiteServer

RULE = """
title = "The document has no title"
why = "People hear a file name in place of a title."
who = ["blind"]
fix = "Write a title into the properties of the document."
wcag = ["2.4.2"]
impact = "serious"
confidence = "high"
limits = "It sees whether there is one, not whether it is good."
cost_ms = 1
owner = "editor"
"""
JUDGE = """
from collections.abc import Iterator

from auditor.evidence import Verdict, failed, passed
from auditor.evidence.document import Document


def judge(document: Document) -> Iterator[Verdict]:
    yield passed(document.place) if document.title else failed(document.place, "It has no title")
"""


def pdf(title: str = "", pages: int = 1) -> bytes:
    made = pikepdf.new()
    for _ in range(pages):
        made.add_blank_page()
    if title:
        made.docinfo["/Title"] = title
    with io.BytesIO() as file:
        made.save(file, deterministic_id=True)
        return file.getvalue()


def served(body: bytes, kind: str = "application/pdf", **headers: str) -> Answer:
    return 200, {"Content-Type": kind, **headers}, body


@pytest.fixture
def rules(tmp_path: Path) -> Path:
    folder = tmp_path / "rules" / "titled_document"
    (folder / "examples").mkdir(parents=True)
    (folder / "rule.toml").write_text(RULE, encoding="utf-8")
    (folder / "document.py").write_text(JUDGE, encoding="utf-8")
    return folder.parent


@pytest.fixture
def town(site_server: Callable[..., SiteServer], page: Callable[..., Answer]) -> SiteServer:
    """Three pages that link to documents of each sort."""
    site = site_server()
    links = ("/guide.pdf", "/form.pdf", "/gone.pdf", "/web.pdf", "/damaged.pdf", "/data.csv", "/old.doc")
    site.routes |= {
        "/robots.txt": (200, {"Content-Type": "text/plain"}, b"User-agent: *\nDisallow: /closed\n"),
        "/": page("Home", "/a", "/b", *links, "/closed/plan.pdf", "https://other.example/theirs.pdf"),
        "/a": page("A", "/guide.pdf", "/form.pdf", "/download/7"),
        "/b": page("B", "/guide.pdf", "/2014/minutes.pdf"),
        "/guide.pdf": served(pdf("Guide to bins"), ETag='"guide-1"'),
        "/form.pdf": served(pdf(), **{"Last-Modified": "Wed, 03 May 2017 10:00:00 GMT"}),
        "/web.pdf": served(b"<!doctype html><title>Sorry</title>"),
        "/damaged.pdf": served(b"%PDF-1.7\nnothing else"),
        "/closed/plan.pdf": served(pdf("Plan")),
        "/download/7": served(pdf("By its content")),
        "/2014/minutes.pdf": served(pdf("Minutes")),
    }
    return site


def site_of(town: SiteServer, rules: Path, **settings: Any) -> Site:
    return Site(
        id="town", name="Town", urls=(f"{town.origin}/",), internal=True, delay=0, drive="no-page",
        pictures=False, rules_folder=str(rules), **{"documents": "sample", **settings},
    )  # fmt: skip


async def audited(site: Site, store: Store, **options: Any) -> Report:
    return await audit_async(site, store=store, sandbox=False, **options)


def by_path(report: Report) -> dict[str, SiteDocument]:
    origin = report.site.urls[0].rstrip("/")
    return {each.url.removeprefix(origin): each for each in report.document_list()}


async def test_each_document_ends_in_one_state_with_a_reason(
    town: SiteServer, rules: Path, tmp_path: Path
) -> None:
    store = Store.open(f"sqlite:///{tmp_path}/town.db")
    report = await audited(site_of(town, rules), store)
    found = by_path(report)
    assert {path: each.state for path, each in found.items()} == {
        "/guide.pdf": DocumentState.JUDGED,
        "/form.pdf": DocumentState.JUDGED,
        "/download/7": DocumentState.JUDGED,
        "/2014/minutes.pdf": DocumentState.JUDGED,
        "/gone.pdf": DocumentState.GONE,
        "/web.pdf": DocumentState.UNREADABLE,
        "/damaged.pdf": DocumentState.UNREADABLE,
        "/closed/plan.pdf": DocumentState.NOT_FETCHED,
        "/data.csv": DocumentState.LISTED,
        "/old.doc": DocumentState.LISTED,
        "https://other.example/theirs.pdf": DocumentState.OTHER_HOST,
    }
    assert all(each.reason or each.state.has_results or each.state is DocumentState.OTHER_HOST
               for each in found.values())  # fmt: skip
    assert "robots.txt" in found["/closed/plan.pdf"].reason
    assert town.hits("/closed/plan.pdf") == town.hits("/data.csv") == town.hits("/old.doc") == 0
    assert town.hits("/guide.pdf") == 1
    assert (found["/guide.pdf"].links, found["/form.pdf"].links, found["/download/7"].links) == (3, 2, 1)
    assert found["/guide.pdf"].text == "To /guide.pdf"
    assert found["/download/7"].known_by == "content"
    assert found["/guide.pdf"].facts["title"] == "Guide to bins"
    assert report.documents.judged == 4
    assert report.documents.known == 11
    assert next(iter(report.document_list())).url.endswith("/guide.pdf"), "most linked first"
    assert "3 May 2017" in found["/form.pdf"].exempt
    assert "2014" in found["/2014/minutes.pdf"].exempt
    assert not found["/guide.pdf"].exempt

    outcomes = {visit.url.removeprefix(town.origin): visit.outcome for visit in report.visits()}
    assert outcomes["/form.pdf"] is UrlOutcome.NOT_HTML
    issue = next(each for each in report.issues if each.rule == "titled-document")
    assert (issue.outcome, issue.pages, report.judged(issue)) == (Outcome.FAILED, 1, 4)
    assert issue.of_documents
    assert report.coverage.audited == 3, "documents are no pages"

    said = b"".join(b"".join(chunks) for _, chunks in FORMATS["text"](report)).decode()
    assert "in 1 of 4 documents judged" in " ".join(said.split())
    pages = {name: b"".join(chunks).decode() for name, chunks in FORMATS["html"](report)}
    assert "4 of 11 documents that pages link to were judged" in pages["documents.html"]
    assert sum(name.startswith("documents/") for name in pages) == 4
    assert "1 of 4 documents" in pages[f"issues/{issue.id}.html"]


async def test_an_unchanged_document_is_not_judged_again_and_is_not_new(
    town: SiteServer, rules: Path, tmp_path: Path
) -> None:
    store = Store.open(f"sqlite:///{tmp_path}/town.db")
    guide = town.routes["/guide.pdf"]

    def conditional(asked: Asked) -> Answer:
        return (304, {}, b"") if asked.headers.get("if-none-match") == '"guide-1"' else guide  # type: ignore[return-value]

    town.routes["/guide.pdf"] = conditional
    first = await audited(site_of(town, rules), store)
    town.routes["/2014/minutes.pdf"] = served(pdf())  # it lost its title
    second = await audited(site_of(town, rules), store)
    found = by_path(second)
    assert found["/guide.pdf"].state is DocumentState.UNCHANGED, "by its ETag"
    assert found["/form.pdf"].state is DocumentState.UNCHANGED, "by its hash"
    assert found["/guide.pdf"].facts["title"] == "Guide to bins"
    assert found["/2014/minutes.pdf"].state is DocumentState.JUDGED
    changes = compare(of_report(first), of_report(second)).changes
    of_form = [each for each in changes if "/form.pdf" in each.issue.pages]
    assert {each.status for each in of_form} == {Status.PERSISTING}
    assert sum(1 for each in second.findings(rule="titled-document")) == 2

    town.routes["/form.pdf"] = served(pdf("Form"))
    town.routes["/2014/minutes.pdf"] = served(pdf("Minutes"))
    third = await audited(site_of(town, rules), store)
    for name, report in (("second", second), ("third", third)):
        for file, chunks in FORMATS["json"](report):
            (tmp_path / f"{name}-{file}").write_bytes(b"".join(chunks))
    for before, now in (
        (of_report(second), of_report(third)),
        (of_json(tmp_path / "second-report.json"), of_json(tmp_path / "third-report.json")),
    ):
        fixed = compare(before, now).of(Status.FIXED)
        assert {each.issue.rule for each in fixed} == {"titled-document", "document-title-property"}


async def test_a_run_that_was_stopped_goes_on_with_the_documents_left(
    town: SiteServer, rules: Path, tmp_path: Path
) -> None:
    store = Store.open(f"sqlite:///{tmp_path}/town.db")
    stop = Stop()

    def stopping(asked: Asked) -> Answer:
        stop.asked = True
        return served(pdf())

    town.routes["/form.pdf"] = stopping
    report = await audited(site_of(town, rules), store, stop=stop)
    found = by_path(report)
    assert found["/guide.pdf"].state is DocumentState.JUDGED
    assert found["/2014/minutes.pdf"].state is DocumentState.NOT_FETCHED
    assert "--resume" in found["/2014/minutes.pdf"].reason
    again = await audited(site_of(town, rules), store, resume=True)
    assert again.run.id == report.run.id
    assert again.documents.judged == 4
    assert (town.hits("/guide.pdf"), town.hits("/form.pdf"), town.hits("/2014/minutes.pdf")) == (1, 1, 1)
    assert sum(1 for each in again.findings(rule="titled-document")) == 1


async def test_a_list_asks_for_no_document_and_a_sample_for_the_first_bytes_of_the_next(
    town: SiteServer, rules: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = Store.open(f"sqlite:///{tmp_path}/town.db")
    report = await audited(site_of(town, rules, documents="list"), store)
    assert town.hits("/guide.pdf") == 0
    assert report.documents.judged == 0
    assert report.documents.known == 11

    monkeypatch.setattr(auditor.fetching, "FILE_BYTES", 100)
    report = await audited(site_of(town, rules, max_documents=1), store)
    found = by_path(report)
    assert found["/guide.pdf"].state is DocumentState.TOO_LARGE
    assert found["/form.pdf"].state is DocumentState.LISTED
    assert found["/form.pdf"].known_by == "content"
    ranges = [asked.headers.get("range") for asked in town.asked if asked.path == "/form.pdf"]
    assert ranges == ["bytes=0-1023"]
