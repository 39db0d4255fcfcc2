"""Whoever asked, gave or proposed something sees it, with who has the next step; nobody else does."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from service.audit.moves import move
from service.foundation import clock
from service.ledger.asks.models import FinanceAsk
from service.officers.models import Officer
from tests.factories import residents
from tests.factories.exceptions import ExceptionAssignmentFactory, ExceptionTaskFactory
from tests.factories.findings import FindingFactory
from tests.factories.officers import DutyGrantFactory, EmergencyAccessFactory, OfficerFactory
from tests.factories.proposals import ControlSwitchFactory, RuleProposalFactory
from tests.factories.recalls import RecallFactory
from tests.factories.residents import AccountChangeFactory
from tests.service.web.browsing import SignInAs


@pytest.fixture(autouse=True)
def factories(session: Session) -> None:
    residents.use(session)


Make = Callable[[Session, Officer], object]


def gave_exceptions(session: Session, by: Officer) -> object:
    office = OfficerFactory.create(organisation="石鼓镇人民政府").organisation
    letter = ExceptionAssignmentFactory.create(officer=by, organisation=office)
    return ExceptionTaskFactory.create(letter=letter)


def asked_for_the_books(session: Session, by: Officer) -> object:
    asked = FinanceAsk(
        kind="reopen_day",
        thing_id="x",
        amount_fen=1,
        reason="漏记一笔",
        details={"channel": "石鼓农商行", "day": "2026-10-16"},
        asked_by=by.id,
        asked_at=clock.now(),
    )
    session.add(asked)
    session.flush()
    return asked


def recalled(session: Session, by: Officer) -> object:
    due = clock.today() + timedelta(days=2)
    return RecallFactory.create(asked_by=by.id, answer_due_on=due)


def proposed(session: Session, by: Officer) -> object:
    proposal = RuleProposalFactory.create(written_by=by.id)
    move(session, proposal, "submitted", by=by.actor())
    return proposal


CASES: list[tuple[str, Make, str, str]] = [
    ("maker", gave_exceptions, "已交由其他单位核实的异常", "石鼓镇人民政府"),
    ("signer", recalled, "的撤回请求", ""),
    ("reconciler", asked_for_the_books, "您申请的账务处理", "或"),
    (
        "maker",
        lambda _, by: AccountChangeFactory.create(requested_by=str(by.id)),
        "的账户变更",
        "复核",
    ),
    ("policy", proposed, "规则变更 R", "复核"),
    (
        "policy",
        lambda _, by: ControlSwitchFactory.create(asked_by=by.id, state="asked"),
        "您申请停用的控制项",
        "签发",
    ),
    ("auditor", lambda _, by: FindingFactory.create(opened_by=by.id), "待被审计单位答复", "县民政局"),
    (
        "security_administrator",
        lambda _, by: DutyGrantFactory.create(asked_by=by.id),
        "您申请授予的职责",
        "安全",
    ),
    ("maker", lambda _, by: EmergencyAccessFactory.create(officer_id=by.id), "您申请的紧急查阅", "安全"),
]  # fmt: skip


@pytest.mark.parametrize(("duty", "make", "title", "who"), CASES)
def test_it_waits_for_whoever_handed_it_on(
    session: Session, sign_in_as: SignInAs, duty: str, make: Make, title: str, who: str
) -> None:
    own = OfficerFactory.create(duties=[duty])
    browser = sign_in_as(officer=own)
    assert browser.get("/api/queue?of=others").json() == []
    make(session, own)
    session.flush()
    [item] = browser.get("/api/queue?of=others").json()
    assert title in item["title"]
    assert who in item["owed_by"]
    assert item["owed_by"]
    assert item["since"]
    assert browser.get(item["href"]).status_code == 200
    other = OfficerFactory.create(duties=[duty], organisation="别的单位")
    assert sign_in_as(officer=other).get("/api/queue?of=others").json() == []
