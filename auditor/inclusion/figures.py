"""Figures of all pages beside their thresholds: one pass over the facts of a run."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from statistics import median
from typing import Any
from urllib.parse import urlsplit

from auditor.evidence.site import PageFacts
from auditor.models import Inclusion, Measure, Outcome, PageFigure, Sighting
from auditor.suppliers import suppliers
from auditor.tools import measures, tools

WORST = 10  # pages of one measure
SECTIONS = 20  # of addresses
SEEN = 60  # third parties, most pages first
KIB = 1024
REFLOW = "reflow"  # the rule that drives pages at 320 pixels

ROUTES = {
    "phone": "a phone number",
    "relay": "a text relay (Relay UK, 18001)",
    "sign": "British Sign Language",
    "chat": "webchat",
    "person": "an office with address and hours",
    "link": "a link to a page of contacts or help",
}
FORMATS = {
    "easy-read": "Easy read",
    "large-print": "Large print",
    "braille": "Braille",
    "audio": "Audio",
    "bsl": "British Sign Language",
}
WALLS = {
    "account": "asks for an account or a sign-in",
    "email": "asks for an e-mail address",
    "app": "speaks of an app that is needed",
}

Told = Mapping[str, Any]


def _count(n: int, one: str) -> str:
    return f"{n:,} {one}" if n == 1 else f"{n:,} {one}s"


class _Tally:
    """One measure, page by page."""

    def __init__(self, id_: str) -> None:
        self.row = measures()[id_]
        self.values: list[float] = []
        self.over = 0
        self.unmeasured: Counter[str] = Counter()
        self._worst: list[PageFigure] = []

    def add(self, value: float, *, is_over: bool) -> None:
        self.values.append(value)
        self.over += is_over

    def bad(self, url: str, value: float, text: str) -> None:
        """A page that may be among the worst; of equal ones the first by address, whenever it was met."""
        self._worst.append(PageFigure(url=url, figure=value, text=text))
        self._worst = sorted(self._worst, key=lambda each: (-each.figure, each.url))[:WORST]

    def measure(self, verdict: str, **more: Any) -> Measure:
        row = self.row
        about = {
            key: row[key] for key in ("id", "name", "why", "threshold", "limits", "source", "url", "noted")
        }
        given: dict[str, Any] = {
            "pages": len(self.values),
            "over": self.over,
            "unmeasured": dict(sorted(self.unmeasured.items())),
            "worst": tuple(self._worst),
        }
        return Measure(**about, verdict=verdict, **given | more)


def inclusion(
    pages: Iterable[PageFacts],
    *,
    rule_outcomes: Mapping[str, Mapping[Outcome, int]],
    plain: Sequence[Told] = (),
    walled: Sequence[str] = (),
    own: Collection[str] = (),
) -> Inclusion:
    """The measures of a run.

    `pages`: read once. `plain`: what the sample without a browser brought. `walled`: addresses at which a
    sign-in stood where another page was asked for. `own`: hosts of the site.
    """
    tally = {id_: _Tally(id_) for id_ in measures()}
    routes: Counter[str] = Counter()
    formats: Counter[str] = Counter()
    sections: Counter[str] = Counter()
    helpless: Counter[str] = Counter()
    walls: Counter[str] = Counter()
    seen: dict[tuple[str, str], list[Any]] = {}
    total = without = 0
    for page in pages:
        total += 1
        told = page.facts.get("measures", {})
        _weigh(page, tally)
        if "reading" not in told:
            without += 1
            continue
        _read(page.url, told["reading"], tally)
        _documents(page.url, told, tally["documents-only"])
        _walls(page.url, told, tally["login-wall"], walls)
        section = "/" + urlsplit(page.url).path.strip("/").partition("/")[0][:60]
        sections[section] += 1
        help_ = tally["help"]
        help_.add(len(told["help"]["page"]), is_over=not told["help"]["page"])
        routes.update(told["help"]["page"])
        if not told["help"]["page"]:
            helpless[section] += 1
            help_.bad(page.url, told["words"], f"{_count(told['words'], 'word')}, no way to a person")
        tally["formats"].add(len(told["formats"]), is_over=False)
        formats.update(told["formats"])
        for key, name, why in _sighted(told, own):
            known = seen.setdefault(key, [name, why, 0, page.url])
            known[2] += 1
    for each in tally.values():
        if without and each.row["id"] not in ("page-weight", "slow-link", "without-script", "narrow-screen"):
            each.unmeasured["the page could not be read for it"] += without
    for url in walled:
        tally["login-wall"].add(1, is_over=True)
        tally["login-wall"].bad(url, 2, "a sign-in stood in the auditor's way")
    made = [
        _reading_age(tally["reading-age"]),
        _sentences(tally["sentence-length"]),
        _weight(tally["page-weight"]),
        _slow(tally["slow-link"]),
        _plain(tally["without-script"], plain),
        _narrow(tally["narrow-screen"], rule_outcomes.get(REFLOW, {}), total),
        _only_documents(tally["documents-only"]),
        _help(tally["help"], routes, sections, helpless),
        _formats(tally["formats"], formats),
        _login(tally["login-wall"], walls, len(walled)),
    ]
    return Inclusion(pages=total, measures=tuple(made), sightings=_sightings(seen))


# One page.


def _read(url: str, told: Told, tally: Mapping[str, _Tally]) -> None:
    age, length = tally["reading-age"], tally["sentence-length"]
    if "why" in told:
        age.unmeasured[told["why"]] += 1
        length.unmeasured[told["why"]] += 1
        return
    age.add(told["age"], is_over=told["age"] > age.row["warn"])
    if told["age"] > age.row["warn"]:
        age.bad(url, told["age"], f"reading age {told['age']:g}, {_count(told['words'], 'word')}")
    share = told["long"] / told["sentences"]
    length.add(share, is_over=share > length.row["share"])
    if share > length.row["share"]:
        of = _count(told["sentences"], "sentence")
        length.bad(url, share, f"{told['long']:,} of {of}, the longest {told['longest']:,} words")


def _weigh(page: PageFacts, tally: Mapping[str, _Tally]) -> None:
    heavy, slow = tally["page-weight"], tally["slow-link"]
    if "weight" not in page.facts:
        heavy.unmeasured["not weighed"] += 1
        slow.unmeasured["not weighed"] += 1
        return
    size, requests = page.facts["weight"]["bytes"], page.facts["weight"]["requests"]
    heavy.add(size / KIB, is_over=size / KIB > heavy.row["aim_kib"])
    if size / KIB > heavy.row["aim_kib"]:
        heavy.bad(page.url, size / KIB, f"{size / KIB:,.0f} KiB in {_count(requests, 'file')}")
    seconds = slow_seconds(size)
    slow.add(seconds, is_over=seconds > slow.row["seconds"])
    if seconds > slow.row["seconds"]:
        slow.bad(page.url, seconds, f"about {seconds:,.0f} seconds")


def slow_seconds(size: int) -> float:
    """How long so many bytes take at the rate of the slow link."""
    return float(size * 8 / (measures()["slow-link"]["mbps"] * 1_000_000))


def is_only_documents(told: Told) -> bool:
    """Whether the main content is little but links to documents."""
    links = told["links"]
    few = told["words"] < measures()["documents-only"]["words"]
    return bool(few and not told["fields"] and links["documents"] > links["others"])


def _documents(url: str, told: Told, tally: _Tally) -> None:
    is_over = is_only_documents(told)
    tally.add(told["links"]["documents"], is_over=is_over)
    if is_over:
        links = _count(told["links"]["documents"], "document")
        tally.bad(url, told["links"]["documents"], f"{_count(told['words'], 'word')}, links to {links}")


def wall(told: Told) -> tuple[str, ...]:
    """What stands between a reader and the page's service, as far as the page shows."""
    sign_in = told["password"] and told["words"] < measures()["login-wall"]["words"]
    return (*(["sign-in"] if sign_in else []), *told["walls"])


