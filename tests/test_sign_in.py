"""Pages behind a sign-in: reached, kept to, never left by crawling, and nothing of it kept."""

from __future__ import annotations

import asyncio
import base64
import json
import secrets
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from http.cookies import SimpleCookie
from pathlib import Path
from typing import Any

import httpx
import pytest

import auditor
from auditor.browser.signed_in import parsed
from auditor.config import load
from auditor.crawl.scope import SIGNS_OUT
from auditor.formats import FORMATS
from auditor.models import JourneyState, Report, UrlOutcome
from auditor.net.http import jar
from auditor.signing_in import printed

PASSWORD = "Ff8-geheim-Kw2"
FORM = """<form method="post" action="/login"><label for="u">Name</label> <input id="u" name="u">
<label for="p">Password</label> <input id="p" name="p" type="password"><button>Submit</button></form>"""
BYE = '<a href="/plain/bye">Sign out</a>'
STEPS = """start = "/login"
steps = [
  { fill = "Name", with = "audit-resident" },
  { fill = "Password", with = { secret = "K_PASSWORD" } },
  { click = "Submit" },
]
"""


@dataclass
class Portal:
    """A site of which all but the start page needs a session, which ends after `lasts` pages."""

    page: Callable[..., Any]
    server: Callable[..., Any]
    lasts: int = 1000
    sessions: dict[str, int] = field(default_factory=dict)  # pages left of each
    given: list[str] = field(default_factory=list)
    out: list[str] = field(default_factory=list)

    def begin(self) -> Any:
        self.site = self.server(
            {
                "/": self.page("Start", "/account", "/login"),
                "/login": self._login,
                "/account": self._private("Account", "/bills", "/letters", "/details", body=BYE),
                "/bills": self._private("Bills", body='<img src="/x.png">'),
                "/letters": self._private("Letters"),
                "/details": self._private("Details", body='<a href="/leave">Log out</a>'),
                "/plain/bye": self._out,
                "/leave": self._out,
                **{
                    f"/login?next=/{each}": self._login for each in ("account", "bills", "letters", "details")
                },
            }
        )
        return self

    def session(self) -> str:
        made = secrets.token_urlsafe(24)
        self.sessions[made] = self.lasts
        self.given.append(made)
        return made

    def _login(self, asked: Any) -> Any:
        if asked.method != "POST":
            return self.page("Sign in", body=FORM)
        cookie = f"session={self.session()}; Path=/; HttpOnly"
        return 303, {"Location": "/account", "Set-Cookie": cookie}, b""

    def _private(self, title: str, *links: str, body: str = "") -> Callable[[Any], Any]:
        def answer(asked: Any) -> Any:
            mine = SimpleCookie(asked.headers.get("cookie", "")).get("session")
            if mine is None or self.sessions.get(mine.value, 0) <= 0:
                return 302, {"Location": f"/login?next={asked.path}"}, b""
            self.sessions[mine.value] -= 1
            told = f"<p>Your session is {mine.value}, {title}</p>{body}"
            return self.page(title, *links, body=told)

        return answer

    def _out(self, asked: Any) -> Any:
        self.out.append(asked.path)
        self.sessions.clear()
        return self.page("Signed out")


@pytest.fixture
def portal(site_server: Callable[..., Any], page: Callable[..., Any]) -> Portal:
    return Portal(page, site_server)


def audit(portal: Portal, tmp_path: Path, text: str, *, crawl_as: str = "resident", rest: str = "") -> Report:
    file = tmp_path / "config" / "sites.toml"
    file.parent.mkdir(exist_ok=True)
    crawl = f'crawl_as = "{crawl_as}"\n' if crawl_as else ""
    file.write_text(
        f'[[site]]\nid = "portal"\nurl = "{portal.site.origin}/"\ninternal = true\ndelay = 0.0\n'
        f'drive = "no-page"\nstatement = false\n{crawl}{rest}\n{text}'
    )
    config = load(file)
    (site,) = config.with_secrets(config.sites, {"K_PASSWORD": PASSWORD})
    store = tmp_path / "kept" / "audit.db"
    store.parent.mkdir(exist_ok=True)
    return auditor.audit(site, store=f"sqlite:///{store}", sandbox=False)


def ledger(report: Report) -> dict[str, UrlOutcome]:
    return {visit.url.partition("//")[2].partition("/")[2]: visit.outcome for visit in report.visits()}


def by_steps(more: str = "") -> str:
    return f'[[site.sign_in]]\nrole = "resident"\n{STEPS}{more}'


def nothing_kept(tmp_path: Path, *words: str) -> None:
    for file in tmp_path.rglob("*"):
        if file.is_file():
            data = file.read_bytes()
            for word in words:
                assert word.encode() not in data, file


