"""Which URLs belong to a site, and which of them cannot be pages."""

from __future__ import annotations

import re
from functools import cached_property
from pathlib import PurePosixPath
from urllib.parse import unquote, urlsplit

from auditor.models import OTHER_HOST, Site, UrlOutcome
from auditor.urls import pattern

DOCUMENTS = {
    "pdf": "PDF document",
    "doc": "Word document", "docx": "Word document", "docm": "Word document", "dot": "Word document",
    "rtf": "text document", "odt": "text document",
    "xls": "spreadsheet", "xlsx": "spreadsheet", "xlsm": "spreadsheet", "xlsb": "spreadsheet",
    "ods": "spreadsheet", "csv": "data file",
    "ppt": "slides", "pptx": "slides", "pps": "slides", "ppsx": "slides", "odp": "slides",
    "epub": "e-book",
}  # fmt: skip
OTHER_FILES = {
    "jpg", "jpeg", "png", "gif", "webp", "svg", "ico", "bmp", "tif", "tiff", "avif", "heic",
    "mp3", "mp4", "m4a", "m4v", "wav", "ogg", "ogv", "webm", "avi", "mov", "wmv", "wma", "flac",
    "zip", "gz", "tgz", "tar", "7z", "rar", "bz2", "xz", "exe", "msi", "dmg", "apk", "iso",
    "css", "js", "mjs", "map", "json", "geojson", "xml", "rss", "atom", "ics", "vcf", "kml", "kmz", "gpx",
    "woff", "woff2", "ttf", "otf", "eot", "txt",
}  # fmt: skip

OTHER_FILE = "file that is no page"
# Parts of paths by which content systems hand out files without an ending.
DOWNLOADS = re.compile(
    r"/(downloads?|attachments?|documents?|files?|media|dms|asset-library|doc|pdf)(/|\.\w{2,5}$|$)",
    re.IGNORECASE,
)

# Old content systems do by a GET what they should not.
DOES_SOMETHING = re.compile(
    r"[/=?&](log[-_]?out|log[-_]?off|sign[-_]?out|sign[-_]?off|unsubscribe|delete|remove)"
    r"(\.\w{2,5})?(/\d+)*/?([=?&;#]|$)",
    re.IGNORECASE,
)


# Words of a link that ends a session, whatever its address, in English and Welsh.
SIGNS_OUT = re.compile(
    r"\W*(?:please |click here to )?(?:(?:log|sign)(?:[- ]?(?:me|us))?[- ]?(?:out|off)|"
    r"end (?:my |your )?session|allgofnodi(?:wch)?|arwyddo allan|log(?:io|iwch) allan)"
    r"(?: (?:of|from|o|now|nawr|here|safely)\b[^.?!]{0,60})?\W*",
    re.IGNORECASE,
)
ENDS_SESSION = "By its name it signs out or deletes something, so it is not asked for."


class Scope:
    """The hosts of the start URLs, narrowed by `include` and `exclude`."""

    def __init__(self, site: Site) -> None:
        self.site = site
        self.hosts = frozenset(_host(url) for url in site.urls)

    @cached_property
    def _include(self) -> list[re.Pattern[str]]:
        return [pattern(p) for p in self.site.include]

    @cached_property
    def _exclude(self) -> list[re.Pattern[str]]:
        return [pattern(p) for p in self.site.exclude]

    def owns(self, url: str) -> bool:
        """Whether the URL's host is one of the site's."""
        return _host(url) in self.hosts

    def settle(self, identity: str, *, start: bool = False) -> tuple[UrlOutcome, str] | None:
        """The outcome and reason of a URL that needs no visit; None where it is to be visited.

        Of the identity, so that one page has one answer, however it was linked: in another spelling or order
        of its parameters the patterns, and the names that do something, may not be found. What `urls` strips
        can be matched in neither. A start URL is in scope whatever the patterns say: the user asked for it.
        """
        if not self.owns(identity):
            return UrlOutcome.OUT_OF_SCOPE, OTHER_HOST
        if not start:
            for pattern, text in zip(self._exclude, self.site.exclude, strict=True):
                if pattern.match(identity):
                    return UrlOutcome.OUT_OF_SCOPE, f"Excluded by {text!r}."
            if self._include and not any(pattern.match(identity) for pattern in self._include):
                return UrlOutcome.OUT_OF_SCOPE, "Matches none of the `include` patterns."
        if not start and DOES_SOMETHING.search(identity):
            return UrlOutcome.OUT_OF_SCOPE, ENDS_SESSION
        kind = file_kind(identity)
        return (UrlOutcome.NOT_HTML, f"A {kind}, by its name.") if kind else None


def file_kind(url: str) -> str | None:
    """What a URL's ending says it is, where that is no page: "PDF document", "image or other file"."""
    suffix = PurePosixPath(unquote(urlsplit(url).path).rpartition("/")[2]).suffix.lower().lstrip(".")
    if suffix in DOCUMENTS:
        return DOCUMENTS[suffix]
    return OTHER_FILE if suffix in OTHER_FILES else None


def document_kind(url: str) -> str | None:
    """What a URL's ending says it is, where that is a document: "PDF document"."""
    kind = file_kind(url)
    return None if kind == OTHER_FILE else kind


def may_be_document(url: str) -> bool:
    """Whether a URL is a document's by its ending, or is made as content systems make those of downloads."""
    return document_kind(url) is not None or DOWNLOADS.search(urlsplit(url).path) is not None


def is_document(url: str) -> bool:
    """Whether a URL's ending names a document."""
    return file_kind(url) in DOCUMENTS.values()


def _host(url: str) -> str:
    """Host and port; `www.` aside, since a site with and without it is one site everywhere."""
    return urlsplit(url).netloc.removeprefix("www.")
