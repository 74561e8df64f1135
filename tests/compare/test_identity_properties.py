"""The identity of issues over generated components, pages and changes: what is harmless, what is not."""

from __future__ import annotations

import asyncio
import random
import string
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from html import escape
from importlib import resources
from typing import Any

import pytest
from hypothesis import Phase, assume, given, settings
from hypothesis import strategies as st
from playwright.async_api import Page, async_playwright

from auditor.browser.find import launch
from auditor.compare import compare
from auditor.identity import TWIN, identified, is_written, said, says
from auditor.known import known
from auditor.models import Component, Finding, Impact, Kind, Known, KnownIssue, Outcome, Rule, Status, Tier

WORDS = ["bins", "tax", "parks", "roads", "schools", "births", "libraries", "housing", "planning", "parking"]
PAGES = ["/", "/bins", "/tax", "/news", "/cy/"]


def rule(name: str, owner: str = "template") -> Rule:
    return Rule(
        id=name,
        title=name,
        why="",
        who=(),
        fix="",
        wcag=("1.1.1",),
        kind=Kind.FAILURE,
        impact=Impact.SERIOUS,
        engine="axe",
        owner=owner,
    )


LOOKS, WRITTEN, NAME = rule("color-contrast"), rule("valid-lang", "editor"), rule("label")
RULES = [LOOKS, WRITTEN, NAME]


def finding(component: Component | None, of: Rule, *, page: str = "/", **more: Any) -> Finding:
    values: dict[str, Any] = {
        "rule": of.id,
        "outcome": Outcome.FAILED,
        "kind": of.kind,
        "wcag": of.wcag,
        "act": (),
        "impact": of.impact,
        "url": page,
        "state": "loaded",
        "frame": (),
        "selector": "p",
        "excerpt": "",
        "message": "Too pale",
    }
    return identified(Finding(**{**values, **more}, component=component), of)


# -- comparing --------------------------------------------------------------------------------------------

shapes = st.sampled_from(
    ["a", "a.btn", "img", "img.wide", "p", "p.note", "h2", "button.btn", "input[type=text]"]
)
components = st.builds(
    Component,
    landmarks=st.sampled_from([(), ("main",), ("banner",), ("banner", "navigation"), ("contentinfo",)]),
    path=st.lists(st.sampled_from(["ul.cards", "li", "div.card", "p", "section.one"]), max_size=4).map(tuple),
    shape=shapes,
    target=st.sampled_from(["", "/a", "/b", "/c.png"]),
    text=st.builds(str.__add__, st.sampled_from(["", "more", "opening hours"]), st.sampled_from(["", TWIN])),
)


@st.composite
def audits(draw: st.DrawFn) -> Known:
    """An audit with issues as the pipeline makes them of findings."""
    places = draw(
        st.lists(
            st.tuples(
                components | st.none(),
                st.sampled_from(RULES),
                st.sampled_from([Outcome.FAILED, Outcome.CANT_TELL]),
                st.sets(st.sampled_from(PAGES), min_size=1),
            ),
            max_size=12,
        )
    )
    audited = draw(st.sets(st.sampled_from(PAGES), min_size=1))
    issues: dict[str, KnownIssue] = {}
    for component, of, outcome, pages in places:
        seen = tuple(sorted(pages & audited))
        if seen:
            issue = issue_of(component, of, seen, outcome)
            issues.setdefault(issue.id, issue)
    rules = {each.id: draw(st.sampled_from("12")) for each in RULES}
    if not issues:
        rules.pop(draw(st.sampled_from(sorted(rules))))
    return audit(issues.values(), rules=rules, audited=audited, complete=draw(st.booleans()))


def issue_of(
    component: Component | None, of: Rule, pages: Sequence[str], outcome: Outcome = Outcome.FAILED
) -> KnownIssue:
    found = finding(component, of, outcome=outcome)
    return KnownIssue(
        id=found.issue,
        rule=of.id,
        outcome=outcome,
        impact=of.impact,
        title=of.title,
        said=said(found.message),
        component=component,
        is_written=component is not None and is_written(component, of),
        pages=tuple(pages),
    )


