"""`[[files]]` in sites.toml: which page a file makes, or which pages it is a part of."""

from __future__ import annotations

import os
import re
from functools import cache
from typing import Annotated
from urllib.parse import quote

from pydantic import AfterValidator, BaseModel, ConfigDict, StringConstraints, model_validator

PATH = "{path}"
_WILDCARD = re.compile(r"(\*\*/|\*\*|\*|\?)")
_AS_REGEX = {"**/": "(?:.*/)?", "**": ".*", "*": "[^/]*", "?": "[^/]"}


def _page(value: str) -> str:
    if not re.fullmatch(r"/(?!/)[^\s?#{}]*", value.replace(PATH, "x")):
        raise ValueError(f"{value!r} is no path of a page; write one such as /{PATH}/ or /news/")
    return value


def _pages(value: str) -> str:
    if not re.fullmatch(r"/(?!/)[^\s#{}]*", value):
        raise ValueError(f"{value!r} is no path of pages; write one such as /news/* or /*")
    return value


class FileRule(BaseModel):
    """What the files of one pattern are to the site. The last rule that matches a file counts.

    `pattern`: a path from the folder of sites.toml; `*` and `?` stand for characters of one name, `**` for
    any folders. `url`: the page that such a file makes, where `{path}` is what stands from the pattern's
    first wildcard to its last. `pages`: paths from the site's root on, `*` for any characters; one page for
    each template of those that match. Neither: it touches no page.
    """

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)

    pattern: Annotated[str, StringConstraints(min_length=1, max_length=500)]
    url: Annotated[str, StringConstraints(max_length=500), AfterValidator(_page)] | None = None
    pages: list[Annotated[str, StringConstraints(max_length=500), AfterValidator(_pages)]] = []

    @model_validator(mode="after")
    def _path_is_something(self) -> FileRule:
        if PATH in (self.url or "") and not _WILDCARD.search(self.pattern):
            raise ValueError(f"`url` has {PATH}, and `pattern` no wildcard that it could stand for")
        return self

    def matches(self, file: str) -> bool:
        return _regex(self.pattern).fullmatch(file) is not None

    def page(self, file: str) -> str | None:
        """The page that a file makes, as a path from the site's root on; None where it makes none."""
        found = _regex(self.pattern).fullmatch(file)
        if self.url is None or found is None:
            return None
        path = quote(os.fsencode(found["path"].strip("/")))
        return re.sub("/{2,}", "/", self.url.replace(PATH, path))


@cache
def _regex(pattern: str) -> re.Pattern[str]:
    """With a group `path` around all from the first wildcard to the last."""
    pieces = _WILDCARD.split(pattern)  # text and wildcards in turns
    body = [_AS_REGEX.get(piece, re.escape(piece)) for piece in pieces[1:-1]]
    last = re.escape(pieces[-1]) if body else ""
    return re.compile(f"{re.escape(pieces[0])}(?P<path>{''.join(body)}){last}", re.DOTALL)
