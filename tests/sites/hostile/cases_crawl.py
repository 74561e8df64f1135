# ruff: noqa: E501 # tables: a row is a case
"""What leads a crawler astray: links, canonical addresses, spellings, robots.txt and sitemaps."""

from __future__ import annotations

import gzip
import zlib
from html import escape

from tests.sites.hostile.case import (
    AUDITED,
    DISALLOWED,
    DUPLICATE,
    NOT_HTML,
    Case,
    case,
    document,
    exactly,
    page,
)  # fmt: skip
from tests.sites.wire import Serve

ROBOTS = """\
User-agent: *
Disallow: /forbidden/
Disallow: /*.secret$
Allow: /forbidden/but-not-this
Disallow:/no-space
Sitemap: $HERE/sitemaps/index.xml
Sitemap: $HERE/sitemaps/list.txt
Sitemap: $HERE/sitemaps/laughs.xml
Sitemap: $HERE/sitemaps/entity.xml
Sitemap: $HERE/sitemaps/others.xml
Sitemap: $HERE/sitemaps/bomb.xml.gz
Sitemap: $HERE/sitemaps/broken.xml
Sitemap: $HERE/sitemaps/none.xml
Sitemap: $HERE/sitemaps/page.xml
Sitemap: $INTERNAL/sitemap.xml
Sitemap: file:///etc/passwd
"""
LAUGHS = (
    '<?xml version="1.0"?><!DOCTYPE urlset [<!ENTITY a "$HERE/forbidden/laughs">'
    + "".join(f'<!ENTITY {b} "{f"&{a};" * 10}">' for a, b in zip("abcdefghi", "bcdefghij", strict=True))
    + "]><urlset><url><loc>&j;</loc></url></urlset>"
)
ENTITY = (
    '<?xml version="1.0"?><!DOCTYPE urlset [<!ENTITY x SYSTEM "$INTERNAL/entity"><!ENTITY y SYSTEM "file:///etc/passwd">]>'
    "<urlset><url><loc>$HERE/forbidden/&x;&y;</loc></url></urlset>"
)


def urlset(*urls: str) -> str:
    return (
        f'<?xml version="1.0"?><urlset>{"".join(f"<url><loc>{escape(u)}</loc></url>" for u in urls)}</urlset>'
    )


def index(*urls: str) -> str:
    return f"<sitemapindex>{''.join(f'<sitemap><loc>{u}</loc></sitemap>' for u in urls)}</sitemapindex>"


def xml(text: str) -> Serve:
    return exactly(text, headers={"Content-Type": "application/xml"})


def packed(body: bytes) -> Serve:
    return exactly(body, headers={"Content-Type": "application/gzip"})


def spaces(megabytes: int) -> bytes:
    packer = zlib.compressobj(9, wbits=31)
    parts = [packer.compress(b"<urlset>"), *(packer.compress(b" " * 2**20) for _ in range(megabytes))]
    return b"".join([*parts, packer.flush()])


def links(*targets: str) -> str:
    return "".join(f'<p><a href="{escape(t)}">Number {n}</a></p>' for n, t in enumerate(targets))


def found(path: str, how: str) -> Case:
    return case(path, f"Found by {how}", page(), AUDITED, linked=False)


def canonical(target: str, body: str = "") -> Serve:
    return page(body, head=f'<link rel="canonical" href="{target}">')


SAME = document("/crawl/same")
COPY = SAME.replace("</title>", '</title><link rel="canonical" href="/crawl/original">')
ROUND = [SAME.replace("same", "round").replace("</title>", f'</title><link rel="canonical" href="/crawl/round-{n}">')
         for n in (2, 1)]  # fmt: skip
