"""What stands in the place of a page is recognised, and ordinary pages that look a little like it are not."""

from __future__ import annotations

import time
from typing import Any

import pytest

from auditor.browser.recognise import Recognised, Seen, quoted, recognise
from auditor.models import UrlOutcome

BLOCKED, FAILED = UrlOutcome.BLOCKED, UrlOutcome.FAILED
PROSE = "Find out when your bins are collected, and what goes in which of them. "
MENU = "Council tax Bins Planning Housing Libraries Parking Schools Contact us "


def seen(
    title: str = "",
    heading: str = "",
    text: str = "",
    *,
    status: int | None = 200,
    markup: str = "",
    path: str = "/bins",
    length: int | None = None,
    password: bool = False,
    elements: int = 30,
    **headers: str,
) -> Seen:
    text = f"{heading}\n{text}".strip()
    body = f"<html><title>{title}</title><body><h1>{heading}</h1>{markup}<p>{text}</p></body></html>"
    return Seen(
        url=path if "://" in path else f"https://www.shire.example{path}",
        status=status,
        headers={"content-type": "text/html"} | {k.replace("_", "-"): v for k, v in headers.items()},
        title=title,
        heading=heading,
        text=text[:5000],
        text_length=len(text) if length is None else length,
        markup=body[:100_000],
        password_field=password,
        elements=elements,
    )


