"""Write a month's pack: which lists, by which rules and facts, what the books and the banks say of it."""

from collections.abc import Iterator, Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

import rfc8785
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from service.batches import queries
from service.batches.models import Batch, Payment
from service.evidence.archive.stream import streaming
from service.evidence.archive.write import programs
from service.evidence.readme import readme_of_list
from service.evidence.said import at
from service.evidence.trail import trail_of
from service.foundation.months import Month
from service.foundation.problems import NotFound
from service.ledger.cut import Cut
from service.ledger.models import BankChannel
from service.ledger.queries import account_balances
from service.programmes.models import RuleSetVersion
from service.reconciliation.models import (
    BankDay,
    BankDayReopening,
    BankStatement,
    InboundFile,
)
from service.residents.models import Snapshot
from service.signing.manifest import all_of

FORMAT, CONTENT = "anxin/evidence-month/v1", "month.json"
Packs = Mapping[str, tuple[str, str]]
"""{batch number: (file name, digest of its index)} of packs that were made beside this one."""


def write_month(session: Session, month: str, path: Path, packs: Packs) -> str:
    """Write a month's pack to a path and return the digest of its index; nobody is named in it.

    Raises NotFound for a month without a list.
    """
    batches = queries.of_month(session, month)
    if not batches:
        raise NotFound("month")
    batches = sorted(batches, key=lambda one: one.batch_no)
    with streaming(path) as pack:
        digests = sorted({one.rule_digest for one in batches})
        kept = [one for one in (session.get(RuleSetVersion, digest) for digest in digests) if one]
        for one in kept:
            pack.put(f"rules/{one.digest}.json", [one.content])
        snapshots = list(_snapshots(session, batches))
        for snapshot in snapshots:
            pack.put(f"facts/{snapshot.digest}.json", [rfc8785.dumps(snapshot.manifest)])
        trail = trail_of(session, [("batches", one.id) for one in batches])
        for name, said in trail.files:
            pack.put(name, [said])
        content: dict[str, Any] = {
            "format": FORMAT,
            "shown": "masked",
            "month": {"reference": month},
            "batches": [_batch(session, one, packs.get(one.batch_no)) for one in batches],
            "rules": [{"digest": one, "kept": one in {two.digest for two in kept}} for one in digests],
            "snapshots": [
                {"digest": one.digest, "taken_at": at(one.taken_at)} for one in snapshots
            ],
            "trial_balance": _balances(session, month),
            "bank_days": list(_days(session, month)),
            "trail": trail.said,
        }  # fmt: skip
        pack.put(CONTENT, [rfc8785.dumps(content)])
        pack.put("README.txt", [readme_of_list("month", month, whole=False).encode()])
        for name, said in programs():
            pack.put(name, [said])
        return pack.finish("month", month)


def _batch(session: Session, batch: Batch, pack: tuple[str, str] | None) -> dict[str, Any]:
    rows = session.execute(
        select(Payment.state, func.count(), func.sum(Payment.amount_fen))
        .where(Payment.batch_id == batch.id)
        .group_by(Payment.state)
        .order_by(Payment.state)
    )
    return {
        "batch_no": batch.batch_no,
        "programme": batch.programme,
        "kind": batch.kind,
        "state": batch.state,
        "round": batch.round,
        "count": batch.frozen_count,
        "amount_fen": batch.frozen_fen,
        "lines_root": (batch.lines_root or b"").hex(),
        "rule_digest": batch.rule_digest,
        "snapshot_digest": batch.snapshot_digest,
        "manifests": [one.digest.hex() for one in all_of(session, batch)],
        "totals": {state: {"count": count, "fen": int(fen)} for state, count, fen in rows},
        "pack": {"file": pack[0], "digest": pack[1]} if pack else None,
    }


def _snapshots(session: Session, batches: list[Batch]) -> Iterator[Snapshot]:
    digests = {one.snapshot_digest for one in batches}
    seen = set()
    for one in session.scalars(
        select(Snapshot).where(Snapshot.digest.in_(digests)).order_by(Snapshot.digest, Snapshot.id)
    ):
        if one.digest not in seen:
            seen.add(one.digest)
            yield one


def _balances(session: Session, month: str) -> dict[str, Any]:
    """Return the trial balance of everything booked through the month's last day, debits positive."""
    through = Month.parse(month).last_day
    return {
        "through": through.isoformat(),
        "accounts": [
            {
                "account": one.code,
                "debit_fen": one.debit_fen,
                "credit_fen": one.credit_fen,
                "balance_fen": one.amount_fen,
            }
            for one in account_balances(session, Cut(through=through))
        ],
    }


def _days(session: Session, month: str) -> Iterator[dict[str, Any]]:
    """Yield every closing of a bank day in the month with its statement, taken back or not."""
    first, last = Month.parse(month).first_day, Month.parse(month).last_day
    rows = session.execute(
        select(BankDay, BankChannel, BankStatement, InboundFile, BankDayReopening)
        .join(BankChannel, BankChannel.id == BankDay.channel_id)
        .join(BankStatement, BankStatement.id == BankDay.statement_id)
        .join(InboundFile, InboundFile.id == BankStatement.inbound_file_id)
        .outerjoin(BankDayReopening, BankDayReopening.bank_day_id == BankDay.id)
        .where(BankDay.day >= first, BankDay.day < last + timedelta(days=1))
        .order_by(BankChannel.code, BankDay.day, BankDay.closing_no)
    )
    for day, channel, statement, inbound, reopened in rows:
        yield {
            "bank": channel.name,
            "channel": channel.code,
            "debtor_account": channel.debtor_account,
            "day": at(day.day),
            "closing_no": day.closing_no,
            "opening_fen": day.opening_fen,
            "closing_fen": day.closing_fen,
            "figures": day.figures,
            "statement_id": statement.statement_id,
            "file_name": inbound.file_name,
            "sha256": inbound.sha256,
            "closed_at": at(day.closed_at),
            "reopened_at": at(reopened.reopened_at) if reopened else None,
        }
