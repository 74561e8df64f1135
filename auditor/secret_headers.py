"""Headers that hold a secret: what a sites.toml may say of them, and their values from the environment."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, ConfigDict
from pydantic.types import StringConstraints

from auditor.errors import UsageError
from auditor.models import OriginHeader, Site
from auditor.net.hosts import origin
from auditor.redact import Redactor
from auditor.urls import identity

_SECRET = re.compile(r"((?:[A-Za-z][A-Za-z0-9-]* )?)\$\{([A-Za-z_][A-Za-z0-9_]*)\}")
# Headers that are not a site's to be let in by: what frames a message, what the browser says of itself, what
# asks for less than the page. A user agent of another's would be a disguise; cookies are a login's.
_NOT_OURS = re.compile(
    "host|connection|keep-alive|te|trailer|transfer-encoding|upgrade|expect|content-.*|date|via|origin|referer|"
    "accept|accept-.*|range|if-.*|cookie2?|user-agent|proxy-.*|sec-.*|access-control-.*|service-worker.*",
    re.IGNORECASE,
)


def _origin(value: str) -> str:
    known = identity(value)
    if known is None or known.rstrip("/").count("/") != 2:
        shown = re.sub("//[^/]*@", "//…@", value)  # there may be a password in it
        raise ValueError(f"{shown!r} is no origin; write scheme, host and port: http://localhost:8000")
    return known.rstrip("/")


Origin = Annotated[str, AfterValidator(_origin)]


def _header_name(value: str) -> str:
    if _NOT_OURS.fullmatch(value):
        raise ValueError(f"{value} is not a header that can be set")
    return value


def _secret(value: str) -> str:
    if not _SECRET.fullmatch(value):
        raise ValueError(
            'must be "${NAME}" or "Bearer ${NAME}", where NAME is a variable of the environment: '
            "a secret does not belong in this file"
        )
    return value


class Header(BaseModel):
    """`{ name = "X-Audit-Key", value = "${COUNCIL_KEY}" }`: the value comes from the environment."""

    model_config = ConfigDict(extra="forbid", strict=True)

    name: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9-]{1,100}$"), AfterValidator(_header_name)]
    value: Annotated[str, AfterValidator(_secret)]
    origin: Origin | None = None  # none: the origin of each start URL


def for_origins(given: Sequence[Header], urls: Sequence[str]) -> tuple[OriginHeader, ...]:
    """Each header for each origin it goes to."""
    starts = dict.fromkeys("{0.scheme}://{0.netloc}".format(urlsplit(url)) for url in urls)
    return tuple(
        OriginHeader(origin=where, name=header.name, value=header.value)
        for header in given
        for where in ([header.origin] if header.origin else starts)
    )


def expanded(header: OriginHeader, site: Site, environ: Mapping[str, str]) -> str:
    """The header's value. Raises ValueError, which does not show it."""
    inside = {*site.internal_origins, *(site.urls if site.internal else ())}
    if header.origin.startswith("http:") and origin(header.origin) not in set(map(origin, inside)):
        raise ValueError(
            f"would go to {header.origin} unencrypted, for all on the way to read; "
            'write the `origin` it is for, with "https://"'
        )
    form = _SECRET.fullmatch(header.value)
    if form is None:
        raise ValueError("has no ${NAME}")
    scheme, name = form.groups()
    value = environ.get(name, "")
    if not value.strip():
        raise ValueError(f"the environment variable {name} is {'empty' if name in environ else 'not set'}")
    if not re.fullmatch(r"[!-~]([ -~]*[!-~])?", value) or len(value) > 4000:
        raise ValueError(
            f"the environment variable {name} holds what no header can: it must be printable ASCII, "
            "without blanks or line breaks around it, of 4000 characters at most"
        )
    try:
        Redactor([scheme + value])
    except UsageError as error:
        raise ValueError(f"the environment variable {name}: {error}") from None
    return str(scheme + value)
