"""What is no page to audit is not audited, and says why in words for a web team."""

from __future__ import annotations

import asyncio
import subprocess
from pathlib import Path
from ssl import PROTOCOL_TLS_SERVER, SSLContext
from typing import Any

import pytest

from auditor.browser import visit
from auditor.models import UrlOutcome
from tests.browser.conftest import NOBODY, UNNAMED, Answer, Lab, bad, cut, html, image_alts

pytestmark = pytest.mark.asyncio(loop_scope="module")

BLOCKED, FAILED, NOT_HTML = UrlOutcome.BLOCKED, UrlOutcome.FAILED, UrlOutcome.NOT_HTML
PLAIN = "text/plain"
LEFT = "The page went elsewhere while it was being judged."


def typed(kind: str, body: bytes, **headers: str) -> Answer:
    return 200, {"Content-Type": kind, **{k.replace("_", "-"): v for k, v in headers.items()}}, body


def refused(url: str) -> str:
    declare = "If it is yours, declare it with `internal` or `internal_origins`."
    return f"The network guard refused {url}: loopback address. {declare}"


def led(location: str) -> Answer:
    return 302, {"Location": location}, b""


def script(source: str) -> Answer:
    return html(bad("own"), head=f"<script>{source}</script>")


CASES: list[tuple[str, Answer, UrlOutcome, str]] = [
    ("404", html("No", status=404), FAILED, "Broken link: not found (404)."),
    ("410", html("No", status=410), FAILED, "Broken link: not found (410)."),
    ("403", html("No", status=403), BLOCKED,
     'The site refused the auditor: status 403, with a page titled "Page".'),
    ("429", (429, {"Content-Type": PLAIN}, b"slow"), BLOCKED, "The site refused the auditor: status 429."),
    ("500", html("No", status=500), FAILED, 'The server answered 500, with a page titled "Page".'),
    ("204", (204, {}, b""), FAILED, "The server gave no document (204)."),
    ("empty", typed("text/html", b""), FAILED, "The page is empty."),
    ("script", typed("text/html", b"<!doctype html><title>Town</title><div></div><script>0</script>"), FAILED,
     "The page shows nothing: no text, no picture, no control."),
    ("json", typed("application/json", b'{"a": 1}'), NOT_HTML, "It is application/json, not a web page."),
    ("text", typed(PLAIN, b"Hello"), NOT_HTML, "It is text/plain, not a web page."),
    ("pdf", typed("application/pdf", b"%PDF-1.4\n%%EOF"), NOT_HTML, "It is application/pdf, not a web page."),
    ("image", typed("image/svg+xml", b"<svg xmlns='http://www.w3.org/2000/svg'/>"), NOT_HTML,
     "It is image/svg+xml, not a web page."),
    ("download", typed("text/html", b"<p>x", Content_Disposition="attachment"), NOT_HTML,
     "The server offers it as a download."),
    ("zip", typed("application/zip", b"PK"), NOT_HTML, "The server offers it as a download."),
    ("xhtml", typed("application/xhtml+xml", b"<html xmlns='http://www.w3.org/1999/xhtml'><p>x</html>"),
     FAILED, "The page is XHTML that is not well-formed: browsers show an error."),
    ("round", led("/round"), FAILED, "The server redirects without end."),
    ("to-file", led("file:///etc/passwd"), FAILED, "It redirects to something that is not a web address."),
    ("to-data", led("data:text/html,x"), FAILED, "It redirects to something that is not a web address."),
    ("to-script", led("javascript:1"), FAILED,
     "The server's answer leads to nothing that a browser can show."),
    ("to-secret", led(f"http://{UNNAMED}/"), FAILED, refused(f"http://{UNNAMED}/")),
    ("script-to-secret", script(f"location.replace('http://{UNNAMED}/s')"), FAILED, refused(f"http://{UNNAMED}/s")),
    ("script-to-tls", script(f"location.replace('https://{UNNAMED}/s')"), FAILED, refused(f"https://{UNNAMED}/s")),
    ("script-to-404", script("location.replace('/none')"), FAILED, "Broken link: not found (404)."),
    ("for-ever", script("location.reload()"), FAILED,
     "The page never stays: it leads on and on (limit documents = 20)."),
    ("on-and-on", script("setTimeout(() => { location.href = '/on-and-on?' + Math.random() }, 50)"), FAILED,
     "The page never stays: it leads on and on."),
]  # fmt: skip