PRODUCTS: dict[str, tuple[Seen, str, str]] = {
    "cloudflare-header": (seen("Just a moment...", "www.shire.example", status=403, cf_mitigated="challenge"),
        "challenge", "Cloudflare"),
    "cloudflare-header-429": (seen("Just a moment...", status=429, cf_mitigated="challenge"), "challenge",
        "Cloudflare"),
    "cloudflare-by-title": (seen("Just a moment...", "www.shire.example", "Verifying you are human.",
        markup='<script src="/cdn-cgi/challenge-platform/h/g/orchestrate/chl_page/v1"></script>'),
        "challenge", "Cloudflare"),
    "cloudflare-french": (seen("Un instant…", "www.shire.example",
        markup="<script>window._cf_chl_opt={}</script>"),
        "challenge", "Cloudflare"),
    "cloudflare-503": (seen("Just a moment...", status=503, markup="<script>window._cf_chl_opt={}</script>"),
        "challenge", "Cloudflare"),
    "cloudflare-1020": (seen("Access denied | www.shire.example used Cloudflare to restrict access",
        "Error 1020",
        status=403, markup='<div id="cf-error-details">'), "refused", "Cloudflare"),
    "cloudflare-1015": (seen("Access denied", "Error 1015", "You are being rate limited", status=429,
        markup='<div id="cf-error-details">'), "rate_limited", "Cloudflare"),
    "akamai-server": (seen("Access Denied", "Access Denied", status=403, server="AkamaiGHost"), "refused",
        "Akamai"),
    "akamai-200": (seen("Access Denied", "Access Denied",
        "You don't have permission. Reference #18.2f.17.1a"),
        "refused", "Akamai"),
    "akamai-challenge": (seen("", markup='<div id="sec-if-cpt-container"></div>'), "challenge", "Akamai"),
    "imperva-incident": (seen("", text="Request unsuccessful. Incapsula incident ID: 123-456"), "refused",
        "Imperva"),
    "imperva-frame": (seen("", markup='<iframe src="/_Incapsula_Resource?SWUDNSAI=31"></iframe>'),
        "challenge", "Imperva"),
    "imperva-script": (seen("", markup='<script src="/_Incapsula_Resource?SWJIYLWA=719"></script>'),
        "challenge", "Imperva"),
    "imperva-pardon": (seen("Pardon Our Interruption", "Pardon Our Interruption", "As you were browsing…"),
        "challenge", "Imperva"),
    "aws-challenge-202": (seen("", status=202, x_amzn_waf_action="challenge"), "challenge", "AWS WAF"),
    "aws-captcha-405": (seen("Human Verification", status=405, x_amzn_waf_action="captcha"), "challenge",
        "AWS WAF"),
    "aws-by-markup": (seen("Human Verification", markup="<script>window.gokuProps = {}</script>"),
        "challenge", "AWS WAF"),
    "cloudfront": (seen("ERROR: The request could not be satisfied", "403 ERROR", status=403,
        server="CloudFront"),
        "refused", "Amazon CloudFront"),
    "aws-balancer": (seen("403 Forbidden", "403 Forbidden", status=403, server="awselb/2.0"),
        "refused", "AWS load balancer"),
    "front-door": (seen("", text="The request is blocked. 20260101T0", status=403, x_azure_ref="2026"),
        "refused", "Azure Front Door"),
    "application-gateway": (seen("403 Forbidden", "403 Forbidden", status=403,
        markup="<center>Microsoft-Azure-Application-Gateway/v2</center>"), "refused",
        "Azure Application Gateway"),
    "datadome": (seen("shire.example", markup='<script src="https://ct.captcha-delivery.com/c.js"></script>'),
        "challenge", "DataDome"),
    "human": (seen("Access to this page has been denied", "Please verify you are a human",
        markup='<div id="px-captcha"></div>'), "challenge", "HUMAN (PerimeterX)"),
    "f5": (seen("Request Rejected", "",
        "The requested URL was rejected. Please consult with your administrator. "
        "Your support ID is: 123"), "refused", "F5 BIG-IP"),
    "f5-own-title": (seen("Shire Council", "", "The requested URL was rejected. Please consult with your "
        "administrator. Your support ID is: 9"), "refused", "F5 BIG-IP"),
    "f5-script": (seen("", markup='<script>window["bobcmn"] = "1"</script>'), "challenge", "F5 BIG-IP"),
    "sucuri": (seen("Sucuri WebSite Firewall - Access Denied", "Access Denied - Sucuri Website Firewall",
        status=403),
        "refused", "Sucuri"),
    "sucuri-header": (seen("", status=403, x_sucuri_block="BOT"), "refused", "Sucuri"),
    "sucuri-script": (seen("You are being redirected...", markup="<script>sucuri_cloudproxy_js=''</script>"),
        "challenge", "Sucuri"),
    "fastly": (seen("Client Challenge", markup='<script src="/_fs-ch-1T1/script.js"></script>'), "challenge",
        "Fastly"),
    "barracuda": (seen("Web Page Blocked", "Web Page Blocked", markup="<b>Barracuda Networks, Inc.</b>"),
        "refused", "Barracuda"),
    "fortiweb": (seen("Web Page Blocked!", "", "The page cannot be displayed. Attack ID: 20000051"),
        "refused", "Fortinet FortiWeb"),
    "radware": (seen("Radware Captcha Page", "", "We apologize for the inconvenience."), "challenge",
        "Radware"),
    "netscaler": (seen("Blocked", "", "AppFW Session ID: 1 Violation Category: APPFW_STARTURL"),
        "refused", "Citrix NetScaler"),
    "kasada": (seen("", status=429, x_kpsdk_ct="0abc"), "challenge", "Kasada"),
    "kasada-script": (seen("", markup="<script>window.KPSDK={}</script>"), "challenge", "Kasada"),
    "reblaze": (seen("Access denied (403)", "", "Current session has been terminated.", status=403,
        server="Reblaze Secure Web Gateway"), "refused", "Reblaze"),
    "anubis": (seen("Making sure you're not a bot!", "Making sure you're not a bot!"), "challenge", "Anubis"),
    "anubis-welsh": (seen("Gwirio", "Gwirio",
        markup='<script id="anubis_challenge" type="application/json">'),
        "challenge", "Anubis"),
    "vercel": (seen("Vercel Security Checkpoint", status=429, x_vercel_mitigated="challenge"), "challenge",
        "Vercel"),
    "siteground": (seen("Robot Challenge Screen", status=202, sg_captcha="challenge"), "challenge",
        "SiteGround"),
    "ddos-guard": (seen("DDoS-Guard", "Checking your browser before accessing"), "challenge", "DDoS-Guard"),
    "imunify": (seen("One moment, please...", "", "Please wait while your request is being verified..."),
        "challenge", "Imunify360"),
    "wordfence": (seen("Your access to this site has been limited", "", "Generated by Wordfence at Mon",
        status=503),
        "refused", "Wordfence"),
    "modsecurity": (seen("Not Acceptable!", "Not Acceptable!", "This error was generated by Mod_Security.",
        status=406),
        "refused", "ModSecurity"),
}  # fmt: skip


