"""Rules of our own, and a user's: one folder each, found by looking and never by name.

What a folder holds: `rule.toml`, the text; one of the files in `JUDGES`, which judges; `examples/`, which are
its tests and its documentation. How to write one: docs/rules.md.
"""

from __future__ import annotations

import functools
import hashlib
import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from auditor import wcag
from auditor.errors import ConfigError
from auditor.limits import RULE_FILE_BYTES
from auditor.models import Confidence, ElementRule, Impact, Kind, Rule, Site
from auditor.resources import folder

JUDGES: Mapping[str, str] = {
    "element": "element.js",
    "page": "page.py",
    "document": "document.py",
    "site": "site.py",
}
NAME = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)*")
EXAMPLE = re.compile(r"(failed|cant-tell|passed|inapplicable)-[a-z0-9-]+(\.[a-z]+)?")


def _group(value: str) -> str:
    if value not in wcag.groups():
        raise ValueError(f"{value!r} is no user group; known are: {', '.join(wcag.groups())}")
    return value


def _criterion(value: str) -> str:
    if value not in wcag.criteria():
        raise ValueError(f"{value!r} is no success criterion; write one such as 2.4.7")
    return value


Text = Annotated[str, Field(min_length=10, max_length=1000)]
Code = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=1000)]


class _RuleToml(BaseModel):
    """What `rule.toml` may say."""

    model_config = ConfigDict(extra="forbid")

    title: Annotated[str, Field(min_length=5, max_length=120)]
    why: Text
    who: Annotated[list[Annotated[str, AfterValidator(_group)]], Field(min_length=1)]
    fix: Text
    wcag: list[Annotated[str, AfterValidator(_criterion)]] = []
    act: list[Annotated[str, Field(pattern=r"^[a-z0-9]{6}$")]] = []
    kind: Kind = Kind.FAILURE
    impact: Impact
    confidence: Confidence
    limits: Text
    cost_ms: Annotated[int, Field(ge=0)]  # CPU milliseconds a page, with its probe's
    pages: Literal["every", "representatives"] | None = None  # of page.py; None: representatives
    decides: str = ""  # the rule of axe's whose every undecided element it judges
    extra: Literal["ocr"] | None = None  # without which it does not run
    owner: Literal["editor", "template", "supplier-or-developer"]
    before: Code | None = None
    after: Code | None = None
    content_system: Text | None = None


@dataclass(frozen=True, kw_only=True)
class RuleFolder:
    """One rule and where it lies. `judge`: a key of `JUDGES`."""

    rule: Rule
    judge: str
    path: Path
    decides: str = ""  # the rule of axe's whose every undecided element it judges

    @property
    def file(self) -> Path:
        """What judges."""
        return self.path / JUDGES[self.judge]

    @cached_property
    def source(self) -> str:
        return self.file.read_text(encoding="utf-8")

    @property
    def version(self) -> str:
        """Changes with what judges."""
        return hashlib.sha256(self.source.encode()).hexdigest()[:12]

    def examples(self) -> list[Path]:
        """What shows what it finds and what not; the first word of a name says which.

        Pages; for a site rule, a folder of pages each; for a document rule, documents.
        """
        return sorted((self.path / "examples").iterdir())

    def element(self) -> ElementRule:
        """As the browser takes it."""
        rule = self.rule
        return ElementRule(
            id=rule.id,
            help=rule.title,
            impact=rule.impact.value if rule.impact else None,
            tags=self.tags,
            act=rule.act,
            source=self.source,
        )

    def at(self, standard: str) -> RuleFolder:
        """Under a standard (one of `wcag.STANDARDS`): advice that it asks for is a failure of it."""
        asked = {each.num for each in wcag.in_standard(standard)}
        if self.rule.kind is not Kind.ADVICE:
            return self
        if self.rule.wcag and asked.issuperset(self.rule.wcag):
            return replace(self, rule=replace(self.rule, kind=Kind.FAILURE))
        return replace(self, rule=replace(self.rule, wcag=()))

    @property
    def tags(self) -> tuple[str, ...]:
        """axe's, by which a rule is chosen."""
        if self.rule.kind is Kind.ADVICE:
            return ("best-practice",)
        nums = self.rule.wcag
        tags = [wcag.axe_tag(num) for num in nums] + [f"wcag{num.replace('.', '')}" for num in nums]
        return tuple(dict.fromkeys(tags))

    def about(self) -> dict[str, Any]:
        """As the engine tells of its own rules (`page.js`, `rules`): for those that it does not run."""
        rule = self.rule
        return {
            "id": rule.id,
            "engine": "auditor",
            "tags": list(self.tags),
            "help": rule.title,
            "helpUrl": "",
            "act": list(rule.act),
            "impact": rule.impact.value if rule.impact else None,
        }


