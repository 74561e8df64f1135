"""The engine that judges a statement by a pack: one function a kind of item, named by its `judge`.

Each gives what is there and what should be. An item's other keys:

pattern    what is looked for; one block (a paragraph, a list item) at a time
right      the set wording; near: what means the same
expected   what should be there, for the reader
section    heading under which it is looked for, or judged
when       the item applies only where this is said; when_not: and is not said with this beside it
unless     where this is said, what is not there is not missing
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import NamedTuple
from urllib.parse import urlsplit

from auditor import wcag
from auditor.models import Confidence, StatementItem, StatementVerdict
from auditor.statement.dates import dates
from auditor.statement.packs import Item, Pack, pattern
from auditor.statement.text import Block, Text, quoted

FOUND, NOT_FOUND, WRONG, PERSON, INAPPLICABLE = StatementVerdict
_SC = re.compile(r"(?<![\d.])[1-4]\.\d\.\d{1,2}(?![\d.]*\d)")
_HOST = re.compile(
    r"(?<![@\w.-])(\*\.)?((?:[a-z0-9-]{1,63}\.){1,8}[a-z]{2,24}|(?:\d{1,3}\.){3}\d{1,3})(?::\d{1,5})?(?![\w@])",
    re.IGNORECASE,
)
_MAIL = re.compile(r"(?<![\w.+-])[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}")


class Told(NamedTuple):
    verdict: StatementVerdict
    why: str
    quote: str = ""
    confidence: Confidence = Confidence.HIGH


@dataclass(frozen=True, kw_only=True)
class Case:
    """What an item is judged by. `text`: None where no statement was found, or one that is no web page."""

    pack: Pack
    today: date  # of the audit
    text: Text | None
    is_found: bool
    complete: bool  # it was looked for to the end
    document: str = ""  # content type of a statement that is no web page
    linked: int = 0
    pages: int = 0
    on_home: bool = False
    hosts: Mapping[str, int] = field(default_factory=dict)  # audited pages by host
    document_hosts: Mapping[str, int] = field(default_factory=dict)
    failing: Mapping[str, int] = field(default_factory=dict)  # criterion -> pages with a confirmed failure

    @property
    def other_language(self) -> str:
        """The page's, where the pack does not know it; "" where it does, or the page says none."""
        lang = self.text.lang[:2].lower() if self.text else ""
        return "" if lang == self.pack.lang else lang

    @property
    def claim(self) -> str:
        found = self.text and self.text.search(self.pack.claim)
        return found[1][1].lower() if found else ""

    @property
    def contents(self) -> tuple[Block, ...]:
        """What it says of what is not accessible; all of it where it has no such section."""
        return (self.text.section(self.pack.contents) or self.text.blocks) if self.text else ()

    @property
    def listed(self) -> frozenset[str]:
        """Criteria that it names, by number or by a name of several words."""
        said = " ".join(block.text for block in self.contents)
        numbers = {num for num in _SC.findall(said) if num in wcag.criteria()}
        lower = said.lower()
        return frozenset(numbers) | {
            each.num for each in wcag.criteria().values() if " " in each.name and each.name.lower() in lower
        }

    @property
    def unlisted(self) -> list[str]:
        return [num for num in wcag.criteria() if num in self.failing and num not in self.listed]

    @property
    def scope(self) -> tuple[Block, frozenset[str]] | None:
        """What it says it applies to, and the hosts named there; "*." stands for all under one."""
        if self.text is None or not (found := self.text.search(self.pack.scope)):
            return None
        block, match = found
        about = [(block.text[match.end() :], block.links)]
        if len(about[0][0].strip(" :.")) < 3:  # a list follows
            for after in self.text.blocks[self.text.blocks.index(block) + 1 :][:20]:
                if after.level:
                    break
                about.append((after.text, after.links))
        hosts = {
            f"{'*.' if found[1] else ''}{_bare(found[2])}"
            for said, _ in about
            for found in _HOST.finditer(said)
        }
        hosts |= {
            _bare(urlsplit(url).hostname or "") for _, links in about for _, url in links if url[:4] == "http"
        }
        return block, frozenset(hosts - {""})

    def outside(self, hosts: Iterable[str]) -> list[str]:
        """Those of the hosts that the scope does not name; none where it names no host at all."""
        named = self.scope[1] if self.scope else frozenset()
        if not named:
            return []
        wide = tuple(f".{each[2:]}" for each in named if each.startswith("*."))
        return [host for host in hosts if _bare(host) not in named and not f".{_bare(host)}".endswith(wide)]


