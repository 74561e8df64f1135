"""WCAG technique H2: a picture and the words beside it that lead to one place are one link."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.evidence import Verdict, failed, passed
from auditor.evidence.names import Names


def judge(names: Names) -> Iterator[Verdict]:
    if names.link_count:
        yield passed(names.page)
    for link in names.links:
        if link.is_twin:
            yield failed(
                link.place, "The link just before it leads to the same place: picture and words are two links"
            )
