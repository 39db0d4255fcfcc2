"""What a witness answers, request by request (C2SP tlog-witness), and what it keeps."""

import itertools
import json
import os
from base64 import b64encode
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.audit.log.note import read_note
from service.audit.log.note_keys import Kind, SignerKey, verified
from service.audit.log.tree import EMPTY_ROOT
from service.audit.witness.home import Cosigned, Home, HomeTaken, HomeUnusable, LogKnown
from service.audit.witness.judge import add_checkpoint
from service.audit.witness.limits import Limits
from service.audit.witness.page import html, status
from service.audit.witness.request import PROOF_LINES_MAX, write_submission
from tests.service.audit.witness.growing import LOG_KEY, ORIGIN, OTHER_KEY, Growing, witness

LOG = Growing()
FORK = Growing("another", differs_from=5)


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return witness(tmp_path / "w1")


@pytest.fixture
def at_eight(home: Home) -> Home:
    """A witness that cosigned the first eight leaves."""
    assert add_checkpoint(home, LOG.submission(0, 8)).status == 200
    return home


def _last(home: Home) -> Cosigned:
    return home.last(home.logs()[ORIGIN])


def test_a_growing_log_is_cosigned_by_both_keys_and_time_does_not_run_back(home: Home) -> None:
    keys = [key.verifier() for key in home.signers()]
    clock = iter([1_000, 900, 2_000])
    said = []
    for old, new in itertools.pairwise((0, 1, 8, 21)):
        answer = add_checkpoint(home, LOG.submission(old, new), lambda: next(clock))
        assert (answer.status, answer.content.count("\n")) == (200, 2)
        note = read_note(LOG.note(new) + answer.content)
        found = verified(note, keys)
        assert set(found) == set(keys)
        said.append(set(found.values()))
    assert said == [{1_000}, {1_000}, {2_000}]
    kept = read_note(_last(home).note)
    assert set(verified(kept, [LOG_KEY.verifier(), *keys])) == {LOG_KEY.verifier(), *keys}
    # The same again is cosigned again: an answer may have been lost on its way.
    assert add_checkpoint(home, LOG.submission(21, 21)).status == 200
    assert home.count_evidence() == 0


def _body(old: str, proof: list[bytes], note: str) -> bytes:
    lines = "".join(f"{b64encode(one).decode()}\n" for one in proof)
    return f"{old}\n{lines}\n{note}".encode()


_NOTE = LOG.note(12)
MALFORMED: dict[str, bytes] = {
    "nothing": b"",
    "no checkpoint": b"old 8\n",
    "no old size": _body("8", [], _NOTE),
    "a leading zero": _body("old 08", [], _NOTE),
    "a sign": _body("old +8", [], _NOTE),
    "other digits": _body("old ８", [], _NOTE),
    "two spaces": _body("old  8", [], _NOTE),
    "too large a number": _body("old 9223372036854775808", [], _NOTE),
    "carriage returns": LOG.submission(8, 12).replace(b"\n", b"\r\n"),
    "too many proof lines": _body("old 8", [bytes(32)] * (PROOF_LINES_MAX + 1), _NOTE),
    "a short hash": _body("old 8", [bytes(31)], _NOTE),
    "no base64": b"old 8\n???\n\n" + _NOTE.encode(),
    "base64 without padding": b"old 8\n"
    + b64encode(bytes(32)).rstrip(b"=")
    + b"\n\n"
    + _NOTE.encode(),
    "no signature": _body("old 8", [], _NOTE.partition("\n\n")[0] + "\n\n"),
    "no root": _body("old 8", [], f"{ORIGIN}\n12\n\n— {ORIGIN} AAAAAAA=\n"),
    "a control character": _body("old 8", [], _NOTE.replace("12", "12\x00")),
    "not UTF-8": b"old 8\n\n\xff" + _NOTE.encode(),
    "the old size beyond the new": LOG.submission(13, 12),
}


