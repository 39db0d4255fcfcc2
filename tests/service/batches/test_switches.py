"""A control is off only when two officers say so, never one that protects, and every list says it."""

from datetime import date
from typing import Any

import pytest
import time_machine
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from service.assessment.models import Assessment
from service.audit.actor import SYSTEM
from service.audit.models import AuditEntry
from service.audit.moves import IllegalMove
from service.batches.build import build
from service.batches.controls import CONTROLS
from service.batches.look_again import look_again
from service.batches.models import Batch, Payment, PaymentHold
from service.batches.switches.lifecycle import PROTECTED
from service.batches.switches.models import ControlSwitch
from service.batches.switches.problems import (
    AlreadyAsked,
    ControlProtected,
    SecondOfficerNeeded,
    SwitchIncomplete,
)
from service.batches.switches.switch import ask_off, confirm_off, refuse_off, switch_on
from service.dispatch.models import BankFile
from service.dispatch.queries import sealed
from service.foundation.problems import NotFound
from service.ledger.models import BankChannel
from service.officers.may import NotAllowed
from service.officers.models import Officer
from service.signing.manifest import content, of_batch
from service.signing.software import sign_with_software_key
from service.signing.verify import require_signed
from tests.factories import batches as town
from tests.factories.assessment import AssessmentFactory
from tests.factories.officers import OfficerFactory, staff
from tests.service.web.browsing import SignInAs

WHY = "银行核验系统升级停机，经会议纪要同意"
CONTROL = "account_unverified"


@pytest.fixture(autouse=True)
def october(made: Session) -> Any:
    with time_machine.travel(date(2026, 10, 10), tick=True):
        yield


@pytest.fixture
def policy(made: Session) -> Officer:
    who: Officer = OfficerFactory.create(duties=["policy"])
    return who


@pytest.fixture
def finance(made: Session) -> Officer:
    who: Officer = OfficerFactory.create(duties=["signer"])
    return who


def _asked(session: Session, by: Officer, control: str = CONTROL, **changes: Any) -> ControlSwitch:
    said = {"programme": "", "months": ("2026-10", "2026-11"), "reason": WHY, **changes}
    return ask_off(session, control, by=by, **said)


def _off(session: Session, policy: Officer, finance: Officer, **changes: Any) -> ControlSwitch:
    switch = _asked(session, policy, **changes)
    confirm_off(session, switch.id, by=finance)
    return switch


def _unverified_batch(session: Session, month: str = "2026-10") -> Batch:
    if session.query(BankChannel).first() is None:
        town.channel("rural")
    assessment = AssessmentFactory.create(month=month)
    town.due(assessment, town.payee(verdict=None))
    town.due(assessment, town.payee())
    built = build(session, assessment, "MZ15", by=SYSTEM)
    assert built is not None
    return built


def _held(session: Session, batch: Batch) -> list[str]:
    return list(
        session.scalars(
            select(PaymentHold.control)
            .join(Payment, Payment.id == PaymentHold.payment_id)
            .where(Payment.batch_id == batch.id)
        )
    )


def test_asked_alone_it_stays_on(made: Session, policy: Officer) -> None:
    _asked(made, policy)
    batch = _unverified_batch(made)
    assert _held(made, batch) == [CONTROL]
    assert batch.controls_off == []


def test_confirmed_by_another_the_list_is_screened_without_it_and_says_so(
    made: Session, policy: Officer, finance: Officer
) -> None:
    switch = _off(made, policy, finance)
    batch = _unverified_batch(made)
    assert _held(made, batch) == []
    assert [(one["control"], one["until"], one["reason"]) for one in batch.controls_off] == [
        (CONTROL, "2026-11", WHY)
    ]
    entries = made.scalars(
        select(AuditEntry)
        .where(AuditEntry.object_id == str(switch.id))
        .order_by(AuditEntry.at, AuditEntry.id)
    )
    assert [entry.act for entry in entries] == ["control.off_asked", "control.switched_off"]


@pytest.mark.parametrize(
    "changes",
    [{"months": ("2026-11", "2026-12")}, {"programme": "WJ02"}],
)
def test_other_months_and_programmes_are_screened_as_ever(
    made: Session, policy: Officer, finance: Officer, changes: dict[str, Any]
) -> None:
    _off(made, policy, finance, **changes)
    assert _held(made, _unverified_batch(made)) == [CONTROL]


def test_switched_on_by_one_it_screens_again_and_the_earlier_list_still_says_it(
    made: Session, policy: Officer, finance: Officer
) -> None:
    switch = _off(made, policy, finance)
    before = _unverified_batch(made)
    switch_on(made, switch.id, by=policy)
    after = _unverified_batch(made, "2026-11")
    assert _held(made, after) == [CONTROL]
    assert after.controls_off == []
    assert before.controls_off != []


def test_a_line_freed_because_its_control_is_off_makes_its_list_say_so(
    made: Session, policy: Officer, finance: Officer
) -> None:
    batch = _unverified_batch(made)
    _off(made, policy, finance)
    assessment = made.get_one(Assessment, batch.assessment_id)
    look_again(made, assessment, "MZ15", by=SYSTEM)
    made.refresh(batch)
    assert [one["control"] for one in batch.controls_off] == [CONTROL]


