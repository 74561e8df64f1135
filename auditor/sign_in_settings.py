"""`[[site.sign_in]]` of sites.toml -> `SignIn`. Every fault is one sentence with the role and the key."""

from __future__ import annotations

import re
import stat
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from auditor.journey_settings import Reader
from auditor.models import Journey, SignIn, Site
from auditor.net.hosts import origin
from auditor.urls import identity

PART = "sign-in"  # the part of a run that says how often it signed in, and what was sent by that
WAYS = ("steps", "http", "state_file", "command")
KEYS = ("role", "start", *WAYS)
_ROLE = re.compile(r"[a-z0-9][a-z0-9-]{0,49}")
_VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_HTTP = '{ user = "…", password = { secret = "VARIABLE" } }, perhaps with `origin`'


def sign_ins(
    told: Sequence[Mapping[str, Any]], url: str, folder: Path
) -> tuple[tuple[SignIn, ...], list[str]]:
    """The sign-ins of a site, and what is wrong with them. `url`: its first start URL, for relative ones."""
    faults: list[str] = []
    found: dict[str, SignIn] = {}
    for number, each in enumerate(told, start=1):
        reader = Reader(f"sign_in {each.get('role', number)}", faults)
        made = _read(reader, each, url, folder, faults)
        if made is not None and made.role in found:
            reader.fault("role", f"{made.role!r} is taken by another sign-in of the site")
        elif made is not None:
            found[made.role] = made
    return tuple(found.values()), faults


def _read(
    reader: Reader, told: Mapping[str, Any], url: str, folder: Path, faults: list[str]
) -> SignIn | None:
    before = len(faults)
    for key in told.keys() - set(KEYS):
        reader.fault(key, f"there is no such key. Allowed: {', '.join(KEYS)}")
    role = reader.text(told.get("role"), "role")
    if role and not _ROLE.fullmatch(role):
        reader.fault("role", "may hold small letters, digits and hyphens, such as resident")
    made: dict[str, Any] = {"role": role}
    if "start" in told or "steps" in told:
        made["start"] = reader.address(told.get("start"), "start", url)
    ways = [key for key in WAYS if key in told]
    if len(ways) != 1:
        reader.fault("role", f"needs just one of: {', '.join(WAYS)}")
        return None
    match ways[0]:
        case "steps":
            made["steps"] = reader.steps(told["steps"], url, folder)
        case "http":
            made |= _http(reader, told["http"], url)
        case "state_file":
            if file := reader.text(told["state_file"], "state_file"):
                made["state_file"] = str(folder / file)
        case "command":
            command = told["command"]
            if not isinstance(command, list) or not command:
                reader.fault("command", 'must be a list: the program and its arguments, ["python3", "in.py"]')
            else:
                made["command"] = tuple(reader.text(each, "command") for each in command)
                made["folder"] = str(folder)
    return SignIn(**made) if len(faults) == before else None


def _http(reader: Reader, told: Any, url: str) -> dict[str, str]:
    if not isinstance(told, dict) or not {"user", "password"} <= told.keys() <= {
        "user",
        "password",
        "origin",
    }:
        reader.fault("http", f"must be {_HTTP}")
        return {}
    user = reader.text(told["user"], "http.user")
    if ":" in user:
        reader.fault("http.user", "may hold no colon: HTTP cannot carry it")
    password = told["password"]
    if (
        not isinstance(password, dict)
        or password.keys() != {"secret"}
        or not _VARIABLE.fullmatch(str(password["secret"]))
    ):
        reader.fault("http.password", 'must be { secret = "VARIABLE" }: it does not belong in this file')
        return {}
    where = told.get("origin", "{0.scheme}://{0.netloc}".format(urlsplit(url)))
    known = identity(where) if isinstance(where, str) else None
    if known is None or known.rstrip("/").count("/") != 2:
        reader.fault(
            "http.origin", "must be scheme, host and port, such as https://www.example.org, in quotes"
        )
        return {}
    return {"user": user, "password": str(password["secret"]), "origin": known.rstrip("/")}


def unknown_roles(known: Sequence[SignIn], crawl_as: str, journeys: Iterable[Journey]) -> list[str]:
    """Roles that something names and nobody described, as faults."""
    roles = [each.role for each in known]
    listed = ", ".join(roles) or "none"
    named = [("crawl_as", crawl_as), *((f"journey {each.id}, as", each.role) for each in journeys)]
    return [
        f"{where}: there is no [[site.sign_in]] with the role {role!r}. There is: {listed}"
        for where, role in named
        if role and role not in roles
    ]


def variables(site: Site) -> list[str]:
    """Names of the environment's variables that its sign-ins need."""
    steps = {step.secret for each in site.sign_ins for step in each.steps if step.secret}
    return sorted(steps | {each.password for each in site.sign_ins if each.password})


def unfit(each: SignIn, site: Site) -> str | None:
    """Why a sign-in cannot be used as things are; None where it can."""
    if each.origin.startswith("http:"):
        inside = {*site.internal_origins, *(site.urls if site.internal else ())}
        if origin(each.origin) not in set(map(origin, inside)):
            return (
                f"the password would go to {each.origin} unencrypted, for all on the way to read; write the "
                '`origin` it is for, with "https://"'
            )
    return unsafe(Path(each.state_file)) if each.state_file else None


def unsafe(file: Path) -> str | None:
    """Why a file is not one to keep a session in; None where only its owner can read it."""
    try:
        about = file.stat()
    except OSError as error:
        return f"{file} cannot be read ({error.strerror})"
    if not stat.S_ISREG(about.st_mode):
        return f"{file} is no file"
    if about.st_mode & 0o077:
        mode = stat.S_IMODE(about.st_mode)
        return f"{file} can be read by others (mode {mode:04o}), and it lets whoever has it in: chmod 600"
    return None
