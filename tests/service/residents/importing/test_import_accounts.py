"""Accounts come from the card office, their verdicts from the bank; both stay what they said."""

from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.foundation.encryption import sealer
from service.residents.models import Account, AccountVerification
from tests.service.residents.importing.conftest import Intake
from tests.service.residents.importing.deliveries import BANK_CODE, card_of, row, rows


def _accounts(session: Session) -> list[Account]:
    return list(
        session.scalars(
            select(Account).order_by(Account.id).execution_options(populate_existing=True)
        )
    )


def test_an_account_is_sealed_indexed_and_opens_to_what_was_delivered(
    intake: Intake, session: Session
) -> None:
    intake.send("RS_CARD", row("RS_CARD", 1, bank_name="望竹支行", since="2019-03-19"))
    account = _accounts(session)[0]
    place = f"accounts:card:{account.card_index.hex()}"
    assert sealer().open(account.card_sealed, place) == card_of(1)
    assert account.card_index == sealer().index(card_of(1), "card")
    assert (account.tail, account.bank_code, account.bank_name, account.since) == (
        card_of(1)[-4:], BANK_CODE, "望竹支行", date(2019, 3, 19),
    )  # fmt: skip


def test_a_new_card_closes_the_old_account_though_nothing_else_changed(
    intake: Intake, session: Session
) -> None:
    intake.send("RS_CARD", *rows("RS_CARD", range(3)))
    intake.send("RS_CARD", row("RS_CARD", 0, card_no=card_of(9)), *rows("RS_CARD", (1, 2)))
    accounts = _accounts(session)
    assert [one.known_to is None for one in accounts] == [False, True, True, True]
    assert accounts[0].known_to == accounts[3].known_from
    assert accounts[3].tail == card_of(9)[-4:]


def test_a_card_that_a_delivery_does_not_name_stays_and_one_reported_closed_says_so(
    intake: Intake, session: Session
) -> None:
    intake.send("RS_CARD", *rows("RS_CARD", range(3)))
    intake.send("RS_CARD", row("RS_CARD", 1, status="销户"))
    current = [one for one in _accounts(session) if one.known_to is None]
    assert sorted((one.tail, one.status) for one in current) == sorted(
        (card_of(person)[-4:], "销户" if person == 1 else "正常") for person in range(3)
    )


def test_an_empty_activation_date_is_unknown(intake: Intake, session: Session) -> None:
    intake.send("RS_CARD", row("RS_CARD", 1, since=""))
    assert _accounts(session)[0].since is None


def test_the_banks_three_answers_stay_three_and_unavailable_is_no_match(
    intake: Intake, session: Session
) -> None:
    answers = ("一致", "不一致", "无法核验")
    intake.send("BK_RET", *(row("BK_RET", n, verdict=said) for n, said in enumerate(answers)))
    found = session.scalars(select(AccountVerification).order_by(AccountVerification.id))
    assert [one.verdict for one in found] == ["match", "mismatch", "unavailable"]


def test_a_newer_answer_replaces_and_an_older_one_does_not(
    intake: Intake, session: Session
) -> None:
    for day, said in (("2026-02-01", "一致"), ("2026-03-01", "不一致"), ("2026-01-01", "一致")):
        intake.send("BK_RET", row("BK_RET", 1, verdict=said, verified_on=day, holder_name="王?英"))
    answer = session.scalars(
        select(AccountVerification).execution_options(populate_existing=True)
    ).one()
    assert (answer.verdict, answer.verified_on) == ("mismatch", date(2026, 3, 1))
    assert answer.holder_name == "王?英"
    assert answer.card_index == sealer().index(card_of(1), "card")