@pytest.mark.parametrize("control", sorted(PROTECTED))
def test_what_keeps_money_from_the_dead_or_from_going_twice_is_never_off(
    made: Session, policy: Officer, finance: Officer, control: str
) -> None:
    with pytest.raises(ControlProtected):
        _asked(made, policy, control)
    with pytest.raises(DBAPIError), made.begin_nested():
        made.execute(
            text(
                "INSERT INTO control_switches (id, state, control, programme, from_month, to_month, "
                "reason, asked_by, asked_at) VALUES (gen_random_uuid(), 'asked', :control, '', "
                "'2026-10', '2026-10', 'x', :by, now())"
            ),
            {"control": control, "by": policy.id},
        )


def test_the_protected_ones_are_known_controls() -> None:
    assert set(PROTECTED) < {one.code for one in CONTROLS}


def test_nobody_confirms_his_own_and_only_finance_confirms(
    made: Session, policy: Officer, finance: Officer
) -> None:
    both = OfficerFactory.create(duties=["signer", "maker"])
    switch = _asked(made, policy)
    for duty in ("maker", "reviewer", "reconciler", "steward", "auditor", "system_administrator"):
        with pytest.raises(NotAllowed):
            confirm_off(made, switch.id, by=OfficerFactory.create(duties=[duty]))
    made.execute(
        text("UPDATE officers SET duties = '{policy,signer}' WHERE id = :id"), {"id": policy.id}
    )
    made.refresh(policy)
    with pytest.raises(SecondOfficerNeeded):
        confirm_off(made, switch.id, by=policy)
    with pytest.raises(DBAPIError), made.begin_nested():
        made.execute(text("UPDATE control_switches SET state = 'off', confirmed_by = asked_by"))
    confirm_off(made, switch.id, by=both)
    with pytest.raises(IllegalMove):
        confirm_off(made, switch.id, by=finance)


@pytest.mark.parametrize(
    "changes",
    [
        {"reason": "太短"},
        {"months": ("2026-11", "2026-10")},
        {"months": ("2026-09", "2026-10")},
        {"months": ("2026-10", "2027-10")},
    ],
)
def test_a_reason_and_few_months_to_come_are_asked_for(
    made: Session, policy: Officer, changes: dict[str, Any]
) -> None:
    with pytest.raises(SwitchIncomplete):
        _asked(made, policy, **changes)


def test_the_same_is_not_asked_for_twice_and_nothing_unknown(
    made: Session, policy: Officer
) -> None:
    _asked(made, policy)
    with pytest.raises(AlreadyAsked):
        _asked(made, policy, months=("2026-11", "2026-12"))
    for control, programme in (("no_control", ""), (CONTROL, "ZZ99")):
        with pytest.raises(NotFound):
            _asked(made, policy, control, programme=programme)


def test_refused_by_another_or_taken_back_it_never_was_off(
    made: Session, policy: Officer, finance: Officer
) -> None:
    refused, taken = _asked(made, policy), _asked(made, policy, "shared_account")
    refuse_off(made, refused.id, by=finance)
    refuse_off(made, taken.id, by=policy)
    assert (refused.state, taken.state) == ("refused", "withdrawn")
    assert _held(made, _unverified_batch(made)) == [CONTROL]


def test_the_signer_signs_which_controls_were_off(
    made: Session, policy: Officer, finance: Officer
) -> None:
    _off(made, policy, finance)
    people = staff()
    batch = town.county_batch(made)
    town.prepared(made, batch, people)
    manifest = of_batch(made, batch)
    assert manifest is not None
    assert [one["control"] for one in content(manifest)["controls_off"]] == [CONTROL]
    sign_with_software_key(made, batch, by=people.signer)
    files = made.scalars(select(BankFile).where(BankFile.batch_id == batch.id))
    require_signed(made, batch, [sealed(made, one) for one in files])
    with pytest.raises(DBAPIError), made.begin_nested():
        made.execute(text("UPDATE batches SET controls_off = '[]'"))


def test_the_list_and_the_sheet_show_it_first(
    made: Session, policy: Officer, finance: Officer, sign_in_as: SignInAs
) -> None:
    _off(made, policy, finance)
    batch = _unverified_batch(made)
    for path in (f"/batches/{batch.batch_no}", f"/batches/{batch.batch_no}/decide"):
        shown = sign_in_as("reviewer").get(path).text
        assert WHY in shown
        assert "处于关闭状态（至 2026-11）" in shown
        assert "off until 2026-11" in sign_in_as("signer", language="en").get(path).text
        assert f"{policy.name} · {policy.organisation} 申请" in shown
        assert f"{finance.name} · {finance.organisation} 确认" in shown


def test_asked_and_confirmed_on_a_page(made: Session, sign_in_as: SignInAs) -> None:
    asking, deciding = sign_in_as("policy"), sign_in_as("signer")
    sent = {"control": CONTROL, "programme": "", "from_month": "2026-10", "to_month": "2026-10"}
    assert asking.submit("/controls", {**sent, "reason": "短"}).status_code == 422
    assert asking.submit("/controls", {**sent, "reason": WHY}).status_code == 303
    (switch,) = made.scalars(select(ControlSwitch))
    assert "/controls" in deciding.get("/").text
    path = f"/controls/{switch.id}/confirm"
    assert deciding.submit(path, shown_at="/controls").status_code == 303
    shown = asking.get("/controls").text
    assert WHY in shown
    assert "防止向已故人员发放" in shown
    made.refresh(switch)
    assert switch.state == "off"
    on = f"/controls/{switch.id}/on"
    assert asking.submit(on, shown_at="/controls").status_code == 303
    assert sign_in_as("steward").get("/controls").status_code == 403
