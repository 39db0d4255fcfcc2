"""Bank files on pages: what is unknown first, and a resend only by two officers."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from service.audit.actor import SYSTEM
from service.audit.moves import move
from service.batches.models import Batch
from service.dispatch import queries
from service.dispatch.agreed_days import AgreedDays
from service.dispatch.models import BankFile
from service.foundation import clock
from service.officers.models import Officer
from tests.bank_adapters.banks import RunningBank
from tests.factories import banks
from tests.factories.batches import PAY_DAY, channel, county_batch, prepared, signed
from tests.factories.officers import staff
from tests.service.web.browsing import PASSWORD, MakeOfficer, SignInAs

pytestmark = pytest.mark.usefixtures("made")


def unknown_file(session: Session, batch: Batch) -> BankFile:
    """Let one file of a signed batch be handed over with an unknown outcome, an hour ago."""
    file = queries.of_batch(session, batch)[0]
    file.intent_at = clock.now() - timedelta(hours=1)
    move(session, file, "sending", by=SYSTEM)
    move(session, file, "unknown", by=SYSTEM)
    return file


@pytest.fixture
def unknown(session: Session) -> BankFile:
    """An unknown file of a bank that nobody answers for."""
    batch = county_batch(session)
    signed(session, batch)
    return unknown_file(session, batch)


@pytest.fixture
def bank(tmp_path: Path) -> Iterator[RunningBank]:
    """The simulated bank as a process of its own."""
    running = RunningBank(tmp_path / "bank")
    running.arrange(banks.plan())
    running.start()
    yield running
    running.stop()


def resend(
    browser: object,
    file: BankFile,
    second: Officer | None,
    *,
    reason: str = "已电话确认",
    password: str = PASSWORD,
) -> tuple[int, str]:
    """Send the form of a resend; return status and page."""
    path = f"/dispatch/{file.id}"
    answer = browser.submit(  # type: ignore[attr-defined]
        f"{path}/resend",
        {"reason": reason, "username": second.username if second else "", "password": password},
        shown_at=path,
    )
    return answer.status_code, answer.text


def test_unknown_files_come_first_and_say_what_that_means(
    sign_in_as: SignInAs, unknown: BankFile
) -> None:
    browser = sign_in_as("reconciler")
    shown = browser.get("/dispatch").text
    rows = shown[shown.index("<tbody>") :]
    assert rows.index(unknown.file_name) < rows.index("待发送")
    assert "有 1 个文件是否到达银行尚不确定" in shown
    assert unknown.sha256[:12] in shown
    detail = browser.get(f"/dispatch/{unknown.id}").text
    assert unknown.sha256 in detail
    assert unknown.sm3 in detail
    assert "未经两名人员共同决定，不会重新发送" in detail


def test_the_fragment_is_the_live_part_alone(sign_in_as: SignInAs, unknown: BankFile) -> None:
    browser = sign_in_as("signer")
    part = browser.get("/dispatch", headers={"x-fragment": "files"})
    assert part.text.lstrip().startswith('<div id="files"')
    assert "data-refresh" in part.text
    assert "<html" not in part.text


def test_what_waits_is_in_the_queue_of_those_who_may_decide(
    sign_in_as: SignInAs, unknown: BankFile
) -> None:
    assert "是否到达银行尚不确定的银行文件" in sign_in_as("signer").get("/").text
    assert "是否到达银行尚不确定的银行文件" not in sign_in_as("maker").get("/").text


def test_only_the_duties_that_read_may_look_and_only_those_that_send_may_release(
    sign_in_as: SignInAs, unknown: BankFile
) -> None:
    assert sign_in_as("steward").get("/dispatch").status_code == 403
    shown = sign_in_as("auditor").get(f"/dispatch/{unknown.id}")
    assert shown.status_code == 200
    assert "/resend" not in shown.text


def test_a_resend_needs_a_reason_and_a_second_officer_with_the_duty(
    sign_in_as: SignInAs, make_officer: MakeOfficer, unknown: BankFile
) -> None:
    first = make_officer("signer")
    browser = sign_in_as(officer=first)
    second, maker = make_officer("reconciler"), make_officer("maker")
    assert resend(browser, unknown, second, reason=" ")[0] == 422
    status, page = resend(browser, unknown, second, password="wrong horse")
    assert status == 401
    assert "用户名或密码不正确" in page
    assert "已电话确认" in page, "what was typed is kept"
    assert "wrong horse" not in page
    assert resend(browser, unknown, None)[0] == 401
    assert resend(browser, unknown, first)[0] == 409
    assert resend(browser, unknown, maker)[0] == 403
    path = f"/api/dispatch/{unknown.id}/resend"
    body = {"reason": "已电话确认", "username": second.username, "password": PASSWORD}
    for change, status, code in (
        ({"reason": " "}, 422, "reason_missing"),
        ({"password": "wrong horse"}, 401, "sign_in_refused"),
        ({"username": first.username}, 409, "two_people_needed"),
        ({"username": maker.username}, 403, "not_allowed"),
    ):
        answer = browser.post(path, json={**body, **change})
        assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert sign_in_as(officer=maker).post(path, json=body).status_code == 403
    assert unknown.state == "unknown"


def test_while_the_bank_cannot_be_asked_nothing_is_released(
    sign_in_as: SignInAs, make_officer: MakeOfficer, unknown: BankFile
) -> None:
    status, page = resend(sign_in_as("signer"), unknown, make_officer("reconciler"))
    assert status == 502
    assert "银行服务器没有应答" in page
    assert unknown.state == "unknown"


def test_two_officers_release_what_is_nowhere_at_the_bank(
    session: Session, sign_in_as: SignInAs, make_officer: MakeOfficer, bank: RunningBank
) -> None:
    banks.register(bank)
    batch = county_batch(session)
    signed(session, batch)
    file = unknown_file(session, batch)
    second = make_officer("reconciler", name="郑重")
    browser = sign_in_as("signer")
    assert resend(browser, file, second)[0] == 303
    session.refresh(file)
    assert (file.state, file.resends) == ("prepared", 1)
    shown = browser.get(f"/dispatch/{file.id}").text
    assert "第二名人员同意重新发送" in shown
    assert "郑重" in shown
    assert "/resend" not in shown, "what is not unknown is not released again"


def test_two_officers_release_it_by_a_program(
    session: Session, sign_in_as: SignInAs, make_officer: MakeOfficer, bank: RunningBank
) -> None:
    banks.register(bank)
    batch = county_batch(session)
    signed(session, batch)
    file, second = unknown_file(session, batch), make_officer("reconciler")
    path = f"/api/dispatch/{file.id}/resend"
    body = {"reason": "已电话确认", "username": second.username, "password": PASSWORD}
    done = sign_in_as("signer").post(path, json=body)
    assert (done.status_code, done.json()["state"]) == (200, "prepared")
    assert PASSWORD not in done.text
    session.refresh(file)
    assert file.resends == 1


def test_a_file_or_state_that_does_not_exist_is_not_found(sign_in_as: SignInAs) -> None:
    browser = sign_in_as("signer")
    assert browser.get("/dispatch/01a20624-0119-7ede-a64a-e996047758f3").status_code == 404
    assert browser.get("/dispatch?state=lost").status_code == 404
    assert "尚无批次签发给银行" in browser.get("/dispatch").text


def test_the_banks_days_and_what_waits_for_them_are_shown_in_both_languages(
    session: Session, sign_in_as: SignInAs
) -> None:
    days = AgreedDays(
        cut_off="16:30", lines_a_day_max=50_000, files_a_day_max=20, fen_a_day_max=500_000_000
    )
    channel("ccb", days=days)
    batch = county_batch(session)
    prepared(session, batch, staff())
    held, late = queries.of_batch(session, batch)
    held.waits_for = PAY_DAY + timedelta(days=4)
    late.executes_on = PAY_DAY + timedelta(days=3)
    session.flush()
    browser = sign_in_as("signer")
    shown = browser.get("/dispatch").text
    assert "1 个文件" in shown
    assert "等待后续银行营业日" in shown
    assert "20 个文件 · 50,000 笔 · 5,000,000.00 元" in shown
    assert "%(" not in shown
    told = browser.get("/dispatch", headers={"accept-language": "en"}).text
    assert "20 files · 50,000 payments · 5,000,000.00 yuan" in told
    assert "1 file waits for a later banking day" in told
    assert "等待 2026年10月20日 发送" in browser.get(f"/dispatch/{held.id}").text
    assert "所签付款日为 2026年10月16日" in browser.get(f"/dispatch/{late.id}").text
    decides = browser.get(f"/batches/{batch.batch_no}/decide").text
    assert "2026-10-16 已截止" in decides
