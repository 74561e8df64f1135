"""`report.json`: everything an audit found, for other programs. `docs/report-json.md` is its contract."""

from __future__ import annotations

import json
import math
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from auditor.formats import _figures
from auditor.formats import _sample as _sampled
from auditor.formats._safe import storable
from auditor.models import (
    ChecklistEntry,
    Comparison,
    Component,
    DocumentState,
    Endless,
    Finding,
    GateResult,
    Inclusion,
    Issue,
    JourneyResult,
    Measure,
    OtherHost,
    Outcome,
    PersonResult,
    PublishedStatement,
    Report,
    Rule,
    SiteDocument,
    Unseen,
    Untested,
    UrlOutcome,
    Views,
    Visit,
)
from auditor.priority import (
    Hurt,
    Priorities,
    Share,
    Work,
    by_owner,
    by_statement,
    noted,
    owner,
    plan,
    priorities,
)

SCHEMA = "1.6"
_CHUNK = 64 * 1024

# Valid in JSON, but a terminal acts on them and some readers end a line there. Outside ASCII and DEL
# nothing stands outside a JSON string, so an escape in its place keeps the value.
_AWKWARD = re.compile("[\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]")


def render(report: Report) -> Iterator[tuple[str, Iterable[bytes]]]:
    """One file, `report.json`, in chunks: neither visits nor findings are ever all in memory."""
    yield "report.json", _chunks(_lines(report))


def _lines(report: Report) -> Iterator[str]:
    yield "{\n"
    yield f'"schema": {_dump(SCHEMA)},\n'
    site = report.site
    yield f'"site": {_dump({"id": site.id, "name": site.name, "gss": site.gss, "urls": site.urls})},\n'
    yield f'"run": {_dump(_run(report))},\n'
    yield f'"coverage": {_dump(_coverage(report))},\n'
    yield from _array("endless", map(_endless, report.endless))
    yield from _array("other_hosts", map(_other_host, report.other_hosts()))
    yield f'"refused": {_dump(dict(sorted(report.refused.items())))},\n'
    driven = frozenset(report.driven_pages())
    yield from _array("visits", (_visit(visit, visit.url in driven) for visit in report.visits()))
    yield from _documents(report)
    pages: defaultdict[str, set[str]] = defaultdict(set)
    ruled = report.by_rules
    yield from _array("findings", map(_finding, noted(ruled.findings(), pages)))
    yield from _array("rule_errors", (_pick(e, "url", "rule", "error") for e in report.rule_errors()))
    yield from _array("untested", map(_untested, report.untested()))
    yield from _array(
        "capped", (_pick(c, "url", "rule", "outcome", "places", "listed") for c in report.capped())
    )
    known = priorities(ruled, pages)
    yield from _array("issues", (_issue(issue, known) for issue in ruled.issues))
    yield from _array("journeys", map(_journey, report.journeys))
    yield from _array("banners", (vars(b) | {"sent": [*map(vars, b.sent)]} for b in report.banners))
    yield from _array("states", map(vars, report.states()))
    yield from _array("variants", (vars(each) | {"pages": each.pages} for each in report.variants))
    yield from _array("people", map(_person_result, report.people))
    yield f'"views": {_dump(_views(report.views))},\n'
    yield f'"formula": {_dump(known.formula)},\n'
    yield from _array("plan", map(_work, plan(known)))
    yield from _array("owners", map(_owner, by_owner(known)))
    yield from _array("statements", map(_statement, by_statement(known)))
    yield f'"statement": {_dump(_published(report.statement))},\n'
    yield f'"comparison": {_dump(_comparison(report.comparison))},\n'
    yield f'"gate": {_dump(_gate(report.gate))},\n'
    yield f'"inclusion": {_dump(_inclusion(report.inclusion()))},\n'
    yield f'"sample": {_dump(_sample(report))},\n'
    yield from _array("checklist", map(_checklist_entry, report.checklist))
    yield '"rules": {'
    separator = "\n"
    for id_ in sorted(report.rules):
        yield f"{separator}{_dump(id_)}: {_dump(_rule(report.rules[id_], report.rule_outcomes.get(id_, {})))}"
        separator = ",\n"
    yield "\n}\n}\n"


def _documents(report: Report) -> Iterator[str]:
    counts = report.documents
    told = {
        "known": counts.known,
        "judged": counts.judged,
        "by_state": {state: counts.by_state.get(state, 0) for state in DocumentState},
        "by_kind": [
            {
                "kind": kind,
                "known": sum(states.values()),
                "judged": sum(states[s] for s in states if s.has_results),
            }
            for kind, states in counts.by_kind.items()
        ],
        "may_be_exempt": counts.exempt,
    }
    yield f'"documents": {{{_dump(told)[1:-1]},\n'
    yield from _array("list", map(_document, report.document_list()), end="]}")