@pytest.mark.parametrize("name", PRODUCTS)
def test_products(name: str) -> None:
    met, kind, product = PRODUCTS[name]
    found = recognise(met)
    assert found is not None
    assert (found.outcome, found.kind, found.product) == (BLOCKED, kind, product)
    assert product in found.reason
    assert f"status {met.status}" in found.reason
    assert ("`delay`" if kind == "rate_limited" else "`headers` in sites.toml") in found.reason


CAPTCHA = '<div class="g-recaptcha"></div>'
OTHERS: dict[str, tuple[Seen, UrlOutcome, str]] = {
    # nobody's challenge, and refusals with status 200
    "human-verification": (seen("Human Verification"), BLOCKED, "challenge"),
    "checking-your-browser": (seen("Shire Council", "Checking your browser…"), BLOCKED, "challenge"),
    "are-you-a-robot": (seen("Are you a robot?", "Are you a robot?"), BLOCKED, "challenge"),
    "verify-with-site-name": (seen("Verify you are human | Shire Council", "Shire Council"), BLOCKED,
        "challenge"),
    "captcha-page": (seen("Security check", "Security check", "Tick the box.", markup=CAPTCHA), BLOCKED,
        "challenge"),
    "captcha-by-text": (seen("shire.example", "", "Complete the security check to access shire.example",
        markup='<div class="h-captcha"></div>'), BLOCKED, "challenge"),
    "denied-200": (seen("Access denied | Shire Council", "Access denied", MENU), BLOCKED, "refused"),
    "forbidden-200": (seen("403 Forbidden", "Forbidden", "nginx"), BLOCKED, "refused"),
    # statuses
    "401": (seen("401", status=401), BLOCKED, "sign_in"),
    "403": (seen("Forbidden", status=403), BLOCKED, "refused"),
    "407": (seen(status=407), BLOCKED, "refused"),
    "418": (seen("I'm a teapot", status=418), BLOCKED, "refused"),
    "451": (seen(status=451), BLOCKED, "refused"),
    "429": (seen(status=429, retry_after="120"), BLOCKED, "rate_limited"),
    "503-retry": (seen("Busy", status=503, retry_after="30"), BLOCKED, "rate_limited"),
    "503-plain": (seen("Site maintenance", status=503), FAILED, "server_error"),
    "500": (seen("Oh dear", status=500), FAILED, "server_error"),
    "400": (seen("Bad request", status=400), FAILED, "error_page"),
    "404": (seen("Page not found", status=404), FAILED, "not_found"),
    "410": (seen("Gone", status=410), FAILED, "not_found"),
    # log-ins
    "log-in": (seen("Log in | Shire Council", "Log in", "User name Password", password=True), BLOCKED,
        "sign_in"),
    "log-in-to": (seen("MyShire", "Please log in to your account", password=True), BLOCKED, "sign_in"),
    "sign-in-unknown-status": (seen("Sign in - Intranet", "Welcome", status=None, password=True), BLOCKED,
        "sign_in"),
    "welsh-log-in": (seen("Mewngofnodi", "Mewngofnodi", password=True), BLOCKED, "sign_in"),
    "log-in-of-the-authority": (seen("Login", "Login", password=True,
        path="/local-authority/designing-parks"),
        BLOCKED, "sign_in"),
    # errors with status 200
    "not-found": (seen("Page not found | Shire Council", "Page not found", MENU * 20), FAILED, "error_page"),
    "not-found-heading": (seen("Shire Council", "Sorry, we can’t find that page", MENU), FAILED,
        "error_page"),
    "not-found-requested": (seen("", "The page you requested could not be found."), FAILED, "error_page"),
    "not-found-looking": (seen("", "We can't find the page you're looking for"), FAILED, "error_page"),
    "no-longer": (seen("", "This page no longer exists"), FAILED, "error_page"),
    "404-title": (seen("404 - Page not found", "Oops!", MENU), FAILED, "error_page"),
    "404-error": (seen("404 Error", "", "Nothing here"), FAILED, "error_page"),
    "error-code": (seen("Error code: 404", "Shire Council", path="https://x.example/a"), FAILED,
        "error_page"),
    "404-number": (seen("404", "404", "The page could not be found. Go home"), FAILED, "error_page"),
    "404-number-and-apology": (seen("404 | Shire Council", "Lost your way", "Page not found. Go home"),
        FAILED, "error_page"),
    "500-soft": (seen("Error 500", "Internal Server Error"), FAILED, "error_page"),
    "asp-net": (seen("Runtime Error", "Server Error in '/' Application."), FAILED, "error_page"),
    "went-wrong": (seen("Apply | Shire", "Sorry, something went wrong", "Try again later."), FAILED,
        "error_page"),
    "problem": (seen("Sorry, there is a problem with the service – Pay", "", "Try later."), FAILED,
        "error_page"),
    "unavailable": (seen("Service Unavailable", "Service Unavailable"), FAILED, "error_page"),
    "an-error": (seen("Error | Shire Council", "An error occurred"), FAILED, "error_page"),
    "database": (seen("Database Error", "Error establishing a database connection"), FAILED, "error_page"),
    "maintenance": (seen("Shire Council", "Under maintenance", "We will be back."), FAILED, "error_page"),
    "welsh": (seen("Cyngor Sir", "Heb ddod o hyd i’r dudalen", MENU), FAILED, "error_page"),
    "welsh-and-english": (seen("Cyngor Sir", "Page not found / Tudalen heb ei chanfod"), FAILED,
        "error_page"),
    "french": (seen("Page introuvable", "Erreur 404"), FAILED, "error_page"),
    "german": (seen("Fehler 404 - Seite nicht gefunden", "Seite nicht gefunden"), FAILED, "error_page"),
}  # fmt: skip


