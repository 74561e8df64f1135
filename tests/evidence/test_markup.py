"""Where the cells of a table lie, and what it is taken for."""

from __future__ import annotations

from typing import Any

from auditor.evidence.markup import Table

PLACE: dict[str, Any] = {
    "selector": "table",
    "excerpt": "<table>",
    "frame": [],
    "component": None,
}


def cell(text: str, *, rows: int = 1, columns: int = 1, blocks: bool = False) -> dict[str, Any]:
    return {
        "text": text, "kind": "cell", "bold": False, "shade": "", "id": "", "scope": "", "headers": "",
        "rows": rows, "columns": columns, "words": len(text.split()), "blocks": blocks,
        "content": bool(text), "hidden": False,
    }  # fmt: skip


def table(*rows: list[dict[str, Any]]) -> Table:
    return Table.of(
        {
            "place": PLACE, "native": True, "role": "", "caption": "", "summary": "",
            "named": False, "whole": True, "nested": False, "holds": False, "head": False, "form": 0,
            "rows": list(rows),
        }
    )  # fmt: skip


def test_cells_that_span_push_others_aside() -> None:
    told = table(
        [cell("Hall", rows=2), cell("Day"), cell("Open")],
        [cell("Monday"), cell("10")],
        [cell("All", columns=2), cell("12")],
    )
    assert told.widths == (3, 3, 3)
    assert [(each.text, each.row, each.column) for each in told.cells][3:] == [
        ("Monday", 1, 1),
        ("10", 1, 2),
        ("All", 2, 0),
        ("12", 2, 2),
    ]


def test_a_span_that_reaches_below_the_table_ends_with_it() -> None:
    told = table([cell("Hall", rows=65534), cell("Day")], [cell("Monday")])
    assert told.cells[0].rows == 2
    assert told.height == 2


def test_what_is_taken_for_data() -> None:
    row = [cell("Blue"), cell("40")]
    assert table(row, row).looks_like_data
    assert not table(row).looks_like_data
    assert not table(row, [cell("Green", blocks=True), cell("60")]).looks_like_data
    assert not table(row, [cell("word " * 80), cell("word " * 80)]).looks_like_data
    assert not table([cell(""), cell("")], [cell(""), cell("x")]).looks_like_data


def test_figures() -> None:
    for text in ("£1,402", "12%", "10:04", "1 May 2026", "40 C"):
        assert table([cell(text)]).cells[0].is_figure, text
    for text in ("", "Band A1", "Monday", "Room 4b"):
        assert not table([cell(text)]).cells[0].is_figure, text
