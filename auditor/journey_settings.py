"""`[[site.journey]]` of sites.toml -> `Journey`. Every fault is one sentence with journey, step and key."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urljoin, urlsplit

from auditor.models import Journey, Permission, Step, Target
from auditor.steps import KEYS, made_up, skills

_ID = re.compile(r"[a-z0-9][a-z0-9-]{0,99}")
_VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_SPELLINGS = "a text, or { role = …, name = … }, { label = … }, { text = … } or { css = … }"
ACTIONS = {  # and the keys that may stand beside each
    "go": (),
    "click": ("final",),
    "fill": ("with",),
    "choose": ("in", "final"),
    "tick": ("final",),
    "upload": ("with",),
    "press": ("final",),
    "wait_for": (),
    "expect": (),
    "audit": (),
}
JOURNEY_KEYS = (
    "id", "name", "weight", "lgsl", "lgil", "task", "skills", "start", "steps", "permission", "as",
)  # fmt: skip
ROLES = frozenset({
    "alert", "alertdialog", "article", "banner", "button", "cell", "checkbox", "columnheader", "combobox",
    "complementary", "contentinfo", "dialog", "form", "grid", "gridcell", "group", "heading", "img", "link",
    "list", "listbox", "listitem", "main", "menu", "menubar", "menuitem", "menuitemcheckbox", "menuitemradio",
    "navigation", "option", "progressbar", "radio", "radiogroup", "region", "row", "rowheader", "search",
    "searchbox", "slider", "spinbutton", "status", "switch", "tab", "table", "tablist", "tabpanel", "textbox",
    "tree", "treeitem",
})  # fmt: skip
MOST_STEPS = 200
LONGEST = 1_000  # characters of any text


def journeys(
    told: Sequence[Mapping[str, Any]], url: str, folder: Path
) -> tuple[tuple[Journey, ...], list[str]]:
    """The journeys of a site, and what is wrong with them. `url`: its first start URL, for relative ones."""
    faults: list[str] = []
    found: dict[str, Journey] = {}
    for number, each in enumerate(told, start=1):
        reader = Reader(f"journey {each.get('id', number)}", faults)
        journey = reader.journey(each, url, folder)
        if journey is not None and journey.id in found:
            reader.fault("id", f"{journey.id!r} is taken by another journey of the site")
        elif journey is not None:
            found[journey.id] = journey
    return tuple(found.values()), faults


class Reader:
    """Reads one table of the file and adds what is wrong with it to `faults`."""

    def __init__(self, where: str, faults: list[str]) -> None:
        self._where = where
        self._faults = faults

    def fault(self, key: str, text: str) -> None:
        self._faults.append(f"{self._where}, {key}: {text}")

    def text(self, told: Any, key: str, *, needed: bool = True) -> str:
        if told is None and not needed:
            return ""
        if not isinstance(told, str) or not told.strip() or len(told) > LONGEST:
            self.fault(key, f"must be a text of 1 to {LONGEST} characters, in quotes")
            return ""
        return told.strip()

    def journey(self, told: Mapping[str, Any], url: str, folder: Path) -> Journey | None:
        before = len(self._faults)
        for key in told.keys() - set(JOURNEY_KEYS):
            self.fault(key, f"there is no such key. Allowed: {', '.join(JOURNEY_KEYS)}")
        id_ = self.text(told.get("id"), "id")
        if id_ and not _ID.fullmatch(id_):
            self.fault("id", "may hold small letters, digits and hyphens, such as pay-council-tax")
        weight = told.get("weight", 2.0)
        if isinstance(weight, bool) or not isinstance(weight, int | float) or not 1 <= weight <= 10:
            self.fault("weight", "must be a number from 1 to 10")
        for key in ("lgsl", "lgil"):
            number = told.get(key)
            if number is not None and (type(number) is not int or not 0 <= number <= 9999):
                self.fault(key, "must be a whole number, as the Local Government list has it")
        areas = told.get("skills", [])
        areas = [areas] if isinstance(areas, str) else areas
        if not isinstance(areas, list) or any(each not in skills() for each in areas):
            self.fault("skills", f"must be a list of: {', '.join(skills())}")
        start = self.address(told.get("start", "/"), "start", url)
        steps = self.steps(told.get("steps"), url, folder)
        role = self.text(told.get("as"), "as", needed=False)
        permission = self._permission(told.get("permission"))
        name = self.text(told.get("name"), "name", needed=False) or id_
        task = self.text(told.get("task"), "task", needed=False)
        if len(self._faults) > before:
            return None
        return Journey(
            id=id_,
            name=name,
            start=start,
            steps=steps,
            weight=float(weight),
            lgsl=told.get("lgsl"),
            lgil=told.get("lgil"),
            task=task,
            skills=tuple(areas),
            permission=permission,
            role=role,
        )

    def steps(self, told: Any, url: str, folder: Path) -> tuple[Step, ...]:
        """`steps = […]`; `url`: what addresses are relative to."""
        if not isinstance(told, list) or not 0 < len(told) <= MOST_STEPS:
            self.fault(
                "steps", f'must be a list of 1 to {MOST_STEPS} steps, such as {{ click = "Continue" }}'
            )
            return ()
        made: list[Step | None] = []
        whole = self._where
        for number, step in enumerate(told, start=1):
            self._where = f"{whole}, step {number}"
            made.append(self._step(step, url, folder))
        self._where = whole
        return tuple(step for step in made if step)

    def address(self, told: Any, key: str, url: str) -> str:
        address = self.text(told, key)
        try:
            full = urljoin(url, address)
            parts = urlsplit(full)
        except ValueError:
            full, parts = "", urlsplit("")
        if address and (parts.scheme not in ("http", "https") or not parts.hostname or parts.username):
            self.fault(
                key, f"{address!r} is no address; write one such as /pay or https://www.example.org/pay"
            )
        return full

    def _permission(self, told: Any) -> Permission | None:
        if told is None:
            return None
        if not isinstance(told, dict) or told.keys() != {"by", "on"}:
            self.fault("permission", 'must be { by = "who gave it", on = 2026-11-01 }')
            return None
        by = self.text(told["by"], "permission.by")
        on = told["on"]
        if isinstance(on, datetime) or not isinstance(on, date):
            self.fault("permission.on", "must be a date without quotes, such as 2026-11-01")
            return None
        if on > date.today():
            self.fault("permission.on", f"{on} is still to come")
        return Permission(by=by, on=on)

    def _step(self, told: Any, url: str, folder: Path) -> Step | None:
        found = [key for key in ACTIONS if isinstance(told, dict) and key in told]
        if len(found) != 1:
            self.fault("steps", f'needs just one of: {", ".join(ACTIONS)}; such as {{ click = "Continue" }}')
            return None
        action = found[0]
        for key in told.keys() - {action, *ACTIONS[action]}:
            beside = ", ".join(ACTIONS[action]) or "none"
            self.fault(key, f"is no key of a step with `{action}`. Allowed beside it: {beside}")
        value, final = told[action], told.get("final", False)
        if not isinstance(final, bool):
            self.fault("final", "must be true or false")
        made: dict[str, Any] = {"action": action, "final": final is True}
        if action == "go":
            made["value"] = self.address(value, "go", url)
        elif action == "press":
            if value not in KEYS and not (isinstance(value, str) and len(value) == 1):
                self.fault("press", f"must be one character or one of: {', '.join(sorted(KEYS))}")
            made["value"] = value
        elif action == "audit":
            made["value"] = self.text(value, "audit")[:100]
        elif action in ("expect", "wait_for") and isinstance(value, dict) and "url" in value:
            made["url"] = self.text(value["url"], f"{action}.url")
            if len(value) > 1:
                self.fault(action, "`url` stands alone")
        else:
            made["target"] = self._target(value, action)
        if action == "choose" and "in" in told:
            made["within"] = self._target(told["in"], "in")
        if action == "fill":
            made |= self._value(told.get("with"))
        if action == "upload" and "with" in told:
            file = folder / self.text(told["with"], "with")
            if not file.is_file():
                self.fault("with", f"there is no file {file}")
            made["value"] = str(file)
        return Step(**made)

    def _value(self, told: Any) -> dict[str, str]:
        if isinstance(told, str) and len(told) <= LONGEST:
            return {"value": told}
        if isinstance(told, dict) and told.keys() == {"generate"}:
            if told["generate"] not in made_up():
                self.fault("with.generate", f"must be one of: {', '.join(made_up())}")
            return {"generate": str(told["generate"])}
        if isinstance(told, dict) and told.keys() == {"secret"}:
            if not _VARIABLE.fullmatch(str(told["secret"])):
                self.fault(
                    "with.secret", "must be the name of a variable of the environment, such as COUNCIL_PIN"
                )
            return {"secret": str(told["secret"])}
        self.fault("with", 'must be a text, { generate = "postcode" } or { secret = "VARIABLE" }')
        return {}

    def _target(self, told: Any, key: str) -> Target | None:
        if isinstance(told, str):
            return Target(words=self.text(told, key))
        allowed = ({"role"}, {"role", "name"}, {"label"}, {"text"}, {"css"})
        if not isinstance(told, dict) or set(told) not in allowed:
            self.fault(key, f"must be {_SPELLINGS}")
            return None
        texts = {part: self.text(value, f"{key}.{part}") for part, value in told.items()}
        if "role" in texts and texts["role"] not in ROLES:
            self.fault(
                f"{key}.role", f"{texts['role']!r} is no role; write one such as button, link or checkbox"
            )
        return Target(**texts)
