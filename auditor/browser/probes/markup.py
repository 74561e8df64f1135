"""One look at all of the page's markup beside how it is seen: markup.js."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from auditor.browser.drive import Drive, Probe
from auditor.evidence import Place
from auditor.evidence.markup import (
    Block,
    ChoiceGroup,
    HeadingLook,
    ListLook,
    Markup,
    Moved,
    Presentation,
    Table,
    Text,
    TextColumns,
    WayPast,
)


async def run(drive: Drive) -> Markup:
    told = await drive.call("markup.tell", seconds=8)
    return Markup(
        page=Place.of(told["page"]),
        headings=tuple(HeadingLook(**_placed(each)) for each in told["headings"]),
        lists=tuple(
            ListLook(place=Place.of(each["place"]), lines=tuple(each["lines"]), how=each["how"])
            for each in told["lists"]
        ),
        tables=tuple(map(Table.of, told["tables"])),
        columns=(
            *(
                TextColumns(place=Place.of(each["place"]), is_pre=each["pre"], lines=tuple(each["lines"]))
                for each in told["columns"]
            ),
            *(
                TextColumns(place=Place.of(each["place"]), is_pre=False, rows=tuple(map(tuple, each["rows"])))
                for each in told["boxes"]
            ),
        ),
        groups=tuple(
            ChoiceGroup(
                place=Place.of(each["place"]),
                type=each["type"],
                count=each["count"],
                name=each["named"],
                in_group=each["fieldset"],
                by_each=each["each"],
                question=each["question"],
                question_is=each["is"],
                labels=tuple(each["labels"]),
            )
            for each in told["groups"]
        ),
        generated=tuple(
            Text(
                place=Place.of(each["place"]),
                text=each["text"],
                beside=each["beside"],
                is_named=each["named"],
            )
            for each in told["words"]
        ),
        letters=tuple(Text(place=Place.of(each["place"]), text=each["text"]) for each in told["letters"]),
        misused=tuple(Text(place=Place.of(each["place"]), text=each["text"]) for each in told["misused"]),
        moved=tuple(Moved(**_placed(each)) for each in told["moved"]),
        presentation=tuple(Presentation(**_placed(each)) for each in told["presentation"]),
        way_past=_way_past(told["bypass"]) if told["bypass"] else None,
    )


def _placed(told: Mapping[str, Any]) -> dict[str, Any]:
    return {**told, "place": Place.of(told["place"])}


def _way_past(told: Mapping[str, Any]) -> WayPast:
    return WayPast(
        content=told["content"],
        blocks=tuple(Block(**each) for each in told["blocks"]),
        links=told["links"],
        list_links=told["list"],
        has_main=told["main"],
        has_heading=told["heading"],
        has_hidden_heading=told["hidden_heading"],
        has_skip=told["skips"],
        skip_leads_nowhere=told["leads_nowhere"],
        has_toggle=told["toggles"],
        has_button=told["buttons"],
    )


PROBE = Probe(gives=Markup, run=run, seconds=10, only_looks=True)
