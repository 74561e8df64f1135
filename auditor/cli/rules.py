"""`auditor rules`: the rules there are, and what each one means."""

from __future__ import annotations

import asyncio
import textwrap

import click

from auditor import wcag
from auditor.audit import rules_async
from auditor.cli.common import no_sandbox_option, sandbox
from auditor.errors import UsageError
from auditor.models import Kind


@click.group()
def rules() -> None:
    """The rules that an audit runs, and what each one means."""


@rules.command("list")
@no_sandbox_option
def list_(no_sandbox: bool) -> int:
    """List the rules: id, WCAG criteria, title. Advice is marked."""
    found = asyncio.run(rules_async(sandbox=sandbox(no_sandbox)))
    for rule in sorted(found.values(), key=lambda rule: rule.id):
        criteria = ", ".join(rule.wcag) if rule.kind is Kind.FAILURE else "advice"
        click.echo(f"{rule.id:<36} {criteria:<21} {rule.title}")
    return 0


@rules.command()
@click.argument("rule_id", metavar="ID")
@no_sandbox_option
def show(rule_id: str, no_sandbox: bool) -> int:
    """Say what a rule finds, why it matters, who is affected and how to fix it."""
    found = asyncio.run(rules_async(sandbox=sandbox(no_sandbox)))
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
        ("WCAG", "; ".join(f"{num} {wcag.criterion(num).name}" for num in rule.wcag) or "none: advice"),
        ("Counts as", "failure of WCAG" if rule.kind is Kind.FAILURE else "advice"),
        ("Impact", rule.impact.value if rule.impact else "depends on the element"),
        ("ACT rules", ", ".join(rule.act) or "none"),
        ("Engine", rule.engine),
        ("More", rule.help_url or ""),
    ]
    for label, text in rows:
        click.echo(textwrap.fill(text, 100, initial_indent=f"{label + ':':<17}", subsequent_indent=" " * 17))
    return 0