SPELLINGS = (
    "/crawl/one?b=2&a=1", "/crawl/one?a=1&b=2#part", "/crawl/one?a=1&b=2&utm_source=x&utm_medium=y", "/crawl/one?gclid=z&a=1&b=2",
    "/crawl/one?a=1&b=2&fbclid=1", "/crawl/./one?a=1&b=2", "/crawl/x/../one?a=1&b=2", "/crawl/%6Fne?a=1&b=2",
    "/crawl/%2e/one?a=1&b=2", "/crawl/one?a=1&b=2&PHPSESSID=0123456789abcdef0123456789abcdef", "/crawl/one?&a=1&&b=2",
    "HTTP://$HOST/crawl/one?a=1&b=2", "http://me:secret@$HOST/crawl/one?a=1&b=2", "\\crawl\\one?a=1&b=2", "/crawl/o\tne?a=1&b=2",
    "/crawl/one;jsessionid=0123456789ABCDEF0123456789ABCDEF?a=1&b=2",
)  # fmt: skip
PAGERS = (
    "/crawl/list?page=1",
    "/crawl/list?page=2",
    "/crawl/List?page=1",
    "/crawl/list/?page=1",
    "/crawl/list?page=1&page=2",
)
PREFETCH = (
    '<link rel="prefetch" href="/forbidden/prefetch"><link rel="prerender" href="/forbidden/prerender">'
    '<script type="speculationrules">{"prefetch": [{"source": '
    '"list", "urls": ["/forbidden/speculate"], "eagerness": "immediate"}], "prerender": [{"source": "list", "urls": '
    '["/forbidden/speculate-more", "$INTERNAL/speculate"], "eagerness": "immediate"}]}</script>'
)
EVERY_WAY = (
    '<p><a href="/found/anchor">Anchor</a></p><map name="m"><area href="/found/area" alt="Area" shape="rect" coords="0,0,40,40"></map>'
    '<p><img src="/picture.png" usemap="#m" alt="Map" width="50" height="50"></p><svg width="99" height="40" role="group" '
    'aria-label="Plan"><a href="/found/svg"><text y="30" font-size="30">Svg</text></a></svg><div id="s"></div><div id="late"></div>'
    '<iframe src="/crawl/part" title="Part"></iframe><script>s.attachShadow({mode: "open"}).innerHTML = '
    "'<style>a { display: inline-block; padding: 1em }</style><p><a href=\"/found/shadow\">Shadow</a></p>';"
    "setTimeout(() => { late.innerHTML = '<p><a href=\"/found/late\">Late</a></p>' }, 400)</script>"
)
WAYS = '<link rel="next" href="/found/next"><link rel="alternate" hreflang="cy" href="/found/welsh">'

