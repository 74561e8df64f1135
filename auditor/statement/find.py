"""Finds the accessibility statement among the audited pages; where none is one, asks for a few others."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, field
from typing import Any, Protocol
from urllib.parse import urljoin, urlsplit

from auditor.evidence.site import PageFacts
from auditor.models import UrlOutcome, Visit
from auditor.statement.packs import finding, pattern
from auditor.statement.text import Text

BYTES = 2 * 1024 * 1024  # of a page that is asked for
CANDIDATES = 20  # pages and addresses held at once
ADDRESSES = 1_000  # different ones that links name
FACT = "statement"  # browser/facts/statement.js
_NAMED = re.compile(r"accessibility[ -_]statement|datganiad[ -_]hygyrchedd", re.IGNORECASE)
_GONE = (404, 410)


class Answer(Protocol):
    """What a request brought; `net.http.Fetched` is one."""

    @property
    def final_url(self) -> str: ...
    @property
    def status(self) -> int | None: ...
    @property
    def content_type(self) -> str: ...
    @property
    def body(self) -> bytes: ...
    @property
    def error(self) -> str | None: ...


def signs(text: Text) -> int:
    """How many signs of a statement about a website a page shows; 0 where they are too few to be one."""
    told = finding()
    name = text.h1 or text.title
    if any(pattern(each).match(name) for each in told["not_titles"]):
        return 0
    blocks = [block.text for block in text.blocks]
    found = sum(any(pattern(sign).search(said) for said in blocks) for sign in told["signs"])
    names = [text.h1, *re.split(r" [-|:] ", text.title)]
    titled = any(pattern(each).fullmatch(name.strip()) for each in told["titles"] for name in names)
    return found if found >= told["signs_if_titled" if titled else "signs_otherwise"] else 0


@dataclass(kw_only=True)
class Crawl:
    """What the audited pages and the ledger tell. Addresses are identities."""

    texts: list[tuple[int, Text]] = field(default_factory=list)  # with their signs
    links: dict[str, tuple[str, str]] = field(default_factory=dict)  # identity -> address, text
    linked: Counter[str] = field(default_factory=Counter)  # identity -> pages
    pages: int = 0
    hosts: Counter[str] = field(default_factory=Counter)
    document_hosts: Counter[str] = field(default_factory=Counter)
    visits: dict[str, Visit] = field(default_factory=dict)  # of what links name


class Finder:
    """For one run."""

    def __init__(
        self,
        *,
        homes: Iterable[str],
        pages: Iterable[PageFacts],
        visits: Callable[[], Iterable[Visit]],
        known: Callable[[str], str | None],
    ) -> None:
        """`pages` can be read again; `known`: the identity of an address."""
        self.homes = tuple(homes)
        self.known = known
        self._pages = pages
        self._visits = visits

    def read(self) -> Crawl:
        """Every audited page once, then the ledger; holds what may matter of them."""
        crawl = Crawl()
        for page in self._pages:
            crawl.pages += 1
            fact = page.facts.get(FACT, {})
            for link in self._links(fact):
                if link in crawl.links or len(crawl.links) < ADDRESSES:
                    crawl.linked[link] += 1
            for text, url in fact.get("links", ()):
                if (identity := self.known(url)) and len(crawl.links) < ADDRESSES:
                    crawl.links.setdefault(identity, (url, text))
                    crawl.linked[identity] = crawl.linked[identity] or 1
            if fact.get("blocks"):
                text_of = Text.of_facts(page.url, page.title, page.lang, fact)
                if many := signs(text_of):
                    crawl.texts.append((many, text_of))
                    crawl.texts = sorted(crawl.texts, key=lambda each: -each[0])[:CANDIDATES]
        for visit in self._visits():
            if visit.outcome is UrlOutcome.AUDITED:
                crawl.hosts[urlsplit(visit.url).netloc] += 1
            elif visit.outcome is UrlOutcome.NOT_HTML and _is_document(visit):
                crawl.document_hosts[urlsplit(visit.url).netloc] += 1
            if (identity := self.known(visit.url)) in crawl.links:
                crawl.visits[identity] = visit
        return crawl

    def _links(self, fact: Any) -> set[str]:
        return {identity for _, url in fact.get("links", ()) if (identity := self.known(url))}

    def best(self, crawl: Crawl) -> Text | None:
        """Of the pages that are statements, the most linked; of those the one with most signs."""
        if not crawl.texts:
            return None
        return max(crawl.texts, key=lambda each: (self._reach(crawl, each[1].url), each[0]))[1]

    def _reach(self, crawl: Crawl, url: str) -> int:
        return max((crawl.linked[each] for each in self._leading(crawl, url)), default=0)

    def _leading(self, crawl: Crawl, url: str) -> set[str]:
        """Identities of the addresses that lead to it."""
        own = self.known(url)
        return {own} - {None} | {  # type: ignore[return-value]
            identity
            for identity, visit in crawl.visits.items()
            if visit.final_url and self.known(visit.final_url) == own
        }

    def document(self, crawl: Crawl) -> tuple[str, str] | None:
        """A statement that is no web page: its address and content type, by what links call it."""
        for identity, (url, text) in crawl.links.items():
            visit = crawl.visits.get(identity)
            if visit and visit.outcome is UrlOutcome.NOT_HTML and _is_document(visit) and _names(url, text):
                return url, _kind(url, visit.content_type)
        return None

    def to_ask(self, crawl: Crawl) -> list[str]:
        """Links that say so and were not audited, those that name it first; then the usual addresses."""
        told = finding()
        linked = [
            (not _names(url, text), -crawl.linked[identity], url)
            for identity, (url, text) in crawl.links.items()
            if _may_be_asked(crawl.visits.get(identity))
        ]
        usual = [urljoin(home, path) for home in self.homes[:1] for path in told["paths"]]
        seen = {self.known(url) for url in crawl.visits}
        urls = dict.fromkeys([*(url for *_, url in sorted(linked)), *usual])
        return [url for url in urls if self.known(url) not in seen][: told["most_asked"]]

    def unseen(self, crawl: Crawl) -> str:
        """Why a page that links call the statement was not judged; "" where there is none such."""
        for identity, (url, text) in crawl.links.items():
            visit = crawl.visits.get(identity)
            lost = visit and visit.outcome in (UrlOutcome.FAILED, UrlOutcome.BLOCKED, UrlOutcome.DISALLOWED)
            if visit and lost and visit.status not in _GONE and _names(url, text):
                return f"{url} may be it, and could not be judged: {visit.reason}"
        return ""

    def count(self, crawl: Crawl, url: str) -> tuple[int, int, bool]:
        """Other audited pages of the site that link to it, of how many, and whether a home page does."""
        leading = self._leading(crawl, url)
        homes = {self.known(home) for home in self.homes}
        hosts = {urlsplit(home).netloc.removeprefix("www.") for home in self.homes}
        linked = others = 0
        on_home = False
        for page in self._pages:
            here = self.known(page.url)
            if here in leading or urlsplit(page.url).netloc.removeprefix("www.") not in hosts:
                continue  # a journey may have led to a supplier
            others += 1
            if self._links(page.facts.get(FACT, {})) & leading:
                linked += 1
                on_home = on_home or here in homes
        return linked, others, on_home


async def ask_for(
    urls: Iterable[str], fetch: Callable[[str, int], Awaitable[Answer]]
) -> tuple[Text | None, tuple[str, str] | None, list[str]]:
    """The first that is a statement, or a document called one with its type; and what was asked for."""
    asked = []
    for url in urls:
        answer = await fetch(url, BYTES)
        asked.append(url)
        if answer.error or answer.status != 200:
            continue
        if "html" in answer.content_type:
            text = Text.of_html(answer.final_url, answer.body)
            if signs(text):
                return text, None, asked
        elif _names(url, "") and _is_kind(answer.content_type):
            return None, (answer.final_url, answer.content_type), asked
    return None, None, asked


def kept(
    crawl: Crawl,
    *,
    text: Text | None,
    document: tuple[str, str] | None,
    counted: tuple[int, int, bool],
    asked: Iterable[str],
    why_incomplete: str,
) -> dict[str, Any]:
    """What the store keeps of it, for `judge`."""
    url = text.url if text else document[0] if document else None
    return {
        "url": url,
        "title": text.title if text else "",
        "lang": text.lang if text else "",
        "text": text.kept() if text else None,
        "document": document[1] if document else "",
        "linked": counted[0],
        "pages": counted[1],
        "on_home": counted[2],
        "hosts": dict(crawl.hosts.most_common(CANDIDATES)),
        "document_hosts": dict(crawl.document_hosts.most_common(CANDIDATES)),
        "asked": list(asked),
        "others": [each.url for _, each in crawl.texts if each.url != url],
        "why_incomplete": why_incomplete,
    }


def _names(url: str, text: str) -> bool:
    return bool(_NAMED.search(text) or _NAMED.search(urlsplit(url).path))


def _may_be_asked(visit: Visit | None) -> bool:
    return visit is None or visit.outcome in (UrlOutcome.OUT_OF_SCOPE, UrlOutcome.OVER_BUDGET)


def _is_document(visit: Visit) -> bool:
    return _is_kind(visit.content_type or "") or bool(
        re.search(r"\.(pdf|docx?|odt|rtf)$", urlsplit(visit.url).path)
    )


def _is_kind(content_type: str) -> bool:
    return bool(re.match(r"application/(pdf|msword|rtf|vnd\.)", content_type))


def _kind(url: str, content_type: str | None) -> str:
    return content_type or f"a .{urlsplit(url).path.rpartition('.')[2][:10]} file"
