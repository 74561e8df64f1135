"""The demo site serves what its list of faults promises."""

import re
from collections.abc import Iterator
from xml.etree import ElementTree

import httpx
import pytest
from bs4 import BeautifulSoup

from auditor.demo import DemoSite, Fault, load_faults
from auditor.demo.pages import load_pages

FAULTS = load_faults()
SITEMAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"


@pytest.fixture(scope="module")
def site() -> Iterator[DemoSite]:
    with DemoSite() as served:
        yield served


@pytest.fixture(scope="module")
def client(site: DemoSite) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=site.url, trust_env=False) as opened:
        yield opened


def _soup(text: str) -> BeautifulSoup:
    return BeautifulSoup(text, "html.parser")


def _locations(text: str) -> list[str]:
    return [str(element.text) for element in ElementTree.fromstring(text).iter(f"{SITEMAP}loc")]


def _linked(client: httpx.Client) -> set[str]:
    """Every address that a link in some page's HTML as served leads to, without query and fragment."""
    return {
        re.split("[?#]", str(link["href"]))[0]
        for url in [*load_pages(), "/news?page=2", "/news?page=3"]
        for link in _soup(client.get(url).text).select("a[href], area[href]")
    }


def test_pages_are_served_and_counted(client: httpx.Client) -> None:
    pages = load_pages()
    assert 26 <= len(pages) <= 50
    for url in pages:
        response = client.get(url)
        assert response.status_code == 200, url
        assert response.headers["content-type"] == "text/html; charset=utf-8"
        assert "$" not in response.text, f"{url} has an unfilled placeholder"


def test_both_origins_answer_and_are_recorded(site: DemoSite, client: httpx.Client) -> None:
    assert site.supplier_url != site.url
    response = client.get(f"{site.supplier_url}/map.html", headers={"User-Agent": "test"})
    assert response.status_code == 200
    assert f"{site.url}/bins" in response.text
    assert site.requests[-1] == ("supplier", "GET", "/map.html", "test")
    assert client.get(f"{site.supplier_url}/nowhere").status_code == 404


def test_two_sites_run_side_by_side() -> None:
    with DemoSite() as one, DemoSite() as other:
        assert len({one.url, one.supplier_url, other.url, other.supplier_url}) == 4


def test_port_can_be_chosen() -> None:
    with DemoSite() as site:
        port = int(site.url.rpartition(":")[2])
    with DemoSite(port=port) as site:
        assert site.url == f"http://127.0.0.1:{port}"
        assert httpx.get(site.url, trust_env=False).status_code == 200


@pytest.mark.parametrize("path", ["/bins/textiles", "/home", "/news?page=9", "/static/../layout.html"])
def test_unknown_address_is_a_404_page(client: httpx.Client, path: str) -> None:
    response = client.get(path)
    assert response.status_code == 404
    assert "Page not found" in response.text


@pytest.mark.parametrize(
    ("old", "new"), [("/binday", "/bins"), ("/council_tax.aspx", "/council-tax"), ("/bins/", "/bins")]
)
def test_old_address_redirects(client: httpx.Client, old: str, new: str) -> None:
    response = client.get(old)
    assert (response.status_code, response.headers["location"]) == (301, new)


def test_head_sends_no_body(client: httpx.Client) -> None:
    response = client.head("/bins")
    assert response.status_code == 200
    assert int(response.headers["content-length"]) > 0
    assert response.content == b""


def test_robots_protects_one_linked_page(site: DemoSite, client: httpx.Client) -> None:
    text = client.get("/robots.txt").text
    assert "Disallow: /internal/" in text
    assert re.findall(r"^Sitemap: (\S+)$", text, re.MULTILINE) == [
        f"{site.url}/sitemap.xml",
        f"{site.url}/sitemap-news.xml",
    ]
    assert "/internal/staff-notes" in _linked(client)


def test_sitemaps_list_pages_that_answer(site: DemoSite, client: httpx.Client) -> None:
    sitemaps = _locations(client.get("/sitemap.xml").text)
    assert len(sitemaps) == 2
    urls = [url for sitemap in sitemaps for url in _locations(client.get(sitemap).text)]
    assert len(urls) == len(set(urls)) >= 20
    assert all(client.get(url).status_code == 200 for url in urls)
    paths = {url.removeprefix(site.url) for url in urls}
    assert "/internal/staff-notes" not in paths


def test_ways_to_the_rare_pages(site: DemoSite, client: httpx.Client) -> None:
    linked = _linked(client)
    listed = _locations(client.get("/sitemap-pages.xml").text)
    listed_only, linked_only, drawn_only = "/elections", "/parking", "/schools/oakfield-primary"
    assert f"{site.url}{listed_only}" in listed
    assert listed_only not in linked
    assert linked_only in linked
    assert f"{site.url}{linked_only}" not in listed
    assert drawn_only not in linked
    assert f"{site.url}{drawn_only}" not in listed
    assert drawn_only in client.get("/static/schools.js").text


