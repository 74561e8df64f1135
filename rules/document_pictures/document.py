"""WCAG 1.1.1, techniques PDF1, PDF4: pictures have an alternative in words."""

from __future__ import annotations

import re
from collections.abc import Iterator

from auditor.evidence import Verdict, cant_tell, failed, passed
from auditor.evidence.document import Document, Picture, listed

NO_WORDS = re.compile(
    r"(image|picture|graphic|photo|figure|chart|diagram|logo|img|dsc|grafik)?[ _-]*\d*"
    r"(\.(png|jpe?g|gif|bmp|tiff?|svg|emf|wmf))?",
    re.IGNORECASE,
)
BY_MACHINE = "description automatically generated"


def judge(document: Document) -> Iterator[Verdict]:
    asked = [each for each in document.pictures if not each.decorative]
    if not asked:
        return
    bare = [each for each in asked if not (each.alternative or "").strip()]
    doubtful = [each for each in asked if each not in bare and _says_little(each)]
    of = f"of {len(asked)}"
    if bare:
        where = listed([each.where for each in bare])
        yield failed(document.place, f"Pictures without an alternative: {len(bare)} {of} {where}")
    if doubtful:
        where = listed([each.where for each in doubtful])
        yield cant_tell(
            document.place,
            "Pictures whose alternative looks like a file's name or a machine's guess: "
            f"{len(doubtful)} {of} {where}",
        )
    if not bare and not doubtful:
        yield passed(document.place)


def _says_little(picture: Picture) -> bool:
    words = (picture.alternative or "").strip()
    return (
        NO_WORDS.fullmatch(words[:200].rpartition("/")[2]) is not None
        or words.casefold().endswith((".png", ".jpg", ".jpeg", ".gif"))
        or BY_MACHINE in words.casefold()
    )
