"""Every rule there is, with the text that reports, docs and `auditor rules show` print."""

from __future__ import annotations

import functools
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Any

from auditor import wcag
from auditor.models import Impact, Kind, Rule, RuleSetting
from auditor.resources import folder

BEST_PRACTICE = "best-practice"


@functools.cache
def _texts() -> Mapping[str, Mapping[str, Any]]:
    """Our plain-English words for axe's rules, by rule id."""
    return tomllib.loads((folder("rules") / "axe.toml").read_text(encoding="utf-8"))


def rule_from_axe(metadata: Mapping[str, Any]) -> Rule:
    """A rule of axe's, from what the engine says of it (`page.js`, `rules`) and our own words.

    A rule that is newer than our words speaks with axe's.
    """
    text = _texts().get(metadata["id"], {})
    criteria = tuple(dict.fromkeys((*text.get("wcag", ()), *wcag.from_axe_tags(metadata["tags"]))))
    impact = metadata.get("impact")
    return Rule(
        id=metadata["id"],
        title=text.get("title", metadata["help"]),
        why=text.get("why", ""),
        who=tuple(text.get("who", ())),
        fix=text.get("fix", f"See {metadata['helpUrl']}."),
        wcag=criteria,
        kind=Kind.ADVICE if BEST_PRACTICE in metadata["tags"] or not criteria else Kind.FAILURE,
        impact=Impact(impact) if impact else None,
        engine=metadata.get("engine", "axe"),
        act=tuple(dict.fromkeys((*metadata.get("act", ()), *text.get("act", ())))),
        help_url=metadata["helpUrl"],
        can_fail=metadata.get("canFail", True),  # runs of an older program do not say
        owner=text.get("owner", ""),
        before=text.get("before", "").strip(),
        after=text.get("after", "").strip(),
        content_system=text.get("content_system", ""),
    )


def registry(
    engine_rules: Iterable[Mapping[str, Any]],
    *,
    own: Mapping[str, Rule] = MappingProxyType({}),
    settings: Iterable[RuleSetting] = (),
) -> dict[str, Rule]:
    """All rules by id: what the engine says of those it runs, our own texts, and what the site changes."""
    impacts = {each.id: each.impact for each in settings if each.impact}
    rules = {
        each["id"]: replace(own.get(each["id"]) or rule_from_axe(each), version=each.get("version", ""))
        for each in engine_rules
    }
    return {
        key: replace(rule, impact=impacts[key], impact_is_set=True) if key in impacts else rule
        for key, rule in rules.items()
    }


def tags_to_run(standard: str) -> tuple[str, ...]:
    """axe's tags for a standard (`wcag22aa`), and its best practices, which are told apart as advice."""
    return (*wcag.axe_tags(standard), BEST_PRACTICE)


def runs(metadata: Mapping[str, Any], tags: Iterable[str]) -> bool:
    """Whether axe runs a rule when it is asked for these tags; experiments and relics are left out."""
    own = set(metadata["tags"])
    return not own.isdisjoint(tags) and own.isdisjoint(("experimental", "deprecated"))
