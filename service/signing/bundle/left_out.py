"""What was left out of a batch's signed files, by whom, and which files go instead."""

from typing import Any

from sqlalchemy import BigInteger, Date, Text, Uuid, column, select, table
from sqlalchemy.orm import Session

from service.batches.models import Batch
from service.batches.withheld.queries import acts_of, lines_of
from service.foundation.ids import reference_of
from service.ledger.models import BankChannel
from service.signing.standalone.held import HELD_FORMAT

# The files' table, by name: dispatch stands above this stage, and asks nothing of it.
_FILES = table(
    "bank_files",
    *(column(name, Uuid) for name in ("id", "batch_id", "channel_id", "stands_for_id")),
    *(column(name, Text) for name in ("state", "file_name", "file_reference", "sha256", "sm3")),
    *(column(name, BigInteger) for name in ("round", "count", "amount_fen")),
    column("execution_date", Date),
)
_AS_THEY_ARE = ("file_name", "file_reference", "count", "amount_fen", "sha256", "sm3")


def left_out(session: Session, batch: Batch) -> dict[str, Any]:
    """Return the acts of the present round and the files that go in place of signed ones."""
    found = session.execute(
        select(_FILES, BankChannel.code, BankChannel.debtor_account)
        .join(BankChannel, BankChannel.id == _FILES.c.channel_id)
        .where(_FILES.c.batch_id == batch.id, _FILES.c.round == batch.round)
        .order_by(_FILES.c.file_reference)
    ).mappings()
    files = list(found)
    references = {one["id"]: one["file_reference"] for one in files}
    acts = acts_of(session, batch)
    lines = lines_of(session, [act.id for act in acts])
    return {
        "format": HELD_FORMAT,
        "acts": [
            {
                "id": str(act.id),
                "at": act.at.isoformat(),
                "officers": [str(one) for one in (act.by_id, act.and_by_id) if one],
                "reason": act.reason,
                "lines": [
                    {
                        "reference": reference_of(one.line.payment_id),
                        "file": references[one.line.bank_file_id],
                        "control": one.line.control,
                    }
                    for one in lines
                    if one.act.id == act.id
                ],
            }
            for act in acts
        ],
        "files": [
            {
                "stands_for": references[one["stands_for_id"]],
                "channel": one["code"],
                "debtor_account": one["debtor_account"],
                "execution_date": one["execution_date"].isoformat(),
                **{name: one[name] for name in _AS_THEY_ARE},
            }
            for one in files
            if one["stands_for_id"] is not None and one["state"] != "withdrawn"
        ],
    }