CASES: list[Case] = [
    case("/crawl/every-way", "Links in every place where a link can be", page(EVERY_WAY, head=WAYS), AUDITED, finds=None,
         more={"/crawl/part": page('<p><a href="/found/frame">In a frame</a></p>', fault=False)}),
    found("/found/anchor", "a link"), found("/found/area", "an area"), found("/found/svg", "a link in a drawing"),
    found("/found/shadow", "a link in a shadow root"), found("/found/late", "a link that a script adds"),
    found("/found/frame", "a link in a frame"), found("/found/welsh", "hreflang"),
    found("/found/next", "rel=next"),
    found("/found/sitemap-gzip", "a packed sitemap in an index in an index"), found("/found/sitemap-text", "a text sitemap"),
    case("/crawl/original", "The original of a copy", exactly(SAME), AUDITED),
    case("/crawl/copy", "A copy that names its original", exactly(COPY), DUPLICATE, reason="/crawl/original"),
    case("/crawl/copy?print=1", "The copy for printing", exactly(COPY), DUPLICATE, reason="/crawl/original"),
    case("/crawl/not-home", "Says it were the home page, and is not", canonical("/"), AUDITED),
    case("/crawl/not-home-either", "The same", canonical("/"), AUDITED),
    case("/crawl/not-ours", "Says it were a page of another site", canonical("http://www.example.org/"), AUDITED),
    case("/crawl/not-there", "Says it were a page that is not found", canonical("/crawl/no-such-page"), AUDITED),
    case("/crawl/canonical", "Names an original that nobody links to, with another text", canonical("/found/canonical"),
         AUDITED, DUPLICATE),
    case("/found/canonical", "Found by rel=canonical", page(), AUDITED, linked=False),
    case("/crawl/canonical-inside", "Says it were a page of the internal service", canonical("$INTERNAL/canonical"), AUDITED),
    case("/crawl/round-1", "Says it were round-2, with the same text", exactly(ROUND[0]), AUDITED, DUPLICATE),
    case("/crawl/round-2", "Says it were round-1, with the same text", exactly(ROUND[1]), AUDITED, DUPLICATE),
    case("/crawl/spellings", "One page in sixteen spellings", page(links(*SPELLINGS)), AUDITED),
    case("/crawl/one?a=1&b=2", "A page that is asked for once, however it is spelt", page(), AUDITED, linked=False,
         once=("/crawl/one", )),
    case("/crawl/different", "Five pages whose addresses are nearly the same", page(links(*PAGERS)), AUDITED),
    *(case(path, "One of five different pages", exactly(document(path + "x")), AUDITED, linked=False) for path in PAGERS),
    case("/forbidden/link", "Linked, and robots.txt forbids it", page(), DISALLOWED, reason="robots"),
    case("/%66orbidden/spelt", "Forbidden, and spelt in another way", page(), DISALLOWED, reason="robots"),
    case("/crawl/x.secret", "Forbidden by a pattern", page(), DISALLOWED, reason="robots", never=("/crawl/x.secret",)),
    case("/no-space/page", "Forbidden by a rule without a space", page(), DISALLOWED, reason="robots", never=("/no-space/page",)),
    case("/forbidden/but-not-this", "Allowed in a folder that is forbidden", page(), AUDITED),
    case("/crawl/looks-ahead", "Asks the browser to fetch and draw forbidden pages ahead", page(head=PREFETCH), AUDITED),
    case("/crawl/documents", "Links to three hundred documents", page(links(*(
         f"/files/report-{n}.{kind}" for n in range(100) for kind in ("pdf", "docx", "XLSX")))), AUDITED,
         never=("/files/report-0.pdf", "/files/report-1.docx", "/files/report-1.XLSX")),
    case("/files/by-name.pdf", "A document by its name", page(), NOT_HTML, reason="PDF", never=("/files/by-name.pdf",)),
    case("/crawl/other-hosts", "Links to two hundred other hosts", page(links(
         *(f"http://service-{n}.example.org/page" for n in range(200)), "$INTERNAL/link", "$OTHER/link")), AUDITED),
    case("/crawl/based", "A base of another host", page(links("relative", "../up"), head='<base href="$OTHER/base/">'), AUDITED),
    case("/crawl/odd-links", "Links that are none", page(links(
         "javascript:alert(1)", "mailto:x@example.org", "tel:123", "file:///etc/passwd", "data:text/html,x", "view-source:/",
         "http://", "http://[", "http://a b/", "//", "ftp://127.0.0.1/x", "blob:x", "about:blank", "chrome://version", "#", "",
         "?", "\x00", "http://127.0.0.1:99999/", "/good/" + "y" * 5000, "h\nttp://x", "intent://x#Intent;end")), AUDITED),
    case("/crawl/nofollow", "Asks not to be indexed: that is for search engines", page(
         '<p><a rel="nofollow" href="/found/nofollow">Next</a></p>', head='<meta name="robots" content="noindex,nofollow">'),
         AUDITED),
    found("/found/nofollow", "a link with rel=nofollow"),
]  # fmt: skip

SHARED: dict[str, Serve] = {
    "/robots.txt": exactly(ROBOTS, headers={"Content-Type": "text/plain"}),
    "/sitemaps/index.xml": xml(index("$HERE/sitemaps/nested.xml", "$HERE/sitemaps/index.xml", "$INTERNAL/nested.xml")),
    "/sitemaps/nested.xml": xml(index("$HERE/sitemaps/pages.xml.gz")),
    "/sitemaps/list.txt": exactly("\ufeff$HERE/found/sitemap-text\n\n$HERE/forbidden/sitemap\n$OTHER/x\n",
                                  headers={"Content-Type": "text/plain"}),
    "/sitemaps/laughs.xml": xml(LAUGHS),
    "/sitemaps/entity.xml": xml(ENTITY),
    "/sitemaps/bomb.xml.gz": packed(spaces(200)),
    "/sitemaps/broken.xml": xml("<urlset><url><loc>$HERE/forbidden/broken</loc></url><url><lo"),
    "/sitemaps/page.xml": page(),
}  # fmt: skip


def nested(here: str) -> Serve:
    """The packed sitemap: it cannot have its words replaced, so it is made for a server."""
    return packed(gzip.compress(urlset(f"{here}/found/sitemap-gzip").encode(), mtime=0))


def others(entries: int) -> Serve:
    """A sitemap of pages of fifty other hosts."""
    return xml(urlset(*(f"http://town-{n % 50}.example.org/page/{n}" for n in range(entries))))
