"""`auditor rules`: the rules there are, what each one means, their examples, and the layout of a new one."""

from __future__ import annotations

import asyncio
import textwrap
from pathlib import Path

import click

from auditor import wcag
from auditor.audit import rules_async
from auditor.checklist import checklist
from auditor.checks.folders import JUDGES, NAME, RuleFolder, find
from auditor.cli.common import no_sandbox_option, sandbox
from auditor.errors import UsageError
from auditor.examples import check, lacks
from auditor.models import Kind, Rule
from auditor.resources import folder

folder_option = click.option(
    "--folder",
    "rules_folder",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="A folder of rules of your own, beside ours. Their code runs.",
)


@click.group()
def rules() -> None:
    """The rules that an audit runs, and what each one means."""


@rules.command("list")
@folder_option
@no_sandbox_option
def list_(rules_folder: Path | None, no_sandbox: bool) -> int:
    """List the rules: id, WCAG criteria, title. Advice is marked."""
    where = str(rules_folder) if rules_folder else None
    found = asyncio.run(rules_async(sandbox=sandbox(no_sandbox), rules_folder=where))
    for rule in sorted(found.values(), key=lambda rule: rule.id):
        criteria = ", ".join(rule.wcag) if rule.kind is Kind.FAILURE else "advice"
        click.echo(f"{rule.id:<36} {criteria:<21} {rule.title}")
    return 0


@rules.command()
@click.argument("rule_id", metavar="ID")
@folder_option
@no_sandbox_option
def show(rule_id: str, rules_folder: Path | None, no_sandbox: bool) -> int:
    """Say what a rule finds, why it matters, who is affected and how to fix it."""
    where = str(rules_folder) if rules_folder else None
    found = asyncio.run(rules_async(sandbox=sandbox(no_sandbox), rules_folder=where))
    if rule_id not in found:
        near = ", ".join(sorted(known for known in found if rule_id in known or known in rule_id))
        raise UsageError(f"No rule {rule_id!r} runs. {f'Near it: {near}.' if near else 'See: rules list.'}")
    rule = found[rule_id]
    groups = wcag.groups()
    rows = [
        ("Rule", rule.id),
        ("Title", rule.title),
        ("Why it matters", rule.why),
        ("Who is affected", "; ".join(groups[key] for key in rule.who)),
        ("How to fix it", rule.fix),
        ("Content system", rule.content_system),
        ("WCAG", "; ".join(f"{num} {wcag.criterion(num).name}" for num in rule.wcag) or "none: advice"),
        ("Counts as", "failure of WCAG" if rule.kind is Kind.FAILURE else "advice"),
        ("Impact", rule.impact.value if rule.impact else "depends on the element"),
        ("Confidence", rule.confidence.value if rule.confidence else "the engine does not say"),
        ("Judges", _pages(rule)),
        (
            "Cost",
            "the engine does not say" if rule.cost_ms is None else f"{rule.cost_ms} CPU milliseconds a page",
        ),
        ("Limits", rule.limits or "the engine does not say"),
        ("ACT rules", ", ".join(rule.act) or "none"),
        ("Engine", rule.engine),
        ("More", rule.help_url or ""),
    ]
    for label, text in rows:
        if text:
            click.echo(
                textwrap.fill(text, 100, initial_indent=f"{label + ':':<17}", subsequent_indent=" " * 17)
            )
    for label, code in (("Before", rule.before), ("After", rule.after)):
        if code:
            click.echo(f"{label}:\n{textwrap.indent(code, ' ' * 4)}")
    return 0


CRITERIA_MD = """\
# Criteria and rules

What rules do for each success criterion of WCAG 2.2 at levels A and AA, as written by
`auditor rules criteria --format markdown`.

- **Failures found automatically**: a rule finds some ways to fail the criterion, and is nearly always right.
- **Hints only**: rules point at places that a person must decide.
- **Person only**: no rule; nothing is known until a person tests it.

No rule proves that a criterion is met. What a person must test for each is in every HTML report. Rules in
_italics_ only give hints.

| Criterion | Level | Automation | Rules |
|---|---|---|---|
"""


