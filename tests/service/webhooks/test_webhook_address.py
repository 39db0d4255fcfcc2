"""Nothing inside the network is knocked at, however its address is written or resolved."""

import ipaddress
import socket

import pytest

from service.foundation.settings import settings
from service.webhooks import address
from service.webhooks.address import addresses, is_allowed, target
from service.webhooks.problems import WebhookAddressRefused


@pytest.fixture
def production(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(address, "_is_demo", lambda: False)


@pytest.mark.parametrize("number", [
    "127.0.0.1", "127.255.255.254", "0.0.0.1", "10.0.0.1", "172.16.0.1", "192.168.1.1", "100.64.0.1",
    "169.254.169.254", "224.0.0.1", "240.0.0.1", "255.255.255.255", "192.0.2.1", "198.18.0.1",
    "::", "::1", "fe80::1", "fc00::1", "ff02::1", "2001:db8::1", "::ffff:127.0.0.1",
    "::ffff:10.0.0.1", "64:ff9b::7f00:1", "64:ff9b::a9fe:a9fe", "2002:7f00:1::", "2002:a00:1::",
])  # fmt: skip
def test_addresses_inside_are_never_sent_to(production: None, number: str) -> None:
    assert not is_allowed(ipaddress.ip_address(number))


@pytest.mark.parametrize("number", ["8.8.8.8", "223.5.5.5", "2400:3200::1", "64:ff9b::808:808"])
def test_public_addresses_are(production: None, number: str) -> None:
    assert is_allowed(ipaddress.ip_address(number))
    assert not is_allowed(ipaddress.ip_address(number), "http")


def test_a_countys_own_network_is_named_by_the_operator(
    production: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ANXIN_WEBHOOK_NETWORKS", "10.20.0.0/16 127.0.0.0/8 169.254.0.0/16")
    settings.cache_clear()
    allowed = {
        one: is_allowed(ipaddress.ip_address(one))
        for one in ("10.20.3.4", "10.21.0.1", "127.0.0.1", "169.254.169.254")
    }
    monkeypatch.undo()
    settings.cache_clear()
    assert allowed == {
        "10.20.3.4": True, "10.21.0.1": False, "127.0.0.1": False, "169.254.169.254": False,
    }  # fmt: skip


@pytest.mark.parametrize("url", [
    "", "pay.example.cn", "ftp://pay.example.cn/", "http://pay.example.cn/", "https://",
    "https://user:secret@pay.example.cn/", "https://pay.example.cn/#part", "https://pay.example.cn:port/",
    "https://pay.example.cn/\r\nhost: other", "https://pay.example.cn\\@10.0.0.1/",
    "https://支付.example.cn/", "https://[::1/", "https://pay.example.cn/" + "x" * 500,
    "file:///etc/passwd", "gopher://pay.example.cn/",
])  # fmt: skip
def test_what_is_no_plain_https_address_is_refused(production: None, url: str) -> None:
    with pytest.raises(WebhookAddressRefused):
        target(url)


@pytest.mark.parametrize("host", [
    "localhost", "127.1", "0x7f000001", "2130706433", "017700000001", "[::1]", "[::ffff:127.0.0.1]",
])  # fmt: skip
def test_another_way_of_writing_this_machine_is_still_this_machine(
    production: None, host: str
) -> None:
    with pytest.raises((WebhookAddressRefused, OSError)):
        addresses(target(f"https://{host}/events"))


def test_a_name_with_one_address_inside_is_refused_whole(
    production: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    answers = [(0, 0, 0, "", (one, 443)) for one in ("223.5.5.5", "10.0.0.1")]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: answers)
    with pytest.raises(WebhookAddressRefused):
        addresses(target("https://pay.example.cn/"))


def test_the_demo_may_send_to_its_own_machine_and_to_no_neighbour() -> None:
    assert addresses(target("http://localhost:8080/x"))
    with pytest.raises(WebhookAddressRefused):
        addresses(target("http://10.0.0.1/x"))
    with pytest.raises(WebhookAddressRefused):
        addresses(target("https://192.168.1.1/x"))
