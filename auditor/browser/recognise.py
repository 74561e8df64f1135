"""Is it the page? Or a refusal, a bot challenge, a log-in or an error page in its place.

An audit of such a page would be held against a page that nobody saw. What gives them away is in
`data/refusals.toml`. Precision comes first: a page that is in doubt is a page.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache, cached_property, lru_cache
from importlib.resources import files
from typing import Any
from urllib.parse import urlsplit

from auditor.models import UrlOutcome

QUOTED = 100  # characters of a page's own words in a reason
SHORT = 1500  # characters of visible text: a page that says no more may be an error and nothing else
BOTH_SHORT = 4000  # where title and heading agree that it is one, menus and footer included
SIGN_IN_SHORT = 2000
FEW = 500  # elements: a challenge is no bigger

ALLOW = (
    "The web team can allow-list the auditor's user agent, or give it a secret header that is sent to this "
    "origin alone (`headers` in sites.toml)."
)
ASKS_TO_SIGN_IN = "It asks visitors to sign in"  # so the reason begins
HOW_TO_SIGN_IN = "`[[site.sign_in]]` and `crawl_as` in sites.toml let the auditor sign in: docs/sign-in.md."
CREDENTIALS = "It asks for a name and a password; `[[site.sign_in]]` in sites.toml can give them."
SLOWER = "It asks for a slower pace: a longer `delay` in sites.toml helps."


@dataclass(frozen=True, kw_only=True)
class Seen:
    """What a visit met, before anything is judged."""

    url: str
    status: int | None
    headers: Mapping[str, str]  # of the document's answer; names in lower case
    title: str
    heading: str  # the first visible h1, "" if there is none
    text: str  # visible text, its first 5,000 characters
    text_length: int  # characters of visible text in all
    markup: str  # the rendered document's HTML, its first 100,000 characters
    password_field: bool  # a visible one
    elements: int  # of the DOM
    listed: bool = False  # the user named this very address: a log-in form at it is the page


@dataclass(frozen=True, kw_only=True)
class Recognised:
    """Why it is not the page. `kind`: refused, challenge, rate_limited, sign_in, not_found, server_error
    or error_page; `product`: the firewall, where it can be told."""

    outcome: UrlOutcome  # BLOCKED or FAILED
    kind: str
    reason: str  # for the ledger: what happened, and what the web team can do
    product: str | None = None


def recognise(seen: Seen) -> Recognised | None:
    """What stands in the place of the page; None: it is the page."""
    page = _Page(seen)
    status = 200 if seen.status is None else seen.status
    if status in (404, 410):
        return _failed("not_found", f"Broken link: not found ({status}).")
    if sign := next((sign for sign in _signs() if sign.holds(page, status)), None):
        return _turned_away(seen, status, sign.kind, sign.product)
    if 200 <= status < 300:
        return _sign_in(page) or _error_page(page, status)
    if status == 429 or (status == 503 and "retry-after" in seen.headers):
        return _turned_away(seen, status, "rate_limited", None)
    if status == 401:
        return _turned_away(seen, status, "sign_in", None)
    if status in (403, 407, 418, 451):
        return _turned_away(seen, status, "refused", None)
    kind = "server_error" if status >= 500 else "error_page"
    return _failed(kind, f"The server answered {status}{_titled(seen)}.")


def quoted(text: str, most: int = QUOTED) -> str:
    """A page's own words for a reason: one line, no control or invisible characters, no quotation mark."""
    visible = "".join(char if char.isprintable() else " " for char in text[: most * 4])
    line = " ".join(visible.replace('"', "'").split())
    return line if len(line) <= most else line[: most - 1] + "…"


def _titled(seen: Seen) -> str:
    title = quoted(seen.title)
    return f', with a page titled "{title}"' if title else ""


def _failed(kind: str, reason: str) -> Recognised:
    return Recognised(outcome=UrlOutcome.FAILED, kind=kind, reason=reason)


def _turned_away(seen: Seen, status: int, kind: str, product: str | None) -> Recognised:
    who = f" by {product}" if product else ""
    if kind == "challenge":
        what = f"The site showed the auditor a bot challenge{who} in place of the page: "
    elif product:
        what = f"The site refused the auditor ({product}): "
    else:
        what = "The site refused the auditor: "
    advice = {"rate_limited": SLOWER, "sign_in": CREDENTIALS}.get(kind, ALLOW)
    if kind == "rate_limited" and (wait := quoted(seen.headers.get("retry-after", ""), 40)):
        advice = f"{SLOWER[:-1]} (Retry-After: {wait})."
    reason = f"{what}status {status}{_titled(seen)}. {advice}"
    return Recognised(outcome=UrlOutcome.BLOCKED, kind=kind, reason=reason, product=product)


