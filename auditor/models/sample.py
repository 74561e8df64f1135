"""The pages that stand for a site."""

from __future__ import annotations

from dataclasses import dataclass

from auditor.models.words import Confidence


@dataclass(frozen=True, kw_only=True)
class SampleReason:
    """Why a page is in the sample."""

    kind: str  # "home", "contact", "lgsl-57", "form", "template", "random", …
    words: str  # a sentence
    confidence: Confidence  # MEDIUM: it may be another kind of page


@dataclass(frozen=True, kw_only=True)
class SampledPage:
    """One page of a sample."""

    url: str  # as in the ledger
    title: str  # as its server sent it
    part: str  # "structured" or "random"
    reasons: tuple[SampleReason, ...]
    to_test: tuple[str, ...] = ()  # criteria whose subject was met on it, besides those of every page


@dataclass(frozen=True, kw_only=True)
class Unseen:
    """How many issues are on pages that were not visited, and on none that was (crawl/unseen.py)."""

    pages: int  # that were read, and of which this speaks
    visited: int  # of those
    drawn: int  # of those, by chance alone: what the estimate rests on
    new: int  # issues that one of the drawn pages showed, and no other visited page
    found: int  # issues of the visited pages
    expected: float  # issues unseen
    low: float  # the interval around it, which holds the true number in 95 of 100 samples
    high: float

    def share(self, unseen: float) -> float:
        """Of all issues, those that were found, if so many were not."""
        return self.found / (self.found + unseen) if self.found + unseen else 1.0


@dataclass(frozen=True, kw_only=True)
class Sample:
    """How the pages of an audit were chosen, and from what (crawl/sample.py, docs/samples.md)."""

    method: str  # as `Site.sample`
    seed: int | None  # None: there is no random part
    pages: tuple[SampledPage, ...]  # the structured part first
    known: int  # pages that were known by then
    read: int  # of those, read without a browser
    requests: int  # that reading them took, with robots.txt, sitemaps and redirects
    empty: int  # of `read`: almost no text without scripts, so known by links to them alone
    templates: int  # told apart among those read
    templates_shown: int  # of which a page is in the sample
    missing: tuple[str, ...] = ()  # what was looked for and not found, in sentences
    processes: tuple[tuple[str, str], ...] = ()  # page where one begins, what is known of it
    documents: tuple[tuple[str, str], ...] = ()  # address, page that leads to it
    notes: tuple[str, ...] = ()  # where reading ended, in sentences
    unseen: Unseen | None = None  # None: nothing was drawn by chance yet, or the method estimates nothing

    def of(self, part: str) -> tuple[SampledPage, ...]:
        return tuple(page for page in self.pages if page.part == part)