@pytest.mark.parametrize("body", MALFORMED.values(), ids=MALFORMED)
def test_what_is_no_submission_is_400(at_eight: Home, body: bytes) -> None:
    answer = add_checkpoint(at_eight, body)
    assert answer.status == 400, answer.content
    assert _last(at_eight).size == 8


def test_each_refusal_has_its_status_and_changes_nothing(at_eight: Home) -> None:
    before = _last(at_eight)
    proof_of_other = LOG.submission(7, 12).replace(b"old 7", b"old 8", 1)
    stranger = SignerKey("stranger.example", Kind.ED25519, bytes(32))
    cases = [
        (404, "does not know", LOG.submission(8, 12, origin="other.example/log")),
        (403, "No trusted key", LOG.submission(8, 12, OTHER_KEY)),
        (403, "No trusted key", LOG.submission(8, 12, stranger)),
        (403, "does not fit", LOG.submission(8, 12).replace(b"\n12\n", b"\n13\n", 1)),
        # The order of the specification: who does not sign does not hear our size.
        (403, "No trusted key", LOG.submission(3, 12, OTHER_KEY)),
        (409, "8\n", LOG.submission(0, 12)),
        (409, "8\n", LOG.submission(3, 12)),
        (409, "8\n", LOG.submission(9, 12)),
        (409, "8\n", LOG.submission(0, 4)),
        (409, "8\n", write_submission(8, [], FORK.note(8))),
        (422, "does not hold", write_submission(8, [], LOG.note(12))),
        (422, "does not hold", write_submission(8, [bytes(32)] * 3, LOG.note(12))),
        (422, "does not hold", write_submission(8, [bytes(32)], LOG.note(8))),
        (422, "does not hold", proof_of_other),
        (422, "does not hold", FORK.submission(8, 12)),
    ]
    for expected, said, body in cases:
        answer = add_checkpoint(at_eight, body)
        assert (answer.status, said in answer.content) == (expected, True), answer
        assert answer.kind == (
            "text/x.tlog.size" if expected == 409 else "text/plain; charset=utf-8"
        )
    assert _last(at_eight) == before
    # What the log's own key signed and does not fit is kept: it may prove that the log lied.
    kept = [one.read_bytes() for one in (at_eight.path / "evidence").iterdir()]
    assert FORK.submission(8, 12) in kept
    assert write_submission(8, [], FORK.note(8)) in kept
    assert len(kept) == 6
    assert add_checkpoint(at_eight, LOG.submission(8, 12, OTHER_KEY, LOG_KEY)).status == 200


def test_a_first_submission_starts_from_the_empty_tree(home: Home) -> None:
    assert _last(home).root_bytes == EMPTY_ROOT
    assert add_checkpoint(home, LOG.submission(0, 0)).status == 200
    assert add_checkpoint(home, write_submission(0, [bytes(32)], LOG.note(4))).status == 422
    assert add_checkpoint(home, LOG.submission(0, 4)).status == 200


def test_two_sequencers_never_both_get_their_tree_cosigned(home: Home) -> None:
    """Sixteen threads, two histories of one log: of each size at most one tree is cosigned."""
    together, given_out = Barrier(16), []

    def submit(number: int) -> None:
        log = (LOG, FORK)[number % 2]
        together.wait(timeout=60)
        for new in range(6, 26):
            answer = add_checkpoint(home, log.submission(min(_last(home).size, new), new))
            if answer.status == 200:
                given_out.append((new, log.root(new)))
            else:
                assert answer.status in {409, 422}, answer

    with ThreadPoolExecutor(16) as pool:
        list(pool.map(submit, range(16)))
    assert len(dict(given_out)) == len(set(given_out)) > 0
    last = _last(home)
    assert (last.size, last.root_bytes) in given_out
    assert last.size == max(size for size, _ in given_out)
    assert home.count_evidence() > 0


