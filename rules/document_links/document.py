"""WCAG 2.4.4, techniques PDF11, PDF13: links in documents have words that say where they lead."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.evidence import Verdict, cant_tell, failed, passed
from auditor.evidence.document import Document, listed

VAGUE = {
    "here",
    "click here",
    "click",
    "link",
    "this link",
    "more",
    "read more",
    "this",
    "this page",
    "details",
    "download",
}


def judge(document: Document) -> Iterator[Verdict]:
    links = document.links
    if not links:
        return
    empty = [each.where for each in links if not each.text.strip()]
    vague = [each.where for each in links if each.text.strip(" .:>»").casefold() in VAGUE]
    of = f"of {len(links)}"
    if empty:
        yield failed(document.place, f"Links without words: {len(empty)} {of} {listed(empty)}")
    if vague:
        yield cant_tell(
            document.place,
            f"Links that say no more than “click here”: {len(vague)} {of}. "
            f"Do the words around tell? {listed(vague)}",
        )
    if not empty and not vague:
        yield passed(document.place)