@pytest.mark.parametrize("name", OTHERS)
def test_others(name: str) -> None:
    met, outcome, kind = OTHERS[name]
    found = recognise(met)
    assert found is not None
    assert (found.outcome, found.kind, found.product) == (outcome, kind, None)


def cloudflare(markup: str = "") -> Seen:
    """A page that it lets through."""
    cookie = "__cf_bm=1; path=/"
    return seen("Bins", "Bins", PROSE, markup=markup, server="cloudflare", cf_ray="8", set_cookie=cookie)


ORDINARY: dict[str, Seen] = {
    "plain": seen("Bins | Shire Council", "Bins", PROSE),
    "no-title-no-heading": seen(text=PROSE),
    "no-text": seen("Map", "Map", markup="<canvas></canvas>"),
    "status-unknown": seen("Bins", "Bins", PROSE, status=None),
    # products that let us through
    "cloudflare": cloudflare(),
    "cloudflare-detections": cloudflare('<script src="/cdn-cgi/challenge-platform/scripts/jsd/main.js">'),
    "cloudflare-email": seen("Contact", "Contact", PROSE,
        markup='<a href="/cdn-cgi/l/email-protection">x</a>'),
    "turnstile-in-a-form": seen("Contact us", "Contact us", "Name E-mail Send",
        markup='<div class="cf-turnstile"></div><script src="//challenges.cloudflare.com/api.js">'),
    "akamai": seen("Bins", "Bins", PROSE, server="AkamaiGHost", set_cookie="_abck=1"),
    "imperva-script": seen("Bins", "Bins", PROSE, x_iinfo="1", set_cookie="incap_ses_1=2; visid_incap_1=3",
        markup='<script src="/_Incapsula_Resource?SWJIYLWA=719"></script>'),
    "aws-integration": seen("Pay", "Pay", PROSE, server="awselb/2.0",
        markup='<script src="https://1.edge.sdk.awswaf.com/1/challenge.js"></script>'),
    "cloudfront": seen("Bins", "Bins", PROSE, server="CloudFront", x_amz_cf_id="1"),
    "front-door": seen("Bins", "Bins", PROSE, x_azure_ref="2026"),
    "datadome": seen("Bins", "Bins", PROSE, x_datadome="protected",
        markup='<script src="https://js.datadome.co/tags.js"></script>'),
    "human-sensor": seen("Bins", "Bins", PROSE, markup="<script>window._pxAppId='PX1'</script>"),
    "f5": seen("Bins", "Bins", PROSE, set_cookie="TS01=1; BIGipServer=2",
        markup='<script src="/TSPD/1"></script>'),
    "sucuri": seen("Bins", "Bins", PROSE, server="Sucuri/Cloudproxy", x_sucuri_id="15", x_sucuri_cache="HIT"),
    "fortiweb": seen("Bins", "Bins", PROSE, set_cookie="FORTIWAFSID=1"),
    "radware": seen("Bins", "Bins", PROSE, x_sl_compstate="Touched"),
    "kasada": seen("Bins", "Bins", PROSE, x_kpsdk_ct="1"),
    "many-elements": seen("Just a moment", "Just a moment", "A game.", elements=2000),
    # forms with a captcha
    "recaptcha-in-a-form": seen("Contact us", "Contact us", "Name E-mail Message Send", markup=CAPTCHA),
    "recaptcha-says-verify": seen("Report it", "Report it", "Please verify you are human. Send",
        markup=CAPTCHA),
    "hcaptcha-in-a-form": seen("Report", "Report", "What happened? Send",
        markup='<div class="h-captcha"></div>'),
    # articles about such things
    "about-access-denied": seen("Access denied: what to do | Shire", "Access denied: what to do", PROSE),
    "access-denied-campaign": seen("Access denied - our trains", "Access denied - our trains", PROSE),
    "long-access-denied": seen("Access denied", "Access denied", PROSE * 20),
    "about-captcha": seen("CAPTCHA and accessibility", "CAPTCHA and accessibility", PROSE * 5,
        markup=CAPTCHA),
    "about-just-a-moment": seen("Why do I see “Just a moment”?", "Why do I see “Just a moment”?", PROSE),
    "just-a-moment-poem": seen("Just a moment, a poem", "Just a moment, a poem", PROSE),
    "about-f5": seen("Request rejected messages", "Request rejected messages",
        "Some see: The requested URL was rejected. Please consult with your administrator. " + PROSE * 5),
    "security-checks": seen("Security check", "Security check", "All staff need one. " + PROSE),
    "one-more-step": seen("One more step", "One more step", "Walking with us. " + PROSE),
    "forbidden-city": seen("Forbidden City trip", "Forbidden City trip", PROSE),
    "human-rights": seen("Are you human rights aware?", "Are you human rights aware?", PROSE),
    # log-ins at their own address, and pages with a password field
    "own-log-in": seen("Log in", "Log in", password=True, path="/login"),
    "own-sign-in": seen("Sign in", "Sign in", password=True, path="/en/sign-in?next=/bins"),
    "own-camel": seen("Log in", "Log in", password=True, path="/Portal/UserLogin.aspx"),
    "own-account": seen("Log in", "Log in", password=True, path="/MyAccount/"),
    "own-host": seen("Sign in", "Sign in", password=True, path="https://auth.shire.example/x"),
    "own-welsh": seen("Mewngofnodi", "Mewngofnodi", password=True, path="/cy/mewngofnodi"),
    "log-in-box": seen("Shire Council", "Welcome", MENU, password=True),
    "about-logging-in": seen("Sign in", "Sign in", PROSE * 40, password=True),
    "log-in-without-form": seen("Log in to our services", "Log in to our services", PROSE),
    "change-password": seen("Change your password", "Change your password", password=True),
    # pages about errors
    "search-advice": seen("What if your page is not found in search",
        "What if your page is not found in search", "x"),
    "style-guide": seen("Error messages: style guide", "Error messages: style guide", "Short."),
    "squadron": seen("404 Squadron memorial", "404 Squadron memorial", "Short."),
    "squadron-name": seen("404 | Squadron memorial", "Squadron memorial", "Opened in 1950."),
    "squadron-title": seen("404 | Squadron memorial", "404 Squadron memorial", "Opened in 1950."),
    "bus": seen("404 | Shire buses", "404", "Monday to Friday: 8.00, 9.00. " + PROSE),
    "flats": seen("500 new homes", "500 new homes", PROSE),
    "pattern": seen("Page not found pages – Design system", "Page not found pages", PROSE),
    "long-pattern": seen("Page not found", "Page not found", PROSE * 80),
    "question": seen("Help", "Can't find the page you want?", MENU),
    "address": seen("Help", "Can't find your address", "Tell us."),
    "no-results": seen("Search results", "No results found", MENU),
    "lost-property": seen("Lost and found", "Lost and found", PROSE),
    "maintenance": seen("Maintenance", "Maintenance", "Of roads."),
    "road-maintenance": seen("Roads under maintenance", "Roads under maintenance", "Short."),
    "not-in-welsh": seen("Hysbysiad", "This page is not available in Welsh", "Sorry."),
    "disruption": seen("Service disruption", "Service disruption", "Bins are late."),
    "error-in-bill": seen("There is an error in my bill", "There is an error in my bill", "Short."),
    "went-wrong-story": seen("When something went wrong", "When something went wrong", "Short."),
}  # fmt: skip


