"""The HTML report: inert whatever a page sends, no file large, figures with their denominators."""

from __future__ import annotations

import base64
import dataclasses
import hashlib
import posixpath
import re
from collections.abc import Callable, Iterable

import pytest
from bs4 import BeautifulSoup

from auditor.formats import FORMATS
from auditor.formats._pictures import element
from auditor.formats._template import script
from auditor.models import Component, Outcome, Report, UrlOutcome, Visit
from auditor.report import counted
from tests.formats.conftest import WEBP

Render = Callable[[str, Report], dict[str, bytes]]
MEGABYTE = 1_000_000


@pytest.fixture(scope="module")
def files(report: Report, rendered: Render) -> dict[str, bytes]:
    return rendered("html", report)


@pytest.fixture(scope="module")
def soups(files: dict[str, bytes]) -> dict[str, BeautifulSoup]:
    pages = {path: content for path, content in files.items() if path.endswith(".html")}
    return {path: BeautifulSoup(content, "html.parser") for path, content in pages.items()}


def text_of(soup: BeautifulSoup) -> str:
    return " ".join(soup.get_text().split())


def issue(name: str, files: Iterable[str], number: int = 0) -> str:
    """The file of one of the issues whose ids begin so, in the report's order."""
    return [file for file in files if file.startswith(f"issues/{name}-")][number]


def cells_of(soup: BeautifulSoup) -> str:
    """As `text_of`, with a space between the cells of a table."""
    return " ".join(soup.get_text(" ").split())


def test_files(files: dict[str, bytes]) -> None:
    assert {
        "index.html",
        "about.html",
        "pages.html",
        "untested.html",
        "rule-errors.html",
        issue("color-contrast-failed", files),
        issue("color-contrast-cant-tell", files),
        issue("region-failed", files),
        *(f"pages-{outcome.replace('_', '-')}.html" for outcome in UrlOutcome),
    } <= set(files)


def test_nothing_of_a_page_runs_and_nothing_is_fetched(
    files: dict[str, bytes], soups: dict[str, BeautifulSoup]
) -> None:
    """Our own style sheet, pictures and the one script, by its hash, are all there is."""
    ours = hashlib.sha256(script().encode()).digest()
    for path, soup in soups.items():
        banned = "iframe, object, embed, base, form, audio, video, source, template, style"
        assert soup.select(banned) == [], path
        assert not [t for t in soup.find_all(True) for name in t.attrs if name.startswith("on")], path
        assert not soup.select("[style], [srcset]"), path
        for tag in soup.select("[src], link"):
            target = posixpath.normpath(
                posixpath.join(posixpath.dirname(path), str(tag.get("src") or tag["href"]))
            )
            assert tag.name in ("img", "link"), path
            assert target in files, path
        for tag in soup.select("img"):
            assert tag["alt"], path
        for tag in soup.select("script"):
            assert hashlib.sha256(tag.get_text().encode()).digest() == ours, path
    css = files["report.css"].decode()
    assert "url(" not in css
    assert "@import" not in css
    for path, content in files.items():
        assert not path.endswith(".svg") or not re.search(b"<script|href=|url\\(|onload", content), path


def test_policy_allows_our_own_alone(soups: dict[str, BeautifulSoup]) -> None:
    digest = base64.b64encode(hashlib.sha256(script().encode()).digest()).decode()
    for path, soup in soups.items():
        (policy,) = soup.select('meta[http-equiv="Content-Security-Policy"]')
        assert policy["content"] == (
            "default-src 'none'; style-src 'self'; img-src 'self'; "
            f"script-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
        ), path


def test_links_lead_to_the_web_or_to_our_own_files(
    soups: dict[str, BeautifulSoup], files: dict[str, bytes]
) -> None:
    for path, soup in soups.items():
        ids = {str(tag["id"]) for tag in soup.select("[id]")}
        for link in soup.select("a[href]"):
            href = str(link["href"])
            if re.match(r"https?://", href):
                assert link["rel"] == ["noreferrer"], (path, href)
                continue
            target, _, fragment = href.partition("#")
            if target:
                other = posixpath.normpath(posixpath.join(posixpath.dirname(path), target))
                assert other in files, (path, href)
                ids_there = {str(tag["id"]) for tag in soups[other].select("[id]")} if fragment else set()
                assert not fragment or fragment in ids_there, (path, href)
            else:
                assert fragment in ids, (path, href)


