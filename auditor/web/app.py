"""The pages and what they answer. Nothing here writes to the store; GET and HEAD are all there is."""

from __future__ import annotations

import mimetypes
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from http import HTTPStatus
from pathlib import Path

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import MutableHeaders
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.routing import Route
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from auditor.errors import StoreError
from auditor.formats import FORMATS
from auditor.formats._template import environment, style
from auditor.formats.served import Served, ServedSite, name_of
from auditor.models import AuditPoint, Region, RunState, Site, Standing, UrlOutcome
from auditor.region import slug
from auditor.situation import counts
from auditor.store import RunReader, Store
from auditor.store.live import newest, newest_points, present, runs, situation
from auditor.web.shelf import Busy, Order, Shelf, Unwritten, Write

HTML = "html"
OVERVIEW = "overview"
OTHERS = tuple(name for name in FORMATS if name != HTML)
MANIFEST = ".auditor-files"
OVERVIEW_HOURS = 3600  # seconds for which an overview is shown as it is: with many sites it takes minutes

mimetypes.add_type("image/webp", ".webp")  # not every machine knows it


@dataclass(frozen=True, kw_only=True)
class Sources:
    """What the pages are made of."""

    store: Store
    sites: Sequence[Site]  # of sites.toml
    region: Region
    write: Write  # writes a report; runs in a process of its own
    due: Callable[[], Mapping[str, str]]  # what is to be said of sites' schedules, by id
    stamp: Callable[[str], str]  # of the files beside the store that a site's report is made of


def app(sources: Sources, hosts: Sequence[str], folder: Path) -> ASGIApp:
    """`hosts`: the names it may be asked by; `folder`: an empty one, for reports as they are written."""
    view = _View(sources, folder)
    answering = Starlette(
        routes=[
            Route("/", view.sites),
            Route("/report.css", view.style),
            Route("/favicon.ico", view.no_icon),
            Route("/sites/{slug}/", view.site),
            Route("/status/", view.status),
            Route("/health", view.health),
            Route("/audits/{run:int}/", view.audit),
            Route("/audits/{run:int}/report/{path:path}", view.report),
            Route("/audits/{run:int}/files/{form}/{path:path}", view.files),
            Route("/overview/sites/{slug}/{path:path}", view.report_of),
            Route("/overview/{path:path}", view.overview),
        ],
        middleware=[Middleware(TrustedHostMiddleware, allowed_hosts=list(hosts), www_redirect=False)],
        exception_handlers={
            HTTPException: view.refusal,
            StoreError: view.no_store,
            Unwritten: view.unwritten,
            Exception: view.fault,
        },
    )
    answering.router.redirect_slashes = False  # it would redirect to an address without our prefix
    return _Headers(answering)