def _walls(url: str, told: Told, tally: _Tally, walls: Counter[str]) -> None:
    found = wall(told)
    tally.add(len(found), is_over=bool(found))
    walls.update(found)
    if "sign-in" in found:
        tally.bad(url, 2, "little but a sign-in")
    elif found:
        tally.bad(url, 1, f"{WALLS[found[0]]}: “{told['walls'][found[0]]}”")


def _sighted(told: Told, own: Collection[str]) -> Iterator[tuple[tuple[str, str], str, str]]:
    for kind, found in told["tools"].items():
        for id_, why in found.items():
            known = tools(kind).get(id_)
            yield (kind, id_), known.name if known else id_, why
    for host in told["hosts"]:
        if any(f".{host}".endswith(f".{each}") for each in own):
            continue
        bare = host.rpartition(":")[0] or host
        known_as = next(
            (s.name for s in suppliers().values() if any(f".{bare}".endswith(f".{h}") for h in s.hosts)), ""
        )
        yield ("third-party", host), known_as or host, "pages load something from it"


# All pages.


def _of(tally: _Tally) -> str:
    return _count(len(tally.values), "page") + " measured"


def _or_none(tally: _Tally, sentence: Callable[[], str]) -> str:
    return sentence() if tally.values else "Not measured on any page."


