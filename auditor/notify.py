"""Who is told what an audit found: only what changed, in words of ours, once each.

A message says nothing that a page says: names of sites are the user's own, titles are those of rules. It is
kept in the store before `auditor.sending` sends it, so what cannot be sent now is sent later.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from auditor.compare import compare
from auditor.formats._safe import visible
from auditor.gate import BY_RULES, new_issues
from auditor.known import of_report
from auditor.models import (
    ConflictKind,
    Gate,
    Impact,
    Issue,
    KnownIssue,
    Message,
    Notifications,
    Outcome,
    Owner,
    OwnerRule,
    Report,
    Site,
    StatementVerdict,
    Status,
)
from auditor.notify_settings import DIGEST_KIND, MAIL
from auditor.priority import by_owner, priorities
from auditor.report import report as build
from auditor.store import RunReader, Store

LISTED = 10  # issues in one message
SUBJECT = 150  # characters
OUTDATED = {
    ConflictKind.CLAIMS_FULL: "it claims full compliance, and there are confirmed failures",
    ConflictKind.UNLISTED: "it does not list failures of WCAG {}",
    ConflictKind.PAST_DATE: "a date by which it promises repairs has passed",
}


@dataclass(frozen=True, kw_only=True)
class _Told:
    """What there is to tell of one kind."""

    short: str  # for the subject
    lines: tuple[str, ...]


def after(
    report: Report, store: Store, settings: Notifications, now: datetime, missed: Sequence[str]
) -> None:
    """Keep the messages that a finished audit makes; none where nothing changed since the last."""
    before = store.told(report.site.id)
    state = {**before, **_state(report)}
    told = {kind: each for kind, each in _changes(report, before, state, missed, now.date()) if each}
    messages = _messages(report.site, told, settings, event=f"run {report.run.id}")
    store.tell(messages, now, site=report.site.id, state=state)


def failed(site: Site, store: Store, settings: Notifications, now: datetime, missed: Sequence[str]) -> None:
    """The same of an audit that could not be made; told once until one can."""
    before, told = store.told(site.id), {}
    if before.get("incomplete") != ["failed"]:
        line = "The audit could not be made. What `auditor schedule run` printed tells why."
        told["incomplete"] = _Told(short="the audit could not be made", lines=(line,))
    if missed:
        told["missed"] = _missed(missed)
    messages = _messages(site, told, settings, event=f"failure {now.timestamp():.0f}")
    store.tell(messages, now, site=site.id, state={**before, "incomplete": ["failed"]})


# -- What changed -------------------------------------------------------------------------------------------


def _state(report: Report) -> dict[str, list[str]]:
    """What lasts from one audit to the next, as ids; nothing of what this one cannot tell."""
    state = {"gate": sorted(_failures(report)), "incomplete": _incomplete(report)}
    if (statement := report.statement) and statement.complete:
        state["statement"] = sorted(_outdated(report))
    return state


def _failures(report: Report) -> dict[str, str]:
    """Why the gate failed: id -> sentence."""
    found = {}
    for each in report.gate.failures if report.gate else ():
        ids = "\n".join(sorted(issue.id for issue in each.issues))
        sentence = each.sentence if each.setting != "statement" else "The accessibility statement"
        found[f"{each.setting} {short_hash(ids)}"] = visible(sentence, 300)
    return found


def _incomplete(report: Report) -> list[str]:
    if not report.coverage.audited:
        return ["nothing"]
    if report.run.stopped:
        return ["stopped"]
    return [] if report.coverage.complete else ["incomplete"]


def _outdated(report: Report) -> dict[str, str]:
    """What is wrong with the statement: id -> words of ours."""
    statement = report.statement
    assert statement is not None
    if statement.url is None:
        return {"missing": "no accessibility statement was found"}
    wrong = {each.id: f"not so: {each.question}" for each in statement.of(StatementVerdict.WRONG)}
    differs = {
        f"{each.kind} {each.criterion}".strip(): OUTDATED[each.kind].format(each.criterion)
        for each in statement.conflicts
        if each.kind in OUTDATED
    }
    return wrong | differs


def _changes(
    report: Report,
    before: Mapping[str, Sequence[str]],
    state: Mapping[str, Sequence[str]],
    missed: Sequence[str],
    today: date,
) -> Iterator[tuple[str, _Told | None]]:
    def added(kind: str) -> set[str]:
        return set(state.get(kind, ())) - set(before.get(kind, ()))

    def is_over(kind: str) -> bool:
        return bool(before.get(kind)) and not state.get(kind)

    yield "new", _new(report, today)
    if added("gate"):
        reasons = _failures(report)
        lines = ("The gate failed:", *(f"- {each}" for each in list(reasons.values())[:LISTED]))
        yield "gate", _Told(short="the gate failed", lines=lines)
    elif is_over("gate"):
        yield "gate", _Told(short="the gate passes again", lines=("The gate passes again.",))
    coverage = report.coverage
    pages = f"{coverage.audited:,} of {coverage.in_scope:,} pages in scope were audited"
    if added("incomplete"):
        short, why = {
            "nothing": (
                "nothing could be audited",
                "The site could not be reached, or turned the audit away",
            ),
            "stopped": ("the audit was stopped", "The site was left before its end"),
            "incomplete": ("the audit is incomplete", "The audit is incomplete"),
        }[state["incomplete"][0]]
        yield "incomplete", _Told(short=short, lines=(f"{why}: {pages}. The report tells more.",))
    elif is_over("incomplete"):
        yield "incomplete", _Told(short="the audit is complete again", lines=(f"Complete again: {pages}.",))
    if fresh := added("statement"):
        words = _outdated(report)
        lines = (
            "The accessibility statement, as far as a machine can tell:",
            *(f"- {words[each]}" for each in sorted(fresh)),
        )
        yield "statement", _Told(short="the accessibility statement needs work", lines=lines[: LISTED + 1])
    elif is_over("statement"):
        line = "What was wrong with the accessibility statement is put right."
        yield "statement", _Told(short="the accessibility statement was put right", lines=(line,))
    if missed:
        yield "missed", _missed(missed)


def _new(report: Report, today: date) -> _Told | None:
    """Confirmed problems that are serious or worse, and neither waived nor gone on a second visit."""
    if report.comparison is None:
        return None
    judged = report.gate
    known = {issue.id for _, issue in judged.waived} | {i.id for i in judged.unstable} if judged else set()
    found = [i for i in new_issues(report.comparison, Gate(new=Impact.SERIOUS), today) if i.id not in known]
    if not found:
        return None
    lines = (f"New since {visible(report.comparison.before, 100)}:", *_listed(report, found))
    return _Told(short=f"{_count(len(found), 'new serious problem')}", lines=lines)


def _missed(sentences: Sequence[str]) -> _Told:
    return _Told(short="an audit was missed", lines=tuple(sentences))


def _listed(report: Report, issues: Sequence[KnownIssue | Issue]) -> list[str]:
    """By the titles of their rules, which are nothing that a page says."""
    lines = []
    for each in issues[:LISTED]:
        rule = report.rules.get(each.rule)
        pages = each.pages if isinstance(each, Issue) else len(each.pages)
        where = "documents" if rule and rule.of_documents else "pages"
        title = visible(rule.title, 150) if rule else f"rule {visible(each.rule, 100)}"
        lines.append(f"- {title} ({each.impact or 'not rated'}; {where}: {pages:,})")
    if len(issues) > LISTED:
        lines.append(f"- and {len(issues) - LISTED:,} more")
    return lines


# -- Messages -----------------------------------------------------------------------------------------------


def _messages(
    site: Site, told: Mapping[str, _Told], settings: Notifications, *, event: str
) -> Iterator[Message]:
    """One for each destination that wants to know of any of it."""
    for to in settings.to:
        mine = [each for kind, each in told.items() if kind in to.on]
        if mine and (not to.sites or site.id in to.sites):
            subject = f"{visible(site.name, 80)}: {'; '.join(each.short for each in mine)}"
            lines = [line for each in mine for line in (*each.lines, "")]
            if address := _report_url(settings, site.id):
                lines.append(f"Report: {address}")
            yield message(to.name, site.id, subject, lines, event=event)


def message(to: str, site: str, subject: str, lines: Sequence[str], *, event: str) -> Message:
    key = f"{site} {event} {short_hash(to)}"
    return Message(key=key, to=to, site=site, subject=subject[:SUBJECT], body="\n".join(lines).strip())


def _report_url(settings: Notifications, site: str) -> str:
    return settings.report_url.replace("{site}", site)


def short_hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _count(n: int, what: str) -> str:
    return f"{n:,} {what}{'' if n == 1 else 's'}"


# -- Digests ------------------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class _Share:
    """What changed of one owner's on one site."""

    site: Site
    new: int
    mended: int
    lines: tuple[str, ...]


