"""`[[site.journey]]` in sites.toml, and what the recorder's output becomes."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from auditor.config import load
from auditor.errors import ConfigError
from auditor.recording import journey as recorded
from auditor.steps import is_final, made_up, words

HEAD = '[[site]]\nid = "council"\nurl = "https://www.example.org"\n'


def written(tmp_path: Path, text: str) -> Path:
    file = tmp_path / "sites.toml"
    file.write_text(HEAD + text, encoding="utf-8")
    return file


def test_every_kind_of_step_is_read(tmp_path: Path) -> None:
    file = written(
        tmp_path,
        """[[site.journey]]
id = "pay"
start = "/pay"
weight = 5
lgsl = 57
lgil = 4
task = "Pay"
skills = ["transacting"]
permission = { by = "Head of Revenues", on = 2026-11-01 }
steps = [
  { go = "/pay/start" },
  { click = "Continue" },
  { fill = "Postcode", with = { generate = "postcode" } },
  { fill = { label = "PIN" }, with = { secret = "PAY_PIN" } },
  { choose = "Visa", in = "Card type" },
  { tick = "I agree" },
  { upload = "Proof" },
  { press = "Enter" },
  { wait_for = "Your bill" },
  { expect = { url = "/pay/card" } },
  { audit = "card form" },
  { click = { role = "button", name = "Pay now" }, final = true },
]
""",
    )
    (journey,) = load(file).sites[0].journeys
    assert journey.start == "https://www.example.org/pay"
    assert [words(step) for step in journey.steps] == [
        "Go to https://www.example.org/pay/start",
        "Click “Continue”",
        "Fill “Postcode”",
        "Fill “PIN”",
        "Choose “Visa” in “Card type”",
        "Tick “I agree”",
        "Upload “Proof”",
        "Press Enter",
        "Wait for “Your bill”",
        "Expect the address /pay/card",
        "Audit: card form",
        "Click button “Pay now”",
    ]
    assert journey.steps[-1].final
    assert journey.has_secrets


def test_every_fault_is_told_at_once_with_journey_step_and_key(tmp_path: Path) -> None:
    file = written(
        tmp_path,
        """[[site.journey]]
id = "pay"
weight = 99
skills = ["juggling"]
permission = { by = "me", on = "yesterday" }
steps = [{ clik = "x" }, { fill = "a" }, { press = "Entr" }, { click = { role = "knob" } },
  { fill = "a", with = { generate = "poscode" }, final = true }]
""",
    )
    with pytest.raises(ConfigError) as told:
        load(file)
    for part in (
        "journey pay, weight: must be a number from 1 to 10",
        "journey pay, skills: must be a list of: foundations",
        "journey pay, permission.on: must be a date without quotes",
        "journey pay, step 1, steps: needs just one of: go, click",
        "journey pay, step 2, with: must be a text, { generate",
        "journey pay, step 3, press: must be one character or one of: ArrowDown",
        "journey pay, step 4, click.role: 'knob' is no role",
        "journey pay, step 5, final: is no key of a step with `fill`",
        "journey pay, step 5, with.generate: must be one of: postcode",
    ):
        assert part in str(told.value)


def test_a_secret_comes_from_the_environment(tmp_path: Path) -> None:
    file = written(
        tmp_path,
        '[[site.journey]]\nid = "a"\nsteps = [{ fill = "PIN", with = { secret = "PIN_OF_TEST" } }]\n',
    )
    config = load(file)
    (site,) = config.with_secrets(config.sites, {"PIN_OF_TEST": "1234567"})
    assert site.secrets == (("PIN_OF_TEST", "1234567"),)
    assert "1234567" not in repr(site)
    with pytest.raises(ConfigError, match="PIN_OF_TEST, which a journey fills in, must be set to 6"):
        config.with_secrets(config.sites, {"PIN_OF_TEST": "123"})


def test_made_up_values_are_of_reserved_ranges() -> None:
    assert made_up()["email"].endswith("@example.org")
    assert made_up()["phone"].startswith("020 7946 0")
    assert made_up()["card"].startswith("4242")


@pytest.mark.parametrize("name", ["Pay now", "Submit", "Send report", "Confirm and send", "Cyflwyno"])
def test_final_buttons(name: str) -> None:
    assert is_final(name)


@pytest.mark.parametrize("name", ["Continue", "Next", "Payments", "Sender", "Apply filters", "Pay by card"])
def test_buttons_that_go_on(name: str) -> None:
    assert not is_final(name)


def test_a_recording_becomes_a_journey_and_holds_no_password(tmp_path: Path) -> None:
    def role(role: str, name: str) -> dict[str, object]:
        return {"kind": "role", "body": role, "options": {"name": name, "attrs": [], "exact": False}}

    label = {"kind": "label", "body": "Password", "options": {}}
    lines = [
        {"browserName": "chromium", "launchOptions": {}},
        {"name": "openPage", "url": "https://www.example.org/pay", "signals": []},
        {
            "name": "click",
            "selector": 'internal:role=button[name="Start"i]',
            "locator": role("button", "Start"),
        },
        {"name": "fill", "selector": "x", "text": "B1 1BB", "locator": role("textbox", "Postcode")},
        {"name": "fill", "selector": 'internal:label="Password"i', "text": "hunter2", "locator": label},
        {"name": "fill", "selector": "#x", "text": "hunter2", "locator": {"kind": "default", "body": "#x"}},
        {"name": "check", "selector": "x", "locator": role("checkbox", "I agree")},
        {"name": "press", "selector": "x", "key": "Enter", "modifiers": 0, "locator": role("textbox", "A")},
        {"name": "closePage"},
    ]
    text = recorded(map(json.dumps, lines), "https://www.example.org/pay")
    assert "hunter2" not in text
    assert "B1 1BB" not in text
    (journey,) = load(written(tmp_path, text)).sites[0].journeys
    assert [words(step) for step in journey.steps] == [
        "Click button “Start”",
        "Fill textbox “Postcode”",
        "Fill “Password”",
        "Fill what CSS finds by #x",
        "Tick checkbox “I agree”",
        "Press Enter",
    ]
    assert journey.steps[2].secret == "JOURNEY_PASSWORD"
