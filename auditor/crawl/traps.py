"""Addresses without end: calendars, facets, session ids, paths that grow. Why: docs/decisions/0009-traps.md.

Addresses of one form make a family. A visit was barren where it showed a copy of another page; or where its
address is of a kind that multiplies (dates, several parameters, a path that repeats itself), it was found on
a member of its family, and it brought no new words and no new addresses of other forms. A family with many
barren visits is left: what remains of it is settled without one. What a sitemap or the user lists is not.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from urllib.parse import urlsplit

from auditor.limits import BARREN_VISITS, ENDLESS, MAX_PATH_SEGMENTS, limit_reason
from auditor.models import Discovery, PageShown

LISTED = frozenset({Discovery.START, Discovery.SITEMAP})
NEW_SHARE, NEW_AT_LEAST = 0.05, 3  # of the hashes of a page's words, for the page to say something new
CHAIN_MOST = 250  # members found one from another that lead nowhere else, of whatever kind
COSTS_ONE_MORE = 5  # members found within a form that push the rest of it one step back in the queue
WORDS_KEPT = 20_000  # hashes of a family's words; a family that has said so much is no trap
SAME_AT_LEAST = 3  # paths on which a parameter changed nothing, before it is taken to change nothing
SUSPICIOUS = 3  # barren visits of a form, after which its new addresses count for nothing
ANCESTORS_MOST = 100  # pages looked at, from a page back to a start page
SKETCH_KEPT = 64  # hashes of a page's words that are kept for it
COPIES_MOST = 3  # audited pages that show the same under unrelated addresses; more are copies of them

_DIGITS = re.compile(r"\d+")
_DATED = re.compile(  # a calendar: 2026/11, 11-2026, month=11, date=23.11.2026, /week/12
    r"(?<!\d)(19|2\d)\d\d[-/.]?(0?[1-9]|1[0-2])(?!\d)|(?<!\d)(0?[1-9]|1[0-2])[-/.](19|2\d)\d\d(?!\d)"
    r"|[?&;][^=&]*(date|month|year|day|week)[^=&]*=[^&]*\d|/(calendar|month|week|day|year|date)s?\b[^?]*\d",
    re.IGNORECASE,
)
_TOKEN = re.compile(r"(?=.*\d)[A-Za-z0-9_-]{8,}")  # what a session is called by
_RANDOM = re.compile(r"(?=.*\d)(?=.*[A-Za-z])[A-Za-z0-9_-]{16,}|(?=.*\d)[0-9a-fA-F]{8,}|[0-9a-fA-F-]{36}")


@dataclass(kw_only=True)
class Family:
    """The addresses of one form, as far as they were visited."""

    visited: int = 0
    barren: int = 0
    within: int = 0  # members that were found on members
    stopped: str | None = None  # why the rest of it is left
    words: set[int] = field(default_factory=set)
    names: set[str] = field(default_factory=set)  # of parameters


class Traps:
    """What one run knows of its site's forms of addresses."""

    def __init__(self) -> None:
        self.families: dict[str, Family] = defaultdict(Family)
        self.idle: dict[str, set[str]] = defaultdict(set)  # host -> parameters that change nothing
        self._shown: dict[str, list[PageShown]] = defaultdict(list)  # by signature
        self._by_identity: dict[str, PageShown] = {}
        self._same: dict[tuple[str, str], set[str]] = defaultdict(set)  # (host, parameter) -> paths
        self._differs: dict[tuple[str, str], set[str]] = defaultdict(set)  # the same, where it does
        self._without: dict[tuple[str, str], str] = {}  # (parameter, the rest of the URL) -> signature

    def ancestry(self, found_on: str | None) -> dict[str, int]:
        """The forms of the pages that led to a page, itself included, each with its longest chain.

        A calendar's month leads to a day and that to the next month: two forms that feed each other.
        """
        found: dict[str, int] = {}
        for _ in range(ANCESTORS_MOST):
            if found_on is None:
                break
            page = self._by_identity.get(found_on)
            chain = page.chain if page else 0
            for form in (*forms(found_on), *forms(found_on.partition("?")[0] + "?")):
                found[form] = max(found.get(form, 0), chain)
            found_on = page.found_on if page else None
        return found

    def chain(self, identity: str, ancestry: Mapping[str, int]) -> int:
        """How many members of its own form led to an address, one from another."""
        return max((ancestry[form] + 1 for form in forms(identity) if form in ancestry), default=0)

    def cost(self, identity: str, depth: int, chain: int, how: Discovery) -> int:
        """Its place in the queue: clicks from a start page, and one more for each five of its form."""
        if how in LISTED:
            return depth
        return depth + max(self.families[form].within for form in forms(identity)) // COSTS_ONE_MORE

    def endless(self, identity: str, how: Discovery) -> str | None:
        """Why an address is left as endless; None where it is to be visited."""
        if how in LISTED:
            return None
        if reason := _grows(identity):
            return reason
        for form in forms(identity):
            family = self.families.get(form)
            if family and family.stopped:
                return family.stopped
        return None

    def copy_of(self, identity: str, signature: str) -> str | None:
        """The audited page that shows just the same, if this is a copy: by its address, or as one of many."""
        others = self._shown.get(signature, [])
        for other in others:
            if related(identity, other.identity):
                return other.identity
        return others[0].identity if len(others) >= COPIES_MOST else None

    def alike(self, identity: str, sketch: Iterable[int], signature: str) -> bool:
        """Whether the audited page `identity` says what the page with this sketch says."""
        other = self._by_identity.get(identity)
        if other is None:
            return False
        words = frozenset(sketch)
        together = len(words | other.sketch)
        return other.signature == signature or (together > 0 and len(words & other.sketch) / together >= 0.8)

    def audited(self, shown: PageShown) -> None:
        """Remember what a page showed."""
        self._shown[shown.signature].append(shown)
        self._by_identity[shown.identity] = shown
        self._learn(shown.identity, shown.signature)

    def not_audited(self, identity: str) -> None:
        """Forget it again: the page was not judged after all."""
        shown = self._by_identity.pop(identity, None)
        if shown is not None:
            self._shown[shown.signature].remove(shown)

    def visited(
        self,
        identity: str,
        *,
        chain: int,
        how: Discovery,
        sketch: Iterable[int] = (),
        ancestry: Mapping[str, int] = MappingProxyType({}),
        new: Iterable[str] = (),
        copy: str | None = None,
    ) -> list[str]:
        """Count a visit; returns the forms that are left from now on.

        `sketch`: empty where the page was not audited. `ancestry`: of the page itself. `new`: addresses that
        it brought to the ledger. `copy`: the audited page it is a copy of.
        """
        left = []
        own = forms(identity)
        dated = bool(_DATED.search(identity))
        names = _names(identity)
        leads_out = any(
            form not in ancestry and self._is_sound(form)
            for address in new
            if not (dated and _DATED.search(address))
            for form in forms(address)
        )
        words = set(sketch)
        for form in own:
            family = self.families[form]
            family.visited += 1
            family.names |= names
            multiplies = dated or len(family.names) > 1 or _grows_slowly(identity)
            within = (chain > 0 or dated) and not leads_out
            fresh = len(words - family.words)
            says_new = fresh >= NEW_AT_LEAST and fresh >= NEW_SHARE * len(words)
            if len(family.words) < WORDS_KEPT:
                family.words |= words
            if how in LISTED:
                continue
            barren = copy is not None or (within and ((multiplies and not says_new) or chain > CHAIN_MOST))
            family.barren = family.barren + 1 if barren else max(0, family.barren - 1)
            if family.barren >= BARREN_VISITS and not family.stopped:
                text = f"{ENDLESS}: addresses like {form} brought nothing new"
                family.stopped = limit_reason("endless", BARREN_VISITS, text)
                left.append(form)
        for address in new:
            for form in forms(address):
                self.families[form].within += form in ancestry or form in own
        if copy is not None:
            self._same_as(identity, copy)
        return left

    def _is_sound(self, form: str) -> bool:
        family = self.families.get(form)
        return family is None or family.barren < SUSPICIOUS

    def _learn(self, identity: str, signature: str) -> None:
        for name, rest in _without_each(identity):
            known = self._without.setdefault((name, rest), signature)
            if known != signature:
                self._differs[_host(identity), name].add(urlsplit(identity).path)

    def _same_as(self, identity: str, other: str) -> None:
        mine, theirs = dict(_without_each(identity)), dict(_without_each(other))
        host = _host(identity)
        for name, rest in mine.items():
            if rest == theirs.get(name, other):
                self._same[host, name].add(urlsplit(identity).path)
                differs = len(self._differs.get((host, name), ()))
                paths = len(self._same[host, name])
                token = _TOKEN.fullmatch(_value(identity, name))
                if paths >= SAME_AT_LEAST and (not differs or (token and paths > 2 * differs)):
                    self.idle[host].add(name)

    def state(self, identity: str) -> dict[str, list[object]]:
        """What a resume needs of an address's forms: form -> [visited, barren, within, why it was left]."""
        members = {form: self.families[form] for form in forms(identity)}
        return {f: [m.visited, m.barren, m.within, m.stopped] for f, m in members.items()}

    def take_up(
        self, state: Mapping[str, list[object]], idle: Mapping[str, Iterable[str]], shown: Iterable[PageShown]
    ) -> None:
        """Go on from what `state` gave before."""
        for form, (visited, barren, within, stopped) in state.items():
            self.families[form] = Family(
                visited=int(str(visited)),
                barren=int(str(barren)),
                within=int(str(within)),
                stopped=str(stopped) if stopped else None,
            )
        for host, names in idle.items():
            self.idle[host] |= set(names)
        for each in shown:
            self.audited(each)


