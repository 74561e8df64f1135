# ruff: noqa: E501 # tables: a row is a case
"""Twelve good pages among the hostile ones: their faults are known, and must be found exactly."""

from __future__ import annotations

from collections.abc import Mapping

from tests.sites.hostile.case import AUDITED, FAULT, PIXEL, Case, case, page

GREY = '<p style="color: #999; background: #fff">Grey on white.</p>'
FIELD = '<p><input type="text" name="q"></p>'
PAGES: dict[str, tuple[str, Mapping[str, int]]] = {
    "bins": (FAULT * 3, {"image-alt": 3}),
    "parks": ('<p><a href="#part"></a></p><p id="part">Part</p>', {"link-name": 1}),
    "schools": (FIELD * 2, {"label": 2}),
    "planning": (GREY * 4, {"color-contrast": 4}),
    "housing": ("<p><button></button></p><p><button><span></span></button></p>", {"button-name": 2}),
    "libraries": ('<iframe src="/good/part"></iframe>', {"frame-title": 1, "image-alt": 1}),
    "benefits": ('<p><select name="s"><option>One</option></select></p>', {"select-name": 1}),
    "leisure": (f'<ul><p>No item</p></ul>{FAULT}', {"list": 1, "image-alt": 1}),
    "transport": ('<p lang="xx-nonsense-zz">What?</p><p aria-hidden="maybe">Who?</p>',
                  {"valid-lang": 1, "aria-valid-attr-value": 1}),
    "elections": (f'<p><input type="image" src="{PIXEL}"></p>{GREY}', {"input-image-alt": 1, "color-contrast": 1}),
    "births": ('<div role="checkbox" aria-label="Yes" tabindex="0">Yes</div><dl><p>Word</p></dl>',
               {"aria-required-attr": 1, "definition-list": 1}),
    "contact": (f'<div id="s"></div><script>s.attachShadow({{mode: "open"}}).innerHTML = `{FAULT}{FIELD}`</script>',
                {"image-alt": 1, "label": 1}),
}  # fmt: skip

CASES: list[Case] = [
    case(
        f"/good/{name}", "A good page", page(body, fault=False), AUDITED, finds=finds,
        more={"/good/part": page()} if name == "libraries" else {},
    )
    for name, (body, finds) in PAGES.items()
]  # fmt: skip
