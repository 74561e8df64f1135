"""The statement of real sites in a real browser: found, asked for, missing, a document; and the draft."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pikepdf
import pytest
from click.testing import CliRunner

import auditor
from auditor.cli import cli
from auditor.formats import FORMATS, draft
from auditor.gate import judge as gated
from auditor.known import of_report
from auditor.models import Gate, Outcome, Report, Site, StatementVerdict
from auditor.statement.text import Text
from auditor.store import RunReader, Store
from tests.statement import fixtures

HTML = {"Content-Type": "text/html; charset=utf-8"}
RIGHT_PAGE = fixtures.PARTIAL.replace(b"www.ambleworth.example.", b"127.0.0.1.")


def page(title: str, *links: tuple[str, str], statement: str = "") -> tuple[int, dict[str, str], bytes]:
    anchors = "".join(f'<li><a href="{url}">{text}</a></li>' for url, text in links)
    footer = f'<footer><a href="{statement}">Accessibility statement</a></footer>' if statement else ""
    body = f"<main><h1>{title}</h1><p>Some words.</p><ul>{anchors}</ul></main>{footer}"
    head = f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{title}</title></head>'
    return 200, HTML, f"{head}<body>{body}</body></html>".encode()


def audited(origin: str, store: str, **settings: Any) -> Report:
    values: dict[str, Any] = {"drive": "no-page", "pictures": False, "statement": "uk-gb"} | settings
    site = Site(id="a", name="Ambleworth", urls=(f"{origin}/",), internal=True, delay=0.0, **values)
    return auditor.audit(site, store=store, sandbox=False)


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> str:
    return f"sqlite:///{tmp_path_factory.mktemp('statement')}/a.db"


@pytest.fixture(scope="module")
def found(site_server: Callable[..., Any], store: str) -> Report:
    """A site with decoys, whose statement the footer links through a redirect."""
    decoys = {f"/accessibility/{name}": markup for name, markup in fixtures.DECOYS.items()}
    links = [(path, "Accessibility") for path in decoys] + [("/bins", "Bins")]
    served = site_server(
        {
            "/": page("Home", *links, statement="/accessibility"),
            "/bins": page("Bins"),
            "/accessibility": (301, {"Location": "/about/this-site/accessibility"}, b""),
            "/about/this-site/accessibility": (200, HTML, RIGHT_PAGE),
            **{path: (200, HTML, markup) for path, markup in decoys.items()},
        }
    )
    return audited(served.origin, store)


def test_it_is_found_among_decoys_and_read_as_rendered(found: Report, store: str) -> None:
    told = found.statement
    assert told is not None
    assert told.url is not None
    assert urlsplit(told.url).path == "/about/this-site/accessibility"
    assert (told.asked, told.others, told.document) == ((), (), "")
    assert (told.linked, told.pages) == (1, 2 + len(fixtures.DECOYS))
    bad = {item.id for verdict in ("wrong", "not_found") for item in told.of(StatementVerdict(verdict))}
    assert bad <= {"failures-listed"}, "the scope names this host, and it is linked from the home page"
    rendered = Text.of_facts(told.url, told.title, "en", told.kept["text"])
    assert rendered.blocks == Text.of_html(told.url, RIGHT_PAGE).blocks


def test_what_is_not_linked_is_asked_for(site_server: Callable[..., Any], tmp_path: Path) -> None:
    served = site_server({"/": page("Home"), "/accessibility-statement": (200, HTML, RIGHT_PAGE)})
    report = audited(served.origin, f"sqlite:///{tmp_path}/a.db")
    told = report.statement
    assert told is not None
    assert told.asked == (f"{served.origin}/accessibility-statement",)
    assert told.url == told.asked[0]
    assert [item.id for item in told.of(StatementVerdict.NOT_FOUND)] == ["linked"]
    assert report.coverage.audited == 1, "what is asked for is no audited page"


def test_missing(site_server: Callable[..., Any], tmp_path: Path) -> None:
    decoy = (200, HTML, fixtures.DECOYS["access-guide"])
    served = site_server(
        {"/": page("Home", ("/access", "Accessibility")), "/access": decoy, "/accessibility": decoy}
    )
    report = audited(served.origin, f"sqlite:///{tmp_path}/a.db")
    told = report.statement
    assert told is not None
    assert (told.url, told.complete) == (None, True)
    assert 0 < len(told.asked) <= 8
    assert served.hits("/accessibility") == 1
    result = gated(
        report,
        of_report(report),
        Gate(statement=("missing", "page")),
        comparison=None,
        today=report.run.started.date(),
    )
    assert [failure.setting for failure in result.failures] == ["statement", "statement"]
    text = b"".join(b"".join(chunks) for _, chunks in FORMATS["text"](report)).decode()
    assert "No accessibility statement was found." in text


def test_a_document_and_only_the_pages_given(site_server: Callable[..., Any], tmp_path: Path) -> None:
    pdf = pikepdf.new()
    pdf.add_blank_page()
    pdf.save(tmp_path / "a.pdf")
    served = site_server(
        {
            "/": page("Home", statement="/files/12"),
            "/files/12": (200, {"Content-Type": "application/pdf"}, (tmp_path / "a.pdf").read_bytes()),
        }
    )
    told = audited(served.origin, f"sqlite:///{tmp_path}/a.db").statement
    assert told is not None
    assert (told.url, told.document) == (f"{served.origin}/files/12", "application/pdf")
    assert [item.id for item in told.of(StatementVerdict.WRONG)] == ["web-page"]
    requests = len(served.asked)
    told = audited(served.origin, f"sqlite:///{tmp_path}/b.db", follow_links=False).statement
    assert told is not None
    assert (told.url, told.complete) == (None, False)
    assert {request.path for request in served.asked[requests:]} <= {"/", "/robots.txt", "/favicon.ico"}
    assert next(item.verdict for item in told.items if item.id == "page") is StatementVerdict.PERSON


def test_the_draft(found: Report, store: str, tmp_path: Path, site_server: Callable[..., Any]) -> None:
    done = CliRunner().invoke(cli, ["statement", "a", "--store", store, "--output", str(tmp_path / "a.html")])
    assert done.exit_code == 0, done.output
    text = (tmp_path / "a.html").read_text(encoding="utf-8")
    gaps = text.count("[a person must fill in:")
    assert gaps == text.count("<mark>") == draft.gaps(found) > 10
    assert f"fill in {gaps} gaps" in done.output
    assert "fully" not in text
    done = CliRunner().invoke(
        cli, ["statement", "a", "--store", store, "--format", "markdown", "--output", str(tmp_path / "a.md")]
    )
    assert done.exit_code == 0, done.output
    assert (tmp_path / "a.md").read_text(encoding="utf-8").count("a person must fill in") == gaps
    served = site_server({"/": (200, HTML, text.encode())})
    own = audited(served.origin, f"sqlite:///{tmp_path}/own.db", follow_links=False, statement=False)
    assert own.coverage.audited == 1
    assert [(f.rule, f.selector) for f in own.findings(outcome=Outcome.FAILED)] == []
    assert own.statement is None
    reader = RunReader.latest(Store.open(store), "a")
    assert reader is not None