@pytest.mark.parametrize("name", ORDINARY)
def test_ordinary_pages_are_pages(name: str) -> None:
    assert recognise(ORDINARY[name]) is None


@pytest.mark.parametrize("name", [name for name in PRODUCTS if PRODUCTS[name][0].status == 200])
def test_a_long_page_is_no_challenge(name: str) -> None:
    """The same marks on a page that says a lot: an article, or a product that lets us through."""
    met = PRODUCTS[name][0]
    long = {**vars(met), "text": met.text + PROSE * 60, "text_length": 5000}
    assert recognise(Seen(**long)) is None


def test_a_log_in_at_an_address_that_the_user_named_is_the_page() -> None:
    met = seen("Log in", "Log in", password=True)
    assert recognise(met) is not None
    assert recognise(Seen(**{**vars(met), "listed": True})) is None


def reason(met: Seen) -> str:
    found = recognise(met)
    assert found is not None
    return found.reason


@pytest.mark.parametrize(
    ("met", "begins"),
    [
        (seen("No", status=404), "Broken link: not found (404)."),
        (seen("Page", status=500), 'The server answered 500, with a page titled "Page".'),
        (seen(status=500), "The server answered 500."),
        (
            seen("Page", status=403),
            'The site refused the auditor: status 403, with a page titled "Page". The web',
        ),
        (seen(status=429), "The site refused the auditor: status 429. It asks for a slower pace"),
        (
            seen(status=403, server="AkamaiGHost"),
            "The site refused the auditor (Akamai): status 403. The web team",
        ),
        (
            seen("Just a moment…", cf_mitigated="challenge"),
            "The site showed the auditor a bot challenge by Cloudflare in place of the page: status 200",
        ),
        (seen("Log in", password=True), 'It asks visitors to sign in: the page is titled "Log in". '),
        (
            seen("Not found | Shire", "Not found"),
            'The server answered 200, but the page says that it is an error: "Not found | Shire".',
        ),
        (
            seen("Shire", "Not found"),
            'The server answered 200, but the page says that it is an error: "Not f',
        ),
    ],
    ids=["404", "500", "500-bare", "403", "429", "product", "challenge", "sign-in", "soft", "soft-heading"],
)
def test_reasons(met: Seen, begins: str) -> None:
    assert reason(met).startswith(begins)


