"""The criteria and groups as data, their mapping to axe's tags, and axe.toml against the engine itself."""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest

from auditor import wcag
from auditor.errors import UsageError

AXE_TOML = Path(__file__).parents[1] / "rules" / "axe.toml"
LONGEST_SENTENCE = 25  # words: GOV.UK's advice on accessible documents
OWNERS = {"editor", "template", "supplier-or-developer"}


@pytest.fixture(scope="module")
def axe_script() -> str:
    return (files("axe_playwright_python") / "axe.min.js").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def axe_source(axe_script: str) -> dict[str, str]:
    """Rule id -> its object in the bundled engine's script: what stands between rules and checks."""
    listed = re.search(r',rules:\[(\{id:".*?\})\],checks:\[\{', axe_script, re.DOTALL)
    assert listed, "axe changed: read its rules anew"
    objects = listed[1].split('{id:"')[1:]  # a check inside a rule begins with its options, not its id
    rules = {one[: one.index('"')]: one for one in objects}
    assert len(rules) == len(objects) == 105
    assert {"image-alt", "target-size", "duplicate-id", "css-orientation-lock"} <= rules.keys()
    return rules


@pytest.fixture(scope="module")
def axe_rules(axe_source: dict[str, str]) -> dict[str, tuple[str, ...]]:
    """Rule id -> tags."""
    rules = {}
    for rule, source in axe_source.items():
        (tags,) = re.findall(r"\btags:\[([^\]]*)\]", source)
        rules[rule] = tuple(re.findall(r'"([^"]+)"', tags))
    return rules


@pytest.fixture(scope="module")
def texts() -> dict[str, dict[str, Any]]:
    return tomllib.loads(AXE_TOML.read_text(encoding="utf-8"))


def count(version: str) -> Counter[str]:
    return Counter(
        c.level
        for c in wcag.criteria().values()
        if c.since <= version and not (c.removed_in and c.removed_in <= version)
    )


# Criteria: figures from the Recommendations at https://www.w3.org/TR/WCAG20/, WCAG21/ and WCAG22/


@pytest.mark.parametrize(
    ("version", "levels", "total"),
    [
        ("2.0", {"A": 25, "AA": 13, "AAA": 23}, 61),
        ("2.1", {"A": 30, "AA": 20, "AAA": 28}, 78),
        ("2.2", {"A": 31, "AA": 24, "AAA": 31}, 86),
    ],
)
def test_counts_by_version_and_level(version: str, levels: dict[str, int], total: int) -> None:
    assert count(version) == levels
    assert count(version).total() == total


@pytest.mark.parametrize(
    ("standard", "total"),
    [
        ("wcag20a", 25),
        ("wcag20aa", 38),
        ("wcag20aaa", 61),
        ("wcag21a", 30),
        ("wcag21aa", 50),
        ("wcag21aaa", 78),
        ("wcag22a", 31),
        ("wcag22aa", 55),
        ("wcag22aaa", 86),
    ],
)
def test_counts_by_standard(standard: str, total: int) -> None:
    assert standard in wcag.STANDARDS
    assert len(wcag.in_standard(standard)) == total


def test_every_standard_is_counted_above() -> None:
    assert len(wcag.STANDARDS) == 9


def test_parsing_is_gone_from_22_and_nothing_else() -> None:
    removed = [c for c in wcag.criteria().values() if c.removed_in]
    assert [(c.num, c.removed_in) for c in removed] == [("4.1.1", "2.2")]
    assert set(wcag.in_standard("wcag21aa")) - set(wcag.in_standard("wcag22aa")) == set(removed)


def test_22_added_these() -> None:
    added = {c.num: c.level for c in wcag.criteria().values() if c.since == "2.2"}
    assert added == {
        "2.4.11": "AA",
        "2.4.12": "AAA",
        "2.4.13": "AAA",
        "2.5.7": "AA",
        "2.5.8": "AA",
        "3.2.6": "A",
        "3.3.7": "A",
        "3.3.8": "AA",
        "3.3.9": "AAA",
    }


