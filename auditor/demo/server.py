"""Serve the demo site, its account host, its supplier's and its payment company's on ports of this machine.

Ports are origins of their own, as with a council that frames its supplier's map. Nothing is kept between
requests: the form carries its answers in the address, and who signed in has a cookie.
"""

import re
import secrets
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from functools import cache
from html import escape
from http import HTTPStatus
from http.cookies import CookieError, SimpleCookie
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import BytesIO
from pathlib import Path
from random import Random
from string import Template
from threading import Thread
from types import TracebackType
from typing import Any, NamedTuple, Self
from urllib.parse import parse_qs, urlencode, urlsplit

from PIL import Image

from auditor.demo import services
from auditor.demo.pages import SITE, Page, load_page, load_pages, render

HTML = "text/html; charset=utf-8"
CONTENT_TYPES = {
    ".css": "text/css; charset=utf-8",
    ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ".html": HTML,
    ".js": "text/javascript; charset=utf-8",
    ".pdf": "application/pdf",
    ".png": "image/png",
    ".pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    ".svg": "image/svg+xml",
    ".txt": "text/plain; charset=utf-8",
    ".wav": "audio/wav",
    ".webm": "video/webm",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
REDIRECTS = {"/binday": "/bins", "/council_tax.aspx": "/council-tax"}
NEWS_PER_PAGE = 2
LONGEST_BODY = 10_000  # bytes
BIN_TYPES = {"rubbish": "Rubbish (grey bin)", "recycling": "Recycling (blue bin)", "garden": "Garden (brown)"}

Answers = Mapping[str, str]


class Request(NamedTuple):
    """One request as the demo site saw it. `origin` is "site", "account", "supplier" or "payment"."""

    origin: str
    method: str
    path: str
    user_agent: str


class Response(NamedTuple):
    """What is sent back; `location` only with a redirect, `session` only to who just signed in."""

    status: HTTPStatus
    content_type: str
    body: bytes
    location: str = ""
    session: str = ""


def _html(text: str, status: HTTPStatus = HTTPStatus.OK) -> Response:
    return Response(status, HTML, text.encode())


def _xml(root: str, items: list[str]) -> Response:
    namespace = "http://www.sitemaps.org/schemas/sitemap/0.9"
    text = f'<?xml version="1.0" encoding="UTF-8"?>\n<{root} xmlns="{namespace}">{"".join(items)}</{root}>\n'
    return Response(HTTPStatus.OK, "application/xml", text.encode())


def _long_date(iso: str) -> str:
    day = date.fromisoformat(iso)
    return f"{day.day} {day:%B %Y}"


def _redirect(location: str, status: HTTPStatus) -> Response:
    return Response(status, "text/plain; charset=utf-8", b"Moved\n", location)


@cache
def _noise() -> bytes:
    made = BytesIO()
    side = 820
    pixels = Random(1).randbytes(side * side * 3)  # noqa: S311 - no secret
    Image.frombytes("RGB", (side, side), pixels).save(made, "PNG", compress_level=1)
    return made.getvalue()


def _files(folder: Path, prefix: str) -> dict[str, Path]:
    """Address -> file. Only what is listed here can be asked for, so no address can leave the folder."""
    return {
        prefix + path.relative_to(folder).as_posix(): path for path in folder.rglob("*") if path.is_file()
    }


def _told(told: services.Told) -> Response:
    if not told.location:
        return _html(told.html)
    return _redirect(told.location, HTTPStatus.SEE_OTHER)._replace(session=told.session)


def _file(path: Path) -> Response:
    return Response(HTTPStatus.OK, CONTENT_TYPES[path.suffix], path.read_bytes())


class _AccountSite:
    """My Harrowmere."""

    def __init__(self, values: Answers, session: str) -> None:
        self.account = services.Account(values, session)
        self.static = _files(SITE / "static", "/static/")

    def get(self, path: str, query: Answers) -> Response:
        if path in self.static:
            return _file(self.static[path])
        told = self.account.get(path, query)
        return _told(told) if told else Response(HTTPStatus.NOT_FOUND, CONTENT_TYPES[".txt"], b"Not found\n")

    def post(self, path: str, answers: Answers) -> Response:
        told = self.account.post(path, answers)
        return _told(told) if told else self.get(path, answers)


class _PaymentSite:
    """The company that takes cards."""

    def get(self, path: str, query: Answers) -> Response:
        if path == "/card":
            return _html(services.card(query))
        return Response(HTTPStatus.NOT_FOUND, CONTENT_TYPES[".txt"], b"Not found\n")

    def post(self, path: str, answers: Answers) -> Response:
        return self.get(path, answers)


class _MainSite:
    """The council's own site."""

    def __init__(self, values: Answers) -> None:
        self.site_url = values["site_url"]
        self.values = values
        self.services = services.Services(self.values)
        self.pages = load_pages()
        self.not_found = load_page(SITE / "not-found.html", "")
        self.static = _files(SITE / "static", "/static/")
        self.news = sorted((p for p in self.pages.values() if p.date), key=lambda p: p.date, reverse=True)
        self.views: dict[str, Callable[[Answers], Response]] = {
            "/news": self._news,
            "/search": self._search,
            "/bins/missed": lambda answers: self._missed_start(answers, ""),
            "/bins/missed/which-bin": lambda answers: self._missed_which(answers, ""),
            "/bins/missed/check": lambda answers: self._missed_check(answers, ""),
            "/generated/map.png": self._map,
            "/robots.txt": self._robots,
            "/sitemap.xml": self._sitemap_index,
            "/sitemap-pages.xml": self._sitemap_pages,
            "/sitemap-news.xml": self._sitemap_news,
        }
        self.forms: dict[str, Callable[[Answers], Response]] = {
            "/bins/missed": self._post_start,
            "/bins/missed/which-bin": self._post_which,
            "/bins/missed/check": self._post_check,
        }

    def get(self, path: str, query: Answers) -> Response:
        if path in self.views:
            return self.views[path](query)
        if path in self.services.get:
            return _told(self.services.get[path](query))
        if path in self.pages:
            return self._page(self.pages[path])
        if path in self.static:
            return _file(self.static[path])
        if path in REDIRECTS:
            return _redirect(REDIRECTS[path], HTTPStatus.MOVED_PERMANENTLY)
        if path.endswith("/") and path.rstrip("/") in self.pages:
            return _redirect(path.rstrip("/"), HTTPStatus.MOVED_PERMANENTLY)
        return self._page(self.not_found, status=HTTPStatus.NOT_FOUND)

    def post(self, path: str, answers: Answers) -> Response:
        if path in self.forms:
            return self.forms[path](answers)
        if path in self.services.post:
            return _told(self.services.post[path](answers))
        return Response(HTTPStatus.METHOD_NOT_ALLOWED, CONTENT_TYPES[".txt"], b"This page takes no answers\n")

    def _page(self, page: Page, status: HTTPStatus = HTTPStatus.OK, **values: str) -> Response:
        return _html(render(page, {**self.values, **values}), status)

    def _news(self, query: Answers) -> Response:
        last = -(-len(self.news) // NEWS_PER_PAGE)
        wanted = query.get("page", "1")
        if wanted not in {str(number) for number in range(1, last + 1)}:
            return self._page(self.not_found, status=HTTPStatus.NOT_FOUND)
        number = int(wanted)
        shown = self.news[(number - 1) * NEWS_PER_PAGE : number * NEWS_PER_PAGE]
        items = "".join(
            f'<li><h2><a href="{page.url}">{escape(page.summary)}</a></h2>'
            f'<p><time datetime="{page.date}">{_long_date(page.date)}</time></p></li>'
            for page in shown
        )
        current = {number: ' aria-current="page"'}
        numbers = "".join(
            f'<li><a href="/news?page={n}" aria-label="Page {n}"{current.get(n, "")}>{n}</a></li>'
            for n in range(1, last + 1)
        )
        title = "News" if number == 1 else f"News, page {number} of {last}"
        return self._page(replace(self.pages["/news"], title=title), items=items, numbers=numbers)

    def _search(self, query: Answers) -> Response:
        words = query.get("q", "").strip()
        found = [
            page
            for page in self.pages.values()
            if words and page.in_sitemap and words.lower() in f"{page.title} {page.summary}".lower()
        ]
        items = "".join(
            f'<li><a href="{page.url}">{escape(page.summary or page.title)}</a></li>' for page in found
        )
        results = ""
        if words:
            count = f"{len(found)} result{'' if len(found) == 1 else 's'} for “{escape(words)}”"
            results = f"<h2>{count}</h2>" + (f'<ol class="plain">{items}</ol>' if items else "")
        return self._page(self.pages["/search"], words=escape(words), results=results)

    def _missed_start(self, answers: Answers, wrong: str) -> Response:
        postcode = escape(answers.get("postcode", ""))
        return self._page(self.pages["/bins/missed"], postcode=postcode, wrong=wrong)

    def _post_start(self, answers: Answers) -> Response:
        postcode = answers.get("postcode", "").strip()
        if not re.fullmatch(r"[A-Za-z]{1,2}\d{1,2} ?\d[A-Za-z]{2}", postcode):
            return self._missed_start(answers, wrong=' class="wrong"')
        return _redirect(f"/bins/missed/which-bin?{urlencode({'postcode': postcode})}", HTTPStatus.SEE_OTHER)

    def _missed_which(self, answers: Answers, error: str) -> Response:
        postcode = escape(answers.get("postcode", ""))
        return self._page(self.pages["/bins/missed/which-bin"], postcode=postcode, error=error)

    def _post_which(self, answers: Answers) -> Response:
        kind = answers.get("bin", "")
        if kind not in BIN_TYPES:
            return self._missed_which(answers, error='<p class="wrong-text">Something is missing.</p>')
        query = urlencode({"postcode": answers.get("postcode", ""), "bin": kind})
        return _redirect(f"/bins/missed/check?{query}", HTTPStatus.SEE_OTHER)

    def _missed_check(self, answers: Answers, error: str) -> Response:
        kind = answers.get("bin", "")
        summary = field = ""
        if error:
            summary = (
                '<div class="error-summary" role="alert"><h2>There is a problem</h2>'
                f'<p><a href="#email">{error}</a></p></div>'
            )
            field = f'<p class="wrong-text" id="email-error">Error: {error}</p>'
        return self._page(
            self.pages["/bins/missed/check"],
            bin=escape(kind),
            bin_name=BIN_TYPES.get(kind, "Not chosen"),
            postcode=escape(answers.get("postcode", "")) or "Not given",
            email=escape(answers.get("email", "")),
            summary=summary,
            field=field,
            described=' aria-describedby="email-error" aria-invalid="true"' if error else "",
        )

    def _post_check(self, answers: Answers) -> Response:
        if not re.fullmatch(r"[^@\s]+@[^@\s]+\.[^@\s]+", answers.get("email", "").strip()):
            return self._missed_check(answers, "Enter an email address, like name@example.com")
        return _redirect("/bins/missed/done", HTTPStatus.SEE_OTHER)

    def _map(self, _query: Answers) -> Response:
        """A picture that nothing makes smaller: about 2 MB, made here rather than kept in the repository."""
        return Response(HTTPStatus.OK, CONTENT_TYPES[".png"], _noise())

    def _robots(self, _query: Answers) -> Response:
        text = (
            "User-agent: *\nDisallow: /internal/\n\n"
            f"Sitemap: {self.site_url}/sitemap.xml\nSitemap: {self.site_url}/sitemap-news.xml\n"
        )
        return Response(HTTPStatus.OK, CONTENT_TYPES[".txt"], text.encode())

    def _sitemap_index(self, _query: Answers) -> Response:
        names = ("sitemap-pages.xml", "sitemap-news.xml")
        return _xml("sitemapindex", [f"<sitemap><loc>{self.site_url}/{n}</loc></sitemap>" for n in names])

    def _sitemap_pages(self, _query: Answers) -> Response:
        pages = [page for page in self.pages.values() if page.in_sitemap and not page.date]
        return _xml("urlset", [f"<url><loc>{self.site_url}{page.url}</loc></url>" for page in pages])

    def _sitemap_news(self, _query: Answers) -> Response:
        urls = [
            f"<url><loc>{self.site_url}{page.url}</loc><lastmod>{page.date}</lastmod></url>"
            for page in self.news
            if page.in_sitemap
        ]
        return _xml("urlset", urls)


class _SupplierSite:
    """The company that draws the bin map: a few files, with `$site_url` filled in in its pages."""

    def __init__(self, site_url: str) -> None:
        self.site_url = site_url
        self.files = _files(SITE / "supplier", "/")

    def get(self, path: str, _query: Answers) -> Response:
        file = self.files.get(path)
        if file is None:
            return Response(HTTPStatus.NOT_FOUND, CONTENT_TYPES[".txt"], b"Not found\n")
        if file.suffix == ".html":
            return _html(Template(file.read_text(encoding="utf-8")).substitute(site_url=self.site_url))
        return _file(file)

    def post(self, _path: str, _answers: Answers) -> Response:
        return Response(HTTPStatus.METHOD_NOT_ALLOWED, CONTENT_TYPES[".txt"], b"Nothing to send here\n")


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A browser that closes its connection early is nothing to print about."""


def _handler(
    origin: str,
    pages: Callable[[], _MainSite | _AccountSite | _SupplierSite | _PaymentSite],
    requests: list[Request],
) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        server_version = "Harrowmere"
        sys_version = ""
        disable_nagle_algorithm = True  # else each answer waits 40 ms for the other side
        timeout = 10  # seconds that an idle connection is kept

        def do_GET(self) -> None:
            path, query = self._target()
            self._send(pages().get(path, query))

        do_HEAD = do_GET

        def do_POST(self) -> None:
            path, _ = self._target()
            length = self.headers.get("Content-Length", "")
            if not length.isdecimal() or int(length) > LONGEST_BODY:
                self.close_connection = True
                self._send(
                    Response(HTTPStatus.BAD_REQUEST, CONTENT_TYPES[".txt"], b"Too long, or no length\n")
                )
                return
            text = self.rfile.read(int(length)).decode("utf-8", errors="replace")
            self._send(pages().post(path, self._with_session(_first_values(text))))

        def _target(self) -> tuple[str, Answers]:
            agent = self.headers.get("User-Agent", "")
            requests.append(Request(origin, self.command, self.path, agent))
            parts = urlsplit(self.path)
            return parts.path, self._with_session(_first_values(parts.query))

        def _with_session(self, values: Answers) -> Answers:
            """With the cookie of who signed in; no field of that name stands for it."""
            try:
                cookie = SimpleCookie(self.headers.get("Cookie", "")).get("session")
            except CookieError:
                cookie = None
            return {**values, "session": cookie.value if cookie else ""}

        def _send(self, response: Response) -> None:
            self.send_response(response.status)
            self.send_header("Content-Type", response.content_type)
            self.send_header("Content-Length", str(len(response.body)))
            if response.location:
                self.send_header("Location", response.location)
            if response.session:
                self.send_header("Set-Cookie", f"session={response.session}; Path=/; HttpOnly; SameSite=Lax")
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(response.body)

        def log_message(self, format: str, *args: Any) -> None:
            """Keep the terminal quiet: `DemoSite.requests` is the log."""

    return Handler


def _first_values(query: str) -> Answers:
    return {name: values[0] for name, values in parse_qs(query, keep_blank_values=True).items()}


class DemoSite:
    """The demo site while it is served: `with DemoSite() as site: ... site.url`.

    Args:
        host: the address to listen on.
        port: the main site's port; 0 takes a free one. The others' ports are always free ones.
    """

    def __init__(self, host: str = "127.0.0.1", port: int = 0) -> None:
        self.requests: list[Request] = []
        self._site = _Server((host, port), _handler("site", lambda: self._main, self.requests))
        self._supplier = _Server((host, 0), _handler("supplier", lambda: self._map, self.requests))
        self._payment = _Server((host, 0), _handler("payment", _PaymentSite, self.requests))
        self._account = _Server((host, 0), _handler("account", lambda: self._mine, self.requests))
        self._servers = (self._site, self._account, self._supplier, self._payment)
        self.session = secrets.token_urlsafe(24)  # of who signed in
        self.payment_url = f"http://{host}:{self._payment.server_port}"
        self.url = f"http://{host}:{self._site.server_port}"
        self.supplier_url = f"http://{host}:{self._supplier.server_port}"
        self.account_url = f"http://{host}:{self._account.server_port}"
        values = {
            "site_url": self.url,
            "account_url": self.account_url,
            "supplier_url": self.supplier_url,
            "payment_url": self.payment_url,
        }
        self._main = _MainSite(values)
        self._mine = _AccountSite(values, self.session)
        self._map = _SupplierSite(self.url)
        self._threads = [
            Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
            for server in self._servers
        ]

    @property
    def submissions(self) -> int:
        """Requests that would have been a real submission or payment."""
        posts = [each for each in self.requests if each.method == "POST"]
        return sum(each.path.split("?")[0] in services.FINAL for each in posts)

    def __enter__(self) -> Self:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for server in self._servers:
            server.shutdown()
            server.server_close()
        for thread in self._threads:
            thread.join()
