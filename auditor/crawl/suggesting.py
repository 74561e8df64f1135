"""Services that the pages of an audit lead to, as seeds of journeys: by their addresses, titles and links."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from urllib.parse import urljoin, urlsplit

from auditor.crawl.page_kinds import ADDRESS, LINK, TITLE, Service, addressed, is_elsewhere, named, services
from auditor.evidence.site import PageFacts

LINKED = 200  # addresses of a service that links are remembered to
# What people do there, where a page's address or title says so; in English and Welsh.
_TASKS = (
    ("Pay", "pay|payments?|talu"),
    ("Apply", "apply|application|ymgeisio|gwneud cais"),
    ("Report", "report|missed|riportio|adrodd"),
    ("Book", "book|booking|archebu"),
    ("Renew", "renew|renewal|adnewyddu"),
)


@dataclass(frozen=True, kw_only=True)
class Suggestion:
    """A service, and the address at which it most likely begins."""

    service: Service
    start: str
    title: str  # of the page; "" where only a link to it is known
    task: str  # "Pay"; "": nothing says so
    why: tuple[str, ...]
    forms: int  # on the page, that send something
    pages: int  # of the site that speak of the service


@dataclass(frozen=True, kw_only=True)
class _Page:
    url: str
    title: str
    why: tuple[str, ...]
    forms: int

    @property
    def weight(self) -> tuple[int, int, int]:
        """A form counts most; then that something is done there; then how surely it is about the service."""
        return min(self.forms, 1), bool(_task(self.url, self.title)), len(self.why)


def suggest(pages: Iterable[PageFacts]) -> list[Suggestion]:
    """One for each service that some page or link names, in the order of data/services.toml."""
    found: dict[str, list[_Page]] = {}
    count: dict[str, int] = {}
    linked: dict[str, dict[str, str]] = {}  # service -> address -> words of a link to it
    for page in pages:
        structure = page.structure
        for link in structure.links if structure else ():
            for id_ in _services(named(link.text)):
                targets = linked.setdefault(id_, {})
                if len(targets) < LINKED:
                    targets.setdefault(urljoin(page.url, link.href), link.text)
        if is_elsewhere(page.url):
            continue
        heading = str(page.facts.get("measures", {}).get("heading", ""))
        at = set(_services(addressed(page.url)))
        told = set(_services((*named(re.split(r"\s[|–—-]\s", page.title)[0]), *named(heading))))
        for id_ in at | told:
            why = tuple(name for name, holds in ((ADDRESS, id_ in at), (TITLE, id_ in told)) if holds)
            forms = structure.posts if structure else 0
            new = _Page(url=page.url, title=page.title, why=why, forms=forms)
            count[id_] = count.get(id_, 0) + 1
            known = found.setdefault(id_, [])
            known.append(new)
            known.sort(key=lambda each: each.weight, reverse=True)
            del known[3:]
    return list(_chosen(found, count, linked))


def _chosen(
    found: dict[str, list[_Page]], count: dict[str, int], linked: dict[str, dict[str, str]]
) -> Iterator[Suggestion]:
    for service in services():
        targets = linked.get(service.id, {})
        best = next(iter(found.get(service.id, ())), None)
        if best is None:
            url = next((url for url in targets if urlsplit(url).scheme in ("http", "https")), None)
            if url is None:
                continue
            best = _Page(url=url, title="", why=(), forms=0)
        why = (*best.why, *((LINK,) if best.url in targets else ()))
        yield Suggestion(
            service=service,
            start=best.url,
            title=best.title,
            task=_task(best.url, best.title or targets.get(best.url, "")),
            why=why,
            forms=best.forms,
            pages=count.get(service.id, 0),
        )


def _services(ids: Iterable[str]) -> list[str]:
    return [each for each in ids if each.startswith("lgsl-")]


def _task(url: str, title: str) -> str:
    words = re.sub(r"[\W_]+", " ", f"{urlsplit(url).path} {title}"[:600]).lower()
    return next((name for name, told in _TASKS if re.search(rf"\b(?:{told})\b", words)), "")


def stub(told: Suggestion, taken: Sequence[str], areas: Sequence[str]) -> str:
    """A `[[site.journey]]` for sites.toml. What nobody knows yet stands there as a comment.

    `taken`: ids of the site's journeys. `areas`: ids of the Essential Digital Skills.
    """
    bare = re.sub(r"[^a-z0-9]+", "-", f"{told.task} {told.service.name}".lower()).strip("-")
    id_ = next(
        each for n in range(1, len(taken) + 2) if (each := bare if n == 1 else f"{bare}-{n}") not in taken
    )
    name = f"{told.task}: {told.service.name}" if told.task else told.service.name.capitalize()
    forms = "no form that sends something"
    if told.forms:
        forms = (
            "a form that sends something" if told.forms == 1 else f"{told.forms} forms that send something"
        )
    where = f"“{_line(told.title)}”, with {forms}" if told.title else "only linked to, not audited"
    task = (
        f"task = {_quoted(told.task)}"
        if told.task
        else '# task = "…"  # what people do there: Pay, Apply, Report'
    )
    return (
        f"# Known by {' and '.join(told.why)}. The page: {where}.\n"
        f"# Pages of the site that speak of this service: {told.pages}.\n"
        f'[[site.journey]]\nid = "{id_}"\nname = {_quoted(name)}\nlgsl = {told.service.lgsl}\n'
        "# lgil = …  # https://standards.esd.org.uk/?uri=list%2Finteractions\n"
        f"{task}\n# skills = […]  # of: {', '.join(areas)}\n"
        f"start = {_quoted(told.start)}\n"
        f"# Fill in the steps, or record them: auditor journey record {_line(told.start)}\n"
        'steps = [ { audit = "start" } ]\n'
    )


def _quoted(text: str) -> str:
    """A TOML string: its escapes are JSON's, but for DEL."""
    return json.dumps(_line(text), ensure_ascii=False).replace("\x7f", "\\u007f")


def _line(text: str) -> str:
    """Printable, on one line."""
    return " ".join("".join(char if char.isprintable() else " " for char in text[:500]).split())
