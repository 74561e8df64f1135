"""What Playwright's recorder wrote (`playwright codegen --target jsonl`) -> a `[[site.journey]]`."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any
from urllib.parse import urlsplit

# Of fields whose value is never written down. What has no name is not either: it may be one of these.
_SECRET = re.compile(
    r"pass ?word|passcode|pass ?phrase|\bpin\b|secret|memorable|security (code|number|answer)|\bcv[cv]\b|"
    r"one.time|cyfrinair|cyfrinachol",
    re.IGNORECASE,
)
_MADE_UP = (  # by the words of a field: the tester's own data do not belong in a file
    ("postcode", r"post ?code|cod post"),
    ("email", r"e-?mail|e-?bost"),
    ("phone", r"phone|mobile|ff[oô]n"),
    ("card", r"card number|rhif (y )?cerdyn"),
    ("date", r"date of birth|dyddiad geni"),
    ("name", r"\b(full|first|last|sur|your|fore|given|family) ?name\b|^name$|^enw"),
)
_KNOWN = ("role", "label", "placeholder", "alt", "title", "text")  # kinds of the recorder's locators


def journey(lines: Iterable[str], url: str) -> str:
    """The journey as TOML. Raises `ValueError` where a line is not what the recorder writes."""
    entries = [json.loads(line) for line in lines if line.strip()]
    at_start = next((n for n, each in enumerate(entries) if each.get("name") == "navigate"), -1)
    steps = [step for n, each in enumerate(entries) if n != at_start for step in _steps(each)]
    rows = "".join(f"  {step},\n" if not step.startswith("#") else f"  {step}\n" for step in steps)
    path = urlsplit(url).path.strip("/")
    id_ = re.sub(r"[^a-z0-9]+", "-", path.lower()).strip("-")[:80] or "journey"
    return (
        f'[[site.journey]]\nid = "{id_}"\nname = {_quoted(id_.replace("-", " ").capitalize())}\n'
        f"start = {_quoted(url)}\n"
        "# Without permission nothing is sent. Once somebody gave it:\n"
        '# permission = { by = "who gave it", on = 2026-01-31 }\n'
        f"steps = [\n{rows}]\n"
    )


def _steps(entry: Mapping[str, Any]) -> Iterator[str]:
    action = entry.get("name")
    target, name = _target(entry.get("locator"), str(entry.get("selector", "")))
    match action:
        case "navigate":
            yield f"{{ go = {_quoted(str(entry.get('url', '')))} }}"
        case "click":
            yield f"{{ click = {target} }}"
        case "fill":
            yield f"{{ fill = {target}, with = {_value(name, str(entry.get('text', '')))} }}"
            if not name:
                yield "# The field has no name, so what was typed is not written down: fill it in above."
        case "press":
            if not int(entry.get("modifiers") or 0):
                yield f"{{ press = {_quoted(str(entry.get('key', '')).replace(' ', 'Space') or 'Enter')} }}"
        case "check":
            yield f"{{ tick = {target} }}"
        case "select":
            for option in entry.get("options", [])[:1]:
                yield f"{{ choose = {_quoted(str(option))}, in = {target} }}"
                yield "# Write what the list shows, where the recorder wrote a value of its own."
        case "setInputFiles":
            yield f"{{ upload = {target} }}"
        case "assertText":
            yield f"{{ expect = {_quoted(str(entry.get('text', '')))} }}"
        case "assertVisible":
            yield f"{{ expect = {target} }}"


def _value(name: str, text: str) -> str:
    if not name:
        return '""'
    if _SECRET.search(name):
        variable = re.sub(r"[^A-Z0-9]+", "_", name.upper()).strip("_") or "PASSWORD"
        return f'{{ secret = "JOURNEY_{variable[:40]}" }}'
    kind = next((kind for kind, words in _MADE_UP if re.search(words, name, re.IGNORECASE)), None)
    return f'{{ generate = "{kind}" }}' if kind else _quoted(text)


def _target(locator: Mapping[str, Any] | None, selector: str) -> tuple[str, str]:
    """As a step spells it, and the name by which a user knows it."""
    while isinstance(locator, Mapping) and (inner := locator.get("next")) and inner.get("kind") in _KNOWN:
        locator = inner
    if isinstance(locator, Mapping):
        kind, body = locator.get("kind"), str(locator.get("body", ""))
        options = locator.get("options") or {}
        name = str(options.get("name", "") or "")
        if kind == "role" and name:
            return f"{{ role = {_quoted(body)}, name = {_quoted(name)} }}", name
        if kind in _KNOWN and kind != "role" and body:
            return _quoted(body), body
    css = selector if selector and "internal:" not in selector else "body"
    return f"{{ css = {_quoted(css)} }}", ""


def _quoted(text: str) -> str:
    """A TOML string: its escapes are JSON's, but for DEL."""
    return json.dumps(text[:1000], ensure_ascii=False).replace("\x7f", "\\u007f")