def _document(document: SiteDocument) -> dict[str, Any]:
    return {
        "url": document.url,
        "state": document.state,
        "reason": document.reason,
        "kind": document.kind,
        "known_by": document.known_by,
        "links": document.links,
        "text": document.text,
        "found_on": document.found_on,
        "rank": document.rank,
        "why": document.why,
        "said_type": document.said_type,
        "size": document.size,
        "modified": document.modified,
        "sha256": document.sha256,
        "facts": document.facts,
        "may_be_exempt": document.exempt,
    }


def _array(name: str, items: Iterable[Mapping[str, Any]], end: str = "]") -> Iterator[str]:
    yield f'"{name}": ['
    separator = "\n"
    for item in items:
        yield separator + _dump(item)
        separator = ",\n"
    yield f"\n{end},\n"


def _run(report: Report) -> dict[str, Any]:
    run = report.run
    return {
        "id": run.id,
        "state": run.state,
        "started": run.started,
        "finished": run.finished,
        "versions": dict(sorted(run.versions.items())),
        "settings": dict(_figures.settings(report)),
        "notes": run.notes,
        "stopped": run.stopped,
    }


def _coverage(report: Report) -> dict[str, Any]:
    coverage = report.coverage
    return {
        "known": coverage.known,
        "by_outcome": {outcome: coverage.by_outcome.get(outcome, 0) for outcome in UrlOutcome},
        "in_scope": coverage.in_scope,
        "audited": coverage.audited,
        "driven": report.driven,
        "unchanged": vars(report.unchanged) if report.unchanged else None,
        "share": coverage.share,
        "min_coverage": coverage.min_coverage,
        "complete": coverage.complete,
        "broken_links": coverage.broken_links,
        "start_failed": coverage.start_failed,
        "limits": coverage.limits,
    }


def _endless(endless: Endless) -> dict[str, Any]:
    return {
        "pattern": endless.pattern,
        "visited": endless.visited,
        "left_out": endless.left_out,
        "examples": endless.examples,
        "reason": endless.reason,
    }


def _other_host(other: OtherHost) -> dict[str, Any]:
    return {
        "host": other.host,
        "addresses": other.addresses,
        "example": other.example,
        "found_on": other.found_on,
    }


def _visit(visit: Visit, is_driven: bool) -> dict[str, Any]:
    return {
        "url": visit.url,
        "final_url": visit.final_url,
        "status": visit.status,
        "outcome": visit.outcome,
        "reason": visit.reason,
        "title": visit.title,
        "depth": visit.depth,
        "discovery": visit.discovery,
        "found_on": visit.found_on,
        "content_type": visit.content_type,
        "started": visit.started,
        "seconds": visit.seconds,
        "lang": visit.lang,
        "driven": is_driven,
        "unchanged_since": visit.unchanged_since,
    }


def _finding(finding: Finding) -> dict[str, Any]:
    return {
        "rule": finding.rule,
        "outcome": finding.outcome,
        "kind": finding.kind,
        "wcag": finding.wcag,
        "act": finding.act,
        "impact": finding.impact,
        "url": finding.url,
        "state": finding.state,
        "journey": finding.journey,
        "step": finding.step,
        "variant": finding.variant,
        "frame": finding.frame,
        "selector": finding.selector,
        "excerpt": finding.excerpt,
        "message": finding.message,
        "issue": finding.issue,
        "fault": finding.fault,
        "component": _component(finding.component),
    }


def _component(component: Component | None) -> dict[str, Any] | None:
    return None if component is None else vars(component)


def _comparison(comparison: Comparison | None) -> dict[str, Any] | None:
    if comparison is None:
        return None
    changes = [
        {
            "status": change.status,
            "tier": change.tier,
            "cause": change.cause,
            "issue": change.issue.id,
            "id_before": change.before.id if change.before else None,
            "rule": change.issue.rule,
            "outcome": change.issue.outcome,
            "impact": change.issue.impact,
            "title": change.issue.title,
            "pages": change.issue.pages,
        }
        for change in comparison.changes
    ]
    return {"before": comparison.before, "now": comparison.now, "changes": changes}