def find(places: Iterable[Path], standard: str = "wcag22aa") -> dict[str, RuleFolder]:
    """Every rule in these folders, by id, as it counts under a standard (one of `wcag.STANDARDS`).

    Raises `ConfigError`, which lists every fault.
    """
    found: dict[str, RuleFolder] = {}
    faults: list[str] = []
    for place in places:
        if not place.is_dir():
            faults.append(f"{place}: there is no such folder")
            continue
        for path in sorted(p for p in place.iterdir() if p.is_dir() and not p.name.startswith((".", "_"))):
            try:
                rule = _ours(path) if place == folder("rules") else _read(path)
            except ValueError as error:
                faults += [f"{path}: {line}" for line in str(error).splitlines()]
                continue
            if rule.rule.id in found:
                faults.append(f"{path}: the id {rule.rule.id} is taken by {found[rule.rule.id].path}")
            found[rule.rule.id] = rule.at(standard)
    if faults:
        raise ConfigError("Faults in rules:\n" + "\n".join(f"  {fault}." for fault in faults))
    return found


def _read(path: Path) -> RuleFolder:
    """Raises ValueError, a fault a line."""
    if not NAME.fullmatch(path.name):
        raise ValueError(
            "a rule's folder is named in small letters and digits with _ between, as focus_visible"
        )
    judges = [judge for judge, name in JUDGES.items() if (path / name).is_file()]
    if len(judges) != 1:
        raise ValueError(
            f"holds {len(judges)} of {', '.join(JUDGES.values())}; exactly one says what it judges"
        )
    file = path / "rule.toml"
    if not file.is_file():
        raise ValueError("rule.toml is missing")
    for each in (file, path / JUDGES[judges[0]]):
        if each.stat().st_size > RULE_FILE_BYTES:
            raise ValueError(f"{each.name} is larger than {RULE_FILE_BYTES:,} bytes")
    try:
        said = _RuleToml.model_validate(tomllib.loads(file.read_text(encoding="utf-8")))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ValueError(f"rule.toml is not valid TOML: {error}") from None
    except ValidationError as error:
        lines = (
            f"rule.toml, {'.'.join(map(str, e['loc']))}: {e['msg'].removeprefix('Value error, ')}"
            for e in error.errors()
        )
        raise ValueError("\n".join(lines)) from None
    if said.kind is Kind.FAILURE and not said.wcag:
        raise ValueError(
            'rule.toml, wcag: a failure names the criteria it fails; what fails none is kind = "advice"'
        )
    if said.pages and judges[0] != "page":
        raise ValueError(
            f"rule.toml, pages: only page.py runs on some pages; {JUDGES[judges[0]]} runs on all"
        )
    if said.decides and judges[0] != "page":
        raise ValueError("rule.toml, decides: only page.py sees what axe left undecided")
    if (said.before is None) != (said.after is None):
        lacking = "before" if said.before is None else "after"
        raise ValueError(
            f"rule.toml, {lacking}: it is missing; the code with the fault and the code mended come together"
        )
    wrong = [f.name for f in (path / "examples").glob("*") if not EXAMPLE.fullmatch(f.name)]
    if wrong:
        raise ValueError(
            f"examples/{wrong[0]}: an example is named OUTCOME-what-it-shows.html, as failed-no-outline.html"
        )
    shown = {f.name.partition("-")[0] for f in (path / "examples").glob("*-*")}
    rule = Rule(
        id=path.name.replace("_", "-"),
        title=said.title,
        why=said.why,
        who=tuple(said.who),
        fix=said.fix,
        wcag=tuple(said.wcag),
        kind=said.kind,
        impact=said.impact,
        engine="auditor",
        act=tuple(said.act),
        confidence=said.confidence,
        limits=said.limits,
        cost_ms=said.cost_ms,
        driven=judges[0] == "page",
        everywhere=judges[0] != "page" or said.pages == "every",
        can_fail="failed" in shown or "cant" not in shown,
        of_documents=judges[0] == "document",
        extra=said.extra or "",
        owner=said.owner,
        before=said.before or "",
        after=said.after or "",
        content_system=said.content_system or "",
    )
    return RuleFolder(rule=rule, judge=judges[0], path=path, decides=said.decides)


# Ours change with the program alone, and every audit and report asks for all of them.
_ours = functools.cache(_read)


def of_site(site: Site) -> dict[str, RuleFolder]:
    """Our rules and the site's own, by id. Raises `ConfigError`."""
    return find([folder("rules"), *([Path(site.rules_folder)] if site.rules_folder else [])], site.standard)


def elements(found: Mapping[str, RuleFolder]) -> Sequence[ElementRule]:
    """Those that axe runs in its own pass."""
    return [each.element() for each in found.values() if each.judge == "element"]


def sha256(found: Mapping[str, RuleFolder]) -> str:
    """Of the code of all these rules."""
    code = "\0".join(f"{key}\0{each.source}" for key, each in found.items())
    return hashlib.sha256(code.encode()).hexdigest()


def in_python(found: Mapping[str, RuleFolder], tags: Iterable[str]) -> Sequence[RuleFolder]:
    """Those that the engine does not run, as far as they have one of these tags."""
    asked = set(tags)
    return [each for each in found.values() if each.judge != "element" and not asked.isdisjoint(each.tags)]


def texts(found: Mapping[str, RuleFolder]) -> dict[str, Rule]:
    """What they are, by id."""
    return {key: each.rule for key, each in found.items()}
