"""What became of every objection of somebody who is signed in, in sentences of both languages."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from service.audit.actor import Actor
from service.audit.record import record
from service.enquiry.wards.sent import Sent, names_of_wards, sent_by
from service.foundation.clock import civil
from service.foundation.spoken import spoken_day
from service.notices.objections.own import OwnObjection, own_objections
from service.notices.public_view import PUBLIC_TITLE
from service.programmes.catalogue import rules
from service.programmes.titles import title
from service.residents.identity.canonical import aliases
from service.residents.models import ReviewTask
from service.residents.tasks.redress import redress_of

_WAITS = (
    "It is being looked at. The answer will stand here by {due}.",
    "正在核实，将于{due}前在此答复。",
)
_LATE = (
    "The answer was due by {due} and is late; the office sees that it is. You need not object again.",
    "应于{due}前答复，现已逾期，办理部门可以看到逾期提示，您无需重复提出。",
)
_PUT_RIGHT = {
    "open": (
        "The office puts the data right by {due}.",
        "办理部门将于{due}前把数据改对。",
    ),
    "late": (
        "The office should have put the data right by {due} and is late; it is pressed to do so.",
        "办理部门应于{due}前把数据改对，现已逾期，正在催办。",
    ),
    "put_right": (
        "The data were put right on {done}; the next run reckons with them.",
        "数据已于{done}改对，下次核定按此计算。",
    ),
    "nothing_due": (
        "It was settled on {done}: the amount stays as it was.",
        "已于{done}办结：金额没有变化。",
    ),
}
_NOTHING = ("", "")
_LINE = {
    "upheld": (
        "You are right: the line was taken off the list.",
        "经核实，异议成立，该行已从名单中撤下。",
    ),
    "dismissed": (
        "It was checked: the line is right and goes on.",
        "经核实，异议不成立，该行继续办理。",
    ),
}
_DECISION = {
    "upheld": (
        "You are right: the decision is put right, and what was too little is paid later.",
        "经核实，异议成立，该决定将予更正，少发的予以补发。",
    ),
    "dismissed": (
        "It was checked: the decision stands.",
        "经核实，异议不成立，维持原决定。",
    ),
}


@dataclass(frozen=True)
class TrackedObjection:
    """One objection and where it stands."""

    number: str
    programme: str
    """Empty where a posted list of a programme is concerned whose name is not told in public."""
    name: str
    name_zh: str
    month: str
    notice_number: str
    """Empty where it is against a decision."""
    place: int | None
    text: str
    lodged_on: date
    due_on: date
    answered_on: date | None
    state: str
    """open, late, upheld or dismissed."""
    sentence: str
    sentence_zh: str
    answer: str
    """The officer's own words, "" until then."""
    sent: Sent


def tracked_objections(session: Session, person_id: int, *, today: date) -> list[TrackedObjection]:
    """Return every objection in a person's name or sent by it for a ward, the newest first."""
    wards = names_of_wards(session, person_id)
    own = aliases(session, person_id)
    sent = own_objections(session, person_id, wards)
    tasks = redress_of(session, [one.id for one in sent if one.state == "upheld"])
    found = [
        _tracked(one, sent_by(one, own, wards, session), today, tasks.get(one.id)) for one in sent
    ]
    if found:
        record(
            session,
            "answer.read",
            by=Actor(kind="resident", id=str(person_id)),
            on=("persons", person_id),
            details={"objections": len(found)},
        )
    return found


def _tracked(
    one: OwnObjection, sent: Sent, today: date, task: ReviewTask | None
) -> TrackedObjection:
    state = "late" if one.is_overdue(today) else one.state
    outcomes = _LINE if one.place is not None else _DECISION
    said = {"open": _WAITS, "late": _LATE, **outcomes}[state]
    # What is put right about somebody else is not the objector's to read.
    then = _put_right(task, today) if task and task.person_id == one.person_id else _NOTHING
    programme = rules().programmes.get(one.programme)
    hidden = bool(one.notice_number) and (programme is None or programme.sensitive)
    return TrackedObjection(
        number=one.number,
        programme="" if hidden else one.programme,
        name=PUBLIC_TITLE[0] if hidden else title(one.programme, "en"),
        name_zh=PUBLIC_TITLE[1] if hidden else title(one.programme, "zh"),
        month=one.month,
        notice_number=one.notice_number,
        place=one.place,
        text=one.text,
        lodged_on=civil(one.lodged_at).date(),
        due_on=one.due_on,
        answered_on=civil(one.answered_at).date() if one.answered_at else None,
        state=state,
        sentence=" ".join(
            filter(None, (said[0].format(due=spoken_day(one.due_on, "en")), then[0]))
        ),
        sentence_zh=said[1].format(due=spoken_day(one.due_on, "zh")) + then[1],
        answer=one.answer,
        sent=sent,
    )


def _put_right(task: ReviewTask, today: date) -> tuple[str, str]:
    """Return where the office is with what follows from an upheld objection, in both languages."""
    if task.state == "open":
        state = "late" if task.due_on < today else "open"
    else:
        state = task.outcome or "nothing_due"
    done = civil(task.closed_at).date() if task.closed_at else task.due_on
    en, zh = _PUT_RIGHT[state]
    return (
        en.format(due=spoken_day(task.due_on, "en"), done=spoken_day(done, "en")),
        zh.format(due=spoken_day(task.due_on, "zh"), done=spoken_day(done, "zh")),
    )
