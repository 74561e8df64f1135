"""Seconds and memory of the site rules over many pages: `python -m bench.site_rules [PAGES]`.

The pages are made up as browser/facts/structure.js tells pages of a council: 60 links of the template, 40 of
the page's own section, and a fault on each hundredth page.
"""

from __future__ import annotations

import json
import resource
import sys
import time
import zlib
from collections.abc import Iterator
from typing import Any

from auditor.checks.folders import find, texts
from auditor.checks.page_rules import PythonRule
from auditor.checks.site_rules import judge_site
from auditor.evidence import Place
from auditor.evidence.site import PageFacts, SitePages
from auditor.resources import folder

PLACE = Place(selector="html", excerpt="<html>")


def _place(number: int, landmark: str) -> dict[str, Any]:
    """As probes/common.js tells one."""
    component = {
        "landmarks": [landmark],
        "path": ["ul.menu", "li"],
        "shape": "a.menu-link",
        "target": f"/section-{number}",
        "text": f"section {number} | " + "words of its name " * 3,
        "host": "",
    }
    excerpt = f'<a class="menu-link" href="/section-{number}">' + "words " * 25
    return {
        "selector": f"nav > ul > li:nth-child({number}) > a",
        "excerpt": excerpt,
        "frame": [],
        "component": component,
    }


def structure(page: int) -> dict[str, Any]:
    """What one page tells."""
    blocks = [
        {"key": key, "kind": "navigation", "place": _place(number, key)}
        for number, key in enumerate(("banner|navigation", "complementary|navigation", "contentinfo"))
    ]
    shared = [(f"Section {chr(65 + n)}", f"/section-{n}", n // 40) for n in range(60)]
    if page % 100 == 99:
        shared[:40] = shared[39::-1]
    own = [(f"Page {page + n}", f"/section-{page % 60}/page-{page + n}", 1) for n in range(40)]
    links = [
        {
            "text": text,
            "href": href,
            "block": block,
            "help": "",
            "lang": "",
            "place": _place(at, "banner") if at < 60 else None,
        }
        for at, (text, href, block) in enumerate([*shared, *own])
    ]
    links[3 if page % 100 != 50 else 55] |= {
        "text": "Contact us",
        "href": "/contact",
        "help": "contact mechanism",
    }
    return {
        "blocks": blocks,
        "links": links,
        "headings": [
            [1, f"Heading {page}", False, 100],
            *([2, f"Part {n} of {page}", False, 100] for n in range(20)),
        ],
        "buttons": [{"key": "banner|button.menu", "name": "Menu", "place": _place(0, "banner")}],
        "searches": [],
        "alternates": [["cy", f"/cy/page-{page}", "link"]],
        "mains": page % 2,
        "before": 100,
        "posts": 0,
        "skips": [],
        "leads": [(page * 7919 + n * 104_729) % 2**32 for n in range(150)],
        "more": False,
        "index": False,
        "contact": False,
        "step": False,
        "shell": page % 7,
    }


def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 5000
    kept = [zlib.compress(json.dumps({"structure": structure(page)}).encode()) for page in range(count)]

    class Pages:
        def __iter__(self) -> Iterator[PageFacts]:
            for page, told in enumerate(kept):
                yield PageFacts(
                    url=f"https://council.example/page-{page}",
                    title=f"Page {page}",
                    lang="en-GB",
                    place=PLACE,
                    facts=json.loads(zlib.decompress(told)),
                )

    folders = {key: each for key, each in find([folder("rules")]).items() if each.judge == "site"}
    words = texts(folders)
    print(f"{count:,} pages, {len(json.dumps(structure(0))):,} characters each")
    site = SitePages(pages=Pages())
    for key, each in folders.items():
        base = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        began = time.process_time()
        told = judge_site([PythonRule.of(each)], site, words)
        seconds = time.process_time() - began
        grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - base) / 1024
        findings = sum(len(found) for _, found in told.values())
        print(f"  {key:24} {seconds:6.1f} s {grown:6.0f} MB more {findings:6,} findings")


if __name__ == "__main__":
    main()
