"""`auditor changed`: what a branch brings, beside the main site."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

PICTURE = '<img class="{name}" src="/{name}.png">'
BAD = PICTURE.format(name="seal")


@pytest.fixture(autouse=True)
def quick(tmp_path: Path) -> None:
    """Nothing here needs a page to be driven."""
    text = '[defaults]\ndelay = 0.0\ndrive = "no-page"\nplain_pages = 0\nstatement = false\n'
    (tmp_path / "sites.toml").write_text(text, encoding="utf-8")


@pytest.fixture
def both(
    site_server: Callable[..., Any], page: Callable[..., Any], command: Any, tmp_path: Path
) -> Callable[..., Any]:
    """`both(base, preview, pages="…")`: routes of both sites, by path the body of a page or an answer."""

    def compared(base: dict[str, Any], preview: dict[str, Any], pages: str = "/\n") -> Any:
        sites = [
            site_server(
                {
                    path: page(f"Page {path}", body=body) if isinstance(body, str) else body
                    for path, body in routes.items()
                }
            )
            for routes in (base, preview)
        ]
        options = ["--base", sites[0].origin, "--preview", sites[1].origin, "--internal", "--format", "json"]
        return command.run(tmp_path, "changed", "-", *options, stdin=pages)

    return compared


def test_what_the_branch_brings_fails_and_nothing_else(both: Any, tmp_path: Path) -> None:
    """A repair makes up for no new failure; a page that only the preview has is the branch's own."""
    moved = (301, {"Location": "/moved/"}, b"")
    base: dict[str, Any] = {"/": BAD, "/a": "<p>Good.</p>", "/mended": PICTURE.format(name="crest")}
    base |= {"/moved": moved, "/moved/": '<button class="go"></button>'}
    preview = {"/": f"<p>More.</p>{BAD}", "/a": '<a href="/"></a>', "/mended": "<p>Good.</p>"}
    preview |= {"/new": '<input class="q">', "/moved": '<button class="go"></button>'}
    done = both(base, preview, "/\n/a\n/mended\n/new\n/moved\n")
    assert done.returncode == 1, done.stderr + done.stdout
    report = json.loads((tmp_path / "report" / "report.json").read_text(encoding="utf-8"))
    assert report["coverage"]["audited"] == 5
    failed = [each for each in report["comparison"]["changes"] if each["outcome"] == "failed"]
    assert {(each["status"], each["rule"], *each["pages"]) for each in failed} == {
        ("persisting", "image-alt", "/"),
        ("persisting", "button-name", "/moved"),
        ("fixed", "image-alt", "/mended"),
        ("new", "link-name", "/a"),
        ("new", "label", "/new"),
    }
    told = done.stdout.partition("GATE FAILED (new): ")[2]
    assert told.startswith("2 issues new since the main site")
    assert "such as /a" in told
    assert "such as /new" in told
    assert "NOT COMPARED" not in done.stdout


def test_what_cannot_be_compared_is_never_clean(both: Any) -> None:
    down = (500, {"Content-Type": "text/html"}, b"<h1>Down</h1>")
    done = both(
        {"/": "<p>Good.</p>", "/a": down}, {"/": "<p>Good.</p>", "/a": "<p>Good.</p>"}, "/\n/a\n/typo\n"
    )
    assert done.returncode == 3, done.stdout
    assert "NOT COMPARED: /a on the main site: The server answered 500." in done.stdout
    assert "NOT COMPARED: /typo on the preview: Broken link: not found (404)." in done.stdout


def test_the_preview_may_be_a_folder_and_what_pages_say_is_inert(
    site_server: Callable[..., Any], page: Callable[..., Any], command: Any, tmp_path: Path
) -> None:
    base = site_server({"/": page("Home", body=BAD)})
    (tmp_path / "dist").mkdir()
    hostile = BAD + '<img alt0="\n::error::owned \x1b[31m" src="/a.png">'
    body = page("Home", body=f"<p>Good.</p>{hostile}")[2]
    (tmp_path / "dist" / "index.html").write_bytes(body)
    (tmp_path / "pages.txt").write_text(f"# changed\n{base.origin}/\n", encoding="utf-8")
    options = ["--base", base.origin, "--preview", "dist", "--internal", "--format", "json"]
    done = command.run(tmp_path, "changed", "pages.txt", *options)
    assert done.returncode == 1, done.stderr
    assert "such as /" in done.stdout
    assert "\x1b" not in done.stdout
    assert not any(line.lstrip().startswith("::") for line in done.stdout.splitlines())


@pytest.mark.parametrize(
    ("pages", "base", "said"),
    [
        ("/a\ncontact\n", "https://www.example.org", "line 2: 'contact' is no path of these sites"),
        ("//other.example/\n", "https://www.example.org", "line 1"),
        ("https://other.example/\n", "https://www.example.org", "line 1"),
        ("# nothing\n", "https://www.example.org", "names no page"),
        ("/a\n", "https://www.example.org/project/", "give the site's root alone"),
    ],
)
def test_wrong_use_is_said_in_one_sentence(
    command: Any, tmp_path: Path, pages: str, base: str, said: str
) -> None:
    options = ["--base", base, "--preview", "http://localhost:8000"]
    done = command.run(tmp_path, "changed", "-", *options, stdin=pages)
    assert (done.returncode, done.stderr.count("\n")) == (2, 1), done.stderr
    assert said in done.stderr
