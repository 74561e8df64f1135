"""The wheel, installed into a clean environment, away from the checkout."""

from __future__ import annotations

import json
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
    run(sys.executable, "-m", "pip", "--python", folder / "env", "install", "--quiet", wheel, cwd=folder)
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


def test_the_demo_works(installed: Path, tmp_path: Path) -> None:
    said = run(installed / "bin" / "auditor", "demo", "--format", "html", "--format", "json", cwd=tmp_path)
    report = json.loads((tmp_path / "demo-report" / "report.json").read_text(encoding="utf-8"))
    assert report["coverage"]["complete"]
    assert "image-alt" in {finding["rule"] for finding in report["findings"]}
    assert report["rules"]["image-alt"]["title"] == "Images have no text alternative"
    assert (tmp_path / "demo-report" / "index.html").stat().st_size > 5_000
    assert "confirmed problems" in said
