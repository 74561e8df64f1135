"""Page views: each export as its product writes it, what is refused, and to which page a row belongs."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest

from auditor.errors import ConfigError
from auditor.models import Report, Site, UrlOutcome, Views, Visit
from auditor.views import load, of_report

# Flat, "CSV" and English; a folder and "Others" have no address.
MATOMO = """\
Label,Pageviews,Unique Pageviews,Bounce Rate,Avg. time on page,Exit rate,Metadata: url,Metadata: segment
/bins,5412,4009,41%,00:00:35,37%,https://www.a.example/bins,pageUrl==https%3A%2F%2Fwww.a.example%2Fbins
/index,"4,001",3900,12%,00:00:12,18%,https://www.a.example/,pageUrl==https%3A%2F%2Fwww.a.example%2F
"/news/a,-b",7,7,0%,00:01:02,50%,"https://www.a.example/news/a,-b",x
news,120,90,55%,00:00:50,44%,,
Others,33,30,50%,00:00:10,60%,,
"""
# "Pages and screens", Share > Download file; a second table behind the first.
GA4 = """\
# ----------------------------------------
# Pages and screens: Page path and screen class
# Account: Council
# Property: www.a.example - GA4
# ----------------------------------------
#\x20
# All Users
# Start date: 20261001
# End date: 20261031
Page path and screen class,Views,Active users,Views per active user,Average engagement time per active user
/,12480,8801,1.418,14.23
/bins/,9215,7702,1.196,31.2
(other),88,70,1.2,3.1
(not set),3,3,1,0

# Start date: 20261001
# End date: 20261031
Nth day,Views
0000,700
"""
EXPLORATION = """\
# ----------------------------------------
# Council
# Free-form 1
# 20261001-20261031
# ----------------------------------------

Page location,Views
,21695,Grand total
https://www.a.example/,12480
https://www.a.example/bins?utm_source=mail,9215
"""


@pytest.fixture
def written(tmp_path: Path) -> Callable[[str | bytes], Path]:
    def write(content: str | bytes) -> Path:
        file = tmp_path / "views.csv"
        file.write_bytes(content if isinstance(content, bytes) else content.encode())
        return file

    return write


def matched(file: Path, *audited: str) -> Views:
    site = Site(id="a", name="A", urls=("https://www.a.example/",))
    visits = [Visit(url=url, outcome=UrlOutcome.AUDITED) for url in audited]
    failed = Visit(url="https://www.a.example/broken", outcome=UrlOutcome.FAILED)
    return of_report(load(file), cast(Report, SimpleNamespace(site=site, visits=lambda: [*visits, failed])))


HOME, BINS = "https://www.a.example/", "https://www.a.example/bins"


@pytest.mark.parametrize(
    ("content", "measure", "views", "rows", "left_out"),
    [
        ("url,views\nhttps://www.a.example/,10\n/bins,5\n", "views", (10, 5), 2, 0),
        ("URL;Views\r\n/;1 234\r\n/bins;5\r\n", "Views", (1234, 5), 2, 0),
        (MATOMO, "Pageviews", (4001, 5412), 5, 2),
        ("label,nb_visits,nb_hits,metadata_url\nx,1,9,http://a.example/bins\n", "nb_hits", (None, 9), 1, 0),
        ("Label,Unique Pageviews\n/bins,9\nnews,4\n", "Unique Pageviews", (None, 9), 2, 1),
        (GA4, "Views", (12480, 9215), 4, 2),
        (EXPLORATION, "Views", (12480, 9215), 3, 1),
        ("Page path,Views\nwww.a.example/bins,4\n", "Views", (None, 4), 1, 0),
        ("Landing page,Sessions,Views\n/bins,1,2\n/bins?utm_source=x,1,2\n", "Views", (None, 4), 2, 0),
    ],
)  # fmt: skip
def test_each_form(
    written: Callable[[str | bytes], Path], content: str, measure: str, views: Any, rows: int, left_out: int
) -> None:
    found = matched(written(content), HOME, BINS)
    assert (found.source, found.measure, found.rows, found.left_out) == ("views.csv", measure, rows, left_out)
    expected = dict(zip((HOME, BINS), views, strict=True))
    assert found.pages == {url: n for url, n in expected.items() if n is not None}


def test_the_tsv_of_matomo(written: Callable[[str | bytes], Path]) -> None:
    text = "Label\tUnique Pageviews\tPageviews\tMetadata: url\n/bins\t8\t12\thttps://www.a.example/bins\n"
    for encoding in ("utf-16", "utf-8-sig", "cp1252"):
        assert matched(written(text.encode(encoding)), BINS).pages == {BINS: 12}


def test_spellings_of_one_page_are_added_up(written: Callable[[str | bytes], Path]) -> None:
    rows = [
        "/bins",
        "/bins/",
        "http://a.example/bins",
        "https://www.a.example/bins?utm_source=x",
        "/bins#top",
    ]
    file = written("url,views\n" + "".join(f"{row},1\n" for row in rows))
    assert matched(file, BINS, "https://a.example/bins?week=2").pages == {BINS: 5}


def test_another_host_and_what_was_not_audited_count_nowhere(written: Callable[[str | bytes], Path]) -> None:
    file = written("url,views\nhttps://b.example/bins,1\n/broken,5\n")
    assert matched(file, BINS).pages == {}


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("page,hits\n/a,1\n", "names a column of addresses and one of views. Give it `url,views`, or"),
        ("", "no line of it names"),
        ("url,views\n", "has a column of page views, and no page below it"),
        ("url,views\nbins,1\n", "and no page below it"),
        (
            "# made by hand\nurl,views\n/a,12\n/b,many\n/c,\n/d,-1\n/e,1.5\n",
            "the views of 4 of 5 rows cannot be read. Export it again, or mend these:\n"
            "  - line 4, column views: 'many' is no whole number\n  - line 5, column views: ''",
        ),
        ("url,views\n" + "/a,x\n" * 12, "\n  - and 2 more"),
        ("url,views\n/a,1,234\n/b,1,\n", "line 2: has more cells than there are columns"),
        (b"PK\x03\x04\x00\x00", "cannot be read: it is no text. Save it as “CSV UTF-8”, or export it again."),
        (b"\xff\xfeu", "cannot be read: its encoding is not known."),
        ('url,views\n"' + "a" * 200_000 + '",1\n', "is no table of rows and columns (field larger than"),
    ],
)  # fmt: skip
def test_what_is_refused(written: Callable[[str | bytes], Path], content: str | bytes, expected: str) -> None:
    file = written(content)
    with pytest.raises(ConfigError) as error:
        load(file)
    assert str(error.value).startswith(f"{file}: ")
    assert expected in str(error.value)


def test_no_such_file(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"none\.csv: there is no such file, which `views` names"):
        load(tmp_path / "none.csv")
