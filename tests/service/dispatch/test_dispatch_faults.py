"""Whatever breaks on the way to the bank: the state says what is known, and nobody is paid twice."""

import json

import pytest
from sqlalchemy import select

from service.audit.models import AuditEntry
from service.batches.release import ReasonMissing
from service.dispatch import queries
from service.dispatch.resolve import StillUnknown, TwoPeopleNeeded, release_resend
from service.foundation.jobs import Job
from service.ledger.queries import balances
from service.officers.may import NotAllowed
from service.reconciliation.close_day import DayNotClosable
from tests.bank_adapters.banks import wait_until
from tests.factories.banks import fault, our_totals, their_totals
from tests.factories.batches import PAY_DAY
from tests.factories.town import Town

CODES = ("ccb", "rural")
pytestmark = pytest.mark.usefixtures("impatient")


def _broken(town: Town, kind: str, code: str, *, times: int = 1, pickup: float = 0.05) -> None:
    town.open(faults=[fault(kind, code, times)], pickup_seconds=pickup).sign()
    town.send()


def _ended(town: Town, code: str) -> tuple[str, str]:
    """Return the step and code that the last attempt left behind."""
    with town.committed.transaction() as session:
        entry = session.scalars(
            select(AuditEntry)
            .where(
                AuditEntry.object_id == str(town.file(code).id),
                AuditEntry.act.in_(("bank_file.unknown", "bank_file.not_delivered")),
            )
            .order_by(AuditEntry.at.desc())
        ).first()
    assert entry is not None
    details = json.loads(entry.canonical)["details"]
    return details["step"], details["code"]


def _paid_once(town: Town) -> None:
    town.collect_until(town.answered)
    assert town.bank.referee()["paid_more_than_once"] == []
    with town.committed.transaction() as session:
        assert our_totals(session) == their_totals(town.bank) == {"paid": (4, 40_010)}
        assert sum(balances(session).values()) == 0
    assert town.batch().state == "answered"


@pytest.mark.parametrize("code", CODES)
@pytest.mark.parametrize(
    ("kind", "ending"),
    [
        ("drop_after_rename", ("rename", "connection_lost")),
        ("hang_on_rename", ("rename", "timed_out")),
        ("consumed_at_once", ("confirm", "gone_after_rename")),
    ],
)
def test_what_arrived_although_the_line_broke_is_found_by_looking(
    town: Town, kind: str, ending: tuple[str, str], code: str
) -> None:
    _broken(town, kind, code)
    assert town.file(code).state == "unknown"
    assert _ended(town, code) == ending
    assert {payment.state for payment in town.payments(code)} == {"sent"}, "the money may be moving"
    assert town.batch().state == "sent"
    town.resolve()
    assert town.file(code).state == "delivered"
    assert town.file(code).resends == 0
    _paid_once(town)


@pytest.mark.parametrize("code", CODES)
def test_a_reply_to_an_unknown_file_proves_that_it_arrived(town: Town, code: str) -> None:
    _broken(town, "drop_after_rename", code)
    assert town.file(code).state == "unknown"
    _paid_once(town)
    town.resolve()
    assert town.file(code).state == "answered"


@pytest.mark.parametrize("code", CODES)
@pytest.mark.parametrize(
    ("kind", "ending"),
    [
        ("disk_full", ("write", "write_refused")),
        ("rename_denied", ("rename", "rename_refused")),
        ("no_stat", ("check_name", "stat_refused")),
    ],
)
def test_what_the_bank_refused_was_not_delivered_and_is_tried_again(
    town: Town, kind: str, ending: tuple[str, str], code: str
) -> None:
    _broken(town, kind, code)
    assert town.file(code).state == "prepared"
    assert _ended(town, code) == ending
    assert {payment.state for payment in town.payments(code)} == {"frozen"}
    assert town.batch().state == "signed"
    with town.committed.transaction() as session:
        assert balances(session)[f"commitments:{town.batch().programme}"] > 0
    town.send()
    assert town.file(code).state == "prepared", "tried again before its time"
    town.wait_for_retries()
    town.send()
    assert town.file(code).state == "delivered"
    _paid_once(town)


def _resend(town: Town, code: str) -> None:
    with town.committed.transaction() as session:
        release_resend(
            session,
            queries.locked(session, town.file(code).id),
            by=town.people.signer,
            and_by=town.people.reconciler,
            reason="nowhere at the bank",
        )


def _an_hour_later(town: Town) -> None:
    """Let absence count, so that nothing but what is seen at the bank stands in the way."""
    town.committed.as_superuser("UPDATE bank_files SET intent_at = intent_at - interval '1 hour'")


