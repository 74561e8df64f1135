"""`[[files]]`: which page a file makes."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from auditor.config import load
from auditor.errors import ConfigError
from auditor.file_rules import FileRule


@pytest.mark.parametrize(
    ("pattern", "url", "file", "page"),
    [
        ("content/**/*.md", "/{path}/", "content/news/june.md", "/news/june/"),
        ("content/**/*.md", "/{path}/", "content/about.md", "/about/"),
        ("content/**/index.md", "/{path}/", "content/news/index.md", "/news/"),
        ("content/**/index.md", "/{path}/", "content/index.md", "/"),
        ("dist/**", "/{path}", "dist/a/b.html", "/a/b.html"),
        ("pages/*.html", "/en/{path}", "pages/a.html", "/en/a"),
        ("pages/*.html", "/en/{path}", "pages/a/b.html", None),  # * stands for no folder
        ("pages/?.html", "/{path}", "pages/ab.html", None),
        ("content/**/*.md", "/{path}/", "content/about.md.orig", None),
        ("content/**/*.md", "/{path}/", "old/content/about.md", None),
        ("data/opening.json", "/contact/", "data/opening.json", "/contact/"),
        ("a.b/*", "/{path}", "aXb/c", None),  # a dot is a dot
        ("c/*.md", "/{path}/", "c/50% off? #1 é.md", "/50%25%20off%3F%20%231%20%C3%A9/"),
        ("c/*.md", "/{path}/", os.fsdecode(b"c/\xff\n.md"), "/%FF%0A/"),
    ],
)
def test_a_file_makes_its_page(pattern: str, url: str, file: str, page: str | None) -> None:
    assert FileRule(pattern=pattern, url=url).page(file) == page


@pytest.mark.parametrize(
    ("rule", "said"),
    [
        ('pattern = "a/*.md"\nurl = "https://example.org/{path}/"', "is no path of a page"),
        ('pattern = "a/*.md"\nurl = "//example.org/{path}/"', "is no path of a page"),
        ('pattern = "a/*.md"\nurl = "/{slug}/"', "is no path of a page"),
        ('pattern = "a/b.md"\nurl = "/{path}/"', "no wildcard that it could stand for"),
        ('pattern = "a.css"\npages = ["news/*"]', "is no path of pages"),
        ('pattern = "a.css"\npage = "/"', "there is no such key. Allowed: pages, pattern, url"),
        ('url = "/"', "pattern"),
    ],
)
def test_a_wrong_rule_is_said(tmp_path: Path, rule: str, said: str) -> None:
    file = tmp_path / "sites.toml"
    file.write_text(f"[[files]]\n{rule}\n", encoding="utf-8")
    with pytest.raises(ConfigError, match=r"files\.0") as caught:
        load(file)
    assert said in str(caught.value)
