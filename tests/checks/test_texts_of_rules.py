"""The words for rules: their form, and that the code they show has the fault before and is sound after."""

from __future__ import annotations

import asyncio
import base64
import io
import re
import shutil
import tomllib
import wave
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Error, Playwright, Route, sync_playwright

from auditor.browser import find as find_browser
from auditor.browser.engine import Engine
from auditor.checks.folders import RuleFolder, elements, find, in_python, texts
from auditor.checks.registry import registry, runs, tags_to_run
from auditor.examples import check, lacks
from auditor.models import Rule
from auditor.resources import folder

LONGEST_SENTENCE = 30  # words
LONGEST_EXAMPLE = 8  # lines
OURS = find([folder("rules")])
AXE = tomllib.loads((folder("rules") / "axe.toml").read_text(encoding="utf-8"))
TAGS = tags_to_run("wcag22aa")
HEAD = '<!doctype html><html lang="en-GB"><meta charset="utf-8"><title>Your council</title>'
STYLE = "<style>body { line-height: 2 }</style>"  # else links below each other are too close together
MAP = HEAD + '<main aria-label="Map of {0}"><h1>Map</h1><a href="/list">List</a></main>'
JUDGE = """async (options) => {
  // A frame on a slow machine is not to be taken for one that never answers.
  const { violations, incomplete } = await axe.run(document, { ...options, pingWaitTime: 2000 });
  return [violations, incomplete].map((results) => results.map(({ id }) => id));
}"""
EXAMPLES = {
    **{rule: text for rule, text in AXE.items() if "before" in text},
    **{rule: vars(each.rule) for rule, each in OURS.items() if each.judge not in ("site", "document")},
}
JUDGED = [rule for rule in EXAMPLES if rule not in OURS or OURS[rule].judge == "element"]  # by the engine


def whole(example: str) -> str:
    """The page that an example stands for: it is a page, a body, a part of the head, or of the content."""
    if example.startswith("<html"):
        return f"<!doctype html>{example}"
    if "<body" in example:
        return HEAD + STYLE + example
    if example.startswith("<meta"):
        return f"{HEAD}{STYLE}{example}<main><h1>Your council</h1></main>"
    return f"{HEAD}{STYLE}<main><h1>Your council</h1>{example}</main>"


@dataclass(frozen=True)
class Told:
    """What the engine said of a page: ids of rules."""

    failed: frozenset[str]
    undecided: frozenset[str]


def launched(playwright: Playwright) -> Browser:
    """A browser, found as the auditor finds it."""
    for _, options in find_browser.candidates():
        try:
            return playwright.chromium.launch(**options)
        except Error:
            continue
    raise AssertionError("no browser")


@pytest.fixture(scope="module")
def told() -> tuple[Mapping[str, Rule], Mapping[str, Told]]:
    """All rules that run by default, and what they say of each page of examples, by its path.

    The browser itself puts the engine into each document. Most examples of axe's rules share one, which is
    quick; but in a document that was written anew axe hears no frames, and rules of ours remember what they
    saw of a document.
    """
    pages = {
        f"/{rule}/{which}": whole(text[which])
        for rule, text in EXAMPLES.items()
        for which in ("before", "after")
        if which == "after" or rule in JUDGED
    }
    pages["/map/mill"], pages["/map/quay"] = (MAP.format(name) for name in ("Mill Lane", "Quay"))
    engine = Engine.load(TAGS, elements=elements(OURS))
    results = {}

    def answer(route: Route) -> None:
        html = pages.get(urlsplit(route.request.url).path)
        if html is None:
            route.abort()
        else:
            route.fulfill(content_type="text/html; charset=utf-8", body=html)

    with sync_playwright() as playwright:
        browser = launched(playwright)
        page = browser.new_page()
        page.route("**/*", answer)
        page.add_init_script(engine.source)
        page.goto("https://council.example/map/mill")
        for path, html in pages.items():
            if path.split("/")[1] in OURS or "<iframe" in html:
                page.goto(f"https://council.example{path}")
            else:
                page.set_content(html)
            _, rule, which = path.split("/")
            options = engine.options
            if which == "before":  # of which nothing else is asked
                options["runOnly"] = {"type": "rule", "values": [rule]}
            failed, undecided = page.evaluate(JUDGE, options)
            results[path] = Told(frozenset(failed), frozenset(undecided))
        about = [*page.evaluate("auditor.rules()"), *(each.about() for each in in_python(OURS, TAGS))]
        browser.close()
    rules = registry((each for each in about if runs(each, TAGS)), own=texts(OURS))
    return rules, results


@pytest.mark.parametrize("rule", JUDGED)
def test_the_rule_reports_what_stands_before(told: Any, rule: str) -> None:
    before = told[1][f"/{rule}/before"]
    assert rule in before.failed | before.undecided


@pytest.mark.parametrize("rule", EXAMPLES)
def test_what_stands_after_is_sound(told: Any, rule: str) -> None:
    """Not by this rule alone: nobody may copy another fault from it."""
    after = told[1][f"/{rule}/after"]
    assert not after.failed
    assert rule not in after.undecided


