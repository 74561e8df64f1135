# ruff: noqa: E501 - sentences as they stand in pages
"""Statements to judge, and pages that are none. Our own words, but for what the law sets."""

from __future__ import annotations

REGULATIONS = "Public Sector Bodies (Websites and Mobile Applications) (No. 2) Accessibility Regulations 2018"


def page(title: str, body: str, *, h1: str = "", lang: str = "en") -> bytes:
    return (
        f'<!doctype html><html lang="{lang}"><head><meta charset="utf-8"><title>{title}</title></head><body>'
        f'<header><a href="/">Ambleworth Council</a></header><main><h1>{h1 or title}</h1>{body}</main>'
        '<footer><a href="/accessibility-statement">Accessibility statement</a></footer></body></html>'
    ).encode()


RIGHT = {
    "scope": "<p>This accessibility statement applies to www.ambleworth.example.</p>",
    "commitment": "<p>Ambleworth Council is committed to making its website accessible, in accordance with the "
    f"{REGULATIONS}.</p>",
    "status": "<h2>Compliance status</h2><p>This website is partially compliant with the <a href="
    '"https://www.w3.org/TR/WCAG22/">Web Content Accessibility Guidelines</a> version 2.2 AA standard, due to the '
    "non-compliances listed below.</p>",
    "contents": "<h2>Non-accessible content</h2><p>The content listed below is non-accessible for the following "
    "reasons.</p><h3>Non-compliance with the accessibility regulations</h3><ul><li>Some pictures of our parks have "
    "no text alternative. This fails success criterion 1.1.1 (Non-text Content). We plan to mend them by 31 March "
    "2027.</li></ul>",
    "outside": "<h3>Content that’s not within the scope of the accessibility regulations</h3><p>Live video of "
    "council meetings.</p>",
    "preparation": "<h2>Preparation of this accessibility statement</h2><p>This statement was prepared on 4 March "
    "2024. It was last reviewed on 2 June 2026.</p><p>This website was last tested on 20 May 2026. The test was "
    "carried out by our web team on 20 pages.</p>",
    "feedback": "<h2>Feedback and contact information</h2><p>Write to <a href=\"mailto:web@ambleworth.example\">our "
    "web team</a>.</p>",
    "enforcement": "<h2>Enforcement procedure</h2><p>The Equality and Human Rights Commission (EHRC) is responsible "
    f"for enforcing the {REGULATIONS}. If you are not happy with our answer, contact the <a href="
    '"https://www.equalityadvisoryservice.com/">Equality Advisory and Support Service</a>.</p>',
}  # fmt: skip
TITLE = "Accessibility statement for Ambleworth Council"


def statement(title: str = TITLE, *, h1: str = "", lang: str = "en", **parts: str) -> bytes:
    return page(title, "".join({**RIGHT, **parts}.values()), h1=h1, lang=lang)


