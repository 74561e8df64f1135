"""Words in pictures, read by the real models, where the extra is installed; and what a bad picture costs."""

from __future__ import annotations

import io
import json
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PIL import Image, ImageDraw, ImageFont

from auditor import audit, ocr
from auditor.checks.folders import find
from auditor.examples import check
from auditor.models import Site
from auditor.resources import folder
from tests.checks.test_texts_of_rules import FILES, whole, with_files


@pytest.fixture(scope="module")
def reader() -> Iterator[ocr._Reader]:
    made = ocr._Reader()
    yield made
    made._end()


def picture(*lines: str) -> bytes:
    image = Image.new("RGB", (420, 40 + 44 * len(lines)), "white")
    for number, line in enumerate(lines):
        ImageDraw.Draw(image).text((16, 14 + 44 * number), line, "black", ImageFont.load_default(28))
    file = io.BytesIO()
    image.save(file, "png")
    return file.getvalue()


def test_lines_are_read_where_they_stand_and_known_again(reader: ocr._Reader) -> None:
    lines = reader.read(picture("Ferry to the island", "every hour"))
    assert lines
    assert [line.text for line in lines] == ["Ferry to the island", "every hour"]
    assert lines[0].y < 30 < lines[1].y < 100
    assert reader.read(picture("Ferry to the island", "every hour")) is lines


def test_what_is_no_picture_has_no_words(reader: ocr._Reader) -> None:
    assert reader.read(b"\x89PNG no picture") is None
    assert reader.read(picture("Still here")) is not None


def test_a_picture_that_takes_too_long_is_given_up(
    reader: ocr._Reader, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ocr, "SECONDS", 0.001)
    assert reader.read(picture("Too late")) is None


async def test_captions_that_are_nowhere_are_looked_for_in_the_picture(tmp_path: Path) -> None:
    """With the reader, a film with sound and no words in it has no captions; that is more than a question."""
    rule = folder("rules") / "video_captions"
    copied = tmp_path / "video_captions"
    (copied / "examples").mkdir(parents=True)
    for name in ("rule.toml", "page.py"):
        (copied / name).write_text((rule / name).read_text(encoding="utf-8"), encoding="utf-8")
    film = '<video data-expect="failed" controls src="tour.webm"></video>'
    assert (FILES / "tour.webm").is_file()
    (copied / "examples" / "failed-no-captions.html").write_text(whole(with_files(film)))
    faults = [fault async for _, _, fault in check(find([tmp_path]), sandbox=False)]
    assert faults == [""], json.dumps(faults)


def test_pictures_that_were_not_read_are_told(site_server: Any, page: Any, tmp_path: Path) -> None:
    """A ninth, and one that is fetched when it is looked at and has not come by then; once for both rules."""
    png = {"Content-Type": "image/png"}
    server = site_server()
    is_over = threading.Event()

    def late(_: Any) -> Any:
        is_over.wait(60)
        return (200, png, picture("Ferry to the island"))

    several = "".join(f'<p><img src="/{n}.png" alt="Ferry"></p>' for n in range(8))
    server.routes = {f"/{n}.png": (200, png, picture("Ferry", str(n))) for n in range(8)}
    server.routes["/late.png"] = late
    far = '<p style="height: 9000px"></p><img src="/late.png" loading="lazy" alt="" width="600" height="400">'
    server.routes["/"] = page("Home", body=several + far)
    site = Site(id="town", name="Town", urls=(f"{server.origin}/",), internal=True, delay=0.0)
    try:
        report = audit(site, store=f"sqlite:///{tmp_path}/a.db", sandbox=False)
    finally:
        is_over.set()
    left = [each.reason for each in report.untested() if "Pictures" in each.reason]
    assert left == ["Pictures whose words were not read: 2"]
