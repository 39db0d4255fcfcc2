"""Write a batch's pack: vouchers, what was signed, bank files and answers, postings, and every line."""

import base64
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import rfc8785
from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session

from service.batches.models import Batch, BatchAct
from service.dispatch.models import BankFile
from service.dispatch.queries import content
from service.evidence.archive.stream import Stream, streaming
from service.evidence.archive.write import programs
from service.evidence.batch.lines import NAME, Totals, lines_of
from service.evidence.batch.vouchers import vouchers
from service.evidence.payment.at_bank import file_said, inbound_said
from service.evidence.payment.booked import entries_said
from service.evidence.payment.signed import signed_of_batch
from service.evidence.payment.steps import Names
from service.evidence.readme import readme_of_list
from service.evidence.said import at
from service.evidence.trail import trail_of
from service.foundation.encryption import sealer
from service.ledger.models import BankChannel, LedgerEntry
from service.notices.models import Notice
from service.programmes.models import RuleSetVersion
from service.programmes.titles import title
from service.reconciliation.models import BankStatement, InboundFile, ReplyLine, StatementLine
from service.reconciliation.replaced import replaced

FORMAT, CONTENT = "anxin/evidence-batch/v1", "batch.json"


def write_batch(session: Session, batch: Batch, path: Path, *, whole: bool) -> str:
    """Write a batch's pack to a path and return the digest of its index.

    Whole, it holds the exact bytes of bank files and answers, and with them names and accounts.
    Lines are never held in memory; one bank's file at a time is.
    """
    with streaming(path) as pack:
        totals = Totals()
        pack.put(NAME, lines_of(session, batch, totals, whole=whole))
        signed = list(signed_of_batch(session, batch))
        for name, said in signed:
            pack.put(name, [said])
        kept = session.get(RuleSetVersion, batch.rule_digest)
        if kept is not None:
            pack.put("rules/rule-set.json", [kept.content])
        files, inbounds = _files(session, batch), _inbounds(session, batch)
        if whole:
            _put_bytes(pack, files, inbounds)
        for name, made in vouchers(session, batch):
            pack.put(name, [made])
        things = [("batches", batch.id), *(("bank_files", one.id) for one in files)]
        trail = trail_of(session, things)
        for name, said in trail.files:
            pack.put(name, [said])
        told = _content(session, batch, files, inbounds)
        told |= {
            "shown": "whole" if whole else "masked",
            "totals": totals.said(),
            "signed": {"manifests": sum("manifest-" in name for name, _ in signed)},
            "rules": {
                "digest": batch.rule_digest, "file": "rules/rule-set.json" if kept else None,
            },
            "trail": trail.said,
        }  # fmt: skip
        pack.put(CONTENT, [rfc8785.dumps(told)])
        pack.put("README.txt", [readme_of_list("batch", batch.batch_no, whole=whole).encode()])
        for name, said in programs():
            pack.put(name, [said])
        return pack.finish("batch", batch.batch_no)


def _content(
    session: Session, batch: Batch, files: list[BankFile], inbounds: list[InboundFile]
) -> dict[str, Any]:
    names = Names(session)
    acts = session.scalars(
        select(BatchAct)
        .where(BatchAct.batch_id == batch.id)
        .order_by(BatchAct.at, BatchAct.officer_id)
    )
    return {
        "format": FORMAT,
        "batch": {
            "reference": batch.batch_no,
            "batch_no": batch.batch_no,
            "programme": batch.programme,
            "name": {one: title(batch.programme, one) for one in ("en", "zh")},
            "month": batch.month,
            "round": batch.round,
            "kind": batch.kind,
            "state": batch.state,
            "built_at": at(batch.built_at),
            "count": batch.frozen_count,
            "amount_fen": batch.frozen_fen,
            "lines_root": (batch.lines_root or b"").hex(),
        },
        "snapshot_digest": batch.snapshot_digest,
        "controls_off": batch.controls_off or [],
        "comparison": batch.comparison or {},
        "acts": [
            {"round": one.round, "act": one.act, "by": names.of(one.officer_id),
             "at": at(one.at), "reason": one.reason}
            for one in acts
        ],
        "notices": [
            {"number": one.number, "posted_on": at(one.posted_on), "ends_on": at(one.ends_on),
             "days": one.days, "lines_root": one.lines_root.hex()}
            for one in session.scalars(
                select(Notice)
                .where(Notice.batch_id == batch.id)
                .order_by(Notice.posted_on, Notice.id)
            )
        ],
        "files": [
            file_said(one, session.get_one(BankChannel, one.channel_id)) for one in files
        ],
        "replies": [{**inbound_said(one), "said": _said(session, one)} for one in inbounds],
        "statements": list(_statements(session, files)),
        "ledger": entries_said(session, _booked(batch, files)),
    }  # fmt: skip


