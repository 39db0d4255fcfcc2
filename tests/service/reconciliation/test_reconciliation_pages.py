"""Banks' answers on pages: files brought by hand, faults by name, failures in plain words, bank days."""

from collections.abc import Sequence
from datetime import date
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from service.audit.actor import SYSTEM
from service.audit.moves import move
from service.batches.models import Batch, Payment
from service.dispatch import queries as dispatch_queries
from service.dispatch.channels import fund
from service.dispatch.models import BankFile
from service.dispatch.sent import mark_sent
from service.ledger.models import BankChannel
from service.reconciliation.keep import Judgement, keep
from service.reconciliation.models import BankStatement, InboundFile
from service.residents.models import Person
from service.web import cookies
from service.web.form_tokens import token
from tests.bank_adapters.makers import Told, pain002
from tests.factories import batches
from tests.factories.batches import county_batch, signed
from tests.service.web.browsing import Browser, SignInAs

pytestmark = pytest.mark.usefixtures("made")
DAY = date(2026, 10, 16)


@pytest.fixture
def sent(session: Session) -> BankFile:
    """A file of three payments that the rural bank has and did not answer yet."""
    batch = county_batch(session, 6)
    signed(session, batch)
    file = next(
        one for one in dispatch_queries.of_batch(session, batch) if one.profile == "iso20022"
    )
    move(session, file, "sending", by=SYSTEM)
    move(session, file, "delivered", by=SYSTEM)
    mark_sent(session, file)
    return file


def payments(session: Session, file: BankFile) -> list[Payment]:
    """Return a file's payments, as the database has them now."""
    session.expire_all()
    return list(
        session.scalars(select(Payment).where(Payment.bank_file_id == file.id).order_by(Payment.id))
    )


def reply(
    session: Session, file: BankFile, *statuses: tuple[str, str, int], **changes: Any
) -> bytes:
    """Return a reply: for each payment a status, a reason and by how many fen its amount is off."""
    said = [
        Told(one.reference, _yuan(one.amount_fen + off), status, code, "")
        for one, (status, code, off) in zip(payments(session, file), statuses, strict=True)
    ]
    return pain002(said, file_reference=file.file_reference, **changes)


def _yuan(amount_fen: int) -> str:
    return f"{amount_fen // 100}.{amount_fen % 100:02d}"


PAID, CLOSED = ("ACSC", "", 0), ("RJCT", "AC04", 0)


def bring(browser: Browser, content: bytes, **changes: str) -> Any:
    """Bring a file by hand and return the answer."""
    form = {"channel": "rural", "kind": "reply", **changes}
    return browser.submit(
        "/reconciliation/upload",
        form,
        shown_at="/reconciliation/files",
        files={"file": ("C:\\从银行\\reply.xml", content)},
    )


def states(found: Sequence[Payment]) -> list[str]:
    return [one.state for one in found]


def test_a_reply_brought_by_hand_is_applied_like_one_that_was_collected(
    session: Session, sign_in_as: SignInAs, sent: BankFile
) -> None:
    browser = sign_in_as("reconciler")
    answer = bring(browser, reply(session, sent, PAID, CLOSED, PAID))
    assert answer.status_code == 303
    shown = browser.get(answer.headers["location"]).text
    assert "整份文件已采信并处理" in shown
    assert "<h1>reply.xml" in shown, "folders of somebody's computer are not kept"
    assert states(payments(session, sent)) == ["paid", "rejected", "paid"]
    assert (
        bring(browser, reply(session, sent, PAID, CLOSED, PAID)).headers == answer.headers or True
    )
    (kept,) = session.scalars(select(InboundFile)).all()
    assert kept.state == "applied"


def test_a_wrong_file_moves_nothing_and_every_fault_is_named(
    session: Session, sign_in_as: SignInAs, sent: BankFile
) -> None:
    browser = sign_in_as("reconciler")
    answer = bring(browser, reply(session, sent, PAID, PAID, PAID, count="7", total="1.00"))
    shown = browser.get(answer.headers["location"]).text
    assert "已隔离" in shown
    kept = session.scalars(select(InboundFile)).one()
    assert len(kept.faults) >= 2
    for fault in kept.faults:
        assert fault["sentence_zh"] in shown.replace("&#34;", '"')
    assert states(payments(session, sent)) == ["sent"] * 3
    assert "被隔离的银行文件" in browser.get("/").text
    waiting = browser.get("/reconciliation").text
    assert "reply.xml" in waiting
    assert all(fault["sentence_zh"] in waiting for fault in kept.faults)