PARTIAL = statement()
FULL = statement(
    status=RIGHT["status"].replace("partially", "fully"),
    contents="",
    outside="",
    preparation=RIGHT["preparation"].replace(
        "4 March 2024. It was last reviewed on 2 June 2026", "2 June 2026"
    ),
)
WRONG_WORDING = statement(
    "Ambleworth – Web accessibility",
    h1="Our accessibility statement",
    commitment="<p>We are committed to digital accessibility for everyone.</p>",
    status="<h2>Conformance status</h2><p>This site is partially compliant with WCAG 2.1 level AA.</p>",
    contents="<h2>Content that is not accessible</h2><p>Some pictures have no text alternative.</p>",
    preparation="<h2>Preparing this statement</h2><p>This page was published on 2 May 2026. The statement was updated "
    "in June 2026.</p>",
    feedback="<h2>Contact us</h2><p>Call 01632 960100.</p>",
    enforcement="<h2>Enforcement</h2><p>Contact the Equality Advisory and Support Service.</p>",
)
OLD_REVIEW = statement(
    preparation=RIGHT["preparation"].replace("2 June 2026", "12 March 2023"),
    contents=RIGHT["contents"].replace("31 March 2027", "the end of September 2024"),
    status=RIGHT["status"].replace("version 2.2", "version 2.1"),
)
PLACEHOLDERS = statement(
    scope="<p>This accessibility statement applies to [scope of statement].</p>",
    commitment=RIGHT["commitment"].replace("Ambleworth Council", "[Name of organisation]"),
)
BURDEN = statement(
    burden="<h3>Disproportionate burden</h3><p>Describing our old films would be a disproportionate burden. We made "
    '<a href="/burden-assessment">an assessment in May 2026</a>.</p>'
)
BURDEN_BARE = statement(
    burden="<p>Describing our old films would be a disproportionate burden.</p>",
)
NO_BURDEN = statement(
    burden="<h3>Disproportionate burden</h3><p>We do not make any claim.</p>".replace("do not", "do not")
)
BOLD_HEADINGS = statement(status=RIGHT["status"].replace("h2>", "p>"), scope="<p>About this website.</p>")
OTHER_HOST = statement(
    scope="<p>This accessibility statement applies to:</p><ul><li>forms.ambleworth.example</li></ul>"
)
NORTHERN_IRELAND = statement(
    enforcement="<h2>Enforcement procedure</h2><p>The Equality Commission for Northern Ireland (ECNI) is responsible "
    f'for enforcing the {REGULATIONS}. Contact the <a href="https://www.equalityni.org/">ECNI</a>.</p>'
)
EU = statement(
    commitment="<p>The town of Ambleworth is committed to making its website accessible, in accordance with the law "
    "that transposes Directive (EU) 2016/2102.</p>",
    status="<h2>Compliance status</h2><p>This website is partially compliant with EN 301 549.</p>",
    outside="",
    enforcement="<h2>Enforcement procedure</h2><p>Turn to the ombudsman.</p>",
)
WELSH = page(
    "Datganiad hygyrchedd",
    "<p>Mae’r datganiad hwn yn berthnasol i’r wefan hon.</p><h2>Statws cydymffurfio</h2><p>Mae’r wefan hon yn "
    "cydymffurfio’n rhannol.</p><h2>Gweithdrefn orfodi</h2><p>Cysylltwch â ni.</p>",
    lang="cy",
)

DECOYS = {
    "access-guide": page(
        "Accessibility",
        "<h2>Wheelchair access</h2><p>The town hall has a ramp, a lift and two blue badge bays. We are committed to "
        "making our buildings accessible under the Equality Act 2010.</p><h2>Feedback and contact information</h2>"
        "<p>Write to the porter.</p>",
    ),
    "accessible-venues": page(
        "Accessible venues",
        "<p>All venues below were last reviewed in May 2026. The old theatre is not compliant with the building "
        "regulations on accessibility.</p>",
    ),
    "building-statement": page(
        "Accessibility statement for the town hall",
        "<p>The town hall has step-free entrances and a hearing loop. We were last tested on 2 May 2026 by an access "
        "consultant.</p><h2>Feedback and contact information</h2><p>Ask at the desk.</p>",
    ),
    "blue-badge": page(
        "Accessibility and blue badges",
        "<p>Apply for a badge. Misuse is dealt with by our enforcement procedure.</p>",
    ),
    "help": page(
        "Accessibility help",
        "<p>Change the size of text in your browser. This website follows the Web Content Accessibility Guidelines "
        "(WCAG). We are committed to making our website easy for everyone.</p>",
    ),
    "help-bare-title": page(
        "Accessibility",
        "<p>Press Tab to move. This website follows WCAG and is committed to making its pages easy to use. It was "
        "last reviewed in May.</p>",
    ),
    "guidance": page(
        "How to write an accessibility statement",
        "<p>Begin with “This accessibility statement applies to”. Say whether the site is fully compliant, partially "
        "compliant or not compliant with WCAG and the accessibility regulations. End with the enforcement "
        "procedure, and claim no disproportionate burden lightly.</p>",
    ),
    "news": page(
        "New accessibility statement",
        "<p>We have published a new accessibility statement under the accessibility regulations. Our website is "
        "partially compliant with WCAG.</p>",
    ),
}