def test_the_site_is_crawled_signed_in_and_nothing_of_it_is_kept(portal: Portal, tmp_path: Path) -> None:
    portal.lasts = 3  # pages, of which signing in leads to one
    report = audit(portal.begin(), tmp_path, by_steps())
    outcomes = ledger(report)
    assert {path for path, outcome in outcomes.items() if outcome is UrlOutcome.AUDITED} == {
        "", "account", "bills", "letters", "details", "login",
    }  # fmt: skip
    assert outcomes["leave"] is outcomes["plain/bye"] is UrlOutcome.OUT_OF_SCOPE
    assert portal.out == [], "never signed out"
    assert len(portal.given) == 2, "signed in again, once, when the session was lost"
    assert any(f.rule == "image-alt" and f.url.endswith("/bills") for f in report.findings())
    assert report.coverage.complete
    host = portal.site.origin.partition("//")[2]
    assert f"Signed in as resident 2 times. Sent by that: 2 × POST {host}/login." in report.run.notes
    assert not report.site.takes_pictures
    for name, files in FORMATS.items():
        for path, pieces in files(report):
            data = b"".join(pieces)
            assert not any(word.encode() in data for word in (PASSWORD, *portal.given)), f"{name}: {path}"
    nothing_kept(tmp_path, PASSWORD, *portal.given)


def test_a_sign_in_that_fails_is_said_and_what_is_public_is_audited(portal: Portal, tmp_path: Path) -> None:
    report = audit(portal.begin(), tmp_path, by_steps().replace('"Submit"', '"Enter here"'))
    outcomes = ledger(report)
    assert outcomes[""] is UrlOutcome.AUDITED
    assert outcomes["account"] is UrlOutcome.BLOCKED
    (account,) = [v for v in report.visits() if v.url.endswith("/account")]
    assert (
        "It asks visitors to sign in. Signing in as resident failed: step 3: “Enter here”" in account.reason
    )
    assert any("What is public was audited" in note for note in report.run.notes)
    assert not report.coverage.complete
    assert portal.given == []


def test_a_page_that_wants_a_password_again_is_tried_once_more_and_no_longer(
    portal: Portal, tmp_path: Path
) -> None:
    portal.begin()
    portal.site.routes["/bills"] = portal.page("Sign in", body=FORM)
    report = audit(portal, tmp_path, by_steps())
    (bills,) = [v for v in report.visits() if v.url.endswith("/bills")]
    assert (bills.outcome, len(portal.given)) == (UrlOutcome.BLOCKED, 2)
    assert bills.reason.startswith("It asks visitors to sign in, though the auditor had just signed in as")
    assert ledger(report)["letters"] is UrlOutcome.AUDITED


JOURNEY = """[[site.journey]]
id = "bill"
start = "/bills"
{role}
steps = [ {{ expect = "Bills" }} ]
"""


def test_a_journey_is_signed_in_only_in_its_role_and_again_when_that_is_lost(
    portal: Portal, tmp_path: Path
) -> None:
    portal.lasts = 1  # which the page after signing in takes
    portal.begin()
    account = portal.site.routes["/account"]

    def lost_once(asked: Any) -> Any:
        if len(portal.given) == 2:
            portal.sessions[portal.given[-1]] = 100
        return account(asked)

    portal.site.routes["/account"] = lost_once
    mine = JOURNEY.format(role='as = "resident"')
    other = JOURNEY.format(role="").replace('"bill"', '"stranger"')
    report = audit(portal, tmp_path, by_steps() + mine + other, crawl_as="", rest="max_pages = 1")
    states = {journey.id: (journey.state, journey.states) for journey in report.journeys}
    assert states == {"bill": (JourneyState.COMPLETE, 1), "stranger": (JourneyState.INCOMPLETE, 1)}
    assert any(f.journey == "bill" and f.rule == "image-alt" for f in report.findings())
    assert len(portal.given) == 2
    nothing_kept(tmp_path, PASSWORD, *portal.given)


def state_file(portal: Portal, file: Path, mode: int = 0o600) -> Path:
    def cookie(name: str, value: str, domain: str) -> dict[str, Any]:
        return {"name": name, "value": value, "domain": domain, "path": "/", "expires": -1,
                "httpOnly": True, "secure": False, "sameSite": "Lax"}  # fmt: skip

    told = {
        "cookies": [
            cookie("session", portal.session(), "127.0.0.1"),
            cookie("x", "a" * 40, ".elsewhere.example"),
        ],
        "origins": [
            {"origin": portal.site.origin, "localStorage": [{"name": "token", "value": "tok-" + "b" * 40}]}
        ],
    }
    file.parent.mkdir(exist_ok=True)
    file.write_text(json.dumps(told))
    file.chmod(mode)
    return file