def test_hostile_text_is_shown_and_inert(files: dict[str, bytes], soups: dict[str, BeautifulSoup]) -> None:
    shown = text_of(soups[issue("link-name-failed", soups)])
    assert r"<script>alert(1)</script>\x1b[31m\u202egnp.exe\u2066 \x00\ud800\x9b2J </bdi></code>" in shown
    assert "{{ 7*7 }}" in shown
    for path in soups:
        content = files[path]
        assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", content.decode()), (
            path
        )
        assert content.lower().count(b"<script") == content.count(f"<script>{script()}</script>".encode()), (
            path
        )


def test_data_of_pages_is_isolated(soups: dict[str, BeautifulSoup]) -> None:
    marked = soups[issue("link-name-failed", soups)].find_all(string=re.compile("gnp.exe"))
    assert marked
    assert all(string.find_parent(["bdi", "title"]) for string in marked)


def test_every_page_is_well_made(soups: dict[str, BeautifulSoup]) -> None:
    for path, soup in soups.items():
        assert soup.select('html[lang="en-GB"]'), path
        assert len(soup.select("h1")) == 1, path
        assert soup.select('a.skip[href="#main"]'), path
        for table in soup.select("table"):
            assert table.caption, path
            assert table.select("thead th[scope=col]"), path
            assert table.select("tbody th[scope=row]"), path
        assert len({t.get_text() for s in soups.values() for t in s.select("title")}) == len(soups)


def test_incomplete_is_said_before_any_figure(soups: dict[str, BeautifulSoup]) -> None:
    text = text_of(soups["index.html"])
    assert text.index("This audit is incomplete") < text.index("At a glance")
    assert "6 of the 9 web pages in scope were audited (66%)." in text
    assert "Could not be opened: 2 addresses" in text
    assert "1 broken link is among them and not counted as in scope." in text


def test_a_stopped_audit_says_so_first_and_what_to_do(
    changed: Callable[..., Report], rendered: Render
) -> None:
    base = changed(findings=lambda: (), issues=(), coverage={"in_scope": 6, "complete": True, "limits": ()})
    for why, cure in (
        ("a.example turns the auditor away. last: status 403", "let this audit in"),
        ("a.example asks for a slower pace. last: status 429", "a longer delay (delay in sites.toml)"),
        ("a.example no longer answers. last: 500, turns the auditor away", "audit again once it answers"),
        ("the site has quiet hours (07:00-19:00)", "--resume starts where this ended"),
    ):
        report = dataclasses.replace(
            base, run=dataclasses.replace(base.run, stopped=why.replace("last:", "Last:"))
        )
        files = rendered("html", report)
        text = text_of(BeautifulSoup(files["index.html"], "html.parser")).lower()
        words = [
            "the audit was stopped early",
            why,
            cure,
            "this audit is incomplete",
            "6 web pages",
            "at a glance",
        ]
        places = [text.index(word) for word in words]
        assert places == sorted(places)
        for content in (content for path, content in files.items() if path.endswith(".html")):
            assert "This audit was stopped early." in text_of(BeautifulSoup(content, "html.parser"))


def test_what_is_not_covered(soups: dict[str, BeautifulSoup]) -> None:
    text = cells_of(soups["not-covered.html"])
    assert "These addresses look endless, such as a calendar that always has a next month." in text
    assert "1 address was left out and is not counted as in scope." in text
    assert "8 in a row brought no new address. 8 1 https://" in text
    assert "The 10 linked most, of 11 other websites" in text
    assert "pay.ambleworth.example https://pay.ambleworth.example/ council-tax 12 https://" in text
    said = "2 of 4 documents that pages link to were judged"
    assert said in text
    documents = cells_of(soups["documents.html"])
    assert said in documents
    assert "map.png" not in documents
    assert "Judged 1 of 4" in documents
    assert (
        "Budget https://www.ambleworth.example/ budget.pdf PDF document by its content, 1.2 MB" in documents
    )
    assert len(soups["other-sites.html"].select("tbody tr")) == 11


def test_refusals_by_reason_with_the_advice_once(soups: dict[str, BeautifulSoup]) -> None:
    text = cells_of(soups["pages-blocked.html"])
    why = 'The site asked for a check for robots, with a page titled "Wait. Please. Wait".'
    assert (
        text.index(f"{why} 1 of 1") < text.index("planning/ search") < text.index(f"{why} HTTP status 403.")
    )
    assert text.count("Let us in, for example by a header. Or not.") == 1


