"""Carried files on pages and for programs: what a clerk did is said, proved and confirmed by another."""

import hashlib
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from service.audit.actor import SYSTEM
from service.audit.moves import move
from service.batches.models import Batch
from service.dispatch import queries
from service.dispatch.by_hand.models import DeliveryProof, HandDelivery
from service.dispatch.channels import transport
from service.dispatch.models import BankFile
from service.dispatch.recall.models import Recall
from service.dispatch.resolve import resolve
from service.dispatch.sent import mark_sent
from service.foundation import clock
from service.ledger.models import BankChannel
from service.reconciliation.models import InboundFile
from service.reconciliation.reply import receive_reply
from tests.factories.banks import DEBIT_ACCOUNTS, OPENING_FEN
from tests.factories.batches import county_batch, signed
from tests.factories.carried_town import folder_channel
from tests.factories.officers import staff
from tests.service.reconciliation.answers import Sent, entry, statement
from tests.service.web.browsing import PASSWORD, MakeOfficer, SignInAs

pytestmark = pytest.mark.usefixtures("made")
SCAN = b"%PDF-1.7 the receipt"


@pytest.fixture
def file(session: Session, tmp_path: Path) -> BankFile:
    """A file that was laid out for a clerk an hour ago; of the batch's other one nothing is said."""
    bank = folder_channel(tmp_path)
    batch = county_batch(session)
    signed(session, batch)
    (found,) = (one for one in queries.of_batch(session, batch) if one.channel_id == bank.id)
    found.intent_at = clock.now() - timedelta(hours=1)
    move(session, found, "sending", by=SYSTEM)
    transport(bank).deliver(found.file_name, queries.content(found))
    move(session, found, "unknown", by=SYSTEM)
    mark_sent(session, found)
    return found


def hour(ago: timedelta = timedelta(minutes=10)) -> str:
    """Return an hour as it stands on a receipt."""
    return f"{clock.civil(clock.now() - ago):%Y-%m-%d %H:%M}"


def form(**changes: str) -> dict[str, str]:
    """Return what an officer writes of a delivery."""
    return {"receipt_no": "HD-20261127-8", "receipt_at": hour(), "remark": "", **changes}


def proof(content: bytes = SCAN, name: str = "../回单 8.pdf") -> dict[str, tuple[str, bytes]]:
    """Return what is uploaded with it."""
    return {"proof": (name, content)}


