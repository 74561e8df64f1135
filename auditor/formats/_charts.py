"""Charts of the HTML report as SVG files, readable without colour; a table beside each has its figures.

An SVG that is shown as an image runs nothing and fetches nothing (https://www.w3.org/TR/SVG2/conform.html).
"""

from __future__ import annotations

import sys
import xml.etree.ElementTree as ET
from collections.abc import Sequence
from typing import Any

from auditor.formats._safe import visible

WIDTH = 480  # CSS pixels: at 320 its words are still as large as the small print
ROW, TREND = 46, 300  # height of a bar with the room around it; of a trend
LABEL = 22  # characters
INK, QUIET = "#1b2026", "#525a64"

_STYLE: dict[str, Any] = {
    "background": "#ffffff",
    "plot_background": "#ffffff",
    "foreground": INK,
    "foreground_strong": INK,
    "foreground_subtle": QUIET,
    "colors": ("#4a5561", "#9c1f16"),
    "value_colors": (INK, INK),
    "opacity": 1,
    "font_family": "system-ui, sans-serif",
    "label_font_size": 19,
    "major_label_font_size": 19,
    "value_font_size": 19,
    "legend_font_size": 19,
    "stroke_width": 4,
}
_CONFIG: dict[str, Any] = {
    "js": (),
    "width": WIDTH,
    "no_prefix": True,  # its prefix is random
    "show_y_guides": False,
    "margin": 6,
}


def bars(rows: Sequence[tuple[str, int]], whole: int) -> bytes:
    """A bar for each row, the first on top; the whole width is `whole`."""
    chart = _chart(
        "HorizontalBar",
        height=ROW * len(rows) + 20,
        show_legend=False,
        show_x_labels=False,
        range=(0, max(whole, 1)),
        truncate_label=-1,
        spacing=12,
    )
    chart.x_labels = [f"{_label(name)}: {value:,}" for name, value in reversed(rows)]
    chart.add("", [value for _, value in reversed(rows)])
    return _svg(chart)


def trend(dates: Sequence[str], lines: Sequence[tuple[str, Sequence[int | None]]]) -> bytes:
    """Lines over dates, oldest first; None breaks one. The second is dashed."""
    chart = _chart(
        "Line",
        height=TREND,
        legend_at_bottom=True,
        legend_at_bottom_columns=1,
        dots_size=6,
        include_x_axis=True,
        show_y_labels=False,
        margin_left=60,
        margin_right=60,
        print_values=True,
        allow_interruptions=True,
        x_labels_major_count=min(4, len(dates)),
        show_minor_x_labels=False,
        truncate_label=-1,
        truncate_legend=-1,
    )
    chart.x_labels = [_label(date) for date in dates]
    for number, (name, values) in enumerate(lines):
        stroke = {"width": 4} if not number else {"width": 4, "dasharray": "10, 8"}
        chart.add(_label(name), list(values), stroke_style=stroke)
    return _svg(chart)


def _label(text: str) -> str:
    shown = visible(text, 200).encode("utf-8", "replace").decode()
    return shown if len(shown) <= LABEL else f"{shown[: LABEL - 1]}…"


def _chart(kind: str, **how: Any) -> Any:
    import pygal  # 7 MB and slow to import, and no use while pages are audited

    # pygal's hook for plugins, which we have none of: Python 3.11 warns of it at every later import.
    sys.meta_path[:] = [finder for finder in sys.meta_path if hasattr(finder, "find_spec")]
    return getattr(pygal, kind)(style=pygal.style.Style(**_STYLE), **_CONFIG, **how)


def _svg(chart: Any) -> bytes:
    """Without the script and the comments, which tell the day of its making, and valid."""
    tree = ET.fromstring(chart.render())  # noqa: S314 - pygal's own; comments are dropped by this
    for parent in tree.iter():
        for child in [each for each in parent if each.tag.endswith("}script")]:
            parent.remove(child)
        if not parent.get("id", "-"):
            del parent.attrib["id"]
        if parent.get("text-anchor") == "left":  # SVG knows no such word
            parent.set("text-anchor", "start")
    ET.register_namespace("", "http://www.w3.org/2000/svg")
    drawn: bytes = ET.tostring(tree, encoding="utf-8", xml_declaration=True)
    return drawn
