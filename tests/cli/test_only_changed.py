"""`--changed-since` and `--changed-files`: just the pages that a change touches."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.repository import git, repository

SETTINGS = """
[defaults]
delay = 0.0
drive = "no-page"
plain_pages = 0
statement = false

[[files]]
pattern = "dist/**/*.html"
url = "/{path}"

[[files]]
pattern = "dist/index.html"
url = "/"

[[files]]
pattern = "dist/form.css"
pages = ["/form*"]

[[files]]
pattern = "README"
"""
PAGE = (
    '<!doctype html><html lang="en"><head><title>{title}</title></head>'
    "<body><main><h1>{title}</h1><p>All about {title}.</p>{body}</main></body></html>"
)
SEAL, CREST = '<img class="seal" src="/seal.png">', '<img class="crest" src="/crest.png">'
FORM = '<form class="ask"><label>Name <input autocomplete="name"></label><button>Send</button></form>'


def paged(title: str, body: str) -> str:
    return PAGE.format(title=title, body=body)


@pytest.fixture
def site(tmp_path: Path) -> Path:
    """A repository with a built site, on a branch that has changed nothing yet."""
    pages = {"index": "", "a": SEAL, "b": SEAL, "old": "", "form-1": FORM, "form-2": FORM}
    files = {f"dist/{name}.html": paged(name, body) for name, body in pages.items()}
    git_ignores = "report\nauditor.db*\nwhole\n"
    more = {"sites.toml": SETTINGS, "README": "", "dist/form.css": "", ".gitignore": git_ignores}
    root = repository(tmp_path / "site", files | more)
    git(root, "checkout", "-q", "-b", "branch")
    return root


def told(folder: Path) -> Any:
    return json.loads((folder / "report" / "report.json").read_text(encoding="utf-8"))


def test_just_those_pages_are_audited_and_like_is_compared_with_like(
    site: Path, command: Any, outcomes: Callable[..., dict[str, str]]
) -> None:
    whole = command.run(site, "folder", "dist", "--format", "json", "--output", "whole", seconds=240)
    assert whole.returncode == 0, whole.stderr
    (site / "dist" / "a.html").write_text(paged("a", SEAL + CREST), encoding="utf-8")
    (site / "dist" / "form.css").write_text("form { margin: 1em }", encoding="utf-8")
    (site / "dist" / "new.json").write_text("{}", encoding="utf-8")
    git(site, "rm", "-q", "dist/old.html")
    git(site, "add", ".")
    git(site, "commit", "-qm", "On the branch")
    options = ("--changed-since", "main", "--fail-on-new", "minor", "--format", "json")
    done = command.run(site, "folder", "dist", *options, seconds=240)
    assert done.returncode == 1, done.stdout + done.stderr
    report = told(site)
    origin = report["visits"][0]["url"].rpartition("/")[0]
    assert outcomes(report, origin) == {"/a": "audited", "/form-1": "audited"}
    changes = {
        (each["status"], tuple(each["pages"]))
        for each in report["comparison"]["changes"]
        if each["rule"] == "image-alt"
    }
    assert changes == {("persisting", ("/a",)), ("new", ("/a",))}, "what is on /b alone is not fixed"
    assert not [each for each in report["comparison"]["changes"] if each["status"] == "fixed"]
    assert "4 changed files: 2 pages to audit." in done.stdout
    assert "NOT MAPPED: 1 changed file, since no rule of [[files]] matches: dist/new.json." in done.stdout
    assert "REMOVED: /old is gone (dist/old.html is gone)." in done.stdout


def test_where_nothing_is_touched_no_pass_is_claimed(site: Path, command: Any) -> None:
    (site / "report").mkdir()
    (site / "report" / "index.html").write_text("of an audit before", encoding="utf-8")
    (site / "report" / ".auditor-files").write_text("index.html\n", encoding="utf-8")
    done = command.run(site, "folder", "dist", "--changed-files", "-", stdin="./README\n")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == (
        "Nothing to audit: by [[files]] in sites.toml, no page that is there is touched by 1 changed file.\n"
    )
    assert not (site / "report" / "index.html").exists()
    done = command.run(site, "folder", "dist", "--changed-since", "main")
    assert (done.returncode, done.stdout) == (0, "Nothing to audit: no file changed.\n")
    done = command.run(site, "folder", "dist", "--changed-files", "-", stdin="a\n::error::b\x1b[1m\n")
    assert done.returncode == 3
    assert (
        "NOT MAPPED: 2 changed files, since no rule of [[files]] matches: ::error::b\\x1b[1m, a."
        in done.stdout
    )


def addresses(folder: Path, origin: str) -> set[str]:
    return {visit["url"].removeprefix(origin) for visit in told(folder)["visits"]}


def test_pages_of_a_site_by_its_address(
    site: Path, command: Any, site_server: Callable[..., Any], page: Callable[..., Any]
) -> None:
    """Where the store has no audit, the pages are known from what the repository's files make."""
    moved = (301, {"Location": "/a"}, b"")
    served = site_server(
        {"/a": page("A"), "/form-1": page("Form", body=FORM), "/old": moved, "/b": page("B")}
    )
    (site / "dist" / "old.html").unlink()
    files = "".join(f"dist/{name}\n" for name in ("form.css", "b.html", "old.html", "older.html", "new.json"))
    options = ("--changed-files", "-", "--internal", "--format", "json")
    done = command.run(site, "audit", served.origin, *options, stdin=files, seconds=240)
    assert done.returncode == 3, "all is well but for a file of which nobody knows what it touches"
    assert addresses(site, served.origin) == {"/b", "/form-1"}
    assert "REMOVED: /older is gone" in done.stdout
    assert f"REMOVED: /old leads to {served.origin}/a (dist/old.html is gone)." in done.stdout


def test_the_same_pages_beside_the_main_site(
    site: Path, command: Any, site_server: Callable[..., Any], page: Callable[..., Any]
) -> None:
    served = site_server({"/a": page("A")})
    both = ("--base", served.origin, "--preview", served.origin, "--internal", "--format", "json")
    done = command.run(site, "changed", *both, "--changed-files", "-", stdin="dist/a.html\n", seconds=240)
    assert done.returncode == 0, done.stdout + done.stderr
    assert addresses(site, served.origin) == {"/a"}


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("folder", "dist", "--changed-since", "nowhere"), "no branch, tag or commit 'nowhere'"),
        (("folder", "dist", "--changed-since", "main", "--changed-files", "-"), "give one of them"),
        (("audit", "https://a.example", "--changed-since", "main", "--resume"), "leave out --urls"),
        (("audit", "https://a.example", "https://b.example", "--changed-since", "main"), "with one site"),
        (("changed", "--base", "https://a.example", "--preview", "dist"), "Say which pages to compare"),
        (("folder", "dist", "--changed-since", "main", "--config", "no-rules.toml"), "Write [[files]]"),
    ],
)
def test_wrong_use_is_said_in_one_sentence(
    site: Path, command: Any, options: tuple[str, ...], said: str
) -> None:
    (site / "no-rules.toml").write_text("", encoding="utf-8")
    done = command.run(site, *options)
    assert (done.returncode, done.stderr.count("\n")) == (2, 1), done.stderr
    assert said in done.stderr
