"""An audit as another is compared with it, from whatever keeps it: a report, `report.json`, a baseline.

Pages stand without the site's own origin, so that a site can be compared with its copy on another machine.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from auditor.errors import UsageError
from auditor.identity import said
from auditor.models import (
    Component,
    DocumentState,
    Impact,
    Kind,
    Known,
    KnownIssue,
    Outcome,
    Report,
    UrlOutcome,
)
from auditor.net.hosts import origin

BROKEN = (404, 410)


def of_report(report: Report, *, is_all: bool = False) -> Known:
    """Reads the whole ledger once. Advice is not compared, nor what people found.

    `is_all`: the pages it was given are all that is compared, though its settings name a part of the site.
    """
    report = report.by_rules
    is_whole = report.site.follow_links and not report.site.sample  # else pages it left are not gone
    own = origin(report.site.urls[0])
    pages: dict[str, set[str]] = defaultdict(set)
    for issue_id, url in report.issue_pages():
        pages[issue_id].add(relative(url, own))
    issues = []
    for issue in report.issues:
        if issue.kind is not Kind.FAILURE:
            continue
        issues.append(
            KnownIssue(
                id=issue.id,
                rule=issue.rule,
                outcome=issue.outcome,
                impact=issue.impact,
                title=issue.title,
                said=said(issue.examples[0].message),
                component=issue.component,
                is_written=issue.is_written,
                pages=tuple(sorted(pages[issue.id])),
            )
        )
    started = report.run.started
    return _known(
        f"run {report.run.id} of {started.day} {started:%B %Y}",
        rules={rule.id: rule.version for rule in report.rules.values()},
        driven_rules={r.id for r in report.rules.values() if r.driven and not r.everywhere},
        issues=issues,
        visits=((relative(v.url, own), str(v.outcome), v.status) for v in report.visits()),
        driven={relative(url, own) for url in report.driven_pages()},
        document_rules={rule.id for rule in report.rules.values() if rule.of_documents},
        documents=((relative(d.url, own), d.state) for d in report.document_list()),
        errors=((e["rule"], relative(e["url"], own)) for e in report.rule_errors()),
        complete=report.coverage.complete and (is_all or is_whole),
        site=report.site.id,
    )


def of_json(file: Path) -> Known:
    """From a `report.json`. Raises `UsageError` where it is none, or an older one that cannot be compared."""
    try:
        return _from_json(file, json.loads(file.read_text(encoding="utf-8")))
    except (OSError, ValueError, LookupError, TypeError, AttributeError) as error:
        raise UsageError(f"{file} is no report.json ({error!r}). Name one of `auditor audit`.") from error


def _from_json(file: Path, told: Any) -> Known:
    schema = told["schema"]
    if tuple(map(int, schema.split("."))) < (1, 3):
        raise UsageError(
            f"{file} is of an older program (schema {schema}), which kept no components. Audit once more."
        )
    settings = told["run"]["settings"]
    is_whole = settings.get("follow_links", True) and not settings.get("sample")
    own = origin(told["site"]["urls"][0])
    pages: dict[str, set[str]] = defaultdict(set)
    messages: dict[str, str] = {}
    for finding in told["findings"]:
        pages[finding["issue"]].add(relative(finding["url"], own))
        messages.setdefault(finding["issue"], finding["message"])
    issues = []
    for each in told["issues"]:
        if each["kind"] != Kind.FAILURE:
            continue
        component = Component.of(each["component"])
        issues.append(
            KnownIssue(
                id=each["id"],
                rule=each["rule"],
                outcome=Outcome(each["outcome"]),
                impact=Impact(each["impact"]) if each["impact"] else None,
                title=each["title"],
                said=said(messages[each["id"]]),
                component=component,
                is_written=each["written"],
                pages=tuple(sorted(pages[each["id"]])),
            )
        )
    return _known(
        f"{file} (run {told['run']['id']} of {told['run']['started'][:10]})",
        rules={key: rule["version"] for key, rule in told["rules"].items()},
        driven_rules={key for key, rule in told["rules"].items() if rule["driven"]},
        issues=issues,
        visits=((relative(v["url"], own), v["outcome"], v["status"]) for v in told["visits"]),
        driven={relative(v["url"], own) for v in told["visits"] if v["driven"]},
        document_rules={key for key, rule in told["rules"].items() if rule.get("documents")},
        documents=(
            (relative(d["url"], own), DocumentState(d["state"]))
            for d in told.get("documents", {}).get("list", ())
        ),
        errors=((e["rule"], relative(e["url"], own)) for e in told["rule_errors"]),
        complete=told["coverage"]["complete"] and is_whole,
        site=told["site"]["id"],
    )


def relative(url: str, own: str) -> str:
    """An address without the site's own origin: "/bins?week=2"."""
    try:
        if origin(url) != own:
            return url
    except ValueError:  # the ledger has addresses that are none of the web
        return url
    parts = urlsplit(url)
    return parts._replace(scheme="", netloc="", path=parts.path or "/").geturl()


def _known(
    name: str,
    *,
    rules: Mapping[str, str],
    driven_rules: set[str],
    issues: Iterable[KnownIssue],
    visits: Iterable[tuple[str, str, int | None]],
    driven: set[str],
    document_rules: set[str],
    documents: Iterable[tuple[str, DocumentState]],
    errors: Iterable[tuple[str, str]],
    complete: bool,
    site: str,
) -> Known:
    audited, there = set(), set()
    for page, outcome, status in visits:
        if outcome == UrlOutcome.AUDITED:
            audited.add(page)
        if status not in BROKEN:
            there.add(page)
    judged = set()
    for document, state in documents:
        if state.has_results:
            judged.add(document)
        elif state is DocumentState.GONE:
            there.discard(document)
    broken: dict[str, set[str]] = defaultdict(set)
    for rule, page in errors:
        broken[rule].add(page)
    return known(
        name,
        rules=rules,
        driven_rules=driven_rules,
        issues=issues,
        audited=audited,
        driven=driven,
        document_rules=document_rules,
        documents=judged,
        broken=broken,
        complete=complete,
        site=site,
        there=there,
    )


def known(
    name: str,
    *,
    rules: Mapping[str, str],
    driven_rules: set[str],
    issues: Iterable[KnownIssue],
    audited: set[str],
    driven: set[str],
    complete: bool,
    site: str,
    document_rules: Iterable[str] = (),
    documents: Iterable[str] = (),
    broken: Mapping[str, set[str]] | None = None,
    there: set[str] | None = None,
) -> Known:
    """`broken`: pages that a rule broke down on. `there`: every page known to be there, audited or not.

    A page that a complete audit did not meet is there no more; an audit that lists none says of none.
    """

    of_documents, judged_documents = frozenset(document_rules), frozenset(documents)

    def judged(rule: str) -> frozenset[str]:
        pages = driven if rule in driven_rules else audited
        if rule in of_documents:
            pages = {*judged_documents}
        return frozenset(pages - (broken or {}).get(rule, set()))

    return Known(
        name=name,
        rules=rules,
        issues=tuple(issues),
        judged=judged,
        pages=frozenset(audited),
        complete=complete,
        site=site,
        driven_rules=frozenset(driven_rules & rules.keys()),
        gone=partial(_is_gone, there if complete else None),
        document_rules=of_documents & rules.keys(),
        documents=judged_documents,
    )


def _is_gone(there: set[str] | None, page: str) -> bool:
    return there is not None and page not in there
