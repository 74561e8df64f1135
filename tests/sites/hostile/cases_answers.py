# ruff: noqa: E501 # tables: a row is a case
"""Answers that are good HTTP and no page: types, statuses, refusals, redirects."""

from __future__ import annotations

import time

from tests.sites.hostile.case import (
    AUDITED,
    BLOCKED,
    DISALLOWED,
    DUPLICATE,
    FAILED,
    FAULT,
    NOT_HTML,
    OUT_OF_SCOPE,
    REDIRECTED,
    Case,
    case,
    document,
    exactly,
    led,
    page,
    typed,
)  # fmt: skip
from tests.sites.wire import Asked, Serve, Wire

PDF = (
    b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF"
)
XHTML = (
    '<?xml version="1.0"?><html xmlns="http://www.w3.org/1999/xhtml" lang="en" xml:lang="en"><head>'
    f"<title>Strict</title></head><body><main><h1>Strict</h1>{FAULT[:-1]}/></main></body></html>"
)
FEED = '<?xml version="1.0"?><rss version="2.0"><channel><title>News</title></channel></rss>'
LOG_IN = (
    '<!doctype html><html lang="en"><head><title>Log in</title></head><body><main><h1>Log in</h1><form '
    'action="/account/log-in" method="post"><p><label>E-mail <input name="mail" type="email" '
    'autocomplete="email"></label> <label>Password <input name="word" type="password" '
    'autocomplete="current-password"></label> <button>Log in</button></p></form></main></body></html>'
)
LOST = (
    '<!doctype html><html lang="en"><head><title>Page not found - Hostile Borough Council</title></head><body>'
    "<main><h1>Page not found</h1><p>Sorry, the page you are looking for does not exist or has been moved. "
    'Go to the <a href="/">home page</a>.</p></main></body></html>'
)
CLOUDFLARE = (
    '<!DOCTYPE html><html lang="en-US"><head><title>Just a moment...</title><meta http-equiv="refresh" '
    'content="390"></head><body class="no-js"><div class="main-wrapper" role="main"><div class="main-content">'
    '<noscript><div class="h2"><span id="challenge-error-text">Enable JavaScript and cookies to continue</span>'
    "</div></noscript></div></div><script>(function(){window._cf_chl_opt={cvId:'3',cZone:'x',cType:'managed'};"
    "var a=document.createElement('script');a.src='/cdn-cgi/challenge-platform/h/g/orchestrate/chl_page/v1';"
    "})()</script></body></html>"
)
IMPERVA = (
    '<html style="height:100%"><head><META NAME="ROBOTS" CONTENT="NOINDEX, NOFOLLOW"><script '
    'src="/_Incapsula_Resource?SWJIYLWA=719d34d31c8e3a6e6fffd425f7e032f3"></script></head><body '
    'style="margin:0px;height:100%"><iframe id="main-iframe" src="/_Incapsula_Resource?CWUDNSAI=9&incident_id=1-2"'
    ' frameborder=0 width="100%" height="100%">Request unsuccessful. Incapsula incident ID: 1-2</iframe></body></html>'
)
AKAMAI = (
    "<HTML><HEAD><TITLE>Access Denied</TITLE></HEAD><BODY><H1>Access Denied</H1>You don't have permission to access "
    '"http&#58;&#47;&#47;www&#46;example&#46;org&#47;" on this server.<P>Reference&#32;&#35;18&#46;2d351ab8&#46;1</BODY></HTML>'
)
AWS = (
    '<!DOCTYPE html><html lang="en"><head><title>Human Verification</title><script type="text/javascript">'
    "window.awsWafCookieDomainList=[];window.gokuProps={};</script></head><body><div id='captcha-container'></div>"
    "<script>AwsWafIntegration.checkForceRefresh()</script><noscript><h1>JavaScript is disabled</h1>In order to "
    "continue, we need to verify that you're not a robot.</noscript></body></html>"
)
LOOPBACK = {
    "port": "$INTERNAL/by-port", "name": "http://localhost:$INTERNALPORT/by-name",
    "decimal": "http://2130706433:$INTERNALPORT/by-decimal", "hex": "http://0x7f.1:$INTERNALPORT/by-hex",
    "octal": "http://0177.0.0.1:$INTERNALPORT/by-octal", "short": "http://127.1:$INTERNALPORT/by-short",
    "any": "http://0.0.0.0:$INTERNALPORT/by-any", "six": "http://[::1]:$INTERNALPORT/by-six",
    "mapped": "http://[::ffff:127.0.0.1]:$INTERNALPORT/by-mapped",
    "no-scheme": "//127.0.0.1:$INTERNALPORT/by-no-scheme",
    "backslashes": "\\\\127.0.0.1:$INTERNALPORT\\by-backslashes",
    "address": "http://127.0.0.3:$PORT/by-address", "tls": "https://127.0.0.1:$INTERNALPORT/by-tls",
}  # fmt: skip


