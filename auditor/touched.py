"""Which pages changed files touch: their own, and of pages that share a template, one for each template."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from auditor.crawl.page_read import read
from auditor.crawl.templates import templates
from auditor.file_rules import FileRule
from auditor.known import relative
from auditor.net.folder import FolderSite
from auditor.net.hosts import origin
from auditor.store import RunReader
from auditor.urls import shortest_first, wildcard

Kinds = frozenset[int] | None  # of the elements that lay a page out; None: nobody knows
# The site's pages that answer to a test, as paths from its root on.
Pages = Callable[[Callable[[str], bool]], Mapping[str, Kinds]]


@dataclass(frozen=True, kw_only=True)
class Touched:
    """What a change touches. Pages are paths from the site's root on; each has the file that touches it."""

    files: int
    pages: Mapping[str, str]
    removed: Mapping[str, str]  # pages whose file is gone
    unmapped: Mapping[str, str]  # files of which nobody knows what they touch, with the reason


def touched(files: Mapping[str, bool], rules: Sequence[FileRule], known: Pages) -> Touched:
    """`files`: those that changed; True: the file is gone. `known`: the site's pages."""
    pages: dict[str, str] = {}
    removed: dict[str, str] = {}
    shared: list[tuple[str, str]] = []
    unmapped: dict[str, str] = {}
    for file, is_gone in sorted(files.items()):
        rule = next((rule for rule in reversed(rules) if rule.matches(file)), None)
        if rule is None:
            unmapped[file] = "no rule of [[files]] matches"
            continue
        if page := rule.page(file):
            (removed if is_gone else pages).setdefault(page, file)
        shared += [(file, pattern) for pattern in rule.pages]
    for file, pattern in shared:
        if "*" not in pattern:
            pages.setdefault(pattern, file)
        elif found := _one_of_each(known, pattern, pages):
            for page in found:
                pages.setdefault(page, file)
        else:
            unmapped[file] = f"no page is known that matches {pattern}"
    return Touched(
        files=len(files),
        pages=pages,
        removed={page: file for page, file in removed.items() if page not in pages},
        unmapped=unmapped,
    )


def _one_of_each(known: Pages, pattern: str, chosen: Mapping[str, str]) -> list[str]:
    """One page for each template among those that match; one that is chosen already, where there is one."""
    matches = wildcard(pattern).fullmatch
    found = known(lambda page: matches(page.lower()) is not None)
    groups = templates({page: kinds for page, kinds in found.items() if kinds is not None})
    if not groups and found:  # nobody knows their templates
        groups = [[*found]]
    return [next((page for page in group if page in chosen), group[0]) for group in groups]


def of_folder(site: FolderSite) -> Pages:
    """The pages of a folder, told apart by their HTML."""

    def known(matches: Callable[[str], bool]) -> Mapping[str, Kinds]:
        files = {page: site.file(page) for page in site.pages if matches(page)}
        return {
            page: frozenset(read(file.read_bytes(), site.url + page)[0].kinds)
            for page, file in files.items()
            if file
        }

    return known


def of_audit(reader: RunReader) -> Pages:
    """The pages that an audit judged, told apart by those it drove for others: one of each template."""
    own = origin(reader.run().settings["urls"][0])
    pages = {relative(url, own): kinds for url, kinds in reader.page_kinds()}

    def known(matches: Callable[[str], bool]) -> Mapping[str, Kinds]:
        return {page: pages[page] for page in sorted(pages, key=shortest_first) if matches(page)}

    return known


def of_sources(files: Iterable[str], rules: Sequence[FileRule]) -> Pages:
    """The pages that files make, by the rules alone: no template is told from another."""
    of_each = (
        next((rule.page(file) for rule in reversed(rules) if rule.matches(file)), None) for file in files
    )
    pages = sorted({page for page in of_each if page}, key=shortest_first)
    return lambda matches: {page: None for page in pages if matches(page)}
