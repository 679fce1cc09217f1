"""Tables of addresses that may be connected to, and of those that may not."""

from __future__ import annotations

from ipaddress import ip_address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.sources.web.addresses import PUBLIC, is_public

PUBLIC_ONES = """
1.1.1.1 8.8.8.8 9.9.9.9 93.184.215.14 99.255.255.255 100.63.255.255 100.128.0.0 126.255.255.255 128.0.0.1
140.82.112.3 168.63.129.15 168.63.129.17 169.253.255.255 169.255.0.0 172.15.255.255 172.32.0.0 185.199.108.153
192.0.1.1 192.167.255.255 192.169.0.0 198.17.255.255 198.20.0.0 203.0.112.255 203.0.114.0 223.255.255.255
2001:4860:4860::8888 2400:cb00::1 2606:4700:4700::1111 2620:fe::fe 2a00:1450:4001::1 2c0f:fb50::1
::ffff:8.8.8.8 64:ff9b::8.8.8.8 ::ffff:168.63.129.17 64:ff9b::168.63.129.17
""".split()  # noqa: SIM905
OTHERS = """
0.0.0.0 0.1.2.3 0.255.255.255 10.0.0.1 10.255.255.255 100.64.0.1 100.127.255.255 127.0.0.1 127.1.2.3 127.255.255.255
168.63.129.16 169.254.0.1 169.254.169.254 169.254.170.2 172.16.0.1 172.31.255.255 192.0.0.1 192.0.0.8 192.0.0.170
192.0.0.192 192.0.2.1 192.31.196.1 192.52.193.1 192.88.99.1 192.168.0.1 192.168.255.255 192.175.48.1 198.18.0.1
198.19.255.255 198.51.100.1 203.0.113.1 224.0.0.1 239.255.255.250 240.0.0.1 255.255.255.255 100.100.100.200
:: ::1 ::2 ::127.0.0.1 ::169.254.169.254 ::8.8.8.8 ::ffff:0:0 ::ffff:127.0.0.1 ::ffff:10.0.0.1 ::ffff:169.254.169.254
::ffff:168.63.129.16 ::ffff:0:8.8.8.8 64:ff9b::127.0.0.1 64:ff9b::169.254.169.254 64:ff9b::10.0.0.1 64:ff9b:1::1
64:ff9b:1::8.8.8.8 100::1 100:0:0:1::1 2001::1 2001:0:808:808::1 2001:2::1 2001:10::1 2001:20::1 2001:db8::1
2002:7f00:1::1 2002:a9fe:a9fe::1 2002:808:808::1 2620:4f:8000::1 3fff::1 3fff:fff::1 4000::1 5f00::1 fc00::1
fd00:ec2::254 fd12:3456::1 fe80::1 fe80::a9fe:a9fe febf::1 fec0::1 feff::1 ff02::1 ff0e::1 fe80::1%eth0
2606:4700:4700::1111%eth0 ::1%1
""".split()  # noqa: SIM905


@pytest.mark.parametrize("address", PUBLIC_ONES)
def test_addresses_of_the_public_are_public(address: str) -> None:
    assert is_public(ip_address(address))


@pytest.mark.parametrize("address", OTHERS)
def test_all_other_addresses_are_not(address: str) -> None:
    assert not is_public(ip_address(address))


@given(st.ip_addresses())
def test_what_python_calls_not_global_is_never_public_but_for_ipv4_within_ipv6(address: object) -> None:
    parsed = ip_address(str(address))
    if is_public(parsed) and parsed not in _MAPPED:
        assert parsed.is_global
        assert not parsed.is_multicast


@given(st.ip_addresses(v=4))
def test_an_ipv4_address_within_an_ipv6_one_counts_as_itself(address: object) -> None:
    inner = ip_address(str(address))
    for prefix in ("::ffff:", "64:ff9b::"):
        assert is_public(ip_address(f"{prefix}{inner}")) == is_public(inner)
    assert not is_public(ip_address(f"::{inner}"))


class _Mapped:
    def __contains__(self, address: object) -> bool:
        return str(address).startswith(("::ffff:", "64:ff9b::"))


_MAPPED = _Mapped()


@pytest.mark.parametrize(
    ("host", "port", "allowed"),
    [
        ("8.8.8.8", 443, True),
        ("8.8.8.8", 80, True),
        ("8.8.8.8", 22, False),
        ("8.8.8.8", 8080, False),
        ("127.0.0.1", 443, False),
        ("example.org", 443, False),
        ("134744072", 443, False),
        ("8.8.8.010", 443, False),
        ("8.8", 443, False),
        ("", 443, False),
    ],
)
def test_only_written_addresses_and_the_ports_of_the_web_are_in_reach(host: str, port: int, allowed: bool) -> None:
    assert PUBLIC.allows(host, port) is allowed