def judged(case: Case) -> Iterator[StatementItem]:
    """Every item of the pack, in its order."""
    for item in case.pack.items:
        told = _told(case, item)
        yield StatementItem(
            id=item.id,
            number=item.number,
            question=item.question,
            verdict=told.verdict,
            confidence=told.confidence,
            quote=told.quote,
            why=told.why,
            source=item.source,
        )


def promised(case: Case) -> tuple[list[str], list[str]]:
    """Sentences that promise repairs by a date: those whose date has gone by, those whose has not."""
    item = next((each for each in case.pack.items if each.judge == "promises"), None)
    gone: list[str] = []
    to_come: list[str] = []
    if item is None:
        return gone, to_come
    promise, by, past = (pattern(item.told[key]) for key in ("promise", "by", "past"))
    for block in case.contents:
        for sentence in block.sentences():
            for match in by.finditer(sentence):
                near = sentence[match.end() : match.end() + 40]
                before = sentence[max(0, match.start() - 30) : match.start()]
                day = next(dates(near), None)
                if day is None or not promise.search(sentence) or past.search(before):
                    continue
                (gone if day < case.today else to_come).append(sentence[:300])
                break
    return gone, to_come


def _told(case: Case, item: Item) -> Told:
    of_page = item.judge in ("page", "web_page", "linked")
    if not case.is_found and item.judge != "page":
        return Told(INAPPLICABLE, "No statement was found to judge.")
    if case.text is None and not of_page:
        return Told(
            PERSON, f"The statement is {case.document or 'no web page'}, which was not read for this."
        )
    if not of_page and (other := case.other_language):
        return Told(
            PERSON, f"The page says that its language is “{other}”; the set wording is known in English."
        )
    if not _applies(case, item):
        return Told(INAPPLICABLE, "It says nothing of this, so there is nothing to judge.")
    told = _JUDGES[item.judge](case, item)
    unless = item.pattern("unless")
    if told.verdict is NOT_FOUND and unless and case.text and (said := case.text.search(unless)):
        return Told(INAPPLICABLE, "Not needed beside what the statement claims.", quoted(*said))
    is_sure = item.told.get("confidence") != "medium"
    return told if is_sure else told._replace(confidence=Confidence.MEDIUM)


def _applies(case: Case, item: Item) -> bool:
    when = item.pattern("when")
    if when is None or case.text is None:
        return True
    said = [block.text for block in _where(case, when)]
    unless = item.pattern("when_not")
    return bool(said) and not (unless and all(unless.search(text) for text in said))


def _where(case: Case, wanted: re.Pattern[str]) -> list[Block]:
    """What is said of it: the blocks under a heading that names it, and others that do."""
    assert case.text is not None
    under: list[Block] = []
    for heading in case.text.headings():
        if wanted.search(heading.text):
            under += case.text.section(re.compile(re.escape(heading.text.rstrip(" .:"))))
    said = [block for block in case.text.blocks if not block.level and wanted.search(block.text)]
    return list(dict.fromkeys((*under, *said)))


def _page(case: Case, item: Item) -> Told:
    if case.is_found:
        return Told(FOUND, "There is one.", case.text.h1 or case.text.title if case.text else "")
    if not case.complete:
        return Told(PERSON, "None was found, but it was not looked for to the end.")
    why = "None was found by links that speak of accessibility, nor at the usual addresses."
    return Told(NOT_FOUND, why, confidence=Confidence.MEDIUM)


