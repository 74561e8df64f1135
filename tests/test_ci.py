"""What runs in other people's pipelines: the action, the template, and every command in docs/ci.md."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import click
import pytest
import yaml

from auditor.cli import cli

CHECKOUT = Path(__file__).parents[1]
ACTION = yaml.safe_load((CHECKOUT / "action.yml").read_text(encoding="utf-8"))
TEMPLATE = yaml.safe_load((CHECKOUT / "ci" / "gitlab.yml").read_text(encoding="utf-8"))
DOCS = (CHECKOUT / "docs" / "ci.md").read_text(encoding="utf-8")
STEPS = {step["name"]: step for step in ACTION["runs"]["steps"]}
PAGE = (
    '<!doctype html><html lang="en"><head><title>Home</title></head>'
    "<body><main><h1>Home</h1>{}</main></body></html>"
)


def blocks(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", DOCS, re.DOTALL)


def commands() -> list[list[str]]:
    """Every call of `auditor` with what is given to it, as words."""
    template = next(line for line in TEMPLATE["accessibility"]["script"] if line.startswith("auditor"))
    audit = STEPS["Audit"]["run"].replace("\\\n", " ")
    in_docs = "\n".join(blocks("sh"))
    whole = [found.split() for found in re.findall(r"^auditor (.*)$", in_docs, re.MULTILINE)]
    documented = [
        found.split() for found in re.findall(r"(?:command|AUDITOR_COMMAND): (.*)$", DOCS, re.MULTILINE)
    ]
    assert len(whole) >= 2
    assert len(documented) == 4
    for call in (template.removeprefix("auditor "), re.search(r"bin/auditor\" (.*) \|\|", audit)[1]):  # type: ignore[index]
        _, *rest = call.split()  # the user's own words come first
        whole += [[*words, *rest] for words in documented]
    return whole


@pytest.mark.parametrize("words", commands(), ids=" ".join)
def test_commands_and_options_exist(words: list[str]) -> None:
    command = cli.get_command(click.Context(cli), words[0])
    assert command is not None, words[0]
    options = {name: param for param in command.params for name in param.opts}
    for number, word in enumerate(words):
        if word.startswith("--"):
            assert word in options, f"{words[0]} has no {word}"
            kind = options[word].type
            if isinstance(kind, click.Choice):
                assert words[number + 1] in kind.choices, f"{word} {words[number + 1]}"


def test_the_action_is_one_that_github_takes() -> None:
    """By https://docs.github.com/en/actions/reference/workflows-and-actions/metadata-syntax"""
    assert set(ACTION) == {"name", "description", "inputs", "outputs", "runs"}
    assert ACTION["runs"]["using"] == "composite"
    for each in STEPS.values():
        assert each["shell"] == "bash"
        assert "${{" not in each["run"], "an input in a script would be run"
    given = set(re.findall(r"\$\{\{ inputs\.([\w-]+) \}\}", str(ACTION)))
    assert given == set(ACTION["inputs"])
    assert set(re.findall(r"steps\.([\w-]+)\.outputs", str(ACTION["outputs"]))) == {STEPS["Audit"]["id"]}


@pytest.mark.parametrize("example", blocks("yaml"))
def test_examples_fit_the_action_and_the_template(example: str) -> None:
    said = yaml.safe_load(example)
    if isinstance(said, dict):
        ours = {name for name in said["variables"] if name.startswith("AUDITOR_")}
        used = set(re.findall(r"\$(AUDITOR_\w+)", str(TEMPLATE)))
        assert ours == used
        return
    for each in said:
        if "council-auditor" in each.get("uses", ""):
            needed = {name for name, about in ACTION["inputs"].items() if about.get("required")}
            assert needed <= set(each["with"]) <= set(ACTION["inputs"])


def bash(script: str, folder: Path, **more: str) -> subprocess.CompletedProcess[str]:
    """As GitHub runs a step with `shell: bash`, and GitLab a job's lines."""
    env = {key: value for key, value in os.environ.items() if key != "PYTHONWARNINGS"}
    return subprocess.run(
        ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", script],
        cwd=folder,
        env={**env, "AUDITOR_NO_SANDBOX": "1", **more},
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )


def step(name: str, folder: Path, **inputs: str) -> subprocess.CompletedProcess[str]:
    """A step of the action."""
    said = STEPS[name].get("env", {})
    given = {
        key: inputs[re.sub(r"\$\{\{ inputs\.([\w-]+) \}\}", r"\1", value)] for key, value in said.items()
    }
    return bash(
        STEPS[name]["run"],
        folder,
        GITHUB_ACTION_PATH=str(CHECKOUT),
        GITHUB_OUTPUT=str(folder / "output"),
        GITHUB_STEP_SUMMARY=str(folder / "summary"),
        RUNNER_TEMP=str(folder / "temp"),
        **given,
    )


@pytest.fixture
def runner(tmp_path: Path) -> Path:
    """A machine of GitHub's on which the auditor is installed: the one that runs these tests."""
    (tmp_path / "temp").mkdir()
    (tmp_path / "temp" / "auditor").symlink_to(sys.prefix)
    (tmp_path / "dist").mkdir()
    return tmp_path


def test_the_action_audits_and_tells(runner: Path) -> None:
    (runner / "dist" / "index.html").write_text(PAGE.format('<img src="/a.png">'), encoding="utf-8")
    done = step("Audit", runner, command="folder dist --fail-on critical", report="auditor-report")
    assert done.returncode == 1, done.stderr
    assert (runner / "output").read_text(encoding="utf-8") == "exit-code=1\n"
    written = runner / "auditor-report"
    assert (runner / "summary").read_bytes() == (written / "summary.md").read_bytes()
    sarif = ACTION["outputs"]["sarif"]["value"].replace("${{ inputs.report }}", str(written))
    assert json.loads(Path(sarif).read_bytes())["version"] == "2.1.0"
    assert (written / "index.html").exists()


def test_nothing_in_an_input_is_run(runner: Path) -> None:
    done = step(
        "Audit", runner, command="folder dist; touch owned; $(touch owned) `touch owned` *", report="r"
    )
    assert done.returncode == 2
    assert (runner / "output").read_text(encoding="utf-8") == "exit-code=2\n"
    assert not (runner / "owned").exists()


@pytest.mark.soak
def test_the_action_installs_itself(tmp_path: Path) -> None:
    (tmp_path / "temp").mkdir()
    for name in ("Install the auditor", "Find a browser"):
        done = step(name, tmp_path)
        assert done.returncode == 0, done.stderr
    assert (tmp_path / "temp" / "auditor" / "bin" / "auditor").exists()


def test_the_template_audits_and_tells(runner: Path) -> None:
    (runner / "dist" / "index.html").write_text(PAGE.format("<p>Good.</p>"), encoding="utf-8")
    job: dict[str, Any] = TEMPLATE["accessibility"]
    path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
    done = bash("\n".join(job["script"]), runner, PATH=path, AUDITOR_COMMAND="folder dist --fail-on minor")
    assert done.returncode == 0, done.stderr
    assert job["artifacts"]["when"] == "always", "a job that fails is the one whose report is read"
    for file in (*job["artifacts"]["paths"], *job["artifacts"]["reports"].values()):
        assert (runner / file).exists(), file
