"""The card office corrects the accounts of failed payments, and what failed is issued again."""

import csv
import hashlib
from datetime import date
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.audit.actor import Actor
from service.batches import queries
from service.batches.models import Batch, Payment
from service.batches.submit import NothingToPay, submit
from service.demo.county.cards import bank_code, bank_name, card_number
from service.demo.staff import Staff
from service.foundation.database import transaction
from service.foundation.encryption import sealer
from service.reconciliation.reissue import reissue
from service.residents.importing import import_delivery
from service.residents.models import Account, PersonIdentifier

_SERIAL = 800_000_000


def correct_and_reissue(folder: Path, month: str, staff: Staff, *, on: date) -> list[str]:
    """Deliver corrected cards for some failed payees, build re-issue batches and submit them.

    The batches then wait for the reviewer, as any other. Returns their numbers.
    """
    folder.mkdir(parents=True, exist_ok=True)
    if not (folder / "complete").exists():
        with transaction() as session:
            _write_deliveries(
                folder, month, [_row(session, one, on) for one in _some_failed(session, month)]
            )
        (folder / "complete").touch()
    _import(folder, month)
    with transaction() as session:
        programmes = sorted({payment.programme for payment in _failed(session, month)})
    made = []
    for programme in programmes:
        with transaction() as session:
            batch = reissue(session, programme, month, by=staff.maker.actor())
            batch_no = batch.batch_no if batch else ""
        if batch_no:
            made.append(batch_no)
            _submit(batch_no, staff)
    return made


def _some_failed(session: Session, month: str) -> list[int]:
    """Return every second payee of each kind of failure: a newcomer shall see both kinds still open.

    Chosen by the digest of the account, as the bank's fates are: our own ids differ in every run.
    """
    failed = _failed(session, month)
    people: list[int] = []
    for state in ("rejected", "returned"):
        by_account = {
            _account_digest(session, one): one.payee_person_id
            for one in failed
            if one.state == state and one.payee_person_id
        }
        people += [by_account[digest] for digest in sorted(by_account)[::2]]
    return list(dict.fromkeys(people))


def _account_digest(session: Session, payment: Payment) -> str:
    account = session.get_one(Account, payment.account_id)
    number = sealer().open(account.card_sealed, f"accounts:card:{account.card_index.hex()}")
    return hashlib.sha256(number.encode()).hexdigest()


def _failed(session: Session, month: str) -> list[Payment]:
    return list(
        session.scalars(
            select(Payment)
            .join(Batch, Batch.id == Payment.batch_id)
            .where(
                Batch.month == month,
                Batch.kind == "regular",
                Payment.state.in_(("rejected", "returned")),
            )
            .order_by(Payment.id)
        )
    )


def _row(session: Session, person_id: int, on: date) -> dict[str, str]:
    """Return a card row as the card office, which knows the person, would write it."""
    number = session.scalars(
        select(PersonIdentifier)
        .where(PersonIdentifier.person_id == person_id)
        .order_by(PersonIdentifier.id)
    ).first()
    if number is None:
        raise LookupError("a payee has an ID number")
    name = session.scalar(
        select(Payment.payee_name).where(Payment.payee_person_id == person_id).limit(1)
    )
    bank = person_id % 2
    return {
        "id": sealer().open(
            number.value_sealed, f"person_identifiers:value:{number.value_index.hex()}"
        ),
        "name": name or "",
        "card": card_number(bank, _SERIAL + person_id),
        "bank_code": bank_code(bank, 0),
        "bank_name": bank_name(bank, 0),
        "on": on.isoformat(),
    }


def _write_deliveries(folder: Path, month: str, rows: list[dict[str, str]]) -> None:
    cards, answers = _names(folder, month)
    _write(
        cards,
        ["社会保障号码", "姓名", "银行账号", "开户行行号", "开户银行", "账户状态", "启用日期"],
        [
            [
                one["id"],
                one["name"],
                one["card"],
                one["bank_code"],
                one["bank_name"],
                "正常",
                one["on"],
            ]
            for one in rows
        ],
    )
    _write(
        answers,
        ["账号", "户名", "证件号码", "核验结果", "核验日期"],
        [[one["card"], one["name"], one["id"], "一致", one["on"]] for one in rows],
    )


def _import(folder: Path, month: str) -> None:
    cards, answers = _names(folder, month)
    for feed, path, department in (("RS_CARD", cards, "人社"), ("BK_RET", answers, "代发银行")):
        with transaction() as session:
            import_delivery(
                session, feed, path, path.name, by=Actor(kind="department", id=department)
            )


def _names(folder: Path, month: str) -> tuple[Path, Path]:
    return folder / f"人社局_社保卡更正_{month}.csv", folder / f"代发银行_账户核验_{month}.csv"


def _write(path: Path, header: list[str], rows: list[list[str]]) -> None:
    with path.open("w", encoding="utf-8-sig", newline="") as handle:
        writer = csv.writer(handle)
        writer.writerow(header)
        writer.writerows(rows)


def _submit(batch_no: str, staff: Staff) -> None:
    try:
        with transaction() as session:
            submit(session, queries.locked_by_no(session, batch_no), by=staff.maker)
    except NothingToPay:
        return