def _sections(case: Case, item: Item) -> Told:
    found = _headings(case, item)
    least = item.told["least"]
    of = len(item.told["headings"])
    why = f"{len(found)} of {of} sections have the heading that they must have; {least} are asked for."
    return Told(FOUND if len(found) >= least else NOT_FOUND, why, "; ".join(found))


def _headings(case: Case, item: Item) -> list[str]:
    assert case.text is not None
    wanted = [pattern(each) for each in item.told["headings"]]
    texts = [heading.text.rstrip(" .:") for heading in case.text.headings()]
    return [text for each in wanted if (text := next((t for t in texts if each.fullmatch(t)), None))]


def _title(case: Case, item: Item) -> Told:
    assert case.text is not None
    wanted = pattern(item.told["pattern"])
    title, h1 = case.text.title, case.text.h1
    if wanted.fullmatch(h1) and wanted.search(title):
        return Told(FOUND, "Both say so.", h1)
    wrong = [f"the {what} is “{said}”" if said else f"there is no {what}" for what, said in (
        ("title", "" if wanted.search(title) else title or " "),
        ("main heading", "" if wanted.fullmatch(h1) else h1 or " "),
    ) if said]  # fmt: skip
    return Told(WRONG, f"It should say “{item.told['expected']}”; {' and '.join(wrong)}.", h1 or title)


def _says(case: Case, item: Item) -> Told:
    assert case.text is not None
    found = case.text.search(pattern(item.told["pattern"]), [b for b in case.text.blocks if not b.level])
    if found is None:
        return Told(NOT_FOUND, _should(item))
    if gap := _gap(case, found[0]):
        return Told(WRONG, f"The gap “{gap}” was never filled in.", quoted(*found))
    return Told(FOUND, "It says so.", quoted(*found))


def _wording(case: Case, item: Item) -> Told:
    assert case.text is not None
    if found := case.text.search(pattern(item.told["right"])):
        return Told(FOUND, "It has the set wording.", quoted(*found))
    plain = [block for block in case.text.blocks if not block.level]
    if found := case.text.search(pattern(item.told["near"]), plain):
        return Told(WRONG, _should(item), quoted(*found), Confidence.MEDIUM)
    return Told(INAPPLICABLE, "There is none to judge.")


def _heading(case: Case, item: Item) -> Told:
    found = _near_heading(case, item)
    if found:
        return Told(FOUND, "There is one.", found.text)
    assert case.text is not None
    if text := next((b for b in case.text.blocks if _is(b.text, item.told["text"])), None):
        return Told(WRONG, f"“{item.told['text']}” stands there, but is no heading.", text.text)
    return Told(NOT_FOUND, f"The heading “{item.told['text']}” is missing.")


def _heading_wording(case: Case, item: Item) -> Told:
    found = _near_heading(case, item)
    if found is None:
        return Told(INAPPLICABLE, "There is no such heading to judge.")
    if _is(found.text, item.told["text"]):
        return Told(FOUND, "It has the set wording.", found.text)
    return Told(WRONG, f"It should be “{item.told['text']}”.", found.text)


def _near_heading(case: Case, item: Item) -> Block | None:
    """The heading of the set wording, else one that means the same."""
    assert case.text is not None
    near = pattern(item.told["near"])
    headings = [heading for heading in case.text.headings() if heading.level > 1]
    exact = (heading for heading in headings if _is(heading.text, item.told["text"]))
    alike = (heading for heading in headings if near.fullmatch(heading.text.rstrip(" .:")))
    return next(exact, None) or next(alike, None)


def _is(said: str, text: str) -> bool:
    return said.rstrip(" .:").lower() == text.lower()


def _web_page(case: Case, item: Item) -> Told:
    if case.text is None:
        return Told(WRONG, f"It should be a web page; it is {case.document or 'none'}.")
    return Told(FOUND, "It is.")


