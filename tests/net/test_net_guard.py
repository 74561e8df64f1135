"""Only injected resolvers here: no packet leaves for any of these addresses."""

from __future__ import annotations

import asyncio
import ipaddress
from collections.abc import Iterable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.net.guard import Guard, Refused, Resolver, Unresolved, address_fault, is_own_address
from auditor.net.hosts import canonical_host
from auditor.net.trackers import tracker_hosts

PUBLIC = ["1.1.1.1", "93.184.216.34", "100.63.255.255", "172.32.0.1", "2606:4700::1111", "64:ff9b::101:101"]
NOT_PUBLIC = {
    "0.0.0.0": "unspecified",
    "0.1.2.3": "unspecified",
    "10.0.0.1": "private",
    "100.64.0.1": "shared",
    "100.100.100.200": "shared",  # Alibaba's metadata
    "127.0.0.1": "loopback",
    "127.255.255.254": "loopback",
    "168.63.129.16": "cloud platform",
    "169.254.169.254": "link-local",
    "172.16.0.1": "private",
    "172.31.255.255": "private",
    "192.0.0.192": "reserved",  # Oracle's metadata
    "192.0.2.1": "reserved",
    "192.168.1.1": "private",
    "198.18.0.1": "reserved",
    "198.51.100.1": "reserved",
    "203.0.113.1": "reserved",
    "224.0.0.1": "multicast",
    "239.255.255.250": "multicast",
    "240.0.0.1": "reserved",
    "255.255.255.255": "reserved",
    "::": "unspecified",
    "::1": "loopback",
    "::127.0.0.1": "reserved",
    "::ffff:127.0.0.1": "loopback",
    "::ffff:0:127.0.0.1": "reserved",
    "::ffff:169.254.169.254": "link-local",
    "64:ff9b::10.0.0.1": "private",
    "64:ff9b::a9fe:a9fe": "link-local",
    "64:ff9b:1::7f00:1": "reserved",
    "100::1": "reserved",
    "2001::1": "reserved",  # Teredo
    "2001:0:7f00:1::": "reserved",
    "2001:db8::1": "reserved",
    "2002:7f00:1::": "loopback",  # 6to4
    "2002:a9fe:a9fe::1": "link-local",
    "3fff::1": "reserved",
    "5f00::1": "reserved",
    "fc00::1": "private",
    "fd00:ec2::254": "private",  # Amazon's metadata
    "fe80::1": "link-local",
    "fe80::1%eth0": "link-local",
    "fec0::1": "private",
    "ff02::1": "multicast",
    "localhost": "invalid",
    "": "invalid",
}


def answering(*answers: Iterable[str]) -> Resolver:
    """A resolver with one list of addresses a call, the last for ever."""
    left = [list(each) for each in answers]

    async def resolver(host: str) -> list[str]:
        return left.pop(0) if len(left) > 1 else left[0]

    return resolver


def guard(*addresses: str, allowed: Iterable[str] = (), known: Iterable[str] = ()) -> Guard:
    return Guard(
        frozenset(allowed),
        known_origins=frozenset(known),
        resolver=answering(addresses),
        is_own=lambda _: False,
    )


@pytest.mark.parametrize(("address", "kind"), NOT_PUBLIC.items())
async def test_not_public(address: str, kind: str) -> None:
    assert address_fault(address) == kind
    with pytest.raises(Refused, match=f"{kind} address"):
        await guard(address).check("site.example", 443)
    with pytest.raises(Refused):
        await guard("1.1.1.1", address).check("site.example", 443)
    with pytest.raises(Refused):
        await guard(address, "1.1.1.1").check("site.example", 80, "http")


@pytest.mark.parametrize("address", PUBLIC)
async def test_public(address: str) -> None:
    assert await guard(address).check("site.example", 443) == (address,)
    assert await guard().check(f"[{address}]" if ":" in address else address, 80, "http")


@given(st.ip_addresses())
def test_never_laxer_than_the_standard_library(address: ipaddress.IPv4Address) -> None:
    if not address.is_global or address.is_multicast or address.is_reserved or address.is_link_local:
        embedding = (ipaddress.ip_network("64:ff9b::/96"), ipaddress.ip_network("::ffff:0:0/96"))
        assert any(address in each for each in embedding) or address_fault(str(address))


@given(st.ip_addresses(v=4))
def test_an_embedded_address_is_judged_like_itself(address: ipaddress.IPv4Address) -> None:
    value = int(address)
    for outer in (0xFFFF << 32 | value, 0x64FF9B << 96 | value, 0x2002 << 112 | value << 80):
        assert address_fault(str(ipaddress.IPv6Address(outer))) == address_fault(str(address))


@pytest.mark.parametrize("port", [1, 21, 22, 25, 81, 3306, 5432, 6379, 8080, 8443, 9222, 65535])
async def test_ports(port: int) -> None:
    with pytest.raises(Refused, match=f"port {port}"):
        await guard("1.1.1.1").check("site.example", port)
    known = guard("1.1.1.1", known=[f"https://site.example:{port}/start"])
    assert await known.check("site.example", port)
    assert await known.check("SITE.example", port, "https")
    with pytest.raises(Refused, match="port"):
        await known.check("site.example", port, "http")
    with pytest.raises(Refused, match="port"):
        await known.check("other.example", port)


async def test_a_refused_port_is_not_resolved() -> None:
    async def resolver(host: str) -> list[str]:
        raise AssertionError("asked")

    with pytest.raises(Refused, match="port"):
        await Guard(resolver=resolver).check("site.example", 22)


async def test_a_known_origin_must_still_be_public() -> None:
    with pytest.raises(Refused, match="private"):
        await guard("10.0.0.1", known=["http://site.example:8080"]).check("site.example", 8080, "http")