def test_every_rule_that_runs_has_its_words(told: Any) -> None:
    rules = told[0]
    assert len(rules) > 100
    for rule in rules.values():
        assert all((rule.title, rule.why, rule.who, rule.fix, rule.owner)), rule.id
        if rule.of_documents:  # whoever makes documents sees no code: the names of menus take its place
            assert all(name in rule.content_system for name in ("LibreOffice", "Google")), rule.id
        else:
            assert rule.before, rule.id
            assert rule.after, rule.id


# Rules in Python: driven, over the same road as their examples


PYTHON = {
    rule: each
    for rule, each in OURS.items()
    if each.judge not in ("element", "document") and not lacks(each.rule)
}
FILES = Path(__file__).parent / "files"  # what examples call by name


def _tone() -> str:
    """A sound of five seconds: of shorter ones the rule says nothing."""
    file = io.BytesIO()
    with wave.open(file, "wb") as tone:
        tone.setnchannels(1)
        tone.setsampwidth(1)
        tone.setframerate(4000)
        tone.writeframes(bytes(128 + 60 * (at // 5 % 2) for at in range(20_000)))
    return f"data:audio/wav;base64,{base64.b64encode(file.getvalue()).decode()}"


def with_files(code: str) -> str:
    """With the files in it that its names stand for."""
    for file in sorted(FILES.iterdir()):
        kind = {".vtt": "text/vtt", ".webm": "video/webm", ".png": "image/png"}[file.suffix]
        held = base64.b64encode(file.read_bytes()).decode()
        code = code.replace(file.name, f"data:{kind};base64,{held}")
    return code


def _written(each: RuleFolder, place: Path) -> None:
    """A copy of a rule whose examples are what it shows.

    Of a rule for sites, each comment begins a page, and says its address where others link to it.
    """
    shutil.copytree(each.path, place, ignore=shutil.ignore_patterns("examples", "__pycache__"))
    for name, code in (
        ("failed-before" if each.rule.can_fail else "cant-tell-before", each.rule.before),
        ("passed-after", each.rule.after),
    ):
        if each.judge == "site":
            (place / "examples" / name).mkdir(parents=True)
            parts = re.split("<!-- (.*) -->", code)[1:]
            for number, (said, page) in enumerate(zip(parts[::2], parts[1::2], strict=True)):
                address = re.match(r"\w+\.html", said)
                file = place / "examples" / name / (address[0] if address else f"{number}.html")
                file.write_text(f'<html lang="en">{page}<h1>Bins</h1>')
        else:
            (place / "examples").mkdir(exist_ok=True)
            page = whole(with_files(code.replace("welcome.wav", _tone())))
            (place / "examples" / f"{name}.html").write_text(page, encoding="utf-8")


@pytest.fixture(scope="module")
def faults(tmp_path_factory: pytest.TempPathFactory) -> Mapping[tuple[str, str], str]:
    """What `examples.check` says of the code that each rule in Python shows, by rule and file name."""
    place = tmp_path_factory.mktemp("rules")
    for each in PYTHON.values():
        _written(each, place / each.path.name)

    async def run() -> Mapping[tuple[str, str], str]:
        found = find([place])
        return {
            (rule.rule.id, example.stem): fault async for rule, example, fault in check(found, sandbox=False)
        }

    return asyncio.run(run())


@pytest.mark.soak
@pytest.mark.parametrize("rule", PYTHON)
def test_a_rule_in_python_reports_what_stands_before_and_not_after(faults: Any, rule: str) -> None:
    before = "failed-before" if PYTHON[rule].rule.can_fail else "cant-tell-before"
    assert faults[rule, before].startswith("reported and not marked")  # readers see no marks
    assert faults[rule, "passed-after"] in ("", "the rule says inapplicable of it")  # the fault has gone


# What needs no browser


WORDS = {**AXE, **{rule: vars(each.rule) for rule, each in OURS.items()}}
JARGON = re.compile(
    r"\b(aria|dom|markup|semantic|landmark|focusable|tabindex|viewport|assistive|attribute|css)\b",
    re.IGNORECASE,
)


@pytest.mark.parametrize("rule", WORDS)
def test_sentences_are_short_and_plain(rule: str) -> None:
    text = WORDS[rule]
    editors = text["fix"].partition("Developer:")[0]
    for words in (text["title"], text["why"], editors, text.get("content_system", "")):
        assert not JARGON.search(words), words
    for words in (text["why"], text["fix"], text.get("content_system", "")):
        for sentence in re.split(r"(?<=[.?!]) |: (?=Developer)", words):
            assert len(sentence.split()) <= LONGEST_SENTENCE, sentence


@pytest.mark.parametrize("rule", WORDS)
def test_examples_are_small(rule: str) -> None:
    for code in (WORDS[rule].get("before", ""), WORDS[rule].get("after", "")):
        lines = code.strip().splitlines()
        assert len(lines) <= LONGEST_EXAMPLE
        assert all(len(line) <= 90 for line in lines)