def _linked(case: Case, item: Item) -> Told:
    of = f"{case.linked} of {case.pages} other audited pages link to it"
    if not case.pages:
        return Told(PERSON, "No other page was audited.")
    if case.on_home or case.linked == case.pages:
        return Told(FOUND, f"{of}{', the home page among them' if case.on_home else ''}.")
    if not case.linked:
        return Told(NOT_FOUND, "No audited page links to it.")
    return Told(WRONG, f"It should be linked from the home page, or from every page; {of}.")


def _one_page(case: Case, item: Item) -> Told:
    found, of = len(_headings(case, item)), len(item.told["headings"])
    if found >= of - 1:
        return Told(FOUND, f"{found} of {of} sections stand on it.", confidence=Confidence.MEDIUM)
    return Told(PERSON, f"Only {found} of {of} sections stand on it. Are the others on pages of their own?")


def _covers_site(case: Case, item: Item) -> Told:
    if case.scope is None:
        return Told(NOT_FOUND, "It does not say what it applies to.")
    block, named = case.scope
    home = next(iter(case.hosts), "")
    if gap := _gap(case, block):
        return Told(WRONG, f"The gap “{gap}” stands where the website should be named.", quoted(block))
    if not named:
        return Told(PERSON, f"It names no web address. Is {home} meant?", quoted(block))
    if case.outside([home]):
        return Told(WRONG, f"It does not name {home}.", quoted(block))
    return Told(FOUND, f"It names {home}.", quoted(block))


def _covers_whole(case: Case, item: Item) -> Told:
    if case.scope is None:
        return Told(NOT_FOUND, "It does not say what it applies to.")
    block, _ = case.scope
    if outside := case.outside(case.hosts):
        return Told(
            WRONG,
            f"Pages of {', '.join(outside[:5])} were audited, and it does not name them.",
            quoted(block),
        )
    return Told(
        PERSON, "Does it leave out any part of the website, or any service on another?", quoted(block)
    )


def _status(case: Case, item: Item) -> Told:
    assert case.text is not None
    if not case.claim:
        return Told(INAPPLICABLE, "It states no status to judge.")
    said = case.text.search(case.pack.claim)
    assert said is not None
    if case.claim == "fully" and case.failing:
        why = f"It claims full compliance; confirmed problems fail {len(case.failing)} criteria."
        return Told(WRONG, why, quoted(*said))
    if not case.text.search(pattern(item.told["right"])):
        return Told(WRONG, _should(item), quoted(*said), Confidence.MEDIUM)
    why = (
        f"Confirmed problems fail {len(case.failing)} criteria; whether this status is right is for a person."
    )
    return Told(PERSON, why, quoted(*said))


def _version(case: Case, item: Item) -> Told:
    assert case.text is not None
    wanted = pattern(item.told["pattern"])
    claims = [block for block in case.text.blocks if case.pack.claim.search(block.text)]
    found = case.text.search(wanted, claims) or case.text.search(wanted)
    if found is None:
        return Told(NOT_FOUND, f"It should name WCAG {case.pack.wcag}.")
    version = found[1]["version"]
    if version == case.pack.wcag:
        return Told(FOUND, f"It names WCAG {version}.", quoted(*found))
    return Told(
        WRONG, f"It names WCAG {version}; websites are tested against WCAG {case.pack.wcag}.", quoted(*found)
    )


def _failures_listed(case: Case, item: Item) -> Told:
    if not case.failing:
        return Told(INAPPLICABLE, "This audit confirmed no failure. That is no proof that there is none.")
    if missing := case.unlisted:
        why = f"Confirmed problems fail {len(case.failing)} criteria; it does not list {len(missing)}: "
        return Told(WRONG, f"{why}{', '.join(missing)}.", confidence=Confidence.MEDIUM)
    return Told(FOUND, f"It names all {len(case.failing)} criteria that confirmed problems fail.")


