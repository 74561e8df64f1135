"""The process in which documents are opened and judged: `documents/apart.py` starts it and asks.

It takes a line of rules, then a line of JSON for each file, and answers a line of JSON each. Rules' code runs
in here, too: a user's own as well as ours.
"""

from __future__ import annotations

import base64
import contextlib
import dataclasses
import json
import os
import pickle
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from auditor.checks.document_rules import judge_document
from auditor.checks.folders import RuleFolder
from auditor.checks.page_rules import PythonRule
from auditor.documents import Unreadable
from auditor.documents.apart import FACTS, TOO_LARGE, Apart
from auditor.documents.kinds import kind_of
from auditor.documents.opening import opened
from auditor.limits import READER_BYTES, READER_SECONDS
from auditor.models import Rule


def apart(folders: Iterable[RuleFolder], rules: Mapping[str, Rule]) -> Apart:
    """A reader that judges by these folders of rules, with the texts of `rules`, as a site changes them."""
    judging = [each for each in folders if each.judge == "document"]
    setup = pickle.dumps((judging, {each.rule.id: rules[each.rule.id] for each in judging}))
    return Apart([sys.executable, "-P", "-m", __name__], base64.b64encode(setup))


def answer(
    request: Mapping[str, Any], python_rules: Sequence[PythonRule], rules: Mapping[str, Rule]
) -> dict[str, Any]:
    """What is said of one file: its facts with results and findings, or a reason."""
    file, kind = Path(request["file"]), None
    try:
        kind = kind_of(file)
        document = opened(
            file,
            request["url"],
            request["content_type"],
            failed_clauses=tuple(request["failed_clauses"]),
        )
    except Unreadable as reason:
        return {"kind": kind, "reason": str(reason)}
    except MemoryError:
        return {"kind": kind, "reason": TOO_LARGE}
    except OSError:
        return {"kind": kind, "reason": "The file could not be read from the disk."}
    except Exception as error:  # a library's fault in a hostile file must not cost the files that follow
        return {"kind": kind, "reason": f"It could not be read: {type(error).__name__}."}
    results, findings = judge_document(python_rules, document, rules)
    return {
        **{key: getattr(document, key) for key in FACTS},
        "kind": document.kind,
        "scanned_pages": len(document.scanned_pages),
        "created": document.created and document.created.isoformat(),
        "modified": document.modified and document.modified.isoformat(),
        "left_out": document.left_out,
        "results": [dataclasses.asdict(each) for each in results],
        "findings": [dataclasses.asdict(each) for each in findings],
    }


def _limited() -> Callable[[], None]:
    """Memory is limited from now on; what is returned gives the next file its time."""
    try:
        import resource
    except ImportError:  # Windows
        return lambda: None
    with contextlib.suppress(ValueError, OSError):  # macOS refuses
        resource.setrlimit(resource.RLIMIT_AS, (READER_BYTES, READER_BYTES))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))

    def again() -> None:
        used = resource.getrusage(resource.RUSAGE_SELF)
        most = int(used.ru_utime + used.ru_stime) + READER_SECONDS
        resource.setrlimit(resource.RLIMIT_CPU, (most, resource.getrlimit(resource.RLIMIT_CPU)[1]))

    return again


def main() -> None:
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)  # what a library or a rule prints is no answer
    lines = sys.stdin.buffer
    folders, rules = pickle.loads(base64.b64decode(lines.readline()))  # noqa: S301 - our own parent wrote it
    python_rules = [PythonRule.of(each) for each in folders]
    again = _limited()
    print("ready", file=answers, flush=True)
    for line in lines:
        again()
        told = answer(json.loads(line), python_rules, rules)
        print(json.dumps(told), file=answers, flush=True)
        if told.get("reason") == TOO_LARGE:
            return  # what is left of its memory is no ground to judge the next on


if __name__ == "__main__":
    main()
