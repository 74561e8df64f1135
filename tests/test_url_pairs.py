"""Addresses as councils' sites have them: which are two pages, and which are two ways to write one."""

from __future__ import annotations

import pytest

from auditor.urls import identity

SESSION = "q3b0s7d1k9f2m5n8p4r6t0v1a2"
HEX = "9f86d081884c7d659a2feaa0c55ad015"
GUID = "3f2504e0-4f89-11d3-9a0c-0305e82c3301"
ASP = "lit3py55t21z5v55vlm25s55"

# What follows the host; one that starts with "http" is whole.
DIFFERENT = [
    # Content systems with one script and a number: GOSS, Jadu, SharePoint, old ASP and PHP
    ("/index.aspx?articleid=100", "/index.aspx?articleid=101"),
    ("/index.cfm?articleid=100", "/index.cfm?articleid=100&page=2"),
    ("/site/scripts/documents_info.php?documentID=3", "/site/scripts/documents_info.php?documentID=30"),
    ("/site/scripts/documents_info.php?documentID=3&pageNumber=2",
     "/site/scripts/documents_info.php?documentID=3"),
    ("/site/scripts/news_article.php?newsID=7", "/site/scripts/news_article.php?newsid=7&x=1"),
    ("/Pages/default.aspx?id=1", "/Pages/Default.aspx?id=1"),
    ("/_layouts/15/listform.aspx?PageType=4&ListId={A1}&ID=2",
     "/_layouts/15/listform.aspx?PageType=4&ListId={A2}&ID=2"),
    ("/Lists/News/DispForm.aspx?ID=1", "/Lists/News/DispForm.aspx?ID=1&Source=%2FPages"),
    ("/page.asp?id=1", "/page.asp?ID=1"),
    ("/info.php?a", "/info.php?a="),
    ("/info.php?a", "/info.php"),
    ("/info.php?a=", "/info.php"),
    ("/info.php?id=1&id=2", "/info.php?id=2&id=1"),
    ("/info.php?id=1&id=2&id=1", "/info.php?id=1&id=2"),
    ("/info.php?no=1&no=1&no=2", "/info.php?no=2&no=2&no=1"),
    ("/info.php?x[]=1&x[]=2", "/info.php?x[]=2&x[]=1"),
    # Paths: Umbraco, Drupal, WordPress
    ("/council-tax", "/council-tax/"),
    ("/council-tax", "/Council-Tax"),
    ("/council-tax", "/council-tax/index.html"),
    ("/council//tax", "/council/tax"),
    ("/node/1", "/node/11"),
    ("/news/2024/01", "/news/2024/1"),
    ("/media/1001/plan.pdf", "/media/1002/plan.pdf"),
    ("/a%2Fb", "/a/b"),
    ("/a%252Fb", "/a%2Fb"),
    ("/a%3Fb", "/a?b"),
    ("/a%23b", "/a#b"),
    ("/a%3Bb", "/a;b"),
    ("/100%25", "/100%"),
    ("/a+b", "/a%20b"),
    ("/caf%C3%A9", "/cafe"),
    ("/caf%C3%A9", "/caf%E9"),
    ("/plan;version=1", "/plan;version=2"),
    ("/plan;version=1", "/plan"),
    ("/(a)/b", "/b"),
    ("/(S(mall))/business", "/business"),
    (f"/{ASP}/business", "/business"),
    ("/utm_source=x", "/"),
    # Democracy: ModernGov, CMIS
    ("/ieListDocuments.aspx?CId=123&MId=4567&Ver=4", "/ieListDocuments.aspx?CId=123&MId=4568&Ver=4"),
    ("/ieListDocuments.aspx?CId=123&MId=4567", "/ieListDocuments.aspx?CId=124&MId=4567"),
    ("/ieListMeetings.aspx?CId=1&Year=0", "/ieListMeetings.aspx?CId=1&Year=2023"),
    ("/mgUserInfo.aspx?UID=100", "/mgUserInfo.aspx?UID=101"),
    ("/mgCommitteeDetails.aspx?ID=1", "/mgCommitteeDetails.aspx?ID=1&J=2"),
    ("/documents/s1/A.pdf?T=1", "/documents/s1/A.pdf?T=9"),
    ("/Meetings/tabid/116/ctl/ViewMeetingPublic/mid/482/Meeting/90/Default.aspx",
     "/Meetings/tabid/116/ctl/ViewMeetingPublic/mid/482/Meeting/91/Default.aspx"),
    # Planning: Idox, Northgate, Ocella
    ("/applicationDetails.do?keyVal=ABC123XYZ&activeTab=summary",
     "/applicationDetails.do?keyVal=ABC123XYZ&activeTab=documents"),
    ("/applicationDetails.do?keyVal=ABC123XYZ", "/applicationDetails.do?keyVal=ABC124XYZ"),
    ("/search.do?action=simple", "/search.do?action=advanced"),
    ("/planningDetails?reference=24%2F001&from=planningSearch",
     "/planningDetails?reference=24%2F002&from=planningSearch"),
    ("/details?ref=24/0001%2B", "/details?ref=24/0001+"),
    # Lists, searches, calendars
    ("/news?page=1", "/news?page=2"),
    ("/news?page=0", "/news"),
    ("/news?page/3", "/news?page/4"),
    ("/news?page/3", "/news?page%2F3"),
    ("/news?2&1", "/news?1&2"),
    ("/news?a+b", "/news?a%20b"),
    ("/news?f[0]=topic:1", "/news?f[0]=topic:2"),
    ("/news?f[0]=topic:1", "/news?f[1]=topic:1"),
    ("/events?date=2024-01-01", "/events?date=2024-02-01"),
    ("/events?month=1&year=2024", "/events?month=2024&year=1"),
    ("/events?from=2024-01-01T10:00+01:00", "/events?from=2024-01-01T10:00%2B01:00"),
    ("/search?q=tax&sort=a", "/search?q=tax&sort=b"),
    ("/search?q=%E9", "/search?q=%C3%A9"),
    ("/search?q=a%26b=c", "/search?q=a&b=c"),
    ("/search?a=b%26c=d", "/search?a=b&c=d"),
    ("/search?q%3Da=b", "/search?q=a=b"),
    ("/search?q=a;b=c", "/search?q=a%3Bb=c"),
    ("/search?q=%2542", "/search?q=%42"),
    ("/search?q=A", "/search?q=a"),
    ("/search?a;b", "/search?b;a"),
    # What looks like tracking or sessions, and is not
    ("/services?sid=12", "/services?sid=13"),
    ("/services?sid=council-tax-2024-to-2025-bands", "/services?sid=council-tax-2023-to-2024-bands"),
    ("/services?sid=counciltaxbands2024", "/services?sid=counciltaxbands2025"),
    ("/classes?session_id=20240115103000001", "/classes?session_id=20240115103000002"),
    (f"/classes?sessionid={GUID}", f"/classes?sessionid={GUID[:-1]}2"),
    (f"/files?key={HEX}", f"/files?key={HEX[::-1]}"),
    ("/files?cfid=1", "/files?cfid=2"),
    ("/go?source=a", "/go?source=b"),
    ("/go?ref=a", "/go?ref=b"),
    ("/go?utm=1", "/go?utm=2"),
    ("/go?q=utm_source", "/go?q="),
    ("/go?url=%2F%3Futm_source=a", "/go?url=%2F"),
    # Hosts
    ("http://a.example/", "https://a.example/"),
    ("https://a.example/", "https://www.a.example/"),
    ("https://a.example/", "https://a.example:8443/"),
    ("http://a.example/", "http://a.example:443/"),
    ("https://bücher.example/", "https://bucher.example/"),
    ("https://a.example/", "https://b.example/@a.example"),
]  # fmt: skip

