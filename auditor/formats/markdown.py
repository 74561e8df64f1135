"""`summary.md` for a job's summary or a pull request's comment: short first, details folded, under 60 kB.

A comment on GitHub holds 65,536 characters. What stands in it from outside goes through `_markdown`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice

from auditor.formats import _figures, _uncovered, _words
from auditor.formats._markdown import code, page, prose
from auditor.formats._verdicts import Verdict, not_audited, verdicts
from auditor.models import Outcome, Report, Status

BYTES = 60_000  # of the whole file
OPEN = 10  # problems that are not folded
PAGES = 100  # of those not audited
REASONS = 10

_COLUMNS = (
    (Status.NEW, "New"),
    (Status.FIRST_JUDGED, "First judged"),
    (Status.PERSISTING, "Persisting"),
    (Status.FIXED, "Fixed"),
    (Status.UNSEEN, "Not seen again"),
)


def render(report: Report) -> Iterator[tuple[str, Iterable[bytes]]]:
    """One file, `summary.md`."""
    yield "summary.md", iter((_summary(report.by_rules).encode(),))


def _summary(report: Report) -> str:
    told = verdicts(report)
    shown = "".join(f"{line}\n\n" for line in _opening(report, told))
    first, later = _chosen(report, told)
    sections = []
    for title, chosen in first:
        blocks = [_full(verdict, report) for verdict in chosen[:OPEN]]
        sections.append((f"### {title} ({len(chosen):,})", blocks))
        sections.append((f"{title}: the rest", [_short(verdict) for verdict in chosen[OPEN:]]))
    sections += [(title, [_short(verdict) for verdict in chosen]) for title, chosen in later]
    sections.append(("Waivers that expired or were not used", list(_waivers(report))))
    sections.append(("Not audited", list(_missing(report))))
    room = BYTES - len(shown.encode())
    for title, blocks in sections:
        section = _section(title, blocks, room)
        room -= len(section.encode())
        shown += section
    return shown


def _section(title: str, blocks: Sequence[str], room: int) -> str:
    """As many blocks as there is room for, and how many more there are; "" where there are none.

    What has no heading for a title is folded.
    """
    folded = not title.startswith("#")
    heading = f"{title} ({len(blocks):,})"
    opening = f"<details><summary>{heading}</summary>\n\n" if folded else f"{title}\n\n"
    closing = "\n</details>\n\n" if folded else "\n"
    room -= len((opening + closing).encode()) + 100  # of the line that counts the rest
    if not blocks or room < 0:
        return ""
    kept = []
    for place, block in enumerate(blocks):
        room -= len(block.encode())
        if room < 0:
            kept.append(f"- and {len(blocks) - place:,} more, in the whole report\n")
            break
        kept.append(block)
    return opening + "".join(kept) + closing


def _opening(report: Report, told: Sequence[Verdict]) -> Iterator[str]:
    yield f"## Accessibility of {prose(report.site.name, 200)}"
    yield _verdict(report, told)
    if report.gate and report.gate.failures:
        failures = report.gate.failures[:REASONS]
        yield "\n".join(
            f"- {prose(each.sentence)} **What to do:** {prose(each.remedy) or 'see below.'}"
            for each in failures
        )
    if stop := _uncovered.stop(report):
        yield f"**Stopped early.** {prose(stop.reason)} {prose(stop.advice)}"
    if reasons := _figures.why_incomplete(report):
        shown = " ".join(prose(reason) for reason in reasons[:3])
        yield f"**Incomplete.** {_figures.judged_of(report)} {shown}"
    if report.comparison:
        yield _table(report)
        yield f"Compared with {prose(report.comparison.before, 200)}."
    yield _figures.CAUTION


def _verdict(report: Report, told: Sequence[Verdict]) -> str:
    """One sentence: what the gate said, and how many problems there are on how many pages of how many."""
    audited = report.coverage.audited
    if not audited:
        return "**Nothing was audited**, so nothing is known about its accessibility."
    if report.gate is None:
        gate = "No gate judged this audit"
    else:
        gate = "The gate passed" if report.gate.passed else "The gate failed"
    found = [verdict for verdict in told if verdict.issue]
    new = sum(verdict.status is Status.NEW for verdict in found)
    known = f", {new:,} of them new," if report.comparison and found else ""
    reach = f"{_figures.figures(report).failure_pages:,} of {_words.count(audited, 'page')} audited"
    return f"**{gate}**: {_words.count(len(found), 'confirmed problem')}{known} on {reach}."


def _table(report: Report) -> str:
    assert report.comparison
    rows = [
        f"| | {' | '.join(name for _, name in _COLUMNS)} |",
        f"|---|{'---:|' * len(_COLUMNS)}",
    ]
    for name, outcome in (("Confirmed problems", Outcome.FAILED), ("Open questions", Outcome.CANT_TELL)):
        counts = (len(report.comparison.of(status, outcome=outcome)) for status, _ in _COLUMNS)
        rows.append(f"| {name} | {' | '.join(f'{n:,}' for n in counts)} |")
    return "\n".join(rows)


def _chosen(
    report: Report, told: Sequence[Verdict]
) -> tuple[list[tuple[str, list[Verdict]]], list[tuple[str, list[Verdict]]]]:
    """What is told in full, and what is folded: problems under their titles, each once."""
    new = sorted((v for v in told if v.status is Status.NEW), key=lambda v: not v.fails)
    failing = [v for v in told if v.fails and v.status is not Status.NEW]
    rest = [v for v in told if v.issue and not v.fails and v.status is not Status.NEW]
    if report.comparison is None:
        if report.gate is None:
            return [("Confirmed problems", failing)], []
        return [("Problems that fail the gate", failing)], [("Other confirmed problems", rest)]
    return (
        [("New problems", new), ("Known problems that fail the gate", failing)],
        [
            ("Other confirmed problems", rest),
            ("Fixed", [v for v in told if v.status is Status.FIXED]),
            ("Not seen again, and not fixed", [v for v in told if v.status is Status.UNSEEN]),
        ],
    )


def _full(verdict: Verdict, report: Report) -> str:
    issue = verdict.issue
    assert issue
    rule = _figures.rule_of(report, issue)
    lines = [f"- **{_words.IMPACTS[issue.impact][0]}**: {prose(issue.title, 300)}"]
    reach = _words.reach(issue, report.judged(issue))
    lines.append(f"Where: {code(verdict.where, 300) or 'on the page'}, {reach}")
    if rule.who:
        lines.append(f"Whom it hurts: {'; '.join(prose(name, 200) for name in _figures.group_names(rule))}")
    if rule.fix:
        lines.append(f"What to do: {prose(rule.fix)}")
    if verdict.pages:
        lines.append(f"Example: {page(verdict.pages[0])}")
    criteria = f", WCAG {prose(', '.join(issue.wcag), 100)}" if issue.wcag else ""
    lines.append(f"Rule {code(issue.rule, 100)}{criteria}")
    if verdict.why:
        lines.append(prose(verdict.why))
    return "\n  - ".join(lines) + "\n"


def _short(verdict: Verdict) -> str:
    parts = [f"- **{_words.IMPACTS[verdict.told.impact][0]}**: {prose(verdict.told.title, 200)}"]
    if verdict.where:
        parts.append(code(verdict.where, 200))
    if verdict.pages:
        parts.append(page(verdict.pages[0]))
    if verdict.why:
        parts.append(prose(verdict.why))
    return " – ".join(parts) + "\n"


def _waivers(report: Report) -> Iterator[str]:
    gate = report.gate
    for word, waivers in (("Expired", gate.expired), ("Not used", gate.unused)) if gate else ():
        for waiver in waivers:
            until = f"{waiver.expires.day} {waiver.expires:%B %Y}"
            yield f"- {word}, until {until}, of {prose(waiver.owner, 100)}: {prose(waiver.reason, 300)}\n"


def _missing(report: Report) -> Iterator[str]:
    for rule, pages in _figures.rule_errors(report).items():
        yield f"- The rule {code(rule, 100)} broke down on {_words.count(pages, 'page')}\n"
    for visit in islice(not_audited(report), PAGES):
        why = prose(_figures.sentence(visit.reason), 300) or "no reason was recorded"
        yield f"- {page(visit.url)}: {why}\n"
