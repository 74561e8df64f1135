"""The demo council's services of several steps: what each answers, and which of its addresses are final.

A service is a table: address -> what it answers to a GET and to a POST. Nothing is kept between requests.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date
from string import Template
from typing import NamedTuple
from urllib.parse import urlencode

from auditor.demo.pages import SITE, load_page, render
from auditor.models import Journey, Permission, Step, Target

Answers = Mapping[str, str]
FOLDER = SITE / "services"
FINAL = ("/services/parking-permit/send", "/card")  # a POST there is a real submission


class Told(NamedTuple):
    """A page, or an address to go on at."""

    html: str = ""
    location: str = ""


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
        }
        self.post: dict[str, View] = {
            "/services/council-tax": self._account,
            "/services/council-tax/amount": self._pay,
            "/services/parking-permit": self._details,
            "/services/parking-permit/details": self._check,
            "/services/parking-permit/send": lambda answers: self._page("done"),
        }

    def _page(self, name: str, **values: str) -> Told:
        return Told(html=render(load_page(FOLDER / f"{name}.html", ""), {**self._values, **values}))

    def _again(self, answers: Answers) -> Told:
        return self._page("again")

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


def card(answers: Answers) -> str:
    """The payment host's page."""
    amount = answers.get("amount", "0.00")
    text = (FOLDER / "council-tax" / "card.html").read_text(encoding="utf-8")
    return Template(text).substitute(amount=amount if re.fullmatch(r"[\d,.]{1,12}", amount) else "0.00")


def _plain(text: str) -> str:
    return re.sub(r"[^\w /-]", "", text)[:50]


def journeys(url: str) -> tuple[Journey, ...]:
    """The journeys of the demo audit, as a sites.toml would give them; permitted, stopped before the end."""
    permission = Permission(by="Harrowmere Council's own web team (the demo)", on=date(2026, 11, 1))

    def click(words: str, *, final: bool = False) -> Step:
        return Step(action="click", target=Target(words=words), final=final)

    def fill(words: str, value: str = "", generate: str = "") -> Step:
        return Step(action="fill", target=Target(words=words), value=value, generate=generate)

    def audit(label: str) -> Step:
        return Step(action="audit", value=label)

    return (
        Journey(
            id="missed-bin",
            name="Report a missed bin",
            start=f"{url}/bins/missed",
            lgsl=524,
            lgil=17,
            task="Report",
            skills=("transacting",),
            permission=permission,
            steps=(
                fill("Postcode", "none"),
                click("Continue"),
                audit("postcode wrong"),
                fill("Postcode", generate="postcode"),
                click("Continue"),
                Step(action="click", target=Target(words="Continue")),
                audit("bin not chosen"),
                Step(
                    action="choose",
                    target=Target(words="Recycling (blue bin)"),
                    within=Target(words="Kind of bin"),
                ),
                click("Continue"),
                click("Send report", final=True),
            ),
        ),
        Journey(
            id="pay-council-tax",
            name="Pay council tax",
            start=f"{url}/services/council-tax",
            weight=5.0,
            lgsl=57,
            lgil=4,
            task="Pay",
            skills=("transacting",),
            permission=permission,
            steps=(
                click("Continue"),
                audit("errors shown"),
                fill("Account number", "12345678"),
                click("Continue"),
                Step(action="expect", url="/services/council-tax/amount"),
                Step(
                    action="choose", target=Target(words="This month: £124.00"), within=Target(words="Amount")
                ),
                Step(action="choose", target=Target(words="Debit card"), within=Target(css="#card-type")),
                click("Continue to payment"),
                fill("Card number", generate="card"),
                fill("Name on card", generate="name"),
                click("Pay now", final=True),
            ),
        ),
        Journey(
            id="parking-permit",
            name="Apply for a parking permit",
            start=f"{url}/services/parking-permit",
            lgsl=474,
            lgil=0,
            task="Apply",
            skills=("transacting", "handling-information"),
            permission=permission,
            steps=(
                click("Help with your registration number"),
                audit("help open"),
                fill("Registration number", "EX26 XPL"),
                fill("Street", "M"),
                audit("suggestions open"),
                click("Market Street"),
                click("Continue"),
                fill("Start date", "31/01/2027"),
                Step(action="upload", target=Target(words="Proof of address")),
                Step(action="choose", target=Target(words="Zone B"), within=Target(words="Zone")),
                click("Continue"),
                click("Confirm and send"),
            ),
        ),
    )
