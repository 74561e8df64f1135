"""Open data: what a person let be published, and nothing that could tell of anything else.

No excerpts, addresses of pages, query strings, internal sites; how many are left out is said.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any
from urllib.parse import urlsplit

from auditor.formats._safe import storable, visible, web_address
from auditor.formats.csv import chunks
from auditor.formats.region._common import interval
from auditor.models import Alike, Authority, Impact, Overview, Shared

SCHEMA = "1.0"
CAUTION = (
    "Compare only rows with the same method. Automated rules judge a part of WCAG: a site with no failure "
    "is not known to meet it."
)
DICTIONARY = {
    "gss": "Code of the Government Statistical Service for the authority; empty where none was given",
    "id": "Name of the site in this data",
    "name": "Name of the authority or site",
    "initial_url": "Where the audit started, without query",
    "scan_date": "Day on which the audit was started, UTC",
    "scan_status": "complete, incomplete (not comparable with any other), or not_audited",
    "method": "Audits with the same value were made in the same way; empty where the audit is not complete",
    "standard": "What was audited against, such as wcag22aa",
    "pages_audited": "Web pages that were opened and judged",
    "pages_known": "Web pages known to the audit, judged or not; there may be more",
    "pages_with_failures": "Of pages_audited: those with at least one confirmed failure",
    "share_low": "Lower end of Wilson's 95% interval of the share of pages with a failure; empty where no "
    "known page was left out. It takes the audited pages for a random sample, which they are not",
    "share_high": "Upper end of it",
    "failures_critical": "Different confirmed failures of critical impact; one may be on many pages",
    "failures_serious": "The same, of serious impact",
    "failures_moderate": "The same, of moderate impact",
    "failures_minor": "The same, of minor impact",
    "failures_not_rated": "The same, of an impact that the rule does not rate",
    "questions": "What the rules could not decide: neither failures nor passes until a person looks",
    "auditor_version": "Version of the program",
    "axe_version": "Version of axe-core",
    "sites_in_region": "Sites of the whole region, in this data or not",
    "sites_left_out": "Of them: those that this data leaves out, because nobody confirmed that they may be "
    "named or because they are internal",
}


def open_data(overview: Overview) -> Iterator[tuple[str, Iterable[bytes]]]:
    rows = list(_rows(overview))
    header: tuple[object, ...] = tuple(DICTIONARY)
    yield "open-data.csv", chunks([header, *(tuple(row.values()) for row in rows)])
    yield "open-data-dictionary.csv", chunks([("field", "meaning"), *DICTIONARY.items()])
    yield "open-data.json", (_json(_told(overview, rows)),)


def published(overview: Overview) -> list[Authority]:
    """The authorities that open data names."""
    return [e for e in overview.authorities if e.site.id in overview.region.authorities and not e.internal]


def published_suppliers(overview: Overview) -> list[Shared]:
    allowed = overview.region.suppliers
    return [each for each in overview.shared if each.supplier and each.supplier.id in allowed]


def _rows(overview: Overview) -> Iterator[dict[str, object]]:
    named = published(overview)
    methods = {each.slug: method_id(group) for group in overview.groups for each in group.authorities}
    for each in named:
        row = {**_row(each, methods.get(each.slug, ""))}
        row["sites_in_region"] = len(overview.authorities)
        row["sites_left_out"] = len(overview.authorities) - len(named)
        assert tuple(row) == tuple(DICTIONARY)
        yield row


def _row(each: Authority, method: str) -> dict[str, object]:
    audit = each.audit
    share = interval(each)
    impacts = {
        f"failures_{impact or 'not_rated'}": each.impacts.get(impact, 0) if audit else None
        for impact in (*Impact, None)
    }
    return {
        "gss": each.site.gss or "",
        "id": each.slug,
        "name": each.site.name,
        "initial_url": _bare(each.site.urls[0]),
        "scan_date": f"{audit.run.started:%Y-%m-%d}" if audit else "",
        "scan_status": status(each),
        "method": method,
        "standard": audit.site.standard if audit else "",
        "pages_audited": audit.coverage.audited if audit else None,
        "pages_known": each.known if audit else None,
        "pages_with_failures": each.failure_pages if audit else None,
        "share_low": round(share[0], 4) if share else None,
        "share_high": round(share[1], 4) if share else None,
        **impacts,
        "questions": each.questions if audit else None,
        "auditor_version": audit.run.versions.get("auditor", "") if audit else "",
        "axe_version": audit.run.versions.get("axe", "") if audit else "",
    }


def status(each: Authority) -> str:
    if each.audit is None:
        return "not_audited"
    return "complete" if each.is_comparable else "incomplete"


def method_id(group: Alike) -> str:
    """Of the settings, and the first day, since audits made in the same way may lie far apart."""
    days = [each.audit.run.started for each in group.authorities if each.audit]
    told = repr((sorted(group.method.items()), f"{min(days):%Y-%m-%d}"))
    return hashlib.sha256(told.encode(errors="surrogatepass")).hexdigest()[:10]


def _told(overview: Overview, rows: list[dict[str, object]]) -> Mapping[str, Any]:
    region = overview.region
    names = {each.slug for each in published(overview)}
    suppliers = published_suppliers(overview)
    with_supplier = sum(1 for each in overview.shared if each.supplier)
    return {
        "schema": SCHEMA,
        "region": region.name,
        "made": overview.made.isoformat(timespec="seconds"),
        "caution": CAUTION,
        "naming_confirmed_on": region.confirmed_on.isoformat() if region.confirmed_on else None,
        "left_out": {
            "authorities": len(overview.authorities) - len(rows),
            "of_them_internal": sum(each.internal for each in overview.authorities),
            "suppliers": with_supplier - len(suppliers),
            "components_without_known_supplier": len(overview.shared) - with_supplier,
        },
        "dictionary": DICTIONARY,
        "methods": [
            {"id": method_id(group), **_public(group.method)}
            for group in overview.groups
            if any(each.slug in names for each in group.authorities)
        ],
        "authorities": rows,
        "shared": [_shared(each, names) for each in suppliers],
    }


def _public(method: Mapping[str, str]) -> dict[str, str]:
    """Patterns of addresses might tell of pages that are not public."""
    parts = method["Parts of the site"]
    return {**method, "Parts of the site": parts if parts == "all" else "a part, set by patterns"}


def _shared(each: Shared, names: set[str]) -> Mapping[str, Any]:
    assert each.supplier
    return {
        "id": each.id,
        "name": each.supplier.name,
        "what": each.supplier.what,
        "problems": [
            {
                "rule": problem.rule.id,
                "title": problem.rule.title,
                "wcag": problem.rule.wcag,
                "sites": len(problem.found),
                "sites_named": [found.slug for found, _ in problem.found if found.slug in names],
            }
            for problem in each.problems
        ],
    }


def _bare(url: str) -> str:
    """An address without query, fragment and whoever is named in it."""
    if web_address(url) is None:
        return ""
    parts = urlsplit(url)
    return parts._replace(netloc=parts.netloc.rpartition("@")[2], query="", fragment="").geturl()


def _json(told: object) -> bytes:
    return (json.dumps(_inert(told), ensure_ascii=False, indent=2) + "\n").encode()


def _inert(value: Any) -> Any:
    match value:
        case str():
            return visible(storable(value))
        case Mapping():
            return {key: _inert(each) for key, each in value.items()}
        case list() | tuple():
            return [_inert(each) for each in value]
    return value