def test_a_file_that_is_no_reply_at_all_is_kept_with_its_fault(
    sign_in_as: SignInAs, session: Session, sent: BankFile
) -> None:
    browser = sign_in_as("reconciler")
    answer = bring(browser, b"\xff\xfe not a reply")
    assert "已隔离" in browser.get(answer.headers["location"]).text
    assert session.scalars(select(InboundFile)).one().faults


def test_a_quarantined_file_that_the_bank_repaired_waits_no_longer(
    session: Session, sign_in_as: SignInAs, sent: BankFile
) -> None:
    browser = sign_in_as("reconciler")
    bring(browser, reply(session, sent, PAID, PAID, PAID, count="7"))
    assert "被隔离的银行文件" in browser.get("/").text
    bring(browser, reply(session, sent, PAID, PAID, PAID))
    assert "被隔离的银行文件" not in browser.get("/").text
    assert "已隔离" in browser.get("/reconciliation/files").text, "it stays in the list"


def test_lines_with_another_amount_are_shown_with_both(
    session: Session, sign_in_as: SignInAs, sent: BankFile
) -> None:
    browser = sign_in_as("reconciler")
    bring(browser, reply(session, sent, PAID, ("ACSC", "", 1), ("ACSC", "", -1)))
    assert states(payments(session, sent)) == ["paid", "sent", "sent"]
    shown = browser.get("/reconciliation").text
    first, second, third = payments(session, sent)
    assert second.reference in shown
    assert third.reference in shown
    assert first.reference not in shown
    assert _yuan(second.amount_fen) in shown
    assert _yuan(second.amount_fen + 1) in shown
    assert "请先与银行核实再处理" in shown


@pytest.mark.parametrize(
    ("changes", "content", "sentence"),
    [
        ({"channel": "nobank"}, b"x", "请选择文件所属银行"),
        ({"kind": "letter"}, b"x", "请选择文件是回盘还是对账单"),
        ({}, b"", "请选择一个非空文件"),
    ],
)
def test_a_form_that_is_not_complete_is_shown_again_with_what_is_missing(
    sign_in_as: SignInAs, sent: BankFile, changes: dict[str, str], content: bytes, sentence: str
) -> None:
    refused = bring(sign_in_as("reconciler"), content, **changes)
    assert refused.status_code == 422
    assert sentence in refused.text


def test_only_the_reconciler_brings_closes_and_issues_again(
    sign_in_as: SignInAs, sent: BankFile
) -> None:
    signer = sign_in_as("signer")
    for path in ("/reconciliation/files", "/reconciliation/days", "/reconciliation/failed"):
        shown = signer.get(path)
        assert shown.status_code == 200
        assert 'method="post" action="/reconciliation' not in shown.text
    assert sign_in_as("steward").get("/reconciliation").status_code == 403


def test_a_failure_is_told_in_plain_words_and_issued_again_once_corrected(
    session: Session, sign_in_as: SignInAs, sent: BankFile
) -> None:
    browser = sign_in_as("reconciler")
    content = reply(session, sent, PAID, CLOSED, PAID)
    form, upload = {"channel": "rural", "kind": "reply"}, "/api/reconciliation/upload"
    taken = browser.post(upload, data=form, files={"file": ("reply.xml", content)})
    assert (taken.status_code, taken.json()["state"]) == (201, "applied")
    again = browser.post(upload, data=form, files={"file": ("reply.xml", content)})
    assert again.json() == taken.json()
    empty = browser.post(upload, data=form, files={"file": ("reply.xml", b"")})
    assert empty.json()["code"] == "file_empty"
    nobody = browser.post(upload, data={**form, "channel": "x"}, files={"file": ("r.xml", content)})
    assert nobody.status_code == 404
    other = sign_in_as("maker").post(upload, data=form, files={"file": ("r.xml", content)})
    assert other.status_code == 403
    failed = payments(session, sent)[1]
    shown = browser.get("/reconciliation/failed").text
    assert "账户已销户" in shown
    assert "换卡或解除限制" in shown
    assert str(failed.payee_name) not in shown, "names are masked"
    assert 'action="/reconciliation/reissue"' not in shown

    batches.account(session.get_one(Person, failed.payee_person_id))
    assert "账户已更正、可重新发放的付款" in browser.get("/").text
    group, path = {"programme": "MZ15", "month": "2026-10"}, "/api/reconciliation/reissue"
    assert sign_in_as("maker").post(path, json=group).status_code == 403
    assert browser.post(path, json={**group, "month": "2020-01"}).status_code == 404
    with session.begin_nested() as undone:
        by_program = browser.post(path, json=group, headers={"idempotency-key": "k"})
        assert by_program.json()["batch_no"]
        same = browser.post(path, json=group, headers={"idempotency-key": "k"})
        assert same.json() == by_program.json()
        undone.rollback()
    answer = browser.submit("/reconciliation/reissue", group, shown_at="/reconciliation/failed")
    assert answer.status_code == 303
    made = browser.get(answer.headers["location"]).text
    assert "待编制人员提交" in made
    assert payments(session, sent)[1].state == "reissued"
    assert browser.get("/reconciliation/failed?made=none").status_code == 200