def test_requests_kept_back_are_counted_and_trackers_apart(soups: dict[str, BeautifulSoup]) -> None:
    text = cells_of(soups["about.html"])
    assert "18 requests were refused." in text
    assert text.index("Private address. 14 of 18") < text.index("Loopback address. 3 of 18")
    assert "40 requests to known trackers were blocked, because the settings ask for it." in text


def test_copies_name_the_page_they_show(soups: dict[str, BeautifulSoup]) -> None:
    heads = [th.get_text() for th in soups["pages-duplicate.html"].select("thead th")]
    assert heads == ["Address", "Reason", "Shows the same as", "First linked from"]
    assert "Leads to" in [th.get_text() for th in soups["pages-redirected.html"].select("thead th")]


def test_no_score_and_no_pass(soups: dict[str, BeautifulSoup]) -> None:
    for path, soup in soups.items():
        assert not re.search(r"\b(score|passed|compliant site|grade)\b", text_of(soup), re.IGNORECASE), path


def test_figures_have_denominators(soups: dict[str, BeautifulSoup]) -> None:
    text = text_of(soups["index.html"])
    assert "on 6 of 6 pages audited" in text
    assert "On 4 of 6 pages audited, in at least 4 places." in text


def test_issue_says_how_much_it_shows(soups: dict[str, BeautifulSoup]) -> None:
    footer = text_of(soups[issue("color-contrast-failed", soups)])
    assert "On 4 of 6 pages audited, in at least 4 places." in footer
    assert "The same on all 4 pages" in footer
    table = text_of(soups[issue("color-contrast-failed", soups, 1)])
    assert "Shown here: 10 of at least 12 places, on the one page." in table
    assert "except on pages with very many places, where only the first were recorded" in table
    assert "12 places, first 10 shown" in table


def test_issues_of_one_rule_are_told_apart(soups: dict[str, BeautifulSoup]) -> None:
    footer, table = (soups[issue("color-contrast-failed", soups, number)] for number in (0, 1))
    assert "Part of the page: page footer: div.inner > p.small" in text_of(footer)
    assert footer.title
    assert table.title
    assert footer.title.get_text() != table.title.get_text()
    shown = cells_of(soups["problems.html"])
    assert "Text is too faint against its background page footer: div.inner > p.small" in shown


def test_criteria_that_no_rule_judged_are_said(soups: dict[str, BeautifulSoup]) -> None:
    text = text_of(soups["about.html"])
    assert "Rules ran for 6 of the 55 criteria of WCAG 2.2 at level AA." in text
    assert "No failure found is not a pass." in text
    rows = {row.th.get_text().split()[0]: row.get_text(" ") for row in soups["about.html"].select("tbody tr")}  # type: ignore[union-attr]
    assert "Confirmed problems" in rows["1.1.1"]
    assert "Not a pass" in rows["3.1.1"]
    assert "met nothing to judge" in rows["1.2.2"]
    assert "Not tested" in rows["2.4.3"]


def test_nothing_audited(changed: Callable[..., Report], rendered: Render) -> None:
    nothing = changed(findings=lambda: (), issues=(), coverage={"audited": 0, "in_scope": 0})
    text = text_of(BeautifulSoup(rendered("html", nothing)["index.html"], "html.parser"))
    assert "Nothing was audited" in text
    assert "this report says nothing about the website’s accessibility" in text
    assert "At a glance" not in text


def test_nothing_found(changed: Callable[..., Report], rendered: Render) -> None:
    clean = changed(findings=lambda: (), issues=(), coverage={"in_scope": 6, "complete": True, "limits": ()})
    text = text_of(BeautifulSoup(rendered("html", clean)["index.html"], "html.parser"))
    assert "This is not a pass" in text
    assert "incomplete" not in text


def test_rules_that_the_report_does_not_describe(changed: Callable[..., Report], rendered: Render) -> None:
    files = rendered("html", changed(rules={}, rule_outcomes={}))
    assert b"This report holds no description of the rule" in files[issue("image-alt-failed", files)]


