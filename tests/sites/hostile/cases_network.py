# ruff: noqa: E501 # tables: a row is a case
"""Servers that break HTTP, or take their time over it."""

from __future__ import annotations

import asyncio
import gzip
import random
import zlib
from collections.abc import Iterator

from tests.sites.hostile.case import AUDITED, BLOCKED, FAILED, Case, case, document, exactly, page, raw
from tests.sites.wire import Asked, Serve, Wire

HEAD = "HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\nConnection: close\r\n"
CHUNKED = f"{HEAD}Transfer-Encoding: chunked\r\n\r\n"
MB = 1024 * 1024
NOISE = random.Random(7).randbytes(2000)


def doc(name: str) -> str:
    return document(f"/network/{name}")


def sized(name: str, more: int = 0) -> str:
    """A head with the page's length, `more` bytes off."""
    return f"{HEAD}Content-Length: {len(doc(name).encode()) + more}\r\n\r\n"


def chunk(text: str) -> str:
    return f"{len(text.encode()):x}\r\n{text}\r\n"


async def silence(asked: Asked, wire: Wire) -> None:
    await wire.hang()


def then_silence(*parts: str) -> Serve:
    async def serve(asked: Asked, wire: Wire) -> None:
        for part in parts:
            await wire.send(part)
        await wire.hang()

    return serve


def dripping(before: str, drops: str) -> Serve:
    """A byte a second."""

    async def serve(asked: Asked, wire: Wire) -> None:
        await wire.send(before)
        for drop in drops:
            await wire.send(drop)
            await asyncio.sleep(1)

    return serve


def then_reset(*parts: str) -> Serve:
    async def serve(asked: Asked, wire: Wire) -> None:
        for part in parts:
            await wire.send(part)
        await asyncio.sleep(0.2)
        wire.reset()

    return serve


def flood(head: str, piece: bytes, times: int, pause: float = 0.0) -> Serve:
    async def serve(asked: Asked, wire: Wire) -> None:
        await wire.send(head)
        for _ in range(times):
            await wire.send(piece)
            if pause:
                await asyncio.sleep(pause)

    return serve