def test_in_order_by_number_without_gaps() -> None:
    nums = [tuple(map(int, num.split("."))) for num in wcag.criteria()]
    assert nums == sorted(nums)
    for guideline in {num[:2] for num in nums}:
        of_it = [num[2] for num in nums if num[:2] == guideline]
        assert of_it == list(range(1, len(of_it) + 1))


def test_each_criterion_is_complete() -> None:
    for num, c in wcag.criteria().items():
        assert num == c.num
        assert c.level in {"A", "AA", "AAA"}
        assert c.since in {"2.0", "2.1", "2.2"}
        assert c.name.strip() == c.name != ""
        assert re.fullmatch(r"[a-z]+(-[a-z]+)*", c.slug), c.num
        assert c.groups, c.num
        assert set(c.groups) <= set(wcag.groups()), c.num
        assert len(set(c.groups)) == len(c.groups), c.num
        assert c.plain.endswith("."), c.num
        assert 0 < len(c.plain.split()) <= 20, c.num
    for of in ("name", "slug", "plain"):
        assert len({getattr(c, of) for c in wcag.criteria().values()}) == 87


def slug_of(name: str) -> str:
    return re.sub(r"[^a-z]+", "-", name.lower()).strip("-")


def test_slug_is_the_name_as_the_w3c_writes_it_in_addresses() -> None:
    assert {c.num: c.slug for c in wcag.criteria().values() if c.slug != slug_of(c.name)} == {}


def test_a_known_criterion() -> None:
    c = wcag.criterion("1.4.3")
    assert (c.name, c.level, c.since, c.removed_in) == ("Contrast (Minimum)", "AA", "2.0", None)
    assert c.url == "https://www.w3.org/WAI/WCAG22/Understanding/contrast-minimum.html"
    assert "low-vision" in c.groups


@pytest.mark.parametrize("num", ["", "1.4", "1.4.99", "wcag143"])
def test_an_unknown_criterion_is_named(num: str) -> None:
    with pytest.raises(UsageError, match=re.escape(repr(num))):
        wcag.criterion(num)


# EN 301 549 V3.2.1: clause 9 is "9." and the number, for A and AA of WCAG 2.1 only


def test_en_301_549_takes_over_exactly_wcag_21_a_and_aa() -> None:
    clauses = {c.num: c.en301549_v321 for c in wcag.criteria().values() if c.en301549_v321}
    assert clauses == {c.num: f"9.{c.num}" for c in wcag.in_standard("wcag21aa")}
    assert clauses["4.1.1"] == "9.4.1.1"
    assert not {"2.4.11", "2.5.7", "2.5.8", "3.2.6", "3.3.7", "3.3.8", "1.4.6"} & clauses.keys()


def test_en_301_549_agrees_with_axe(axe_rules: dict[str, tuple[str, ...]]) -> None:
    """axe tags its rules with the clauses of V3.2.1 itself; 2.1.3 is AAA, and axe's EN tag for it a slip."""
    for rule, tags in axe_rules.items():
        clauses = {tag.removeprefix("EN-") for tag in tags if re.match(r"EN-\d+\.", tag)} - {"9.2.1.3"}
        if clauses:
            ours = {wcag.criterion(num).en301549_v321 for num in wcag.from_axe_tags(tags)}
            assert clauses == ours - {None}, rule


# axe's tags


