"""`tickets/ID.md`: an issue each, to be pasted into GitHub, GitLab or Jira; and `tickets/index.md`.

Confirmed problems, and open questions as such; advice is no ticket. What stands in them from outside goes
through `_markdown`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from auditor.formats import _figures, _words
from auditor.formats._markdown import code, page, prose
from auditor.models import Finding, Issue, Outcome, Report, Rule
from auditor.priority import priorities

PLACES = 10  # of an issue


def render(report: Report) -> Iterator[tuple[str, Iterable[bytes]]]:
    """The index first, in the order of what to fix first."""
    known = priorities(report)
    problems, questions = known.problems, known.questions
    yield "tickets/index.md", iter((_index(report, problems, questions).encode(),))
    for issue in (*problems, *questions):
        yield f"tickets/{_figures.slug(report, issue)}.md", iter((_ticket(report, issue).encode(),))


def _index(report: Report, problems: tuple[Issue, ...], questions: tuple[Issue, ...]) -> str:
    blocks = [f"# Accessibility of {prose(report.site.name, 200)}: tickets", _figures.judged_of(report)]
    blocks += [prose(reason) for reason in _figures.why_incomplete(report)]
    for heading, issues in (("Confirmed problems", problems), ("Questions for a person", questions)):
        blocks.append(f"## {heading} ({len(issues):,})")
        blocks.append("\n".join(_line(report, issue) for issue in issues) or "None was found.")
    blocks.append(_figures.CAUTION)
    return "\n\n".join(blocks) + "\n"


def _line(report: Report, issue: Issue) -> str:
    impact = _words.IMPACTS[issue.impact][0]
    file = f"{_figures.slug(report, issue)}.md"
    return f"- [{prose(issue.title, 300)}]({file}): {impact}, {_reach(report, issue)}"


def _reach(report: Report, issue: Issue) -> str:
    return f"on {issue.pages:,} of {_words.count(report.coverage.audited, 'page')} audited"


def _ticket(report: Report, issue: Issue) -> str:
    return "\n\n".join(_blocks(report, issue)) + "\n"


def _blocks(report: Report, issue: Issue) -> Iterator[str]:
    rule = _figures.rule_of(report, issue)
    yield f"# {prose(_figures.title(issue), 400)}"
    if issue.outcome is Outcome.CANT_TELL:
        yield (
            "This is a question, not a confirmed problem: the rule could not decide. A person must look at "
            "the places below."
        )
    impact, meaning = _words.IMPACTS[issue.impact]
    yield f"**{impact}**, {_reach(report, issue)}, in {_words.places(issue)}. {meaning}"
    if rule.who:
        yield "## Whom it hurts"
        yield "\n".join(f"- {prose(name, 200)}" for name in _figures.group_names(rule))
    if rule.why:
        yield "## Why it matters"
        yield prose(rule.why, 1_000)
    yield "## Where it is"
    yield f"Component: {code(_words.where(issue), 300) or 'not known'}"
    yield "\n".join(_place(example) for example in issue.examples[:PLACES])
    yield "## What to do"
    yield prose(rule.fix, 1_000) or "Nothing is recorded: ask who found it."
    if rule.content_system:
        yield prose(rule.content_system, 1_000)
    if rule.before:
        yield f"- Before: {code(rule.before, 600)}\n- After: {code(rule.after, 600)}"
    if issue.wcag:
        yield "## Which criterion it is about"
        yield "\n".join(f"- {_criterion(num, rule)}" for num in issue.wcag)
    yield "## Done when"
    yield _done(report, issue)
    found = f"Rule {code(issue.rule, 100)}" if issue.rule else f"Found by people ({issue.source})"
    yield f"{found}, issue {code(issue.id, 200)}, audit of {_words.moment(report.run.started)}"


def _place(example: Finding) -> str:
    element = " >>> ".join((*example.frame, example.selector))
    lines = [f"- {page(example.url)}", f"Element: {code(element, 300) or 'not known'}"]
    if example.message:
        lines.append(f"What was found: {prose(example.message)}")
    if example.excerpt:
        lines.append(f"Code: {code(example.excerpt, 600)}")
    return "\n  - ".join(lines)


def _criterion(num: str, rule: Rule) -> str:
    known = _figures.criterion(num)
    if known is None:
        return code(num, 20)
    number = known.clause(of_documents=rule.of_documents)
    clause = f", EN 301 549 clause {number}" if number else ""
    return f"WCAG {num} {prose(known.name)} (level {known.level}){clause}: <{known.url}>"


def _done(report: Report, issue: Issue) -> str:
    if not issue.rule:
        return "- A person has tested it again on the pages above, and it works"
    again = f"{code(f'auditor audit {report.site.id}', 200)} was run again"
    if issue.outcome is Outcome.CANT_TELL:
        return (
            "- A person has looked at every place above, and either mended it or noted why it is right\n"
            f"- {again} after a repair, and the issue is gone"
        )
    return f"- {again}, it visited the pages above, and the issue is gone"
