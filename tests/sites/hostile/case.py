"""What a case of the hostile site is, and the pages that most of them are made of."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from html import escape

from auditor.models import UrlOutcome
from tests.sites.prose import prose
from tests.sites.wire import Asked, Serve, Wire

(
    AUDITED, REDIRECTED, DUPLICATE, OUT_OF_SCOPE, DISALLOWED, NOT_HTML, BLOCKED, FAILED, OVER_BUDGET
) = UrlOutcome  # fmt: skip

PIXEL = "data:image/gif;base64,R0lGODlhAQABAAAAACH5BAEKAAEALAAAAAABAAEAAAICTAEAOw=="
FAULT = f'<img src="{PIXEL}" width="9" height="9">'  # one failure of image-alt
STYLE = "<style>a { display: inline-block; padding: 1em }</style>"


@dataclass(frozen=True, kw_only=True)
class Case:
    """One address of the hostile site, what it does, and what must become of it.

    No audited case is without a fault, so that none can pass in silence: `finds` says how many failures of
    which rule it has, exactly.
    """

    path: str
    about: str
    serve: Serve
    expect: frozenset[UrlOutcome]
    reason: str = ""  # regular expression that the ledger's reason must match
    finds: Mapping[str, int] | None = field(default_factory=lambda: {"image-alt": 1})  # None: any
    untested: str = ""  # part of the name of a frame that must be listed as not judged
    more: Mapping[str, Serve] = field(default_factory=dict)  # what else it needs the site to serve
    once: tuple[str, ...] = ()  # paths that are asked for exactly once
    never: tuple[str, ...] = ()  # paths that are never asked for
    linked: bool = True  # from the home page; others are found in another way, or not at all
    slow: bool = False  # it takes more than eight seconds

    @property
    def id(self) -> str:
        return self.path.strip("/") or "home"


def case(
    path: str,
    about: str,
    serve: Serve,
    *expect: UrlOutcome,
    reason: str = "",
    finds: Mapping[str, int] | None = {"image-alt": 1},  # never changed
    untested: str = "",
    more: Mapping[str, Serve] | None = None,
    once: tuple[str, ...] = (),
    never: tuple[str, ...] = (),
    linked: bool = True,
    slow: bool = False,
) -> Case:
    return Case(
        path=path, about=about, serve=serve, expect=frozenset(expect), reason=reason, finds=finds,
        untested=untested, more=more or {}, once=once, never=never, linked=linked, slow=slow,
    )  # fmt: skip


def document(
    seed: str, body: str = "", *, head: str = "", title: str | None = None, fault: bool = True
) -> str:
    """A page without faults but the one image, and those of `body`."""
    name = escape(seed.strip("/").replace("/", ", ").replace("-", " ")) or "Home"
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{title or name}</title>{STYLE}'
        f"{head}</head><body><main><h1>About {name}</h1>{FAULT if fault else ''}<p>{prose(seed)}</p>{body}"
        "</main></body></html>"
    )


def page(
    body: str = "",
    *,
    head: str = "",
    title: str | None = None,
    fault: bool = True,
    status: int = 200,
    headers: Mapping[str, str] | None = None,
) -> Serve:
    """Serves such a page, with a text of its own for each address."""

    async def serve(asked: Asked, wire: Wire) -> None:
        text = document(asked.path, body, head=head, title=title, fault=fault)
        await wire.answer(text, status=status, headers=headers)

    return serve


def script(source: str) -> Serve:
    """A page that runs `source` at the end of its body."""
    return page(f"<script>{source}</script>")


def exactly(body: bytes | str = b"", *, status: int = 200, headers: Mapping[str, str] | None = None) -> Serve:
    """Serves these bytes. A header with an empty value is left out."""

    async def serve(asked: Asked, wire: Wire) -> None:
        await wire.answer(body, status=status, headers=headers)

    return serve


def typed(kind: str, body: bytes | str) -> Serve:
    return exactly(body, headers={"Content-Type": kind})


def led(location: str, status: int = 302) -> Serve:
    return exactly(status=status, headers={"Location": location})


def raw(*parts: bytes | str | float) -> Serve:
    """Sends the parts as they are and closes; a number waits for so many seconds; then nothing more."""

    async def serve(asked: Asked, wire: Wire) -> None:
        for part in parts:
            if isinstance(part, float):
                await asyncio.sleep(part)
            else:
                await wire.send(part)

    return serve