@pytest.mark.parametrize(
    ("standard", "tags"),
    [
        ("wcag20a", ("wcag2a",)),
        ("wcag20aa", ("wcag2a", "wcag2aa")),
        ("wcag21a", ("wcag2a", "wcag21a")),
        ("wcag21aa", ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa")),
        ("wcag22a", ("wcag2a", "wcag21a", "wcag22a")),
        ("wcag22aa", ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa")),
        ("wcag20aaa", ("wcag2a", "wcag2aa", "wcag2aaa")),
    ],
)
def test_axe_tags(standard: str, tags: tuple[str, ...]) -> None:
    assert wcag.axe_tags(standard) == tags


def test_axe_has_these_tags(axe_rules: dict[str, tuple[str, ...]]) -> None:
    known = {tag for tags in axe_rules.values() for tag in tags}
    assert set(wcag.axe_tags("wcag22aa")) - known == {"wcag22a"}  # allowed by axe, on no rule of 4.12.1
    levels = {tag for tag in known if re.fullmatch(r"wcag2\d?a{1,2}", tag)}
    assert levels <= set(wcag.axe_tags("wcag22aa"))


def test_rules_chosen_by_tags_are_about_criteria_of_the_standard(
    axe_rules: dict[str, tuple[str, ...]],
) -> None:
    for standard in wcag.STANDARDS:
        allowed = {c.num for c in wcag.in_standard(standard)}
        for rule, tags in axe_rules.items():
            if set(tags) & set(wcag.axe_tags(standard)):
                assert allowed & set(wcag.from_axe_tags(tags)), (standard, rule)


@pytest.mark.parametrize("standard", ["", "WCAG22AA", "wcag22aaaa", "wcag2aa", "wcag23aa"])
def test_an_unknown_standard_is_answered_with_the_allowed_ones(standard: str) -> None:
    for ask in (wcag.in_standard, wcag.axe_tags):
        with pytest.raises(UsageError, match=r"wcag20a, .*wcag22aa"):
            ask(standard)


@pytest.mark.parametrize(
    ("tags", "nums"),
    [
        (["cat.color", "wcag2aa", "wcag143", "EN-9.1.4.3", "ACT"], ("1.4.3",)),
        (["wcag21aa", "wcag1411"], ("1.4.11",)),
        (["wcag22aa", "wcag258"], ("2.5.8",)),
        (["wcag222"], ("2.2.2",)),
        (["wcag412", "wcag244", "wcag412"], ("4.1.2", "2.4.4")),
        (["wcag2a-obsolete", "wcag411", "deprecated"], ("4.1.1",)),
        (["best-practice", "wcag2a", "wcag21a", "wcag999", "xwcag143", "wcag14311"], ()),
        ([], ()),
    ],
)
def test_from_axe_tags(tags: list[str], nums: tuple[str, ...]) -> None:
    assert wcag.from_axe_tags(tags) == nums


def test_every_criterion_tag_of_axe_is_understood(axe_rules: dict[str, tuple[str, ...]]) -> None:
    for rule, tags in axe_rules.items():
        named = [tag for tag in tags if re.fullmatch(r"wcag\d{3,}", tag)]
        assert len(wcag.from_axe_tags(tags)) == len(named), rule
        assert named or "best-practice" in tags, rule


# Groups


def test_groups_are_people() -> None:
    assert all(re.fullmatch(r"[a-z]+(-[a-z]+)*", key) for key in wcag.groups())
    assert all("people" in label.lower() for label in wcag.groups().values())
    assert len(set(wcag.groups().values())) == len(wcag.groups())


def test_data_cannot_be_changed() -> None:
    with pytest.raises(TypeError):
        wcag.groups()["new"] = "x"  # type: ignore[index]
    with pytest.raises(TypeError):
        wcag.criteria()["9.9.9"] = wcag.criterion("1.1.1")  # type: ignore[index]


# rules/axe.toml


def test_exactly_the_rules_of_axe(
    texts: dict[str, dict[str, Any]], axe_rules: dict[str, tuple[str, ...]]
) -> None:
    assert set(texts) == set(axe_rules)
    assert list(texts) == sorted(texts)


def test_each_rule_has_these_keys_and_no_others(texts: dict[str, dict[str, Any]]) -> None:
    for rule, text in texts.items():
        needed = {"title", "why", "who", "fix", "owner"}
        assert needed <= set(text) <= needed | {"act", "wcag", "before", "after", "content_system"}, rule
        assert ("before" in text) == ("after" in text), rule
        assert text["owner"] in OWNERS, rule


def test_who_is_a_group(texts: dict[str, dict[str, Any]]) -> None:
    for rule, text in texts.items():
        assert text["who"], rule
        assert set(text["who"]) <= set(wcag.groups()), rule
        assert len(set(text["who"])) == len(text["who"]), rule


def sentences(text: str) -> list[str]:
    return re.split(r"(?<=[.?!])\s+", text)


def test_texts_are_short_sentences(texts: dict[str, dict[str, Any]]) -> None:
    for rule, text in texts.items():
        for key, most in (("why", 2), ("fix", 3)):
            assert text[key].strip() == text[key] != "", (rule, key)
            assert text[key].endswith("."), (rule, key)
            assert len(sentences(text[key])) <= most, (rule, key)
            for sentence in sentences(text[key]):
                assert len(sentence.split()) <= LONGEST_SENTENCE, (rule, key, sentence)


def test_titles_are_headings(texts: dict[str, dict[str, Any]]) -> None:
    for rule, text in texts.items():
        title = text["title"]
        assert title.strip() == title != "", rule
        assert title[0].isupper(), rule
        assert title[-1] not in ".:!", rule
        assert len(title) <= 80, rule
        assert not title.startswith(("Ensure", "Elements", "Document")), rule
        assert not re.search(r"\b(ARIA|WCAG|attribute|element|tag|landmark)s?\b", title), rule
    assert len({text["title"] for text in texts.values()}) == len(texts)


def test_titles_do_not_claim_what_axe_leaves_to_a_person(
    texts: dict[str, dict[str, Any]], axe_source: dict[str, str]
) -> None:
    never_fails = {rule for rule, source in axe_source.items() if "reviewOnFail:!0" in source}
    never_fails |= {  # their checks answer "incomplete" where they do not pass
        "audio-caption",
        "form-field-multiple-labels",
        "frame-tested",
        "hidden-content",
        "identical-links-same-purpose",
        "video-caption",
    }
    assert {rule for rule, text in texts.items() if re.search(r"\bmay\b", text["title"])} == never_fails


def test_no_markup_and_no_criteria_in_texts(texts: dict[str, dict[str, Any]]) -> None:
    """Reports print the texts as they are, and criteria come from the engine alone."""
    for rule, text in texts.items():
        for key in ("title", "why", "fix"):
            assert not re.search(r"[<>`]|\bWCAG\b|\b\d\.\d\.\d", text[key]), (rule, key)


def test_british_spelling(texts: dict[str, dict[str, Any]]) -> None:
    keys = ("title", "why", "fix", "content_system")
    words = " ".join(t.get(key, "") for t in texts.values() for key in keys)
    words += " ".join(c.plain for c in wcag.criteria().values())
    assert not re.findall(r"\b(?:colors?|center|dialog|recogniz\w+|customiz\w+|gray|organiz\w+)\b", words)


def test_documents_have_clauses_of_their_own() -> None:
    """EN 301 549 V3.2.1: 10 in place of 9, void where only a set of pages can meet it, none for 2.2's."""
    clauses = {num: wcag.criterion(num).clause(of_documents=True) for num in wcag.criteria()}
    assert clauses["1.1.1"] == "10.1.1.1"
    assert clauses["4.1.1"] == "10.4.1.1"
    assert {clauses[num] for num in ("2.4.1", "2.4.5", "3.2.3", "3.2.4", "2.5.8")} == {None}
    assert wcag.criterion("2.4.5").clause(of_documents=False) == "9.2.4.5"
    assert not [clause for clause in clauses.values() if clause and not clause.startswith("10.")]
