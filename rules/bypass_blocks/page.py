"""WCAG 2.4.1 on one page, ACT rule cf77f2: a way past what stands before the content.

A main landmark, a heading of the content, a link to it, or a control that closes what is before it.
What is repeated is known from its kind: navigation, banner, and what is beside the content.
"""

from __future__ import annotations

from collections.abc import Iterator

from auditor.evidence import Verdict, cant_tell, failed, passed
from auditor.evidence.markup import Block, Markup

LIST = 5  # links that stand before the content in one list that nothing calls a menu
WORDS = 6  # of what is read out on each page
HEADERS = ("header", "banner")


def judge(markup: Markup) -> Iterator[Verdict]:
    way = markup.way_past
    if way is None:
        return
    blocks = [block for block in way.blocks if _is_block(block)]
    if not blocks and way.list_links < LIST and not way.skip_leads_nowhere:
        return
    if way.has_main or way.has_heading or way.has_skip or way.has_toggle:
        yield passed(markup.page)
        return
    if way.skip_leads_nowhere and way.content and not way.has_hidden_heading and not way.has_button:
        yield failed(
            markup.page,
            "The link past what is before the content leads to a place that is not on the page, and there is "
            "no main landmark or heading",
        )
        return
    if not blocks or not way.content:
        message = (
            f"{way.list_links} links are before the content, with no link past them, main landmark or heading"
        )
        yield cant_tell(markup.page, f"{message}. Are they on other pages too?")
        return
    names = ", ".join(f"{block.name} with {block.links} links" for block in blocks[:3])
    message = f"No way leads past what is before the content ({names}): no link, no main landmark, no heading"
    if way.has_hidden_heading:
        yield cant_tell(markup.page, f"{message} in sight. Is the heading that is out of sight enough?")
    elif way.has_button:
        yield cant_tell(markup.page, f"{message}. Does the button before the content close it?")
    else:
        yield failed(markup.page, f"{message} of the content")


def _is_block(block: Block) -> bool:
    least = 2 if block.name in HEADERS else 1
    return block.links >= least or block.words >= WORDS
