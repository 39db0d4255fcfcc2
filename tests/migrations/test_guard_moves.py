"""The database itself refuses every move that is in nobody's table, and takes every one that is."""

from collections.abc import Callable
from itertools import product
from typing import Any

import pytest
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from service.audit.actor import SYSTEM
from service.audit.models import AuditEntry
from service.audit.moves import REGISTRY, IllegalMove, LegalMove, event_for, move
from service.foundation.database import Base
from tests.factories.banks import BankFileFactory
from tests.factories.batches import BatchFactory, PaymentFactory
from tests.factories.corrections import CorrectionRowFactory
from tests.factories.exceptions import ExceptionTaskFactory
from tests.factories.finance_tasks import FinanceTaskFactory
from tests.factories.findings import FindingFactory
from tests.factories.mending import RecoveryCaseFactory
from tests.factories.notices import ObjectionFactory
from tests.factories.officers import DutyGrantFactory, EmergencyAccessFactory
from tests.factories.proposals import ControlSwitchFactory, RuleProposalFactory
from tests.factories.recalls import RecallFactory, RecallLineFactory
from tests.factories.residents import AccountChangeFactory, DeliveryFactory, ReviewTaskFactory
from tests.factories.webhooks import WebhookEndpointFactory
from tests.migrations.conftest import Refused, unguarded

MAKERS: dict[str, Callable[..., Any]] = {
    "batches": BatchFactory.create,
    "payments": PaymentFactory.create,
    "bank_files": BankFileFactory.create,
    "deliveries": DeliveryFactory.create,
    "review_tasks": ReviewTaskFactory.create,
    "account_changes": AccountChangeFactory.create,
    "recovery_cases": RecoveryCaseFactory.create,
    "rule_proposals": RuleProposalFactory.create,
    "control_switches": ControlSwitchFactory.create,
    "duty_grants": DutyGrantFactory.create,
    "emergency_accesses": EmergencyAccessFactory.create,
    "objections": ObjectionFactory.create,
    "exception_tasks": ExceptionTaskFactory.create,
    "recalls": RecallFactory.create,
    "recall_lines": RecallLineFactory.create,
    "correction_rows": CorrectionRowFactory.create,
    "finance_tasks": FinanceTaskFactory.create,
    "audit_findings": FindingFactory.create,
    "webhook_endpoints": WebhookEndpointFactory.create,
}


def _states(aggregate: str) -> list[str]:
    return sorted({state for pair in REGISTRY[aggregate] for state in pair if state})


def _each_state() -> list[tuple[str, str]]:
    return [(aggregate, state) for aggregate in sorted(MAKERS) for state in _states(aggregate)]


def _pairs(*, legal: bool) -> list[tuple[str, str, str]]:
    return [
        (aggregate, now, then)
        for aggregate in sorted(MAKERS)
        for now, then in product(_states(aggregate), repeat=2)
        if now != then and ((now, then) in REGISTRY[aggregate]) is legal
    ]


BESIDE = {
    # A row that was asked for names the change of account that it became.
    ("correction_rows", "asked"): ", change_id = (SELECT id FROM account_changes LIMIT 1)",
    # What was laid down is nobody's, and nothing else is.
    ("finance_tasks", "open"): ", owner_id = NULL",
    ("finance_tasks", "taken"): ", owner_id = (SELECT id FROM officers LIMIT 1)",
    ("finance_tasks", "handed"): ", owner_id = (SELECT id FROM officers LIMIT 1)",
}
"""What goes with a state in the same row: {(aggregate, state): more of the SET clause}."""


def _put(session: Session, aggregate: str, row: object, state: str) -> None:
    beside = BESIDE.get((aggregate, state), "")
    session.execute(
        text(f"UPDATE {aggregate} SET state = :state{beside} WHERE id = :id"),
        {"state": state, "id": row},
    )


def _in_state(session: Session, aggregate: str, state: str) -> object:
    row = MAKERS[aggregate]()
    if (aggregate, "asked") in BESIDE:
        AccountChangeFactory.create()
    with unguarded(session):
        _put(session, aggregate, row.id, state)
        if aggregate == "batches":
            _sign_off(session, row.id)
    return row.id


def _sign_off(session: Session, batch: object) -> None:
    """Let an empty list have what its chain asks for, which the moves alone do not know."""
    for statement in (
        "UPDATE batches SET frozen_count = 0, frozen_fen = 0, lines_root = '' WHERE id = :id",
        "INSERT INTO notice_checks SELECT gen_random_uuid(), :id, '', id, 'ended', now(), now() FROM gen_random_uuid() id",
        "INSERT INTO batch_acts VALUES (:id, 1, gen_random_uuid(), 'signed', now(), '')",
        "INSERT INTO approval_acts VALUES (:id, 1, gen_random_uuid(), 1, '', NULL, NULL, '', now())",
    ):
        session.execute(text(statement), {"id": batch})


def test_the_registry_names_exactly_the_tables_that_have_states() -> None:
    assert set(REGISTRY) == set(MAKERS)
    for aggregate in REGISTRY:
        assert "state" in Base.metadata.tables[aggregate].columns