def _reading_age(tally: _Tally) -> Measure:
    row = tally.row

    def said() -> str:
        high = sum(value > row["high"] for value in tally.values)
        return (
            f"Over a reading age of {row['warn']} on {tally.over:,} of {_of(tally)}, "
            f"over {row['high']} on {high:,}. "
            f"Half of the pages are at {median(tally.values):.1f} or less."
        )

    return tally.measure(_or_none(tally, said))


def _sentences(tally: _Tally) -> Measure:
    words, share = tally.row["words_in_sentence"], tally.row["share"]
    return tally.measure(
        _or_none(
            tally,
            lambda: (
                f"Over {share:.0%} of sentences have over {words} words on {tally.over:,} of {_of(tally)}."
            ),
        )
    )


def _weight(tally: _Tally) -> Measure:
    row = tally.row

    def said() -> str:
        high = sum(value > row["high_kib"] for value in tally.values)
        return (
            f"Over {row['aim_kib']:,} KiB on {tally.over:,} of {_of(tally)}, over {row['high_kib']:,} KiB on "
            f"{high:,}. Half of the pages have {median(tally.values):,.0f} KiB or less."
        )

    return tally.measure(_or_none(tally, said))


def _slow(tally: _Tally) -> Measure:
    row = tally.row
    return tally.measure(
        _or_none(
            tally,
            lambda: (
                f"Over {row['seconds']} seconds at {row['mbps']} Mbit/s on {tally.over:,} of {_of(tally)}. "
                f"Half of the pages need at most {max(1, median(tally.values)):,.0f} s."
            ),
        )
    )


def lost(told: Told) -> str:
    """What a page of the sample loses without scripts, in words; "" for nothing that counts."""
    bare, shown = told["plain"], told["shown"]
    parts = []
    if bare["words"] < measures()["without-script"]["share"] * shown["words"]:
        parts.append(f"{bare['words']:,} of {_count(shown['words'], 'word')} left")
    if shown["fields"] and not bare["fields"]:
        parts.append(f"none of {_count(shown['fields'], 'field')} left")
    return ", ".join(parts)


def _plain(tally: _Tally, sample: Sequence[Told]) -> Measure:
    for each in sample:
        if "error" in each:
            tally.unmeasured[each["error"]] += 1
            continue
        said = lost(each)
        tally.add(1, is_over=bool(said))
        if said:
            tally.bad(each["url"], 1 - each["plain"]["words"] / max(1, each["shown"]["words"]), said)
    verdict = f"Too little is left on {tally.over:,} of {_of(tally)}, a sample of the website."
    return tally.measure(verdict if tally.values else "Not measured: no page was fetched without a browser.")


def _narrow(tally: _Tally, outcomes: Mapping[Outcome, int], total: int) -> Measure:
    failed = outcomes.get(Outcome.FAILED, 0)
    open_ = outcomes.get(Outcome.CANT_TELL, 0)
    judged = failed + open_ + outcomes.get(Outcome.PASSED, 0) + outcomes.get(Outcome.INAPPLICABLE, 0)
    verdict = (
        f"Content needs scrolling in two directions on {failed:,} of {_count(judged, 'driven page')}, "
        f"of {total:,} audited." + (f" On {open_:,} a person must judge." if open_ else "")
        if judged
        else "Not measured: no page was driven at this width."
    )
    return tally.measure(verdict, pages=judged, over=failed)