def _gate(gate: GateResult | None) -> dict[str, Any] | None:
    if gate is None:
        return None
    failures = [
        {
            "setting": failure.setting,
            "sentence": failure.sentence,
            "remedy": failure.remedy,
            "issues": [issue.id for issue in failure.issues],
        }
        for failure in gate.failures
    ]
    return {
        "passed": gate.passed,
        "failures": failures,
        "waived": [issue.id for _, issue in gate.waived],
        "unstable": [issue.id for issue in gate.unstable],
        "first_judged": [issue.id for issue in gate.first_judged],
        "expired": [waiver.line for waiver in gate.expired],
        "unused": [waiver.line for waiver in gate.unused],
    }


def _unseen(told: Unseen | None) -> dict[str, Any] | None:
    if told is None:
        return None
    shares = {"expected": told.expected, "low": told.high, "high": told.low}
    return {
        **_pick(vars(told), "pages", "visited", "drawn", "new", "found", "expected", "low", "high"),
        "share_found": {key: round(told.share(unseen), 4) for key, unseen in shares.items()},
    }


def _sample(report: Report) -> dict[str, Any] | None:
    told = _sampled.account(report)
    if told is None:
        return None
    sample = told.sample
    return {
        **_pick(vars(sample), "method", "seed", "known", "read", "requests", "empty"),
        **_pick(vars(sample), "templates", "templates_shown", "missing", "notes"),
        "pages": [
            {
                "url": each.page.url,
                "part": each.page.part,
                "reasons": [vars(reason) for reason in each.page.reasons],
                "outcome": each.outcome,
                "problems": each.problems,
                "questions": each.questions,
                "to_test": each.page.to_test,
            }
            for each in told.pages
        ],
        "processes": [{"url": url, "what": what} for url, what in sample.processes],
        "documents": [{"url": url, "found_on": page} for url, page in sample.documents],
        "unseen": _unseen(sample.unseen),
        "random_alone": [issue.id for issue in (*told.new, *told.new_questions)],
        "verdict": told.verdict,
        "everywhere": report.everywhere,
    }


def _untested(part: Untested) -> dict[str, Any]:
    return {"url": part.url, "what": part.what, "where": part.where, "reason": part.reason}


def _issue(issue: Issue, known: Priorities) -> dict[str, Any]:
    reach = known.reach[issue.id]
    return {
        "id": issue.id,
        "rule": issue.rule,
        "outcome": issue.outcome,
        "kind": issue.kind,
        "impact": issue.impact,
        "wcag": issue.wcag,
        "title": issue.title,
        "pages": issue.pages,
        "of_documents": issue.of_documents,
        "places": issue.places,
        "at_least": issue.at_least,
        "faults": issue.faults,
        "component": _component(issue.component),
        "written": issue.is_written,
        "priority": round(known.of(issue), 2),
        "reach": {
            "percent": round(reach.percent, 2),
            "by_pages": round(reach.by_pages, 2),
            "by_views": None if reach.by_views is None else round(reach.by_views, 2),
            "views_unknown": reach.unknown,
            "service": reach.service,
            "kept": reach.is_kept,
        },
        "owner": owner(known, issue).id,
        "journeys": issue.journeys,
        "stops": issue.stops,
        "variants": issue.variants,
        "examples": [
            {"url": f.url, "state": f.state, "frame": f.frame, "selector": f.selector} for f in issue.examples
        ],
    }


def _journey(journey: JourneyResult) -> dict[str, Any]:
    rows = {key: [vars(each) for each in getattr(journey, key)] for key in ("steps", "sent", "barriers")}
    return vars(journey) | rows


def _person_result(result: PersonResult) -> dict[str, Any]:
    return {
        "source": result.source,
        "page": result.page,
        "audited": result.is_audited,
        "criterion": result.criterion,
        "outcome": result.outcome,
        "what": result.what,
        "where": result.where,
        "impact": result.impact,
        "who": result.who,
        "when": result.when and result.when.isoformat(),
        "with": result.technology,
        "fixed": result.fixed and result.fixed.isoformat(),
        "reference": result.reference,
        "issue": result.issue,
        "found": result.found,
        "file": result.file,
        "line": result.line,
    }


def _views(views: Views | None) -> dict[str, Any] | None:
    if views is None:
        return None
    return {
        "source": views.source,
        "measure": views.measure,
        "pages": len(views.pages),
        "views": sum(views.pages.values()),
        "rows": views.rows,
        "left_out": views.left_out,
    }


def _inclusion(found: Inclusion | None) -> dict[str, Any] | None:
    if found is None:
        return None
    return {
        "pages": found.pages,
        "measures": [_measure(each) for each in found.measures],
        "sightings": [vars(each) for each in found.sightings],
    }