def test_file_names_come_from_ids_alone(changed: Callable[..., Report], rendered: Render) -> None:
    base = changed()
    odd = tuple(
        dataclasses.replace(base.issues[0], id=key)
        for key in (
            "../../etc/passwd",
            "CON",
            "a b",
            "x" * 300,
            "image-alt-failed-1",
            "image-alt-failed-2",
            "",
        )
    )
    names = [
        name
        for name, _ in FORMATS["html"](changed(issues=odd, findings=lambda **_: ()))
        if name.startswith("issues/")
    ]
    assert len(set(names)) == len(odd)
    assert all(re.fullmatch(r"issues/[a-z0-9-]{1,100}\.html", name) for name in names)


def test_no_large_file_of_many_findings(big: Callable[[int, int], Report], rendered: Render) -> None:
    files = rendered("html", big(2_000, 10))
    assert max(len(content) for path, content in files.items() if path.endswith(".html")) < MEGABYTE
    assert {f"pages-audited{n}.html" for n in ("", "-2", "-3", "-4")} <= set(files)
    shown = text_of(BeautifulSoup(files[issue("color-contrast-failed", files)], "html.parser"))
    assert "of 20,000 places, on the first 300 of 2,000 pages." in shown
    third = BeautifulSoup(files["pages-audited-3.html"], "html.parser")
    assert "Addresses 1,001 to 1,500 of 2,000" in text_of(third)
    assert [a["href"] for a in third.select(".steps a")][:2] == [
        "pages-audited-2.html",
        "pages-audited-4.html",
    ]


def test_no_large_file_of_many_issues(changed: Callable[..., Report], rendered: Render) -> None:
    base = changed()
    many = tuple(
        dataclasses.replace(issue, id=f"{issue.id}-{n}", title=f"{n} " + "<Images & links> " * 20)
        for n in range(700)
        for issue in base.issues
    )
    files = rendered("html", changed(issues=many, findings=lambda **_: ()))
    pages = {path: len(content) for path, content in files.items() if path.endswith(".html")}
    assert len(pages) > 700 * len(base.issues)
    assert max(pages.values()) < MEGABYTE, max(pages, key=lambda path: pages[path])
    listed = sum(
        content.count(b'<tr role="row" data-impact')
        for path, content in files.items()
        if path.startswith("problems")
    )
    assert listed == 700 * len(base.of(Outcome.FAILED))


def test_no_large_file_of_what_is_not_covered(changed: Callable[..., Report], rendered: Render) -> None:
    base = changed()
    link = "https://www.ambleworth.example/" + "/&" * 900
    pdf = next(v for v in base.visits() if v.outcome is UrlOutcome.NOT_HTML)
    host, form = next(iter(base.other_hosts())), base.endless[0]
    many = tuple(f"{n} {link}" for n in range(5_000))
    visits = [dataclasses.replace(pdf, url=f"{link}{n}", found_on=f"{link}{n}") for n in range(700)]
    refused = dataclasses.replace(pdf, outcome=UrlOutcome.BLOCKED, content_type=None)
    visits += [dataclasses.replace(refused, url=f"{link}{n}", reason=many[n]) for n in range(700)]
    first = next(iter(base.document_list()))
    huge = {"text": many[0], "reason": many[1], "why": many[:9], "exempt": many[2]}
    facts = dict.fromkeys(("title", "producer", "language", "pages"), many[0]) | {"left_out": many[:9]}
    documents = [
        dataclasses.replace(first, url=f"{link}{n}", found_on=f"{link}{n}", facts=facts, **huge)  # type: ignore[arg-type]
        for n in range(700)
    ]
    report = changed(
        visits=lambda: visits,
        coverage={"start_failed": many, "limits": many},
        run=dataclasses.replace(base.run, notes=many, stopped=many[0]),
        endless=(dataclasses.replace(form, pattern=link, reason=link, examples=(link,) * 9),) * 500,
        other_hosts=lambda: (dataclasses.replace(host, host=text, example=link) for text in many[:700]),
        refused=dict.fromkeys(many, 1),
        documents=counted(documents),
        document_list=lambda: documents,
    )
    files = rendered("html", report)
    assert max(len(content) for path, content in files.items() if path.endswith(".html")) < MEGABYTE
    for name in ("documents", "other-sites", "pages-blocked", "pages-not-html"):
        listed = [content for file, content in files.items() if file.startswith(name)]
        assert len(listed) > 2, name
        assert sum(content.count(b'<tr role="row"><th scope="row"') for content in listed) >= 700, name
    text = text_of(BeautifulSoup(files["not-covered.html"], "html.parser"))
    assert "The 10 linked most, of 700 other websites" in text
    assert "First 20 of 500 shown." in text


