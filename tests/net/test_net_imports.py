"""Nobody else resolves names or connects: what `auditor.net` imports is all it may."""

from __future__ import annotations

import ast
import sys
from pathlib import Path

import auditor.net

ALLOWED = {"auditor.net", "auditor.errors", "auditor.models", "auditor.wcag", "h11", "httpx", "idna"}


def test_imports() -> None:
    for path in Path(auditor.net.__path__[0]).glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            names = [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            names += [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            for name in names:
                known = any(name == each or name.startswith(f"{each}.") for each in ALLOWED)
                assert known or name.split(".")[0] in sys.stdlib_module_names, f"{path.name}: {name}"
