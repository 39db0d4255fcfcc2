"""Send a request of the person who is signed in, and read what became of all of them; recorded."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from service.audit.actor import Actor
from service.audit.record import record
from service.enquiry.requests.choices import chosen
from service.enquiry.wards.acting import Whom
from service.enquiry.wards.sent import Sent, names_of_wards, sent_by
from service.foundation.clock import civil
from service.foundation.spoken import spoken_day
from service.programmes.catalogue import rules
from service.programmes.titles import title
from service.residents.identity.canonical import aliases
from service.residents.models import ResidentRequest
from service.residents.requests.ask import Asked, ask
from service.residents.requests.queries import Request, of_person
from service.residents.requests.words import WRONG
from service.residents.requests.words import said as what_is_wrong

_WAITS = (
    "It is being looked at. The answer will stand here by {due}.",
    "正在核实，将于{due}前在此答复。",
)
_LATE = (
    "The answer was due by {due} and is late; the office sees that it is. You need not ask again.",
    "应于{due}前答复，现已逾期，办理部门可以看到逾期提示，您无需重复申请。",
)
_OUTCOMES = {
    "stands": (
        "It was checked: the data are right as they stand.",
        "经核实，登记的数据无误。",
    ),
    "will_correct": (
        "It was checked: you are right, and it will be corrected.",
        "经核实，您反映的情况属实，将予以更正。",
    ),
    "explained": ("It was checked and explained.", "已核实并说明。"),
    "settled": ("It has been settled.", "已办结。"),
}


@dataclass(frozen=True)
class Tracked:
    """One request and where it stands, in a sentence of each language."""

    number: str
    programme: str
    name: str
    name_zh: str
    month: str
    about: str
    """The code of what is wrong."""
    wrong: str
    wrong_zh: str
    right: str
    asked_on: date
    due_on: date
    answered_on: date | None
    state: str
    """open, late or answered."""
    sentence: str
    sentence_zh: str
    answer: str
    """The officer's own words, "" until then."""
    sent: Sent


def send(session: Session, whose: Whom, given: Asked) -> ResidentRequest:
    """Keep a request with the department of what was chosen, whatever ``given`` says of both.

    Raises ChoiceUnknown, NotFound, RequestIncomplete, RequestStands, RequestsTooMany.
    """
    one = chosen(session, whose, given.month, given.programme, given.about)
    whole = Asked(
        programme=given.programme,
        month=given.month,
        about=given.about,
        feed=one.feed,
        wrong=None if given.about in WRONG else (one.text, one.text_zh),
        right=given.right,
        once=given.once,
        acted_by=whose.acted_by,
        acted_as=whose.acted_as,
    )
    return ask(session, whose.person_id, whole)


def tracked(session: Session, person_id: int, *, today: date) -> list[Tracked]:
    """Return every request in a person's name or sent by it for a ward, the newest first."""
    wards = names_of_wards(session, person_id)
    own = aliases(session, person_id)
    found = [
        _tracked(one, sent_by(one, own, wards, session), today)
        for one in of_person(session, person_id, wards)
    ]
    record(
        session,
        "answer.read",
        by=Actor(kind="resident", id=str(person_id)),
        on=("persons", person_id),
        details={"requests": len(found)},
    )
    return found


def _tracked(one: Request, sent: Sent, today: date) -> Tracked:
    if one.state == "open":
        state = "late" if one.due_on < today else "open"
        said = _LATE if state == "late" else _WAITS
    else:
        state, said = "answered", _OUTCOMES[one.outcome or "settled"]
    due = one.due_on
    wrong, wrong_zh = what_is_wrong(one.about, one.wrong, label_of(one.about))
    return Tracked(
        number=one.number,
        programme=one.programme,
        name=title(one.programme, "en"),
        name_zh=title(one.programme, "zh"),
        month=one.month,
        about=one.about,
        wrong=wrong,
        wrong_zh=wrong_zh,
        right=one.right,
        asked_on=civil(one.asked_at).date(),
        due_on=due,
        answered_on=civil(one.answered_at).date() if one.answered_at else None,
        state=state,
        sentence=said[0].format(due=spoken_day(due, "en")),
        sentence_zh=said[1].format(due=spoken_day(due, "zh")),
        answer=one.answer,
        sent=sent,
    )


def label_of(about: str) -> str:
    """Return the English name of the fact that a code is about; "" where the rules know none."""
    name = about.removeprefix("fact:")
    known = rules().facts
    return known.words_of(name).en if name in known.facts or name in known.derived else ""