def test_no_large_file_of_large_data(changed: Callable[..., Report], rendered: Render) -> None:
    base = changed()
    huge = '"<&/' * 100_000
    visit, finding = next(iter(base.visits())), next(iter(base.findings()))
    part, error = next(iter(base.untested())), next(iter(base.rule_errors()))

    def text(n: int, start: str = "") -> str:
        return f"{start}{n}{huge}"

    link = "https://www.ambleworth.example/" + "/&" * 900
    report = changed(
        visits=lambda: (
            dataclasses.replace(
                visit, url=f"{link}{n}", title=text(n), final_url=text(n), found_on=f"{link}{n}", reason=huge
            )
            for n in range(700)
        ),
        findings=lambda: (
            dataclasses.replace(
                finding,
                url=f"{link}{n}",
                selector=text(n),
                excerpt=text(n),
                message=text(n),
                frame=(huge,) * 9,
            )
            for n in range(700)
        ),
        untested=lambda: (dataclasses.replace(part, url=link, where=link, reason=huge) for n in range(700)),
        rule_errors=lambda: ({**error, "url": link, "error": huge} for n in range(700)),
    )
    files = rendered("html", report)
    assert max(len(content) for path, content in files.items() if path.endswith(".html")) < MEGABYTE
    assert len(BeautifulSoup(files["pages-audited.html"], "html.parser").select("tbody tr")) > 20


def test_what_a_person_must_test(soups: dict[str, BeautifulSoup]) -> None:
    soup = soups["checklist.html"]
    assert len(soup.select("main h3")) == 55
    applies, others = (" ".join(part.get_text(" ").split()) for part in soup.select("main section"))
    assert "Where 3 of 6 pages audited, for example: https://" in applies
    assert soup.select('main dd a[href="https://www.ambleworth.example/bins"]')
    assert not soup.select('main a[href^="javascript"]')
    assert "How far rules go Failures found automatically: Pictures have no description" in applies
    assert "3.3.8" not in applies
    assert "No log-in field or frame with other content was met on the audited pages." in others
    assert "How far rules go Hints only: Videos may have no captions (hint)" in others
    assert soups["index.html"].select('main a[href="checklist.html"]')


def test_each_audited_page_has_its_own_with_all_that_was_found(
    report: Report, soups: dict[str, BeautifulSoup]
) -> None:
    audited = [visit for visit in report.visits() if visit.outcome is UrlOutcome.AUDITED]
    leads = {str(a["href"]) for a in soups["pages-audited.html"].select("main tbody th a.pagetitle")}
    own = {path for path in soups if path.startswith("pages/")}
    assert leads == own
    assert len(own) == len(audited)
    by_address = {soups[path].select_one("main .intro a.url")["href"]: soups[path] for path in own}  # type: ignore[index]
    for visit in audited:
        here = [finding for finding in report.findings() if finding.url == visit.url]
        soup = by_address[visit.url]
        told = {str(a["href"]).split("/")[-1].removesuffix(".html") for a in soup.select("main h3 a")}
        assert told == {finding.issue for finding in here}
        assert len(soup.select(".places > li")) == len(here)
    text = text_of(by_address["https://www.ambleworth.example/bins"])
    assert "Confirmed problems: 2, needs a person: 0, advice: 1." in text
    assert "Control: #delete Its name says that it deletes." in text
    assert "Used by keyboard and pointer" in text


def test_statement_names_each_criterion_that_fails(soups: dict[str, BeautifulSoup]) -> None:
    text = text_of(soups["statement.html"])
    assert "Confirmed problems fail 4 of the 55 criteria" in text
    assert (
        "Text is too faint against its background. This fails WCAG 2.2 success criterion 1.4.3 "
        "(Contrast (Minimum))."
    ) in text
    assert text.count("EN 301 549 clause 9.") == 4
    for part in ("copy", "evidence"):
        section = soups["statement.html"].select_one(f"[aria-labelledby={part}]")
        assert section is not None
        assert "1.2.2" not in section.get_text()


def test_the_published_statement_is_judged_before_that(soups: dict[str, BeautifulSoup]) -> None:
    text = text_of(soups["statement.html"])
    assert "of 44 things to check" in text
    assert "It names WCAG 2.1; websites are tested against WCAG 2.2." in text
    assert "could not be read when this was written" in text
    assert "auditor statement ambleworth" in text
    assert "of 44 things to check" in text_of(soups["index.html"])


