"""Record by hand what a bank answered to a recall: two officers, and what proves it."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from bank_adapters.cancellation import Answer
from service.audit.moves import move
from service.audit.record import record
from service.dispatch.about import about_file
from service.dispatch.models import BankFile
from service.dispatch.recall import queries
from service.dispatch.recall.answer import Applied, Said, apply
from service.dispatch.recall.lifecycle import OPEN
from service.dispatch.recall.models import Recall, RecallLine
from service.dispatch.recall.problems import EvidenceMissing, NothingOpen, RecallNeedsTwo
from service.foundation import ids
from service.foundation.ids import number_of
from service.officers.may import require
from service.officers.models import Officer


def record_answer(
    session: Session,
    recall: Recall,
    answer: Answer,
    references: Sequence[str] | None,
    *,
    evidence: str,
    by: Officer,
    and_by: Officer,
) -> Applied:
    """Apply an answer that came on paper or by telephone, or settle what the bank contradicted.

    ``references`` None means every payment that is still open. Raises EvidenceMissing, NothingOpen,
    RecallNeedsTwo, NotAllowed.
    """
    file = session.get_one(BankFile, recall.bank_file_id)
    for officer in (by, and_by):
        require(officer, "dispatch.send", about_file(session, file.id))
    if by.id == and_by.id:
        raise RecallNeedsTwo
    if not evidence.strip():
        raise EvidenceMissing
    # The file before its recall, as everybody takes them.
    session.get_one(BankFile, file.id, with_for_update=True)
    recall = queries.locked(session, recall.id)
    open_lines = select(RecallLine.payment_id).where(
        RecallLine.recall_id == recall.id, RecallLine.state.in_(OPEN)
    )
    chosen = set(session.scalars(open_lines))
    if references is not None:
        wanted = {number_of(one) for one in references}
        if not wanted or not wanted <= chosen:
            raise NothingOpen(recall.reference)
        chosen = {one for one in wanted if one is not None}
    if not chosen or answer is Answer.OPEN:
        raise NothingOpen(recall.reference)
    words = evidence.strip()
    on = ("recalls", recall.id)
    record(session, "recall.answer_recorded", by=by.actor(), on=on, reason=words,
           details={"answer": answer.value, "count": len(chosen)})  # fmt: skip
    record(session, "recall.answer_agreed", by=and_by.actor(), on=on, reason=words)
    said = dict.fromkeys(sorted(chosen), Said(answer, "HAND", words))
    event = f"{recall.id}:{ids.uuid7()}"
    return apply(session, recall, said, event_id=event, by=by.actor(), on=on)


def close(session: Session, recall: Recall, *, by: Officer) -> None:
    """Whoever had to know that the bank refused, knows. Raises IllegalMove, NotAllowed."""
    require(by, "dispatch.send", about_file(session, recall.bank_file_id))
    recall = queries.locked(session, recall.id)
    move(session, recall, "closed", by=by.actor())
