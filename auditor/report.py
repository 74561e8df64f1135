"""The store's account of a run, put together for the formats."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import fields, replace
from functools import cache, partial
from operator import attrgetter
from typing import Any
from urllib.parse import urlsplit

from auditor import variants
from auditor.browser.recognise import ASKS_TO_SIGN_IN
from auditor.checklist import checklist, everywhere, of_page
from auditor.checks.folders import find, of_site, texts
from auditor.checks.registry import registry
from auditor.consent import PART as CONSENT
from auditor.consent import banners
from auditor.crawl.coverage import coverage
from auditor.crawl.representative import Turn, estimate
from auditor.crawl.scope import document_kind
from auditor.documents.exemptions import exempt
from auditor.documents.words import KINDS, said
from auditor.errors import ConfigError
from auditor.evidence.document import DocumentKind
from auditor.inclusion import inclusion, page_rows
from auditor.issues import MOST, group
from auditor.limits import ENDLESS, NOT_SAMPLED, limit_name
from auditor.media import recordings
from auditor.models import (
    Confidence,
    Documents,
    DocumentState,
    Impact,
    Inclusion,
    Issue,
    JourneyResult,
    JourneyState,
    Outcome,
    Report,
    Rule,
    RuleSetting,
    RunState,
    Sample,
    SampledPage,
    SampleReason,
    Site,
    SiteDocument,
    UrlOutcome,
)
from auditor.resources import folder
from auditor.sign_in_settings import PART as SIGN_IN
from auditor.statement import PART, published
from auditor.steps import PART as JOURNEYS
from auditor.steps import from_settings, results, sign_ins_from_settings
from auditor.store import RunReader

PLAIN = "without-script"  # the part of a run with what a few pages hold without a browser
TRAP = "keyboard-trap"  # the rule whose failures stop a journey wherever on its pages they are


def report(reader: RunReader) -> Report:
    """The report of one run, finished or not. What is large is read from the store when it is asked for."""
    run = reader.run()
    site = site_from_settings(run.settings)
    rules = registry(reader.engine_rules(), own=_own(site), settings=site.rules)
    over = reader.over_budget()
    by_users_limit = sum(count for why, count in over.items() if limit_name(why) in site.user_limits)
    if site.sample:
        by_users_limit += sum(count for why, count in over.items() if why.startswith(NOT_SAMPLED))
    capped = {(each["rule"], Outcome(each["outcome"])) for each in reader.capped()}
    journeys = results(reader.part(JOURNEYS))
    sign_ins: Mapping[str, Any] = reader.part(SIGN_IN) or {}
    met = banners(reader.part(CONSENT))
    issues = _on_journeys(
        group(reader.counts(), rules, reader.met(MOST), capped, whole=reader.whole), journeys
    )
    driven = [rule.id for rule in rules.values() if rule.driven and not rule.everywhere]
    documents = partial(_documents, reader, site)
    ran = {rule: rules[rule] for rule in reader.rule_outcomes()}
    return Report(
        site=site,
        run=replace(run, notes=(*run.notes, *_signed_in(sign_ins))),
        coverage=coverage(
            site,
            by_outcome=reader.by_outcome(),
            broken_links=reader.broken_links(),
            over_user_limit=by_users_limit,
            stopped=run.stopped is not None,
            endless=sum(count for why, count in over.items() if why.startswith(ENDLESS)),
            start_failed=reader.start_failed(),
            journeys_incomplete=sum(each.state is JourneyState.INCOMPLETE for each in journeys),
            sign_in_failed=any(each["failed"] for each in sign_ins.values()),
            limits=[f"{reason} Left out: {count}." for reason, count in over.items()],
        ),
        issues=issues,
        rules=ran,
        rule_outcomes=reader.rule_outcomes(),
        visits=reader.visits,
        findings=reader.findings,
        issue_pages=reader.issue_pages,
        untested=reader.untested,
        rule_errors=reader.rule_errors,
        capped=reader.capped,
        endless=tuple(reader.endless()),
        other_hosts=reader.other_hosts,
        refused=reader.refused(),
        driven_pages=lambda: reader.judged_by(driven),
        rule_results=reader.rule_results,
        driven=sum(1 for _ in reader.judged_by(driven)),
        unchanged=reader.unchanged(),
        checklist=checklist(site.standard, ran.values(), reader.features(), issues),
        journeys=journeys,
        banners=met,
        states=reader.states,
        variants=variants.counts(reader.part(variants.PART)),
        picture=reader.picture,
        statement=published(
            reader.part(PART), site, today=run.started.date(), issues=issues, rules=ran.values()
        ),
        documents=counted(documents()),
        document_list=documents,
        sample=_sample(reader, site.standard),
        everywhere=everywhere(site.standard),
        **_history(reader),
        inclusion=cache(lambda: _inclusion(site, reader)),
        recordings=lambda: recordings(reader.page_facts()),
        inclusion_rows=lambda: page_rows(reader.page_facts()),
    )


def remembered(made: Report, reader: RunReader) -> Report:
    """A report that was made before the site's history knew its run, as it is now that it does."""
    return replace(made, **_history(reader))