def forms(identity: str) -> tuple[str, ...]:
    """The forms of an address: its path, or its path with a query, with what varies put as `#` and `*`."""
    parts = urlsplit(identity)
    host = parts.netloc.removeprefix("www.")
    segments = parts.path.split("/")[1:]
    query = identity.partition("#")[0].partition("?")[1]
    last = len(segments) - 1
    told = [_form(s, at == last and not query) for at, s in enumerate(segments)]
    own = f"{host}/{'/'.join(told)}{query}"
    return (own, f"{host}/{told[0]}/…") if last >= 6 else (own,)


def _form(segment: str, last: bool) -> str:
    stem, dot, ending = segment.rpartition(".")
    if not dot:
        stem, ending = segment, ""
    if _RANDOM.fullmatch(stem):
        stem = "*"
    elif _DIGITS.search(stem):
        stem = _DIGITS.sub("#", stem)
    elif last and stem:
        stem = "*"
    return f"{stem}{dot}{ending}"


def related(one: str, other: str) -> bool:
    """Whether two addresses differ only in their query, or in segments of the path that look random."""
    a, b = urlsplit(one), urlsplit(other)
    if a.netloc != b.netloc:
        return False
    mine, theirs = a.path.split("/"), b.path.split("/")
    return len(mine) == len(theirs) and all(
        x == y or (_RANDOM.fullmatch(x) and _RANDOM.fullmatch(y)) for x, y in zip(mine, theirs, strict=True)
    )


