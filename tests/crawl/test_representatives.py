"""Which pages are driven: each template and component on some pages, most pages not at all."""

from __future__ import annotations

from auditor.browser.content import kinds
from auditor.crawl.representatives import FREELY, SHARE, Representatives

PAGE = "https://www.example.org/news/{}"
HOME_LIKE = range(100, 140)
ARTICLE = range(200, 240)


def test_two_pages_of_each_template_are_driven() -> None:
    chosen = Representatives()
    driven = [
        template for n in range(50) for template in ("list", "article")
        if chosen.chosen(PAGE.format(n), HOME_LIKE if template == "list" else ARTICLE)
    ]  # fmt: skip
    assert sorted(driven) == ["article", "article", "list", "list"]


def test_a_new_component_is_driven_and_a_small_difference_is_not() -> None:
    chosen = Representatives()
    for n in range(3):
        chosen.chosen(PAGE.format(n), ARTICLE)
    assert not chosen.chosen(PAGE.format(4), [*ARTICLE, 1, 2])
    assert chosen.chosen(PAGE.format(5), [*ARTICLE, 3, 4, 5, 6, 7])


def test_the_home_page_the_statement_and_contact_pages_always_are() -> None:
    chosen = Representatives()
    for n in range(3):
        chosen.chosen(PAGE.format(n), ARTICLE)
    for path in ("", "/", "/accessibility-statement", "/cy/datganiad-hygyrchedd", "/contact-us"):
        assert chosen.chosen(f"https://www.example.org{path}", ARTICLE), path


def test_a_site_without_templates_is_driven_in_part() -> None:
    chosen = Representatives()
    driven = sum(chosen.chosen(PAGE.format(n), range(n * 50, n * 50 + 50)) for n in range(500))
    assert FREELY <= driven <= max(FREELY, SHARE * 500) + 1


def test_a_chosen_page_that_could_not_be_driven_is_stood_in_for() -> None:
    chosen = Representatives()
    assert [chosen.chosen(PAGE.format(n), ARTICLE) for n in range(3)] == [True, True, False]
    chosen.give_back(ARTICLE)
    assert [chosen.chosen(PAGE.format(n), ARTICLE) for n in range(3, 5)] == [True, False]


def test_a_run_that_is_taken_up_knows_what_was_driven() -> None:
    chosen = Representatives()
    chosen.take_up([list(ARTICLE), list(ARTICLE)], 40)
    assert not chosen.chosen(PAGE.format(1), ARTICLE)
    assert chosen.chosen(PAGE.format(2), HOME_LIKE)


def test_kinds_are_told_by_what_a_template_sets() -> None:
    page = "html lang=en\ndiv class=card id data-x\na href class=more>Read on\ninput type=text name"
    other = page.replace("Read on", "More").replace("lang=en", "lang=cy")
    assert kinds(page) == kinds(other)
    assert kinds(page) != kinds(page.replace("type=text", "type=date"))
    assert kinds("div class=css-1x2y3z") == kinds("div class=css-9q8w7")
    assert len(kinds("\n".join(f"x{'y' * n}" for n in range(1000)))) == 400


def test_what_marks_words_within_a_line_is_no_kind_unless_it_can_be_used() -> None:
    page = "html\np"
    assert kinds(page) == kinds(f"{page}\nspan class=only one>def role=x\nem\ncode class=xref\nbr")
    for used in (
        "span class=tip tabindex=0",
        "b role=button",
        "i onclick=open()",
        "spanner class=k",
        "summary",
    ):
        assert len(kinds(f"{page}\n{used}")) == 3, used