def audit(
    issues: Any,
    *,
    rules: dict[str, str] | None = None,
    audited: set[str] | None = None,
    complete: bool = True,
) -> Known:
    return known(
        "an audit",
        rules=rules or {each.id: "1" for each in RULES},
        driven_rules=set(),
        issues=tuple(issues),
        audited=audited or set(PAGES),
        driven=set(),
        complete=complete,
        site="town",
        there=set(PAGES),
    )


def pairs(before: Known, now: Known) -> set[tuple[str | None, str | None, Status, Tier | None, str]]:
    return {
        (c.before.id if c.before else None, c.now.id if c.now else None, c.status, c.tier, c.cause)
        for c in compare(before, now).changes
    }


@given(audits(), audits())
def test_each_issue_of_both_audits_is_told_once(before: Known, now: Known) -> None:
    changes = compare(before, now).changes
    assert sorted(c.before.id for c in changes if c.before) == sorted(i.id for i in before.issues)
    assert sorted(c.now.id for c in changes if c.now) == sorted(i.id for i in now.issues)
    for change in changes:
        assert (change.status is Status.PERSISTING) == bool(change.before and change.now) == bool(change.tier)


@given(audits(), audits(), st.randoms())
def test_the_order_of_the_issues_does_not_matter(before: Known, now: Known, order: random.Random) -> None:
    def shuffled(audit: Known) -> Known:
        return replace(audit, issues=tuple(order.sample(audit.issues, len(audit.issues))))

    assert pairs(before, now) == pairs(shuffled(before), shuffled(now))


@given(audits())
def test_an_audit_compared_with_itself_is_exactly_the_same(audit: Known) -> None:
    assert {(c.status, c.tier) for c in compare(audit, audit).changes} <= {(Status.PERSISTING, Tier.EXACT)}


@given(audits(), audits())
def test_what_is_known_again_has_enough_in_common(before: Known, now: Known) -> None:
    for change in compare(before, now).changes:
        old, new = change.before, change.now
        if old and new:
            assert (old.rule, old.outcome) == (new.rule, new.outcome)
            assert (old.id == new.id) == (change.tier is Tier.EXACT)
        if old and new and change.tier is not Tier.EXACT:
            assert not set(old.pages).isdisjoint(new.pages)
            assert old.component
            assert new.component
            assert old.component.shape.split(".")[0] == new.component.shape.split(".")[0]
            assert old.component.target == new.component.target


@given(audits(), audits())
def test_what_no_rule_judged_is_neither_fixed_nor_new(before: Known, now: Known) -> None:
    for change in compare(before, now).changes:
        rule = change.issue.rule
        if change.status is Status.FIXED:
            assert rule in now.rules
            assert all(page in now.judged(rule) or now.gone(page) for page in change.issue.pages)
        if change.status is Status.NEW and not change.cause:
            assert not before.judged(rule).isdisjoint(change.issue.pages)


@given(components, components, st.sampled_from(RULES))
def test_two_that_say_and_lead_otherwise_do_not_hide_each_other(
    one: Component, other: Component, of: Rule
) -> None:
    """One was mended and the other made: where both stand alone, that is a repair and a new fault."""
    assume(one.target != other.target and one.shape != other.shape)
    before, now = (audit([issue_of(each, of, ["/"])]) for each in (one, other))
    assert {c.status for c in compare(before, now).changes} == {Status.FIXED, Status.NEW}


@given(components, st.sampled_from(RULES), st.integers(0, 4))
def test_what_stands_alone_is_known_again_in_a_wrapper(one: Component, of: Rule, at: int) -> None:
    alone = replace(one, text=says(one)[1], target=one.target or "/only")
    wrapped = replace(alone, path=(*alone.path[:at], "div.wrapper", *alone.path[at:]))
    before, now = (audit([issue_of(each, of, ["/"])]) for each in (alone, wrapped))
    assert [c.status for c in compare(before, now).changes] == [Status.PERSISTING]


@given(components, components, st.sampled_from(RULES))
def test_different_keys_never_have_one_id(one: Component, other: Component, of: Rule) -> None:
    """What differs in landmarks or element, or for what is written in target or words, is another issue."""
    same_place = (one.landmarks, one.shape) == (other.landmarks, other.shape)
    same_words = says(one) == says(other) or not is_written(one, of)
    ids = {finding(each, of).issue for each in (one, other)}
    if not (same_place and same_words):
        assert len(ids) == 2
    elif one.path == other.path:
        assert len(ids) == 1