async def test_an_allowed_origin_is_exactly_that() -> None:
    intranet = guard("10.0.0.7", allowed=["http://intranet.example:8000/start"])
    assert await intranet.check("intranet.example", 8000, "http") == ("10.0.0.7",)
    assert await intranet.check("intranet.example", 8000) == ("10.0.0.7",)  # ws:// comes as CONNECT
    for host, port, scheme in (
        ("intranet.example", 8000, "https"),
        ("intranet.example", 8001, "http"),
        ("intranet.example", 80, "http"),
        ("intranet.example", 443, None),
        ("intranet.example.", 8000, "http"),
        ("10.0.0.7", 8000, "http"),
        ("www.intranet.example", 8000, "http"),
    ):
        with pytest.raises(Refused):
            await intranet.check(host, port, scheme)


async def test_an_allowed_https_origin_is_not_allowed_as_http() -> None:
    secure = guard("10.0.0.7", allowed=["https://intranet.example"])
    assert await secure.check("intranet.example", 443)
    with pytest.raises(Refused):
        await secure.check("intranet.example", 443, "http")


@pytest.mark.parametrize("address", ["169.254.169.254", "::ffff:169.254.169.254", "224.0.0.1", "0.0.0.0"])
async def test_an_allowed_name_does_not_lead_to_metadata(address: str) -> None:
    with pytest.raises(Refused):
        await guard(address, allowed=["http://intranet.example"]).check("intranet.example", 80, "http")
    literal = f"[{address}]" if ":" in address else address
    assert await guard(allowed=[f"http://{literal}"]).check(literal, 80, "http")


@pytest.mark.parametrize(
    "host", ["2130706433", "0177.1", "0x7f.1", "127.1", "[::1]", "[::ffff:7f00:1]", "１２７.1"]
)
async def test_spellings_reach_neither_resolver_nor_loopback(host: str) -> None:
    with pytest.raises(Refused, match="loopback"):
        await Guard(resolver=answering(["1.1.1.1"])).check(host, 80, "http")


async def test_each_check_asks_anew_and_each_answer_is_judged() -> None:
    rebinding = Guard(resolver=answering(["1.1.1.1"], ["127.0.0.1"]), is_own=lambda _: False)
    assert await rebinding.check("site.example", 443) == ("1.1.1.1",)
    with pytest.raises(Refused, match="loopback"):
        await rebinding.check("site.example", 443)


async def test_this_machines_own_public_address_is_internal() -> None:
    own = Guard(frozenset({"http://me.example"}), resolver=answering(["1.1.1.1"]), is_own=lambda _: True)
    with pytest.raises(Refused, match="own address"):
        await own.check("site.example", 443)
    assert await own.check("me.example", 80, "http")


def test_own_address_asks_the_kernel() -> None:
    assert is_own_address("127.0.0.1")
    assert not is_own_address("not an address")


async def test_unresolved() -> None:
    async def broken(host: str) -> list[str]:
        raise OSError("no such host")

    async def silent(host: str) -> list[str]:
        await asyncio.sleep(60)
        return []

    for resolver in (broken, silent, answering([])):
        with pytest.raises(Unresolved):
            await Guard(resolver=resolver, dns_seconds=0.05).check("site.example", 443)


async def test_the_system_resolver_knows_localhost_and_refuses_it() -> None:
    with pytest.raises(Refused, match="loopback"):
        await Guard().check("localhost", 80, "http")


async def test_trackers_are_refused_with_their_subdomains_and_the_site_never_is() -> None:
    def of(*known: str, allowed: frozenset[str] = frozenset()) -> Guard:
        return Guard(
            allowed,
            known_origins=frozenset(known),
            blocked_hosts=frozenset({"tracker.example", "stats.other.example"}),
            resolver=answering(["1.1.1.1"]),
            is_own=lambda _: False,
        )

    blocking = of("https://council.example/")
    for host in ("tracker.example", "a.b.tracker.example", "TRACKER.example.", "stats.other.example"):
        with pytest.raises(Refused, match=r"^tracker$"):
            await blocking.check(host, 443)
    for host in ("nottracker.example", "other.example", "tracker.example.org", "example", "1.1.1.1"):
        assert await blocking.check(host, 443)
    own = of("https://www.tracker.example/", allowed=frozenset({"http://stats.other.example:8080"}))
    assert await own.check("www.tracker.example", 443)
    assert await own.check("stats.other.example", 8080, "http")
    with pytest.raises(Refused, match=r"^tracker$"):
        await own.check("tracker.example", 443)


def test_the_list_of_trackers_holds_hosts_and_nothing_that_a_page_shows() -> None:
    hosts = tracker_hosts()
    assert len(hosts) > 50
    assert all(host == canonical_host(host) and "." in host for host in hosts)
    shown = """www.googletagmanager.com fonts.googleapis.com fonts.gstatic.com www.google.com www.gstatic.com
        www.recaptcha.net hcaptcha.com challenges.cloudflare.com cdnjs.cloudflare.com www.youtube.com
        www.youtube-nocookie.com player.vimeo.com maps.googleapis.com cdn.cookielaw.org consent.cookiebot.com
        cc.cdn.civiccomputing.com cdn.quantcast.com connect.facebook.net www.facebook.com platform.twitter.com
        ajax.aspnetcdn.com js.monitor.azure.com cdn.jsdelivr.net unpkg.com code.jquery.com use.typekit.net
        translate.google.com cdn.silktide.com monsido-consent.com app-script.monsido.com browsealoud.com
        reciteme.com www.bing.com www.linkedin.com www.reddit.com www.tiktok.com"""
    for host in shown.split():
        labels = host.split(".")
        assert not hosts & {".".join(labels[at:]) for at in range(len(labels))}, host
