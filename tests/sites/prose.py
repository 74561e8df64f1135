"""Plain sentences, different for each seed and the same at each run, so that pages differ as real ones do."""

from __future__ import annotations

import random

WHO = [
    "The council", "Residents", "Your landlord", "The parish clerk", "Our licensing team",
    "Every household", "A school governor", "The planning officer", "Market traders", "Carers",
    "The library service", "A blue badge holder", "The housing office", "Tenants", "The highways team",
    "A registrar", "Local charities", "The coroner", "Allotment holders", "Event organisers",
]  # fmt: skip
DOES = [
    "collects", "renews", "inspects", "publishes", "reports", "pays for", "repairs", "books", "cancels",
    "appeals against", "reviews", "applies for", "consults on", "replaces", "registers", "measures",
    "delivers", "advertises", "withdraws", "records", "checks", "moves", "prints", "explains", "borrows",
    "stores", "cleans", "funds", "opens", "closes",
]  # fmt: skip
WHAT = [
    "garden waste", "a parking permit", "council tax", "the street lights", "a marriage notice",
    "the flood plan", "school meals", "a dropped kerb", "the burial ground", "food hygiene ratings",
    "a taxi licence", "tree preservation orders", "bus passes", "the local plan", "a skip permit",
    "stray dogs", "noise complaints", "the swimming pool", "housing benefit", "a polling card",
    "the museum", "asbestos surveys", "pest control", "the air quality plan", "a street party",
    "business rates", "grit bins", "the cemetery gates", "adult learning", "a public footpath",
    "home insulation", "planning notices", "the youth club", "a wheeled bin", "rural broadband",
    "the civic centre", "winter shelters", "cycle lanes", "a tenancy", "the archive",
]  # fmt: skip
WHEN = [
    "every second Tuesday", "before the end of March", "within ten working days", "after a site visit",
    "in the spring", "when the form is complete", "at the area office", "by post or online",
    "during school holidays", "once a year", "without a fee", "for a small charge", "if neighbours agree",
    "on bank holidays too", "until further notice", "with proof of address", "as the law asks",
    "in alphabetical order", "where funds allow", "from the depot",
]  # fmt: skip


def prose(seed: str, sentences: int = 6) -> str:
    """A paragraph that belongs to `seed`."""
    dice = random.Random(seed)
    said = dice.choice
    return " ".join(
        f"{said(WHO)} {said(DOES)} {said(WHAT)} and {said(WHAT)} {said(WHEN)}." for _ in range(sentences)
    )


def heading(seed: str) -> str:
    """A title that belongs to `seed`."""
    dice = random.Random(f"heading {seed}")
    return f"How {dice.choice(WHO)} {dice.choice(DOES)} {dice.choice(WHAT)}"