def _grows(identity: str) -> str | None:
    """Why a path looks as if it grew by its own links: it repeats itself, or is very deep."""
    segments = [s for s in urlsplit(identity).path.split("/") if s]
    if len(segments) > MAX_PATH_SEGMENTS:
        text = f"{ENDLESS}: the path goes too deep"
        return limit_reason("path_segments", MAX_PATH_SEGMENTS, text)
    for length in range(1, len(segments) // 3 + 1):
        tail = segments[-length:]
        if segments[-2 * length : -length] == tail == segments[-3 * length : -2 * length]:
            return f"{ENDLESS}: the path repeats itself (limit repeated_path = 3)."
    return None


def _grows_slowly(identity: str) -> bool:
    """Whether a path may be growing, though it is not yet sure."""
    segments = [s for s in urlsplit(identity).path.split("/") if s]
    return len(segments) > 5 or len(set(segments)) < len(segments)


def _value(identity: str, name: str) -> str:
    pairs = (pair.partition("=") for pair in urlsplit(identity).query.split("&"))
    return next((value for each, _, value in pairs if each == name), "")


def _names(identity: str) -> set[str]:
    query = urlsplit(identity).query
    return {pair.partition("=")[0] for pair in query.split("&")} if query else set()


def _host(identity: str) -> str:
    return urlsplit(identity).netloc


def _without_each(identity: str) -> list[tuple[str, str]]:
    """(Parameter, the address without it) for each parameter of its query."""
    head, mark, query = identity.partition("?")
    pairs = query.split("&") if mark else []
    names = dict.fromkeys(pair.partition("=")[0] for pair in pairs)
    return [(n, _joined(head, [p for p in pairs if p.partition("=")[0] != n])) for n in names]


def _joined(head: str, pairs: list[str]) -> str:
    return f"{head}?{'&'.join(pairs)}" if pairs else head