def _bomb(size: int) -> Iterator[bytes]:
    """gzip of a page of `size` bytes."""
    packer = zlib.compressobj(9, wbits=31)
    yield packer.compress(doc("gzip-bomb").encode())
    for _ in range(size // MB):
        yield packer.compress(b"<p>More of it.</p>" + b" " * (MB - 18))
    yield packer.flush()


async def gzip_bomb(asked: Asked, wire: Wire) -> None:
    await wire.answer(b"".join(_bomb(300 * MB)), headers={"Content-Encoding": "gzip"})


def encoded(encoding: str, body: bytes) -> Serve:
    return exactly(body, headers={"Content-Encoding": encoding})


def late(seconds: float) -> Serve:
    async def serve(asked: Asked, wire: Wire) -> None:
        await asyncio.sleep(seconds)
        await wire.answer(document(asked.path))

    return serve


def once_reset() -> Serve:
    seen: list[Asked] = []

    async def serve(asked: Asked, wire: Wire) -> None:
        seen.append(asked)
        if len(seen) == 1:
            wire.reset()
        else:
            await wire.answer(document(asked.path))

    return serve


def breaking(text: str) -> bytes:
    """gzip of the text, then a block of a type that there is not."""
    packer = zlib.compressobj(9, wbits=31)
    return packer.compress(text.encode()) + packer.flush(zlib.Z_FULL_FLUSH) + b"\x07" + NOISE


PACKED = gzip.compress(doc("gzip-cut").encode(), mtime=0)
EARLY = "HTTP/1.1 103 Early Hints\r\nLink: <$INTERNAL/early-hints>; rel=preload; as=script\r\n\r\n"

CASES: list[Case] = [
    case("/network/never-answers", "Takes the request and says nothing", silence, FAILED, slow=True),
    case("/network/hangs-in-head", "Stops in the middle of the headers", then_silence(HEAD[:40]), FAILED,
         slow=True),
    case("/network/drips-head", "The headers come a byte a second", dripping("", HEAD), FAILED, slow=True),
    case("/network/drips-body", "The page comes a byte a second",
         dripping(sized("drips-body"), doc("drips-body")[:110]), FAILED, slow=True),
    case("/network/stops-in-body", "Half the page, then nothing more",
         then_silence(sized("stops-in-body"), doc("stops-in-body")[:600]), FAILED, slow=True),
    case("/network/endless-body", "A page without end, as fast as it goes",
         flood(f"{HEAD}\r\n{doc('endless-body')}", b"<p>" + b"And so on and so forth. " * 5000, 3000), FAILED,
         reason="limit|too (large|big|long)|MB", slow=True),
    case("/network/endless-slowly", "A page without end, one paragraph at a time",
         flood(f"{HEAD}\r\n{doc('endless-slowly')[:-14]}", b"<p>And so on.</p>", 1000, 0.1), FAILED, slow=True),
    case("/network/length-too-long", "Says it is longer than it is",
         raw(sized("length-too-long", 5000), doc("length-too-long")), FAILED, reason="broke off|whole", slow=True),
    case("/network/length-too-short", "Says it is shorter than it is",
         raw(sized("length-too-short", -40), doc("length-too-short")), AUDITED, FAILED),
    case("/network/reset-in-body", "Resets the connection in the middle of the page",
         then_reset(sized("reset-in-body"), doc("reset-in-body")[:600]), FAILED, reason="broke off|whole", slow=True),
    case("/network/reset-at-once", "Resets the connection", then_reset(), FAILED),
    case("/network/reset-once", "Resets the first connection, and answers the second", once_reset(),
         AUDITED, FAILED),
    case("/network/empty-answer", "Closes the connection without a byte", raw(), FAILED),
    case("/network/bad-chunks", "Chunks with lengths that are none",
         raw(CHUNKED, "zz\r\n", doc("bad-chunks"), "\r\n0\r\n\r\n"), FAILED, slow=True),
    case("/network/cut-chunks", "Chunks without the last one", raw(CHUNKED, chunk(doc("cut-chunks"))), FAILED, slow=True),
    case("/network/giant-chunk", "A chunk of 2^64 bytes, it says",
         raw(CHUNKED, "ffffffffffffffff\r\n", doc("giant-chunk")), FAILED, slow=True),
    case("/network/tiny-chunks", "A proper page in chunks of one byte",
         raw(CHUNKED, *(chunk(c) for c in doc("tiny-chunks")), "0\r\n\r\n"), AUDITED),
    case("/network/garbage", "Bytes that are no HTTP", raw(NOISE), FAILED),
    case("/network/ssh", "Another protocol", raw("SSH-2.0-OpenSSH_9.2\r\n"), FAILED),
    case("/network/no-head", "A page without a status line", raw(doc("no-head")), FAILED),
    case("/network/no-words", "A status line without words",
         raw("HTTP/1.1 200\r\nContent-Type: text/html\r\nConnection: close\r\n\r\n", doc("no-words")), AUDITED),
    case("/network/status-999", "A status that is none",
         raw(HEAD.replace("200 OK", "999 Denied"), "\r\n", doc("status-999")), BLOCKED, FAILED),
    case("/network/huge-header", "One header of a megabyte",
         raw(HEAD, "X-Long: ", "x" * MB, "\r\n\r\n", doc("huge-header")), FAILED),
    case("/network/endless-head", "Headers without end",
         flood(HEAD, b"X-More: and more of it\r\n" * 2000, 1500), FAILED),
    case("/network/many-headers", "Three hundred headers",
         raw(HEAD, *(f"X-{n}: {n}\r\n" for n in range(300)), "\r\n", doc("many-headers")), AUDITED, FAILED),
    case("/network/folded-header", "A header on two lines, as in 1997",
         raw(HEAD, "X-Folded: one\r\n  two\r\n\r\n", doc("folded-header")), AUDITED, FAILED),
    case("/network/nul-in-header", "A header with a zero byte",
         raw(HEAD, "X-Nul: a\0b\r\n\r\n", doc("nul-in-header")), AUDITED, FAILED),
    case("/network/two-lengths", "Two lengths that differ",
         raw(sized("two-lengths")[:-2], "Content-Length: 12\r\n\r\n", doc("two-lengths")), FAILED),
    case("/network/length-and-chunks", "A length and chunks",
         raw(sized("length-and-chunks")[:-2], "Transfer-Encoding: chunked\r\n\r\n",
             chunk(doc("length-and-chunks")), "0\r\n\r\n"), AUDITED, FAILED),
    case("/network/continue-first", "100 Continue before the answer",
         raw("HTTP/1.1 100 Continue\r\n\r\n", sized("continue-first"), doc("continue-first")), AUDITED),
    case("/network/early-hints", "103 Early Hints that name the internal service",
         raw(EARLY, sized("early-hints"), doc("early-hints")), AUDITED),
    case("/network/endless-continue", "100 Continue for ever",
         flood("", b"HTTP/1.1 100 Continue\r\n\r\n", 1200, 0.05), FAILED, slow=True),
    case("/network/gzip-bomb", "300 MB packed into 300 kB", gzip_bomb, FAILED,
         reason="limit|too (large|big|long)|MB"),
    case("/network/gzip-broken", "gzip that breaks in the middle",
         encoded("gzip", breaking(doc("gzip-broken")[:600])), FAILED),
    case("/network/gzip-checksum", "gzip of a whole page with a wrong checksum",
         encoded("gzip", PACKED[:-8] + b"\0" * 8), AUDITED, FAILED),
    case("/network/gzip-cut", "gzip that lacks its end", encoded("gzip", PACKED[:300]), FAILED, AUDITED, finds=None),
    case("/network/gzip-none", "Says gzip and is none", encoded("gzip", doc("gzip-none").encode()), FAILED, slow=True),
    case("/network/gzip-twice", "gzip of gzip, and says so",
         encoded("gzip, gzip", gzip.compress(gzip.compress(doc("gzip-twice").encode()))), AUDITED),
    case("/network/brotli-garbage", "Says brotli and is noise", encoded("br", NOISE), FAILED, slow=True),
    case("/network/unknown-encoding", "An encoding that nobody knows",
         encoded("rot13", doc("unknown-encoding").encode()), AUDITED, FAILED),
    case("/network/late-8", "Answers after eight seconds", late(8), AUDITED, slow=True),
    case("/network/late-20", "Answers after twenty seconds", late(20), AUDITED, slow=True),
    case("/network/closes-early", "No length: the page ends with the connection",
         raw(HEAD, "\r\n", doc("closes-early")), AUDITED),
    case("/network/30-mb", "A page of thirty megabytes", page("<p>" + "Text of a page. " * 2_000_000 + "</p>"), FAILED,
         reason="limit|too (large|big|long)|MB", slow=True),
]  # fmt: skip
