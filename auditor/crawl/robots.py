"""robots.txt, by RFC 9309 (https://www.rfc-editor.org/rfc/rfc9309)."""

from __future__ import annotations

from dataclasses import dataclass

from protego import Protego

from auditor.limits import ROBOTS_BYTES
from auditor.net.http import TOKEN


@dataclass(frozen=True, kw_only=True)
class Robots:
    """What a host's robots.txt says to us."""

    parsed: Protego | None  # None: no rules
    reason: str = ""  # why everything is disallowed, where it is

    @classmethod
    def from_answer(cls, status: int | None, content_type: str, body: bytes, error: str) -> Robots:
        """From the answer to a request for /robots.txt; `error` where there was none.

        Redirects without end and 4xx: no rules. 5xx, or no whole answer, also of where it redirects to:
        everything is disallowed, as the RFC asks. HTML is no robots.txt.
        """
        if error.startswith("refused: "):
            return cls(
                parsed=None,
                reason=f"The network guard refused the site ({error.removeprefix('refused: ')}). If it is "
                "yours, give --internal, or set `internal` or `internal_origins`.",
            )
        if status is None or status >= 500 or (error and not error.startswith("redirect: ")):
            said = error or f"status {status}"
            return cls(
                parsed=None, reason=f"robots.txt could not be read ({said}), so nothing may be visited."
            )
        if status >= 300 or ("html" in content_type.lower() and body.lstrip().startswith(b"<")):
            return cls(parsed=None)
        if len(body) >= ROBOTS_BYTES:
            body = body[:ROBOTS_BYTES].rpartition(b"\n")[0]  # half a line would be another rule
        return cls(parsed=Protego.parse(body.decode("utf-8-sig", "replace")))

    def allows(self, url: str) -> bool:
        if self.reason:
            return False
        return self.parsed is None or bool(self.parsed.can_fetch(url, TOKEN))

    def why_not(self) -> str:
        return self.reason or "robots.txt asks crawlers not to visit it."

    @property
    def crawl_delay(self) -> float | None:
        """Seconds that the host asks for between requests, as it says it; not yet capped."""
        return None if self.parsed is None else self.parsed.crawl_delay(TOKEN)

    @property
    def sitemaps(self) -> list[str]:
        return [] if self.parsed is None else list(self.parsed.sitemaps)
