"""Addresses without end: calendars, facets, session ids, paths that grow. Why: docs/decisions/0009-traps.md.

Addresses of one form make a family; so do paths that put the same segments in any order, as facets do. A
visit was barren where it showed a copy of another page; or where its address is of a kind that multiplies
(dates, several parameters, facets, a path that repeats itself), it was found on a member of its family, and
it brought no new words and no new addresses of other forms. A family with many barren visits is left: what
remains of it is settled without one. What a sitemap or the user lists is not.

All of it is held in memory, for as many pages as a run has, so it is packed: addresses and forms are known by
`hash`, words are 4 bytes each. What is bounded here and why is in docs/decisions/0009-traps.md too.
"""

from __future__ import annotations

import re
from array import array
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import islice
from types import MappingProxyType
from urllib.parse import urlsplit

from auditor.limits import (
    BARREN_VISITS,
    CHAIN_MEMBERS,
    ENDLESS,
    FACETS,
    FAMILY_WORDS,
    IDLE_PARAMETERS,
    MAX_PATH_SEGMENTS,
    PARAMETER_PATHS,
    PARAMETERS_LEARNT,
    PATHS_LEARNT,
    SITE_WORDS,
    limit_reason,
)
from auditor.models import Discovery, PageShown

LISTED = frozenset({Discovery.START, Discovery.SITEMAP})
NEW_SHARE, NEW_AT_LEAST = 0.05, 3  # of the hashes of a page's words, for the page to say something new
COSTS_ONE_MORE = 5  # members found within a form that push the rest of it one step back in the queue
SAME_AT_LEAST = 3  # paths on which a parameter changed nothing, before it is taken to change nothing
SUSPICIOUS = 3  # barren visits of a form, after which its new addresses count for nothing
ANCESTORS_MOST = 100  # pages looked at, from a page back to a start page
SKETCH_KEPT = 64  # hashes of a page's words that are kept for it
NAMES_MOST = 20  # of an address whose parameters are learnt about: each costs a copy of it
SHUFFLED_AT_LEAST = 3  # paths with the segments of another in another order, before they are taken for facets
COPIES_MOST = 3  # audited pages that show the same under unrelated addresses; more are copies of them

_NONE: frozenset[str] = frozenset()
_DIGITS = re.compile(r"\d+")
_DATE = re.compile(  # 2026/11, 2026-W48, 11-2026
    r"(?<!\d)(19|2\d)\d\d[-/.]?(0?[1-9]|1[0-2]|[Ww]\d\d?)(?!\d)|(?<!\d)(0?[1-9]|1[0-2])[-/.](19|2\d)\d\d(?!\d)"
)
_CALENDAR = re.compile(r"/(calendar|month|week|day|year|date)s?\b", re.IGNORECASE)
_OF_TIME = re.compile(r"date|month|year|day|week", re.IGNORECASE)
_TOKEN = re.compile(r"(?=.*\d)[A-Za-z0-9_-]{8,}")  # what a session is called by
_RANDOM = re.compile(r"(?=.*\d)(?=.*[A-Za-z])[A-Za-z0-9_-]{16,}|(?=.*\d)[0-9a-fA-F]{8,}|[0-9a-fA-F-]{36}")


@dataclass(kw_only=True, slots=True)
class Family:
    """The addresses of one form, as far as they were visited."""

    visited: int = 0
    barren: int = 0
    within: int = 0  # members that were found on members
    stopped: str | None = None  # why the rest of it is left
    names: tuple[str, ...] = ()  # of parameters; two of them say that there are several

    def learn(self, names: Iterable[str]) -> None:
        """Keep the names of a member's parameters."""
        if len(self.names) < 2:
            self.names = tuple(islice(dict.fromkeys((*self.names, *names)), 2))


@dataclass(slots=True)
class _Page:
    """An audited page, packed."""

    identity: str
    signature: int
    sketch: array[int]
    found_on: str | None
    chain: int


@dataclass(slots=True)
class _Parameter:
    """On which paths, by their hashes, a parameter was seen to change nothing, and on which it did."""

    same: set[int] = field(default_factory=set)
    differs: set[int] = field(default_factory=set)

    def changes_nothing(self, *, token: bool) -> bool:
        same, differs = len(self.same), len(self.differs)
        return same >= SAME_AT_LEAST and (not differs or (token and same > 2 * differs))