class _Headers:
    """Headers of every answer, also of errors: nothing runs, nothing is framed, nothing is kept."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        self.headers = {
            "Content-Security-Policy": f"{environment().globals['policy']}; frame-ancestors 'none'",
            "X-Content-Type-Options": "nosniff",
            "X-Frame-Options": "DENY",
            "Referrer-Policy": "no-referrer",
            "Cross-Origin-Opener-Policy": "same-origin",
            "Cross-Origin-Resource-Policy": "same-origin",
        }

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers.update(self.headers)
                headers.setdefault("Cache-Control", "no-store")
            await send(message)

        await self.app(scope, receive, with_headers)


class _View:
    def __init__(self, sources: Sources, folder: Path) -> None:
        self.sources = sources
        self.store = sources.store
        self.shelf = Shelf(sources.write, folder)
        self.whose = sources.region.name if sources.region != Region() else ""

    def served(self, request: Request) -> Served:
        root = "../" * (request.url.path.count("/") - 1)
        return Served(at=datetime.now(UTC), root=root, whose=self.whose)

    # Pages ------------------------------------------------------------------------------------------------

    def sites(self, request: Request) -> Response:
        number = request.query_params.get("page", "1")
        sheet = int(number) if number.isascii() and number.isdecimal() and len(number) < 6 else 0
        page = self.served(request).sites(list(self._sites().values()), sheet)
        if page is None:
            raise HTTPException(HTTPStatus.NOT_FOUND)
        return HTMLResponse(page)

    def site(self, request: Request) -> Response:
        site_id, site = self._site(request)
        page = self.served(request).site(site, runs(self.store, site_id), self.store.points(site_id))
        return HTMLResponse(page)

    def audit(self, request: Request) -> Response:
        reader = self._reader(request.path_params["run"])
        standing = reader.standing()
        site = ServedSite(
            slug=slug(standing.run.site),
            name=self._names().get(standing.run.site) or name_of(standing.run),
            standing=standing,
            point=None,
        )
        outcomes = {
            UrlOutcome(word) if word else None: n for word, n in self.store.counts(reader.run_id).items()
        }
        points = {point.run: point for point in self.store.points(standing.run.site)}
        page = self.served(request).audit(site, standing, outcomes, points.get(reader.run_id), OTHERS)
        return HTMLResponse(page)

    def status(self, request: Request) -> Response:
        return HTMLResponse(self.served(request).status(situation(self.store), self._names()))

    def health(self, request: Request) -> Response:
        """No word of any site, so that a monitor need not be let in to more."""
        try:
            told = counts(situation(self.store))
        except StoreError:
            told = {"healthy": False, "error": "The store cannot be read."}
        return JSONResponse(told, 200 if told["healthy"] else 503)

    def style(self, request: Request) -> Response:
        return Response(style(), media_type="text/css", headers={"Cache-Control": "private, max-age=300"})

    def no_icon(self, request: Request) -> Response:
        return Response(status_code=HTTPStatus.NO_CONTENT)

    # Reports ----------------------------------------------------------------------------------------------

    async def report(self, request: Request) -> Response:
        order = await run_in_threadpool(self._order, HTML, request.path_params["run"])
        folder = await self.shelf.ask(order)
        return await self._file(request, folder, request.path_params["path"] or "index.html")

    async def files(self, request: Request) -> Response:
        form, path = request.path_params["form"], request.path_params["path"]
        if form not in OTHERS:
            raise HTTPException(HTTPStatus.NOT_FOUND)
        order = await run_in_threadpool(self._order, form, request.path_params["run"])
        folder = await self.shelf.ask(order)
        if folder is None or path:
            return await self._file(request, folder, path, attached=True)
        names = (folder / MANIFEST).read_text(encoding="utf-8").splitlines()
        files = [(name, (folder / name).stat().st_size) for name in names]
        sentence = f"{len(files):,} file{'' if len(files) == 1 else 's'}, written from the store."
        page = self.served(request).message("Files to download", sentence, files=files)
        return HTMLResponse(page)

    async def overview(self, request: Request) -> Response:
        if not await run_in_threadpool(self._sites):
            raise HTTPException(HTTPStatus.NOT_FOUND, "There is no website yet to give an overview of.")
        hour = int(datetime.now(UTC).timestamp() // OVERVIEW_HOURS)
        folder = await self.shelf.ask(Order(what=OVERVIEW, run=0, stamp=str(hour)))
        return await self._file(request, folder, request.path_params["path"] or "index.html")

    def report_of(self, request: Request) -> Response:
        """Where the overview expects a site's report."""
        _, site = self._site(request)
        if not site.report and site.standing is None:
            raise HTTPException(HTTPStatus.NOT_FOUND)
        target = site.report or (site.standing and f"audits/{site.standing.run.id}/")
        return RedirectResponse(f"{self.served(request).root}{target}")

    async def _file(
        self, request: Request, folder: Path | None, path: str, *, attached: bool = False
    ) -> Response:
        if folder is None:
            text = "It is written once, from the store, and stays here after that. A large one takes minutes."
            page = self.served(request).message("The report is being written", text, again="./")
            return HTMLResponse(page, HTTPStatus.ACCEPTED)
        if path == MANIFEST:
            raise HTTPException(HTTPStatus.NOT_FOUND)
        response = await StaticFiles(directory=folder).get_response(path, request.scope)
        response.headers["Cache-Control"] = "private, no-cache"
        if attached or not path.endswith((".html", ".css", ".webp", ".svg")):
            response.headers["Content-Disposition"] = f'attachment; filename="{Path(path).name}"'
        return response

    def _order(self, what: str, run_id: int) -> Order:
        run = self._reader(run_id).run()
        if run.state is RunState.RUNNING:
            raise HTTPException(HTTPStatus.NOT_FOUND, "There is no report of an audit before it has ended.")
        newest = newest_points(self.store).get(run.site)  # an older report says that it is
        stamp = f"{run.finished} {newest and newest.run} {self.sources.stamp(run.site)}"
        return Order(what=what, run=run_id, stamp=stamp)

    # What is known ----------------------------------------------------------------------------------------

    def _names(self) -> Mapping[str, str]:
        return {site.id: site.name for site in self.sources.sites}

    def _sites(self) -> dict[str, ServedSite]:
        """By id: all of sites.toml and of the store."""
        standings = {each.run.site: each for each in newest(self.store)}
        points = newest_points(self.store)
        kept = present(self.store, [point.run for point in points.values()])
        names, due = self._names(), self.sources.due()
        return {
            site_id: _served(
                site_id,
                names.get(site_id),
                standings.get(site_id),
                points.get(site_id),
                kept,
                due.get(site_id, ""),
            )
            for site_id in {**standings, **points, **names}
        }

    def _site(self, request: Request) -> tuple[str, ServedSite]:
        names = self._names()
        wanted = request.path_params["slug"]
        known = {**dict.fromkeys(RunReader.sites(self.store)), **names}
        site_id = next((each for each in known if slug(each) == wanted), None)
        if site_id is None:
            raise HTTPException(HTTPStatus.NOT_FOUND)
        reader = RunReader.latest(self.store, site_id)
        standing = reader.standing() if reader else None
        point = next(iter(reversed(self.store.points(site_id))), None)
        kept = present(self.store, [point.run]) if point else set()
        due = self.sources.due().get(site_id, "")
        return site_id, _served(site_id, names.get(site_id), standing, point, kept, due)

    def _reader(self, run_id: int) -> RunReader:
        reader = RunReader.numbered(self.store, run_id) if run_id < 2**31 else None
        if reader is None:
            raise HTTPException(HTTPStatus.NOT_FOUND, "The store has no audit of that number any more.")
        return reader

    # What went wrong --------------------------------------------------------------------------------------

    def refusal(self, request: Request, error: Exception) -> Response:
        assert isinstance(error, HTTPException)
        phrase = HTTPStatus(error.status_code).phrase
        told = error.detail if error.detail != phrase else "There is nothing at this address."
        if error.status_code == HTTPStatus.METHOD_NOT_ALLOWED:
            told = "These pages can only be read."
        page = self.served(request).message(phrase, told)
        return HTMLResponse(page, error.status_code, error.headers)

    def no_store(self, request: Request, error: Exception) -> Response:
        text = "The store cannot be read. Whoever runs this server finds why by `auditor doctor`."
        return self._unable(request, "No answer now", text)

    def unwritten(self, request: Request, error: Exception) -> Response:
        heading = (
            "Many reports are asked for" if isinstance(error, Busy) else "The report could not be written"
        )
        return self._unable(request, heading, str(error))

    def fault(self, request: Request, error: Exception) -> Response:
        """The server prints what it was."""
        return self._unable(
            request, "A fault of the program", "It is told where the server was started.", 500
        )

    def _unable(self, request: Request, heading: str, text: str, status: int = 503) -> Response:
        return HTMLResponse(self.served(request).message(heading, text, again="./"), status)


def _served(
    site_id: str,
    name: str | None,
    standing: Standing | None,
    point: AuditPoint | None,
    kept: set[int],
    due: str,
) -> ServedSite:
    return ServedSite(
        slug=slug(site_id),
        name=name or (name_of(standing.run) if standing else site_id),
        standing=standing,
        point=point,
        kept=point is not None and point.run in kept,
        due=due,
    )
