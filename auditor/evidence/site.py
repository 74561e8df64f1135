"""What only a crawler can see: the same facts of all pages of a site, judged when the crawl is done.

Most of it is about the shell, that is what a template puts around the content of each page: lists of links,
search, buttons, help. What most pages do is the norm; a rule names the page that differs, and from how many.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Self
from urllib.parse import urlsplit

from auditor.evidence import Place

ENOUGH_PAGES = 3  # fewer show no habit
SHARED = 0.5  # of the pages with a list: what is on so many belongs to the template
KEPT = 100_000  # things counted at once; what was met only once goes first
LAST_SLASH = re.compile(r"^([^?]+)/(?=$|\?)")  # of a path


@dataclass(frozen=True, kw_only=True)
class Block:
    """A list of links in the shell. `key`: the same list on another page has the same."""

    key: str  # by landmarks, name and shape
    kind: str  # "navigation"; without that landmark the element's name
    place: Place


@dataclass(frozen=True, kw_only=True)
class ShellLink:
    """A link in a list of the shell, in the order of the document."""

    text: str  # its accessible name
    href: str  # from the root where it stays on the origin; without a fragment
    block: Block
    help: str  # which kind of help it leads to (WCAG 3.2.6), "" for none
    hreflang: str
    told: Mapping[str, Any] | None = field(repr=False)  # its place; None: the page has too many

    @cached_property
    def place(self) -> Place:
        """The list's, where a page has many links."""
        return Place.of(self.told) if self.told else self.block.place

    @cached_property
    def name(self) -> str:
        return plain(self.text)

    @property
    def path(self) -> str:
        return self.href.partition("?")[0]


@dataclass(frozen=True, kw_only=True)
class Search:
    """A search field with its button. `key`: by where it sends what; the same search has the same."""

    key: str
    field: str  # accessible name
    field_place: Place
    button: str  # accessible name, "" where there is none
    button_place: Place | None
    in_shell: bool


@dataclass(frozen=True, kw_only=True)
class ShellButton:
    """A button outside the content. `key`: by what is around it and its shape."""

    key: str
    name: str
    place: Place


@dataclass(frozen=True, kw_only=True)
class Heading:
    level: int
    text: str
    in_shell: bool
    links_before: int  # of the shell


@dataclass(frozen=True, kw_only=True)
class Alternate:
    """The page in another language, as it says itself. `told_by`: "link" in the head, or "a"."""

    hreflang: str  # lower case
    href: str
    told_by: str


@dataclass(frozen=True, kw_only=True)
class FileLink:
    """A link to a document, by its address."""

    text: str  # its accessible name
    href: str  # without a query
    place: Place


@dataclass(frozen=True, kw_only=True)
class Structure:
    """One page's shell and outline, as browser/facts/structure.js tells them."""

    links: tuple[ShellLink, ...]
    headings: tuple[Heading, ...]
    buttons: tuple[ShellButton, ...]
    searches: tuple[Search, ...]
    alternates: tuple[Alternate, ...]
    files: tuple[FileLink, ...]  # the first of them
    mains: int  # main landmarks
    skips: tuple[bool, ...]  # links to a place in the page among its first links: whether the place exists
    links_before: int  # links of the shell before the main landmark; without one, all but the footer's
    leads: frozenset[int]  # where its links lead on its own origin or elsewhere, as `known_as`
    leads_capped: bool
    has_index: bool  # a link to a site map or an A to Z
    has_contact: bool  # a phone number, an email address or a way to get in touch
    is_step: bool  # of a process, as it says
    posts: int  # forms outside the shell's lists that send something
    template: int  # the same for pages with the same shell

    @classmethod
    def of(cls, told: Mapping[str, Any]) -> Self:
        blocks = [
            Block(key=each["key"], kind=each["kind"], place=Place.of(each["place"]))
            for each in told["blocks"]
        ]
        return cls(
            links=tuple(_link(each, blocks) for each in told["links"]),
            headings=tuple(
                Heading(level=h[0], text=h[1], in_shell=h[2], links_before=h[3]) for h in told["headings"]
            ),
            buttons=tuple(
                ShellButton(key=each["key"], name=each["name"], place=Place.of(each["place"]))
                for each in told["buttons"]
            ),
            searches=tuple(
                Search(
                    key=each["key"],
                    field=each["field"],
                    field_place=Place.of(each["field_place"]),
                    button=each["button"],
                    button_place=Place.of(each["button_place"]) if each["button_place"] else None,
                    in_shell=each["shell"],
                )
                for each in told["searches"]
            ),
            alternates=tuple(Alternate(hreflang=a[0], href=a[1], told_by=a[2]) for a in told["alternates"]),
            files=tuple(FileLink(text=f[0], href=f[1], place=Place.of(f[2])) for f in told.get("files", ())),
            mains=told["mains"],
            skips=tuple(told["skips"]),
            links_before=told["before"],
            leads=frozenset(told["leads"]),
            leads_capped=told["more"],
            has_index=told["index"],
            has_contact=told["contact"],
            is_step=told["step"],
            posts=told["posts"],
            template=told["shell"],
        )


