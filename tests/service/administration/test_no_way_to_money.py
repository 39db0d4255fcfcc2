"""The administrators' doors, listed: none is opened by an act that decides about money.

Whoever opens another door to one of them changes this list, and says so.
"""

import pytest

from service.doors.door import Door
from service.doors.table import DOORS
from service.officers.table import ADMINISTRATORS, CHANGES_MONEY, TABLE

ACTS = {
    "system_administrator": {
        "sources.read", "findings.read", "findings.answer", "webhooks.read", "webhooks.propose",
        "webhooks.operate", "health.read", "banks.read", "organisations.read",
        "interests.declare", "emergency.ask",
    },
    "security_administrator": {
        "audit.hold", "audit.erase", "findings.read", "findings.answer", "webhooks.read",
        "webhooks.confirm", "health.read", "banks.read", "organisations.read", "officers.read",
        "officers.manage", "duties.ask", "duties.confirm", "duties.end", "duties.review",
        "interests.declare", "interests.end", "emergency.ask", "emergency.confirm", "emergency.read",
    },
}  # fmt: skip
STAGES_OF_MONEY = (
    "batches", "months", "dispatch", "reconciliation", "ledger", "residents", "heirs", "recoveries",
    "exceptions", "objections", "account-changes", "account-corrections", "approvals", "appropriations",
)  # fmt: skip


def opens(door: Door, duty: str) -> bool:
    """Return whether a duty passes a door that asks for one."""
    has_all = bool(door.acts) and all(duty in TABLE[act].duties for act in door.acts)
    return has_all or any(duty in TABLE[act].duties for act in door.one_of)


@pytest.mark.parametrize("duty", ADMINISTRATORS)
def test_an_administrator_may_do_these_acts_and_none_is_about_money(duty: str) -> None:
    allowed = {act for act, row in TABLE.items() if duty in row.duties}
    assert allowed == ACTS[duty]
    assert not allowed & CHANGES_MONEY


@pytest.mark.parametrize("duty", ADMINISTRATORS)
def test_no_door_of_an_administrator_leads_to_money(duty: str) -> None:
    for name, door in DOORS.items():
        if not opens(door, duty):
            continue
        assert not {*door.acts} & CHANGES_MONEY, name
        stage = name.split()[1].removeprefix("/api").split("/")[1]
        assert stage not in STAGES_OF_MONEY, name


def test_what_administrators_look_at_has_no_act_behind_it() -> None:
    looked_at = [name for name in DOORS if "/banks" in name or "/health" in name]
    assert looked_at
    assert {name.split()[0] for name in looked_at} == {"GET"}