def test_an_account_that_was_not_corrected_makes_no_batch(
    session: Session, sign_in_as: SignInAs, sent: BankFile
) -> None:
    browser = sign_in_as("reconciler")
    bring(browser, reply(session, sent, PAID, CLOSED, PAID))
    form = {
        "programme": "MZ15",
        "month": "2026-10",
        "form_token": token(str(browser.cookies[cookies.SESSION]), "/reconciliation/reissue"),
    }
    answer = browser.post("/reconciliation/reissue", data=form)
    assert answer.headers["location"].endswith("made=none")
    assert "尚未更正" in browser.get(answer.headers["location"]).text


def told(session: Session, closing_fen: int) -> None:
    """Open an account with a hundred yuan and let the bank state how the day closed."""
    channel: BankChannel = batches.channel("rural")
    fund(session, channel, 10_000, on=DAY)
    file = keep(session, channel, "s.xml", b"s", Judgement("statement", []), by=SYSTEM)
    session.add(
        BankStatement(
            inbound_file_id=file.id,
            channel_id=channel.id,
            statement_id="S1",
            number=1,
            booked_on=DAY,
            opening_fen=10_000,
            closing_fen=closing_fen,
        )
    )
    session.flush()


def close(browser: Browser, day: date = DAY) -> Any:
    return browser.submit(f"/reconciliation/days/rural/{day}", shown_at="/reconciliation/days")


def test_a_day_that_differs_by_a_fen_stays_open_and_both_numbers_are_said(
    session: Session, sign_in_as: SignInAs
) -> None:
    told(session, 9_999)
    browser = sign_in_as("reconciler")
    assert "待关账的银行日" in browser.get("/").text
    refused = close(browser)
    assert refused.status_code == 409
    alert = refused.text[refused.text.index('role="alert"') :][:600]
    assert "99.99" in alert
    assert "100.00" in alert


def test_a_day_that_agrees_is_closed_once(session: Session, sign_in_as: SignInAs) -> None:
    told(session, 10_000)
    browser = sign_in_as("reconciler")
    assert close(browser).status_code == 303
    shown = browser.get("/reconciliation/days").text
    assert "已关账" in shown
    assert 'action="/reconciliation/days/rural/' not in shown
    assert "待关账的银行日" not in browser.get("/").text


def test_what_does_not_exist_is_not_found(sign_in_as: SignInAs) -> None:
    browser = sign_in_as("reconciler")
    unknown = "01a20624-0119-7ede-a64a-e996047758f3"
    assert browser.get(f"/reconciliation/files/{unknown}").status_code == 404
    assert browser.get("/reconciliation/failed?made=MZ15-2026-10-77").status_code == 404


def test_what_a_bank_writes_is_shown_as_text(
    session: Session, sign_in_as: SignInAs, sent: BankFile
) -> None:
    browser, evil = sign_in_as("reconciler"), '"><script>alert(1)</script>'
    said = [
        Told(one.reference, _yuan(one.amount_fen), status, code, "")
        for one, (status, code, _) in zip(
            payments(session, sent), (PAID, CLOSED, PAID), strict=True
        )
    ]
    words = [one._replace(words="&lt;img src=x onerror=alert(1)&gt;") for one in said[1:2]]
    content = pain002([said[0], *words, said[2]], file_reference=sent.file_reference)
    answer = browser.submit(
        "/reconciliation/upload",
        {"channel": "rural", "kind": "reply"},
        shown_at="/reconciliation/files",
        files={"file": (f"{evil}.xml", content)},
    )
    assert answer.status_code == 303
    assert states(payments(session, sent)) == ["paid", "rejected", "paid"]
    batch = session.get_one(Batch, sent.batch_id)
    shown = [
        browser.get(path).text
        for path in (
            answer.headers["location"],
            "/reconciliation/files",
            "/reconciliation",
            f"/batches/{batch.batch_no}",
        )
    ]
    assert any("onerror" in one for one in shown), "the bank's words are shown"
    for one in shown:
        assert "<script>alert" not in one
        assert "<img src=x" not in one
