"""Cookie banners in an audit: the first page is judged with it, then it is answered for the others.

Answered in a context of its own, in which nothing else was done; what the answer changed there, of the
page's own origin and the banner's, is carried to later pages, and nothing else (docs/decisions/0028).
"""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from urllib.parse import urlsplit

from auditor.browser.consent import Banner, Door, answer
from auditor.browser.journey import sent
from auditor.browser.requests import Sending
from auditor.browser.tab import Tab, Tabs
from auditor.browser.world import World
from auditor.consent import PART, banners
from auditor.models import BANNER, LOADED, ConsentBanner, Site
from auditor.pace import Pace
from auditor.store import RunReader

BANNERS = 20  # origins whose banners are answered in one run
DONE = {"refuse": "refused", "accept": "accepted"}


class TooEarly(Exception):
    """The page was asked for before the banner that it shows had been answered; `origin`: the banner's."""

    def __init__(self, origin: str) -> None:
        super().__init__(origin)
        self.origin = origin


@dataclass(frozen=True, kw_only=True, eq=False)
class Due:
    """A banner that is to be answered once the page that shows it was judged."""

    banner: Banner
    origin: str
    over: asyncio.Event = field(default_factory=asyncio.Event)  # the visit to that page has ended


class Consenting:
    """The cookie banners of one run, by the origin of the pages that show them."""

    def __init__(
        self, site: Site, *, pace: Pace, tabs: Tabs, refused: Callable[[float], Mapping[str, str]]
    ) -> None:
        """`refused(since)`: what the guard refused."""
        self.site, self.pace, self.tabs, self._refused = site, pace, tabs, refused
        self._met: dict[str, ConsentBanner] = {}
        self._here: set[str] = set()  # origins whose banner was, or is being, answered by this process
        self._due: dict[str, Due] = {}  # by origin
        self._answered: dict[str, float] = {}  # when it was answered, by origin; as `time.time()`

    @property
    def met(self) -> Sequence[ConsentBanner]:
        return tuple(self._met.values())

    async def take_up(self) -> None:
        """What was met before the run was cut off; its answers are given anew."""
        reader = RunReader(self.pace.store, self.pace.run_id)
        kept = await self.pace.call(reader.part, PART)
        self._met = {each.origin: each for each in banners(kept)}

    async def state_of(self, tab: Tab, world: World, began: float) -> tuple[str, Due | None, bool]:
        """In which state the page is judged; its banner where that is to be answered now; whether it has one.

        `began`: when the page was asked for. Raises `TooEarly`.
        """
        origin = _origin(tab.page.url)
        async with Door(tab, world) as door:
            banner = await door.find()
            if banner is None:
                return LOADED, None, False
            if self.site.consent == "leave" and origin not in self._met:
                self._met[origin] = ConsentBanner(
                    origin=origin, tool=banner.tool, name=banner.name, page=tab.page.url[:2000], done="left"
                )
            if self.site.consent != "leave" and origin not in self._here and len(self._here) < BANNERS:
                self._here.add(origin)
                self._due[origin] = Due(banner=banner, origin=origin)
                return BANNER, self._due[origin], True
            in_time = origin in self._answered and began > self._answered[origin]
            if self.site.consent in DONE and origin in self._here and not in_time:
                raise TooEarly(origin)
            if self.site.consent == "hide" and await door.hide(banner):
                await self._count(origin, hidden=1)
            else:
                await self._count(origin, stood=1)
        return LOADED, None, True

    async def hide(self, tab: Tab, world: World) -> None:
        """As `state_of` hides it, on a page that is not counted: it was, as it is."""
        if self.site.consent != "hide":
            return
        async with Door(tab, world) as door:
            if banner := await door.find():
                await door.hide(banner)

    def forget(self, due: Due) -> None:
        """The page was not judged after all: the next one is the first."""
        self._here.discard(due.origin)
        due.over.set()

    def done_with(self, due: Due) -> None:
        """The visit to the page that showed the banner ended, whatever came of it."""
        if not due.over.is_set():
            self._answered.setdefault(due.origin, time.time())
            due.over.set()

    async def over(self, origin: str) -> None:
        """Wait until the visit has ended after which the origin's banner is to be answered."""
        await self._due[origin].over.wait()

    async def answer(self, url: str, due: Due) -> None:
        """Do what the site's `consent` says about a banner, for all pages to come. Raises `Halted`."""
        banner, origin, setting = due.banner, due.origin, self.site.consent
        met = ConsentBanner(origin=origin, tool=banner.tool, name=banner.name, page=url, done="nothing")
        if before := self._met.get(origin):
            met = replace(met, page=before.page, stood=before.stood, hidden=before.hidden)
        can = banner.can_refuse if setting == "refuse" else banner.can_accept
        if setting == "hide":
            met = replace(met, done="hidden")
        elif not can:
            what = "refuses" if setting == "refuse" else "accepts"
            met = replace(met, reason=f"no button of it {what} by its name")
        else:
            await self.pace.turn(urlsplit(url).netloc)
            sending = Sending(permitted=True)
            began = time.time()
            async with self.tabs.fresh() as tab:
                answered = await answer(
                    tab, url, setting, ask=self._ask, refusals=lambda: self._refused(began), sending=sending
                )
            await self.tabs.carry(answered.cookies, answered.items)
            done = "nothing" if answered.reason else DONE[setting]
            met = replace(met, done=done, reason=answered.reason, sent=sent(sending))
            await self.pace.call(
                self.pace.store.rest, urlsplit(url).netloc, self.pace.discover.delay(urlsplit(url).netloc)
            )
        self._met[origin] = met
        self._answered[origin] = time.time()
        await self._keep()

    async def _ask(self, url: str, is_page: bool) -> str | None:
        """Why a document may not be requested: the answer leads nowhere but to the site's own pages."""
        discover = self.pace.discover
        if not discover.scope.owns(url):
            return "it is no page of the site" if is_page else None
        if discover.needs_robots(url):
            await discover.robots(url)
        no = discover.disallows(url)
        return no[1] if no else None

    async def _count(self, origin: str, *, stood: int = 0, hidden: int = 0) -> None:
        if (met := self._met.get(origin)) is None:
            return  # it is being answered
        self._met[origin] = replace(met, stood=met.stood + stood, hidden=met.hidden + hidden)
        await self._keep()

    async def _keep(self) -> None:
        text = json.dumps([asdict(each) for each in self._met.values()], ensure_ascii=False)
        told = json.loads(text.encode("utf-8", "replace"))  # pages name things with half characters
        await self.pace.call(self.pace.store.keep_part, self.pace.run_id, PART, told)


def _origin(url: str) -> str:
    at = urlsplit(url)
    return f"{at.scheme}://{at.netloc.rpartition('@')[2]}"[:300]
