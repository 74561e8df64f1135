"""A draft of an accessibility statement in the model's form, from what an audit found.

What only a person can know is a gap, marked and counted. The compliance status is always one: no audit shows
that a website is compliant.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator

from auditor.formats import _figures
from auditor.formats._markdown import prose
from auditor.formats._safe import visible
from auditor.formats._template import environment
from auditor.formats._words import count
from auditor.models import Issue, Outcome, Report
from auditor.statement import DEFAULT, pack

GAP = "[a person must fill in: {}]"
_GAP = re.compile(r"(\[a person must fill in: [^\[\]]*\])")
TITLES = 12  # kinds of fault of one criterion

Blocks = list[tuple[str, str]]  # a kind, "h1" to "h3", "p", "li", "gap" or "link", and its text


def html(report: Report) -> str:
    blocks = [(kind, text, _GAP.split(text)) for kind, text in _blocks(report)]
    return environment().get_template("draft.html.j2").render(site=report.site, blocks=blocks)


def markdown(report: Report) -> str:
    marks = {"h1": "# ", "h2": "## ", "h3": "### ", "li": "- "}
    lines: list[str] = []
    last = ""
    for kind, text in _blocks(report):
        if lines and not kind == last == "li":
            lines.append("")
        parts = [
            f"**{_escaped(part)}**" if n % 2 else prose(part, 2_000)
            for n, part in enumerate(_GAP.split(text))
        ]
        told = f"<{text}>" if kind == "link" else " ".join(filter(None, parts))
        lines.append(f"{marks.get(kind, '')}{told}")
        last = kind
    return "\n".join(lines) + "\n"


def _escaped(gap: str) -> str:
    return prose(gap[1:-1], 1_000).join(("\\[", "\\]"))


def gaps(report: Report) -> int:
    """How many there are for a person."""
    return sum(text.count(GAP.split("{")[0]) for _, text in _blocks(report))


def _blocks(report: Report) -> Iterator[tuple[str, str]]:
    law = pack(report.site.statement if isinstance(report.site.statement, str) else DEFAULT)
    name = visible(report.site.name, 150)
    hosts = ", ".join(dict.fromkeys(visible(url, 300) for url in report.site.urls[:10]))
    failing = _failing(report)
    audited = count(report.coverage.audited, "page")
    yield "h1", f"Accessibility statement for {name}"
    yield "p", f"This accessibility statement applies to {hosts}."
    yield "gap", _gap("other websites and apps that it covers, or delete this")
    yield (
        "p",
        f"{_gap('name of the organisation')} is committed to making its website accessible, "
        f"in accordance with {law.law}.",
    )
    yield "h2", "Compliance status"
    yield (
        "p",
        (
            f"This website is {_gap('partially or not')} compliant with the Web Content Accessibility "
            f"Guidelines version {law.wcag} AA standard, due to the non-compliances "
            f"{_gap('and exemptions')} listed below."
        ),
    )
    yield "gap", _gap(_evidence(report, failing))
    yield "h2", "Non-accessible content"
    yield "p", "The content listed below is non-accessible for the following reasons."
    yield "h3", law.draft["non_compliance"]
    for num, issues in failing.items():
        yield "li", _failed(report, num, issues)
    if not failing:
        yield (
            "p",
            f"The rules that ran on {audited} confirmed no failure. That is no proof that there is none.",
        )
    yield (
        "gap",
        _gap("what people found, and the failures in documents, video and forms that rules cannot find"),
    )
    yield "gap", _gap("by when each of these will be fixed")
    yield "h3", law.draft["burden"]
    yield "gap", _gap("what is claimed, with the dated assessment, or “No claim is made”")
    yield "h3", law.draft["outside"]
    yield "gap", _gap("what is outside the regulations, and why, or delete this")
    yield "h2", "Preparation of this accessibility statement"
    yield "p", f"This statement was prepared on {_gap('date')}. It was last reviewed on {_gap('date')}."
    yield (
        "p",
        (
            f"This website was last tested on {report.run.started:%-d %B %Y}. The test was carried out by "
            f"{_gap('who')}, with automated rules on {audited} of {report.coverage.in_scope:,} in scope."
        ),
    )
    yield "gap", _gap("what people tested by hand, on which pages, chosen how")
    yield "h2", "Feedback and contact information"
    yield "gap", _gap("an e-mail address or a form, a telephone number, and how soon you answer")
    yield "h2", "Enforcement procedure"
    yield "p", law.draft["enforcement"]
    if link := law.draft["enforcement_link"]:
        yield "link", link


def _gap(what: str) -> str:
    return GAP.format(what)


def _failing(report: Report) -> dict[str, list[Issue]]:
    known = {result.criterion.num for result in _figures.criteria(report)}
    found: dict[str, list[Issue]] = {result.criterion.num: [] for result in _figures.criteria(report)}
    for issue in report.of(Outcome.FAILED):
        for num in known.intersection(issue.wcag):
            found[num].append(issue)
    return {num: issues for num, issues in found.items() if issues}


def _failed(report: Report, num: str, issues: Iterable[Issue]) -> str:
    """In the words of the rules, with the pages of the widest of them."""
    kinds = Counter({_figures.title(issue).rstrip("."): 0 for issue in issues})
    for issue in issues:
        kinds[_figures.title(issue).rstrip(".")] = max(kinds[_figures.title(issue).rstrip(".")], issue.pages)
    said = [
        f"{title} (on at least {pages:,} of {report.coverage.audited:,} pages audited)"
        for title, pages in kinds.most_common(TITLES)
    ]
    more = f" And {len(kinds) - TITLES} more kinds of fault." if len(kinds) > TITLES else ""
    criterion = _figures.criterion(num)
    name = f" ({criterion.name})" if criterion else ""
    return (
        f"{'. '.join(said)}.{more} This fails {_figures.standard(report)[:8]} success criterion {num}{name}."
    )


def _evidence(report: Report, failing: dict[str, list[Issue]]) -> str:
    criteria = len(_figures.criteria(report))
    return (
        f"the status above. This audit shows that confirmed problems fail {len(failing)} of {criteria} "
        f"criteria, on {count(report.coverage.audited, 'page')}; rules judge only a part of each criterion. "
        "Partially means that most of what is required is met, not that it is not"
    )