def _only_documents(tally: _Tally) -> Measure:
    return tally.measure(
        _or_none(tally, lambda: f"Little but links to documents on {tally.over:,} of {_of(tally)}.")
    )


def _help(
    tally: _Tally, routes: Mapping[str, int], sections: Mapping[str, int], helpless: Counter[str]
) -> Measure:
    n = len(tally.values)
    return tally.measure(
        _or_none(tally, lambda: f"No way to a person on {tally.over:,} of {_of(tally)}."),
        parts=tuple((f"With {words}", routes.get(key, 0), n) for key, words in ROUTES.items()) if n else (),
        sections=tuple(
            (name, count, sections[name])
            for name, count in sorted(helpless.items(), key=lambda each: (-each[1], each[0]))[:SECTIONS]
        ),
    )


def _formats(tally: _Tally, formats: Mapping[str, int]) -> Measure:
    missing = [name for key, name in FORMATS.items() if not formats.get(key)]

    def said() -> str:
        if not missing:
            return f"Each of the {len(FORMATS)} formats is named on at least one of {_of(tally)}."
        return f"Not named on any of {_of(tally)}: {', '.join(missing)}."

    n = len(tally.values)
    return tally.measure(
        _or_none(tally, said),
        over=len(missing) if n else 0,
        parts=tuple((f"{name} is named", formats.get(key, 0), n) for key, name in FORMATS.items())
        if n
        else (),
    )


def _login(tally: _Tally, walls: Mapping[str, int], walled: int) -> Measure:
    n = len(tally.values) - walled
    parts = [("Little but a sign-in", walls.get("sign-in", 0), n)]
    parts += [(f"The page {words}", walls.get(key, 0), n) for key, words in WALLS.items()]
    return tally.measure(
        _or_none(
            tally,
            lambda: (
                f"A sign-in, an account, an e-mail address or an app stands before {tally.over:,} of "
                f"{_of(tally)}. Whether there is another way, a person must judge."
            ),
        ),
        parts=tuple(parts) if n > 0 else (),
    )


def _sightings(seen: Mapping[tuple[str, str], Sequence[Any]]) -> tuple[Sighting, ...]:
    made = [
        Sighting(kind=kind, id=id_, name=name, why=why, pages=pages, example=example)
        for (kind, id_), (name, why, pages, example) in seen.items()
    ]
    made.sort(key=lambda each: (-each.pages, each.name, each.id))
    third = [each for each in made if each.kind == "third-party"]
    return (*(each for each in made if each.kind != "third-party"), *third[:SEEN])


def page_rows(pages: Iterable[PageFacts]) -> Iterator[tuple[object, ...]]:
    """A table of what was measured on each page, its heads first."""
    yield (
        "Page",
        "Words",
        "Reading age",
        "Sentences",
        "Sentences that are too long",
        "Not measured because",
        "KiB",
        "Files",
        "Seconds on a slow link",
        "Little but documents",
        "Links to documents",
        "Ways to a person",
        "Formats named",
        "Before it stands",
        "Content system",
    )
    for page in pages:
        told, weight = page.facts.get("measures", {}), page.facts.get("weight", {})
        read = told.get("reading", {})
        size = weight.get("bytes")
        known = "reading" in told
        yield (
            page.url,
            read.get("words", ""),
            read.get("age", ""),
            read.get("sentences", ""),
            read.get("long", ""),
            read.get("why", "" if known else "the page could not be read for it"),
            "" if size is None else round(size / KIB),
            weight.get("requests", ""),
            "" if size is None else round(slow_seconds(size)),
            ("yes" if is_only_documents(told) else "no") if known else "",
            told["links"]["documents"] if known else "",
            ", ".join(told["help"]["page"]) if known else "",
            ", ".join(told["formats"]) if known else "",
            ", ".join(wall(told)) if known else "",
            ", ".join(tools("system")[id_].name for id_ in told["tools"]["system"]) if known else "",
        )