# -- component.js ------------------------------------------------------------------------------------------

Told = Callable[[Sequence[str]], list[Component]]


@pytest.fixture(scope="module")
def told() -> Iterator[Told]:
    """What component.js says of the element `data-it` of each of many pages, all in one browser's page."""
    scripts = [
        resources.files("auditor.browser").joinpath(f"{name}.js").read_text()
        for name in ("page", "component")
    ]

    with asyncio.Runner() as runner:

        async def start() -> tuple[Any, Any, Page]:
            playwright = await async_playwright().start()
            browser, _ = await launch(playwright, sandbox=False)
            page = await browser.new_page()
            await page.set_content("<!doctype html><base href='http://town.example/'><body>")
            await page.evaluate(f"{scripts[0]}\n{scripts[1]}\n0")
            return playwright, browser, page

        playwright, browser, page = runner.run(start())

        async def tell(pages: Sequence[str]) -> list[Component]:
            answers = await page.evaluate(
                """async (pages) => {
                    const told = [];
                    for (const html of pages) {
                        document.body.innerHTML = html;
                        told.push(auditor.component(document.querySelector("[data-it]")));
                        await null;
                    }
                    return told;
                }""",
                list(pages),
            )
            return [component for component in map(Component.of, answers) if component]

        yield lambda pages: runner.run(tell(pages))

        async def stop() -> None:
            await browser.close()
            await playwright.stop()

        runner.run(stop())


@dataclass(frozen=True)
class Element:
    """An element as written: its classes, attributes and words."""

    tag: str
    classes: tuple[str, ...] = ()
    attributes: tuple[tuple[str, str], ...] = ()
    words: str = ""

    def html(self, inner: str = "") -> str:
        attributes = [*self.attributes, *([("class", " ".join(self.classes))] if self.classes else [])]
        told = "".join(f' {key}="{escape(value)}"' for key, value in attributes)
        end = "" if self.tag in ("img", "input") else f"{escape(self.words)}{inner}</{self.tag}>"
        return f"<{self.tag}{told}>{end}"


@dataclass(frozen=True)
class Written:
    """A page: what is around the element, outermost first, the element, and what stands beside it."""

    around: tuple[Element, ...]
    it: Element
    beside: tuple[Element, ...] = ()

    def html(self) -> str:
        it = replace(self.it, attributes=(("data-it", ""), *self.it.attributes))
        inner = "".join(each.html() for each in self.beside) + it.html()
        for element in reversed(self.around):
            inner = element.html(inner)
        return inner


CLASSES = ["card", "card__link", "site-nav", "btn", "promo", "news-list", "o-grid", "hero__title", "lead"]
class_lists = st.lists(st.sampled_from(CLASSES), unique=True, max_size=3).map(tuple)
paths = st.sampled_from(["/bins", "/council-tax/pay", "/media/market.jpg", "/media/town-hall.png"])
wrappers = st.builds(
    Element, st.sampled_from(["div", "section", "ul", "article", "main", "nav"]), class_lists
)


@st.composite
def elements(draw: st.DrawFn) -> Element:
    tag = draw(st.sampled_from(["a", "img", "button", "p", "h2", "input"]))
    attributes: list[tuple[str, str]] = []
    if tag in ("a", "img"):
        attributes.append(("href" if tag == "a" else "src", draw(paths)))
    if tag == "input":
        attributes.append(("name", draw(st.sampled_from(WORDS))))
    words = " ".join(draw(st.lists(st.sampled_from(WORDS), min_size=1, max_size=6, unique=True)))
    return Element(tag, draw(class_lists), tuple(attributes), "" if tag in ("img", "input") else words)


pages = st.builds(Written, st.lists(wrappers, min_size=1, max_size=4).map(tuple), elements())

Made = Callable[[random.Random], str]


def some(order: random.Random, letters: str, length: int) -> str:
    return "".join(order.choice(letters) for _ in range(length))


def mixed(order: random.Random) -> str:
    """As build tools make them: letters with a figure among them."""
    return (
        some(order, string.ascii_lowercase, 2)
        + some(order, string.digits, 1)
        + some(order, string.ascii_lowercase, 3)
    )