@given(
    st.one_of(
        st.binary(max_size=400),
        st.builds(
            lambda body, at, fresh: body[:at] + fresh + body[at + len(fresh) :],
            st.sampled_from([LOG.submission(0, 8), FORK.submission(6, 9), LOG.submission(8, 40)]),
            st.integers(0, 400),
            st.binary(min_size=1, max_size=8),
        ),
    )
)
def test_no_body_makes_a_witness_fall_over_or_cosign(
    tmp_path_factory: pytest.TempPathFactory, body: bytes
) -> None:
    path = tmp_path_factory.getbasetemp() / "fuzzed"
    home = Home(path) if path.exists() else witness(path)
    before = _last(home)
    answer = add_checkpoint(home, body)
    assert answer.status in {200, 400, 403, 404, 409, 422}
    if answer.status != 200:
        assert _last(home) == before


def test_without_what_it_cosigned_before_a_witness_cosigns_nothing(at_eight: Home) -> None:
    path = next((at_eight.path / "cosigned").glob("*.json"))
    whole = path.read_bytes()
    for content in (b"", whole[:50], b"{}", whole.replace(b'"size": 8', b'"size": "8"')):
        path.write_bytes(content)
        answer = add_checkpoint(at_eight, LOG.submission(0, 12))
        assert (answer.status, "not known" in answer.content) == (503, True), content
    path.unlink()
    assert add_checkpoint(at_eight, LOG.submission(0, 12)).status == 503
    path.write_bytes(whole)
    (at_eight.path / "keys" / "ed25519.seed").write_text("12")
    assert add_checkpoint(at_eight, LOG.submission(8, 12)).status == 503
    (at_eight.path / "witness.json").write_text("{")
    assert add_checkpoint(at_eight, LOG.submission(8, 12)).status == 503
    with pytest.raises(HomeUnusable):
        status(at_eight)


@pytest.mark.parametrize("call", ["open", "fsync", "replace"])
def test_when_the_disk_fails_nothing_is_cosigned(
    at_eight: Home, monkeypatch: pytest.MonkeyPatch, call: str
) -> None:
    def fail(*_: object, **__: object) -> int:
        raise OSError(5, "Input/output error")

    where: object = Path if call == "replace" else os
    monkeypatch.setattr(where, call, fail)
    with pytest.raises(OSError, match="Input/output"):
        add_checkpoint(at_eight, LOG.submission(8, 12))
    monkeypatch.undo()
    assert _last(at_eight).size == 8
    assert not list((at_eight.path / "cosigned").glob(".*"))
    assert add_checkpoint(at_eight, LOG.submission(8, 12)).status == 200


def test_a_log_is_added_once_and_a_key_file_is_its_owners_only(at_eight: Home) -> None:
    with pytest.raises(LogKnown):
        at_eight.add_log(ORIGIN, (OTHER_KEY.verifier(),))
    assert _last(at_eight).size == 8
    for path in (at_eight.path / "keys").iterdir():
        assert path.stat().st_mode & 0o077 == 0
    with pytest.raises(HomeTaken):
        Home.make(at_eight.path, "again.example")
    assert (at_eight.path / "keys").stat().st_mode & 0o077 == 0


def test_what_is_shown_is_what_was_cosigned_and_no_secret(at_eight: Home) -> None:
    at_eight.add_log("<b>&\"'", (OTHER_KEY.verifier(),))
    said = status(at_eight)
    assert [(one["origin"], one["size"]) for one in said["logs"]] == [(ORIGIN, 8), ("<b>&\"'", 0)]
    shown = html(said) + json.dumps(said)
    assert "<b>&" not in html(said)
    for path in (at_eight.path / "keys").iterdir():
        assert path.read_text().strip() not in shown


def test_one_address_may_ask_so_often_and_others_are_not_kept_waiting() -> None:
    now = [0.0]
    limits = Limits(2, 3, lambda: now[0])
    assert [limits.admit("a") for _ in range(4)] == [True, True, True, False]
    assert limits.admit("b")
    now[0] = 0.5
    assert [limits.admit("a"), limits.admit("a")] == [True, False]
    for number in range(5_000):
        limits.admit(f"192.0.2.{number}")
    assert len(limits._buckets) == 4_096
