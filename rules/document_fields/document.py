"""WCAG 3.3.2 and 4.1.2, techniques PDF10, PDF12: form fields in documents have a label."""

from __future__ import annotations

import re
from collections.abc import Iterator

from auditor.evidence import Verdict, cant_tell, failed, passed
from auditor.evidence.document import Document, Field, listed

# Names that programs give. A screen reader falls back on the name where there is no label.
BY_PROGRAM = re.compile(
    r"(text|text ?field|field|undefined|check ?box|combo ?box|list ?box|radio ?button|button|group|date|form"
    r"|signature|fill|untitled|x|f)?[ _\-#.\[\]\d]*",
    re.IGNORECASE,
)


def judge(document: Document) -> Iterator[Verdict]:
    fields = document.fields
    if not fields:
        return
    bare = [each for each in fields if not each.label.strip()]
    nameless = [each.where for each in bare if not _is_named(each)]
    named = [each.where for each in bare if _is_named(each)]
    of = f"of {len(fields)}"
    if nameless:
        yield failed(document.place, f"Fields without a label: {len(nameless)} {of} {listed(nameless)}")
    if named:
        yield cant_tell(
            document.place,
            f"Fields of which only the internal name is read out: {len(named)} {of}. "
            f"Does it say enough? {listed(named)}",
        )
    if not bare:
        yield passed(document.place)


def _is_named(field: Field) -> bool:
    last = field.name.rpartition(".")[2][:100]
    return BY_PROGRAM.fullmatch(last) is None
