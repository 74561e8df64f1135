"""What an author waits for: a built site in a git repository, of which a few pages and a style changed.

python -m bench.changed [PAGES] [CHANGED]
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from pathlib import Path

import psutil

from bench.scale import TEMPLATES, page
from bench.trees import Tree

RULES = """
[[files]]
pattern = "dist/**/*.html"
url = "/{path}"

[[files]]
pattern = "dist/**/*.css"
pages = ["/*"]
"""
AUTHOR = ("-c", "user.name=Bench", "-c", "user.email=bench@example.org")


def main() -> None:
    pages, changed = map(int, [*sys.argv[1:], *("200", "3")[len(sys.argv) - 1 :]])
    with tempfile.TemporaryDirectory() as temporary:
        root = Path(temporary)
        (root / "dist").mkdir()
        (root / "sites.toml").write_text(RULES)
        (root / "dist" / "site.css").write_text("")
        (root / ".gitignore").write_text("auditor.db*\nreport\n")
        for number in range(pages):
            (root / "dist" / f"page-{number}.html").write_text(page(number, pages))
        for step in (("init", "-q", "-b", "main"), ("add", "."), (*AUTHOR, "commit", "-qm", "Site")):
            subprocess.run(["git", *step], cwd=root, check=True)
        files = [root / "dist" / f"page-{number}.html" for number in range(changed)]
        for file in files:
            file.write_text(file.read_text().replace("</main>", "<p>More of it.</p></main>"))
        told(f"{changed} of {pages} pages", root)
        (root / "dist" / "site.css").write_text("p { margin: 1em }")
        told(f"and a style of all pages, of {len(TEMPLATES)} templates", root)


def told(what: str, root: Path) -> None:
    command = [sys.executable, "-m", "auditor", "folder", "dist", "--changed-since", "main"]
    began = time.monotonic()
    process = subprocess.Popen(command, cwd=root, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    with Tree(psutil.Process(process.pid)) as tree:
        said, fault = process.communicate()
        tree.now()
    wall = time.monotonic() - began
    if process.returncode:
        raise SystemExit(fault + said)
    cpu = ", ".join(f"{kind} {used:.1f}" for kind, used in sorted(tree.by_kind.items()) if used >= 0.1)
    print(f"{what}: {said.splitlines()[0]} {wall:.0f} s, {tree.cpu:.1f} CPU s ({cpu})", flush=True)


if __name__ == "__main__":
    main()