class Traps:
    """What one run knows of its site's forms of addresses."""

    def __init__(self) -> None:
        self.idle: dict[str, set[str]] = defaultdict(set)  # host -> parameters that change nothing
        # By the `hash` of the form, of the address, of the signature, of host and parameter
        self._families: dict[int, Family] = {}
        self._words: dict[int, array[int]] = {}  # of families; the one visited last stands last
        self._words_kept = 0  # of all families
        self._pages: dict[int, _Page] = {}
        self._shown: dict[int, tuple[str, ...]] = {}  # the pages with one signature
        self._parameters: dict[int, _Parameter] = {}
        self._without: dict[int, int] = {}  # (parameter, the rest of the URL) -> signature
        self._paths: dict[int, str] = {}  # host and segments in any order -> the first such address
        self._shuffled: dict[str, int] = {}  # host and path so far -> addresses that differ in order after it
        self._facets: dict[str, set[str]] = {}  # the same -> segments that come in any order after it
        self._changed: dict[str, list[int]] = {}  # form -> how much more of visited, barren and within

    def ancestry(self, found_on: str | None) -> dict[str, int]:
        """The forms of the pages that led to a page, itself included, each with its longest chain.

        A calendar's month leads to a day and that to the next month: two forms that feed each other.
        """
        found: dict[str, int] = {}
        for _ in range(ANCESTORS_MOST):
            if found_on is None:
                break
            page = self._pages.get(hash(found_on))
            chain = page.chain if page else 0
            for form in (*self.forms(found_on), *forms(found_on.partition("?")[0] + "?")):
                found[form] = max(found.get(form, 0), chain)
            found_on = page.found_on if page else None
        return found

    def chain(self, identity: str, ancestry: Mapping[str, int]) -> int:
        """How many members of its own form led to an address, one from another."""
        return max((ancestry[form] + 1 for form in self.forms(identity) if form in ancestry), default=0)

    def forms(self, identity: str) -> tuple[str, ...]:
        """The forms of an address: by its letters alone, or one for all that combine the same facets."""
        if self._facets:
            host, *segments = _segments(identity)
            root = host
            for at, segment in enumerate(segments):
                rest = segments[at:]
                if len(rest) > 1 and self._facets.get(root, _NONE).issuperset(rest):
                    return (f"{root}/*/…",)
                root = f"{root}/{segment}"
        return forms(identity)

    def cost(self, identity: str, depth: int, chain: int, how: Discovery) -> int:
        """Its place in the queue: clicks from a start page, and one more for each five of its form."""
        if how in LISTED:
            return depth
        return depth + max(self._within(form) for form in self.forms(identity)) // COSTS_ONE_MORE

    def endless(self, identity: str, how: Discovery) -> str | None:
        """Why an address is left as endless; None where it is to be visited."""
        if how in LISTED:
            return None
        if reason := _grows(identity):
            return reason
        for form in self.forms(identity):
            family = self._families.get(hash(form))
            if family and family.stopped:
                return family.stopped
        return None

    def _within(self, form: str) -> int:
        family = self._families.get(hash(form))
        return family.within if family else 0

    def _family(self, form: str) -> Family:
        return self._families.setdefault(hash(form), Family())

    def copy_of(self, identity: str, signature: str) -> str | None:
        """The audited page that shows just the same, if this is a copy: by its address, or as one of many."""
        others = self._shown.get(hash(signature), ())
        for other in others:
            if related(identity, other):
                return other
        return others[0] if len(others) >= COPIES_MOST else None

    def alike(self, identity: str, sketch: Iterable[int], signature: str) -> bool:
        """Whether the audited page `identity` says what the page with this sketch says."""
        other = self._pages.get(hash(identity))
        if other is None:
            return False
        one, two = set(sketch), set(other.sketch)
        together = len(one | two)
        return other.signature == hash(signature) or (together > 0 and len(one & two) / together >= 0.8)

    def audited(self, shown: PageShown) -> None:
        """Remember what a page showed."""
        signature = hash(shown.signature)
        leads = self._pages.get(hash(shown.found_on))
        page = _Page(
            identity=shown.identity,
            signature=signature,
            sketch=array("I", shown.sketch),
            found_on=leads.identity if leads else shown.found_on,  # one text for all that it led to
            chain=shown.chain,
        )
        others = self._shown.get(signature, ())
        if len(others) < COPIES_MOST:  # one more would decide nothing
            self._shown[signature] = (*others, page.identity)
        self._pages[hash(page.identity)] = page
        self._learn(page.identity, signature)

    def not_audited(self, identity: str) -> None:
        """Forget it again: the page was not judged after all."""
        page = self._pages.pop(hash(identity), None)
        if page is not None:
            others = tuple(other for other in self._shown.get(page.signature, ()) if other != identity)
            if others:
                self._shown[page.signature] = others
            else:
                self._shown.pop(page.signature, None)

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
        for address in new:
            self._learn_order(address)
        own = self.forms(identity)
        faceted = own != forms(identity)
        dated = _is_dated(identity)
        names = _names(identity)
        leads_out = any(
            form not in ancestry and form not in own and self._is_sound(form)
            for address in new
            if not (dated and _is_dated(address))
            for form in self.forms(address)
        )
        words = set(sketch)
        for form in own:
            family, change = self._family(form), self._change(form)
            family.visited += 1
            change[0] += 1
            family.learn(names)
            multiplies = dated or faceted or len(family.names) > 1 or _grows_slowly(identity)
            within = (chain > 0 or dated or faceted) and not leads_out
            fresh = self._fresh(form, words)
            says_new = fresh >= NEW_AT_LEAST and fresh >= NEW_SHARE * len(words)
            if how in LISTED:
                continue
            barren = copy is not None or (within and ((multiplies and not says_new) or chain > CHAIN_MEMBERS))
            before = family.barren
            family.barren = before + 1 if barren else max(0, before - 1)
            change[1] += family.barren - before
            if family.barren >= BARREN_VISITS and not family.stopped:
                text = f"{ENDLESS}: addresses like {form} brought nothing new"
                family.stopped = limit_reason("endless", BARREN_VISITS, text)
                left.append(form)
        for address in new:
            for form in self.forms(address):
                if form in ancestry or form in own:
                    self._family(form).within += 1
                    self._change(form)[2] += 1
        if copy is not None:
            self._same_as(identity, copy)
        return left

    def _learn_order(self, address: str) -> None:
        """See whether the segments of a path were met before in another order: what comes so is a facet."""
        host, *segments = _segments(address)
        if not 2 <= len(segments) == len({s for s in segments if not s.isdecimal()}):  # numbers may be a date
            return
        key = hash((host, frozenset(segments)))
        first = self._paths.setdefault(key, address)
        if len(self._paths) > PATHS_LEARNT:
            for oldest in list(islice(self._paths, PATHS_LEARNT // 2)):
                del self._paths[oldest]
        _, *others = _segments(first)
        if others == segments or len(others) != len(segments):
            return
        alike = next(at for at, (one, two) in enumerate(zip(segments, others, strict=True)) if one != two)
        root = "/".join((host, *segments[:alike]))
        self._shuffled[root] = self._shuffled.get(root, 0) + 1
        if self._shuffled[root] >= SHUFFLED_AT_LEAST and len(self._facets) < FACETS:
            known = self._facets.setdefault(root, set())
            if len(known) < FACETS:
                known.update(segments[alike:])

    def _fresh(self, form: str, words: set[int]) -> int:
        """How many of a page's words its family had not said; it has said them from now on.

        Where a site says more than is kept, the families visited longest ago are the ones that forget.
        """
        said = self._words.pop(hash(form), None)
        if said is None:
            said = array("I")
        self._words[hash(form)] = said
        fresh = words.difference(said)
        if len(said) < FAMILY_WORDS:
            said.extend(fresh)
            self._words_kept += len(fresh)
            while self._words_kept > SITE_WORDS:
                self._words_kept -= len(self._words.pop(next(iter(self._words))))
        return len(fresh)

    def _is_sound(self, form: str) -> bool:
        family = self._families.get(hash(form))
        return family is None or family.barren < SUSPICIOUS

    def _learn(self, identity: str, signature: int) -> None:
        for name, rest in _without_each(identity):
            known = self._without.setdefault(hash((name, rest)), signature)
            if known != signature and (parameter := self._parameter(identity, name)):
                _add(parameter.differs, urlsplit(identity).path, PARAMETER_PATHS)
        if len(self._without) > PARAMETERS_LEARNT:
            for oldest in list(islice(self._without, PARAMETERS_LEARNT // 2)):
                del self._without[oldest]

    def _same_as(self, identity: str, other: str) -> None:
        theirs = dict(_without_each(other))
        host = _host(identity)
        for name, rest in _without_each(identity):
            if rest == theirs.get(name, other) and (parameter := self._parameter(identity, name)):
                _add(parameter.same, urlsplit(identity).path, 2 * PARAMETER_PATHS)  # so never more than twice
                token = bool(_TOKEN.fullmatch(_value(identity, name)))
                known = len(self.idle.get(host, ()))
                if known < IDLE_PARAMETERS and parameter.changes_nothing(token=token):
                    self.idle[host].add(name)

    def _parameter(self, identity: str, name: str) -> _Parameter | None:
        """None where there are so many that no more are learnt."""
        key = hash((_host(identity), name))
        if key not in self._parameters and len(self._parameters) >= PARAMETERS_LEARNT:
            return None
        return self._parameters.setdefault(key, _Parameter())

    def changes(self) -> dict[str, list[object]]:
        """What changed in the forms of addresses since this was last asked; `take_up` needs the sum.

        Form -> [how much more of visited, of barren, of within; why it is left].
        """
        changed, self._changed = self._changed, {}
        return {form: [*more, self._family(form).stopped] for form, more in changed.items()}

    def _change(self, form: str) -> list[int]:
        return self._changed.setdefault(form, [0, 0, 0])

    def stop(self, forms: Mapping[str, str]) -> list[str]:
        """Leave forms that another process found endless, and why; returns those that are news."""
        news = [form for form in forms if not self._family(form).stopped]
        for form in news:
            self._family(form).stopped = forms[form]
        return news

    def ignore(self, idle: Mapping[str, Iterable[str]]) -> set[str]:
        """Take parameters, by host, to change nothing; returns those that are news."""
        news = {name for host, names in idle.items() for name in names if name not in self.idle[host]}
        for host, names in idle.items():
            self.idle[host].update(names)
        return news

    def take_up(
        self, state: Mapping[str, list[object]], idle: Mapping[str, Iterable[str]], shown: Iterable[PageShown]
    ) -> None:
        """Go on from the sum of what `changes` gave before, and from the pages that were audited.

        Not known again: the words of a page beyond its sketch, so a family may be believed once more; the
        parameters' names on pages that were not audited; and the paths, fewer than `SAME_AT_LEAST`, on which
        a parameter was seen to change nothing. Each costs a visit or two.
        """
        for form, (visited, barren, within, stopped) in state.items():
            self._families[hash(form)] = Family(
                visited=int(str(visited)),
                barren=int(str(barren)),
                within=int(str(within)),
                stopped=str(stopped) if stopped else None,
            )
        self.ignore(idle)
        for each in shown:
            self.audited(each)
            self._learn_order(each.identity)
            for form in self.forms(each.identity):
                self._family(form).learn(_names(each.identity))
                self._fresh(form, set(each.sketch))


def _segments(identity: str) -> list[str]:
    """The host, and what stands between the slashes of the path, where there is no query."""
    parts = urlsplit(identity)
    return [parts.netloc.removeprefix("www."), *(s for s in parts.path.split("/") if s and not parts.query)]


@lru_cache(100)
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


def like(form: str) -> str:
    """For SQL's LIKE: what all addresses of a form match, and few others, so that few need be looked at."""
    host, _, rest = form.partition("/")
    return f"http%://%{host}/" + rest.translate({ord("#"): "%", ord("*"): "%", ord("…"): "%"}) + "%"


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


def _is_dated(identity: str) -> bool:
    """Whether it looks like a calendar's: 2026/11, month=11, date=23.11.2026, /week/12."""
    if _DATE.search(identity):
        return True
    parts = urlsplit(identity)
    named = _CALENDAR.search(parts.path)
    if named and _DIGITS.search(parts.path, named.end()):
        return True
    pairs = (piece.partition("=") for piece in re.split("[&;]", parts.query))
    return any(_OF_TIME.search(name) and _DIGITS.search(value) for name, _, value in pairs)


def _value(identity: str, name: str) -> str:
    pairs = (pair.partition("=") for pair in urlsplit(identity).query.split("&"))
    return next((value for each, _, value in pairs if each == name), "")


def _names(identity: str) -> list[str]:
    query = urlsplit(identity).query
    return list(dict.fromkeys(pair.partition("=")[0] for pair in query.split("&"))) if query else []


def _host(identity: str) -> str:
    return urlsplit(identity).netloc


def _add(hashes: set[int], path: str, most: int) -> None:
    if len(hashes) < most:
        hashes.add(hash(path))


def _without_each(identity: str) -> list[tuple[str, str]]:
    """(Parameter, the address without it) for each parameter of its query, if they are not too many."""
    head, mark, query = identity.partition("?")
    pairs = query.split("&") if mark else []
    names = _names(identity)
    if len(names) > NAMES_MOST:
        return []
    return [(n, _joined(head, [p for p in pairs if p.partition("=")[0] != n])) for n in names]


def _joined(head: str, pairs: list[str]) -> str:
    return f"{head}?{'&'.join(pairs)}" if pairs else head
