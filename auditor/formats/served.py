"""The pages of `auditor serve`: made of what the store says now, in the report's own words and looks.

Each is one answer, bounded whatever the store holds. Links are relative, so that it works under any path.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from auditor.formats import _words
from auditor.formats._history import trend_of
from auditor.formats._template import environment
from auditor.models import AuditPoint, HostPace, Run, RunState, Situation, Standing, UrlOutcome
from auditor.situation import ADVICE, NEEDS_A_PERSON, Health, an_hour, health, workers

SITES = 200  # on one page
AUDITS = 100  # of a site
RUNNING = 100  # on the page of what is running
NOTES = 20
FILES = 1_000

LABELS = {
    "xlsx": "Spreadsheet (Excel)",
    "csv": "Tables (CSV)",
    "text": "Plain text",
    "json": "Everything, for programs (JSON)",
    "tickets": "Tickets, one for each issue (Markdown)",
    "earl": "EARL (JSON-LD)",
    "junit": "JUnit",
    "sarif": "SARIF",
    "gitlab": "GitLab code quality",
    "markdown": "Summary (Markdown)",
}


@dataclass(frozen=True, kw_only=True)
class ServedSite:
    """A site of sites.toml or of the store."""

    slug: str  # its part of an address
    name: str
    standing: Standing | None  # of its newest run; None: there is none
    point: AuditPoint | None  # of its newest finished audit
    kept: bool = False  # the store still has that audit whole
    due: str = ""  # what is to be said of its schedule

    @property
    def uncounted(self) -> int | None:
        """A finished run whose figures are not entered: its audit ended this moment, or was killed then."""
        run = self.standing.run if self.standing else None
        if run is None or run.state is not RunState.DONE or (self.point and self.point.run >= run.id):
            return None
        return run.id

    @property
    def report(self) -> str:
        """Where its newest report is, from the start; "" where there is none."""
        run = self.uncounted or (self.point.run if self.point and self.kept else None)
        return f"audits/{run}/report/" if run else ""

    @property
    def sentence(self) -> str:
        if self.uncounted:
            return "An audit is finished, and its figures are not entered yet: its report has them."
        return found(self.point)


@dataclass(frozen=True, kw_only=True)
class Served:
    """What all pages share."""

    at: datetime
    root: str  # the way to the first page: "../../"
    whose: str = ""

    def _page(self, template: str, here: str | None = None, **values: Any) -> bytes:
        shared = {"root": self.root, "here": here, "at": self.at, "whose": self.whose}
        made = environment().get_template(f"serve-{template}.html.j2")
        return made.render(coverage=None, **shared, **values).encode("utf-8", "replace")

    def sites(self, sites: Sequence[ServedSite], sheet: int) -> bytes | None:
        """The list of websites; None where it has no such sheet."""
        sheets = max(1, -(-len(sites) // SITES))
        if not 1 <= sheet <= sheets:
            return None
        start = (sheet - 1) * SITES
        by_name = sorted(sites, key=lambda each: (each.name.casefold(), each.slug))
        states = [health(each.standing) for each in sites if each.standing]
        return self._page(
            "sites",
            "",
            total=len(sites),
            audited=sum(each.point is not None for each in sites),
            running=states.count(Health.GETTING_ON),
            needing=sum(each in NEEDS_A_PERSON for each in states),
            rows=[
                {
                    "slug": each.slug,
                    "name": each.name,
                    "point": each.point,
                    "report": each.report,
                    "sentence": each.sentence,
                    "now": doing(each.standing),
                    "due": each.due,
                }
                for each in by_name[start : start + SITES]
            ],
            start=start + 1,
            sheet=sheet,
            sheets=sheets,
        )

    def site(self, site: ServedSite, runs: Sequence[Run], points: Sequence[AuditPoint]) -> bytes:
        """`runs`: those the store has; `points`: of all finished audits, oldest first."""
        by_run = {point.run: point for point in points}
        states = {run.id: _state(run) for run in runs}
        started = {run.id: run.started for run in runs} | {p.run: p.started for p in points}
        rows = [
            {
                "run": run,
                "started": started[run],
                "kept": run in states,
                "state": states.get(run, "Finished") + _completeness(by_run.get(run)),
                "point": by_run.get(run),
            }
            for run in sorted(started, reverse=True)
        ]
        return self._page(
            "site",
            name=site.name,
            sentence=site.sentence,
            point=site.point,
            report=site.report,
            now=doing(site.standing),
            due=site.due,
            newest=runs[0].id if runs else None,
            trend=trend_of(points) if points else "",
            rows=rows[:AUDITS],
            total=len(rows),
        )

    def audit(
        self,
        site: ServedSite,
        standing: Standing,
        outcomes: Mapping[UrlOutcome | None, int],
        point: AuditPoint | None,
        formats: Iterable[str],
    ) -> bytes:
        """`outcomes`: addresses by what became of them; those to do under None."""
        run = standing.run
        is_running = run.state is RunState.RUNNING
        named = [
            (_words.URL_OUTCOMES[outcome][0], outcomes[outcome], _words.URL_OUTCOMES[outcome][1])
            for outcome in _words.URL_OUTCOMES
            if outcomes.get(outcome)
        ]
        if left := outcomes.get(None):
            named.append(("Still to do", left, "Known, and not yet visited."))
        known = list(LABELS)
        return self._page(
            "audit",
            name=site.name,
            slug=site.slug,
            run=run,
            standing=standing,
            is_running=is_running,
            sentence=found(point) if point else doing(standing),
            took=_words.duration(run),
            report=_REPORTS.get(run.state, ""),
            outcomes=named,
            notes=run.notes[:NOTES],
            more_notes=max(0, len(run.notes) - NOTES),
            formats=[
                (key, LABELS.get(key, key))
                for key in sorted(formats, key=lambda key: known.index(key) if key in known else len(known))
            ]
            if run.state in _REPORTS
            else [],
        )

    def status(self, now: Situation, names: Mapping[str, str]) -> bytes:
        def row(standing: Standing) -> dict[str, Any]:
            state = health(standing)
            return {
                "run": standing.run.id,
                "name": names.get(standing.run.site) or name_of(standing.run),
                "standing": standing,
                "rate": an_hour(now.recent.get(standing.run.id, 0)),
                "now": doing(standing),
                "advice": ADVICE.get(state, ""),
            }

        running = [each for each in now.standings if each.held]
        needing = [each for each in now.standings if health(each) in NEEDS_A_PERSON]
        left = sum(each.known - each.settled for each in running)
        pages = sum(now.recent.values())
        sentence = "No audit is under way."
        if running:
            known = _words.number(sum(each.known for each in running))
            sentence = (
                f"{_words.count(len(running), 'audit')} under way, "
                f"{_words.count(left, 'address', 'addresses')} to do of {known} known. "
                f"{_words.count(pages, 'page')} audited in the last 10 minutes."
            )
        return self._page(
            "status",
            "status/",
            now=now,
            sentence=sentence,
            needing=list(map(row, needing[:RUNNING])),
            more_needing=max(0, len(needing) - RUNNING),
            rows=list(map(row, running[:RUNNING])),
            total=len(running),
            hosts=[(pace, next_request(pace, now.at)) for pace in now.hosts],
            workers=workers(now)[:RUNNING],
            outcome_names=_words.URL_OUTCOMES,
        )

    def message(
        self, heading: str, text: str, *, again: str = "", files: Sequence[tuple[str, int]] = ()
    ) -> bytes:
        """One sentence, and files to fetch, with their sizes in bytes."""
        return self._page(
            "message",
            heading=heading,
            text=text,
            again=again,
            files=[(name, _size(size)) for name, size in files[:FILES]],
            more_files=max(0, len(files) - FILES),
        )


_REPORTS = {
    RunState.DONE: "The report",
    RunState.INTERRUPTED: "The report of what was audited until then",
}


def name_of(run: Run) -> str:
    return str(run.settings.get("name") or run.site)


def found(point: AuditPoint | None) -> str:
    """How a site stands by its newest finished audit, in a sentence that says of how many."""
    if point is None:
        return "No audit is finished yet, so nothing is known."
    if not point.audited:
        return "Nothing was audited, so nothing is known."
    pages = f"{_words.number(point.audited)} of {_words.count(point.in_scope, 'page')} in scope"
    incomplete = "" if point.complete else " This audit is incomplete."
    asked = f" {_words.count(point.questions, 'question')} for a person." if point.questions else ""
    if not point.problems:
        return (
            f"The rules found no confirmed problem on {pages}. That is not a pass: most of WCAG needs a "
            f"person.{asked}{incomplete}"
        )
    verb = "has" if point.failure_pages == 1 else "have"
    return (
        f"{_words.number(point.failure_pages)} of {_words.count(point.audited, 'page')} audited {verb} a "
        f"confirmed problem, from {_words.count(point.problems, 'different problem')}.{asked}{incomplete}"
    )


def doing(standing: Standing | None) -> str:
    """What a site's newest run does now."""
    if standing is None:
        return "Not audited yet."
    far = (
        f"{_words.number(standing.settled)} of "
        f"{_words.count(standing.known, 'known address', 'known addresses')} settled."
    )
    last = _words.moment(standing.progress)
    match health(standing):
        case Health.DONE:
            return "Nothing is under way."
        case Health.GETTING_ON:
            return f"Being audited: {far}"
        case Health.INTERRUPTED:
            return f"An audit was stopped before its end: {far}"
        case Health.STALLED:
            return f"An audit has stalled: nothing was settled since {last}. {far}"
        case _:
            return f"An audit was cut off, last progress {last}: {far}"


def next_request(pace: HostPace, at: datetime) -> str:
    """When a host's next request may begin."""
    wait = (pace.next_at - at).total_seconds()
    if wait <= 0:
        return "now"
    if wait > pace.delay + 1:
        return f"it rests until {pace.next_at:%H:%M:%S} UTC"
    return f"in {_words.count(round(wait) or 1, 'second')}"


def _state(run: Run) -> str:
    if run.state is RunState.DONE:
        return "Finished"
    return "Stopped before its end" if run.state is RunState.INTERRUPTED else "Under way, or cut off"


def _completeness(point: AuditPoint | None) -> str:
    return "" if point is None or point.complete else ", incomplete"


def _size(size: int) -> str:
    for unit, name in ((1024 * 1024, "MB"), (1024, "kB")):
        if size >= unit:
            return f"{size / unit:.1f} {name}"
    return f"{size} bytes"