TOOLS: list[Made] = [
    lambda order: f"css-{mixed(order)}",
    lambda order: f"sc-{mixed(order)} {some(order, string.ascii_lowercase, 6)}",
    lambda order: f"svelte-{mixed(order)}",
    lambda order: f"jss{order.randint(100, 110)}",
    lambda order: f"ng-tns-c{order.randint(1, 99)}-{order.randint(1, 9)}",
    lambda order: f"card_title__{mixed(order)}",
    lambda order: f"_title_{some(order, string.ascii_lowercase, 5)}_{order.randint(1, 40)}",
    lambda order: f"styles-module--title--{mixed(order)}",
    lambda order: f"Card__Title-sc-{mixed(order)}-0",
]
STATES = ["active", "is-open", "has-error", "js-ready", "hidden", "lazyloaded", "ng-star-inserted"]


def each(page: Written, change: Callable[[Element], Element]) -> Written:
    return Written(tuple(map(change, page.around)), change(page.it), page.beside)


def wrapped(page: Written, order: random.Random) -> Written:
    at = order.randint(0, len(page.around))
    return replace(page, around=(*page.around[:at], Element("div"), *page.around[at:]))


def reordered(page: Written, order: random.Random) -> Written:
    return each(
        page,
        lambda element: replace(
            element,
            classes=tuple(order.sample(element.classes, len(element.classes))),
            attributes=tuple(order.sample(element.attributes, len(element.attributes))),
        ),
    )


def in_state(page: Written, order: random.Random) -> Written:
    return each(page, lambda element: replace(element, classes=(*element.classes, order.choice(STATES))))


def renamed(page: Written, order: random.Random) -> Written:
    def change(element: Element) -> Element:
        more = (("id", mixed(order)), ("data-v", mixed(order)), (f"_ngcontent-{mixed(order)}", ""))
        return replace(element, attributes=(*element.attributes, *more))

    return each(page, change)


def joined(page: Written, order: random.Random) -> Written:
    beside = Element(order.choice(["a", "li", "p", "img"]), ("other",), words=order.choice(WORDS))
    return replace(page, beside=(*page.beside, beside))


def readdressed(page: Written, order: random.Random) -> Written:
    def change(key: str, value: str) -> str:
        if key not in ("href", "src"):
            return value
        path, dot, end = value.partition(".")
        hashed = f"{path}.{mixed(order)}{dot}{end}" if dot else path
        return f"{hashed}?v={mixed(order)}"

    it = replace(page.it, attributes=tuple((key, change(key, value)) for key, value in page.it.attributes))
    return replace(page, it=it)


HARMLESS = [wrapped, reordered, in_state, renamed, joined, readdressed]


def id_of(component: Component, of: Rule) -> str:
    return finding(component, of).issue


@settings(max_examples=10, phases=[Phase.generate])  # a batch shrinks badly
@given(
    cases=st.lists(
        st.tuples(pages, st.lists(st.sampled_from(HARMLESS), min_size=1, max_size=4)),
        min_size=15,
        max_size=30,
    ),
    order=st.randoms(use_true_random=False),
)
def test_harmless_changes_leave_the_identity(told: Told, cases: Any, order: random.Random) -> None:
    changed = []
    for page, changes in cases:
        now = page
        for change in changes:
            now = change(now, order)
        changed.append(now)
    before = told([page.html() for page, _ in cases])
    after = told([page.html() for page in changed])
    for (page, _), now, old, new in zip(cases, changed, before, after, strict=True):
        for of in RULES:
            assert id_of(old, of) == id_of(new, of), f"{page.html()}\n{now.html()}\n{old}\n{new}"


@settings(max_examples=10, phases=[Phase.generate])  # a batch shrinks badly
@given(
    cases=st.lists(st.tuples(pages, st.sampled_from(TOOLS)), min_size=15, max_size=30),
    order=st.randoms(use_true_random=False),
)
def test_what_a_tool_names_anew_at_each_build_is_the_same(
    told: Told, cases: Any, order: random.Random
) -> None:
    def built(page: Written, tool: Made) -> str:
        return each(page, lambda element: replace(element, classes=(*element.classes, tool(order)))).html()

    one = [built(page, tool) for page, tool in cases]
    two = [built(page, tool) for page, tool in cases]
    for first, second, old, new in zip(one, two, told(one), told(two), strict=True):
        for of in RULES:
            assert id_of(old, of) == id_of(new, of), f"{first}\n{second}\n{old}\n{new}"