def test_said_with_a_receipt_refused_when_unclear_and_confirmed_by_another(
    session: Session, sign_in_as: SignInAs, make_officer: MakeOfficer, file: BankFile
) -> None:
    first, second = sign_in_as("signer"), sign_in_as("reconciler")
    here = f"/dispatch/{file.id}"
    shown = first.get(here).text
    assert "待人工送达" in shown
    assert "文件完整地存放在待送目录中" in shown
    assert "重新发送" not in shown, "what a clerk carries is taken back first"
    assert "待人工送往银行的文件" in first.get("/").text
    say = f"/dispatch/delivered/{file.id}"
    for data, files, sentence in (
        (form(receipt_no="8"), proof(), "请填写银行回单编号"),
        (form(receipt_at="昨天"), proof(), "格式填写回单日期和时间"),
        (form(receipt_at=hour(timedelta(hours=3))), proof(), "格式填写回单日期和时间"),
        (form(receipt_at=hour(timedelta(hours=-3))), proof(), "格式填写回单日期和时间"),
        (form(), {}, "请选择回单扫描件"),
        (form(), proof(b""), "请选择回单扫描件"),
        (form(), proof(b"MZ\x00\x01 a program"), "请选择回单扫描件"),
        (form(), proof(b"%PDF-" + b"x" * (10 * 1024 * 1024)), "请选择回单扫描件"),
    ):
        told = first.submit(say, data, files=files, shown_at=here)
        assert (told.status_code, sentence in told.text) == (422, True), sentence
        assert data["receipt_no"] in told.text, "what was written is kept"
    assert first.submit(say, form(), files=proof(), shown_at=here).status_code == 303
    asked = session.scalars(select(HandDelivery)).one()
    assert "已申报送达" in first.get(here).text
    twice = first.post(f"/api{say}", data=form(), files=proof())
    assert (twice.status_code, twice.json()["code"]) == (409, "hand_delivery_decided")

    # Who said it sees no button to confirm it, and is refused behind the page too.
    confirm = f"/dispatch/by-hand/{asked.id}/confirm"
    assert confirm not in first.get(here).text
    own = first.post(f"/api/dispatch/by-hand/{asked.id}/confirm")
    assert (own.status_code, own.json()["code"]) == (409, "hand_delivery_another_officer")
    assert "人工送达申报待确认" in second.get("/").text
    kept = second.get(f"/dispatch/by-hand/{asked.id}/proof")
    assert (kept.content, kept.headers["content-type"]) == (SCAN, "application/octet-stream")
    assert "attachment" in kept.headers["content-disposition"]
    assert second.submit(confirm, shown_at=here).status_code == 303
    session.refresh(file)
    assert file.state == "delivered"
    assert file.executes_on is not None
    assert file.executes_on >= file.execution_date
    assert "人工送达已确认" in second.get(here).text
    again = second.post(f"/api/dispatch/by-hand/{asked.id}/confirm")
    assert (again.status_code, again.json()["code"]) == (409, "hand_delivery_decided")
    stored = session.scalars(select(DeliveryProof)).one()
    assert stored.sha256 == asked.proof_sha256 == hashlib.sha256(SCAN).hexdigest()
    assert "/" not in stored.file_name
    for edit in (
        "UPDATE hand_deliveries SET receipt_no = 'another'",
        "UPDATE delivery_proofs SET sha256 = 'another'",
        "UPDATE delivery_proofs SET content_sealed = content_sealed || '\\x00'::bytea",
        "DELETE FROM hand_deliveries",
    ):
        with pytest.raises(DBAPIError), session.begin_nested():
            session.execute(text(edit))


def test_programs_take_back_what_nobody_answered_and_lay_it_out_again(
    session: Session, sign_in_as: SignInAs, file: BankFile, tmp_path: Path
) -> None:
    first, second, reader = sign_in_as("signer"), sign_in_as("reconciler"), sign_in_as("auditor")
    (listed,) = reader.get("/api/dispatch/by-hand").json()
    assert (listed["file_name"], listed["sha256"]) == (file.file_name, file.sha256)
    assert (listed["asked"], listed["taken_back"]) == (None, False)
    back = f"/api/dispatch/take-back/{file.id}"
    assert reader.post(back, json={"reason": "x"}).status_code == 403
    assert "未送达" not in reader.get(f"/dispatch/{file.id}").text
    assert first.post(back, json={"reason": " "}).json()["code"] == "reason_missing"
    asked = first.post(back, json={"reason": "停电，未去银行"}).json()
    assert (asked["said"], asked["state"]) == ("not_delivered", "asked")
    refused = second.post(f"/api/dispatch/by-hand/{asked['id']}/refuse").json()
    assert refused["state"] == "withdrawn"
    assert "未收回" in first.get(f"/dispatch/{file.id}").text

    asked = first.post(back, json={"reason": "停电，未去银行"}).json()
    # The folder is not there at this moment: nothing is believed of it.
    (tmp_path / "outgoing").rename(tmp_path / "away")
    said = second.post(f"/api/dispatch/by-hand/{asked['id']}/confirm")
    assert (said.status_code, said.json()["code"]) == (502, "clerks_folder_silent")
    assert "目前无法查看交换目录" in second.get(f"/dispatch/{file.id}").text
    (tmp_path / "away").rename(tmp_path / "outgoing")
    # An answer lies there that nobody has read yet.
    early = tmp_path / "incoming" / f"{file.file_reference}.pain002.xml"
    early.write_bytes(b"<half an answer")
    said = second.post(f"/api/dispatch/by-hand/{asked['id']}/confirm")
    assert (said.status_code, said.json()["code"]) == (409, "carried_file_answered")
    early.unlink()
    said = second.post(f"/api/dispatch/by-hand/{asked['id']}/confirm")
    assert said.json()["state"] == "confirmed"
    session.refresh(file)
    assert (file.state, file.resends) == ("prepared", 1)
    assert list((tmp_path / "outgoing").iterdir()) == []
    assert "已收回的银行文件" in first.get("/").text
    assert reader.get("/api/dispatch/by-hand").json()[0]["taken_back"] is True
    again = first.submit(f"/dispatch/{file.id}/lay-out", shown_at=f"/dispatch/{file.id}")
    assert again.status_code == 303


