"""sites.toml: what is accepted, what it becomes, and what a user reads where it is wrong."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from auditor import wcag
from auditor.config import Config, ad_hoc, load, site_id
from auditor.errors import ConfigError, UsageError
from auditor.models import Owner, OwnerRule, Site

SHIPPED = Path(__file__).parents[1] / "sites.toml"
ONE = '[[site]]\nid = "a"\nurl = "https://a.example/"\n'


@pytest.fixture
def written(tmp_path: Path) -> Callable[[str], Path]:
    def write(text: str) -> Path:
        file = tmp_path / "sites.toml"
        file.write_text(text, encoding="utf-8")
        return file

    return write


@pytest.fixture
def loaded(written: Callable[[str], Path]) -> Callable[[str], Config]:
    return lambda text: load(written(text))


@pytest.fixture
def faults(written: Callable[[str], Path]) -> Callable[[str], str]:
    def of(text: str) -> str:
        with pytest.raises(ConfigError) as error:
            load(written(text))
        assert str(written(text)) in str(error.value), "the file is named"
        return str(error.value)

    return of


# What a file asks for beside the pages, and a `Site` made in Python only where it says so.
BESIDE: Any = {"statement": "uk-gb", "documents": "sample", "plain_pages": 8}


def test_the_file_shipped_holds_the_west_midlands_authorities() -> None:
    config = load(SHIPPED)
    assert len(config.sites) == 18
    assert len({site.gss for site in config.sites}) == 18
    assert {site.id for site in config.sites} >= {"wmca", "birmingham", "coventry", "wolverhampton"}
    for site in config.sites:
        assert site.gss is not None
        assert site.gss[:3] in {"E06", "E07", "E08", "E10", "E47"}, site.name
        assert all(url.startswith("https://") and url.endswith("/") for url in site.urls)
        assert not site.internal
        assert site.delay >= 1


def test_what_is_not_said_has_the_defaults_of_the_type(loaded: Callable[[str], Config]) -> None:
    (site,) = loaded(ONE).sites
    assert site == Site(id="a", name="a", urls=("https://a.example/",), **BESIDE)


def test_every_key_arrives(loaded: Callable[[str], Config]) -> None:
    said: dict[str, Any] = {
        "id": "b", "name": "B", "gss": "E08000025", "urls": ["b.example", "http://b.example/x#y"],
        "include": ["/a*"], "exclude": ["/b"], "max_pages": 7, "max_depth": 2, "max_minutes": 1.5,
        "delay": 0.5, "concurrency": 2, "internal": True, "internal_origins": ["http://localhost:81"],
        "min_coverage": 0.5, "keep": 3, "keep_days": 400, "standard": "wcag21aa",
        "axe_script": "axe.js", "robots": "ignore",
    }  # fmt: skip
    lines = "".join(f"{k} = {str(v).lower() if isinstance(v, bool) else repr(v)}\n" for k, v in said.items())
    config = loaded(f'store = "sqlite:///x.db"\n[[site]]\n{lines}')
    assert config.store == "sqlite:///x.db"
    (site,) = config.sites
    assert site.urls == ("https://b.example/", "http://b.example/x")
    assert site.axe_script == str(config.file.parent / "axe.js"), "beside the file, wherever one stands"
    assert site.user_limits == {"max_pages", "max_depth", "max_minutes"}
    for key in set(said) - {"urls", "axe_script"}:
        expected = tuple(said[key]) if isinstance(said[key], list) else said[key]
        assert getattr(site, key) == expected, key


def test_defaults_hold_for_every_site_and_give_way_to_its_own(loaded: Callable[[str], Config]) -> None:
    config = loaded(
        '[defaults]\nmax_pages = 9\ndelay = 2\n[[site]]\nid = "a"\nurl = "a.example"\n'
        '[[site]]\nid = "b"\nurl = "b.example"\nmax_pages = 4\n'
    )
    assert [(site.max_pages, site.delay) for site in config.sites] == [(9, 2.0), (4, 2.0)]
    assert all(site.user_limits == {"max_pages"} for site in config.sites)


def test_a_file_of_a_windows_editor_is_read(written: Callable[[str], Path]) -> None:
    file = written("")
    file.write_bytes(b"\xef\xbb\xbf" + ONE.replace("\n", "\r\n").encode())
    assert load(file).site("a").urls == ("https://a.example/",)


WRONG = {
    'color = "red"': ["color", "no such key", "max_pages", "delay"],
    "max_pages = 0": ["max_pages", "1", "0"],
    "max_pages = true": ["max_pages", "integer"],
    "max_pages = 2.5": ["max_pages", "integer"],
    "max_depth = -1": ["max_depth", "0"],
    "max_minutes = 0": ["max_minutes", "greater than 0"],
    "delay = -0.1": ["delay", "0"],
    "delay = 3601": ["delay", "3600"],
    "delay = nan": ["delay"],
    "concurrency = 17": ["concurrency", "16"],
    'internal = "no"': ["internal", "boolean"],
    'internal_origins = ["http://a.example/x"]': ["internal_origins.0", "http://a.example/x", "http://localhost:8000"],
    "min_coverage = 1.1": ["min_coverage", "1"],
    "keep = 0": ["keep", "1"],
    'standard = "wcag3"': ["standard", "wcag3", *wcag.STANDARDS],
    'robots = "defy"': ["robots", "'obey' or 'ignore'", "defy"],
    'gss = "08000025"': ["gss", "E08000025", "08000025"],
    'include = "/a"': ["include", "list"],
    'exclude = [""]': ["exclude.0", "1"],
}  # fmt: skip


@pytest.mark.parametrize("line", WRONG)
def test_a_fault_names_site_key_and_what_is_allowed(faults: Callable[[str], str], line: str) -> None:
    text = faults(ONE + line)
    assert "[[site]] 1 (a) " in text
    for words in WRONG[line]:
        assert words in text


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('[[site]]\nid = "a"\n', ["[[site]] 1 (a)", "url", "urls"]),
        ('[[site]]\nid = "a"\nurl = "a.example"\nurls = ["a.example"]\n', ["either `url`", "`urls`"]),
        ('[[site]]\nid = "a"\nurl = "ftp://a.example"\n', ["url", "ftp://a.example", "https://www.example.org/"]),
        ('[[site]]\nurl = "a.example"\n', ["(no id)", "id", "required"]),
        ('[[site]]\nid = "A b"\nurl = "a.example"\n', ["id", "small letters", "A b"]),
        (ONE + ONE, ["[[site]] 2 (a)", "taken by [[site]] 1"]),
        ('[site]\nid = "a"\n', ["site", "[[site]]"]),
        ("[defaults]\ndelay = -1\n", ["[defaults]", "delay", "0"]),
        ('[defaults]\nurl = "a.example"\n', ["[defaults]", "url", "no such key"]),
        ("max_pages = 3\n" + ONE, ["max_pages", "no such key", "defaults"]),
        ("[[site]\n", ["not valid TOML", "line 1"]),
    ],
)  # fmt: skip
def test_other_faults(faults: Callable[[str], str], text: str, words: list[str]) -> None:
    said = faults(text)
    for word in words:
        assert word in said


def test_all_faults_are_listed_not_the_first(faults: Callable[[str], str]) -> None:
    text = faults(
        "typo = 1\n[defaults]\nkeep = 0\n"
        '[[site]]\nid = "a"\nurl = "a.example"\ndelay = -1\nconcurrency = 0\n'
        '[[site]]\nid = "b"\nurls = ["one", "two", "c.example"]\n'
    )
    assert "6 faults" in text
    assert len(text.splitlines()) == 7
    for words in ("typo", "[defaults] keep", "1 (a) delay", "1 (a) concurrency", "urls.0", "urls.1"):
        assert words in text


def test_no_file_and_no_text(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"nothere\.toml: there is no such file"):
        load(tmp_path / "nothere.toml")
    (tmp_path / "latin.toml").write_bytes(b'id = "\xe9"')
    with pytest.raises(ConfigError, match="cannot be read"):
        load(tmp_path / "latin.toml")
    with pytest.raises(ConfigError, match="cannot be read"):
        load(tmp_path)


def test_a_password_is_never_repeated(faults: Callable[[str], str]) -> None:
    assert "secret" not in faults('[[site]]\nid = "a"\nurl = "https://me:secret@"\n')


def test_an_unknown_id_is_answered_with_those_there_are(loaded: Callable[[str], Config]) -> None:
    with pytest.raises(UsageError, match=r"no site 'z'.*It has: a"):
        loaded(ONE).site("z")


def test_a_url_alone_is_a_site(loaded: Callable[[str], Config]) -> None:
    site = ad_hoc(["www.Council.example/start", "https://www.council.example/b"])
    assert (site.id, site.name) == ("www-council-example", "www.council.example")
    assert site.urls == ("https://www.council.example/start", "https://www.council.example/b")
    assert site.user_limits == frozenset()
    config = loaded("[defaults]\nmax_pages = 3\ndelay = 4\n")
    assert ad_hoc(["a.example"], config).max_pages == 3
    assert ad_hoc(["a.example"], config).user_limits == {"max_pages"}


@pytest.mark.parametrize(
    ("host", "expected"),
    [("A.B-c.example:8080", "a-b-c-example-8080"), ("[::1]", "1"), ("...", "site"), ("x" * 300, "x" * 100)],
)
def test_ids_of_hosts(host: str, expected: str) -> None:
    assert site_id(host) == expected


def test_a_pattern_that_can_match_nothing_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "sites.toml"
    file.write_text('[[site]]\nid = "a"\nurl = "https://a.example/"\ninclude = ["a.example/x"]\n', "utf-8")
    with pytest.raises(ConfigError, match=r"include\.0: can match no URL.*a\.example/x"):
        load(file)


HEADER = 'headers = [{ name = "X-Audit-Key", value = "${COUNCIL_KEY}" }]\n'
KEY = {"COUNCIL_KEY": "of-secret-1", "OTHER": "of-secret-2"}


def header(name: str = "X-Audit-Key", value: str = "${COUNCIL_KEY}", origin: str = "") -> str:
    where = f', origin = "{origin}"' if origin else ""
    return f'headers = [{{ name = "{name}", value = "{value}"{where} }}]\n'


def sent(config: Config, **environ: str) -> list[tuple[str, str, str]]:
    sites = config.with_secrets(config.sites, environ)
    return [(h.origin, h.name, h.value) for site in sites for h in site.headers]


def test_a_header_gets_its_value_from_the_environment_when_it_is_needed(
    loaded: Callable[[str], Config],
) -> None:
    config = loaded(
        '[[site]]\nid = "a"\nurls = ["https://a.example/x", "https://a.example:443/y", "https://b.example:444/"]\n'
        + HEADER
        + '[[site]]\nid = "b"\nurl = "https://c.example/"\n'
        + header("Authorization", "Bearer ${OTHER}", "https://API.example:443/")
    )
    assert config.sites[0].headers[0].value == "${COUNCIL_KEY}", "no variable is needed to read the file"
    assert sent(config, **KEY) == [
        ("https://a.example", "X-Audit-Key", "of-secret-1"),
        ("https://b.example:444", "X-Audit-Key", "of-secret-1"),
        ("https://api.example", "Authorization", "Bearer of-secret-2"),
    ]
    assert "of-secret" not in repr(config.with_secrets(config.sites, KEY))


def test_a_value_is_expanded_once(loaded: Callable[[str], Config]) -> None:
    ((_, _, value),) = sent(loaded(ONE + HEADER), COUNCIL_KEY="${OTHER}$HOME", OTHER="x")
    assert value == "${OTHER}$HOME"


def test_only_headers_hold_variables(loaded: Callable[[str], Config]) -> None:
    config = loaded(ONE + 'name = "${COUNCIL_KEY}"\ncontact = "https://a.example/${OTHER}"\n')
    (site,) = config.with_secrets(config.sites, KEY)
    assert (site.name, site.contact) == ("${COUNCIL_KEY}", "https://a.example/${OTHER}")


def test_every_variable_that_is_missing_is_named(loaded: Callable[[str], Config]) -> None:
    config = loaded(ONE + HEADER + ONE.replace('"a"', '"b"') + header(value="Bearer ${OTHER}"))
    with pytest.raises(ConfigError) as error:
        config.with_secrets(config.sites, {"OTHER": ""})
    text = str(error.value)
    assert str(config.file) in text
    assert "site a, header X-Audit-Key: the environment variable COUNCIL_KEY is not set" in text
    assert "site b, header X-Audit-Key: the environment variable OTHER is empty" in text


@pytest.mark.parametrize(
    "value",
    [
        "12345", "of\r\nsecret: x", "of\nsecret", "of-secret\n", " of-secret", "of-secret\t", "of\0secret",
        "öf-secret", "of\u202esecret", "of-secret" * 1000,
    ],
)  # fmt: skip
def test_a_value_that_cannot_be_a_header_or_be_kept_secret_is_not_shown(
    loaded: Callable[[str], Config], value: str
) -> None:
    config = loaded(ONE + HEADER)
    with pytest.raises(ConfigError, match="COUNCIL_KEY") as error:
        config.with_secrets(config.sites, {"COUNCIL_KEY": value})
    assert "secret: x" not in str(error.value)
    assert "of-secret" not in str(error.value)
    assert "12345" not in str(error.value)
    assert error.value.__context__ is None, "nor in the errors before it"


@pytest.mark.parametrize(
    "line",
    [
        header(value="of-secret"),
        header(value="Bearer of-secret"),
        header(value="${COUNCIL_KEY} of-secret"),
        header(value="of-secret ${COUNCIL_KEY} ${OTHER}"),
        header(value="${COUNCIL_KEY"),
        header(value="$COUNCIL_KEY"),
        header(value="${}"),
        header(value="${A B}"),
        header(value=""),
        'headers = [{ name = "X", value = 123456 }]',
        'headers = [{ name = "X", value = "${A}", of = "of-secret" }]',
        'headers = [{ name = "Bearer of-secret", value = "${A}" }]',
        'headers = "X-Key: of-secret"',
        'headers = ["X-Key: of-secret"]',
        'header = "X-Key: of-secret"',
        'password = "of-secret"',
        header(origin="https://me:of-secret@a.example/x"),
        'internal_origins = ["http://me:of-secret@localhost:80/x"]',
    ],
)
def test_a_secret_in_the_file_is_refused_and_not_repeated(faults: Callable[[str], str], line: str) -> None:
    text = faults(ONE + line)
    assert "of-secret" not in text
    assert "123456" not in text
    if 'value = "of-secret' in line:
        assert "headers.0.value" in text
        assert "environment" in text


def test_a_password_in_an_origin_is_dropped(loaded: Callable[[str], Config]) -> None:
    (site,) = loaded(ONE + 'internal_origins = ["http://me:of-secret@LOCALHOST:81/"]').sites
    assert site.internal_origins == ("http://localhost:81",)


@pytest.mark.parametrize(
    "name",
    ["Host", "content-length", "Connection", "Transfer-Encoding", "TE", "Upgrade", "Proxy-Authorization",
     "Cookie", "Cookie2", "User-Agent", "Sec-Fetch-Site", "Accept-Encoding", "If-None-Match", "Range"],
)  # fmt: skip
def test_headers_that_are_not_ours_to_set(faults: Callable[[str], str], name: str) -> None:
    assert f"{name} is not a header that can be set" in faults(ONE + header(name))


def test_a_secret_for_all_sites_needs_its_origin(
    faults: Callable[[str], str], loaded: Callable[[str], Config]
) -> None:
    """An address typed on the command line takes the defaults too, and must not be given a secret."""
    assert "needs its `origin`" in faults("[defaults]\n" + HEADER + ONE)
    config = loaded("[defaults]\n" + header(origin="https://gate.example") + ONE)
    (site,) = config.with_secrets([ad_hoc(["https://elsewhere.example/"], config)], KEY)
    assert [h.origin for h in site.headers] == ["https://gate.example"]


def test_a_secret_does_not_travel_unencrypted_but_inside(loaded: Callable[[str], Config]) -> None:
    plain = '[[site]]\nid = "a"\nurl = "http://a.example/"\n'
    config = loaded(plain + HEADER)
    with pytest.raises(ConfigError, match=r"site a, header X-Audit-Key: would go to http://a\.example unenc"):
        config.with_secrets(config.sites, KEY)
    assert sent(loaded(plain + header(origin="https://a.example")), **KEY)[0][0] == "https://a.example"
    assert sent(loaded(plain + "internal = true\n" + HEADER), **KEY)
    assert sent(loaded(plain + 'internal_origins = ["http://a.example:80"]\n' + HEADER), **KEY)


NAMED = """
[region]
name = "Testshire"
publish_authorities = ["a"]
publish_suppliers = ["onetrust"]
confirmed_by = "A. Person"
confirmed_on = 2026-11-20
"""


def test_a_person_confirms_whom_open_data_may_name(
    loaded: Callable[[str], Config], faults: Callable[[str], str]
) -> None:
    region = loaded(NAMED + ONE).region
    assert region.name == "Testshire"
    assert region.authorities == frozenset({"a"})
    assert region.suppliers == frozenset({"onetrust"})
    assert loaded(NAMED.replace('["a"]', "true") + ONE).region.authorities == {"a"}
    assert loaded(ONE).region.authorities == frozenset()
    assert "a person must confirm" in faults(NAMED.replace("confirmed_on = 2026-11-20", "") + ONE)
    assert "there is no such key. Allowed: confirmed_by" in faults("[region]\npublish = true\n" + ONE)
    assert "must be a list of ids, or true for all." in faults(NAMED.replace('["a"]', '"all"') + ONE)
    wrong = faults(NAMED.replace('"a"', '"b"').replace("onetrust", "nobody") + ONE)
    assert "[region] publish_authorities: there is no b. Known: a" in wrong
    assert "[region] publish_suppliers: there is no nobody. Known: achieveforms, " in wrong


@pytest.mark.parametrize(("text", "value"), [("true", True), ("false", False), ('"all"', "all")])
def test_pictures(loaded: Callable[[str], Config], text: str, value: object) -> None:
    (site,) = loaded(f"{ONE}pictures = {text}\n").sites
    assert site.pictures is value or site.pictures == value == "all"


@pytest.mark.parametrize("text", ["1", '"yes"'])
def test_pictures_told_wrongly(faults: Callable[[str], str], text: str) -> None:
    given = text.replace('"', "'")
    assert faults(f"{ONE}pictures = {text}\n").endswith(f'must be true, false or "all" (given: {given}).')


OWNER = '[[site.owner]]\nname = "Web team"\n'


def test_owners_and_views_arrive(loaded: Callable[[str], Config]) -> None:
    config = loaded(
        ONE
        + 'views = "exports/views.csv"\n'
        + OWNER
        + 'contact = "web@a.example"\ncomponents = ["contentinfo*"]\n'
        + '[[site.owner]]\nname = "Tîm Gwe"\npages = ["/tai/*"]\n'
        + '[[site.owner]]\nname = "web-team"\nrules = ["color-contrast"]\n'
        + OWNER
        + 'suppliers = ["*.forms.example"]\n'
    )
    assert config.views == {"a": config.file.parent / "exports/views.csv"}
    web = Owner(id="web-team", name="Web team", contact="web@a.example")
    assert config.owners["a"] == (
        OwnerRule(owner=web, components=("contentinfo*",)),
        OwnerRule(owner=Owner(id="t-m-gwe", name="Tîm Gwe"), pages=("/tai/*",)),
        OwnerRule(owner=Owner(id="web-team-2", name="web-team"), rules=("color-contrast",)),
        OwnerRule(owner=web, suppliers=("*.forms.example",)),
    )
    assert config.sites == loaded(ONE).sites, "they are of the report, not of the audit"


def test_no_owner_has_the_id_of_those_who_usually_mend(loaded: Callable[[str], Config]) -> None:
    config = loaded(ONE + '[[site.owner]]\nname = "Editor"\nrules = ["list"]\n')
    assert config.owners["a"][0].owner.id == "editor-2"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", "owner.0: needs one of `pages`, `components`, `suppliers` and `rules`"),
        ('pages = ["/a"]\nrules = ["list"]\n', "owner.0: needs one of `pages`"),
        ('pages = ["a"]\n', "owner.0.pages.0: can match no URL"),
        ('rules = ["Not A Rule"]\n', "owner.0.rules.0: is no rule's id"),
        ('suppliers = ["https://x.example/"]\n', "is no pattern of hosts; write one such as *.forms.example"),
        ('page = ["/a"]\n', "owner.0.page: there is no such key. Allowed: components, contact, name, pages"),
        (
            f'contact = "a"\nrules = ["list"]\n{OWNER}contact = "b"\nrules = ["list"]\n',
            "owner: Web team has two contacts: 'a', 'b'",
        ),
    ],
)
def test_what_is_wrong_with_an_owner(faults: Callable[[str], str], text: str, expected: str) -> None:
    assert expected in faults(ONE + OWNER + text)


def test_owners_and_views_are_a_sites_own(faults: Callable[[str], str]) -> None:
    told = faults('[defaults]\nviews = "v.csv"\nowner = []\n' + ONE)
    assert "[defaults] views: there is no such key" in told
    assert "[defaults] owner: there is no such key" in told


@pytest.mark.parametrize(
    ("text", "value"), [("", "uk-gb"), ('statement = "eu"\n', "eu"), ("statement = false\n", False)]
)
def test_statement(loaded: Callable[[str], Config], text: str, value: object) -> None:
    assert loaded(f"{ONE}{text}").sites[0].statement == value


def test_statement_told_wrongly(faults: Callable[[str], str]) -> None:
    assert "must be false or one of: uk-gb, uk-ni, eu (given: 'fr')" in faults(f'{ONE}statement = "fr"\n')
    said = faults('[gate]\nstatement = ["missing", "nonsense"]\n' + ONE)
    assert "'nonsense' is nothing that a statement is judged by" in said
    assert "reviewed-in-time" in said


def test_exploring_needs_driving(faults: Callable[[str], str]) -> None:
    text = faults(ONE + 'explore = true\ndrive = "no-page"\n')
    assert "`explore = true` drives pages" in text
    assert "Allowed" not in faults(ONE + 'consent = "ask"\n')
    assert "consent" in faults(ONE + 'consent = "ask"\n')


def test_variants_told_wrongly(faults: Callable[[str], str]) -> None:
    said = faults(ONE + 'variants = ["phone", "tablet"]\n')
    assert (
        "there is no variant 'tablet'; known: phone, dark, forced-colours, reduced-motion, text-200" in said
    )
    assert "there is no variant 'language-'" in faults(ONE + 'variants = ["language-"]\n')
    assert "`variants` are of pages that are driven" in faults(
        ONE + 'variants = ["dark"]\ndrive = "no-page"\n'
    )
