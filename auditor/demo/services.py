"""The demo council's services of several steps: what each answers, and which of its addresses are final.

A service is a table: address -> what it answers to a GET and to a POST. Nothing is kept between requests.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from string import Template
from typing import NamedTuple
from urllib.parse import urlencode

from auditor.demo.pages import SITE, load_page, render

Answers = Mapping[str, str]
FOLDER = SITE / "services"
FINAL = (  # a POST there is a real submission
    "/services/parking-permit/send",
    "/services/complaint/send",
    "/services/blue-badge/send",
    "/my/school-place/send",
    "/card",
)
WHO, PASSWORD = "resident@example.org", "Tarnside-42"  # of the demo; they open nothing else


class Told(NamedTuple):
    """A page, or an address to go on at; `session` is given to who signed in."""

    html: str = ""
    location: str = ""
    session: str = ""


View = Callable[[Answers], Told]


class Services:
    """All services; `get` and `post` by address."""

    def __init__(self, values: Mapping[str, str]) -> None:
        """`values` fill every page's layout; `payment_url` among them."""
        self._values = values
        self.get: dict[str, View] = {
            "/services/council-tax": lambda answers: self._page("council-tax/start", **_FIRST),
            "/services/council-tax/amount": self._amount,
            "/services/parking-permit": lambda answers: self._page("parking-permit/start"),
            "/services/parking-permit/details": self._again,
            "/services/parking-permit/send": self._again,
            "/services/complaint": lambda answers: self._page("complaint/start", **_COMPLAINT),
            "/services/complaint/proof": self._again,
            "/services/blue-badge": lambda answers: self._page("blue-badge/start"),
            "/services/blue-badge/doctor": self._again,
        }
        self.post: dict[str, View] = {
            "/services/council-tax": self._account,
            "/services/council-tax/amount": self._pay,
            "/services/parking-permit": self._details,
            "/services/parking-permit/details": self._check,
            "/services/parking-permit/send": self._done,
            "/services/complaint": self._complaint,
            "/services/complaint/proof": self._complaint_check,
            "/services/complaint/send": self._done,
            "/services/blue-badge": lambda answers: self._page(
                "blue-badge/doctor", before=_plain(answers.get("before", ""))
            ),
            "/services/blue-badge/doctor": self._badge_check,
            "/services/blue-badge/send": self._done,
        }

    def _page(self, name: str, **values: str) -> Told:
        return Told(html=render(load_page(FOLDER / f"{name}.html", ""), {**self._values, **values}))

    def _again(self, answers: Answers) -> Told:
        return self._page("again")

    def _done(self, answers: Answers) -> Told:
        return self._page("done")

    def _complaint(self, answers: Answers) -> Told:
        if answers.get("story", "").strip():
            return self._page("complaint/proof")
        summary = (
            '<div class="error-summary" id="problem" aria-live="loud"><h2>There is a problem</h2>'
            "<p>Something is missing.</p></div>"
        )
        return self._page("complaint/start", summary=summary, story="", wrong=' class="wrong"')

    def _complaint_check(self, answers: Answers) -> Told:
        email = re.sub(r"[^\w.@+-]", "", answers.get("email", ""))[:100]
        return self._page("complaint/check", email=email or "not given")

    def _badge_check(self, answers: Answers) -> Told:
        told = {key: _plain(answers.get(key, "")) or "not given" for key in ("before", "surgery")}
        return self._page("blue-badge/check", **told)

    def _account(self, answers: Answers) -> Told:
        account = answers.get("account", "")
        if re.fullmatch(r"\d{8}", account):
            return Told(location=f"/services/council-tax/amount?{urlencode({'account': account})}")
        told = "Enter your account number, 8 figures"
        summary = (
            '<div class="error-summary" role="alert"><h2>There is a problem</h2>'
            f'<p>{told}</p><p><a href="#account" id="to-account"></a></p></div>'
        )
        field = f'<p class="wrong-text" id="account-error">Error: {told}</p>'
        return self._page(
            "council-tax/start", summary=summary, field=field, account="", wrong=' aria-invalid="wrong"'
        )

    def _amount(self, answers: Answers) -> Told:
        account = answers.get("account", "")
        return self._page("council-tax/amount", account=account if account.isdecimal() else "not given")

    def _pay(self, answers: Answers) -> Told:
        amount = "1,240.00" if answers.get("amount") == "all" else "124.00"
        return Told(location=f"{self._values['payment_url']}/card?{urlencode({'amount': amount})}")

    def _details(self, answers: Answers) -> Told:
        return self._page("parking-permit/details", vehicle=_plain(answers.get("vehicle", "")))

    def _check(self, answers: Answers) -> Told:
        told = {key: _plain(answers.get(key, "")) or "Not given" for key in ("vehicle", "starts")}
        return self._page("parking-permit/check", **told)


