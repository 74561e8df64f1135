"""A folder of files as a static host serves it, and nothing but that folder."""

from __future__ import annotations

import http.client
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from auditor.errors import UsageError
from auditor.net.folder import FolderSite

Get = Callable[..., tuple[int, dict[str, str], bytes]]

FILES = {
    "index.html": "home",
    "about.html": "about",
    "news/index.html": "news",
    "news/first day.html": "first day",
    "404.html": "not there",
    "style.css": "a {}",
    "app.js": "0",
    "font.woff2": "x",
    "picture.webp": "x",
    "robots.txt": "User-agent: *\nDisallow: /\nSitemap: https://www.example.org/sitemap.xml",
    "sitemap.xml": "<urlset><url><loc>https://www.example.org/</loc></url></urlset>",
    ".env": "SECRET=1",
    ".git/index.html": "git",
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    outside = tmp_path_factory.mktemp("outside")
    (outside / "secret.html").write_text("secret", encoding="utf-8")
    built = outside / "built"
    for name, text in FILES.items():
        (built / name).parent.mkdir(parents=True, exist_ok=True)
        (built / name).write_text(text, encoding="utf-8")
    (built / "out.html").symlink_to(outside / "secret.html")
    (built / "up").symlink_to(outside)
    (built / "circle").symlink_to(built / "circle")
    (built / "within.html").symlink_to(built / "about.html")
    return built


@pytest.fixture(scope="module")
def get(folder: Path) -> Iterator[Get]:
    with FolderSite(folder) as site:

        def ask(path: str, method: str = "GET") -> tuple[int, dict[str, str], bytes]:
            connection = http.client.HTTPConnection(urlsplit(site.url).netloc, timeout=5)
            connection.putrequest(method, path, skip_host=False)  # as it stands: no client mends it
            connection.endheaders()
            answer = connection.getresponse()
            found = answer.status, {k.lower(): v for k, v in answer.getheaders()}, answer.read()
            connection.close()
            return found

        yield ask


@pytest.mark.parametrize(
    ("path", "body", "kind"),
    [
        ("/", b"home", "text/html; charset=utf-8"),
        ("/?a=b", b"home", "text/html; charset=utf-8"),
        ("/about.html", b"about", "text/html; charset=utf-8"),
        ("/about", b"about", "text/html; charset=utf-8"),
        ("/news/", b"news", "text/html; charset=utf-8"),
        ("/news/first%20day", b"first day", "text/html; charset=utf-8"),
        ("/within", b"about", "text/html; charset=utf-8"),
        ("/style.css", b"a {}", "text/css; charset=utf-8"),
        ("/font.woff2", b"x", "font/woff2"),
        ("/picture.webp", b"x", "image/webp"),
    ],
)
def test_files_are_served_as_static_hosts_do(get: Get, path: str, body: bytes, kind: str) -> None:
    status, headers, answer = get(path)
    assert (status, answer, headers["content-type"]) == (200, body, kind)


def test_scripts_have_a_type_that_browsers_run(get: Get) -> None:
    assert get("/app.js")[1]["content-type"].partition(";")[0] in (
        "text/javascript",
        "application/javascript",
    )


def test_a_folder_gets_its_slash_and_no_other_host(get: Get) -> None:
    status, headers, _ = get("/news?page=2")
    assert (status, headers["location"]) == (301, "/news/?page=2")
    assert get("//news")[1]["location"] == "/news/"


def test_what_is_not_there_is_said_by_the_sites_own_page(get: Get) -> None:
    assert get("/nowhere")[::2] == (404, b"not there")
    assert get("/nowhere/")[::2] == (404, b"not there")


@pytest.mark.parametrize(
    "path",
    [
        "/../secret.html",
        "/%2e%2e/secret.html",
        "/..%2fsecret.html",
        "/news/../../secret.html",
        "/out.html",
        "/out",
        "/up/secret.html",
        "/up/",
        "//etc/passwd",
        "/%2fetc%2fpasswd",
        "/circle",
        "/%00",
        "/" + "a" * 5000,
        "/.env",
        "/.git/",
        "/news/%2e%2e/.env",
    ],
)
def test_nothing_else_is_served(get: Get, path: str) -> None:
    assert get(path)[::2] == (404, b"not there")


def test_head_has_no_body(get: Get) -> None:
    status, headers, body = get("/about", "HEAD")
    assert (status, headers["content-length"], body) == (200, "5", b"")


def test_what_speaks_of_the_published_site_is_left_aside(get: Get) -> None:
    assert get("/robots.txt")[0] == 404
    listed = get("/sitemap.xml")[2].decode()
    paths = ["/", "/404", "/about", "/news/", "/news/first%20day", "/within"]
    assert sorted(re.findall(r"<loc>http://127\.0\.0\.1:\d+(/.*?)</loc>", listed)) == paths
    assert listed.count("<loc>") == len(paths)


def test_addresses_end_as_the_links_do(tmp_path: Path) -> None:
    (tmp_path / "a.html").write_text("a", encoding="utf-8")
    for link, listed in (("a.html#b", "/a.html"), ("a", "/a"), ("https://other.example/a.html", "/a")):
        (tmp_path / "index.html").write_text(f'<a href="{link}">', encoding="utf-8")
        with FolderSite(tmp_path) as site:
            assert site.pages == ["/", listed]


def test_what_cannot_be_served_is_said(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="is no folder"):
        FolderSite(tmp_path / "dist")
    with pytest.raises(UsageError, match="holds no HTML file"):
        FolderSite(tmp_path)