def digest(
    sites: Iterable[Site],
    owners: Mapping[str, Sequence[OwnerRule]],
    store: Store,
    settings: Notifications,
    now: datetime,
    *,
    since: datetime,
) -> None:
    """Keep a message for each owner of whose problems some came or went since then, and one for who asked."""
    shares: dict[Owner, list[_Share]] = defaultdict(list)
    for site in sites:
        for owner, share in _shares(site, tuple(owners.get(site.id, ())), store, settings, since):
            shares[replace(owner, id="")].append(share)  # an owner of several sites is known by name
    event, messages = f"digest {now.timestamp():.0f}", []
    if settings.owners:
        by_mail: dict[str, list[_Share]] = defaultdict(list)
        for owner, theirs in shares.items():
            if "@" in owner.contact and "://" not in owner.contact:
                by_mail[owner.contact] += theirs
        for mail, theirs in by_mail.items():
            lines = [line for each in theirs for line in (*each.lines, "")]
            messages.append(message(MAIL + mail, "", _digest_subject(theirs), lines, event=event))
    for to in settings.to:
        if DIGEST_KIND in to.on:
            mine = {
                o: [s for s in each if not to.sites or s.site.id in to.sites] for o, each in shares.items()
            }
            lines = []
            for owner, theirs in mine.items():
                if theirs:
                    lines += [f"For {visible(owner.name, 100)}", ""]
                    lines += [line for each in theirs for line in (*each.lines, "")]
            if lines:
                every = [each for theirs in mine.values() for each in theirs]
                messages.append(message(to.name, "", _digest_subject(every), lines, event=event))
    store.tell(messages, now, state=None)


