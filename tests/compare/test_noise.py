"""A site that nobody changed, and that shows something else at each request: its audits must say the same."""
# ruff: noqa: E501 - HTML in one piece

from __future__ import annotations

import itertools
import random
import string
from collections.abc import Callable, Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

import auditor
from auditor.known import of_report
from auditor.models import Gate, Impact, Known, Site, Status
from auditor.verdict import verdict

PATHS = ("/", "/news", "/events", "/cy/")
PALE = 'style="color: #bbb"'


def some(dice: random.Random, length: int = 6, letters: str = string.ascii_lowercase) -> str:
    return "".join(dice.choice(letters) for _ in range(length))


def noisy(path: str, request: int) -> bytes:
    """One page of a council with the same faults each time, and nothing else the same."""
    dice = random.Random(request * 7919)
    hashed = f"css-{some(dice, 2)}{dice.randint(1, 9)}{some(dice, 3)}"
    styled = f"sc-{some(dice, 3)}{dice.randint(1, 9)}x {some(dice)}"
    module = f"Card_title__{dice.randint(1, 9)}{some(dice, 4)}"
    nonce = f"{some(dice, 3)}{dice.randint(10, 99)}{some(dice, 4)}"
    today = date(2026, 1, 1) + timedelta(days=request)
    variant = dice.choice("ab")
    slides = [
        f'<div class="slide"><img src="/media/slide-{name}.jpg?n={nonce}"></div>'
        for name in ("fair", "park", "hall")
    ]
    dice.shuffle(slides)
    slides[0] = slides[0].replace('"slide"', '"slide active is-shown"')
    news = [
        f'<li class="card {hashed}" id="card-{nonce}-{n}"><a class="{module}" href="/news/{dice.randint(1, 9999)}" {PALE}>'
        f"{some(dice, 8).title()} {some(dice, 5)}</a> <time {PALE}>{today:%d %B %Y}</time></li>"
        for n in range(dice.randint(2, 6))
    ]
    advert = (
        f'<div class="advert" id="ad-{dice.randint(10**6, 10**7)}"><a class="advert__link" href="https://ads.example/c/{nonce}?n={nonce}">'
        f'<img src="/ads/{dice.randint(100, 999)}/{nonce}/banner.png?cb={nonce}"></a></div>'
    )
    framed = f"<html lang=en><title>Ad</title><main><h1>Ad</h1><img src=/ads/{nonce}/skyscraper.png></main>"
    teaser = {
        "a": f'<div class="teaser teaser--a"><a class="teaser__link" href="/pay" {PALE}>Pay now</a></div>',
        "b": f'<div class="teaser teaser--b variant-b"><div><a class="teaser__link" href="/save" {PALE}>Save time: pay online</a></div></div>',
    }[variant]
    wrapper = dice.choice(["<div>", '<div class="is-ready">', f'<div class="{hashed}">'])
    return f"""<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Town {path.strip("/")}</title>
<style nonce="{nonce}">a {{ display: inline-block; padding: 1em }}</style></head><body data-request="{nonce}">
<header class="site-header {styled}"><img src="/build/crest.{nonce}.svg"><nav class="site-nav"><ul>
<li><a href="/">Home</a></li><li><a href="/news">News</a></li><li><a href="/events">Events</a></li><li><a href="/cy/">Cymraeg</a></li>
</ul></nav><form class="find" role="search"><input id="q-{nonce}" name="q"><button class="btn {styled}" aria-describedby="d{nonce}"><svg class="icon"><use href="/icons.{nonce}.svg#find"/></svg></button></form></header>
<main>{wrapper}<h1>Town {path}</h1><p class="lead" {PALE}>{dice.randint(1, 500)} people looked at this on {today:%A}</p>
<div class="slides">{"".join(slides)}</div><ul class="cards">{"".join(news)}</ul>{advert}{teaser}
<p lang="xyz">Tickets cost £{dice.randint(2, 90)}.50 on {today:%d %B}; {dice.randint(1, 99)} are left</p>
<iframe title="Advert" id="ad-frame-{nonce}" srcdoc="{framed}"></iframe></div></main>
<footer class="site-footer {hashed}"><a class="social" href="https://social.example/town?ref={nonce}"></a></footer></body></html>""".encode()


def audits(site_server: Callable[..., Any], folder: Path, count: int, paths: Sequence[str] = PATHS) -> None:
    """Audit the site so often, each time compared with the time before and with the first."""
    requests = itertools.count(1)
    headers = {"Content-Type": "text/html; charset=utf-8"}

    def route(path: str) -> Callable[[object], tuple[int, dict[str, str], bytes]]:
        return lambda asked: (200, headers, noisy(path, next(requests)))

    server = site_server({path: route(path) for path in PATHS})
    site = Site(
        id="town",
        name="Town",
        urls=tuple(server.origin + path for path in paths),
        follow_links=False,
        delay=0.0,
        internal=True,
        max_pages=20,
        concurrency=2,
    )
    seen: list[Known] = []
    for _ in range(count):
        report = auditor.audit(site, store=f"sqlite:///{folder}/noise.db", sandbox=False)
        assert report.coverage.audited == len(paths)
        for before in (seen[-1:] + seen[:1])[:2]:
            told = verdict(report, Gate(new=Impact.MINOR), before=before, today=date(2026, 11, 26))
            assert told.comparison
            assert told.gate
            others = [change for change in told.comparison.changes if change.status is not Status.PERSISTING]
            assert not others, "\n".join(f"{c.status} {c.issue.rule} {c.issue.component}" for c in others)
            assert told.gate.passed
        seen.append(of_report(report))
    assert len({issue.rule for issue in seen[0].issues}) >= 5, "there are faults to compare"


def test_two_audits_of_noisy_pages_say_the_same(site_server: Callable[..., Any], tmp_path: Path) -> None:
    audits(site_server, tmp_path, 2, PATHS[:2])


@pytest.mark.soak
def test_ten_audits_of_a_noisy_site_say_the_same(site_server: Callable[..., Any], tmp_path: Path) -> None:
    audits(site_server, tmp_path, 10)