SAME = [
    ("/a#top", "/a"),
    ("/a#", "/a"),
    ("/a#/route?x=1", "/a"),
    ("?", ""),
    ("", "/"),
    ("/a?", "/a"),
    ("/a?#b", "/a"),
    ("/a?&", "/a"),
    ("/a?&&b=1&", "/a?b=1"),
    ("/a/./b/../c", "/a/c"),
    ("/a/%2e/b/%2E%2e/c", "/a/c"),
    ("/../../a", "/a"),
    ("/a\\b", "/a/b"),
    ("/a\tb\n", "/ab"),
    ("/%7Eclerk/", "/~clerk/"),
    ("/%63ouncil%2Dtax%2Ehtml", "/council-tax.html"),
    ("/caf%c3%a9", "/caf%C3%A9"),
    ("/café", "/caf%C3%A9"),
    ("/a b", "/a%20b"),
    ("/caf%e9", "/caf%E9"),
    ("/a%2fb", "/a%2Fb"),
    ("/a[1]|b", "/a%5B1%5D%7cb"),
    ('/a"b', "/a%22b"),
    ("/a^b", "/a%5Eb"),
    # Order, spelling and repetition in a query
    ("/ieListDocuments.aspx?MId=4567&CId=123", "/ieListDocuments.aspx?CId=123&MId=4567"),
    ("/applicationDetails.do?keyVal=ABC&activeTab=summary",
     "/applicationDetails.do?activeTab=summary&keyVal=ABC"),
    ("/a?c=3&b=1&a=0&b=2", "/a?a=0&b=1&b=2&c=3"),
    ("/a?b&a=1", "/a?a=1&b"),
    ("/a?id=1&id=1", "/a?id=1"),
    ("/a?id=1&x=2&id=1&id=1", "/a?x=2&id=1"),
    ("/search?q=council+tax", "/search?q=council%20tax"),
    ("/search?q=council tax", "/search?q=council+tax"),
    ("/search?q=%63ouncil", "/search?q=council"),
    ("/search?%71=council", "/search?q=council"),
    ("/search?q=caf%c3%a9", "/search?q=café"),
    ("/search?q=a%2bb", "/search?q=a%2Bb"),
    ("/search?q=don't", "/search?q=don%27t"),
    ("/news?f%5B0%5D=topic%3A1&f%5B1%5D=ward%3A2", "/news?f[0]=topic:1&f[1]=ward:2"),
    ("/Forms/AllItems.aspx?RootFolder=%2FDocs%2FMinutes", "/Forms/AllItems.aspx?RootFolder=/Docs/Minutes"),
    ("/DispForm.aspx?List=%7BA1%7D&ID=2", "/DispForm.aspx?ID=2&List={A1}"),
    ("/planningDetails?reference=24%2f001", "/planningDetails?reference=24/001"),
    ("/events?date=2024%2D01%2D01", "/events?date=2024-01-01"),
    ("/a?x=b%3Dc", "/a?x=b=c"),
    ("/news?%70age/3", "/news?page/3"),
    ("/news?page%2f3", "/news?page%2F3"),
    # Who came, and from where
    ("/a?utm_source=newsletter&utm_medium=email&utm_campaign=x", "/a"),
    ("/a?UTM_SOURCE=x&id=1", "/a?id=1"),
    ("/a?id=1&%75tm_source=x", "/a?id=1"),
    ("/a?utm_source&id=1", "/a?id=1"),
    ("/a?gclid=Cj0KCQ&gclsrc=aw.ds&gbraid=0AAA&wbraid=CjkK&dclid=CPj&gad_source=1", "/a"),
    ("/a?_ga=2.1.3.4&_gl=1*abc*_ga*MTI", "/a"),
    ("/a?fbclid=IwAR0&page=2", "/a?page=2"),
    ("/a?msclkid=1&yclid=2&twclid=3&igshid=4&ttclid=5&li_fat_id=6", "/a"),
    ("/a?mc_cid=1&mc_eid=2&dm_i=1ABC,2,3,4,1", "/a"),
    ("/a?_hsenc=p2&_hsmi=9&__hssc=1&hsCtaTracking=2", "/a"),
    ("/a?mtm_campaign=x&pk_kwd=y&mkt_tok=z", "/a"),
    ("/a?&utm_term=x&?b=1", "/a??b=1"),
    # Sessions
    (f"/a.php?PHPSESSID={SESSION}&id=1", "/a.php?id=1"),
    ("/a.jsp;jsessionid=0A1B.node1?id=1", "/a.jsp?id=1"),
    ("/a/b;JSESSIONID=0A1B/c", "/a/b/c"),
    ("/a/..;jsessionid=1/c", "/c"),
    ("/a.do?jsessionid=0A1B&keyVal=ABC", "/a.do?keyVal=ABC"),
    (f"/a;sid={HEX}?b=1", "/a?b=1"),
    ("/a.asp?ASPSESSIONIDQQABCDEF=GHIJK", "/a.asp"),
    ("/a.aspx?AspxAutoDetectCookieSupport=1", "/a.aspx"),
    (f"/(S({ASP}))/a.aspx", "/a.aspx"),
    (f"/app/(X(1)S({ASP}))/a.aspx?id=1", "/app/a.aspx?id=1"),
    ("/(X(1))/a.aspx?AspxAutoDetectCookieSupport=1", "/a.aspx"),
    (f"/(%53({ASP}))/a.aspx", "/a.aspx"),
    ("/a.cfm?CFID=1234&CFTOKEN=56789012&id=3", "/a.cfm?id=3"),
    (f"/a?sid={SESSION}", "/a"),
    (f"/a?SessionID={HEX}&page=2", "/a?page=2"),
    ("/a?session_id=dGhp%2BczE5aXM5cmFuZG9t&b=1", "/a?b=1&session_id=dGhp%2bczE5aXM5cmFuZG9t"),
    ("/a?session_id=dGhpczE5aXM5cmFuZG9t%3D%3D", "/a"),
    ("/a?__cf_chl_rt_tk=abc", "/a"),
    # Hosts
    ("https://www.council.example:443/a", "/a"),
    ("HTTPS://WWW.Council.EXAMPLE/a", "/a"),
    ("https://www.council.example./a", "/a"),
    ("https://www.council.example.:443/a", "/a"),
    ("https://user:secret@www.council.example/a", "/a"),
    ("//www.council.example/a", "/a"),
    ("https://www%2Ecouncil.example/a", "/a"),
    ("https://bücher.example/", "https://xn--bcher-kva.example/"),
    ("https://BÜCHER.example/", "https://bücher.example/"),
    ("http://0x7f.1/", "http://127.0.0.1/"),
    ("http://[0:0::1]/", "http://[::1]/"),
]  # fmt: skip

BASE = "https://www.council.example/"


@pytest.mark.parametrize(("one", "other"), DIFFERENT)
def test_two_pages(one: str, other: str) -> None:
    assert identity(one, BASE) != identity(other, BASE)
    assert identity(one, BASE) is not None


@pytest.mark.parametrize(("one", "other"), SAME)
def test_one_page(one: str, other: str) -> None:
    assert identity(one, BASE) == identity(other, BASE) is not None


def test_no_page_is_another_s() -> None:
    """Across the pairs too: every address of the first table is a page of its own."""
    written = {url for pair in DIFFERENT for url in pair}
    assert len({identity(url, BASE) for url in written}) == len(written)
