"""Account for every line: what the bank files carry together is the list, no more and no less."""

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from service.batches.models import Batch, Payment
from service.dispatch.models import BankFile
from service.foundation.money import yuan
from service.foundation.problems import Problem


class LinesLeftOut(Problem):
    """The files together are not the list: nothing of it is signed or sent."""

    code = "lines_left_out"
    status = 500
    title = "The bank files are not the whole list"

    def __init__(self, batch: Batch, asked: tuple[int, int], written: tuple[int, int]) -> None:
        super().__init__(
            f"{batch.batch_no} has {asked[0]} lines of {yuan(asked[1])} yuan, its bank files "
            f"{written[0]} of {yuan(written[1])}. Nothing was prepared. Tell the administrator.",
            f"{batch.batch_no} 共 {asked[0]} 行 {yuan(asked[1])} 元，银行文件为 {written[0]} 行 "
            f"{yuan(written[1])} 元，未准备任何文件，请告知系统管理员。",
        )


def require_nothing_left_out(session: Session, batch: Batch, files: list[BankFile]) -> None:
    """What went in came out: every frozen line in one file, to the fen. Raises LinesLeftOut."""
    asked = session.execute(
        select(func.count(), func.coalesce(func.sum(Payment.amount_fen), 0)).where(
            Payment.batch_id == batch.id, Payment.state == "frozen"
        )
    ).one()
    rows = session.execute(
        select(Payment.bank_file_id, func.count())
        .where(Payment.batch_id == batch.id, Payment.state == "frozen")
        .group_by(Payment.bank_file_id)
    )
    carried = {row[0]: row[1] for row in rows}
    written = sum(file.count for file in files), sum(file.amount_fen for file in files)
    if written != tuple(asked) or carried != {file.id: file.count for file in files}:
        raise LinesLeftOut(batch, (asked[0], int(asked[1])), written)