def _measure(each: Measure) -> dict[str, Any]:
    parts = {
        key: [{"what": what, "pages": pages, "of": of} for what, pages, of in listed]
        for key, listed in (("parts", each.parts), ("sections", each.sections))
    }
    unmeasured = [{"why": why, "pages": pages} for why, pages in each.unmeasured.items()]
    worst = [{"url": page.url, "figure": round(page.figure, 2), "text": page.text} for page in each.worst]
    return vars(each) | parts | {"noted": each.noted.isoformat(), "worst": worst, "unmeasured": unmeasured}


def _work(work: Work) -> dict[str, Any]:
    return {
        "issues": _ids(work.issues),
        "owners": [each.id for each in work.owners],
        "priority": round(work.priority, 2),
        "pages": work.pages,
        "problems_cleared": work.problems_cleared,
        "pages_cleared": work.pages_cleared,
    }


def _owner(share: Share) -> dict[str, Any]:
    return {
        "id": share.owner.id,
        "name": share.owner.name,
        "contact": share.owner.contact,
        "problems": len(share.problems),
        "questions": len(share.questions),
        "advice": len(share.advice),
    }


def _statement(hurt: Hurt) -> dict[str, Any]:
    return {
        "clause": hurt.statement.clause,
        "name": hurt.statement.name,
        "who": sorted(hurt.statement.groups),
        "problems": _ids(hurt.problems),
        "pages": hurt.pages,
        "questions": _ids(hurt.questions),
        "question_pages": hurt.question_pages,
        "rules": hurt.rules,
    }


def _published(told: PublishedStatement | None) -> dict[str, Any] | None:
    if told is None:
        return None
    keys = ("profile", "url", "title", "document", "complete", "why_incomplete", "asked", "others", "linked")
    return {
        **{key: getattr(told, key) for key in (*keys, "pages", "claim", "listed", "wording")},
        "items": [vars(item) for item in told.items],
        "conflicts": [vars(conflict) for conflict in told.conflicts],
    }


def _ids(issues: Iterable[Issue]) -> list[str]:
    return [issue.id for issue in issues]


def _checklist_entry(entry: ChecklistEntry) -> dict[str, Any]:
    return {
        "criterion": entry.criterion,
        "name": entry.name,
        "level": entry.level,
        "question": entry.question,
        "steps": entry.steps,
        "who": entry.who,
        "automation": entry.automation,
        "rules": [{"id": rule.id, "can_fail": rule.can_fail} for rule in entry.rules],
        "applies": entry.applies,
        "why_not": entry.why_not,
        "pages": entry.pages,
        "examples": entry.examples,
    }


def _rule(rule: Rule, pages: Mapping[Outcome, int]) -> dict[str, Any]:
    return {
        "title": rule.title,
        "why": rule.why,
        "who": rule.who,
        "fix": rule.fix,
        "wcag": rule.wcag,
        "act": rule.act,
        "kind": rule.kind,
        "impact": rule.impact,
        "engine": rule.engine,
        "help_url": rule.help_url,
        "confidence": rule.confidence,
        "limits": rule.limits,
        "owner": rule.owner,
        "before": rule.before,
        "after": rule.after,
        "content_system": rule.content_system,
        "version": rule.version,
        "driven": rule.driven and not rule.everywhere,
        "documents": rule.of_documents,
        "outcomes": {outcome: pages.get(outcome, 0) for outcome in Outcome},
    }


def _pick(record: Mapping[str, Any], *keys: str) -> dict[str, Any]:
    return {key: record[key] for key in keys}


def _dump(value: object) -> str:
    """`value` as JSON on one line."""
    text = json.dumps(_plain(value), ensure_ascii=False, allow_nan=False)
    return _AWKWARD.sub(lambda match: f"\\u{ord(match[0]):04x}", text)


def _plain(value: object) -> object:
    """`value` in JSON's own types, in one order whatever the run: sets sorted, times in UTC."""
    match value:
        case None | bool() | int():
            return value
        case str():
            return storable(value)
        case float():
            return value if math.isfinite(value) else None
        case datetime():
            aware = value if value.tzinfo else value.replace(tzinfo=UTC)
            return aware.astimezone(UTC).isoformat().replace("+00:00", "Z")
        case Mapping():
            return {storable(str(key)): _plain(item) for key, item in value.items()}
        case set() | frozenset():
            return sorted((_plain(item) for item in value), key=str)
        case Iterable():
            return [_plain(item) for item in value]
        case _:
            return storable(str(value))


def _chunks(lines: Iterator[str]) -> Iterator[bytes]:
    """The lines in UTF-8, gathered into pieces worth a write."""
    waiting: list[str] = []
    size = 0
    for line in lines:
        waiting.append(line)
        size += len(line)
        if size >= _CHUNK:
            yield "".join(waiting).encode()
            waiting, size = [], 0
    yield "".join(waiting).encode()
