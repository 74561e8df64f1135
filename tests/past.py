"""A site with a past: audits that the real store holds, made without a browser."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

from auditor.checks.registry import rule_from_axe
from auditor.history import catch_up
from auditor.identity import identified
from auditor.models import (
    AuditPoint,
    Component,
    Discovery,
    Finding,
    Kind,
    NewUrl,
    Outcome,
    Remembered,
    Report,
    RuleResult,
    RunState,
    Site,
    Untested,
    UrlOutcome,
    Visit,
)
from auditor.report import report
from auditor.store import ClaimedUrl, RunReader, Store
from auditor.store import schema as t

ORIGIN = "https://www.town.example"
AXE = [
    {"id": "image-alt", "tags": ["wcag2a", "wcag111"], "impact": "critical"},
    {"id": "color-contrast", "tags": ["wcag2aa", "wcag143"], "impact": "serious"},
    {"id": "button-name", "tags": ["wcag2a", "wcag412"], "impact": "critical"},
]
TOLD = [{**each, "help": "", "helpUrl": "https://axe.example", "version": "1"} for each in AXE]
RULES = {str(each["id"]): rule_from_axe(each) for each in TOLD}


def day(number: int) -> datetime:
    """The first is 1 September 2026."""
    return datetime.fromordinal(datetime(2026, 9, 1).toordinal() + number - 1).replace(hour=9, tzinfo=UTC)


def fault(name: str, page: str, rule: str = "image-alt", **more: Any) -> Finding:
    """A picture or paragraph of its own, or a question about it (`outcome`)."""
    values: dict[str, Any] = {
        "outcome": Outcome.FAILED,
        "kind": Kind.FAILURE,
        "wcag": RULES[rule].wcag,
        "act": (),
        "impact": RULES[rule].impact,
        "url": ORIGIN + page,
        "state": "loaded",
        "frame": (),
        "selector": f"#{name}",
        "excerpt": f'<img id="{name}" src="/{name}.png">',
        "message": "The picture has no alt attribute.",
        "component": Component(
            landmarks=("main",), path=("div.body",), shape="img", target=f"/{name}.png", text=""
        ),
    }
    return identified(Finding(rule=rule, **(values | more)), RULES[rule])


@dataclass
class Past:
    """Audits of one site, written as the pipeline writes them."""

    store: Store
    site: Site = field(default_factory=lambda: Site(id="town", name="Town", urls=(f"{ORIGIN}/",)))

    def audit(
        self,
        when: datetime,
        pages: Mapping[str, Sequence[Finding]],
        *,
        not_audited: Collection[str] = (),
        moved: Mapping[str, str] | None = None,
        gone: Collection[str] = (),
        rules: Sequence[str] = tuple(RULES),
        version: str = "1",
        untested: Collection[str] = (),
        **site: Any,
    ) -> int:
        """Pages by path with what was found on them, of which some could not be audited; returns the run."""
        told = [each | {"version": version} for each in TOLD if each["id"] in rules]
        versions = {"axe": version, "axe_sha256": "a" * 64, "rules_sha256": "b" * 64}
        number = self.store.start_run(replace(self.site, **site), versions=versions, rules=told)
        with self.store._write() as c:
            c.execute(t.run.update().where(t.run.c.id == number).values(started=when.timestamp()))
        moved = moved or {}
        paths = {**dict.fromkeys([*moved, *gone], ()), **pages}
        urls = [NewUrl(url=ORIGIN + p, identity=ORIGIN + p, depth=1, discovery=Discovery.LINK) for p in paths]
        self.store.add_urls(number, urls)
        while isinstance(got := self.store.claim(number, delay=lambda _: 0.0, concurrency=1), ClaimedUrl):
            path = got.url.removeprefix(ORIGIN)
            if path in moved:
                visit = Visit(url=got.url, outcome=UrlOutcome.REDIRECTED, status=301, final_url=moved[path])
            elif path in gone:
                visit = Visit(url=got.url, outcome=UrlOutcome.FAILED, status=404)
            elif path in not_audited:
                visit = Visit(url=got.url, outcome=UrlOutcome.FAILED, reason="It took too long.")
            else:
                visit = Visit(url=got.url, outcome=UrlOutcome.AUDITED, status=200, title=path)
            found = [each for each in pages.get(path, ()) if each.rule in rules]
            failed = {each.rule for each in found}
            results = [
                RuleResult(rule=rule, outcome=Outcome.FAILED if rule in failed else Outcome.PASSED, places=1)
                for rule in rules
            ]
            parts = [Untested(url=got.url, what="frame", where="x", reason="y")] if path in untested else []
            self.store.record(number, [(got, visit)], results=results, findings=found, untested=parts)
        self.store.end_run(number, RunState.DONE)
        return number

    def points(self) -> tuple[AuditPoint, ...]:
        return self.store.points(self.site.id)

    def remembered(self) -> dict[str, Remembered]:
        return {each.life.id: each for each in self.store.remembered(self.site.id)}

    def report(self) -> Report:
        """Of the last audit, once its history is entered."""
        catch_up(self.store, self.site.id)
        reader = RunReader.latest(self.store, self.site.id)
        assert reader is not None
        return report(reader)
