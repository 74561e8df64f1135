"""What people found, from files of the user's: read, and joined to what the rules said.

The files are the record: docs/decisions/0019-what-people-found.md. Their form: docs/people.md.
"""

from __future__ import annotations

import csv
import hashlib
import io
import re
import tomllib
from collections import defaultdict
from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from itertools import chain, zip_longest
from pathlib import Path
from typing import Any

from auditor import sheets, wcag
from auditor.config import bounded
from auditor.errors import ConfigError
from auditor.formats.csv import unguarded
from auditor.issues import EXAMPLES, worst_first
from auditor.limits import PEOPLE_BYTES, PEOPLE_TEXT
from auditor.models import (
    Finding,
    Impact,
    Issue,
    Kind,
    Outcome,
    PersonResult,
    Report,
    Source,
    UrlOutcome,
)
from auditor.statement import published
from auditor.urls import Addresses, identity

COLUMNS = {  # of a file -> field of `PersonResult`
    key: {"with": "technology"}.get(key, key)
    for key in (
        "source", "page", "criterion", "outcome", "what", "where", "impact", "who", "when", "with", "fixed",
        "reference", "issue",
    )
}  # fmt: skip
HELP = ("question", "how to test")  # columns of the guided checklist that are not read back

# As people write them, and as EARL does (https://www.w3.org/TR/EARL10-Schema/#outcome): letters alone.
_OUTCOMES = {
    "failed": Outcome.FAILED,
    "passed": Outcome.PASSED,
    "cannottell": Outcome.CANT_TELL,
    "canttell": Outcome.CANT_TELL,
    "notapplicable": Outcome.INAPPLICABLE,
    "inapplicable": Outcome.INAPPLICABLE,
    "untested": Outcome.UNTESTED,
}
_NO_KEY = f"there is no such key. Those that may be: {', '.join(COLUMNS)}"
_OPEN = (Outcome.FAILED, Outcome.CANT_TELL)


def files(folder: Path, patterns: Iterable[str]) -> tuple[Path, ...]:
    """The files that `people` in sites.toml names, each once. Raises `ConfigError` for a name of none."""
    found: dict[Path, None] = {}
    for pattern in patterns:
        names = sorted(folder.glob(pattern))
        if not names:
            raise ConfigError(f"{folder / pattern}: there is no such file. Correct `people` in sites.toml.")
        found |= dict.fromkeys(names)
    return tuple(found)


def read(files: Iterable[Path]) -> tuple[PersonResult, ...]:
    """Every result of these files. Raises `ConfigError`, which lists every fault of all of them."""
    results: list[PersonResult] = []
    faults: list[str] = []
    for file in files:
        try:
            for line, row in _rows(file):
                where = f"{file}, {f'[[result]] {line}' if file.suffix == '.toml' else f'line {line}'}"
                values, wrong = _values(row)
                faults += [f"{where}, {fault}." for fault in wrong]
                if not wrong:
                    results.append(PersonResult(**values, file=file.name, line=line))
        except (OSError, ValueError) as error:
            faults.append(f"{file} cannot be read: {str(error).rstrip('.')}.")
    if faults:
        raise ConfigError("\n".join(faults))
    return tuple(results)


def _rows(file: Path) -> Iterator[tuple[int, Mapping[str, str]]]:
    """What is filled in of each row, by its column, after its line. Raises `ValueError`."""
    with file.open("rb") as opened:
        raw = bounded(opened, str(file), PEOPLE_BYTES)
    yield from (_of_toml if file.suffix == ".toml" else _of_csv)(sheets.text(raw))


def _of_toml(text: str) -> Iterator[tuple[int, Mapping[str, str]]]:
    told = tomllib.loads(text)
    results = told.pop("result", [])
    if told or not isinstance(results, list) or not all(isinstance(each, dict) for each in results):
        raise ValueError("each result stands under a [[result]] of its own, and nothing else is read")
    for number, row in enumerate(results, start=1):
        texts = {
            key: value.isoformat() if isinstance(value, date) else str(value) for key, value in row.items()
        }
        yield number, {key: value.strip() for key, value in texts.items() if value.strip()}