def busy_once(status: int) -> Serve:
    """Asks to wait a second, and answers when asked again."""
    seen: list[Asked] = []

    async def serve(asked: Asked, wire: Wire) -> None:
        seen.append(asked)
        if len(seen) == 1:
            await wire.answer("Too busy", status=status, headers={"Retry-After": "1"})
        else:
            await wire.answer(document(asked.path))

    return serve


async def with_cookie(asked: Asked, wire: Wire) -> None:
    """Redirects to itself until its cookie comes back."""
    if "seen=yes" in asked.headers.get("cookie", ""):
        await wire.answer(document(asked.path))
    else:
        await wire.answer(
            status=302, headers={"Location": asked.target, "Set-Cookie": "seen=yes; Path=/answers"}
        )


async def for_ever(asked: Asked, wire: Wire) -> None:
    await wire.answer(status=302, headers={"Location": f"{asked.path}?n={time.monotonic_ns()}"})


async def chain(asked: Asked, wire: Wire) -> None:
    """/answers/chain/N leads to N - 1, and 0 to a good page."""
    left = int(asked.path.rpartition("/")[2])
    await wire.answer(
        status=302, headers={"Location": f"/answers/chain/{left - 1}" if left else "/good/bins"}
    )


def status(code: int, **headers: str) -> Serve:
    return page(
        status=code, title=f"Status {code}", headers={k.replace("_", "-"): v for k, v in headers.items()}
    )


async def cookie_bomb(asked: Asked, wire: Wire) -> None:
    """Cookies so large that this server refuses whoever brings them all (`site.serve`)."""
    head = "".join(f"Set-Cookie: bomb{n}={'x' * 3500}; Path=/\r\n" for n in range(8))
    text = document(asked.path)
    await wire.send(
        f"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Type: text/html\r\n{head}"
        f"Content-Length: {len(text.encode())}\r\n\r\n{text}"
    )


def late_cookies() -> Serve:
    """Refuses the first request as too large, as if another page's cookies had come with it."""
    asked_before: list[str] = []

    async def serve(asked: Asked, wire: Wire) -> None:
        status = 200 if asked_before else 431
        asked_before.append(asked.path)
        await page(status=status)(asked, wire)

    return serve


TYPES: list[Case] = [
    case("/answers/pdf-as-html", "A PDF that says it is HTML", typed("text/html", PDF), NOT_HTML, FAILED),
    case("/answers/pdf", "A PDF without an ending in its name", typed("application/pdf", PDF), NOT_HTML, reason="(?i)pdf"),
    case("/answers/html-as-text", "A page that says it is plain text",
         typed("text/plain", document("/answers/html-as-text")), NOT_HTML),
    case("/answers/no-type", "A page without a type: browsers take it for one",
         typed("", document("/answers/no-type")), AUDITED),
    case("/answers/nothing-typed", "Text without a type", typed("", "Just text. " * 50), NOT_HTML),
    case("/answers/no-sniff", "A page without a type, and nosniff",
         exactly(document("/answers/no-sniff"), headers={"Content-Type": "", "X-Content-Type-Options": "nosniff"}),
         NOT_HTML),
    case("/answers/picture", "A picture without an ending in its name", typed("image/svg+xml",
         '<svg xmlns="http://www.w3.org/2000/svg"/>'), NOT_HTML),
    case("/answers/json", "JSON with links in it", typed("application/json", '{"a": "<a href=/forbidden/json>"}'),
         NOT_HTML),
    case("/answers/feed", "An RSS feed", typed("application/rss+xml", FEED), NOT_HTML),
    case("/answers/xml", "XML", typed("text/xml", FEED), NOT_HTML),
    case("/answers/octets", "A page that says it is bytes",
         typed("application/octet-stream", document("/answers/octets")), NOT_HTML),
    case("/answers/attachment", "A page that is offered as a download",
         exactly(document("/answers/attachment"), headers={"Content-Disposition": 'attachment; filename="../x.html"'}),
         NOT_HTML, reason="download"),
    case("/answers/xhtml", "XHTML as XML, well-formed", typed("application/xhtml+xml", XHTML), AUDITED),
    case("/answers/xhtml-broken", "XHTML as XML, not well-formed",
         typed("application/xhtml+xml", XHTML.replace("</h1>", "")), FAILED, reason="well-formed"),
    case("/answers/utf-16", "A page in UTF-16",
         typed("text/html; charset=utf-16", document("/answers/utf-16").encode("utf-16")), AUDITED),
    case("/answers/wrong-charset", "Bytes that are not UTF-8 in a page that says so",
         exactly(document("/answers/wrong-charset", "<p>\xff\xfe\xe9</p>").encode("latin-1", "replace")), AUDITED),
    case("/answers/odd-type", "A type in capitals with odd parameters",
         typed("TEXT/HTML;charset=\"utf-8\" ; x=;", document("/answers/odd-type")), AUDITED),
    case("/answers/mixed-replace", "A stream of pages that replace each other",
         typed("multipart/x-mixed-replace; boundary=b", "--b\r\nContent-Type: text/html\r\n\r\n<p>x\r\n--b--"),
         NOT_HTML, FAILED),
]  # fmt: skip