def _history(reader: RunReader) -> dict[str, Any]:
    lives = reader.lives()
    return {
        "history": reader.history(),
        "lives": {life.id: life for life in lives if not life.fixed},
        "fixed_lives": tuple(
            sorted((life for life in lives if life.fixed), key=attrgetter("fixed"), reverse=True)
        ),
    }


def _signed_in(told: Mapping[str, Any]) -> Iterator[str]:
    """What the reader must know of each sign-in."""
    for role, each in sorted(told.items()):
        sent = ", ".join(f"{count} × {method} {host}{path}" for method, host, path, count in each["sent"])
        if each["times"]:
            times = "once" if each["times"] == 1 else f"{each['times']} times"
            yield f"Signed in as {role} {times}." + (f" Sent by that: {sent}." if sent else "")
        if each["failed"]:
            yield f"{each['failed']} What is public was audited."


def _inclusion(site: Site, reader: RunReader) -> Inclusion | None:
    made = inclusion(
        reader.page_facts(),
        rule_outcomes=reader.rule_outcomes(),
        plain=reader.part(PLAIN) or (),
        walled=[v.url for v in reader.visits() if v.reason.startswith(ASKS_TO_SIGN_IN)],
        own=[urlsplit(url).netloc.removeprefix("www.") for url in site.urls],
    )
    return made if any(each.pages for each in made.measures) else None


def _on_journeys(issues: Sequence[Issue], journeys: Sequence[JourneyResult]) -> tuple[Issue, ...]:
    """The issues with the journeys that each stops: on a control that a step needs, or a trap there."""
    stops: dict[str, dict[str, None]] = {}
    for journey in journeys:
        pages = {step.url for step in journey.steps if step.audited}
        traps = [i.id for i in issues if i.rule == TRAP and any(each.url in pages for each in i.examples)]
        for issue in (*(barrier.issue for barrier in journey.barriers), *traps):
            stops.setdefault(issue, {})[journey.id] = None
    return tuple(
        replace(each, stops=tuple(stops[each.id]))
        if each.id in stops and each.outcome is Outcome.FAILED
        else each
        for each in issues
    )