def _link(told: Mapping[str, Any], blocks: list[Block]) -> ShellLink:
    block = blocks[told["block"]]
    return ShellLink(
        text=told["text"],
        href=told["href"],
        block=block,
        help=told["help"],
        hreflang=told["lang"],
        told=told["place"],
    )


@dataclass(frozen=True, kw_only=True)
class PageFacts:
    """One audited page. `place`: its <html>, for what is said of the page as a whole."""

    url: str
    title: str
    lang: str  # of the page as it says itself; "" where it does not
    place: Place
    facts: Mapping[str, Any] = field(default_factory=dict)  # as `Snapshot.facts`
    by_address: bool = True  # False: only a journey met it, and its address alone may show something else

    @cached_property
    def structure(self) -> Structure | None:
        """None where nothing was told of it, by an older program or since the page broke it."""
        told = self.facts.get("structure", {})
        return Structure.of(told) if "blocks" in told else None

    @cached_property
    def group(self) -> tuple[str, str]:
        """Host and language: a set of pages that are to be alike (WCAG's "set of web pages")."""
        return urlsplit(self.url).netloc, self.lang.lower().partition("-")[0]


@dataclass(frozen=True, kw_only=True)
class SitePages:
    """Every audited page, in the order of the ledger. May be read again; none is held in memory."""

    pages: Iterable[PageFacts]

    def structures(self) -> Iterator[tuple[PageFacts, Structure]]:
        """Each page of which the structure was told, with it."""
        for page in self.pages:
            if page.structure is not None:
                yield page, page.structure

    @cached_property
    def shell(self) -> Shell:
        """What the pages' shells have in common. Reads all pages once."""
        return Shell.of(self)


class Tally:
    """How often each thing was met, in bounded memory: what was met once is forgotten first."""

    def __init__(self) -> None:
        self._counts: Counter[int] = Counter()

    def add(self, things: Iterable[Hashable]) -> None:
        self._counts.update(map(hash, things))
        if len(self._counts) > KEPT:
            self._counts = Counter({key: count for key, count in self._counts.items() if count > 1})

    def __getitem__(self, thing: Hashable) -> int:
        return self._counts[hash(thing)]


class Shell:
    """Which lists of links the pages of a group share, and which links of them are on at least half."""

    def __init__(self) -> None:
        self.pages: Counter[tuple[str, str]] = Counter()  # by group
        self._lists = Tally()  # pages with a list
        self._links = Tally()  # pages on which a list has a link, by name and target
        self._targets = Tally()
        self._names = Tally()

    @classmethod
    def of(cls, site: SitePages) -> Self:
        shell = cls()
        for page, structure in site.structures():
            group = page.group
            shell.pages[group] += 1
            shell._lists.add({(group, each.block.key) for each in structure.links})
            shell._links.add({(group, each.block.key, each.name, each.href) for each in structure.links})
            shell._targets.add({(group, each.block.key, each.href) for each in structure.links})
            shell._names.add({(group, each.block.key, each.name) for each in structure.links})
        return shell

    def has_link(self, page: PageFacts, link: ShellLink) -> bool:
        """Whether the template has this link, with this name and target, in this list."""
        return self._is_shared(page, link, self._links[page.group, link.block.key, link.name, link.href])

    def has_target(self, page: PageFacts, link: ShellLink) -> bool:
        """Whether the template leads there from this list, whatever the link's name."""
        return self._is_shared(page, link, self._targets[page.group, link.block.key, link.href])

    def has_name(self, page: PageFacts, link: ShellLink) -> bool:
        """Whether the template has a link of this name in this list, wherever it leads."""
        return self._is_shared(page, link, self._names[page.group, link.block.key, link.name])

    def _is_shared(self, page: PageFacts, link: ShellLink, count: int) -> bool:
        return count >= max(ENOUGH_PAGES, SHARED * self._lists[page.group, link.block.key])


def plain(text: str) -> str:
    """A name as it is held against others: no capitals, no marks, figures as "#"."""
    kept = "".join("#" if c.isdigit() else c if c.isalpha() else " " for c in text.casefold())
    return " ".join(kept.split())


def known_as(url: str) -> int:
    """The number by which `Structure.leads` knows a page of the same origin: FNV-1a of its path and query."""
    parts = urlsplit(url)
    told = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    total = 0x811C9DC5
    for character in LAST_SLASH.sub(r"\1", told[:300]):
        total = ((total ^ ord(character)) * 0x01000193) & 0xFFFFFFFF
    return total