@settings(max_examples=10, phases=[Phase.generate])  # a batch shrinks badly
@given(cases=st.lists(st.tuples(pages, st.integers(1, 28), st.integers(1, 9999)), min_size=15, max_size=30))
def test_counters_and_dates_are_no_other_words(told: Told, cases: Any) -> None:
    def dated(page: Written, day: int, count: int) -> str:
        month = ["March", "May", "ionawr"][day % 3]
        words = page.it.words and f"{page.it.words} {day} {month}, £{count}.50, {count} left"
        return replace(page, it=replace(page.it, words=words)).html()

    one = [dated(page, day, count) for page, day, count in cases]
    two = [dated(page, 29 - day, count * 7) for page, day, count in cases]
    for first, second, old, new in zip(one, two, told(one), told(two), strict=True):
        assert id_of(old, WRITTEN) == id_of(new, WRITTEN), f"{first}\n{second}"


def other_class(page: Written) -> Written:
    return replace(page, it=replace(page.it, classes=(*page.it.classes, "quite-another")))


def other_element(page: Written) -> Written:
    return replace(page, it=Element("dt", page.it.classes, words=page.it.words))


def other_landmark(page: Written) -> Written:
    return replace(page, around=(*page.around, Element("aside")))


def other_parent(page: Written) -> Written:
    return replace(page, around=(*page.around, Element("div", ("quite-another",))))


def other_words(page: Written) -> Written:
    it = page.it
    if it.attributes:
        return replace(
            page, it=replace(it, attributes=tuple((key, f"{value}-two") for key, value in it.attributes))
        )
    return replace(page, it=replace(it, words=f"{it.words} quite other"))


REAL = [other_class, other_element, other_landmark, other_parent]


@settings(max_examples=10, phases=[Phase.generate])  # a batch shrinks badly
@given(cases=st.lists(st.tuples(pages, st.sampled_from([*REAL, other_words])), min_size=15, max_size=30))
def test_real_changes_break_the_identity(told: Told, cases: Any) -> None:
    before = told([page.html() for page, _ in cases])
    after = told([change(page).html() for page, change in cases])
    for (page, change), old, new in zip(cases, before, after, strict=True):
        for of in RULES:
            if change is not other_words or is_written(old, of):
                assert id_of(old, of) != id_of(new, of), f"{change.__name__}: {page.html()}\n{old}\n{new}"


@settings(max_examples=10, phases=[Phase.generate])  # a batch shrinks badly
@given(cases=st.lists(st.tuples(pages, pages), min_size=15, max_size=30))
def test_what_is_mended_hides_nothing_that_is_broken_elsewhere(told: Told, cases: Any) -> None:
    """Two elements of one page, first the one at fault, then the other: the same issue, or nothing of it."""

    def with_fault(page: Written, other: Written) -> str:
        return page.html() + other.html().replace(' data-it=""', "")

    def with_other_fault(page: Written, other: Written) -> str:
        return page.html().replace(' data-it=""', "") + other.html()

    before = told([with_fault(*each) for each in cases])
    after = told([with_other_fault(*each) for each in cases])
    for (page, other), one, two in zip(cases, before, after, strict=True):
        if one.target == two.target and says(one) != says(two):
            continue  # one link's words were edited, or two lead to one place: nobody knows
        for of in RULES:
            old, new = issue_of(one, of, ["/"]), issue_of(two, of, ["/"])
            found = {c.tier for c in compare(audit([old]), audit([new])).changes}
            assert found <= ({Tier.EXACT} if old.id == new.id else {None}), (
                f"{page.html()}\n{other.html()}\n{one}\n{two}"
            )


@settings(max_examples=10, phases=[Phase.generate])  # a batch shrinks badly
@given(cases=st.lists(st.tuples(pages, st.booleans()), min_size=15, max_size=30))
def test_what_has_its_like_on_the_page_is_not_alone(told: Told, cases: Any) -> None:
    def beside(page: Written, is_twin: bool) -> str:
        return page.html() + (page.it.html() if is_twin else Element("hr").html())

    for (page, is_twin), one in zip(cases, told([beside(*each) for each in cases]), strict=True):
        assert one.text.endswith(TWIN) == is_twin, page.html()