# Each has a case beside it that is told in the same way.
ALIKE = ("410", "429", "json", "image", "zip", "to-data", "script-to-tls")


@pytest.mark.parametrize(
    ("name", "answer", "outcome", "reason"),
    [pytest.param(*case, id=case[0], marks=[pytest.mark.soak] * (case[0] in ALIKE)) for case in CASES],
)
async def test_stopped_at_the_gate(
    lab: Lab, name: str, answer: Answer, outcome: UrlOutcome, reason: str
) -> None:
    path = f"/{name}"
    lab.site.routes[path] = answer
    if name == "on-and-on":
        lab.site.routes = Everywhere(lab.site.routes, answer)
    result = await lab.visit(path)
    assert result.outcome == outcome
    assert result.reason == reason or (outcome is BLOCKED and result.reason.startswith(reason))
    assert result.snapshot is None
    assert not result.again
    assert result.seconds < 9
    await lab.assert_sound()


async def test_a_page_that_was_written_without_content_is_judged(lab: Lab) -> None:
    lab.site.routes["/blank"] = typed("text/html", b"<!doctype html><html lang=xx-yy><title> </title></html>")
    result = await lab.visit("/blank")
    assert result.outcome is UrlOutcome.AUDITED, result.reason
    assert result.snapshot is not None
    assert {"document-title", "html-lang-valid"} <= {e["id"] for e in result.snapshot.engine["violations"]}
    assert [each.what for each in result.snapshot.untested] == ["page"]


class Everywhere(dict[str, Any]):
    """Routes where every other address answers the same."""

    def __init__(self, routes: dict[str, Any], answer: Answer) -> None:
        super().__init__(routes)
        self.answer = answer

    def get(self, path: str, default: object = None) -> Any:
        return super().get(path, self.answer if "?" in path else default)