STATUSES: list[Case] = [
    case("/answers/204", "No content", exactly(status=204), FAILED, reason="204|no document"),
    case("/answers/205", "Reset content", exactly(status=205), FAILED),
    case("/answers/206", "Part of a page that nobody asked a part of", status(206), AUDITED, FAILED),
    case("/answers/304", "Not modified, to someone who has nothing", exactly(status=304), FAILED),
    case("/answers/300", "Several choices", status(300), FAILED),
    case("/answers/400", "A bad request", status(400), FAILED),
    case("/answers/401", "Needs a password", status(401, WWW_Authenticate='Basic realm="Staff"'), BLOCKED,
         reason="401"),
    case("/answers/403", "Forbidden", status(403), BLOCKED, reason="403"),
    case("/answers/404", "Not found", status(404), FAILED, reason="404"),
    case("/answers/407", "Needs a password for a proxy, says no proxy", status(407), BLOCKED, FAILED),
    case("/answers/410", "Gone", status(410), FAILED, reason="410"),
    case("/answers/418", "A teapot", status(418), BLOCKED, reason="418"),
    case("/answers/429", "Too many requests, each time", status(429, Retry_After="1"), BLOCKED, reason="429"),
    case("/answers/429-day", "Too many requests, and asks to wait a day", status(429, Retry_After="86400"), BLOCKED,
         reason="429"),
    case("/answers/429-once", "Too many requests, the first time", busy_once(429), AUDITED, BLOCKED),
    case("/answers/451", "For legal reasons", status(451), BLOCKED, FAILED, reason="451"),
    case("/answers/500", "A fault of the server", status(500), FAILED, reason="500"),
    case("/answers/502", "A fault of the server behind", status(502), FAILED, reason="502"),
    case("/answers/503", "Down for a moment, each time", status(503, Retry_After="1"), BLOCKED, FAILED, reason="503"),
    case("/answers/503-once", "Down for a moment, the first time", busy_once(503), AUDITED, BLOCKED, FAILED),
    case("/answers/520", "A status of Cloudflare's", status(520), FAILED, BLOCKED),
    case("/answers/clears", "Makes the browser forget what it knows of the site",
         page(headers={"Clear-Site-Data": '"cookies", "storage"'}), AUDITED),
    case("/answers/after-clears", "The page after it", page(), AUDITED),
    case("/answers/cookie-bomb", "Sets 28 kB of cookies; who brings them back is refused", cookie_bomb, AUDITED),
    case("/answers/late-cookies", "Refuses the cookies of a page before, which came late", late_cookies(), AUDITED),
    case("/answers/after-cookie-bomb", "A page that is fine without those cookies", page(), AUDITED),
]  # fmt: skip

WRONG_PAGES: list[Case] = [
    case("/answers/soft-404", "Says that it is not found, with status 200", exactly(LOST), FAILED,
         reason="(?i)not found"),
    case("/answers/about-not-found", "A real page about things that are not found",
         page("<p>Not found what you lost? Page through the register of found property.</p>",
              title="Lost property not found - what next"), AUDITED),
    case("/account/log-in", "The real log-in form: a page of its own", exactly(LOG_IN), AUDITED, finds={}),
    case("/answers/for-members", "The log-in form in place of the page", exactly(LOG_IN), BLOCKED, FAILED, DUPLICATE),
    case("/answers/log-in-first", "Leads to the log-in form", led("/account/log-in?return=/answers/log-in-first"),
         REDIRECTED),
    case("/answers/challenge-403", "Cloudflare's challenge", exactly(
         CLOUDFLARE, status=403, headers={"Server": "cloudflare", "cf-mitigated": "challenge", "CF-RAY": "8-LHR"}),
         BLOCKED, reason="Cloudflare"),
    case("/answers/challenge-200", "A challenge with status 200", exactly(CLOUDFLARE), BLOCKED, reason="Cloudflare"),
    case("/answers/imperva", "Imperva's incident page, with status 200", exactly(IMPERVA, headers={"X-Iinfo": "1-2-3"}),
         BLOCKED, reason="Imperva|Incapsula"),
    case("/answers/akamai", "Akamai's refusal", exactly(AKAMAI, status=403, headers={"Server": "AkamaiGHost"}),
         BLOCKED, reason="Akamai"),
    case("/answers/aws", "Human Verification of Amazon's firewall", exactly(
         AWS, status=405, headers={"x-amzn-waf-action": "captcha"}), BLOCKED, reason="Amazon|AWS"),
    case("/answers/a-moment", "A real page called Just a moment",
         page("<p>Verify you are human? No: a play by the youth theatre.</p>", title="Just a moment: a play"), AUDITED),
]  # fmt: skip