def _files(session: Session, batch: Batch) -> list[BankFile]:
    return list(
        session.scalars(
            select(BankFile)
            .where(BankFile.batch_id == batch.id, BankFile.round == batch.round)
            .order_by(BankFile.file_reference)
        )
    )


def _inbounds(session: Session, batch: Batch) -> list[InboundFile]:
    """Return the replies to the batch's files; a statement is about every list of its day."""
    return list(
        session.scalars(
            select(InboundFile)
            .join(BankFile, BankFile.id == InboundFile.bank_file_id)
            .where(
                BankFile.batch_id == batch.id,
                InboundFile.kind == "reply",
                InboundFile.state == "applied",
            )
            .order_by(InboundFile.received_at, InboundFile.id)
        )
    )


def _said(session: Session, inbound: InboundFile) -> dict[str, dict[str, int]]:
    """Return {what the bank said: {lines, fen}} of a reply."""
    rows = session.execute(
        select(ReplyLine.said, func.count(), func.coalesce(func.sum(ReplyLine.amount_fen), 0))
        .where(ReplyLine.inbound_file_id == inbound.id)
        .group_by(ReplyLine.said)
        .order_by(ReplyLine.said)
    )
    return {said: {"count": count, "fen": int(fen or 0)} for said, count, fen in rows}


def _statements(session: Session, files: list[BankFile]) -> Iterator[dict[str, Any]]:
    """Yield the debits of the batch's files, and of what came back the sum by statement."""
    names = [one.file_reference for one in files]
    rows = session.execute(
        select(
            BankStatement.statement_id, BankStatement.booked_on, InboundFile.file_name,
            InboundFile.sha256, StatementLine.matched, func.count(), func.sum(StatementLine.signed_fen),
        )
        .join(BankStatement, BankStatement.id == StatementLine.statement_id)
        .join(InboundFile, InboundFile.id == BankStatement.inbound_file_id)
        .where(StatementLine.file_reference.in_(names), ~replaced())
        .group_by(
            BankStatement.statement_id, BankStatement.booked_on, InboundFile.file_name,
            InboundFile.sha256, StatementLine.matched,
        )
        .order_by(BankStatement.booked_on, BankStatement.statement_id, StatementLine.matched)
    )  # fmt: skip
    for statement, booked_on, name, sha256, matched, count, fen in rows:
        yield {
            "statement_id": statement, "booked_on": at(booked_on), "file_name": name,
            "sha256": sha256, "matched": matched, "count": count, "fen": int(fen or 0),
        }  # fmt: skip


def _booked(batch: Batch, files: list[BankFile]) -> ColumnElement[bool]:
    which = [LedgerEntry.event_id.startswith(f"{batch.id}:")]
    for file in files:
        which.append(LedgerEntry.event_id == str(file.id))
        which.append(LedgerEntry.event_id.contains(f":{file.id}", autoescape=True))
    return or_(*which)


def _put_bytes(pack: Stream, files: list[BankFile], inbounds: list[InboundFile]) -> None:
    for number, file in enumerate(files, 1):
        pack.put(f"bank/file-{number}.bin", [content(file)])
    for number, one in enumerate(inbounds, 1):
        place = f"inbound_files:content:{one.id}"
        pack.put(
            f"bank/reply-{number}.bin", [base64.b64decode(sealer().open(one.content_sealed, place))]
        )
