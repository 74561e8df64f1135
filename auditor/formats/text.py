"""`report.txt`: the findings in plain words for a terminal or a mail, and the summary of a few lines."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator

from auditor import variants
from auditor.formats import _figures, _journeys, _sample, _statement, _tested, _uncovered, _words
from auditor.formats._safe import visible
from auditor.formats._text_changes import changes, gate
from auditor.formats._text_uncovered import EXAMPLES, uncovered
from auditor.formats._typeset import WIDTH, inert, section, wrap
from auditor.models import Coverage, Issue, Outcome, Report, StatementVerdict, UrlOutcome

_URLS = 20  # start pages
_TOOLS = ("auditor", "axe", "browser", "python")  # the versions that a reader may want


def render(report: Report) -> Iterator[tuple[str, Iterable[bytes]]]:
    """One file, `report.txt`."""
    yield "report.txt", (f"{inert(line)}\n".encode() for line in _lines(report))


def summary(report: Report) -> str:
    """How complete the audit is, how many problems on how many pages, what comes first, what changed.

    At most 15 lines, but for the gate's.
    """
    lines = [*map(inert, _summary(report))]
    if report.comparison:
        lines.append(inert(f"Since {report.comparison.before}: {_words.changes(report.comparison)}."))
    if report.gate:
        lines += gate(report.gate)
    return "\n".join(lines)


def _summary(report: Report) -> list[str]:
    figures = _figures.figures(report)
    lines = [_heading(report)]
    if stop := _uncovered.stop(report):
        lines.append(f"STOPPED EARLY: {_short(stop.reason)}")
    reasons = _figures.why_incomplete(report)
    if reasons:
        lines.append(f"INCOMPLETE: {_figures.judged_of(report)}")
        lines += [f"  {_short(reason)}" for reason in reasons[:3]]
        if len(reasons) > 3:
            lines.append(f"  {_words.count(len(reasons) - 3, 'more reason')} in the report.")
    else:
        lines.append(_figures.judged_of(report))
    if not report.coverage.audited:
        lines.append("Nothing was audited, so nothing is known about its accessibility.")
        return lines
    found = figures.priorities.problems
    lines.append(_problems_line(report, figures))
    for issue in found[:3]:
        where = _words.reach(issue, report.judged(issue))
        lines.append(f"  {_impact(issue)}: {_figures.title(issue)[:80]}, {where}")
    if len(found) > 3:
        lines.append(f"  and {len(found) - 3:,} more")
    lines.append(_person_line(report, figures))
    if report.documents.known:
        lines.append(_figures.documents_of(report))
    if report.journeys:
        lines.append(_journeys.summary(report))
    if report.people:
        lines.append(_tested.summary(report))
    if figures.unjudged:
        lines.append(f"Not judged: {figures.unjudged_words}.")
    if not found:
        lines.append("No problem found by a machine is not a pass: most of WCAG needs a person.")
    return lines


def _short(text: str) -> str:
    return textwrap.shorten(text, 110, placeholder=" …")


def _heading(report: Report) -> str:
    return f"Accessibility audit of {visible(report.site.name, 200)}"


def _impact(issue: Issue) -> str:
    return _words.IMPACTS[issue.impact][0]


def _of_audited(pages: int, coverage: Coverage) -> str:
    return f"on {pages:,} of {_words.count(coverage.audited, 'page')} audited"


def _problems_line(report: Report, figures: _figures.Figures) -> str:
    found = len(report.of(Outcome.FAILED))
    if not found:
        return f"No confirmed problem {_of_audited(report.coverage.audited, report.coverage)}."
    kinds = _words.count(found, "confirmed problem")
    others = _figures.beside_pages(report, figures)
    return f"{kinds}, {_of_audited(figures.failure_pages, report.coverage)}{others}."


def _person_line(report: Report, figures: _figures.Figures) -> str:
    asks = len(report.of(Outcome.CANT_TELL))
    tips = len(figures.priorities.advice)
    person = f"{_words.count(asks, 'question needs', 'questions need')} a person"
    if asks:
        person += f", {_of_audited(figures.person_pages, report.coverage)}"
    return f"{person}. {_words.count(tips, 'piece', 'pieces')} of advice."


def _lines(report: Report) -> Iterator[str]:
    figures = _figures.figures(report)
    heading = _heading(report)
    yield heading
    yield "=" * min(len(heading), WIDTH)
    yield ""
    for url in report.site.urls[:_URLS]:
        yield visible(url, 300)
    if len(report.site.urls) > _URLS:
        yield f"and {_words.count(len(report.site.urls) - _URLS, 'more start page')}"
    yield f"Started {_words.moment(report.run.started)}"
    yield ""
    yield from _stopped(report)
    yield from _coverage(report)
    if sampled := _sample.account(report):
        yield from section("The sample")
        yield from [*_of_sample(sampled), ""]
    if report.gate and (said := [*gate(report.gate)]):
        yield from section("The gate")
        yield from [*said, ""]
    if report.comparison:
        yield from section("What changed")
        yield from [*changes(report.comparison), ""]
    if report.journeys:
        yield from section("Journeys")
        yield from wrap(_journeys.summary(report))
        for each in report.journeys:
            yield from wrap(f"{visible(each.name, 150)}: {visible(_journeys.said(each), 900)}", "  ", "- ")
            yield from wrap(_journeys.sent_words(each), "    ", "    ")
        yield ""
    if report.variants:
        yield from section("Variants")
        for told in variants.summary(report.variants):
            yield from wrap(told, "  ", "- ")
        yield ""
    if report.coverage.audited:
        yield from _all_issues(report, figures)
        yield from _published(report)
    yield from uncovered(report, figures)
    yield from _inclusion(report)
    yield from _limits(report)


def _of_sample(told: _sample.Account) -> Iterator[str]:
    sample = told.sample
    yield from wrap(f"Chosen by {told.method}.")
    yield from wrap(
        f"{sample.read:,} of {_words.count(sample.known, 'known page')} were read without a browser, in "
        f"{_words.count(sample.requests, 'request')}."
        + (f" Seed of the random part: {sample.seed}." if sample.seed is not None else "")
    )
    if sample.empty:
        yield from wrap(f"{_words.count(sample.empty, 'page')} showed almost nothing without scripts.")
    yield from wrap(told.verdict)
    for each in told.pages:
        found = f"{each.problems:,} confirmed, {each.questions:,} for a person"
        state = found if each.outcome is UrlOutcome.AUDITED else "not audited"
        yield from wrap(f"{visible(each.page.url, 300)} ({each.page.part}; {state})", "  ", "- ")
        for reason in each.page.reasons:
            yield from wrap(visible(reason.words, 300), "    ", "  ")
    for sentence in (*sample.missing, *sample.notes):
        yield from wrap(visible(sentence, 800), "  ", "- ")


def _stopped(report: Report) -> Iterator[str]:
    stop = _uncovered.stop(report)
    if stop is None:
        return
    yield from section("The audit was stopped early")
    yield from wrap(stop.reason)
    yield from wrap("This report is not a result for the whole website.")
    yield from wrap(f"What to do: {stop.advice}")
    yield ""


def _coverage(report: Report) -> Iterator[str]:
    coverage = report.coverage
    yield from section("How complete this audit is")
    reasons = _figures.why_incomplete(report)
    if not coverage.audited:
        yield from wrap(
            f"NOTHING WAS AUDITED. {_figures.judged_of(report)} This report says nothing about the website's "
            "accessibility. Reasons:"
        )
    elif reasons:
        yield from wrap(
            f"INCOMPLETE. {_figures.judged_of(report)} The figures below are not about the whole website. "
            "Reasons:"
        )
    else:
        yield from wrap(_figures.judged_of(report))
    for reason in reasons:
        yield from wrap(reason, "  ", "- ")
    yield from wrap(_figures.driven_of(report))
    yield from wrap(_figures.unchanged_of(report))
    limits = _figures.limits(report)
    if not reasons and limits:
        yield from wrap("Limits that were reached:")
        for limit in limits:
            yield from wrap(limit, "  ", "- ")
    for note in _figures.notes(report):
        yield from wrap(f"Note: {note}")
    yield ""
    yield f"Of {_words.count(coverage.known, 'address', 'addresses')} known:"
    for outcome, (name, _) in _words.URL_OUTCOMES.items():
        if n := coverage.by_outcome.get(outcome, 0):
            yield f"  {n:>7,}  {name.lower()}{_apart(outcome, report)}"
    yield ""


def _apart(outcome: UrlOutcome, report: Report) -> str:
    """What of these addresses is no part of what is in scope."""
    if outcome is UrlOutcome.FAILED and (broken := report.coverage.broken_links):
        return f" ({_words.count(broken, 'broken link')} among them, not counted as in scope)"
    if outcome is UrlOutcome.OVER_BUDGET and (endless := _uncovered.left_out(report)):
        return f" ({_words.count(endless, 'looks', 'look')} endless and not counted as in scope)"
    return ""


def _all_issues(report: Report, figures: _figures.Figures) -> Iterator[str]:
    known = figures.priorities
    found = known.problems
    yield from section("Confirmed problems")
    yield from wrap(_problems_line(report, figures))
    if found:
        yield from wrap(f"Ordered by {known.formula}.")
        yield from wrap(_figures.views_known(report))
    else:
        yield from wrap("This is not a pass: see the end of this report.")
    yield ""
    yield from _issues(found, report)
    asks = known.questions
    if asks:
        yield from section("Needs a person")
        yield from wrap(
            "The rules could not decide. A person must look; until then these are neither problems nor "
            "passes."
        )
        yield ""
        yield from _issues(asks, report)
    tips = known.advice
    if tips:
        yield from section("Advice")
        yield from wrap("Good practice. None of this counts against WCAG.")
        yield ""
        yield from _issues(tips, report)
    if report.people:
        yield from section("What people tested")
        yield from wrap(_tested.summary(report))
        yield from wrap("A pass is of the pages tested, never of the criterion.")
        for num, results in _tested.by_criterion(report).items():
            for sentence in _tested.sentences(results, report.coverage.audited):
                yield from wrap(f"{num}: {sentence}", "  ", "- ")
        for issue in _figures.answered(report):
            yield from wrap(
                f"{visible(issue.title, 300)}: {_tested.told(issue)}, {_answer(issue)}.", "  ", "- "
            )
        yield ""
    if figures.groups:
        yield from section("Who is affected by the confirmed problems")
        for group in figures.groups:
            yield from wrap(
                f"{group.name}: {_words.count(group.problems, 'problem')} "
                f"{_of_audited(group.pages, report.coverage)}"
                + (f", in {_words.count(group.documents, 'document')}" if group.documents else ""),
                "  ",
                "- ",
            )
        yield ""


def _published(report: Report) -> Iterator[str]:
    told = report.statement
    if told is None:
        return
    yield from section("The accessibility statement")
    yield from wrap(visible(_statement.sentence(report), 600))
    if told.url:
        yield from wrap(f"{visible(told.url, 300)}")
        for verdict in (StatementVerdict.WRONG, StatementVerdict.NOT_FOUND, StatementVerdict.PERSON):
            for item in told.of(verdict):
                number = f"{item.number}, " if item.number else ""
                label = _statement.VERDICTS[verdict][1]
                yield from wrap(f"{label}: {item.question} ({number}{item.id})", "  ", "- ")
                if verdict is not StatementVerdict.PERSON:
                    yield from wrap(visible(item.why, 700), "    ", "  ")
        for conflict in told.conflicts:
            note = "Note: " if conflict.is_note else ""
            yield from wrap(f"{note}{visible(conflict.sentence, 400)}", "  ", "- ")
    yield from wrap(f"A draft: auditor statement {visible(report.site.id, 100)}")
    yield ""


def _issues(issues: Iterable[Issue], report: Report) -> Iterator[str]:
    for place, issue in enumerate(issues, 1):
        rule = _figures.rule_of(report, issue)
        _, label = _words.class_of(issue.outcome, issue.kind)
        open_ = issue.outcome is Outcome.CANT_TELL
        affects = "Would affect" if open_ else "Affects"
        remedy = "What to do if it is so" if open_ else "What to do"
        yield from wrap(f"[{_impact(issue)}] {_figures.title(issue)}", "    ", f"{place:>2}. ")
        yield from wrap(
            f"{label}, {_words.reach(issue, report.judged(issue))}, {_words.places(issue)}.",
            "    ",
        )
        if issue.people:
            yield from wrap(f"{_tested.told(issue)}.", "    ")
        if not issue.rule:
            yield from wrap(f"Told by {_tested.said_by(issue.people[0])}.", "    ")
        if where := _words.where(issue):
            yield from wrap(f"Where: {where}", "    ")
        if rule.who:
            yield from wrap(f"{affects}: " + "; ".join(_figures.group_names(rule)), "    ")
        if rule.fix:
            yield from wrap(f"{remedy}: {visible(rule.fix, 1_000)}", "    ")
        criteria = f"WCAG {visible(', '.join(issue.wcag), 200)}" if issue.wcag else ""
        by = f"rule {visible(issue.rule, 100)}" if issue.rule else ""
        yield f"    {'; '.join(filter(None, (criteria, by))) or 'Criterion not yet known'}"
        urls = list(dict.fromkeys(example.url for example in issue.examples if example.url))
        for url in urls[:EXAMPLES]:
            yield f"    For example: {visible(url, 300)}"
        yield ""


def _answer(issue: Issue) -> str:
    return _tested.OUTCOMES[issue.outcome].lower()


def _inclusion(report: Report) -> Iterator[str]:
    found = report.inclusion()
    if found is None:
        return
    yield from section("Inclusion (no part of WCAG)")
    for each in found.measures:
        yield from wrap(f"{each.name}: {visible(each.verdict, 400)}", "  ", "- ")
    for seen in found.sightings:
        if seen.kind != "third-party":
            name = visible(seen.name, 150)
            pages = f"{seen.pages:,} of {_words.count(found.pages, 'page')}"
            yield from wrap(f"Seen: {name}, on {pages}", "  ", "- ")
    yield ""


def _limits(report: Report) -> Iterator[str]:
    results = _figures.criteria(report)
    tested = sum(1 for result in results if result.rules)
    yield from section("What this report cannot tell")
    yield from wrap(
        f"{_figures.standard(report)} has {len(results)} criteria. Rules ran for {tested} of them, and "
        f"judged only a part of each; {len(results) - tested} were not tested at all. That no "
        "problem was found is not a pass: the rest needs a person."
    )
    known = report.run.versions
    versions = ", ".join(f"{tool} {visible(known[tool], 100)}" for tool in _TOOLS if tool in known)
    if versions:
        yield from wrap(f"Made with {versions}.")
