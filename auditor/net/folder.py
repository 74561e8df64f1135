"""A folder of built files as a static host would serve it, on this machine alone, while it is needed.

As GitHub Pages, Netlify and their like do: `index.html` answers for its folder, `/about` is `about.html`, and
`404.html` says that something is not there.
"""

from __future__ import annotations

import mimetypes
import os
import re
import shutil
from collections.abc import Iterable
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from types import TracebackType
from typing import Any, Self
from urllib.parse import quote, unquote
from xml.sax.saxutils import escape

from auditor.errors import UsageError
from auditor.urls import shortest_first

PAGES = (".html", ".htm", ".xhtml")
ENDING = re.compile(rb"""href=["']?[^"'\s>:]*\.html\b""", re.IGNORECASE)  # a link within the site
# What Python before 3.14 does not know, whatever the machine has in its own lists.
MORE_TYPES = {
    ".avif": "image/avif",
    ".mjs": "text/javascript",
    ".otf": "font/otf",
    ".ttf": "font/ttf",
    ".vtt": "text/vtt",
    ".webmanifest": "application/manifest+json",
    ".webp": "image/webp",
    ".woff": "font/woff",
    ".woff2": "font/woff2",
}
IN_UTF_8 = ("text/", "application/javascript", "application/json", "application/manifest+json")


class FolderSite:
    """`with FolderSite(Path("dist")) as site: … site.url`.

    Nothing outside the folder is served, whatever a path or a symbolic link says, and nothing whose name
    begins with a dot. The folder's own robots.txt and sitemap.xml speak of the site as it is published, so
    they are not served: in place of the sitemap stands a list of every page of the folder, each by the
    address that its links have: `/about.html` where the home page's links end so, else `/about`.
    """

    def __init__(self, folder: Path) -> None:
        """Raises `UsageError` where there is no such folder, or no page in it."""
        self.root = folder.resolve()
        if not self.root.is_dir():
            raise UsageError(f"{folder} is no folder. Name the one that your build writes.")
        self.pages = sorted(self._pages(), key=shortest_first)  # their paths; "/" for the folder's own
        if not self.pages:
            raise UsageError(
                f"{folder} holds no HTML file. Build the site first, or name the folder it is in."
            )
        self._server = _Server(("127.0.0.1", 0), type("Handler", (_Handler,), {"site": self}))
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        self._thread = Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)

    def _pages(self) -> Iterable[str]:
        home = self.file("/")
        is_bare = home is not None and not ENDING.search(home.read_bytes())
        for file in self.root.rglob("*"):
            if file.suffix.lower() not in PAGES:
                continue
            path = quote("/" + file.relative_to(self.root).as_posix())
            bare = path.removesuffix(".html")
            if file.name == "index.html":
                path = path.removesuffix("index.html")
            elif is_bare and self.file(bare) == self.file(path):
                path = bare
            if self.file(path):
                yield path

    def file(self, path: str) -> Path | None:
        """The file that answers to a URL's path; None where none may."""
        steps = [step for step in unquote(path).split("/") if step]
        if any(step.startswith(".") for step in steps):  # `..` too
            return None
        at = self.root.joinpath(*steps)
        names = [at / "index.html"] if path.endswith("/") else [at, at.with_name(f"{at.name}.html")]
        try:
            for real in (name.resolve() for name in names):
                if real.is_relative_to(self.root) and real.is_file():
                    return real
        except (OSError, RuntimeError, ValueError):  # too long a name, links in a circle, a NUL
            return None
        return None

    def sitemap(self) -> bytes:
        listed = "".join(f"<url><loc>{escape(self.url + page)}</loc></url>" for page in self.pages)
        return f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{listed}</urlset>'.encode()

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A browser that closes its connection early is nothing to print about."""


class _Handler(BaseHTTPRequestHandler):
    site: FolderSite
    protocol_version = "HTTP/1.1"
    server_version = "Folder"
    sys_version = ""
    disable_nagle_algorithm = True  # else each answer waits 40 ms for the other side
    timeout = 10  # seconds that an idle connection is kept

    def do_GET(self) -> None:
        asked, mark, query = self.path.partition("?")
        path = "/" + asked.lstrip("/")  # `//host` would lead there, when repeated in a redirect
        if path == "/sitemap.xml":
            self._head(HTTPStatus.OK, "application/xml", self.site.sitemap())
        elif path == "/robots.txt":
            self._head(HTTPStatus.NOT_FOUND, "text/plain", b"Not found\n")
        elif file := self.site.file(path):
            self._file(HTTPStatus.OK, file)
        elif not path.endswith("/") and self.site.file(f"{path}/"):
            self._head(HTTPStatus.MOVED_PERMANENTLY, "text/plain", b"", location=f"{path}/{mark}{query}")
        elif file := self.site.file("/404.html"):
            self._file(HTTPStatus.NOT_FOUND, file)
        else:
            self._head(HTTPStatus.NOT_FOUND, "text/plain", b"Not found\n")

    do_HEAD = do_GET

    def _file(self, status: HTTPStatus, file: Path) -> None:
        with file.open("rb") as opened:
            self._head(status, media_type(file), length=os.fstat(opened.fileno()).st_size)
            if self.command != "HEAD":
                shutil.copyfileobj(opened, self.wfile)

    def _head(
        self,
        status: HTTPStatus,
        kind: str,
        body: bytes = b"",
        *,
        length: int | None = None,
        location: str = "",
    ) -> None:
        self.send_response(status)
        self.send_header("Content-Type", f"{kind}; charset=utf-8" if kind.startswith(IN_UTF_8) else kind)
        self.send_header("Content-Length", str(len(body) if length is None else length))
        if location:
            self.send_header("Location", location)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:
        """What is asked for stands in the report."""


_TYPES = mimetypes.MimeTypes()  # of Python itself: the machine's own lists differ
for _suffix, _kind in MORE_TYPES.items():
    _TYPES.add_type(_kind, _suffix)


def media_type(file: Path) -> str:
    """By the file's name, as static hosts tell it."""
    kind, packed = _TYPES.guess_type(file.name, strict=False)
    return kind if kind and not packed else "application/octet-stream"