def _of_csv(text: str) -> Iterator[tuple[int, Mapping[str, str]]]:
    delimiter = sheets.delimiter(text.partition("\n")[0])
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    names = [name.strip().lower() for name in next(reader, [])]
    if unknown := [name for name in names if name and name not in (*COLUMNS, *HELP)]:
        raise ValueError(
            f"in line 1, {', '.join(map(repr, unknown))} is no column. "
            f"Those that may be: {', '.join(COLUMNS)}"
        )
    if "outcome" not in names or len(set(filter(None, names))) < len([*filter(None, names)]):
        raise ValueError("line 1 must name the columns, each once, and `outcome` among them")
    end = reader.line_num
    try:
        for cells in reader:
            line, end = end + 1, reader.line_num
            named = [*zip_longest(names, map(str.strip, cells), fillvalue="")]
            row = {name: unguarded(cell) for name, cell in named if cell and name not in HELP}
            if row:
                yield line, row
    except csv.Error as error:
        raise ValueError(f"in line {reader.line_num}, {error}") from error


def _values(row: Mapping[str, str]) -> tuple[dict[str, Any], list[str]]:
    """The fields of a `PersonResult`, and what is wrong with them."""
    values: dict[str, Any] = {"outcome": Outcome.UNTESTED, "source": Source.PERSON}
    faults = []
    for key, text in row.items():
        try:
            if len(text) > PEOPLE_TEXT:
                raise ValueError(f"is longer than {PEOPLE_TEXT:,} characters")
            if key not in COLUMNS:
                raise ValueError(_NO_KEY if key else "more cells than line 1 names: put quotes around text")
            values[COLUMNS[key]] = _PARSERS.get(key, str)(text)
        except ValueError as error:
            faults.append(f"{key or 'the row'}: {error}")
    if values["outcome"] is not Outcome.UNTESTED:
        faults += [f"{key}: is missing" for key in _needed(row, values) if key not in row]
    return values, faults


def _needed(row: Mapping[str, str], values: Mapping[str, Any]) -> Iterator[str]:
    yield from ("source", "when")
    if values["outcome"] in _OPEN and "issue" not in row:
        yield "what"
    if values["source"] is Source.PERSON:
        yield "who"
        if "issue" not in row:
            yield "criterion"


def _source(text: str) -> Source:
    try:
        return {each.value: each for each in (Source.PERSON, Source.REPORTED)}[text.lower()]
    except KeyError:
        raise ValueError(f"{text!r} is none. Write `person` or `reported by a user`") from None


def _outcome(text: str) -> Outcome:
    letters = re.sub("[^a-z]", "", text.lower().removeprefix("earl:"))
    if letters not in _OUTCOMES:
        raise ValueError(
            f"{text!r} is none. Write failed, passed, cannot tell or not applicable; "
            "nothing where it is still to be tested"
        )
    return _OUTCOMES[letters]


def _criterion(text: str) -> str:
    """Its number; its name may follow, as in the guided checklist."""
    number = text.split()[0]
    if number not in wcag.criteria():
        raise ValueError(f"{text!r} is no success criterion. Write one such as 1.3.3")
    return number


def _page(text: str) -> str:
    if not re.match("/|https?:", text, re.IGNORECASE) or not identity(text, "https://site.example/"):
        raise ValueError(
            f"{text!r} is no page. Write https://…, a path such as /bins, or nothing for the whole site"
        )
    return text


def _impact(text: str) -> Impact:
    try:
        return Impact(text.lower())
    except ValueError:
        raise ValueError(f"{text!r} is none. Write {', '.join(Impact)}, or nothing") from None


def _who(text: str) -> str:
    if re.search(r"\S@\S", text):
        raise ValueError("an e-mail address must not stand in a report. Write a role, such as “web officer”")
    return text


def _date(text: str) -> date:
    if day := sheets.day(text):
        return day
    raise ValueError(f"{text!r} is no date. Write one such as 2026-03-31 or 31/03/2026")


_PARSERS: Mapping[str, Callable[[str], object]] = {
    "source": _source,
    "page": _page,
    "criterion": _criterion,
    "outcome": _outcome,
    "impact": _impact,
    "who": _who,
    "when": _date,
    "fixed": _date,
}