def test_what_the_bank_spoke_of_is_not_taken_back_and_an_answer_proves_delivery(
    session: Session, sign_in_as: SignInAs, file: BankFile
) -> None:
    browser = sign_in_as("signer")
    bank = session.get_one(BankChannel, file.channel_id)
    by = SYSTEM
    # Nobody can read it, but it bears the file's name.
    name = f"{file.file_reference}.pain002.xml"
    broken = receive_reply(session, bank, name, b"<Document><half", by=by)
    assert (broken.state, file.state) == ("quarantined", "unknown")
    assert file.heard_at is not None
    back = browser.post(f"/api/dispatch/take-back/{file.id}", json={"reason": "没送"})
    assert (back.status_code, back.json()["code"]) == (409, "carried_file_answered")
    said = Sent(session, session.get_one(Batch, file.batch_id), staff())
    assert said.reply(said.told("ACSC")).state == "applied"
    assert file.state == "answered"
    assert session.scalars(
        select(InboundFile.bank_file_id).where(InboundFile.state == "applied")
    ).all() == [file.id]
    told = browser.post(f"/api/dispatch/take-back/{file.id}", json={"reason": "没送"})
    assert told.json()["code"] == "not_carried"


def test_a_booking_on_the_statement_proves_delivery_too(session: Session, file: BankFile) -> None:
    said = Sent(session, session.get_one(Batch, file.batch_id), staff())
    names = f"<Refs><PmtInfId>{file.file_reference}</PmtInfId></Refs>"
    booked = entry(file.amount_fen, "DBIT", f"<NtryDtls><TxDtls>{names}</TxDtls></NtryDtls>")
    content = statement(
        DEBIT_ACCOUNTS["rural"], [booked],
        opening_fen=OPENING_FEN, closing_fen=OPENING_FEN - file.amount_fen,
    )  # fmt: skip
    assert said.statement(content).state == "applied"
    assert file.state == "delivered"
    assert file.heard_at is not None


def test_a_lost_worker_leaves_it_to_the_officers_and_a_recall_goes_by_letter(
    session: Session,
    sign_in_as: SignInAs,
    make_officer: MakeOfficer,
    file: BankFile,
    tmp_path: Path,
) -> None:
    resolve(session, str(file.id))
    assert file.state == "unknown", "that it lies there is no news of the bank"
    (tmp_path / "outgoing" / file.file_name).unlink()
    resolve(session, str(file.id))
    assert file.state == "unknown"
    browser, second = sign_in_as("reconciler"), make_officer("signer")
    assert "已不在待送目录" in browser.get(f"/dispatch/{file.id}").text
    asked = browser.submit(
        f"/dispatch/{file.id}/recall",
        {"which": "whole", "reason_code": "UPAY", "reason": "误发", "references": "",
         "username": second.username, "password": PASSWORD},
    )  # fmt: skip
    assert asked.status_code == 303
    assert session.scalars(select(Recall)).one().state == "letter"
