"""WCAG technique G201, of 3.2.5 (AAA) and so advice: a link that opens a window says so before."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.evidence import Verdict, failed, passed
from auditor.evidence.names import Names
from auditor.evidence.phrases import phrases, plain


def judge(names: Names) -> Iterator[Verdict]:
    if names.link_count:
        yield passed(names.page)
    for link in names.links:
        said = f" {plain(f'{link.name} {link.context} {link.heading}')} "
        if link.is_elsewhere and not any(phrase in said for phrase in phrases("new_window")):
            yield failed(link.place, "The link opens a new window, and neither it nor its sentence says so")