def test_reasons_quote_nothing_hostile() -> None:
    hostile = 'Er\x1b[31m\x00\u202e\u2028\n"ror\ud800' + "x" * 9000
    for status in (403, 429, 500):
        said = reason(seen(hostile, status=status, retry_after=hostile))
        assert said.isprintable()
        assert said.count('"') == 2
        assert len(said) < 400
    assert quoted(hostile).startswith("Er [31m 'ror xxx")
    assert len(quoted(hostile)) == 100


@pytest.mark.parametrize(
    "unit",
    [
        "a", "<", " ", "log in to ", "_incapsula_resource", "/cdn-cgi/challenge-platform", "error ", "404 ",
        "sorry, ", "page not ", " - ", " | ", "|", "'", "aaaaaaaaab", "Error 500: ", "\u202e", "é", "x.",
    ],
)  # fmt: skip
def test_fast_on_hostile_text(unit: str) -> None:
    """Little text, so that no question is spared; the best of five, since the machine may be busy."""
    many = unit * (100_000 // len(unit))
    met = seen(many, many, many[:1400], markup=many, length=1400, path=f"/{many[:3000]}", password=True)
    recognise(met)

    def took() -> float:
        began = time.perf_counter()
        recognise(met)
        return time.perf_counter() - began

    assert min(took() for _ in range(5)) < 0.003


def test_kinds_are_the_ones_agreed() -> None:
    kinds: set[Any] = {recognise(met) for met, *_ in (*PRODUCTS.values(), *OTHERS.values())}
    assert {found.kind for found in kinds if isinstance(found, Recognised)} == {
        "refused", "challenge", "rate_limited", "sign_in", "not_found", "server_error", "error_page",
    }  # fmt: skip