def test_internal_links_work_but_one(client: httpx.Client) -> None:
    paths = {path for path in _linked(client) if path.startswith("/")}
    broken = {path for path in paths if client.get(path, follow_redirects=True).status_code != 200}
    assert broken == {"/bins/textiles"}


def test_every_resource_is_served(client: httpx.Client) -> None:
    for url in load_pages():
        for element in _soup(client.get(url).text).select("[src^='/'], link[href], object[data]"):
            source = str(element.get("src") or element.get("href") or element.get("data"))
            assert client.get(source).status_code == 200, f"{source} on {url}"


def test_pdfs_are_real_and_one_is_tagged(client: httpx.Client) -> None:
    tagged = client.get("/static/guide-tagged.pdf")
    untagged = client.get("/static/discount-form.pdf")
    for response in (tagged, untagged):
        assert response.headers["content-type"] == "application/pdf"
        assert response.content.startswith(b"%PDF-1.7")
        assert response.content.rstrip().endswith(b"%%EOF")
    for mark in (b"/StructTreeRoot", b"/Lang (en-GB)", b"/Title ("):
        assert mark in tagged.content
        assert mark not in untagged.content


def test_news_has_three_pages(client: httpx.Client) -> None:
    counts = [len(_soup(client.get(f"/news?page={n}").text).select("main h2")) for n in (1, 2, 3)]
    assert counts == [2, 2, 1]


def test_search_escapes_what_was_asked(client: httpx.Client) -> None:
    assert "1 result for" in client.get("/search", params={"q": "how to join"}).text
    text = client.get("/search", params={"q": '"><script>x</script>'}).text
    assert "<script>x" not in text
    assert "0 results for" in text


def test_form_from_start_to_end(client: httpx.Client) -> None:
    step = client.post("/bins/missed", data={"postcode": "HM1 2AB"})
    assert (step.status_code, step.headers["location"]) == (303, "/bins/missed/which-bin?postcode=HM1+2AB")
    assert _soup(client.get(step.headers["location"]).text).select("input[name=postcode][value='HM1 2AB']")

    step = client.post("/bins/missed/which-bin", data={"postcode": "HM1 2AB", "bin": "garden"})
    assert step.headers["location"] == "/bins/missed/check?postcode=HM1+2AB&bin=garden"
    assert "Garden (brown)" in client.get(step.headers["location"]).text

    step = client.post("/bins/missed/check", data={"bin": "garden", "email": "resident@example.com"})
    assert step.headers["location"] == "/bins/missed/done"
    assert "We have your report" in client.get(step.headers["location"]).text


def test_form_errors(client: httpx.Client) -> None:
    first = client.post("/bins/missed", data={"postcode": '"><b>'})
    assert first.status_code == 200
    assert _soup(first.text).select("#postcode.wrong")
    assert "<b>" not in first.text
    assert not _soup(client.get("/bins/missed").text).select(".wrong")

    second = client.post("/bins/missed/which-bin", data={"postcode": "HM1 2AB"})
    assert _soup(second.text).select(".wrong-text")

    third = _soup(client.post("/bins/missed/check", data={"email": "nobody"}).text)  # the one done well
    assert third.select("[role=alert] a[href='#email']")
    assert third.select("#email[aria-invalid=true][aria-describedby=email-error]")


def test_post_elsewhere_is_refused(client: httpx.Client) -> None:
    assert client.post("/bins", data={}).status_code == 405
    assert client.post("/bins/missed", content=b"a" * 20_000).status_code == 400


def test_faults_are_many_and_distinct() -> None:
    assert len(FAULTS) >= 66
    assert len({fault.id for fault in FAULTS}) == len(FAULTS)
    assert len({fault.area for fault in FAULTS}) == 17
    assert len({rule for fault in FAULTS for rule in fault.rules}) >= 32


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.id)
def test_fault_is_there(site: DemoSite, client: httpx.Client, fault: Fault) -> None:
    assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", fault.id)
    assert fault.kind in {"failure", "advice"}
    assert bool(fault.rules) == (fault.outcome in {"failed", "cant_tell"})
    assert fault.report.endswith(".")
    assert all(re.fullmatch(r"[1-4]\.\d\.\d{1,2}", criterion) for criterion in fault.wcag)
    assert not (fault.kind == "advice" and fault.wcag)
    origins = {"": "", "payment": site.payment_url, "account": site.account_url}
    response = client.get(origins[fault.origin] + fault.url, headers={"Cookie": f"session={site.session}"})
    assert response.status_code == 200
    if fault.rendered or not fault.selector:
        return
    page = _soup(response.text)
    if fault.frame:
        (frame,) = page.select(fault.frame)
        page = _soup(client.get(str(frame["src"])).text)
    assert page.select(fault.selector)
