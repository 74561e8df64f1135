"""Folders of rules: what is found, and what a fault in one says."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from auditor.checks.folders import find
from auditor.errors import ConfigError
from auditor.models import Kind
from auditor.resources import folder

OURS = folder("rules")


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """A folder with one sound rule."""
    shutil.copytree(OURS / "focus_removed", tmp_path / "focus_removed")
    return tmp_path


def test_ours_are_sound() -> None:
    found = find([OURS])
    assert found
    for key, each in found.items():
        assert key == each.path.name.replace("_", "-")
        outcomes = {example.name.partition("-")[0] for example in each.examples()}
        assert outcomes & {"failed", "cant"}, f"{key} has no example of what it reports"
        silent = {"passed", "inapplicable"}
        enough = (
            silent <= outcomes if each.judge == "element" else silent & outcomes
        )  # a page is always there
        assert enough, f"{key} lacks an example that it must not report"
        assert len(each.source.splitlines()) <= 100


def test_what_is_found(place: Path) -> None:
    (found,) = find([place]).values()
    assert (found.rule.id, found.judge, found.rule.kind) == ("focus-removed", "element", Kind.FAILURE)
    element = found.element()
    assert set(element.tags) == {"wcag2a", "wcag2aa", "wcag211", "wcag247"}
    assert "blur" in element.source


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda rule: rule.rename(rule.with_name("Focus-Removed")), "small letters"),
        (lambda rule: (rule / "element.js").unlink(), "holds 0 of element.js, page.py"),
        (lambda rule: (rule / "page.py").touch(), "holds 2 of"),
        (lambda rule: (rule / "rule.toml").unlink(), "rule.toml is missing"),
        (lambda rule: (rule / "rule.toml").write_text("title = "), "not valid TOML"),
        (lambda rule: (rule / "element.js").write_text("x" * 300_000), "larger than"),
        (lambda rule: (rule / "examples/wrong.html").touch(), "OUTCOME-what-it-shows.html"),
        (lambda rule: _replace(rule, '"2.4.7"', '"2.4.99"'), "is no success criterion"),
        (lambda rule: _replace(rule, '"keyboard"', '"dogs"'), "is no user group"),
        (lambda rule: _replace(rule, 'impact = "serious"', 'impact = "bad"'), "impact"),
        (lambda rule: _replace(rule, 'wcag = ["2.1.1", "2.4.7"]', ""), "names the criteria"),
        (lambda rule: _replace(rule, "limits =", "limit ="), "limits: Field required"),
        (lambda rule: _replace(rule, "before =", "befor ="), "befor: Extra inputs"),
        (lambda rule: _replace(rule, "after =", "content_system ="), "rule.toml, after: it is missing"),
        (lambda rule: _replace(rule, "after = '''", "after = '''" + "x" * 1001), "at most 1000 characters"),
    ],
)
def test_a_fault_is_named(place: Path, change: object, said: str) -> None:
    change(place / "focus_removed")  # type: ignore[operator]
    with pytest.raises(ConfigError) as caught:
        find([place])
    assert said in str(caught.value)
    assert str(place) in str(caught.value)


def _replace(rule: Path, old: str, new: str) -> None:
    file = rule / "rule.toml"
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new), encoding="utf-8")


def test_an_id_that_is_taken(place: Path) -> None:
    with pytest.raises(ConfigError, match="is taken by"):
        find([OURS, place])


def test_no_such_folder(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="there is no such folder"):
        find([tmp_path / "none"])


def test_advice_of_level_aaa_is_a_failure_where_a_site_asks_for_that_level() -> None:
    here, there = find([OURS])["link-text"], find([OURS], "wcag22aaa")["link-text"]
    assert (here.rule.kind, here.rule.wcag, here.tags) == (Kind.ADVICE, (), ("best-practice",))
    assert (there.rule.kind, there.rule.wcag) == (Kind.FAILURE, ("2.4.9",))
    assert set(there.tags) == {"wcag2aaa", "wcag249"}