def test_charts_have_their_figures_beside_them(
    files: dict[str, bytes], soups: dict[str, BeautifulSoup]
) -> None:
    soup = soups["figures.html"]
    charts = {str(img["src"]) for img in soup.select(".chart img")}
    assert charts == {path for path in files if path.startswith("charts/")}
    rows = [" ".join(row.get_text(" ").split()) for row in soup.select(".chart tbody tr")]
    assert "Critical 2 of 5" in rows
    assert "1.4.3 Contrast (Minimum) 5 of 6" in rows
    assert "/council-tax/ 1 of 1" in rows
    assert b"1.4.3: 5" in files["charts/criterion.svg"]


def test_a_picture_says_in_words_what_is_outlined_where_and_when(report: Report, rendered: Render) -> None:
    files = rendered("html", report)
    footer = next(issue for issue in report.issues if issue.component and issue.component.shape == "p.small")
    page = files[f"issues/{footer.id}.html"].decode()
    assert f'src="../pictures/{footer.id}.webp" width="480" height="270"' in page
    said = "the paragraph “copyright ambleworth borough council” outlined."
    assert f'alt="A part of the page “Home – Ambleworth Borough Council”, with {said}"' in page
    assert "Taken on 21 November 2026, 09:33 UTC from" in page
    assert files[f"pictures/{footer.id}.webp"] == WEBP
    assert sum(name.startswith("pictures/") for name in files) == 2
    assert sum("<figure" in content.decode() for name, content in files.items() if ".html" in name) == 2


@pytest.mark.parametrize(
    ("shape", "text", "said"),
    [
        ("a.card-link", "apply now", "the link “apply now”"),
        ("a", "news of # may", "the link"),  # what stood there is not known to the letter
        ("input[type=submit]", "", "the button"),
        ("input[type=text]", "", "the field"),
        ("div[role=button].big", "×", "the button “×”"),
        ("h2", "bins ×", "the heading “bins”"),
        ("my-widget", "", "the place"),
    ],
)
def test_an_element_in_words(shape: str, text: str, said: str) -> None:
    component = Component(landmarks=(), path=(), shape=shape, target="", text=text)
    assert element(component) == said


def test_what_is_quoted_is_marked_with_its_language(changed: Callable[..., Report], rendered: Render) -> None:
    base = changed()
    said = {"/": "cy", "/bins": "en-GB", "/contact": 'cy"><script>alert(1)</script>'}

    def visits() -> Iterable[Visit]:
        for visit in base.visits():
            path = visit.url.removeprefix("https://www.ambleworth.example")
            yield dataclasses.replace(visit, lang=said.get(path, ""))

    files = rendered("html", changed(visits=visits))
    pages = [
        BeautifulSoup(content, "html.parser") for path, content in files.items() if path.startswith("pages/")
    ]
    marked = [soup for soup in pages if soup.select("bdi[lang]")]
    (home,) = marked
    assert home.select_one("h1 bdi")["lang"] == "cy"  # type: ignore[index]
    assert {tag["lang"] for tag in home.select("pre bdi")} == {"cy"}
    alts = {
        img["alt"]
        for path, content in files.items()
        if path.startswith("issues/")
        for img in BeautifulSoup(content, "html.parser").select("figure img")
    }
    assert "A part of a page, with the paragraph outlined." in alts, "no attribute marks a part's language"
    assert not [p for p, content in files.items() if p.endswith(".html") and b"alert(1)</script>" in content]


def test_every_page_of_the_report_is_in_its_contents(
    big: Callable[[int, int], Report], rendered: Render
) -> None:
    files = rendered("html", big(1_100, 1))
    soup = BeautifulSoup(files["contents.html"], "html.parser")
    listed = [str(a["href"]) for a in soup.select("main a")]
    assert "pages-audited-3.html" in listed
    top = {path for path in files if path.endswith(".html") and "/" not in path}
    assert set(listed) == top - {"contents.html"}
    assert len(set(listed)) == len(listed)


def test_a_picture_says_no_more_than_a_few_words_of_an_element() -> None:
    long = Component(landmarks=(), path=(), shape="p", target="", text="word " * 200)
    assert len(element(long)) < 130
