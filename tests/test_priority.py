"""The order of repairs: what moves an issue up or down, what never may, and whose it is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from types import SimpleNamespace
from typing import Any, cast

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from auditor import wcag
from auditor.models import (
    Component,
    Finding,
    Impact,
    Issue,
    Kind,
    Outcome,
    Owner,
    OwnerRule,
    Report,
    Rule,
    UrlOutcome,
    Views,
    Visit,
)
from auditor.priority import (
    NOBODY,
    USUAL,
    by_owner,
    by_statement,
    owner,
    plan,
    priorities,
    priority,
    service,
)

HOME = "https://www.a.example"
PLAIN = "/bins"
BADGE = "/blue-badge/apply"


def rule(id: str, *who: str, owner: str = "", kind: Kind = Kind.FAILURE) -> Rule:
    return Rule(
        id=id, title=id, why="", who=who, fix="", wcag=(), kind=kind, impact=None, engine="axe", owner=owner
    )


RULES = {
    each.id: each
    for each in (
        rule("alt", "blind", owner="editor"),
        rule("contrast", "low-vision", "older", owner="template"),
        rule("label", "blind", owner="supplier-or-developer"),
        rule("odd"),
        rule("advice", "blind", kind=Kind.ADVICE, owner="template"),
    )
}


def component(shape: str = "a.card", *landmarks: str, host: str = "", text: str = "") -> Component:
    return Component(
        landmarks=landmarks or ("main",), path=("div.x",), shape=shape, target="", text=text, host=host
    )


def issue(id: str, rule: str = "contrast", **values: Any) -> Issue:
    defaults: dict[str, Any] = {
        "outcome": Outcome.FAILED,
        "kind": RULES[rule].kind,
        "impact": Impact.SERIOUS,
        "pages": 0,
        "places": 1,
        "faults": 1,
        "at_least": False,
        "component": None,
        "is_written": False,
    }
    return Issue(id=id, rule=rule, wcag=(), title=id, **(defaults | values))


def report(
    on: Sequence[tuple[Issue, Sequence[str]]],
    *,
    audited: Sequence[str] = (),
    views: Mapping[str, int] | None = None,
    owners: Sequence[OwnerRule] = (),
    titles: Mapping[str, str] | None = None,
) -> Report:
    """What `priority` reads of a report: issues with the pages they are on."""
    urls = dict.fromkeys([*audited, *(url for _, pages in on for url in pages)])
    known = None
    if views is not None:
        pages = {HOME + path: count for path, count in views.items()}
        known = Views(source="views.csv", measure="Views", pages=pages, rows=len(pages), left_out=0)
    issues = tuple(replace(each, pages=len(set(pages))) for each, pages in on)
    found = [
        SimpleNamespace(issue=each.id, url=HOME + path, person=None) for each, pages in on for path in pages
    ]
    made = SimpleNamespace(
        issues=issues,
        of=lambda outcome: tuple(i for i in issues if i.outcome is outcome and i.kind is Kind.FAILURE),
        findings=lambda: found,
        visits=lambda: [
            Visit(url=HOME + path, outcome=UrlOutcome.AUDITED, title=(titles or {}).get(path))
            for path in urls
        ],
        coverage=SimpleNamespace(audited=len(urls)),
        journeys=(),
        rules=RULES,
        views=known,
        owners=tuple(owners),
    )
    return cast(Report, made)


def ids(issues: Sequence[Issue]) -> list[str]:
    return [each.id for each in issues]


# -- The order ----------------------------------------------------------------------------------------------


def test_impact_times_reach() -> None:
    known = priorities(
        report(
            [
                (issue("wide", impact=Impact.MODERATE), ["/1", "/2", "/3"]),
                (issue("deep", impact=Impact.CRITICAL), ["/1"]),
                (issue("unrated", impact=None), ["/1", "/2", "/3"]),
            ],
            audited=["/4"],
        )
    )
    assert {i.id: known.of(i) for i in known.problems} == {"wide": 150, "deep": 100, "unrated": 75}
    assert ids(known.problems) == ["wide", "deep", "unrated"]
    assert known.reach["wide"].percent == 75
    assert "share of the audited pages" in known.formula
    assert "views" not in known.formula


def test_the_worse_impact_first_where_priority_is_equal() -> None:
    known = priorities(
        report(
            [(issue("a", impact=Impact.MODERATE), ["/1", "/2"]), (issue("b", impact=Impact.CRITICAL), ["/1"])]
        )
    )
    assert ids(known.problems) == ["b", "a"]


def test_a_journey_outweighs_any_reach() -> None:
    known = priorities(report([(issue("a"), ["/1"])], audited=["/2"]))
    assert priority(issue("a"), known.reach["a"], 1_000) > 400


def test_views_are_reach_where_they_are_known() -> None:
    known = priorities(
        report(
            [(issue("seen"), ["/home"]), (issue("hidden"), [PLAIN, "/2"])],
            views={"/home": 900, PLAIN: 60, "/2": 40},
        )
    )
    assert {key: each.percent for key, each in known.reach.items()} == {"seen": 90, "hidden": 10}
    assert ids(known.problems) == ["seen", "hidden"]
    assert "page views" in known.formula


def test_a_page_whose_views_are_not_known_lowers_nothing() -> None:
    known = priorities(report([(issue("a"), [PLAIN, "/2"])], views={"/home": 900, PLAIN: 100}))
    assert known.reach["a"].unknown
    assert known.reach["a"].by_views == 10
    assert known.reach["a"].percent == 100
    assert not known.reach["a"].is_kept


def test_views_of_nothing_are_no_views() -> None:
    known = priorities(report([(issue("a"), [PLAIN])], views={PLAIN: 0}, audited=["/2"]))
    assert known.reach["a"].by_views is None
    assert known.reach["a"].percent == 50


def test_views_lower_no_protected_service() -> None:
    few = [(issue("badge"), [BADGE]), (issue("bins"), [PLAIN]), (issue("tai"), ["/w"])]
    known = priorities(
        report(
            few, views={"/home": 997, PLAIN: 1, BADGE: 1, "/w": 1}, titles={"/w": "Budd-dâl – Budd-daliadau"}
        )
    )
    badge, bins, welsh = (known.reach[key] for key in ("badge", "bins", "tai"))
    assert badge.percent == pytest.approx(100 / 3)
    assert (badge.service, badge.example) == ("Blue Badge and disabled parking", HOME + BADGE)
    assert badge.is_kept
    assert welsh.is_kept
    assert bins.percent == pytest.approx(0.1)
    assert not bins.is_kept


PAGES = [PLAIN, BADGE, "/1", "/2", "/3"]
ON = st.lists(
    st.tuples(
        st.sampled_from(list(RULES)),
        st.sampled_from([*Impact, None]),
        st.sampled_from([Outcome.FAILED, Outcome.FAILED, Outcome.CANT_TELL]),
        st.sampled_from(["a.card", "p.small", "td", None]),
        st.lists(st.sampled_from(PAGES), min_size=1),
    ),
    max_size=8,
)
VIEWED = st.one_of(st.none(), st.dictionaries(st.sampled_from(PAGES), st.integers(0, 10_000)))


def made(told: Sequence[tuple[Any, ...]]) -> list[tuple[Issue, list[str]]]:
    return [
        (
            issue(
                f"i{n}", rule, impact=impact, outcome=outcome, component=component(shape) if shape else None
            ),
            pages,
        )
        for n, (rule, impact, outcome, shape, pages) in enumerate(told)
    ]


@settings(max_examples=50)
@given(ON, VIEWED)
def test_views_never_lower_what_is_protected_or_not_known(told: Any, views: Any) -> None:
    before = priorities(report(made(told), audited=PAGES))
    after = priorities(report(made(told), audited=PAGES, views=views))
    for each, pages in made(told):
        lowered = after.of(each) < before.of(each)
        assert not (lowered and (BADGE in pages or not set(pages) <= set(views)))
        assert 0 <= after.of(each) <= 400


@settings(max_examples=50)
@given(ON, VIEWED, st.randoms())
def test_the_order_of_what_was_found_does_not_matter(told: Any, views: Any, random: Any) -> None:
    on = made(told)
    mixed = [(each, random.sample(pages, len(pages))) for each, pages in random.sample(on, len(on))]
    one, two = (priorities(report(each, audited=PAGES, views=views)) for each in (on, mixed))
    for of in (plan, by_owner, by_statement):
        assert of(one) == of(two)
    assert (one.problems, one.questions, one.advice) == (two.problems, two.questions, two.advice)


# -- The plan -----------------------------------------------------------------------------------------------


def test_one_component_with_three_rules_is_one_piece_of_work() -> None:
    card, other = component("a.card"), component("a.card", "contentinfo")
    work = plan(
        priorities(
            report(
                [
                    (issue("1", "contrast", component=card), ["/1"]),
                    (issue("2", "label", component=card), ["/2"]),
                    (issue("3", "alt", component=card), ["/1"]),
                    (issue("4", "contrast", component=other), ["/1"]),
                    (issue("5", "contrast", component=replace(card, path=("div.y", "div.x"))), ["/1"]),
                    (issue("q", "contrast", component=card, outcome=Outcome.CANT_TELL), ["/1"]),
                    (issue("n", "advice", component=card), ["/1"]),
                ],
                audited=["/3"],
            )
        )
    )
    assert [set(ids(each.issues)) for each in work] == [{"1", "2", "3", "5"}, {"4"}]
    assert [each.pages for each in work] == [2, 1]
    assert [each.problems_cleared for each in work] == [4, 5]
    assert [each.pages_cleared for each in work] == [2, 3], "one has none now; /1 waits for the second"
    assert {each.id for each in work[0].owners} == {"template", "supplier-or-developer", "editor"}


def test_what_an_editor_writes_is_a_piece_of_work_each() -> None:
    one, two = component("img", text="hall"), component("img", text="park")
    on = [(issue(t.text, "alt", component=t, is_written=True), ["/1"]) for t in (one, two)]
    assert len(plan(priorities(report(on)))) == 2
    shared = [(replace(each, is_written=False), pages) for each, pages in on]
    assert len(plan(priorities(report(shared)))) == 1


def test_frames_are_told_apart() -> None:
    def framed(id: str, *frame: str) -> Issue:
        example = cast(Finding, SimpleNamespace(frame=frame))
        return issue(id, component=component(), examples=(example,))

    on = [(framed("a"), ["/1"]), (framed("b", "iframe#map"), ["/1"]), (framed("c", "iframe#map"), ["/2"])]
    assert [set(ids(each.issues)) for each in plan(priorities(report(on)))] == [{"b", "c"}, {"a"}]


@settings(max_examples=50)
@given(ON, VIEWED)
def test_the_plan_clears_more_with_each_step_and_all_at_its_end(told: Any, views: Any) -> None:
    known = priorities(report(made(told), audited=PAGES, views=views))
    work = plan(known)
    assert sorted(i.id for each in work for i in each.issues) == sorted(ids(known.problems))
    cleared = [each.problems_cleared for each in work]
    assert cleared == sorted(set(cleared))
    pages = [each.pages_cleared for each in work]
    assert pages == sorted(pages)
    assert [each.priority for each in work] == sorted((each.priority for each in work), reverse=True)
    if work:
        assert cleared[-1] == len(known.problems)
        assert pages[-1] == len(PAGES)
    for n, each in enumerate(work):
        left = {p for later in work[n + 1 :] for i in later.issues for p in known.pages[i.id]}
        assert each.pages_cleared == len(PAGES) - len(left)


# -- Owners -------------------------------------------------------------------------------------------------

WEB, TAI, FORMS = (Owner(id=key, name=key) for key in ("web", "tai", "forms"))


def owned(one: Issue, pages: Sequence[str], *owners: OwnerRule) -> Owner:
    known = priorities(report([(one, pages)], owners=owners))
    return owner(known, known.report.issues[0])


def test_the_rules_own_word_where_nobody_is_named() -> None:
    assert owned(issue("a", "alt"), ["/1"]) is USUAL["editor"]
    assert owned(issue("a", "odd"), ["/1"]) is NOBODY


def test_the_last_that_matches_has_it() -> None:
    by_rule, by_page = OwnerRule(owner=WEB, rules=("contrast",)), OwnerRule(owner=TAI, pages=("/tai/*",))
    assert owned(issue("a"), ["/tai/1"], by_rule, by_page) is TAI
    assert owned(issue("a"), ["/tai/1"], by_page, by_rule) is WEB
    assert owned(issue("a"), ["/1"], by_rule, by_page) is WEB


def test_by_pages_only_if_all_its_pages_are() -> None:
    mine = OwnerRule(owner=TAI, pages=("/tai/*", "*/housing/*"))
    assert owned(issue("a"), ["/tai/1", "/en/housing/1"], mine) is TAI
    assert owned(issue("a"), ["/tai/1", "/bins"], mine) is USUAL["template"]


@pytest.mark.parametrize(
    ("pattern", "is_theirs"),
    [
        ("a.card-link", True),
        ("A.Card*", True),
        ("contentinfo*", True),
        ("main contentinfo a.card-link", True),
        ("*contentinfo*", True),
        ("a", False),
        ("banner*", False),
        ("a[role=button]", False),
    ],
)
def test_by_component(pattern: str, is_theirs: bool) -> None:
    landmarks = ("main", "contentinfo") if pattern.startswith("main") else ("contentinfo",)
    one = issue("a", component=component("a.card-link", *landmarks))
    found = owned(one, ["/1"], OwnerRule(owner=WEB, components=(pattern,)))
    assert found is (WEB if is_theirs else USUAL["template"])


def test_by_supplier_in_its_frame_or_on_its_host() -> None:
    mine = OwnerRule(owner=FORMS, suppliers=("*.forms.example",))
    framed = issue("a", component=component(host="council.forms.example"))
    assert owned(framed, ["/1"], mine) is FORMS
    assert owned(issue("a", component=component()), ["/1"], mine) is USUAL["template"]
    theirs = OwnerRule(owner=FORMS, suppliers=("www.a.example",))
    assert owned(issue("a"), ["/1"], theirs) is FORMS


def test_each_issue_has_one_owner_and_those_with_none_are_told() -> None:
    on = [(issue("1", "alt"), ["/1"]), (issue("2", "advice"), ["/1"]), (issue("3", "odd"), ["/1", "/2"])]
    known = priorities(report(on, owners=[OwnerRule(owner=WEB, rules=("never",))]))
    shares = by_owner(known)
    assert [each.owner.id for each in shares] == ["web", "editor", "template", "not-assigned"]
    assert [ids(each.issues) for each in shares] == [[], ["1"], ["2"], ["3"]]


# -- Whom it stops ------------------------------------------------------------------------------------------


def test_problems_by_statement() -> None:
    known = priorities(
        report(
            [
                (issue("1", "alt", impact=Impact.MINOR), ["/1", "/2"]),
                (issue("2", "label"), ["/2"]),
                (issue("3", "label", outcome=Outcome.CANT_TELL), ["/3"]),
                (issue("4", "contrast"), ["/1"]),
                (issue("5", "advice"), ["/1"]),
            ]
        )
    )
    by_clause = {each.statement.clause: each for each in by_statement(known)}
    vision = by_clause["4.2.1"]
    assert ids(vision.problems) == ["2", "1"]
    assert (vision.pages, ids(vision.questions), vision.question_pages, vision.rules) == (2, ["3"], 1, 2)
    assert ids(by_clause["4.2.2"].problems) == ids(by_clause[""].problems) == ["4"]
    assert by_clause["4.2.9"].rules == 0


def test_the_statements_are_the_standards_and_no_group_is_left_out() -> None:
    clauses = [each.clause for each in wcag.statements()]
    assert clauses == [*(f"4.2.{n}" for n in range(1, 12)), ""]
    assert set().union(*(each.groups for each in wcag.statements())) == set(wcag.groups())


# -- Protected services -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "title", "expected"),
    [
        ("/parking/blue-badge", "", "Blue Badge and disabled parking"),
        ("/a", "Apply for a Blue Badge", "Blue Badge and disabled parking"),
        ("/cy/bathodyn-glas", "", "Blue Badge and disabled parking"),
        ("/send", "", "Special educational needs"),
        ("/a", "SEND local offer", "Special educational needs"),
        ("/contact", "Send us a message", ""),
        ("/budd-daliadau", "", "Benefits and help with money"),
        ("/council-tax/council_tax_reduction.aspx", "", "Benefits and help with money"),
        ("/cy/a", "Gostyngiad y Dreth Gyngor", "Benefits and help with money"),
        ("/council-tax", "Pay your council tax", ""),
        ("/caring%20for/someone", "", "Care and support"),
        ("/a", "Canolfan Ddydd y Dref", "Care and support"),
        ("/a", "Take care on icy roads", ""),
        ("/a", "Report a safeguarding concern", "Safeguarding and domestic abuse"),
        ("/homelessness", "", "Housing and homelessness"),
        ("/a", "Cofrestr tai", "Housing and homelessness"),
        ("/a", "Tai Chi in the park", ""),
        ("/bins", "Bins and recycling", ""),
        # False friends that are put up with: they keep the reach that they have by pages.
        ("/news/health-benefits-of-walking", "", "Benefits and help with money"),
        ("/a", "Housing development plan", "Housing and homelessness"),
    ],
)
def test_protected_services(path: str, title: str, expected: str) -> None:
    assert service(HOME + path, title) == expected


@settings(max_examples=20)
@given(st.text(), st.text())
def test_any_address_has_an_answer(url: str, title: str) -> None:
    assert isinstance(service(url, title), str)
    assert isinstance(service(f"https://{url}", title), str)


def test_a_title_of_any_length_takes_no_time() -> None:
    assert service(HOME, "benefit" * 1_000_000) == ""
