"""The file of waivers: what each must say, and that every fault of it is told."""

from __future__ import annotations

from pathlib import Path

import pytest

from auditor.errors import ConfigError
from auditor.waivers import load

GOOD = """
[[waiver]]
rule = "color-contrast"
component = "a.partner-logo"
url = "/partners/*"
reason = "The partners' logos are drawn by them."
owner = "web@example.gov.uk"
expires = 2027-03-31
ground = "third party"
"""
BURDEN = GOOD.replace("third party", "disproportionate burden")


def test_a_waiver_is_read(tmp_path: Path) -> None:
    file = tmp_path / "auditor-waivers.toml"
    file.write_text(GOOD + GOOD, encoding="utf-8")
    first, second = load(file)
    assert (first.rule, first.shape, first.url) == ("color-contrast", "a.partner-logo", "/partners/*")
    assert (first.line, second.line) == (1, 2)


@pytest.mark.parametrize(
    ("told", "said"),
    [
        (GOOD.replace('rule = "color-contrast"\n', "").replace("component", "#").replace("url", "#"), "pass"),
        (GOOD.replace("expires = 2027-03-31\n", ""), "1 expires: Field required"),
        (GOOD.replace("owner", "#"), "1 owner: Field required"),
        (GOOD.replace("third party", "too dear"), "1 ground: Input should be 'disproportionate burden'"),
        (BURDEN, "needs `assessment`"),
        (BURDEN + 'assessment = "somewhere"\n', "needs `assessment`"),
        (BURDEN + 'assessment = "2026-03, https://a.example/"\n', "needs `statement`"),
        (GOOD + "colour = 1\n", "1 colour: Extra inputs are not permitted"),
        (GOOD + "[[waiver]\n", "is not valid TOML"),
    ],
)
def test_what_is_wrong_is_said(tmp_path: Path, told: str, said: str) -> None:
    file = tmp_path / "auditor-waivers.toml"
    file.write_text(told, encoding="utf-8")
    with pytest.raises(ConfigError) as caught:
        load(file)
    assert said in str(caught.value)
    assert str(caught.value).startswith(str(file))


def test_a_burden_with_its_assessment_and_its_entry_is_valid(tmp_path: Path) -> None:
    file = tmp_path / "auditor-waivers.toml"
    more = 'assessment = "Assessment 2026-03, https://a.example/"\nstatement = "Maps of the partners"\n'
    file.write_text(BURDEN + more, encoding="utf-8")
    assert load(file)[0].statement == "Maps of the partners"
