"""The process that `auditor.ocr` starts: a picture a line on its standard input, its words a line of JSON.

It is started by its path and imports nothing of ours: with the package would come the whole of the auditor.
"""

from __future__ import annotations

import base64
import contextlib
import io
import json
import sys

import numpy as np
from PIL import Image

MEMORY = 4096 * 1024 * 1024  # bytes
LONGEST = 960  # pixels, of a side: larger pictures are made smaller
EDGE = 24  # pixels set around a picture: letters at its very edge are missed
LINES = 200
CHARACTERS = 300  # of a line


def main() -> None:
    with contextlib.suppress(ImportError, ValueError, OSError):
        import resource  # not on Windows

        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    from rapidocr import RapidOCR

    reader = RapidOCR(
        params={
            "Global.log_level": "critical",
            "Global.use_cls": False,  # pictures stand upright on a page
            "Det.limit_type": "max",
            "Det.limit_side_len": LONGEST,
            "EngineConfig.onnxruntime.intra_op_num_threads": 1,
            "EngineConfig.onnxruntime.inter_op_num_threads": 1,
        }
    )
    answers = sys.stdout.buffer
    sys.stdout = sys.stderr  # what a library prints is no answer
    answers.write(b"ready\n")
    answers.flush()
    for line in sys.stdin.buffer:
        try:
            told = _lines(reader, base64.b64decode(line))
        except (OSError, ValueError):  # it is no picture
            told = None
        answers.write(json.dumps(told).encode() + b"\n")
        answers.flush()


def _lines(reader: object, content: bytes) -> list[dict[str, object]]:
    with Image.open(io.BytesIO(content)) as opened:
        image = opened.convert("RGB")
    whole = max(image.size)
    image.thumbnail((LONGEST, LONGEST))
    scale = whole / max(image.size)
    picture = np.pad(np.asarray(image), ((EDGE, EDGE), (EDGE, EDGE), (0, 0)), mode="edge")
    told = reader(picture[:, :, ::-1])  # type: ignore[operator]  # it takes blue first
    if told.txts is None:
        return []
    found = []
    for text, sureness, corners in zip(told.txts, told.scores, told.boxes, strict=True):
        across = [(float(x) - EDGE) * scale for x, _ in corners]
        down = [(float(y) - EDGE) * scale for _, y in corners]
        box = {
            "x": min(across),
            "y": min(down),
            "width": max(across) - min(across),
            "height": max(down) - min(down),
        }
        found.append({"text": text[:CHARACTERS], "sureness": float(sureness), **box})
    return found[:LINES]


if __name__ == "__main__":
    main()
