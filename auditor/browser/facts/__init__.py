"""What is told of every page for what only many pages together show: one script a kind, beside this file.

Each is an expression of JavaScript that gives plain data. It runs in the isolated world of page.js once axe
has judged the page, so `auditor`, `auditor.driven` (probes/common.js) and `axe.commons` are there; for names
axe's tree is there. It changes nothing on the page.
"""

from __future__ import annotations

import json
from functools import cache
from importlib import resources
from typing import Any

from auditor.browser.probe_scripts import script
from auditor.browser.world import Gone, NoAnswer, World, WorldError
from auditor.tools import given

SECONDS = 10.0  # for all kinds on one page
CHARACTERS = 200_000  # of JSON, of one kind on one page
FAULT = "fault"  # the key under which stands why a kind is missing


def kinds() -> list[str]:
    """Names of the scripts, which are the keys of `Snapshot.facts`."""
    files = resources.files(__name__).iterdir()
    return sorted(file.name.removesuffix(".js") for file in files if file.name.endswith(".js"))


async def facts(world: World) -> dict[str, Any]:
    """By kind. One that fails has its reason under `FAULT`, and costs the page nothing else.

    Raises `NoAnswer` or `Gone` where the page no longer answers.
    """
    try:
        said: dict[str, str] = json.loads(await world.run(_asked(), seconds=SECONDS))
    except (NoAnswer, Gone):
        raise
    except WorldError as error:
        return {kind: {FAULT: str(error)} for kind in kinds()}
    told: dict[str, Any] = {}
    for kind, text in said.items():
        if text.startswith(FAULT):
            told[kind] = {FAULT: text.removeprefix(FAULT)}
        else:
            told[kind] = json.loads(text) if len(text) <= CHARACTERS else {FAULT: "There is too much of it."}
    return told


@cache
def _asked() -> str:
    """All kinds in one call, each by itself: its text, or why it has none."""
    each = ",\n".join(f"{kind}: say(() => {_script(kind)})" for kind in kinds())
    return f"""{script("common")}
auditor.media = (
{script("media")}
);
(() => {{
  const say = (tell) => {{
    try {{
      return JSON.stringify(tell());
    }} catch (error) {{
      return `{FAULT}${{String(error?.stack ?? error).slice(0, 500)}}`;
    }}
  }};
  return JSON.stringify({{
{each}
  }});
}})()"""


@cache
def _script(kind: str) -> str:
    script = resources.files(__name__).joinpath(f"{kind}.js").read_text(encoding="utf-8").rstrip().rstrip(";")
    return script.replace("$GIVEN", json.dumps(given()))
