"""What `report.txt` says about what the audit does not cover."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from itertools import islice

from auditor.formats import _figures, _uncovered, _words
from auditor.formats._safe import visible
from auditor.formats._typeset import section, wrap
from auditor.models import Report, UrlOutcome

EXAMPLES = 3
_LISTED = 100  # addresses not audited that are named
_FEW = 10  # endless forms, other websites, reasons


def uncovered(report: Report, figures: _figures.Figures) -> Iterator[str]:
    """Pages, forms of addresses, other websites, documents and parts of pages that were not judged."""
    yield from _left_out(report)
    yield from _endless(report)
    yield from _others(report)
    yield from _documents(report)
    yield from _kept_back(report)
    yield from _parts(figures)
    yield from wrap(_figures.not_run_of(report))


def _left_out(report: Report) -> Iterator[str]:
    missing = {outcome for outcome, _ in _figures.not_judged(report)}
    if not missing:
        return
    yield from section("Pages that were not audited")
    refused_by = Counter(_uncovered.refusal(v) for v in report.visits() if v.outcome is UrlOutcome.BLOCKED)
    if refused_by:
        yield from wrap(f"{_words.count(refused_by.total(), 'address was', 'addresses were')} refused:")
        for advice, reasons in _uncovered.by_advice(refused_by, _FEW).items():
            for what, n in reasons:
                yield from wrap(f"{n:,}: {what}", "  ", "- ")
            yield from wrap(advice)
        yield ""
    listed = 0
    total = sum(n for _, n in _figures.not_judged(report))
    for visit in report.visits():
        if visit.outcome not in missing:
            continue
        if listed == _LISTED:
            yield f"... {listed:,} of {total:,} named here; report.json has all."
            break
        name, _ = _words.URL_OUTCOMES[visit.outcome]
        yield visible(visit.url, 300)
        blocked = visit.outcome is UrlOutcome.BLOCKED
        reason = _uncovered.refusal(visit)[0] if blocked else visible(visit.reason, 300)
        yield from wrap(f"{name}: {reason}" if reason else name, "    ")
        listed += 1
    yield ""


def _endless(report: Report) -> Iterator[str]:
    if report.endless:
        yield from section("Addresses that look endless")
        yield from wrap(f"{_uncovered.ENDLESS} They are not counted as in scope.")
        for form in report.endless[:_FEW]:
            yield f"- {visible(form.pattern, 300)}"
            yield f"    {form.visited:,} visited, {form.left_out:,} left out"
            for example in form.examples[:EXAMPLES]:
                yield f"    For example: {visible(example, 300)}"
        yield from _rest(len(report.endless))


def _others(report: Report) -> Iterator[str]:
    hosts = iter(report.other_hosts())
    first = list(islice(hosts, _FEW))
    if first:
        yield from section("Other websites that are linked, not judged")
        for host in first:
            addresses = _words.count(host.addresses, "address", "addresses")
            yield f"- {visible(host.host, 300)}: {addresses}"
            if host.found_on:
                yield f"    First linked from {visible(host.found_on, 300)}"
        yield from _rest(_FEW + sum(1 for _ in hosts) if len(first) == _FEW else 0)


def _documents(report: Report) -> Iterator[str]:
    if report.documents.known:
        yield from section("Documents")
        yield from wrap(_figures.documents_of(report))
        for state, (name, _) in _words.DOCUMENT_STATES.items():
            if n := report.documents.by_state.get(state):
                yield f"  {n:>7,}  {name.lower()}"
        yield ""


def _kept_back(report: Report) -> Iterator[str]:
    guarded, trackers = _uncovered.refusals(report)
    if guarded or trackers:
        yield from section("Requests that were kept back")
        for reason, n in guarded[:_FEW]:
            yield f"  {n:>7,}  refused to protect the network: {reason}"
        if trackers:
            yield f"  {trackers:>7,}  to known trackers, blocked as the settings ask"
        yield ""


def _rest(total: int) -> Iterator[str]:
    """The end of a list of which the first few were shown."""
    if total > _FEW:
        yield f"... {_FEW} of {total:,} named here; report.json has all."
    yield ""


def _parts(figures: _figures.Figures) -> Iterator[str]:
    if not figures.unjudged:
        return
    yield from section("Parts of audited pages that were not judged")
    yield from wrap(f"{figures.unjudged_words}.")
    for rule, pages in figures.rule_errors.items():
        yield f"  rule {visible(rule, 100)} broke down on {_words.count(pages, 'page')}"
    yield ""
