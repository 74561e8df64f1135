"""Products and libraries that several sites use, and by what they show: data/suppliers.toml.

A link to a supplier, or a frame of his, is no evidence that a fault is his: who wrote the link made it.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Any
from urllib.parse import urlsplit

from auditor.models import Component, Supplier


@cache
def _data() -> Mapping[str, Any]:
    return tomllib.loads((files("auditor") / "data" / "suppliers.toml").read_text(encoding="utf-8"))


@cache
def suppliers() -> Mapping[str, Supplier]:
    """All that are known, by id."""
    lists = ("hosts", "paths", "classes")
    rows: list[dict[str, Any]] = _data()["supplier"]
    return MappingProxyType(
        {row["id"]: Supplier(**{**row, **{key: tuple(row.get(key, ())) for key in lists}}) for row in rows}
    )


def is_telling(component: Component) -> bool:
    """Whether a class of it, or next to it, is one that not every other site has."""
    return not classes([component.shape, *component.path[-1:]]) <= frozenset(_data()["commonplace"])


def classes(shapes: Iterable[str]) -> frozenset[str]:
    """The classes in shapes such as "a.card-link"."""
    return frozenset(name for shape in shapes for name in shape.rpartition("]")[2].split(".")[1:])


def recognise(url: str, component: Component | None) -> tuple[Supplier, str] | None:
    """Whose component on this page it seems to be, and by what evidence; None where nothing tells."""
    framed = component.host if component else ""
    try:
        parts = urlsplit(url)
        host = framed or parts.hostname or ""
    except ValueError:  # the ledger has addresses that are none of the web
        return None
    named = classes([component.shape, *component.path[-2:]]) if component else frozenset()
    for each in suppliers().values():
        if any(f".{host}".endswith(f".{known}") for known in each.hosts):
            return each, f"{'a frame' if framed else 'the page'} comes from {host}"
        if not framed and any(parts.path.startswith(path) for path in each.paths):
            return (
                each,
                f"the address of the page is like {next(p for p in each.paths if parts.path.startswith(p))}",
            )
        if known := sorted(name for name in named if name.startswith(each.classes)):
            return each, f"its code has the class {known[0]}"
    return None