def _wait_out(town: Town, code: str) -> None:
    """Let absence count, and try the resend until the bank has nothing of the file."""
    _an_hour_later(town)

    def released() -> bool:
        try:
            _resend(town, code)
        except StillUnknown:
            return False
        return True

    wait_until(released)


@pytest.mark.parametrize("code", CODES)
def test_what_broke_in_the_middle_waits_for_two_people_and_is_sent_again_as_it_was(
    town: Town, code: str
) -> None:
    _broken(town, "drop_mid_write", code)
    before = town.file(code)
    assert before.state == "unknown"
    assert _ended(town, code)[1] == "connection_lost"
    for _ in range(2):
        town.resolve()
        assert town.file(code).state == "unknown", "sent again by itself"
    _wait_out(town, code)
    after = town.file(code)
    assert (after.state, after.resends) == ("prepared", 1)
    assert (after.file_name, after.sha256) == (before.file_name, before.sha256)
    town.send()
    _paid_once(town)


def test_a_resend_needs_two_different_officers_with_the_duty_a_reason_and_time(
    town: Town,
) -> None:
    _broken(town, "drop_mid_write", "rural")
    people = town.people
    for by, and_by, reason, refusal in (
        (people.signer, people.signer, "again", TwoPeopleNeeded),
        (people.reconciler, people.reconciler, "again", TwoPeopleNeeded),
        (people.maker, people.signer, "again", NotAllowed),
        (people.signer, people.reviewer, "again", NotAllowed),
        (people.signer, people.reconciler, "  ", ReasonMissing),
    ):
        with pytest.raises(refusal), town.committed.transaction() as session:
            release_resend(
                session,
                queries.locked(session, town.file("rural").id),
                by=by,
                and_by=and_by,
                reason=reason,
            )
    assert town.file("rural").state == "unknown"


def test_what_is_nowhere_yet_may_still_appear(town: Town) -> None:
    _broken(town, "drop_mid_write", "rural")
    town.committed.as_superuser("UPDATE bank_files SET intent_at = now()")
    with pytest.raises(StillUnknown):
        _resend(town, "rural")
    _an_hour_later(town)
    _resend(town, "rural")
    assert town.file("rural").state == "prepared"


def test_two_people_cannot_send_again_what_lies_at_the_bank(town: Town) -> None:
    _broken(town, "drop_after_rename", "rural")
    _resend(town, "rural")
    assert (town.file("rural").state, town.file("rural").resends) == ("delivered", 0)
    _paid_once(town)


@pytest.mark.parametrize("code", CODES)
def test_what_the_bank_silently_threw_away_stays_unknown_and_is_paid_by_nobody(
    town: Town, code: str
) -> None:
    _broken(town, "silent_discard", code)
    assert town.file(code).state == "unknown"
    assert _ended(town, code) == ("confirm", "size_differs")
    for _ in range(2):
        town.settle()
        town.resolve()
        assert town.file(code).state == "unknown"
    _an_hour_later(town)
    with pytest.raises(StillUnknown):
        _resend(town, code)
    assert {payment.state for payment in town.payments(code)} == {"sent"}
    town.collect()
    assert {payment.state for payment in town.payments(code)} == {"sent"}
    references = {payment.reference for payment in town.payments(code)}
    assert not references & {one["reference"] for one in town.bank.referee()["payments"]}
    town.end_of_day(PAY_DAY)
    with pytest.raises(DayNotClosable, match="1 sent files have no answer"):
        town.close()


def test_a_bank_killed_while_it_takes_the_file_pays_it_once(town: Town) -> None:
    town.open(pickup_seconds=0.0).sign(lines=8)
    town.send()
    town.bank.kill()
    town.bank.start()
    town.resolve()
    town.collect_until(town.answered)
    assert town.bank.referee()["paid_more_than_once"] == []
    with town.committed.transaction() as session:
        assert our_totals(session) == their_totals(town.bank) == {"paid": (8, 80_036)}


def test_a_file_that_is_never_found_stops_looking_and_stays_unknown(town: Town) -> None:
    _broken(town, "drop_mid_write", "rural")
    for _ in range(22):
        town.resolve()
    with town.committed.transaction() as session:
        job = session.scalars(select(Job).where(Job.kind == "dispatch.resolve")).one()
    assert (job.state, job.error_code) == ("failed", "still_unknown")
    assert town.file("rural").state == "unknown"
    assert len(town.bank.referee()["payments"]) <= 2


def test_our_own_unfinished_file_from_a_resend_is_taken_back_before_the_next(
    town: Town,
) -> None:
    _broken(town, "drop_mid_write", "rural", times=2)
    _wait_out(town, "rural")
    town.send()
    assert (town.file("rural").state, town.file("rural").resends) == ("unknown", 1)
    _wait_out(town, "rural")
    town.send()
    assert town.file("rural").resends == 2
    _paid_once(town)