@pytest.mark.parametrize("aggregate", sorted(MAKERS))
def test_the_database_has_the_registrys_table(session: Session, aggregate: str) -> None:
    kept = session.scalars(select(LegalMove).where(LegalMove.aggregate == aggregate))
    assert {(row.from_state, row.to_state): row.event for row in kept} == REGISTRY[aggregate]


def test_the_database_knows_no_other_aggregate(session: Session) -> None:
    assert set(session.scalars(select(LegalMove.aggregate))) == set(REGISTRY)


@pytest.mark.parametrize(("aggregate", "now"), _each_state())
def test_an_illegal_move_is_refused_by_the_database(
    made: Session, refused: Refused, aggregate: str, now: str
) -> None:
    row = _in_state(made, aggregate, now)
    for then in _states(aggregate):
        if then == now or (now, then) in REGISTRY[aggregate]:
            continue
        said = refused(f"UPDATE {aggregate} SET state = :then WHERE id = :id", then=then, id=row)
        assert f'{aggregate} may not move from "{now}" to "{then}"' in said


@pytest.mark.parametrize(("aggregate", "now", "then"), _pairs(legal=True))
def test_a_legal_move_is_taken(made: Session, aggregate: str, now: str, then: str) -> None:
    row = _in_state(made, aggregate, now)
    _put(made, aggregate, row, then)


@pytest.mark.parametrize(
    ("aggregate", "state"),
    [
        (aggregate, state)
        for aggregate in sorted(MAKERS)
        for state in [*_states(aggregate), "invented"]
        if ("", state) not in REGISTRY[aggregate]
    ],
)
def test_nothing_begins_in_the_middle(
    made: Session, refused: Refused, aggregate: str, state: str
) -> None:
    row = MAKERS[aggregate]()
    columns = [column.name for column in Base.metadata.tables[aggregate].columns]
    changed = {"id": f"nextval(pg_get_serial_sequence('{aggregate}', 'id'))"}
    if aggregate not in ("payments", "exception_tasks", "recall_lines", "finance_tasks"):
        changed["id"] = "gen_random_uuid()"
    changed |= {"state": ":state", "attempt": "attempt + 1", "run_no": "run_no + 1000"}
    changed["number"] = "number + 1000"
    changed |= {name: f"{name} || 'x'" for name in ("batch_no", "file_reference")}
    values = ", ".join(changed.get(name, f'"{name}"') for name in columns)
    names = ", ".join(f'"{name}"' for name in columns)
    said = refused(
        f"INSERT INTO {aggregate} ({names}) OVERRIDING SYSTEM VALUE "
        f"SELECT {values} FROM {aggregate} WHERE id = :row",
        state=state,
        row=row.id,
    )
    assert f'may not move from "" to "{state}"' in said


@pytest.mark.parametrize(("aggregate", "now", "then"), _pairs(legal=False)[::7])
def test_an_illegal_move_is_refused_by_the_verb_as_well(
    aggregate: str, now: str, then: str
) -> None:
    with pytest.raises(IllegalMove) as refusal:
        event_for(aggregate, "it", now, then)
    assert refusal.value.status == 409


def test_a_move_leaves_its_event_with_both_states(made: Session) -> None:
    batch = BatchFactory.create()
    move(made, batch, "frozen", by=SYSTEM, reason="月初", details={"count": 3})
    entry = made.scalars(select(AuditEntry).where(AuditEntry.object_id == str(batch.id))).one()
    assert entry.act == "batch.frozen"
    assert b'"before":"draft"' in entry.canonical
    assert b'"after":"frozen"' in entry.canonical
    assert '"reason":"月初"'.encode() in entry.canonical
    assert b'"details":{"count":3}' in entry.canonical


def test_a_refused_move_leaves_no_entry(made: Session) -> None:
    batch = BatchFactory.create()
    with pytest.raises(IllegalMove):
        move(made, batch, "signed", by=SYSTEM)
    made.flush()
    assert batch.state == "draft"
    assert not made.scalars(select(AuditEntry).where(AuditEntry.object_id == str(batch.id))).all()


def test_one_illegal_move_among_legal_ones_refuses_them_all(
    made: Session, refused: Refused
) -> None:
    held, ready, paid = (_in_state(made, "payments", state) for state in ("held", "ready", "paid"))
    # One line first: what is planned for one is used for many afterwards.
    _put(made, "payments", held, "ready")
    said = refused("UPDATE payments SET state = 'frozen' WHERE id <= :last", last=paid)
    assert 'payments may not move from "paid" to "frozen"' in said
    kept = made.execute(
        text("SELECT id, state FROM payments WHERE id = ANY(:ids)"), {"ids": [held, ready, paid]}
    )
    assert {row.id: row.state for row in kept} == {held: "ready", ready: "ready", paid: "paid"}


def test_the_same_state_again_is_no_move(made: Session) -> None:
    for state in ("held", "paid"):
        row = _in_state(made, "payments", state)
        _put(made, "payments", row, state)