def _criteria(case: Case, item: Item) -> Told:
    assert case.text is not None
    if found := case.text.search(_SC, case.contents):
        return Told(FOUND, f"It names {len(case.listed)}.", quoted(*found))
    if case.claim == "fully" and not case.text.section(case.pack.contents):
        return Told(INAPPLICABLE, "It claims full compliance, and lists nothing.")
    return Told(NOT_FOUND, _should(item))


def _promises(case: Case, item: Item) -> Told:
    gone, to_come = promised(case)
    if gone:
        why = (
            f"{len(gone)} of {len(gone) + len(to_come)} promised dates had gone by on {case.today:%-d %B %Y}."
        )
        return Told(WRONG, why, gone[0], Confidence.MEDIUM)
    if to_come:
        return Told(FOUND, f"All {len(to_come)} are to come.", to_come[0], Confidence.MEDIUM)
    return Told(INAPPLICABLE, "It promises no date.", confidence=Confidence.MEDIUM)


def _person(case: Case, item: Item) -> Told:
    assert case.text is not None
    section = item.pattern("section")
    blocks = case.text.section(section) if section else case.text.blocks
    if section and not blocks:
        return Told(INAPPLICABLE, "It has no such section.")
    look = item.pattern("hint") or item.pattern("when")
    said = [block for block in blocks if not block.level] or list(blocks)
    hit = case.text.search(look, said) if look else None
    shown = quoted(*hit) if hit else quoted(said[0]) if said else ""
    return Told(PERSON, "Read it and decide.", shown)


def _assessment(case: Case, item: Item) -> Told:
    blocks = _where(case, pattern(item.told["when"]))
    wanted = pattern(item.told["pattern"])
    for block in blocks:
        if any(wanted.search(f"{text} {url}") for text, url in block.links):
            return Told(FOUND, "It links to one. Whether it is enough is for a person.", quoted(block))
    if hit := next((block for block in blocks if wanted.search(block.text)), None):
        return Told(PERSON, "It speaks of an assessment, and links to none.", quoted(hit))
    why = "A claim needs an assessment made before it; none is mentioned or linked."
    return Told(NOT_FOUND, why, quoted(blocks[0]) if blocks else "")


def _dated(case: Case, item: Item) -> Told:
    said, day = _date(case, pattern(item.told["pattern"]))
    if day:
        return Told(FOUND, f"It gives {day:%-d %B %Y}.", said)
    recent = item.pattern("or_recent")
    if recent:
        made, prepared = _date(case, recent)
        if prepared and case.today - prepared <= timedelta(days=365):
            return Told(FOUND, "It gives none, and was prepared within a year.", made)
    return Told(NOT_FOUND, _should(item), said)


def _dated_wording(case: Case, item: Item) -> Told:
    said, day = _date(case, pattern(item.told["pattern"]))
    if not day:
        return Told(INAPPLICABLE, "There is no such date.")
    if pattern(item.told["right"]).search(said):
        return Told(FOUND, "It has the set wording.", said)
    return Told(WRONG, _should(item), said, Confidence.MEDIUM)


def _recent(case: Case, item: Item) -> Told:
    said, day = _date(case, pattern(item.told["pattern"]), last=True)
    made, prepared = _date(case, pattern(item.told["or_recent"]), last=True)
    if day is None or (prepared and prepared > day):
        said, day = made, prepared
    if day is None:
        return Told(INAPPLICABLE, "It gives no date to judge by.")
    if day > case.today + timedelta(days=31):  # a month alone stands for its last day
        return Told(WRONG, f"{day:%-d %B %Y} is still to come.", said)
    age = (case.today - day).days
    if age > item.told["days"]:
        return Told(WRONG, f"That was {age} days before this audit; it should be reviewed every year.", said)
    return Told(FOUND, f"That was {max(age, 0)} days before this audit.", said)


