"""WCAG 1.1.1, failure F30: a picture's alternative is the name of a file or a word that stands for none."""

from __future__ import annotations

import re
from collections.abc import Iterator

from auditor.evidence import Verdict, cant_tell, failed, passed, untested
from auditor.evidence.names import Names, Picture
from auditor.evidence.phrases import phrases, plain

# A whole name of a file, or what a camera or a phone calls its pictures.
FILE = re.compile(
    r"[^\s]{1,150}\.(?:jpe?g|png|gif|svg|webp|avif|bmp|tiff?|ico|heic|jfif)(?:\?\S{0,200})?", re.I
)
SPACED_FILE = re.compile(
    r"[\w .()&,'-]{1,150}\.(?:jpe?g|png|gif|svg|webp|avif|bmp|tiff?|heic|jfif)", re.IGNORECASE
)
CAMERA = re.compile(
    r"(?:IMG|DSCN?|DSCF|_?DSC|PXL|MVIMG|PANO|WP|GOPR|VID|P(?=\d{7}))[ _-]?\d{3,14}[\w.-]{0,40}"
    r"|(?:screen ?shot|whatsapp image|image|img|photo|picture|pic)[ _-]{0,2}(?:\d(?:[ _.:-]|at ){0,3}){5,20}",
    re.IGNORECASE,
)
IN_PIXELS = re.compile(r"\b\d{3,4} ?[x×] ?\d{3,4}\b", re.IGNORECASE)  # "bridge final 1200x800"
SIZED = re.compile(
    r"\s*[(\[,–-]?\s*\d[\d.,]* ?(?:bytes|[kmg]i?b)\s*[)\]]?\s*", re.IGNORECASE
)  # "map.gif (12 kB)"
NUMBERED = re.compile(r"(.{0,40}?)[ #_-]{0,2}\d{1,4}")


def judge(names: Names) -> Iterator[Verdict]:
    for picture in names.pictures:
        if picture.name:
            yield _verdict(picture)
    if names.pictures_left_out:
        yield untested(
            names.page, f"{names.pictures_left_out:,} more pictures were not judged by their words"
        )


def _verdict(picture: Picture) -> Verdict:
    name = picture.name.strip()
    said = f"The text alternative is “{name[:80]}”"
    if _is_file(picture):
        return failed(picture.place, f"{said}, the name of a file")
    numbered = NUMBERED.fullmatch(name)
    words = plain(numbered[1] if numbered and numbered[1].strip() else name)
    if words in phrases("placeholders"):
        return failed(picture.place, f"{said}, which says nothing of what the picture shows")
    if not words:
        return cant_tell(picture.place, f"{said}. What does the picture show?")
    known = phrases("kinds") | phrases("placeholders")
    if words in known or all(word in known for word in words.split()):
        return cant_tell(picture.place, f"{said}. Of what? Does that tell all that the picture does?")
    if IN_PIXELS.search(name) or ("_" in name and not re.search(r"\s", name)):
        return cant_tell(picture.place, f"{said}. Is that the name of a file?")
    if name.isdigit() and len(name) > 2:
        return cant_tell(picture.place, f"{said}. Does the picture show that figure?")
    return passed(picture.place)


def _is_file(picture: Picture) -> bool:
    name = picture.name.strip()
    if sized := SIZED.search(name):
        name = name[: sized.start()] if sized.end() == len(name) else name
    if FILE.fullmatch(name) or SPACED_FILE.fullmatch(name):
        return True
    stem = picture.file.rpartition(".")[0] or picture.file
    # A name of one word may well say what is shown; "school-front_v2" is no language.
    is_copied = name.casefold() == stem.casefold() and (
        re.search(r"[_\d]", name) is not None or name.count("-") > 1
    )
    return is_copied or CAMERA.fullmatch(name) is not None
