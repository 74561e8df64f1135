"""Our own pages, right and wrong (tests/accuracy), under the whole program: what is found, by criterion.

A fault counts as found where a finding that fails something names one of the page's criteria; a page that is
right is flagged by any `failed` at all.

    python -m bench.corpus
"""

from __future__ import annotations

import contextlib
import io
import itertools
import math
import re
import sys
import tempfile
import threading
import tomllib
import wave
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from PIL import Image, ImageDraw

import auditor
from auditor.models import Finding, Kind, Outcome, Site, UrlOutcome

FOLDER = Path(__file__).parent.parent / "tests" / "accuracy"
WEIGHT = {"nothing": 0, "cant_tell": 1, "failed": 2}
HEAD = '<meta charset="utf-8"><meta name="viewport" content="width=device-width">'
DIFFERENCE = re.compile("⟦(.*?)¦(.*?)⟧", re.DOTALL)
SIZE = (320, 200)
AT_ONCE = 4


@dataclass(frozen=True, kw_only=True)
class Page:
    path: str
    wcag: tuple[str, ...]
    by: str  # the technique or failure, and why
    html: str
    driven: bool  # tells something only when it is used
    least: str  # of a wrong page: what must be said at least


def pages(kind: str) -> list[Page]:
    """The pages of good.toml or bad.toml."""
    told = tomllib.loads((FOLDER / f"{kind}.toml").read_text(encoding="utf-8"))["page"]
    return [
        Page(
            path=f"/{kind}/{each['id']}",
            wcag=tuple(each["wcag"]),
            by=each["by"],
            html=_html(each),
            driven=each.get("driven", False),
            least=each.get("least", ""),
        )
        for each in told
    ]


def pairs() -> list[tuple[Page, Page]]:
    """The pages of pairs.toml: the one with the fault, and the same repaired."""
    told = tomllib.loads((FOLDER / "pairs.toml").read_text(encoding="utf-8"))
    return [
        (_one_of(each, told["shells"], "bad"), _one_of(each, told["shells"], "good")) for each in told["pair"]
    ]


def _one_of(pair: Mapping[str, Any], shells: Mapping[str, Mapping[str, str]], kind: str) -> Page:
    shell = shells[pair["shell"]]
    lang = pair.get("lang", shell["lang"])
    page = shell["html"].format(title=escape(pair["title"]), head=pair.get("head", ""), body=pair["body"])
    if pair["shell"] != "raw":
        page = f'<!doctype html><html lang="{lang}"><head>{HEAD}{page}</html>'
    return Page(
        path=f"/{pair['shell']}/{pair['id']}/{kind}",
        wcag=tuple(pair["wcag"]),
        by=pair["by"],
        html=DIFFERENCE.sub(r"\1" if kind == "bad" else r"\2", page),
        driven=True,
        least=pair["least"],
    )


def _html(page: Mapping[str, str]) -> str:
    lang = page.get("lang", "en")
    begin = f'<!doctype html><html lang="{lang}">' if lang else "<!doctype html><html>"
    head = HEAD
    if "whole" in page:
        return f"{begin}{head}{page['whole']}"
    title = escape(page["title"])
    head += f"<title>{title}</title><style>body{{font:1rem/1.5 sans-serif}}</style>{page.get('head', '')}"
    return f"{begin}{head}<main><h1>{title}</h1>{page['body']}</main>"


def _picture(words: str) -> bytes:
    image = Image.linear_gradient("L").resize(SIZE).convert("RGB")
    tinted = Image.blend(image, Image.new("RGB", SIZE, "#9ab8d0"), 0.6)
    if words:
        tinted = Image.new("RGB", SIZE, "white")
        ImageDraw.Draw(tinted).text((12, 80), words, fill="black", font_size=24)
    file = io.BytesIO()
    tinted.save(file, "PNG")
    return file.getvalue()


def _tone() -> bytes:
    file = io.BytesIO()
    with wave.open(file, "wb") as tone:
        tone.setnchannels(1)
        tone.setsampwidth(1)
        tone.setframerate(4000)
        tone.writeframes(bytes(int(128 + 60 * math.sin(at / 3)) for at in range(24_000)))
    return file.getvalue()


@contextlib.contextmanager
def served(chosen: Sequence[Page]) -> Iterator[str]:
    """The pages over HTTP on this machine; gives the address of the server."""
    files = {
        "/picture.png": ("image/png", _picture("")),
        "/words.png": ("image/png", _picture("Open every day in August")),
        "/tone.wav": ("audio/wav", _tone()),
        **{page.path: ("text/html; charset=utf-8", page.html.encode()) for page in chosen},
    }

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            kind, content = files.get(self.path.partition("?")[0], ("", b""))
            self.send_response(200 if kind else 404)
            self.send_header("Content-Type", kind or "text/plain")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, format: str, *args: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()