# What a page says of itself -----------------------------------------------------------------------------

SEPARATOR = re.compile(r"\s[-–—:/<>~]+\s|[|•·»«›]")
ENDS = " \t.!…,:;-–—*#'\"()[]"
CODE = re.compile(r"\(?\b(?:(?:http|error|status|code|erreur|fehler|gwall|errore)[ :]+)*[45]\d\d\b\)?")


def _plain(text: str) -> str:
    """Lower case, one kind of apostrophe and space, no marks at the ends."""
    return " ".join(text[:300].casefold().replace("’", "'").split()).strip(ENDS)


class _Page:
    """What was seen, in the forms that signs are compared with; each made when first asked for."""

    def __init__(self, seen: Seen) -> None:
        self.seen = seen

    @cached_property
    def text(self) -> str:
        return " ".join(self.seen.text.casefold().replace("’", "'").split())

    @cached_property
    def markup(self) -> str:
        return self.seen.markup.lower()

    @cached_property
    def title_parts(self) -> tuple[str, ...]:
        """One of them is the site's name, as a rule."""
        return tuple(map(_plain, SEPARATOR.split(self.seen.title[:300])))

    @cached_property
    def title(self) -> tuple[str, ...]:
        """The title, and its parts."""
        return tuple(filter(None, (_plain(self.seen.title), *self.title_parts)))

    @cached_property
    def heading(self) -> str:
        return _plain(self.seen.heading)

    @cached_property
    def heading_parts(self) -> tuple[str, ...]:
        """The same words in two languages, perhaps."""
        return tuple(map(_plain, SEPARATOR.split(self.seen.heading[:300])))

    @cached_property
    def contradicted(self) -> bool:
        """Whether the heading is about something: not the site's name, nor an apology."""
        host = urlsplit(self.seen.url).hostname if "://" in self.seen.url else ""
        return bool(self.heading) and self.heading not in (*self.title_parts, *_words()["apologies"], host)

    def agreement(self, test: Callable[[str], bool]) -> int:
        """How many of title and heading pass; a heading that is about something else outweighs a title."""
        by_title = any(map(test, self.title))
        by_heading = test(self.heading) or all(map(test, self.heading_parts))
        return 0 if by_title and not by_heading and self.contradicted else by_title + by_heading


# Signs of products --------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class _Sign:
    """One row of signs in `data/refusals.toml`, which says what the fields mean."""

    product: str | None
    kind: str
    statuses: frozenset[int] = frozenset()
    headers: tuple[tuple[str, str], ...] = ()
    says: frozenset[str] = frozenset()
    text: tuple[str, ...] = ()
    markup: tuple[str, ...] = ()
    short: int = SHORT

    def holds(self, page: _Page, status: int) -> bool:
        """The cheap questions first: few pages come to the last."""
        if self.statuses and status not in self.statuses:
            return False
        if self.headers:
            headers = page.seen.headers
            if not any(name in headers and part in headers[name].lower() for name, part in self.headers):
                return False
        elif 200 <= status < 300 and (page.seen.text_length > self.short or page.seen.elements > FEW):
            return False
        return (
            (not self.says or self._is_said(page))
            and (not self.text or any(part in page.text for part in self.text))
            and (not self.markup or any(part in page.markup for part in self.markup))
        )

    def _is_said(self, page: _Page) -> bool:
        def test(words: str) -> bool:
            return words in self.says or words.rstrip("?") in self.says or _coded(words)[0] in self.says

        if self.text or self.markup:
            return any(map(test, (*page.title, page.heading)))
        return page.agreement(test) > 0


@cache
def _data() -> dict[str, Any]:
    return tomllib.loads((files("auditor") / "data" / "refusals.toml").read_text(encoding="utf-8"))


@cache
def _signs() -> tuple[_Sign, ...]:
    return tuple(
        _Sign(
            product=product["name"] or None,
            kind=row["kind"],
            statuses=frozenset(row.get("statuses", ())),
            headers=tuple(_header(written) for written in row.get("headers", ())),
            says=frozenset(row.get("says", ())),
            text=tuple(row.get("text", ())),
            markup=tuple(row.get("markup", ())),
            short=row.get("short", SHORT),
        )
        for product in _data()["product"]
        for row in product["signs"]
    )


def _header(written: str) -> tuple[str, str]:
    name, _, part = written.partition(":")
    return name, part.strip()


# Log-ins and error pages with status 200 ----------------------------------------------------------------

