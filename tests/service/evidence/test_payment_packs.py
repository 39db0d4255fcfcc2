"""One payment's pack: everything about it, nobody else, the same bytes again, and for each kind of state."""

from pathlib import Path

import pytest

from service.audit.actor import Actor
from service.batches.models import Payment
from service.evidence import make
from service.evidence.make import TooManyPacks, make_of_payment
from service.evidence.payment.subject import subject_of
from service.foundation import ids
from service.foundation.problems import NotFound
from service.residents.record.revealing import RevealReasonMissing
from service.web.filters import masked_name
from tests.service.evidence.packs import of_others, opened, outside, pack, said, seen
from tests.service.reconciliation.answers import Sent, issue_again


def test_a_pack_follows_the_money_and_is_the_same_again(booked: Sent, tmp_path: Path) -> None:
    came_back = booked.lines()[0]
    made = pack(booked.session, came_back)
    told = said(made.content)
    assert told["payment"]["state"] == "returned"
    assert told["payment"]["payee"] == masked_name(came_back.payee_name)
    assert told["amount"]["parts"] == [{"what": "decided", "fen": 10_002}]
    assert [one["act"] for one in told["approval"]["acts"]] == ["submitted", "approved", "signed"]
    assert [one["sha256"] for one in told["bank"]["files"]] == [booked.file().sha256]
    assert [one["said"] for one in told["answers"]["replies"]] == ["paid"]
    assert [one["about"] for one in told["answers"]["statements"]] == ["file", "payment"]
    assert sorted(one["event"] for one in told["ledger"]) == [
        "batch.committed", "file.sent", "payment.returned", "reply.paid", "reply.rejected",
        "statement.debited", "statement.returned",
    ]  # fmt: skip
    assert all(sum(side["fen"] for side in one["postings"]) == 0 for one in told["ledger"])
    assert told["trail"]["entries"] > 5
    assert told["trail"]["waiting"] == 0
    path = tmp_path / "pack.zip"
    path.write_bytes(made.content)
    code, words = outside(path)
    assert code == 0, words
    assert "核验通过" in words
    assert "This pack verifies" in words
    assert "Name and account are masked" in words
    again = pack(booked.session, came_back)
    assert again == made, "making a pack changes nothing that a pack is made of"
    other = pack(booked.session, booked.lines("ccb")[0])
    assert other.digest != made.digest


@pytest.mark.parametrize("code", ["rural", "ccb"])
def test_nobody_else_is_in_a_pack(booked: Sent, code: str) -> None:
    line = booked.lines(code)[2]
    others = of_others(booked.session, line)
    assert len(others) > 8
    whole = pack(booked.session, line, whole=True)
    assert seen(whole.content, others) == set()
    own = {line.payee_name or "", said(whole.content)["payment"]["account"]["number"]}
    assert seen(whole.content, own) == own
    (cut,) = (one for name, one in opened(whole.content).items() if name == "bank/line-1.bin")
    assert line.reference.encode() in cut
    masked = pack(booked.session, line)
    assert seen(masked.content, others | own) == set()
    assert not {name for name in opened(masked.content) if name.startswith("bank/")}
    assert "line.json" not in "".join(opened(masked.content))


def test_a_line_that_was_issued_again_leads_to_the_other_one(booked: Sent) -> None:
    came_back = booked.lines()[0]
    again = issue_again(booked, came_back)
    (other,) = [one for one in again.lines() if one.replaces_id == came_back.id]
    first, second = (
        said(pack(booked.session, came_back).content),
        said(pack(booked.session, other).content),
    )
    assert first["payment"]["state"] == "reissued"
    (link,) = first["linked"]["lines"]
    assert (link["how"], link["reference"]) == ("pays_this_again", other.reference)
    assert second["payment"]["pays_again"] == came_back.reference
    assert [one["how"] for one in second["linked"]["lines"]] == ["paid_again_by_this"]
    assert second["trail"]["waiting"] > 0, "what the log has not taken yet is counted"


def test_who_may_have_how_many_and_what_for(booked: Sent, monkeypatch: pytest.MonkeyPatch) -> None:
    line: Payment = booked.lines()[1]
    officer = Actor(kind="officer", id=str(ids.uuid7()))
    about = subject_of(booked.session, line.reference.lower(), whole=True)
    with pytest.raises(RevealReasonMissing):
        make_of_payment(booked.session, about, by=officer, reason=" ")
    monkeypatch.setattr(make, "AN_HOUR_MAX", 2)
    for _ in range(2):
        make_of_payment(booked.session, about, by=officer, reason="复核退汇")
    with pytest.raises(TooManyPacks):
        make_of_payment(booked.session, about, by=officer, reason="复核退汇")
    for wrong in ("", "0000000000082", "x" * 13, "ZZZZZZZZZZZZ" + "0"):
        with pytest.raises(NotFound):
            subject_of(booked.session, wrong, whole=False)
