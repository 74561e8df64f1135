"""Advice on text alternatives: too long, begun with "image of", or said again beside the picture."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from auditor.evidence import Verdict, failed, passed
from auditor.evidence.names import Names, Picture
from auditor.evidence.phrases import phrases, plain

LONGEST = 200  # characters that are heard in one go without losing the thread
MANY = 3  # pictures with other files and one alternative


def judge(names: Names) -> Iterator[Verdict]:
    files: dict[str, set[str]] = defaultdict(set)
    for picture in names.pictures:
        if picture.name and picture.file:
            files[plain(picture.name)].add(picture.file)
    for picture in names.pictures:
        if not picture.name:
            continue
        fault = _fault(picture, len(files[plain(picture.name)]))
        yield failed(picture.place, fault) if fault else passed(picture.place)


def _fault(picture: Picture, files: int) -> str:
    name = plain(picture.name)
    for begins in phrases("of_picture"):
        if name.startswith(f"{begins} "):
            return f"It begins with “{begins}”: screen readers say already that it is a picture"
    if len(picture.name) > LONGEST:
        return f"It has {len(picture.name)} characters or more. Put what it tells into the page, for everyone"
    if len(name) > 3 and name == plain(picture.caption):
        return "It says what the caption says, and both are read"
    if len(name.split()) > 1 and not picture.is_in_link and name == plain(picture.beside):
        return "It says what stands beside the picture, and both are read"
    if files >= MANY:
        return f"{files} different pictures of this page have this one alternative"
    return ""