BY_FILE = '[[site.sign_in]]\nrole = "resident"\nstate_file = "state.json"\n'


def test_a_state_file_brings_cookies_and_storage(portal: Portal, tmp_path: Path) -> None:
    portal.begin()
    read = "<script>new Image().src = localStorage.token?.startsWith('tok-bbbb') ? '/in' : '/out'"
    body = f"{read}; localStorage.token = 'other'</script>"
    portal.site.routes["/letters"] = portal.page("Letters", body=body)
    portal.site.routes["/details"] = portal.page("Details", body=f"{body}<p>More</p>")
    state_file(portal, tmp_path / "config" / "state.json")
    report = audit(portal, tmp_path, BY_FILE)
    assert all(ledger(report)[each] is UrlOutcome.AUDITED for each in ("account", "bills"))
    assert (portal.site.hits("/in"), portal.site.hits("/out")) == (2, 0)
    nothing_kept(tmp_path / "kept", *portal.given, "tok-bbbb")


def test_a_state_file_that_others_can_read_is_refused(portal: Portal, tmp_path: Path) -> None:
    state_file(portal.begin(), tmp_path / "config" / "state.json", 0o640)
    with pytest.raises(auditor.ConfigError, match=r"can be read by others \(mode 0640\).*chmod 600"):
        audit(portal, tmp_path, BY_FILE)
    assert portal.site.asked == []


def test_a_command_prints_a_state_each_time(portal: Portal, tmp_path: Path) -> None:
    portal.begin()
    portal.lasts = 3
    file = state_file(portal, tmp_path / "config" / "state.json")
    portal.site.routes["/new"] = lambda asked: (200, {}, state_file(portal, file).read_bytes())
    program = (
        "import sys, urllib.request; sys.stderr.write('x' * 100000); "
        f"print(urllib.request.urlopen('{portal.site.origin}/new').read().decode())"
    )
    command = json.dumps([sys.executable, "-c", program])
    report = audit(portal, tmp_path, f'[[site.sign_in]]\nrole = "resident"\ncommand = {command}\n')
    assert all(
        ledger(report)[each] is UrlOutcome.AUDITED for each in ("account", "bills", "letters", "details")
    )
    assert portal.site.hits("/new") == 2
    nothing_kept(tmp_path / "kept", *portal.given)


