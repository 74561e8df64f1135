"""What calls `auditor schedule run` again and again: files for systemd, cron, GitHub and GitLab."""

from __future__ import annotations

import getpass
import shlex
import sys
from importlib.resources import files
from pathlib import Path

from auditor.errors import UsageError
from auditor.formats._safe import visible

TEMPLATES = {
    "systemd": ("auditor-schedule.service", "auditor-schedule.timer"),
    "cron": ("auditor-schedule.cron",),
    "github": ("auditor-schedule.github.yml",),
    "gitlab": ("auditor-schedule.gitlab.yml",),
}


def filled(where: str, file: Path) -> list[tuple[str, str]]:
    """The files of a way, with this machine's command and the folder of sites.toml."""
    command = Path(sys.executable).with_name("auditor")
    words = [str(command)] if command.exists() else [sys.executable, "-m", "auditor"]
    if not str(file).isprintable():
        raise UsageError(f"{visible(str(file))}: its path holds a line break or the like. Rename the folder.")
    values = {
        "@FOLDER@": str(file.parent),
        "@COMMAND@": shlex.join(words),
        "@CONFIG@": shlex.quote(file.name),
        "@USER@": "auditor" if (user := getpass.getuser()) == "root" else user,
    }
    if where == "cron":
        values = {key: value.replace("%", "\\%") for key, value in values.items()}
        values["@FOLDER@"] = shlex.quote(str(file.parent)).replace("%", "\\%")
    if where == "systemd":
        values["@COMMAND@"] = " ".join(map(_unit_word, words))
        values["@CONFIG@"] = _unit_word(file.name)
        values["@FOLDER@"] = str(file.parent).replace("%", "%%")
    found = []
    for name in TEMPLATES[where]:
        text = (files("auditor") / "data" / "schedules" / name).read_text(encoding="utf-8")
        for key, value in values.items():
            text = text.replace(key, value)
        found.append((name, text))
    return found


def _unit_word(text: str) -> str:
    """As systemd reads words of a command: https://www.freedesktop.org/software/systemd/man/systemd.service.html"""
    plain = text.replace("\\", "\\\\").replace('"', '\\"').replace("%", "%%").replace("$", "$$")
    return f'"{plain}"' if plain != text or " " in text or "'" in text else text