def judged(chosen: Sequence[Page], *, drive: str) -> dict[str, list[Finding]]:
    """What the program finds on each page, by its path, advice left out; `drive` as in `sites.toml`.

    Raises ValueError where one is not audited.
    """
    with served(chosen) as origin, tempfile.TemporaryDirectory() as folder:
        site = Site(
            id="corpus",
            name="Corpus",
            urls=tuple(origin + page.path for page in chosen),
            internal=True,
            delay=0.0,
            concurrency=AT_ONCE,
            follow_links=False,
            max_pages=len(chosen),
            robots="ignore",
            drive=drive,
        )
        report = auditor.audit(site, store=f"sqlite:///{folder}/corpus.db", sandbox=False)
        lost = [each for each in report.visits() if each.outcome is not UrlOutcome.AUDITED]
        if lost:
            raise ValueError("; ".join(f"{each.url}: {each.reason}" for each in lost))
        found: dict[str, list[Finding]] = {page.path: [] for page in chosen}
        for each in report.findings():
            if each.kind is Kind.FAILURE:
                found[each.url.removeprefix(origin)].append(each)
        return found


def judged_in_pairs(chosen: Sequence[tuple[Page, Page]]) -> dict[str, list[Finding]]:
    """As `judged`, with driving: an audit for each shell, since pages of a site are held together."""
    by_shell: dict[str, list[Page]] = defaultdict(list)
    for page in itertools.chain.from_iterable(chosen):
        by_shell[page.path.split("/")[1]].append(page)
    found: dict[str, list[Finding]] = {}
    for each in by_shell.values():
        found |= judged(each, drive="every-page")
    return found


def said(page: Page, findings: Sequence[Finding]) -> str:
    """The most that is said of a page's criteria: "failed", "cant_tell" or "nothing"."""
    outcomes = {each.outcome for each in findings if not set(page.wcag).isdisjoint(each.wcag)}
    if Outcome.FAILED in outcomes:
        return "failed"
    return "cant_tell" if Outcome.CANT_TELL in outcomes else "nothing"


def flagged(findings: Sequence[Finding]) -> list[str]:
    """What is said to be wrong with a page, a line each."""
    return [
        f"{each.rule} {each.selector}: {each.message}"[:300]
        for each in findings
        if each.outcome is Outcome.FAILED
    ]


def _told(bad: Sequence[Page], good: Sequence[Page], found: Mapping[str, Sequence[Finding]]) -> bool:
    """Prints how many are found, and whether a page that is right is flagged."""
    by_criterion: dict[str, list[str]] = defaultdict(list)
    for page in bad:
        by_criterion[page.wcag[0]].append(said(page, found[page.path]))
    print(f"{'criterion':<10} {'pages':>5} {'failed':>7} {'with cant_tell':>15}")
    for criterion, each in [
        *sorted(by_criterion.items()),
        ("all", [*itertools.chain(*by_criterion.values())]),
    ]:
        print(
            f"{criterion:<10} {len(each):>5} {each.count('failed'):>7} "
            f"{len(each) - each.count('nothing'):>15}"
        )
    print("\nNot found, or only asked about:")
    for page in bad:
        if (told := said(page, found[page.path])) != "failed":
            print(f"  {told:<9} (least {page.least}) {page.path}: {page.by}")
    better = [p.path for p in bad if WEIGHT[said(p, found[p.path])] > WEIGHT[p.least]]
    print(f"\nBetter than `least` says: {', '.join(better) or 'none'}")
    asked = [page for page in good if said(page, found[page.path]) == "cant_tell"]
    print(f"\nAsked about by their criterion, of {len(good)} that are right: {len(asked)}")
    for page in asked:
        print(f"  {page.path}: {', '.join(sorted({each.rule for each in found[page.path]}))}")
    wrong = {page.path: lines for page in good if (lines := flagged(found[page.path]))}
    print(f"\nFlagged, of {len(good)} that are right: {len(wrong)}")
    for path, lines in wrong.items():
        print(f"  {path}", *lines, sep="\n    ")
    return bool(wrong)


def main() -> None:
    bad, good = pages("bad"), pages("good")
    wrong = _told(bad, good, judged(bad, drive="every-page") | judged(good, drive="every-page"))
    print("\nIn pairs, the fault and the same page repaired:")
    chosen = pairs()
    wrong |= _told([pair[0] for pair in chosen], [pair[1] for pair in chosen], judged_in_pairs(chosen))
    sys.exit(wrong)


if __name__ == "__main__":
    main()