@pytest.mark.parametrize(
    ("program", "why"),
    [
        ("print('no json')", "it is not JSON"),
        ("import sys; sys.exit(3)", "ended with 3"),
        ("print('x' * 2_000_000)", "prints more than 1,000,000 bytes"),
        ("import time; print('{}', flush=True); time.sleep(60)", "took more than 1 seconds"),
    ],
)
def test_a_command_that_fails(program: str, why: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("auditor.signing_in.COMMAND_SECONDS", 1.0)

    async def run() -> None:
        parsed(await printed([sys.executable, "-c", program], ""), ["127.0.0.1"])

    with pytest.raises(ValueError, match=why):
        asyncio.run(run())


def test_http_authentication_goes_to_its_origin_alone(
    site_server: Callable[..., Any], page: Callable[..., Any], tmp_path: Path, portal: Portal
) -> None:
    other = site_server({"/a.js": (200, {"Content-Type": "text/javascript"}, b"")})
    portal.begin()

    def answer(asked: Any) -> Any:
        if "authorization" not in asked.headers:
            return 401, {"WWW-Authenticate": 'Basic realm="x"'}, b"No"
        echo = f"<p>{asked.headers['authorization']} {PASSWORD}</p><img src='/{PASSWORD}.png'>"
        return page("Start", body=f"{echo}<script src='{other.origin}/a.js'></script>")

    portal.site.routes["/"] = answer
    text = (
        f'internal_origins = ["{other.origin}"]\n[[site.sign_in]]\nrole = "staff"\n'
        'http = { user = "tester", password = { secret = "K_PASSWORD" } }\n'
    )
    report = audit(portal, tmp_path, text, crawl_as="staff")
    assert ledger(report)[""] is UrlOutcome.AUDITED
    assert other.hits("/a.js") == 1
    assert not any("authorization" in asked.headers for asked in other.asked)
    pair = base64.b64encode(f"tester:{PASSWORD}".encode()).decode()
    nothing_kept(tmp_path, PASSWORD, pair)


def test_what_is_wrong_is_said_all_at_once(tmp_path: Path) -> None:
    file = tmp_path / "sites.toml"
    file.write_text(
        """[[site]]
id = "a"
url = "https://www.example.org"
[[site.sign_in]]
role = "Nobody special"
command = "python3 in.py"
[[site.sign_in]]
role = "two"
state_file = "a.json"
command = ["b"]
[[site.sign_in]]
role = "three"
http = { user = "u", password = "plain" }
"""
    )
    with pytest.raises(auditor.ConfigError) as told:
        load(file)
    for part in (
        "sign_in Nobody special, role: may hold small letters",
        "sign_in Nobody special, command: must be a list",
        "sign_in two, role: needs just one of: steps, http, state_file, command",
        'sign_in three, http.password: must be { secret = "VARIABLE" }',
    ):
        assert part in str(told.value)
    assert "plain" not in str(told.value)
    file.write_text('[[site]]\nid = "a"\nurl = "https://www.example.org"\ncrawl_as = "x"\n')
    with pytest.raises(auditor.ConfigError, match=r"crawl_as: there is no .*role 'x'. There is: none"):
        load(file)


@pytest.mark.parametrize(
    ("words", "ends"),
    [
        ("Sign out", True), ("Log out of your account", True), ("Logout", True), ("Allgofnodi", True),
        ("Sign me out", True), ("Log off now", True),
        ("Sign up", False), ("Logs of outages", False), ("Check out the log", False),
        ("Sign outside the hall", False),
    ],
)  # fmt: skip
def test_words_that_end_a_session(words: str, ends: bool) -> None:
    assert bool(SIGNS_OUT.fullmatch(words)) is ends


def test_cookies_go_to_just_the_hosts_they_are_for() -> None:
    told = {"cookies": [{"name": "s", "value": "v" * 20, "domain": ".example.org"}]}
    state = parsed(json.dumps(told), ["www.example.org"])
    assert [each["domain"] for each in state.cookies] == ["www.example.org"]
    with pytest.raises(ValueError, match="no cookie that is still good"):
        parsed(json.dumps(told), ["www.example.com"])
    cookies = jar()
    state.fill(cookies)

    def header(url: str) -> str:
        request = httpx.Request("GET", url)
        httpx.Cookies(cookies).set_cookie_header(request)
        return str(request.headers.get("cookie", ""))

    assert header("https://www.example.org/a") == f"s={'v' * 20}"
    assert header("https://a.www.example.org/") == header("https://example.org/") == ""


RANDOM = "kJ8fGq2XwP0zR5tY"


@pytest.mark.parametrize(("name", "value", "hidden"), [
    ("lang", "english", ()),
    ("seen", "Welcome to Oakfield Council, opening hours", ()),  # no word of it
    ("last", "https://www.example.org/council-tax/2026/pay-online", ()),
    ("consent", "acceptedAllCookies", ()),
    ("token_type", "undefined-user", ()),
    ("isAuthenticated", "authenticated", ()),
    ("theme", "a1b2c3d4", ()),  # short, and called nothing secret
    ("sid", "a1b2c3d4", ("a1b2c3d4",)),
    ("auth", f"Bearer {RANDOM}", (RANDOM,)),
    ("id", RANDOM, (RANDOM,)),
    ("id", "550e8400-e29b-41d4-a716-446655440000", ("550e8400-e29b-41d4-a716-446655440000",)),
    ("x", "JBSWY3DPEHPK3PXP", ("JBSWY3DPEHPK3PXP",)),
    ("x", "qwhzkxmpvtrbnjsdfg", ("qwhzkxmpvtrbnjsdfg",)),
    ("x", json.dumps({"session": {"id": "x9y8z7w6"}, "lang": "cy", "n": 7}), ("x9y8z7w6",)),
    ("x", "a%2Fb" + RANDOM, ("a%2Fb" + RANDOM, "a/b" + RANDOM)),
])  # fmt: skip
@pytest.mark.parametrize("kept_as", ["storage", "cookie"])
def test_what_is_made_up_is_a_secret_and_words_are_none(
    name: str, value: str, hidden: tuple[str, ...], kept_as: str
) -> None:
    if kept_as == "cookie":
        if value.startswith("{"):
            return
        told: dict[str, Any] = {"cookies": [{"name": name, "value": value, "domain": "www.example.org"}]}
    else:
        items = [{"name": name, "value": value}]
        told = {"origins": [{"origin": "https://www.example.org", "localStorage": items}]}
    assert set(parsed(json.dumps(told), ["www.example.org"]).secrets) == set(hidden)


def test_a_cookie_closed_to_scripts_is_a_secret_from_eight_characters() -> None:
    cookie = {"name": "x", "value": "a1b2c3d4", "domain": "www.example.org", "httpOnly": True}
    words = {**cookie, "name": "y", "value": "english-welsh"}
    assert parsed(json.dumps({"cookies": [cookie, words]}), ["www.example.org"]).secrets == ("a1b2c3d4",)
