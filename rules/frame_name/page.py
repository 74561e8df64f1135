"""Frames with one name show the same (ACT rule 4b1c6c), and a frame's name says what it holds (H64)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence

from auditor.evidence import Verdict, cant_tell, failed, passed, untested
from auditor.evidence.names import Frame, Names
from auditor.evidence.phrases import phrases, plain

SAME = 0.9  # share of words that two frames have in common, of all of theirs
OTHER = 0.6
NONE = frozenset(
    {"frame", "iframe", "inline frame", "frame title", "iframe title", "untitled", "untitled frame"}
    | {"untitled document", "undefined", "null"}
)  # what stands where nobody wrote a name


def judge(names: Names) -> Iterator[Verdict]:
    alike: dict[str, list[Frame]] = defaultdict(list)
    for frame in names.frames:
        if frame.name:
            alike[plain(frame.name)].append(frame)
    for group in alike.values():
        yield _of_same_name(group)
        for frame in group[:1]:
            if plain(frame.name) in NONE:
                yield failed(
                    frame.place, f"The frame is called “{frame.name[:60]}”, which does not say what it holds"
                )
            elif _is_vague(frame.name):
                yield cant_tell(
                    frame.place,
                    f"The frame is called “{frame.name[:60]}”. Does that say what it holds"
                    + (f", which is “{frame.title[:60]}”?" if frame.title else "?"),
                )
    if names.frames_left_out:
        yield untested(
            names.page, f"{names.frames_left_out:,} more frames were not held against their content"
        )


def _is_vague(name: str) -> bool:
    words = [word for word in plain(name).split() if not word.isdigit()]
    return not words or " ".join(words) in phrases("frames") or name.startswith(("http:", "https:", "//"))


def _of_same_name(group: Sequence[Frame]) -> Verdict:
    first = group[0]
    for other in group[1:]:
        if other.source == first.source and other.source != "about:srcdoc":
            continue
        said = f"{len(group)} frames are called “{first.name[:60]}”"
        if not (first.is_open and other.is_open):
            return cant_tell(other.place, f"{said} and have different addresses. Do they show the same?")
        likeness = _likeness(first, other)
        if likeness < OTHER:
            return failed(other.place, f"{said} and show different things")
        if likeness < SAME:
            return cant_tell(other.place, f"{said}. Do they serve the same purpose?")
    return passed(first.place)


def _likeness(one: Frame, other: Frame) -> float:
    mine, theirs = ({*plain(f"{each.title} {each.text}").split()} for each in (one, other))
    return len(mine & theirs) / len(mine | theirs) if mine | theirs else 1.0