def _digest_subject(shares: Sequence[_Share]) -> str:
    new, mended = sum(each.new for each in shares), sum(each.mended for each in shares)
    sites = _count(len({each.site.id for each in shares}), "site")
    return f"Accessibility: {_count(new, 'new problem')}, {mended:,} mended, on {sites}"


def _shares(
    site: Site, owners: tuple[OwnerRule, ...], store: Store, settings: Notifications, since: datetime
) -> Iterator[tuple[Owner, _Share]]:
    done = RunReader.done(store, site.id, after=0)
    earlier = [reader for reader in done if (ended := reader.run().finished) and ended <= since]
    if not earlier or earlier[-1].run_id == done[-1].run_id:
        return  # no audit to compare, or none since
    then, now = (replace(build(each), owners=owners) for each in (earlier[-1], done[-1]))
    changes = compare(of_report(then), of_report(now))
    new = {c.issue.id for c in changes.of(Status.NEW) if c.cause not in BY_RULES}
    fixed = {c.issue.id for c in changes.of(Status.FIXED)}
    mended = {s.owner: sum(i.id in fixed for i in s.problems) for s in by_owner(priorities(then))}
    open_now = {s.owner: s.problems for s in by_owner(priorities(now))}
    for owner in dict.fromkeys((*open_now, *mended)):
        problems, gone = open_now.get(owner, ()), mended.get(owner, 0)
        fresh = [issue for issue in problems if issue.id in new]
        if not fresh and not gone:
            continue
        of = len(now.of(Outcome.FAILED))
        since_then = f"since {then.run.started:%Y-%m-%d}"
        lines = [
            f"{visible(site.name, 80)}: {len(fresh):,} new, {gone:,} mended {since_then}; "
            f"{len(problems):,} of {_count(of, 'confirmed problem')} are theirs.",
            *_listed(now, fresh),
        ]
        if address := _report_url(settings, site.id):
            lines.append(f"Report: {address}")
        yield owner, _Share(site=site, new=len(fresh), mended=gone, lines=tuple(lines))