def _sample(reader: RunReader, standard: str) -> Sample | None:
    """The sample as the run kept it, and what a person must test on each of its pages that was audited."""
    kept = reader.part("sample")
    if kept is None:
        return None
    counted = dict(reader.features())
    if turns := [Turn(**turn) for turn in kept.pop("turns", ())]:
        had = {visit.url for visit in reader.visits() if visit.outcome is not UrlOutcome.OVER_BUDGET}
        shown = {turn.template for turn in turns if turn.url in had} - {None}
        grown = {
            "unseen": estimate(turns, reader.issues_of_pages(kept["rules"])),
            "templates_shown": len(shown),
            "processes": [each for each in kept["processes"] if each[0] in had],
            "documents": [each for each in kept["documents"] if each[1] in had],
        }
        kept |= grown | {"pages": [page for page in kept["pages"] if page["url"] in had]}
    kept.pop("rules", None)
    pages = tuple(
        SampledPage(
            url=page["url"],
            title=page["title"],
            part=page["part"],
            reasons=tuple(
                SampleReason(**reason | {"confidence": Confidence(reason["confidence"])})
                for reason in page["reasons"]
            ),
            to_test=of_page(standard, counted[page["url"]]) if page["url"] in counted else (),
        )
        for page in kept["pages"]
    )
    pairs = {key: tuple(map(tuple, kept[key])) for key in ("processes", "documents")}
    words = {key: tuple(kept[key]) for key in ("missing", "notes")}
    return Sample(**kept | pairs | words | {"pages": pages})


def _own(site: Site) -> Mapping[str, Rule]:
    """The texts of rules that are not axe's; where a folder has gone since, the run's own account must do."""
    try:
        return texts(of_site(site))
    except ConfigError:
        return texts(find([folder("rules")]))


def _documents(reader: RunReader, site: Site) -> Iterator[SiteDocument]:
    """Every document of a run, most linked first."""
    unfinished = reader.run().state is not RunState.DONE
    profile = getattr(site, "statement", "") or ""
    for row in reader.documents():
        state, reason = row["state"], row["reason"]
        if state is DocumentState.LISTED and row["rank"] is not None:
            state = DocumentState.NOT_FETCHED
            reason = TO_DO if unfinished else reason
        kind, known_by = _kind(row)
        yield SiteDocument(
            state=state,
            reason=reason,
            kind=kind,
            known_by=known_by,
            why=tuple(row["why"]),
            exempt=exempt(str(profile), row["url"], row["facts"], row["modified"]),
            **{key: row[key] for key in _AS_KEPT} | {"text": row["text"] or ""},
        )


_AS_KEPT = ("url", "links", "text", "found_on", "rank", "said_type", "size", "modified", "sha256", "facts")
TO_DO = "The audit was stopped before its turn; --resume goes on."


def _kind(row: Mapping[str, Any]) -> tuple[str, str]:
    """What a document is, in words, and how that is known."""
    if row["kind"]:
        return KINDS[DocumentKind(row["kind"])], "content"
    if by_server := said(row["said_type"]):
        return by_server, "server"
    return document_kind(row["url"]) or "other file", "name"


def counted(documents: Iterable[SiteDocument]) -> Documents:
    """Reads them once."""
    by_state: Counter[DocumentState] = Counter()
    by_kind: defaultdict[str, Counter[DocumentState]] = defaultdict(Counter)
    exempt = 0
    for each in documents:
        by_state[each.state] += 1
        by_kind[each.kind][each.state] += 1
        exempt += bool(each.exempt)
    return Documents(
        known=by_state.total(),
        by_state=by_state,
        by_kind=dict(sorted(by_kind.items(), key=lambda item: (-sum(item[1].values()), item[0]))),
        exempt=exempt,
    )


def site_from_settings(settings: Mapping[str, Any]) -> Site:
    """The `Site` that a run was started with, from what the store kept of it."""
    known = {field.name for field in fields(Site)}
    values: dict[str, Any] = {
        key: tuple(value) if isinstance(value, list) else value
        for key, value in settings.items()
        if key in known
    }
    values["user_limits"] = frozenset(values.get("user_limits", ()))
    values["rules"] = tuple(
        RuleSetting(**{**rule, "impact": Impact(rule["impact"]) if rule["impact"] else None})
        for rule in values.get("rules", ())
    )
    values["journeys"] = from_settings(values.get("journeys", ()))
    values["sign_ins"] = sign_ins_from_settings(values.get("sign_ins", ()))
    return Site(**values)
