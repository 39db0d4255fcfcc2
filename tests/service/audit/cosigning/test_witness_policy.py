"""What a policy file says, whose cosignatures are enough, and where nobody is asked."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.audit.cosigning.address import AddressRefused, allowed, door_of
from service.audit.cosigning.policy import PolicyUnusable, read_policy
from service.audit.log.note_keys import Kind, SignerKey


def _vkey(name: str, seed: int, kind: Kind = Kind.ML_DSA_44_COSIGNATURE) -> str:
    return SignerKey(name, kind, bytes([seed]) * 32).verifier().vkey()


KEYS = [_vkey(f"w{seed}.example", seed) for seed in range(1, 6)]
ED = _vkey("w1.example", 9, Kind.ED25519_COSIGNATURE)
LOG = _vkey("log.example", 1, Kind.ED25519)
FIVE = "".join(f"witness w{at} {key} https://w{at}.example/\n" for at, key in enumerate(KEYS, 1))
GROUPED = (
    f"# Two of the county's three, and one of the province's two.\n\nlog {LOG} https://log.example/\n"
    f"{FIVE}\tgroup county 2 w1 w2 w3\ngroup province any w4 w5\n"
    "group both all county province\nquorum both\n"
)


def _read(tmp_path: Path, text: str | bytes, *, loopback: bool = False) -> object:
    path = tmp_path / "policy"
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return read_policy(path, loopback=loopback)


def test_groups_of_groups_say_which_cosignatures_are_enough(tmp_path: Path) -> None:
    path = tmp_path / "policy"
    path.write_text(GROUPED)
    policy = read_policy(path, loopback=False)
    assert len(policy.witnesses) == len(policy.keys) == 5
    enough = [{"w1", "w2", "w4"}, {"w2", "w3", "w5"}, {"w1", "w2", "w3", "w4", "w5"}]
    assert all(policy.met(one) for one in enough)
    short = [set(), {"w1", "w2"}, {"w4", "w5"}, {"w1", "w4"}, {"w1", "w4", "w5"}, {"x", "w1"}]
    assert not any(policy.met(one) for one in short)
    path.write_text("quorum none\n")
    assert read_policy(path, loopback=False).met(set())
    path.write_text(f"witness w1 {ED} https://w1.example:8760/a/b\nquorum w1")
    one = read_policy(path, loopback=False)
    assert (one.met({"w1"}), one.met(set())) == (True, False)
    door = one.witnesses["w1"].door
    assert (door.host, door.port, door.path, door.tls) == ("w1.example", 8760, "/a/b", True)


WRONG = {
    "no quorum": (0, FIVE),
    "two quorums": (7, FIVE + "quorum w1\nquorum w2\n"),
    "a quorum nobody defined": (1, "quorum w1\n" + FIVE),
    "a word that is none": (1, "witnesses w1\n"),
    "a witness without an address": (1, f"witness w1 {KEYS[0]}\n"),
    "a witness called none": (1, f"witness none {KEYS[0]} https://w.example/\n"),
    "a name taken": (6, FIVE + f"witness w1 {_vkey('x', 7)} https://x.example/\n"),
    "one key twice": (6, FIVE + f"witness w6 {KEYS[0]} https://x.example/\n"),
    "a log's key": (1, f"witness w1 {LOG} https://x.example/\n"),
    "no key": (1, "witness w1 w1.example+00000000+AAAA https://x.example/\n"),
    "a threshold of none": (6, FIVE + "group g 0 w1\n"),
    "a threshold beyond the members": (6, FIVE + "group g 3 w1 w2\n"),
    "a threshold with a zero": (6, FIVE + "group g 01 w1\n"),
    "other digits": (6, FIVE + "group g １ w1\n"),
    "no members": (6, FIVE + "group g all\n"),
    "a member nobody defined": (6, FIVE + "group g all w1 w9\n"),
    "a member twice": (6, FIVE + "group g all w1 w1\n"),
    "a member of two groups": (7, FIVE + "group g all w1\ngroup h all w1 w2\n"),
    "plain http": (1, f"witness w1 {KEYS[0]} http://w1.example/\n"),
    "plain http to this machine": (1, f"witness w1 {KEYS[0]} http://127.0.0.1:8/\n"),
    "a user": (1, f"witness w1 {KEYS[0]} https://a:b@w1.example/\n"),
    "a query": (1, f"witness w1 {KEYS[0]} https://w1.example/?a=b\n"),
    "another scheme": (1, f"witness w1 {KEYS[0]} file:///etc/passwd\n"),
}


@pytest.mark.parametrize(("line", "text"), WRONG.values(), ids=WRONG)
def test_a_policy_that_cannot_be_meant_is_refused_with_its_line(
    tmp_path: Path, line: int, text: str
) -> None:
    with pytest.raises(PolicyUnusable) as refused:
        _read(tmp_path, text)
    assert refused.value.members["line"] == line
    assert refused.value.say("zh") != refused.value.say("en")


@given(st.one_of(st.text(), st.binary()))
def test_nothing_else_comes_of_any_file(
    tmp_path_factory: pytest.TempPathFactory, text: str | bytes
) -> None:
    if isinstance(text, str):
        text = text.encode("utf-8", "replace")
    try:
        _read(tmp_path_factory.getbasetemp(), text)
    except PolicyUnusable:
        return


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(PolicyUnusable, match="cannot be read"):
        read_policy(tmp_path / "none", loopback=False)


def test_witnesses_are_never_secrets_of_this_machine() -> None:
    for address in (
        "127.0.0.1", "::1", "::ffff:127.0.0.1", "0.0.0.1", "::", "169.254.169.254", "fe80::1%eth0",
        "100.100.100.200", "fd00:ec2::254", "224.0.0.1", "240.0.0.1", "2002:7f00:1::",
    ):  # fmt: skip
        assert not allowed(address), address
    for address in ("10.1.2.3", "192.168.1.1", "203.0.113.7", "2001:db8::1", "fd12::1"):
        assert allowed(address), address
    assert allowed("127.0.0.1", loopback=True)
    assert door_of("http://127.0.0.1:8760/", loopback=True).tls is False
    with pytest.raises(AddressRefused):
        door_of("http://10.1.2.3/", loopback=True)
