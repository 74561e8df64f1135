"""Which pages stand for a site that is too large to be tested whole, and why each of them does.

`wcag-em`: a structured sample after step 3 of WCAG-EM (https://www.w3.org/TR/WCAG-EM/#step3), to which the
caller adds a random part. `gds`: the page types of the UK regulator's test
(https://www.gov.uk/guidance/accessibility-monitoring-how-we-test). `representative` is in representative.py.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from auditor.crawl.page_kinds import LINK, evidence, kinds, services
from auditor.crawl.page_read import PageRead
from auditor.crawl.templates import templates
from auditor.models import Confidence, SampledPage, SampleReason
from auditor.urls import shortest_first

TEMPLATES = 25  # of which a page is chosen, the largest first
LANGUAGES = 5
DOCUMENTS = 10  # named, for the person who tests documents
EXTRA = 5  # pages of other types in the regulator's sample
FORM_FIELDS = 2  # from which on a form begins a process

HIGH, MEDIUM = Confidence.HIGH, Confidence.MEDIUM
CHANCE = SampleReason(kind="random", words="Drawn by chance from the other known pages.", confidence=HIGH)


@dataclass(kw_only=True, eq=False)
class KnownPage:
    """A page that discovery came to know, and what it learnt of it."""

    url: str
    identity: str
    depth: int
    start: bool = False
    named: set[str] = field(default_factory=set)  # kinds and services that links to it name
    read: PageRead | None = None
    documents: tuple[str, ...] = ()  # that it leads to
    left: tuple[str, str] | None = None  # outcome and reason, where it is no page to be sampled


@dataclass(frozen=True, kw_only=True)
class Structured:
    """The structured part, and what a reader must know about it."""

    pages: tuple[SampledPage, ...]
    missing: tuple[str, ...]  # sentences
    processes: tuple[tuple[str, str], ...]  # address where one begins, and what is known of it
    documents: tuple[tuple[str, str], ...]  # address, and the page that leads to it
    templates: int
    templates_shown: int


def random_order(pages: Iterable[KnownPage], seed: int) -> list[KnownPage]:
    """In an order that chance alone made, the same for the same seed, whatever other pages there are.

    By the path, so that a copy of the site on another host gives the same.
    """

    def drawn(page: KnownPage) -> bytes:
        parts = urlsplit(page.identity)
        return hashlib.blake2b(f"{seed} {parts.path}?{parts.query}".encode("utf-8", "replace")).digest()

    return sorted(pages, key=drawn)


def random_size(structured: int) -> int:
    """10% of the structured sample, as WCAG-EM's step 3.2 asks: rounded (80 gives 8), and at least one."""
    return max(1, (structured + 5) // 10)


def choose(method: str, known: Sequence[KnownPage]) -> Structured:
    """The structured sample by a method, of the pages that were read, and the start pages in any case."""
    choice = Choice(method, known)
    choice.common()
    if method == "gds":
        choice.regulator()
    else:
        choice.essential()
        choice.variety()
    return choice.result()


class Choice:
    """One choice under way. Pages that were read and show something are told apart by it."""

    def __init__(self, method: str, known: Sequence[KnownPage]) -> None:
        self.method = method
        self.starts = [page for page in known if page.start and page.left is None]
        self.pages = [page for page in known if page.read is not None and page.left is None]
        self.reasons: dict[str, list[SampleReason]] = {}  # by URL, in the order of choosing
        self.by_url = {page.url: page for page in (*self.starts, *self.pages)}
        self.missing: list[str] = []
        self.told = {page.url: _told(page) for page in self.pages}
        shown = {page.url: page.read.kinds for page in self.pages if page.read and not page.read.is_empty}
        self.groups = templates({url: frozenset(kinds) for url, kinds in shown.items()})
        self.services_found = 0

    def add(self, url: str, kind: str, words: str, confidence: Confidence = HIGH) -> None:
        self.reasons.setdefault(url, []).append(SampleReason(kind=kind, words=words, confidence=confidence))

    def common(self) -> None:
        """The start page and the common views that the method asks for."""
        for number, page in enumerate(self.starts):
            first = "The start page of the website." if number == 0 else "A start page named in the settings."
            self.add(page.url, "home", first)
        for kind in kinds():
            if self.method in kind.methods and not self.recognised(kind.id, kind.name.capitalize()):
                self.missing.append(f"No page was found that looks like {kind.name}.")

    def recognised(self, kind: str, what: str) -> bool:
        """Take the page that most tells to be of a kind; False where none does."""
        able = [page for page in self.pages if kind in self.told[page.url]]
        if not able:
            return False
        best = min(able, key=lambda page: (-len(self.told[page.url][kind]), page.depth, *_short(page)))
        by = self.told[best.url][kind]
        sure = HIGH if len(by) > 1 else MEDIUM
        only = "" if sure is HIGH else " alone, so look whether it is one"
        self.add(best.url, kind, f"{what}, told by {_listed(by)}{only}.", sure)
        return True

    def essential(self) -> None:
        """What people come for: one page for each service."""
        not_found = []
        for service in services():
            if self.recognised(service.id, f"The service “{service.name}” (LGSL {service.lgsl})"):
                self.services_found += 1
            else:
                not_found.append(service.name)
        if not_found:
            self.missing.append(
                f"No page was found for {len(not_found)} of {len(services())} services that were looked for: "
                f"{', '.join(not_found)}."
            )

    def variety(self) -> None:
        """Each type of content once, on a page chosen already if one has it; then one page a template."""
        self.most("form", _fields, "It has a form with {}.", "field", "fields")
        self.most("table", _read("tables"), "It has {}.", "data table", "data tables")
        self.most(
            "video", _read("players"), "It has {}.", "player of video or sound", "players of video or sound"
        )
        self.most(
            "frame", _read("frames"), "It has {}.", "frame with other content", "frames with other content"
        )
        self.most("documents", lambda page: len(page.documents), "It leads to {}.", "document", "documents")
        self.languages()
        for group in self.groups[:TEMPLATES]:
            self.template(group, "template")

    def regulator(self) -> None:
        """A form, a PDF, and other types of page."""
        self.most("form", _fields, "It has a form with {}.", "field", "fields")
        self.most("pdf", lambda page: sum(map(_is_pdf, page.documents)), "It leads to {}.", "PDF", "PDFs")
        extra = 0
        for group in self.groups:
            if extra == EXTRA:
                break
            if self.reasons.keys().isdisjoint(group):
                self.template(group, "extra")
                extra += 1

    def most(self, kind: str, count: Callable[[KnownPage], int], words: str, one: str, several: str) -> None:
        """The page with the most of something; of those chosen already, if one of them has any."""
        able = [(n, page) for page in self.pages if (n := count(page))]
        chosen = [(n, page) for n, page in able if page.url in self.reasons]
        if not able:
            self.missing.append(f"No page was found that has {several}.")
            return
        n, best = min(chosen or able, key=lambda each: (-each[0], each[1].depth, *_short(each[1])))
        self.add(best.url, kind, words.format(f"{n:,} {one if n == 1 else several}"))

    def languages(self) -> None:
        """One page in each language that is not the start page's."""
        home = next((page.read.language for page in self.starts if page.read), "")
        by_language: dict[str, list[KnownPage]] = defaultdict(list)
        for page in self.pages:
            if page.read and page.read.language and page.read.language != home:
                by_language[page.read.language].append(page)
        for language, pages in sorted(by_language.items(), key=lambda each: -len(each[1]))[:LANGUAGES]:
            chosen = [page for page in pages if page.url in self.reasons]
            best = min(chosen or pages, key=lambda page: (page.depth, *_short(page)))
            self.add(best.url, "language", f"It says that its language is “{language}”.")

    def template(self, group: Sequence[str], kind: str) -> None:
        """A page that stands for all of its template."""
        chosen = [url for url in group if url in self.reasons]
        best = chosen[0] if chosen else min(group, key=shortest_first)
        words = (
            f"It stands for {len(group):,} pages of the same structure."
            if len(group) > 1
            else "No other page that was read has its structure."
        )
        self.add(best, kind, words, MEDIUM)

    def result(self) -> Structured:
        pages = [
            SampledPage(
                url=url,
                title=page.read.title if (page := self.by_url[url]).read else "",
                part="structured",
                reasons=tuple(reasons),
            )
            for url, reasons in self.reasons.items()
        ]
        documents = {
            document: page.url
            for page in self.pages
            for document in page.documents
            if page.url in self.reasons
        }
        shown = sum(not self.reasons.keys().isdisjoint(group) for group in self.groups)
        return Structured(
            pages=tuple(pages),
            missing=tuple(self.missing),
            processes=tuple(self.processes()),
            documents=tuple(documents.items())[:DOCUMENTS],
            templates=len(self.groups),
            templates_shown=shown,
        )

    def processes(self) -> Iterable[tuple[str, str]]:
        """Where sampled pages begin something that goes on: a person must go all its steps."""
        names = {service.id: service.name for service in services()}
        for url, reasons in self.reasons.items():
            read = self.by_url[url].read
            if read is None or (read.fields < FORM_FIELDS and not read.has_login):
                continue
            what = "log-in" if read.has_login else f"form of {read.fields} fields"
            service = next((names[each.kind] for each in reasons if each.kind in names), "")
            yield url, f"A {what}{f', for {service}' if service else ''}."


def _told(page: KnownPage) -> Mapping[str, tuple[str, ...]]:
    assert page.read is not None
    read = page.read
    forms = {"log-in": read.has_login, "search": read.has_search}
    found = evidence(
        page.url,
        links=frozenset(page.named),
        title=read.title,
        h1=read.h1,
        said=read.said,
        forms=frozenset(name for name, there in forms.items() if there),
    )
    if not page.start:
        return found
    return {kind: by for kind, by in found.items() if set(by) - {LINK}}


def _fields(page: KnownPage) -> int:
    fields = page.read.fields if page.read else 0
    return fields if fields >= FORM_FIELDS else 0


def _read(name: str) -> Callable[[KnownPage], int]:
    return lambda page: int(getattr(page.read, name))


def _is_pdf(url: str) -> bool:
    return urlsplit(url).path.lower().endswith(".pdf")


def _short(page: KnownPage) -> tuple[int, str]:
    return shortest_first(page.url)


def _listed(words: Sequence[str]) -> str:
    *others, last = words
    return f"{', '.join(others)} and {last}" if others else last
