"""What the audit trail says of a scope: acts on its payments, lists, notices, files, answers and recalls."""

from collections.abc import Iterator

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.batches.withheld.models import HoldAct
from service.batches.words import ACTS as BATCH_ACTS
from service.batches.words import act_words
from service.dispatch import words as dispatch_words
from service.dispatch.recall.models import Recall, RecallLine
from service.notices.models import Notice
from service.oversight.search.find import Entry, about
from service.oversight.search.things import of_number
from service.oversight.search.view import who_of
from service.oversight.timeline.happening import Happening
from service.oversight.timeline.scope import Scope
from service.oversight.words.acts import in_words
from service.oversight.words.things import Shown, Thing, shown
from service.reconciliation.models import BankStatement, InboundFile, ReplyLine, StatementLine
from service.web.view_models import Tone

ENTRIES_MAX = 2_000
_STEP_OF_KIND = {
    "account_changes": "correction",
    "bank_files": "file",
    "batches": "list",
    "correction_rows": "correction",
    "finance_tasks": "answer",
    "hand_deliveries": "file",
    "hold_acts": "screening",
    "inbound_files": "answer",
    "notices": "notice",
    "objections": "notice",
    "payments": "list",
    "recalls": "recall",
}
_STEP_OF_ACT = {
    "approval.conflict_refused": "approval",
    "approval.officer_excluded": "approval",
    "batch.approved": "approval",
    "batch.noticed": "notice",
    "batch.prepared": "file",
    "batch.recalled": "approval",
    "batch.returned": "approval",
    "batch.sent": "file",
    "batch.answered": "answer",
    "batch.signature_given": "signature",
    "batch.signed": "signature",
    "batch.step_approved": "approval",
    "batch.time_stamped": "signature",
    "exceptions.cleared": "screening",
    "finding.cleared": "screening",
    "hold.cleared": "screening",
    "payment.held": "screening",
    "payment.withheld": "screening",
}
_READING = frozenset({"audit.timeline_read", "objection.read", "people.listed", "people.exported"})


def recorded(session: Session, scope: Scope) -> Iterator[Happening]:
    """Yield what the trail says, with each entry's place in it; looks at it are told elsewhere."""
    said = said_in(session, scope)
    entries = [
        one
        for one in about(session, _things(session, scope), ENTRIES_MAX)
        if one.act not in _READING and not _of_others(one, said)
    ]
    names = who_of(session, entries)
    pages = shown(session, [(one.object_type, one.object_id) for one in entries])
    for one in entries:
        yield _told(one, names, pages)


def said_in(session: Session, scope: Scope) -> dict[str, set[str]]:
    """Return {id of a bank's answer: what it says of the payments of a scope}."""
    found: dict[str, set[str]] = {}
    rows = session.execute(
        select(ReplyLine.inbound_file_id, ReplyLine.said).where(
            ReplyLine.payment_id.in_([one.id for one in scope.payments])
        )
    )
    for inbound_id, said in rows:
        found.setdefault(str(inbound_id), set()).add(said)
    return found


def _of_others(one: Entry, said: dict[str, set[str]]) -> bool:
    """Whether an answer moved a set of payments that none of the followed ones can be in."""
    is_set = one.object_type == "inbound_files" and one.act.startswith("payment.")
    told = said.get(one.object_id)
    return is_set and told is not None and one.said.get("after") not in told


def _told(one: Entry, names: dict[tuple[str, str], str], pages: dict[Thing, Shown]) -> Happening:
    what, tone = _words(one)
    thing = pages[one.object_type, one.object_id]
    return Happening(
        at=one.at,
        step=_STEP_OF_ACT.get(one.act) or _STEP_OF_KIND.get(one.object_type, "list"),
        what=f"{what} · {thing.name}",
        who=names[one.actor_kind, one.actor_id],
        note=one.said.get("reason", ""),
        href=thing.href,
        index=one.index,
        act=one.act,
        tone=tone,
    )


def _words(one: Entry) -> tuple[str, Tone]:
    """Return an act as the page of its thing calls it."""
    if one.object_type in ("batches", "payments") and one.act in BATCH_ACTS:
        return act_words(one.act)
    if one.object_type == "bank_files":
        said, tone = dispatch_words.act(one.act)
        if said != one.act:
            return said, tone
    return in_words(one.act), ""


def _things(session: Session, scope: Scope) -> list[Thing]:
    found: list[Thing] = []
    numbers = [one.id for one in scope.payments]
    for payment in scope.payments:
        found += of_number(session, payment.reference)
    batch_ids = [one.id for one in scope.batches]
    found += [("batches", str(one)) for one in batch_ids]
    notices = session.scalars(select(Notice.id).where(Notice.batch_id.in_(batch_ids)))
    found += [("notices", str(one)) for one in notices]
    acts = session.scalars(select(HoldAct.id).where(HoldAct.batch_id.in_(batch_ids)))
    found += [("hold_acts", str(one)) for one in acts]
    file_ids = [one.id for one in scope.files]
    for kind in ("bank_files", "hand_deliveries"):
        found += [(kind, str(one)) for one in file_ids]
    if numbers:
        recalls = session.scalars(
            select(RecallLine.recall_id).where(RecallLine.payment_id.in_(numbers))
        )
        answers = [
            *session.scalars(
                select(ReplyLine.inbound_file_id).where(ReplyLine.payment_id.in_(numbers))
            ),
            *session.scalars(
                select(BankStatement.inbound_file_id)
                .join(StatementLine, StatementLine.statement_id == BankStatement.id)
                .where(StatementLine.payment_id.in_(numbers))
            ),
        ]
    else:
        recalls = session.scalars(select(Recall.id).where(Recall.bank_file_id.in_(file_ids)))
        answers = list(
            session.scalars(select(InboundFile.id).where(InboundFile.bank_file_id.in_(file_ids)))
        )
    found += [("recalls", str(one)) for one in recalls]
    found += [("inbound_files", str(one)) for one in answers]
    return list(dict.fromkeys(found))