def _date(case: Case, said: re.Pattern[str], *, last: bool = False) -> tuple[str, date | None]:
    """The sentence that says it with a date, and the date; else the first that says it, and None.

    Of the statement itself, where a sentence says so; of several dates `last` takes the latest.
    """
    assert case.text is not None
    sentences = [
        s for block in case.text.blocks if not block.level for s in block.sentences() if said.search(s)
    ]
    own = [s for s in sentences if re.search(r"\b(statement|it|page)\b", s, re.IGNORECASE)]
    found: list[tuple[str, date]] = []
    for sentence in own:
        match = said.search(sentence)
        assert match is not None
        if day := next(dates(sentence[match.end() : match.end() + 60]), None):
            found.append((sentence[:300], day))
    if not found:
        return (own[0][:300] if own else ""), None
    return max(found, key=lambda each: each[1]) if last else found[0]


def _contact(case: Case, item: Item) -> Told:
    assert case.text is not None
    under = re.compile(r"(your )?(feedback|contact|report).*", re.IGNORECASE)
    wanted = pattern(item.told["pattern"])
    for blocks in (case.text.section(under), case.text.blocks):
        for block in blocks:
            if any(url.startswith("mailto:") for _, url in block.links) or _MAIL.search(block.text):
                return Told(FOUND, "There is an e-mail address.", quoted(block))
        for block in case.text.section(under) if blocks is not case.text.blocks else ():
            if any(url.startswith("http") and wanted.search(f"{text} {url}") for text, url in block.links):
                return Told(FOUND, "It links to what seems to be a form.", quoted(block), Confidence.MEDIUM)
    return Told(NOT_FOUND, _should(item))


def _link(case: Case, item: Item) -> Told:
    assert case.text is not None
    hosts = tuple(f".{host}" for host in item.told["hosts"])
    for block in case.text.blocks:
        for _, url in block.links:
            if f".{urlsplit(url).hostname or ''}".endswith(hosts):
                return Told(FOUND, f"It links to {url[:200]}", quoted(block))
    if said := case.text.search(pattern(item.told["pattern"])):
        return Told(WRONG, f"It is named, and the link to {item.told['expected']} is missing.", quoted(*said))
    return Told(NOT_FOUND, _should(item))


def _placeholders(case: Case, item: Item) -> Told:
    assert case.text is not None
    gaps = [(block, gap) for block in case.text.blocks if (gap := _gap(case, block))]
    if not gaps:
        return Told(FOUND, "None was left.")
    first, gap = gaps[0]
    return Told(WRONG, f"Gaps that were never filled in: {len(gaps)}, first “{gap}”.", quoted(first))


def _gap(case: Case, block: Block) -> str:
    item = next((each for each in case.pack.items if each.judge == "placeholders"), None)
    if item is None:
        return ""
    but = pattern(item.told["but"])
    found = (match[0] for match in pattern(item.told["pattern"]).finditer(block.text))
    return next((gap for gap in found if not but.fullmatch(gap)), "")


def _should(item: Item) -> str:
    expected = item.told.get("expected")
    return f"It should say: “{expected}”" if expected else "It says nothing of it."


def _bare(host: str) -> str:
    return host.lower().removeprefix("www.").partition(":")[0]


_JUDGES: Mapping[str, Callable[[Case, Item], Told]] = {
    "page": _page,
    "sections": _sections,
    "title": _title,
    "says": _says,
    "wording": _wording,
    "heading": _heading,
    "heading_wording": _heading_wording,
    "web_page": _web_page,
    "linked": _linked,
    "one_page": _one_page,
    "covers_site": _covers_site,
    "covers_whole": _covers_whole,
    "status": _status,
    "version": _version,
    "failures_listed": _failures_listed,
    "criteria": _criteria,
    "promises": _promises,
    "person": _person,
    "assessment": _assessment,
    "dated": _dated,
    "dated_wording": _dated_wording,
    "recent": _recent,
    "contact": _contact,
    "link": _link,
    "placeholders": _placeholders,
}