REDIRECTS: list[Case] = [
    case("/answers/to-itself", "Redirects to itself", led("/answers/to-itself"), FAILED, reason="redirect"),
    case("/answers/to-and-fro", "Two that redirect to each other", led("/answers/fro-and-to"), FAILED,
         reason="redirect", more={"/answers/fro-and-to": led("/answers/to-and-fro")}),
    case("/answers/chain/30", "Thirty redirects", chain, FAILED, REDIRECTED, reason="redirects|leads"),
    case("/answers/chain/3", "Three redirects, then a page", chain, REDIRECTED,
         more={f"/answers/chain/{n}": chain for n in range(30)}),
    case("/answers/for-ever", "A new address at each redirect", for_ever, FAILED, reason="redirect"),
    case("/answers/for-a-cookie", "Redirects to itself until its cookie is there", with_cookie, AUDITED),
    case("/answers/to-good", "Redirects to a good page", led("/good/parks", 301), REDIRECTED, reason="/good/parks"),
    case("/answers/307", "Redirects with 307, relative", led("../good/parks", 307), REDIRECTED, reason="/good/parks"),
    case("/answers/308", "Redirects with 308 and a user name", led("http://me:secret@$HOST/good/parks", 308),
         REDIRECTED, reason="/good/parks"),
    case("/answers/refresh-header", "Leads on by a Refresh header",
         exactly("<p>Moved", headers={"Refresh": "0; url=/good/parks"}), REDIRECTED, reason="/good/parks"),
    case("/answers/other-host", "Redirects to another host", led("$OTHER/page"), REDIRECTED, reason="nother host"),
    case("/answers/other-login", "Redirects to another host that refuses", led("$OTHER/403"), REDIRECTED),
    case("/answers/to-forbidden", "Redirects to what robots.txt forbids", led("/forbidden/redirect"),
         REDIRECTED, DISALLOWED, reason="robots"),
    case("/answers/via-forbidden", "Redirects through what robots.txt forbids", led("/answers/to-forbidden"),
         REDIRECTED, DISALLOWED, reason="robots"),
    case("/answers/to-nothing", "A redirect that names no place", exactly("<p>Where?", status=302), FAILED),
    case("/answers/to-file", "Redirects to a file of this machine", led("file:///etc/passwd"), FAILED),
    case("/answers/to-script", "Redirects to javascript:", led("javascript:alert(1)"), FAILED),
    case("/answers/to-data", "Redirects to data:", led("data:text/html,<p>x"), FAILED),
    case("/answers/to-ftp", "Redirects to ftp:", led("ftp://127.0.0.1/"), FAILED),
    case("/answers/to-blank", "Redirects to about:blank", led("about:blank"), FAILED),
    case("/answers/to-chrome", "Redirects to a page of the browser", led("chrome://version/"), FAILED),
    case("/answers/to-closed-port", "Redirects to a port where nobody listens", led("http://127.0.0.1:1/"), FAILED,
         REDIRECTED),
    case("/answers/to-long", "Redirects to an address of 4,000 characters", led("/good/" + "x" * 4000), FAILED, REDIRECTED,
         OUT_OF_SCOPE),
    case("/answers/to-meta", "A page that leads to the internal service",
         page(head='<meta http-equiv="refresh" content="0; url=$INTERNAL/by-meta">'), FAILED, REDIRECTED),
    case("/answers/to-javascript", "A script that leads to the internal service",
         page(head="<script>location.replace('$INTERNAL/by-script')</script>"), FAILED, REDIRECTED),
    case("/answers/to-post", "A form that is sent to the internal service by a script",
         page('<form method="post" action="$INTERNAL/by-form"></form><script>document.forms[0].submit()</script>'),
         FAILED, REDIRECTED, BLOCKED),
    *(
        case(f"/answers/to-loopback-{name}", f"Redirects to the internal service, spelt {location}", led(location),
             FAILED, REDIRECTED)
        for name, location in LOOPBACK.items()
    ),
]  # fmt: skip

CASES = [*TYPES, *STATUSES, *WRONG_PAGES, *REDIRECTS]