SIGN_IN_WORDS = re.compile(
    r"(?:(?:please|you must|you need to|member|members|staff|user|customer|councillor|account|secure) )?"
    r"(?:(?:log|sign)[ -]?(?:in|on)|mewngofnodi|mewngofnodwch|anmelden|connexion|inloggen|zaloguj się)"
    r"(?: (?:to|or|with|using|page|form|required|here|and|i|i'ch)\b.*)?"
)
SIGN_IN_PLACES = re.compile(
    r"(?:log|sign)in|.*(?:login|logon|signon)|(?:login|logon|signon).*|auth(?:enticat|oris|oriz)?(?:e|ion)?|"
    r"oauth|sso|saml|adfs|idp|(?:my)?accounts?|identity|sessions?|password|register|registration|mewngofnodi"
)


def _sign_in(page: _Page) -> Recognised | None:
    """A log-in form where another page was asked for. At its own address it is a page like others."""
    seen = page.seen
    if not _asks_to_sign_in(page) or seen.listed or _is_sign_in_address(seen.url):
        return None
    said = f': the page is titled "{title}"' if (title := quoted(seen.title)) else ""
    reason = f"{ASKS_TO_SIGN_IN}{said}. {HOW_TO_SIGN_IN}"
    return Recognised(outcome=UrlOutcome.BLOCKED, kind="sign_in", reason=reason)


def asks_to_sign_in(seen: Seen) -> bool:
    """Whether it is a log-in form, at whatever address."""
    return _asks_to_sign_in(_Page(seen))


def _asks_to_sign_in(page: _Page) -> bool:
    if not page.seen.password_field or page.seen.text_length > SIGN_IN_SHORT:
        return False
    return any(SIGN_IN_WORDS.fullmatch(words) for words in (*page.title, page.heading))


def _is_sign_in_address(url: str) -> bool:
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    where = re.sub(r"(?<=[a-z])(?=[A-Z])", "-", f"{parts.netloc}/{parts.path}"[:2000]).lower()
    words = re.findall(r"[a-z]+", where)
    return any(
        SIGN_IN_PLACES.fullmatch(word) or (word in ("log", "sign") and after in ("in", "on"))
        for word, after in zip(words, [*words[1:], ""], strict=False)  # there may be none
    )


@cache
def _words() -> Mapping[str, frozenset[str]]:
    return {name: frozenset(words) for name, words in _data()["error_page"].items()}


@lru_cache(maxsize=32)  # each sign asks it of the same title and heading
def _coded(words: str) -> tuple[str, str]:
    """(What is left without the number of a status, that number as it was written)."""
    found = CODE.search(words[:150])
    if found is None:
        return words, ""
    return _plain(f"{words[: found.start()]} {words[found.end() :]}"), found[0].strip("()")


def _is_error(words: str) -> bool:
    """Whether these words, a title or a heading in plain form, are an error and nothing else."""
    if not words or len(words) > 150 or words.endswith("?"):
        return False
    data = _words()
    rest, code = _coded(words)
    for sorry in data["apologies"]:
        if rest.startswith(sorry) and not rest[len(sorry) :][:1].isalpha():
            rest = rest[len(sorry) :].lstrip(ENDS).removeprefix("but ")
            break
    if not rest:
        return not code.isdigit() and bool(code)  # a number alone may be a bus
    if rest in data["labels"] or rest.startswith("server error in '"):
        return True
    used = frozenset(re.findall(r"[^\W_]+(?:'[^\W_]+)?", rest))
    kinds = ("nouns", "negations", "verbs")
    return used <= frozenset().union(*(data[kind] for kind in (*kinds, "fillers"))) and all(
        used & data[kind] for kind in kinds
    )


def _is_error_or_number(words: str) -> bool:
    return _is_error(words) or _coded(words)[0] == ""


def _error_page(page: _Page, status: int) -> Recognised | None:
    seen = page.seen
    agreement = page.agreement(_is_error)
    if agreement == 0 and seen.text_length <= SHORT and any(map(_is_error_or_number, page.title)):
        # The heading is about something, or there is but a number: then the text has to say it too, unless
        # the title gives both the number and the words.
        sentences = re.split(r"[.!?\n]", seen.text[:SHORT])
        agreement = any(_is_error(_plain(sentence)) for sentence in sentences) or any(
            _is_error(words) and _coded(words)[1] for words in page.title
        )
    if agreement == 0 or seen.text_length > (BOTH_SHORT if agreement == 2 else SHORT):
        return None
    said = seen.title if any(map(_is_error_or_number, page.title)) else seen.heading
    reason = f'The server answered {status}, but the page says that it is an error: "{quoted(said)}".'
    return _failed("error_page", reason)