@pytest.mark.parametrize(
    "way",
    [
        "<script>location.replace('/end')</script>",
        "<script>setTimeout(() => location.replace('/end'), 300)</script>",
        "<script>addEventListener('load', () => { location.href = '/end' })</script>",
        "<meta http-equiv=refresh content='0; url=/end'>",
    ],
)
async def test_led_on_by_the_page(lab: Lab, way: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(visit, "LOADED_STILL_MS", 500)
    lab.site.routes |= {"/way": html(bad("way"), head=way), "/end": html(bad("end"))}
    result = await lab.visit("/way")
    assert lab.places(result) == image_alts("end")
    assert (result.final_url, result.status) == (lab.url("/end"), 200)


async def test_address_written_by_the_page(lab: Lab) -> None:
    """The same document all the time: no navigation."""
    lab.site.routes["/state"] = script(
        "let n = 0; setInterval(() => history.replaceState(0, '', '/s' + n++), 90)"
    )
    result = await lab.visit("/state")
    assert lab.places(result) == image_alts("own")
    assert result.final_url is not None
    assert result.final_url.startswith(lab.url("/s"))


async def test_leaves_before_it_is_judged(lab: Lab) -> None:
    async def slow(arrival: object) -> None:
        await asyncio.sleep(1.5)

    away = "<script>setTimeout(() => location.replace('/end'), 1600)</script>"
    lab.site.routes |= {"/leaves": html("", head=away), "/end": html("")}
    result = await lab.visit("/leaves", may_audit=slow)
    assert (result.outcome, result.reason) == (FAILED, LEFT)
    assert not result.tab_is_sound
    await lab.assert_sound()


async def test_leaves_while_it_is_judged(lab: Lab) -> None:
    """axe waits a moment for the film."""
    lab.wire.behaviours["/film.mp4"] = lab.wire.silence
    away = "<script>setTimeout(() => location.replace('/end'), 1800)</script>"
    film = f'<video autoplay src="{lab.wire.origin}/film.mp4"></video>'
    lab.site.routes |= {"/leaves": html(film, head=away), "/end": html("")}
    result = await lab.visit("/leaves")
    assert (result.outcome, result.reason) == (FAILED, LEFT)
    assert result.seconds < 6
    await lab.assert_sound()


async def test_no_content_type(lab: Lab) -> None:
    """Browsers look at the bytes, and so do we."""
    lab.site.routes["/untyped"] = (200, {}, html(bad("own"))[2])
    assert await lab.judge("/untyped") == image_alts("own")


async def test_pipeline_declines(lab: Lab) -> None:
    async def no(arrival: object) -> tuple[UrlOutcome, str]:
        return UrlOutcome.REDIRECTED, "Elsewhere."

    lab.site.routes["/end"] = html(bad("end"))
    result = await lab.visit("/end", may_audit=no)
    assert (result.outcome, result.reason, result.snapshot) == (UrlOutcome.REDIRECTED, "Elsewhere.", None)
    assert result.tab_is_sound


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("http://nowhere.invalid/", "The host's name is not known (DNS)."),
        (NOBODY + "/", "The server refused the connection."),
        (f"http://{UNNAMED}/", refused(f"http://{UNNAMED}/")),
        (f"https://{UNNAMED}/", refused(f"https://{UNNAMED}/")),
    ],
)  # fmt: skip
async def test_unreachable(lab: Lab, url: str, reason: str) -> None:
    result = await lab.visit(url)
    assert (result.outcome, result.reason) == (FAILED, reason)
    await lab.assert_sound()


PAGE = html("<p>x</p>" * 50)[2].decode()


@pytest.mark.parametrize(
    ("head", "body", "reason"),
    [
        ("200 OK\r\nContent-Type: text/html\r\nContent-Length: 9000", PAGE, "The server's answer broke off."),
        ("200 OK\r\nContent-Type: text/html\r\nTransfer-Encoding: chunked", f"{len(PAGE):x}\r\n{PAGE}\r\n",
         "The server's answer broke off."),
        ("200 OK\r\nContent-Type: text/html\r\nContent-Length: 9000", "", "The server's answer broke off."),
        ("nonsense", "", "The server's answer broke the rules of HTTP."),
    ],
)  # fmt: skip
async def test_answer_broken_off(lab: Lab, head: str, body: str, reason: str) -> None:
    """Half a page would be judged as if it were whole."""
    lab.wire.behaviours["/cut"] = cut(head, body)
    result = await lab.visit(lab.wire.origin + "/cut")
    assert (result.outcome, result.reason) == (FAILED, reason)
    await lab.assert_sound()


async def test_no_answer_in_time(lab: Lab) -> None:
    lab.wire.behaviours["/never"] = lab.wire.silence
    result = await lab.visit(lab.wire.origin + "/never")
    assert (result.outcome, result.reason) == (FAILED, "The page did not load within 4 seconds.")
    assert not result.tab_is_sound
    await lab.assert_sound()


async def test_certificate_of_nobody(lab: Lab, tmp_path: Path) -> None:
    pem = str(tmp_path / "own.pem")
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=x",
         "-keyout", pem, "-out", pem + ".crt"],
        check=True, capture_output=True,
    )  # fmt: skip
    context = SSLContext(PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pem + ".crt", pem)

    lab.wire.tls = context
    try:
        result = await lab.visit(lab.wire.origin.replace("http:", "https:") + "/")
    finally:
        lab.wire.tls = None
    assert (result.outcome, result.reason) == (
        FAILED,
        "The site's certificate is not valid (ERR_CERT_AUTHORITY_INVALID).",
    )
    await lab.assert_sound()