@rules.command()
@click.option("--format", "form", type=click.Choice(["text", "markdown"]), default="text", show_default=True)
@no_sandbox_option
def criteria(form: str, no_sandbox: bool) -> int:
    """Say for each criterion of WCAG 2.2 A and AA which rules judge a part of it, and how far they go."""
    entries = checklist("wcag22aa", asyncio.run(rules_async(sandbox=sandbox(no_sandbox))).values())
    if form == "markdown":
        click.echo(CRITERIA_MD, nl=False)
    for entry in entries:
        words = entry.automation.words
        if form == "markdown":
            names = [f"`{rule.id}`" if rule.can_fail else f"_`{rule.id}`_" for rule in entry.rules]
            row = (f"{entry.criterion} {entry.name}", entry.level, words, ", ".join(names) or "none")
            click.echo(f"| {' | '.join(row)} |")
        else:
            names = [rule.id if rule.can_fail else f"{rule.id} (hints)" for rule in entry.rules]
            click.echo(f"{entry.criterion:<7} {entry.level:<2} {words:<31} {', '.join(names)}".rstrip())
    return 0


def _pages(rule: Rule) -> str:
    if rule.of_documents:
        return "documents: PDF and office files"
    if not rule.driven:
        return "every page as it stands"
    return "every page, driven" if rule.everywhere else "driven pages: representatives of each template"


@rules.command("test")
@click.argument("ids", nargs=-1, metavar="[ID]...")
@folder_option
@no_sandbox_option
def test(ids: tuple[str, ...], rules_folder: Path | None, no_sandbox: bool) -> int:
    """Judge the examples of rules, ours or those of --folder: what is reported must be what they mark."""
    found = find([rules_folder or folder("rules")])
    if unknown := [rule_id for rule_id in ids if rule_id not in found]:
        raise UsageError(f"No rule {unknown[0]!r} there. There are: {', '.join(found)}.")
    chosen = {key: each for key, each in found.items() if not ids or key in ids}
    faults = asyncio.run(_test(chosen, sandbox(no_sandbox)))
    return 1 if faults else 0


async def _test(chosen: dict[str, RuleFolder], sandboxed: bool) -> int:
    faults = 0
    for each in chosen.values():
        if extra := lacks(each.rule):
            click.echo(f"{'left':<5} {each.rule.id:<24} it needs the extra auditor[{extra}]")
    async for rule, example, fault in check(chosen, sandbox=sandboxed):
        faults += bool(fault)
        click.echo(
            f"{'FAIL' if fault else 'ok':<5} {rule.rule.id:<24} {example.name}{': ' + fault if fault else ''}"
        )
    return faults


