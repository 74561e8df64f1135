"""The wheel, installed into a clean environment, away from the checkout."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).parents[1]


def run(*command: str | Path, cwd: Path) -> str:
    env = {key: value for key, value in os.environ.items() if not key.startswith("PYTHON")}
    done = subprocess.run(
        [str(part) for part in command], cwd=cwd, env=env, capture_output=True, text=True, timeout=600
    )
    assert done.returncode == 0, f"{command}:\n{done.stdout}\n{done.stderr}"
    return done.stdout


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of an environment with the wheel in it."""
    folder = tmp_path_factory.mktemp("package")
    run(sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", folder, CHECKOUT, cwd=folder)
    run(sys.executable, "-m", "venv", "--without-pip", folder / "env", cwd=folder)
    wheel = next(folder.glob("*.whl"))
    pip: list[str | Path] = [sys.executable, "-m", "pip", "--python", folder / "env"]
    run(*pip, "install", "--quiet", "--no-compile", wheel, cwd=folder)  # what is imported is compiled then
    return folder / "env"


def test_nothing_comes_from_the_checkout(installed: Path, tmp_path: Path) -> None:
    script = "import auditor; print(auditor.__file__)"
    assert run(installed / "bin" / "python", "-c", script, cwd=tmp_path).startswith(str(installed))
    script = (
        "import importlib.util; print(importlib.util.find_spec('rules'), importlib.util.find_spec('tests'))"
    )
    assert run(installed / "bin" / "python", "-c", script, cwd=tmp_path).strip() == "None None"


def test_types_travel_inside(installed: Path) -> None:
    assert list(installed.glob("lib/python3*/site-packages/auditor/py.typed"))


AUDIT = """
import auditor
from auditor.demo import DemoSite
from auditor.formats import FORMATS

with DemoSite() as demo:
    site = auditor.Site(
        id="demo", name="Demo", urls=(demo.url,), internal=True, internal_origins=(demo.supplier_url,),
        delay=0.0, max_pages=1,
    )
    report = auditor.audit(site, sandbox=False)
print(report.coverage.audited, report.rules["image-alt"].title, len(report.rules))
print(sum(len(b"".join(chunks)) for _, chunks in FORMATS["html"](report)))
print(*{finding.rule for finding in report.findings()})
"""


def test_it_audits_with_all_that_belongs_to_it(installed: Path, tmp_path: Path) -> None:
    """The demo's pages, axe, the rules and their words, the templates: all of it is in the wheel."""
    head, size, found = run(installed / "bin" / "python", "-c", AUDIT, cwd=tmp_path).splitlines()
    assert head.startswith("1 Images have no text alternative ")
    assert int(head.split()[-1]) > 100
    assert int(size) > 100_000
    assert {"image-alt", "moving-content"} & set(found.split())


def test_the_command_is_there(installed: Path, tmp_path: Path) -> None:
    assert "Audit the demo council" in run(installed / "bin" / "auditor", "demo", "--help", cwd=tmp_path)


def test_an_audit_does_not_begin_with_what_only_its_end_needs(installed: Path, tmp_path: Path) -> None:
    script = "import sys, auditor.cli; print(*{'pygal', 'xlsxwriter', 'alembic'} & sys.modules.keys())"
    assert run(installed / "bin" / "python", "-c", script, cwd=tmp_path).split() == []