_FIRST = {"summary": "", "field": "", "account": "", "wrong": ""}
_COMPLAINT = {"summary": "", "story": "", "wrong": ""}


class Account:
    """My Harrowmere, on a host of its own: all but its first page is for who signed in."""

    def __init__(self, values: Mapping[str, str], session: str) -> None:
        """`session` is the cookie of who signed in."""
        self._values, self._session = values, session

    def get(self, path: str, answers: Answers) -> Told | None:
        """None: there is no such page."""
        if path == "/":
            return self._page("welcome")
        if path == "/my/sign-in":
            return self._page("sign-in", error="")
        if path.startswith("/my/") and not self._knows(answers):
            return Told(location="/my/sign-in")
        if path == "/my/school-place/parent":
            return Told(html=render(load_page(FOLDER / "again.html", ""), self._values))
        return self._page("school") if path == "/my/school-place" else None

    def post(self, path: str, answers: Answers) -> Told | None:
        """None: nothing can be sent there."""
        if path == "/my/sign-in":
            if (answers.get("email"), answers.get("password")) == (WHO, PASSWORD):
                return Told(location="/my/school-place", session=self._session)
            wrong = '<p class="wrong-text" role="alert">The email address or the password is wrong.</p>'
            return self._page("sign-in", error=wrong)
        if not self._knows(answers):
            return Told(location="/my/sign-in")
        match path:
            case "/my/school-place":
                return self._page("parent", error="", field="", described="")
            case "/my/school-place/parent":
                return self._parent(answers)
            case "/my/school-place/send":
                return Told(html=render(load_page(FOLDER / "done.html", ""), self._values))
        return None

    def _parent(self, answers: Answers) -> Told:
        phone = re.sub(r"[^\d +]", "", answers.get("phone", ""))[:20]
        if phone:
            return self._page("check", phone=phone)
        told = "Enter a phone number, such as 01632 960100"
        summary = (
            '<div class="error-summary" role="alert"><h2>There is a problem</h2>'
            f'<p><a href="#phone">{told}</a></p></div>'
        )
        field = f'<p id="phone-error" style="color:#e9a19b;background:#fff">Error: {told}</p>'
        tied = ' aria-describedby="phone-error" aria-invalid="true"'
        return self._page("parent", error=summary, field=field, described=tied)

    def _page(self, name: str, **values: str) -> Told:
        page = load_page(FOLDER / "account" / f"{name}.html", "")
        return Told(html=render(page, {**self._values, **values}))

    def _knows(self, answers: Answers) -> bool:
        return answers["session"] == self._session


def card(answers: Answers) -> str:
    """The payment host's page."""
    amount = answers.get("amount", "0.00")
    text = (FOLDER / "council-tax" / "card.html").read_text(encoding="utf-8")
    return Template(text).substitute(amount=amount if re.fullmatch(r"[\d,.]{1,12}", amount) else "0.00")


def _plain(text: str) -> str:
    return re.sub(r"[^\w /-]", "", text)[:50]