RULE_TOML = """\
title = "What is wrong, in words for someone who has never heard of WCAG"
why = "What it does to a person who meets it."
who = ["keyboard"]
fix = "Developer: what to do."
content_system = "What that means in a content system. Leave this out where it helps nobody."
owner = "template"
wcag = ["2.1.1"]
impact = "serious"
confidence = "medium"
cost_ms = 1
limits = "What it does not see, and what it may see wrongly."
before = '''
<p data-broken="yes">Code that has the fault</p>
'''
after = '''
<p data-broken="no">The same code, mended</p>
'''
"""
JUDGE = {
    "element": """\
// Which WCAG failure, technique or ACT rule this follows.
({
  selector: "[data-broken]",
  matches: (node, virtualNode) => axe.commons.dom.isVisibleOnScreen(virtualNode),
  // true: passed; false: failed; undefined: a person must decide.
  evaluate: (node, options, virtualNode) => node.dataset.broken === "no",
  messages: { failed: "What is wrong with this element", cant_tell: "What to look at" },
})
""",
    "page": """\
\"\"\"Which WCAG failure, technique or ACT rule this follows.\"\"\"

from collections.abc import Iterator

from auditor.evidence import Verdict, failed, passed
from auditor.evidence.sizes import Sizes


def judge(sizes: Sizes) -> Iterator[Verdict]:
    for each in sizes.wide:
        yield failed(each.place, "What is wrong with this element")
    if not sizes.wide:
        yield passed(sizes.page)
""",
    "document": """\
\"\"\"Which PDF technique or failure this follows.\"\"\"

from collections.abc import Iterator

from auditor.evidence import Verdict, failed, passed
from auditor.evidence.document import Document


def judge(document: Document) -> Iterator[Verdict]:
    whole = document.file.stat().st_size > 0
    yield passed(document.place) if whole else failed(document.place, "The file is empty")
""",
    "site": """\
\"\"\"Which WCAG failure or technique this follows.\"\"\"

from collections.abc import Iterator

from auditor.evidence import Verdict, failed, passed
from auditor.evidence.site import SitePages


def judge(site: SitePages) -> Iterator[Verdict]:
    for page in site.pages:
        if page.title:
            yield passed(page.place, url=page.url)
        else:
            yield failed(page.place, "What is wrong with this page", url=page.url)
""",
}
EXAMPLE = """\
<!doctype html>
<html lang="en"{top}>
<title>{title}</title>
<main>
  <h1>Bins</h1>
  {body}
</main>
</html>
"""
EXAMPLES = {  # kind -> file -> title, what <html> says, body
    "element": {
        "failed-broken.html": ("A fault", "", '<p data-broken="yes" data-expect="failed">Broken</p>'),
        "passed-whole.html": ("No fault", "", '<p data-broken="no">Whole</p>'),
        "inapplicable-nothing-to-judge.html": ("Nothing to judge", "", "<p>Just text</p>"),
    },
    "page": {
        "failed-wide.html": (
            "A fault",
            "",
            '<p style="width: 900px" data-expect="failed">'
            "Bins are collected each Monday, from seven in the morning on, whatever the weather.</p>",
        ),
        "passed-narrow.html": ("No fault", "", "<p>Narrow</p>"),
    },
    "site": {
        "failed-untitled/1.html": ("A page", "", "<p>Text</p>"),
        "failed-untitled/2.html": ("", ' data-expect="failed"', "<p>Text</p>"),
        "passed-titled/1.html": ("A page", "", "<p>Text</p>"),
    },
}


@rules.command()
@click.argument("rule_id", metavar="ID")
@click.option(
    "--kind", type=click.Choice(list(JUDGES)), default="element", show_default=True, help="What it judges."
)
@click.option(
    "--folder",
    "rules_folder",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path("rules"),
    show_default=True,
    help="Where its folder is made.",
)
def new(rule_id: str, kind: str, rules_folder: Path) -> int:
    """Lay out the folder of a new rule, with examples that pass `rules test`."""
    name = rule_id.replace("-", "_")
    if not NAME.fullmatch(name):
        raise UsageError(
            f"{rule_id!r} is no id for a rule: small letters and digits with - between, as focus-visible."
        )
    place = rules_folder / name
    if place.exists():
        raise UsageError(f"{place} is there already.")
    (place / "examples").mkdir(parents=True)
    (place / "rule.toml").write_text(RULE_TOML, encoding="utf-8")
    (place / JUDGES[kind]).write_text(JUDGE[kind], encoding="utf-8")
    for name, (title, top, body) in EXAMPLES.get(kind, {}).items():
        file = place / "examples" / name
        file.parent.mkdir(exist_ok=True)
        file.write_text(EXAMPLE.format(title=title, top=top, body=body), encoding="utf-8")
    for name in ("failed-empty.pdf", "passed-whole.pdf") if kind == "document" else ():
        (place / "examples" / name).write_bytes(b"%PDF-1.7\n" if name.startswith("passed") else b"")
    test = f"auditor rules test {rule_id} --folder {rules_folder}"
    click.echo(f"{place}: write rule.toml and {JUDGES[kind]}, then: {test}")
    return 0
