"""By what a finding belongs to an issue, and an issue is known again: docs/decisions/0016-issues.md.

An issue is what one repair clears. Who can make it decides: a fault of a template or of code is one wherever
that component is; a fault that an editor makes is one for each thing that was written, and a name that is
missing one for each field or button.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import replace

from auditor.models import Component, Finding, Rule

EDITOR = "editor"
CONTROLS = re.compile(r"(a|button|input|select|textarea|label|summary|option|iframe)\b")
NAMED = re.compile(r"(button|input|select|textarea|summary)\b|[^.]*\[role=")
NAMES = re.compile(r"(^|-)(name|label|alt)$")  # ends of axe's ids of rules on names: each is mended by itself
TWIN = " ×"  # ends a component's text where the page has another element like it (component.js)
QUOTED = re.compile(r"“[^”]*”|\"[^\"]*\"|'[^']*'|\(.*?\)")
NUMBER = re.compile(r"#[0-9a-f]{3,8}\b|\d+(?:\.\d+)?")
PLACE = re.compile(r":nth-[a-z-]+\([^)]*\)|\[[^\]]*\]|\d+|\s")
FRAME = re.compile(r":nth-[a-z-]+\([^)]*\)|\w*\d\w*|\s")  # a frame is told by its address or title, if at all


def identified(finding: Finding, rule: Rule) -> Finding:
    """The finding with the ids of its issue and of its fault."""
    component = finding.component
    key: list[object] = [
        finding.rule,
        finding.outcome,
        [FRAME.sub("", each) for each in finding.frame],
        said(finding.message),
    ]
    if component is None:
        key.append(PLACE.sub("", finding.selector))
    else:
        key += [component.landmarks, near(component), component.shape]
        if is_written(component, rule):
            key += says(component)
    fault = [*key, component and says(component)]
    outcome = finding.outcome.replace("_", "-")
    return replace(finding, issue=f"{finding.rule}-{outcome}-{_hash(key)}", fault=_hash(fault))


def is_written(component: Component, rule: Rule) -> bool:
    """Whether it is a thing of its own that an editor wrote, not one of many that a template made.

    A link, button or field with a class comes from a template; a picture or a heading is mended one by one,
    and so is the name of a button or field.
    """
    if NAMES.search(rule.id) and NAMED.match(component.shape):
        return True
    if rule.of_documents:
        return False  # one way of making documents is mended once: docs/decisions/0022-documents.md
    from_template = CONTROLS.match(component.shape) and "." in component.shape
    return rule.owner == EDITOR and not from_template


def says(component: Component) -> tuple[str, str]:
    """Where it leads and what it says."""
    return component.target, component.text.removesuffix(TWIN)


def is_alone(component: Component) -> bool:
    """Whether no other element of its page leads and says the same: what does so later is this one."""
    return any(says(component)) and not component.text.endswith(TWIN)


def near(component: Component) -> tuple[str, ...]:
    """What is around it, as far as one repair looks: its parent; for what has no class of its own, up to the
    nearest element with one. Lists within lists are one list.
    """
    if "." in component.shape:
        return component.path[-1:]
    steps: list[str] = []
    for shape in reversed(component.path):
        if shape not in steps:
            steps.insert(0, shape)
        if "." in shape or "[role=" in shape:
            break
    return tuple(steps)


def said(message: str) -> str:
    """What is wrong, without what names this one element, its figures and colours."""
    return " ".join(NUMBER.sub("#", QUOTED.sub("", message)).split())[:200]


def _hash(key: object) -> str:
    return hashlib.sha256(repr(key).encode(errors="surrogatepass")).hexdigest()[:10]
