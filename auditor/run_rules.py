"""The rules of one run: which they are, of which versions, and what they say of a page."""

from __future__ import annotations

import asyncio
import hashlib
import platform
from collections.abc import Mapping
from typing import Any

from auditor._version import __version__
from auditor.browser.engine import Engine
from auditor.browser.said import said
from auditor.browser.tab import Tabs
from auditor.checks.folders import RuleFolder, in_python, sha256, texts
from auditor.checks.page_rules import PythonRule, Told, judge_all
from auditor.checks.registry import registry, runs
from auditor.errors import ConfigError
from auditor.models import Rule, Site, Snapshot


class RunRules:
    """What judges the pages of a site, its documents, and the site as a whole."""

    def __init__(self, site: Site, engine: Engine, own: Mapping[str, RuleFolder]) -> None:
        """`own`: the rules that are not axe's, by id."""
        self._site, self._engine, self._own = site, engine, own
        asked = in_python(own, engine.tags)
        self._in_python = [each.about() for each in asked]  # the engine does not run them
        on = [each for each in asked if each.rule.id not in engine.off]
        self.of_pages = [PythonRule.of(each) for each in on if each.judge == "page"]
        self.of_site = [PythonRule.of(each) for each in on if each.judge == "site"]
        self.of_documents = [each for each in on if each.judge == "document"]
        self.needs = frozenset(need for each in self.of_pages for need in each.needs)  # evidence they want
        self.needs_everywhere = frozenset(
            need for each in self.of_pages if each.everywhere for need in each.needs
        )
        self.all: Mapping[str, Rule] = {}  # by id; known once taken up
        self._in_engine: frozenset[str] = frozenset()  # ids of those that the engine runs

    async def take_up(self, tabs: Tabs) -> list[dict[str, Any]]:
        """Ask the engine for its rules; returns what is told of each rule, as the store keeps it.

        Raises `ConfigError` where the site's settings change a rule that does not exist.
        """
        by_engine, engine = await said(tabs, self._engine), self._engine
        self._in_engine = frozenset(
            each["id"] for each in by_engine if runs(each, engine.tags) and each["id"] not in engine.off
        )
        told = [each | {"version": self._version(each["id"])} for each in by_engine + self._in_python]
        self.all = registry(told, own=texts(self._own), settings=self._site.rules)
        if unknown := [each.id for each in self._site.rules if each.id not in {*self.all, *self._own}]:
            raise ConfigError(
                f"rules: there is no rule {unknown[0]!r}, which the settings of {self._site.id} change. "
                "`auditor rules list` names them all."
            )
        return told

    def _version(self, rule_id: str) -> str:
        return self._own[rule_id].version if rule_id in self._own else self._engine.version

    def versions(self, tabs: Tabs) -> Mapping[str, str]:
        """Of all that decides what is said of a page."""
        return {
            "auditor": __version__,
            "axe": self._engine.version,
            "axe_sha256": self._engine.sha256,
            "rules_sha256": sha256(self._own),
            "document_rules_sha256": self.document_version(),
            "browser": f"{tabs.name} {tabs.version}",
            "python": platform.python_version(),
            "os": platform.platform(),
            "user_agent": tabs.user_agent,
        }

    def document_version(self) -> str:
        """Changes with all that decides what is said of a document."""
        ids = sorted(each.rule.id for each in self.of_documents)
        told = [__version__, *(f"{self.all[each]!r}" for each in ids)]  # their versions are in it
        return hashlib.sha256("\0".join(told).encode()).hexdigest()

    def on_every_page(self) -> list[str]:
        """Ids of the rules that judge each page by itself, and whether it is driven or not."""
        of_site = {each.id for each in self.of_site}
        return [
            rule.id
            for rule in self.all.values()
            if rule.id not in of_site and not rule.of_documents and (rule.everywhere or not rule.driven)
        ]

    async def judge(self, snapshot: Snapshot) -> Told:
        """What all rules say of a snapshot. Raises `MalformedResult`."""
        return await asyncio.to_thread(judge_all, self.of_pages, snapshot, self.all, self._in_engine)