def joined(report: Report, results: Sequence[PersonResult]) -> Report:
    """The report with what people found among its issues and findings. `by_rules` leads back.

    A person's failure is a confirmed problem until its row says since when it is fixed. Where a result names
    an open question of the rules, its outcome becomes the question's: of several that of the latest, of one
    day a failure. That holds as long as the question's id does.
    """
    if not results:
        return report
    questions = {issue.id for issue in report.of(Outcome.CANT_TELL)}
    placed = _placed(report, results)
    last: dict[str, PersonResult] = {}
    for result in sorted(placed, key=lambda each: (each.when or date.min, each.outcome is Outcome.FAILED)):
        if result.issue in questions and result.outcome is not Outcome.UNTESTED and not result.fixed:
            last[result.issue] = result
    people = tuple(
        replace(each, found=each.issue if last.get(each.issue) is each else _found(each)) for each in placed
    )
    answers = {each.issue: each for each in people if each.issue and each.found}
    own: dict[str, list[PersonResult]] = defaultdict(list)
    for each in people:
        if each.found and not each.issue:
            own[each.found].append(each)
    standard = frozenset(criterion.num for criterion in wcag.in_standard(report.site.standard))
    found = {key: [_finding(result, standard) for result in group] for key, group in own.items()}

    def findings(outcome: Outcome | None = None, **wanted: str | None) -> Iterator[Finding]:
        mine = (each for each in chain.from_iterable(found.values()) if _is_wanted(each, wanted))
        for each in chain(report.findings(**wanted), mine):
            if answer := answers.get(each.issue):
                each = replace(each, outcome=answer.outcome, person=answer)
            if outcome in (None, each.outcome):
                yield each

    issues = [_answered(issue, answers.get(issue.id)) for issue in report.issues]
    issues += [_issue(each, report.coverage.audited) for each in found.values()]
    return replace(
        report,
        statement=report.statement
        and published(
            report.statement.kept,
            report.site,
            today=report.run.started.date(),
            issues=issues,
            rules=report.rules.values(),
        ),
        people=people,
        automatic=report,
        issues=tuple(sorted(issues, key=worst_first)),
        findings=findings,
    )


def _placed(report: Report, results: Iterable[PersonResult]) -> list[PersonResult]:
    """With their pages under the addresses that the audit knows them by."""
    start = report.site.urls[0]
    addresses = Addresses(strip=report.site.strip_params, keep=report.site.keep_params)
    audited: dict[str | None, str] = {}
    leads: dict[str | None, str | None] = {}  # where others lead that show the same
    for visit in report.visits():
        if visit.outcome is UrlOutcome.AUDITED:
            audited[addresses.identity(visit.url)] = visit.url
        elif visit.outcome in (UrlOutcome.REDIRECTED, UrlOutcome.DUPLICATE) and visit.final_url:
            leads[addresses.identity(visit.url)] = addresses.identity(visit.final_url)
    audited.pop(None, None)
    placed = []
    for result in results:
        if result.page:
            known = addresses.identity(result.page, start)
            page = audited.get(known) or audited.get(leads.get(known))
            address = page or addresses.clean(result.page, start) or result.page
            result = replace(result, page=address, is_audited=page is not None)
        placed.append(result)
    return placed


def _found(result: PersonResult) -> str:
    """The id of the issue that a result makes: of the same words on the same criterion; "" for none."""
    if result.issue or result.fixed or result.outcome not in _OPEN:
        return ""
    key = (result.criterion, result.what.casefold())
    digest = hashlib.sha256(repr(key).encode(errors="surrogatepass")).hexdigest()[:10]
    who = "person" if result.source is Source.PERSON else "user"
    return f"{who}-{result.outcome.replace('_', '-')}-{digest}"


def _finding(result: PersonResult, standard: Container[str]) -> Finding:
    counts = not result.criterion or result.criterion in standard
    return Finding(
        rule="",
        outcome=result.outcome,
        kind=Kind.FAILURE if counts else Kind.ADVICE,  # the site need not meet another criterion
        wcag=(result.criterion,) if result.criterion else (),
        act=(),
        impact=result.impact,
        url=result.page,
        state="loaded",
        frame=(),
        selector=result.where,
        excerpt="",
        message=result.what,
        issue=result.found,
        fault=result.found,
        person=result,
    )


def _is_wanted(finding: Finding, wanted: Mapping[str, str | None]) -> bool:
    return all(value in (None, getattr(finding, key)) for key, value in wanted.items())


def _issue(findings: Sequence[Finding], audited: int) -> Issue:
    first = findings[0]
    people = tuple(each.person for each in findings if each.person)
    impacts = (each.impact for each in people if each.impact)
    return Issue(
        id=first.issue,
        rule="",
        outcome=first.outcome,
        kind=first.kind,
        impact=max(impacts, key=lambda impact: impact.rank, default=None),
        wcag=first.wcag,
        title=first.message,
        pages=len({each.page for each in people if each.is_audited})
        if all(each.page for each in people)
        else audited,
        places=len(findings),
        faults=1,
        at_least=False,
        component=None,
        is_written=False,
        examples=tuple(findings[:EXAMPLES]),
        people=people,
    )


def _answered(issue: Issue, answer: PersonResult | None) -> Issue:
    if answer is None:
        return issue
    return replace(issue, outcome=answer.outcome, people=(answer,), impact=answer.impact or issue.impact)
