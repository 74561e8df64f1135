"""A letter for each shared component, in Markdown: drafts, for a person to finish and send."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from auditor.formats import _figures
from auditor.formats._markdown import code, page, prose
from auditor.formats._safe import visible
from auditor.formats._words import count, day
from auditor.formats.region._common import SHARED
from auditor.models import Authority, Overview, Shared, SharedProblem, Trace

PROBLEMS = 20  # of a letter


def file_of(shared: Shared) -> str:
    return f"letters/{shared.id}.md"


def letters(overview: Overview) -> Iterator[tuple[str, Iterable[bytes]]]:
    for shared in overview.shared[:SHARED]:
        text = "\n".join(_letter(overview, shared))
        yield file_of(shared), (text.encode("utf-8", "replace"),)


def _letter(overview: Overview, shared: Shared) -> Iterator[str]:
    supplier = shared.supplier
    product = prose(supplier.name) if supplier else f"one component ({prose(shared.component)})"
    yield from (
        f"# Draft letter: accessibility of {product}",
        "",
        "*A draft. Before you send it: check that the component is theirs, look at each example, fill in",
        "what is in brackets, and agree with the authorities that they may be named.*",
        "",
        "Dear [name],",
        "",
        f"We look after the accessibility of public websites in {prose(overview.region.name)}. The public",
        "sector bodies accessibility regulations (SI 2018/952) ask us to meet WCAG 2.2 at level AA.",
        f"An automated audit found problems in what seems to be {product}",
        f"on {count(len(shared.authorities), 'website')}:",
        "",
        *(f"- {prose(each.site.name)}" for each in shared.authorities),
        "",
    )
    for number, problem in enumerate(shared.problems[:PROBLEMS], start=1):
        yield from _problem(number, problem)
    if len(shared.problems) > PROBLEMS:
        yield f"And {count(len(shared.problems) - PROBLEMS, 'more problem')}.\n"
    yield from (
        "## What we ask",
        "",
        "1. Tell us by [date] whether you can see these problems, and whether they are in your product or in",
        "   how it was set up; if the latter, what we should change.",
        "2. Mend them in the product, and tell us when each of us gets the mended version.",
        "3. Send us your current accessibility conformance report.",
        "",
        "The audit judges only a part of WCAG; there may be more. We are glad to test a mended version with",
        "you.",
        "",
        "Yours sincerely,",
        "[name, authority, how to reach you]",
        "",
    )


def _problem(number: int, problem: SharedProblem) -> Iterator[str]:
    rule = problem.rule
    yield f"## {number}. {prose(rule.title)}"
    yield ""
    if rule.why:
        yield prose(rule.why, 1_000)
        yield ""
    named = (_figures.criterion(num) for num in rule.wcag)
    criteria = [f"{each.num} {each.name} (level {each.level})" for each in named if each]
    yield f"- Requirement: WCAG {', '.join(criteria) or 'none'}"
    yield f"- Rule of the audit: {code(rule.id)}"
    for authority, trace in problem.found:
        yield _place(authority, trace)
    excerpt = visible(problem.found[0][1].excerpt, 600)
    if excerpt:
        yield f"- Code: {code(excerpt, 700)}"
    if rule.fix:
        yield f"- How to mend it: {prose(rule.fix, 1_000)}"
    yield ""


def _place(authority: Authority, trace: Trace) -> str:
    assert authority.audit is not None
    return (
        f"- {prose(authority.site.name)}, audited on {day(authority.audit.run.started)}: "
        f"on {count(trace.pages, 'page')}, for example {page(_bare(trace.example))} "
        f"(recognised because {prose(trace.evidence)})"
    )


def _bare(url: str) -> str:
    """Without the query, which may name a person or a case."""
    return url.partition("?")[0].partition("#")[0]
