"""Names of sheets: advice. WCAG asks for no names of sheets."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.evidence import Verdict, failed, passed
from auditor.evidence.document import Document, DocumentKind, listed

KINDS = (DocumentKind.XLSX, DocumentKind.ODS)
# As the programs name a new sheet, in the languages most used here.
UNNAMED = ("sheet", "taflen", "tabelle", "feuil", "feuille", "hoja", "foglio", "blad", "arkusz", "planilha")


def judge(document: Document) -> Iterator[Verdict]:
    sheets = [each for each in document.sheets if not each.hidden]
    if document.kind not in KINDS or not sheets:
        return
    unnamed = [each.where for each in sheets if not each.empty and _is_unnamed(each.title or "")]
    empty = [each.where for each in sheets if each.empty]
    if unnamed:
        yield failed(
            document.place,
            f"Sheets without a name of their own: {len(unnamed)} of {len(sheets)} {listed(unnamed)}",
        )
    if empty:
        yield failed(document.place, f"Empty sheets: {len(empty)} of {len(sheets)} {listed(empty)}")
    if not (unnamed or empty):
        yield passed(document.place)


def _is_unnamed(title: str) -> bool:
    word = title.casefold().rstrip("0123456789").strip()
    return word in UNNAMED and title[-1:].isdigit()
