"""A page's text as blocks: of a rendered page (browser/facts/statement.js), or of HTML as served."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Self
from urllib.parse import urljoin, urlsplit

from bs4 import BeautifulSoup
from bs4.element import NavigableString, Tag

BLOCKS = 600  # of one page
ALL_CHARACTERS = 60_000  # of one page
CHARACTERS = 2_000  # of one block
LINKS = 20  # of one block
QUOTE = 300  # characters
_INLINE = frozenset(
    re.findall(
        "[a-z]+",
        "a abbr b bdi bdo cite code data del dfn em font i ins kbd label mark q s samp small span strong sub "
        "sup time u var wbr",
    )
)
_APART = ("script", "style", "noscript", "template", "nav")
_SAYS = re.compile(r"accessib|hygyrch", re.IGNORECASE)
_QUOTES = {ord(mark): to for marks, to in (("‘’‚", "'"), ("“”„", '"'), ("‐‑‒–—", "-")) for mark in marks}
_SENTENCE = re.compile(r"(?<=[.!?])\s+(?=[A-Z])")


def plain(text: str) -> str:
    """In one spelling of quotation marks, hyphens and spaces."""
    return " ".join(text.translate(_QUOTES).split())


def says_so(*texts: str) -> bool:
    """Whether any speaks of accessibility, in English or Welsh."""
    return any(_SAYS.search(text[:2_000]) for text in texts)


@dataclass(frozen=True, kw_only=True)
class Block:
    """A heading, paragraph or list item."""

    level: int  # of a heading, from 1; 0 for what is none
    text: str  # `plain`
    links: tuple[tuple[str, str], ...] = ()  # text, address

    def sentences(self) -> list[str]:
        return _SENTENCE.split(self.text)


@dataclass(frozen=True, kw_only=True)
class Text:
    """A page that may be an accessibility statement."""

    url: str
    title: str = ""
    h1: str = ""
    lang: str = ""
    blocks: tuple[Block, ...] = ()

    @classmethod
    def of_facts(cls, url: str, title: str, lang: str, facts: Mapping[str, Any]) -> Self:
        """From what browser/facts/statement.js tells, or from `kept`."""
        return cls(
            url=url,
            title=plain(title[:1_000]),
            h1=plain(facts.get("h1", "")),
            lang=lang,
            blocks=tuple(_blocks(facts.get("blocks", ()))),
        )

    @classmethod
    def of_html(cls, url: str, markup: bytes) -> Self:
        """From HTML as served, read in the same way."""
        page = BeautifulSoup(markup, "html.parser")
        html, h1 = page.find("html"), page.find("h1")
        lang = html.get("lang") if isinstance(html, Tag) else ""
        return cls(
            url=url,
            title=plain(page.title.get_text(" ")[:1_000]) if page.title else "",
            h1=plain(h1.get_text(" ")[:300]) if h1 else "",
            lang=lang if isinstance(lang, str) else "",
            blocks=tuple(_blocks(_served(page, url))),
        )

    def kept(self) -> dict[str, Any]:
        """What JSON can say of it; `of_facts` reads it."""
        return {"h1": self.h1, "blocks": [[b.level, b.text, b.links] for b in self.blocks]}

    def headings(self) -> Iterator[Block]:
        return (block for block in self.blocks if block.level)

    def section(self, heading: re.Pattern[str]) -> tuple[Block, ...]:
        """What stands under the first heading that matches whole, to the next of its level or above."""
        found: list[Block] = []
        level = 0
        for block in self.blocks:
            if level and block.level and block.level <= level:
                break
            if level:
                found.append(block)
            elif block.level and heading.fullmatch(block.text.rstrip(" .:")):
                level = block.level
        return tuple(found)

    def search(
        self, wanted: re.Pattern[str], blocks: Iterable[Block] | None = None
    ) -> tuple[Block, re.Match[str]] | None:
        """The first block that matches, and where."""
        for block in self.blocks if blocks is None else blocks:
            if match := wanted.search(block.text):
                return block, match
        return None


def quoted(block: Block, match: re.Match[str] | None = None) -> str:
    """The block, or as much of a long one as stands around the match."""
    if len(block.text) <= QUOTE or match is None:
        return block.text[:QUOTE] + ("…" if len(block.text) > QUOTE else "")
    start = max(0, min(match.start() - 40, len(block.text) - QUOTE))
    shown = block.text[start : start + QUOTE]
    return f"{'…' if start else ''}{shown}{'…' if start + QUOTE < len(block.text) else ''}"


def _blocks(told: Iterable[Sequence[Any]]) -> Iterator[Block]:
    for level, text, links in told:
        if words := plain(text[:CHARACTERS]):
            sound = ((plain(said), _address("", url)) for said, url in links)
            yield Block(level=level, text=words, links=tuple(link for link in sound if link[1]))


def _served(page: BeautifulSoup, url: str) -> list[list[Any]]:
    main = page.find("main") or page.select_one("[role=main]")
    is_main = main is not None and main.find(["h1", "h2", "h3"]) is not None
    root: Tag = main if main is not None and is_main else (page.body or page)
    apart = _APART if is_main else (*_APART, "header", "footer")
    blocks: list[list[Any]] = []
    last: Tag | None = None
    size = 0
    for node in root.descendants:
        if not isinstance(node, NavigableString) or type(node) is not NavigableString:
            continue
        if node.find_parent(apart) is not None or node.parent is None:
            continue
        block: Tag = node.parent
        while block is not root and block.name in _INLINE and block.parent is not None:
            block = block.parent
        if block is not last:
            if not node.strip():
                continue
            if len(blocks) == BLOCKS or size >= ALL_CHARACTERS:
                break
            heading = (
                block if re.fullmatch("h[1-6]", block.name) else block.find_parent(re.compile("^h[1-6]$"))
            )
            blocks.append([int(heading.name[1]) if heading else 0, "", []])
            last = block
        told = blocks[-1]
        if len(told[1]) < CHARACTERS:
            told[1] += str(node)[:CHARACTERS]
            size += min(len(node), CHARACTERS)
        link = node.find_parent("a", href=True)
        address = _address(url, str(link["href"])) if link is not None and len(told[2]) < LINKS else ""
        if link is not None and address and (not told[2] or told[2][-1][1] != address):
            told[2].append([link.get_text(" ")[:200], address])
    return blocks


def _address(base: str, href: str) -> str:
    try:
        address = urljoin(base, href.strip())
        urlsplit(address).port  # noqa: B018 - raises where it is none
    except ValueError:
        return ""
    return address[:2_000] if address.startswith(("http://", "https://", "mailto:", "tel:")) else ""
