"""The journeys of the demo audit, and how it signs in, as a sites.toml would give them."""

from __future__ import annotations

from datetime import date

from auditor.demo.services import WHO
from auditor.models import Journey, Permission, SignIn, Step, Target

VARIABLE = "DEMO_PASSWORD"  # a secret of the demo's site


def sign_ins(account_url: str) -> tuple[SignIn, ...]:
    """How to sign in to My Harrowmere."""
    steps = (
        Step(action="fill", target=Target(words="Email address"), value=WHO),
        Step(action="fill", target=Target(words="Password"), secret=VARIABLE),
        Step(action="click", target=Target(role="button", name="Sign in")),
        Step(action="expect", url="/my/school-place"),
    )
    return (SignIn(role="resident", start=f"{account_url}/my/sign-in", steps=steps),)


def journeys(url: str, account_url: str) -> tuple[Journey, ...]:
    """Permitted, and each stopped before its end."""
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
        Journey(
            id="complaint",
            name="Make a complaint",
            start=f"{url}/services/complaint",
            task="Complain",
            skills=("communicating",),
            permission=permission,
            steps=(
                click("Continue"),
                audit("errors shown"),
                fill("What went wrong?", "The bin was left in the road."),
                click("Continue"),
                Step(action="upload", target=Target(css="#evidence")),
                fill("Email address for our answer", generate="email"),
                click("Continue"),
                fill("Phone number, if we may call you", generate="phone"),
                click("Choose a date"),
                audit("date picker open"),
                click("Send complaint", final=True),
            ),
        ),
        Journey(
            id="blue-badge",
            name="Apply for a Blue Badge",
            start=f"{url}/services/blue-badge",
            weight=4.0,
            lgsl=279,
            lgil=0,
            task="Apply",
            skills=("transacting",),
            permission=permission,
            steps=(
                Step(
                    action="choose",
                    target=Target(words="Yes"),
                    within=Target(words="Have you had a badge before?"),
                ),
                audit("a badge before"),
                click("Continue"),
                fill("Surgery", "Q"),
                audit("surgeries suggested"),
                click("Quay Street Surgery"),
                fill("Town of the surgery", "H"),
                Step(action="click", target=Target(role="option", name="Harrowmere")),
                click("Continue"),
                click("Your doctor"),
                audit("your doctor shown"),
                Step(action="tick", target=Target(words="What I wrote is right")),
                click("Submit application", final=True),
            ),
        ),
        Journey(
            id="school-place",
            name="Apply for a school place",
            start=f"{account_url}/my/school-place",
            weight=3.0,
            lgsl=13,
            lgil=0,
            task="Apply",
            skills=("transacting",),
            permission=permission,
            role="resident",
            steps=(
                fill("Your child’s full name", generate="name"),
                click("Choose a school"),
                audit("schools shown"),
                click("Lower Mere School"),
                click("Continue"),
                click("Continue"),
                audit("errors shown"),
                fill("Phone number", generate="phone"),
                click("Continue"),
                click("Submit application", final=True),
            ),
        ),
    )
