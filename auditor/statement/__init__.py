"""The accessibility statement: found, judged by the law's own list, held against the evidence.

`find` looks for it when the crawl is done. What it keeps is judged whenever a report is made: by the list of
the site's legal profile, as of the day of the audit.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from auditor import wcag
from auditor.models import Issue, Kind, Outcome, PublishedStatement, Rule, Site
from auditor.statement.against import conflicts
from auditor.statement.judge import Case, judged
from auditor.statement.packs import PROFILES, pack
from auditor.statement.text import Text

PART = "statement"  # under which the store keeps what was found
DEFAULT = PROFILES[0]
MISSING = "missing"  # in `[gate] statement`: that there is none
NOT_THE_END = "The audit did not come to its end."

__all__ = ["DEFAULT", "MISSING", "NOT_THE_END", "PART", "PROFILES", "item_ids", "pack", "published"]


def published(
    kept: Mapping[str, Any] | None,
    site: Site,
    *,
    today: date,
    issues: Iterable[Issue],
    rules: Iterable[Rule],
) -> PublishedStatement | None:
    """What is said of a site's statement; None where the audit was not to look for it.

    `kept`: what `find.kept` told; None of an audit that did not come to its end. `today`: of the audit.
    `rules`: those that ran.
    """
    if not isinstance(site.statement, str):
        return None
    standard = frozenset(each.num for each in wcag.in_standard(site.standard))
    told = kept or {"why_incomplete": NOT_THE_END}
    url = told.get("url")
    text = told.get("text")
    case = Case(
        pack=pack(site.statement),
        today=today,
        text=Text.of_facts(url or "", told["title"], told["lang"], text) if text else None,
        is_found=url is not None,
        complete=not told["why_incomplete"],
        document=told.get("document", ""),
        linked=told.get("linked", 0),
        pages=told.get("pages", 0),
        on_home=told.get("on_home", False),
        hosts=told.get("hosts", {}),
        document_hosts=told.get("document_hosts", {}),
        failing=Counter(
            num
            for issue in issues
            if issue.outcome is Outcome.FAILED and issue.kind is Kind.FAILURE
            for num in standard.intersection(issue.wcag)
        ),
    )
    found_by = Counter(
        num for rule in rules if rule.can_fail and rule.kind is Kind.FAILURE for num in rule.wcag
    )
    return PublishedStatement(
        profile=case.pack.profile,
        profile_name=case.pack.name,
        wording=case.pack.checked,
        url=url,
        title=told.get("title", ""),
        document=case.document,
        complete=case.complete,
        why_incomplete=told["why_incomplete"],
        asked=tuple(told.get("asked", ())),
        others=tuple(told.get("others", ())),
        linked=case.linked,
        pages=case.pages,
        claim=case.claim,
        listed=case.listed if case.text else frozenset(),
        items=tuple(judged(case)),
        conflicts=tuple(conflicts(case, found_by)),
        kept=told,
    )


def item_ids() -> frozenset[str]:
    """Of every profile."""
    return frozenset(item.id for profile in PROFILES for item in pack(profile).items)
