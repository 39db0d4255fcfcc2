"""What is sent to every address that takes the name of a thing: of here, of elsewhere, of nobody."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import pytest
from sqlalchemy.orm import Session

from service.audit.actor import SYSTEM
from service.batches.differences.models import BatchDifference
from service.batches.models import Batch
from service.foundation import clock, ids
from service.foundation.ids import reference_of
from service.officers.organisations import describe
from service.reconciliation.corrections.models import CorrectionFile, CorrectionRow
from service.reconciliation.corrections.take import sealed_raw
from service.reconciliation.corrections.template import COLUMNS
from service.residents.models import Division, HeirRegistration
from tests.factories import residents
from tests.factories.batches import BatchFactory, PaymentFactory
from tests.factories.exceptions import (
    ExceptionAssignmentFactory,
    ExceptionTaskFactory,
    HoldFactory,
)
from tests.factories.findings import FindingFactory
from tests.factories.officers import OfficerFactory
from tests.factories.proposals import STANDARD, shipped
from tests.factories.residents import (
    AccountChangeFactory,
    PersonFactory,
    PersonIdentifierFactory,
    ReviewTaskFactory,
    id_number,
)
from tests.service.doors.parameters import NAMES
from tests.service.doors.things import HERE, OTHER_PROGRAMME, PROGRAMME, THERE, TOWN

EMPTY = "330523102"
"""A township in which there is nothing, so that its emptiness tells nothing."""
WHY = "入户核实后情况属实，同意办理"


@dataclass(frozen=True)
class Case:
    """One parameter, and what is sent in it; a third of None means that the second is refused."""

    door: str
    name: str
    sent: Sequence[Any]
    """The officer's own, another's, one that is not there."""
    duty: str = "maker"
    by_programme: bool = False
    path: dict[str, str] = field(default_factory=dict)
    beside: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Made:
    """Things of here, of there, and of another programme, each beside its twin."""

    batch: Batch
    alien: Batch
    person: Any
    stranger: Any
    holds: tuple[str, str, str]
    """Of here, of there, of the other programme."""
    marks: dict[str, str] = field(default_factory=dict)


@pytest.fixture
def things(session: Session) -> Made:
    residents.use(session)
    for code, name, level, parent in (
        ("330523000000", "样例县", "county", None),
        (f"{TOWN}000", "石桥镇", "township", "330523000000"),
        (f"{THERE[:9]}000", "河东镇", "township", "330523000000"),
        (f"{EMPTY}000", "无人镇", "township", "330523000000"),
    ):
        session.add(Division(code=code, name=name, level=level, parent=parent))
    batch, alien = BatchFactory.create(), BatchFactory.create(programme=OTHER_PROGRAMME)
    person, stranger = (PersonFactory.create(division=one, name="同名者") for one in (HERE, THERE))
    for number, one in ((7, person), (8, stranger)):
        PersonIdentifierFactory.create(person=one, number=id_number(number, "19480202"))
    holds = []
    for of, place in ((batch, HERE), (batch, THERE), (alien, THERE)):
        line = PaymentFactory.create(batch=of, division=place, state="held")
        holds.append(f"h{HoldFactory.create(payment=line).id}")
    return Made(batch, alien, person, stranger, (holds[0], holds[1], holds[2]))


def difference(session: Session, batch: Batch, place: str, number: int) -> str:
    """Write down one difference of a list; return the place in the list that it is."""
    one = BatchDifference(
        batch_id=batch.id, subject_kind="person", subject_id=number, part="left", cause="death",
        township=f"{place[:9]}000", last_fen=100, this_fen=0,
        last_line_id=PaymentFactory.create(batch=batch, division=place).id,
    )  # fmt: skip
    session.add(one)
    session.flush()
    return reference_of(one.id)


def heir(session: Session, dead: Any, receiver: Any) -> str:
    """Let another officer have registered an heir; return the registration."""
    made = HeirRegistration(
        id=ids.uuid7(), person_id=dead.id, heir_person_id=receiver.id, basis="agreement",
        relation="child", evidence="公证处 2026-01", reason=WHY, registered_by=str(ids.uuid7()),
        registered_at=clock.now(),
    )  # fmt: skip
    session.add(made)
    session.flush()
    return str(made.id)


def of_exceptions(made: Made) -> list[Case]:
    """The filters of exceptions, on the pages and for programs, in every way they are sent."""
    found = []
    mine, theirs, aliens = made.holds
    for door, duty, beside in (
        ("GET /exceptions", "maker", {"month": ""}),
        ("GET /exceptions.csv", "maker", {}),
        ("GET /exceptions/preview", "maker", {"act": "clear"}),
        ("POST /exceptions/clear", "maker", {"reason": WHY}),
        ("POST /exceptions/assign", "maker", {"reason": WHY, "to": "石桥镇", "days": "5"}),
        ("GET /api/exceptions", "maker", {}),
        ("POST /api/exceptions/clear/preview", "maker", {}),
        ("POST /api/exceptions/clear", "maker", {"reason": WHY}),
        ("POST /api/exceptions/assign/preview", "maker", {"to": "石桥镇"}),
        ("POST /api/exceptions/assign", "maker", {"to": "石桥镇", "reason": WHY}),
    ):

        def case(
            name: str,
            *values: Any,
            by_programme: bool = False,
            door: str = door,
            duty: str = duty,
            beside: dict[str, Any] = beside,
        ) -> None:
            if name in NAMES[door]:
                found.append(
                    Case(door, name, values, duty=duty, by_programme=by_programme, beside=beside)
                )  # fmt: skip

        case("keys", [mine], [theirs], ["h99999999"])
        case("keys", [mine], [aliens], ["h99999999"], by_programme=True)
        case("batch", made.batch.batch_no, made.alien.batch_no, "MZ16-2026-10-9")
        case("place", TOWN, THERE[:9], EMPTY)
        case("programme", PROGRAMME, OTHER_PROGRAMME, "MZ17", by_programme=True)
        case("after", mine, theirs, "h99999999")
    return found


def of_lists(session: Session, made: Made) -> list[Case]:
    """Lists of batches and of lines, and the comparison with last month."""
    batch_no = {"batch_no": made.batch.batch_no}
    here, there = (difference(session, made.batch, one, n) for n, one in enumerate((HERE, THERE)))
    causes = [{"part": "left", "cause": "death", "count": 2, "amount_fen": 200}]
    made.batch.differences = {"causes": causes}
    nowhere = reference_of(99_999_999)
    found = [
        Case(door, "programme", (PROGRAMME, OTHER_PROGRAMME, "MZ17"), by_programme=True)
        for door in ("GET /api/batches", "GET /batches")
    ]
    for part in ("", ".csv"):
        door = f"GET /batches/{{batch_no}}/differences{part}"
        codes = [f"{one[:9]}000" for one in (TOWN, THERE, EMPTY)]
        found.append(Case(door, "township", codes, path=batch_no))
    for part in ("/batches/{batch_no}", "/api/batches/{batch_no}/lines", "/batches/{batch_no}/lines.csv",
                 "/batches/{batch_no}/lines.xlsx"):  # fmt: skip
        door = f"GET {part}"
        codes = [f"{one[:9]}000" for one in (TOWN, THERE, EMPTY)]
        found.append(Case(door, "place", codes, path=batch_no))
    numbers = (made.batch.batch_no, made.alien.batch_no, "MZ15-1999-01-01")
    act: dict[str, Any] = {"act": "submit"}
    found.append(Case("GET /several-lists", "batch", numbers, beside=act))
    look = "POST /api/several-lists/look"
    found.append(Case(look, "batches", [[one] for one in numbers], beside=act))
    for way in ("after", "before"):
        door = "GET /batches/{batch_no}/differences"
        found.append(Case(door, way, (here, there, nowhere), path=batch_no))
    return found


def of_residents(session: Session, made: Made) -> list[Case]:
    """Residents looked for by number, name and place; heirs; questions; accounts."""
    mine, theirs, nobodys = (id_number(one, "19480202") for one in (7, 8, 9))
    dead, dead_there = PersonFactory.create(division=HERE), PersonFactory.create(division=THERE)
    claim = {"relation": "child", "share": "1/1", "basis": "agreement", "evidence": "公证处 2026-01",
             "reason": WHY}  # fmt: skip
    at = {"person_id": str(dead.id)}
    own, other = heir(session, dead, made.person), heir(session, dead_there, made.stranger)
    nothing = str(ids.uuid7())
    places = [f"{one[:9]}000" for one in (TOWN, THERE, EMPTY)]
    looks = "POST /api/residents/search"
    found = [
        Case(looks, "number", (mine, theirs, nobodys)),
        Case(looks, "name", ("同名者", "他处者", "无此人"), beside={"division": TOWN + "000"}),
        Case(looks, "division", places, beside={"name": "同名者"}),
        Case("POST /residents", "number", (mine, theirs, nobodys)),
        Case("POST /residents", "name", ("同名者", "他处者", "无此人"), beside={"division": TOWN + "000"}),
        Case("POST /residents", "division", places,
             beside={"name": "同名者"}),
        Case("POST /heirs/{person_id}", "number", (mine, theirs, nobodys), "steward", path=at,
             beside=claim),
        Case("POST /heirs/{person_id}/refuse", "refused", (own, other, nothing), "reviewer", path=at,
             beside={"refuse_reason": WHY}),
        Case("POST /heirs/{person_id}/end", "ended", (own, other, nothing), "steward", path=at,
             beside={"end_reason": WHY}),
        Case("POST /heirs/{person_id}/{heir_id}/approve", "heir_id", (own, other, nothing), "reviewer",
             path=at),
    ]  # fmt: skip
    api = "POST /api/heirs/{person_id}/registrations"
    three, why = (own, other, nothing), {"reason": WHY}
    found += [
        Case(api, "number", (mine, theirs, nobodys), "steward", path=at, beside=claim),
        Case(f"{api}/{{heir_id}}/approve", "heir_id", three, "reviewer", path=at),
        Case(f"{api}/{{heir_id}}/refuse", "heir_id", three, "reviewer", path=at, beside=why),
        Case(f"{api}/{{heir_id}}/end", "heir_id", three, "steward", path=at, beside=why),
    ]
    PersonFactory.create(division=THERE, name="他处者")
    tasks = [str(ReviewTaskFactory.create(person_id=one.id).id) for one in (dead, dead_there)]
    said = {"outcome": "stands", "reason": WHY}
    doors = ("GET /tasks/{task_id}", "POST /tasks/{task_id}", "POST /api/tasks/{task_id}/answer")
    found += [Case(door, "task_id", (*tasks, nothing), "steward", beside=said) for door in doors]
    changes = [
        str(AccountChangeFactory.create(person_id=one.id).id) for one in (made.person, dead_there)
    ]
    found.append(
        Case(
            "POST /residents/{person_id}/account/{change_id}",
            "change_id",
            (*changes, nothing),
            "reviewer",
            path={"person_id": str(made.person.id)},
            beside={"answer": "confirm", "decision_reason": WHY},
        )
    )
    found.append(
        Case("POST /api/residents/{person_id}/account/{change_id}", "change_id",
             (*changes, nothing), "reviewer", path={"person_id": str(made.person.id)},
             beside={"answer": "confirm"})
    )  # fmt: skip
    return found


def of_runs() -> list[Case]:
    """What is run where, which control is off for what, and whose rule is written."""
    month = {"month": "2026-11"}
    run: dict[str, Any] = {"kind": "regular", "division": ""}
    texts = {"title": "题", "law": "文", "reason": WHY, "month": "2026-12", "text": [shipped(STANDARD)],
             "evidence": "sourced"}  # fmt: skip
    names = ([STANDARD], ["programmes/minzheng/MZ16.yaml"])
    return [
        Case("GET /months/{month}/run", "division", (TOWN, THERE[:9], EMPTY), path=month),
        Case("POST /months/{month}/run", "division", (TOWN, THERE[:9], None), path=month,
             beside={"codes": [PROGRAMME], "kind": "regular"}),
        Case("POST /months/{month}/run", "codes", ([PROGRAMME], [OTHER_PROGRAMME], None),
             by_programme=True, path=month, beside=run),
        Case("POST /months/{month}/run", "shown", ([PROGRAMME], [OTHER_PROGRAMME], None),
             by_programme=True, path=month, beside={**run, "take": "all"}),
        Case("POST /api/months/{month}/run", "division", (TOWN, THERE[:9], None), path=month,
             beside={"codes": [PROGRAMME]}),
        Case("POST /api/months/{month}/run", "codes", ([PROGRAMME], [OTHER_PROGRAMME], None),
             by_programme=True, path=month),
        Case("POST /api/controls/switches", "programme", (PROGRAMME, OTHER_PROGRAMME, None),
             "policy", True, beside={"control": "account_unverified", "reason": WHY,
                                     "from_month": "2026-12", "to_month": "2026-12"}),
        Case("POST /controls", "programme", (PROGRAMME, OTHER_PROGRAMME, None), "policy", True,
             beside={"control": "account_unverified", "reason": WHY}),
        Case("POST /rules/new", "name", (*names, None), "policy", True, beside=texts),
        Case("POST /api/rules", "texts", (*({one[0]: shipped(STANDARD)} for one in ([STANDARD], [names[1][0]])), None),
             "policy", True, beside={**{one: texts[one] for one in texts if one != "text"}}),
    ]  # fmt: skip


def of_paths(session: Session, made: Made) -> list[Case]:
    """What stands in a path and no door asks about."""
    nothing = "h99999999"
    found = [
        Case(door, "key", (made.holds[0], other, nothing), by_programme=alien, beside=beside)
        for door, beside in (
            ("GET /exceptions/{key}", {}),
            ("POST /exceptions/{key}", {"act": "answer", "outcome": "confirmed"}),
            ("GET /api/exceptions/{key}", {}),
            ("POST /api/exceptions/{key}/answer",
             {"outcome": "confirmed", "said": "人在家", "evidence": "记录"}),
            ("POST /api/exceptions/{key}/ask-again", {"days": 5, "reason": WHY}),
            ("POST /api/exceptions/{key}/give-back", {"reason": WHY}),
            ("POST /api/exceptions/{key}/withdraw", {"reason": WHY}),
        )
        for other, alien in ((made.holds[1], False), (made.holds[2], True))
    ]  # fmt: skip
    describe(session, "石桥镇", "township", division=TOWN, by=SYSTEM)
    describe(session, "河东镇", "township", division=THERE[:9], by=SYSTEM)
    letters = []
    for key, office in zip(made.holds, ("石桥镇", "河东镇", "河东镇"), strict=True):
        officer = OfficerFactory.create(organisation=office)
        letter = ExceptionAssignmentFactory.create(officer=officer)
        ExceptionTaskFactory.create(
            hold_id=int(key[1:]), letter=letter, organisation=office, due_on=date(2026, 12, 4)
        )
        letters.append(f"T{letter.number:06d}")
    found += [
        Case(f"GET {api}/exceptions/assignments/{{assignment_no}}", "assignment_no",
             (letters[0], letters[1], "T99999999"))
        for api in ("", "/api")
    ]  # fmt: skip
    return found


def of_findings(session: Session) -> list[Case]:
    """Findings of auditors that were put to another office."""
    describe(session, "石桥镇", "township", division=TOWN, by=SYSTEM)
    describe(session, "河东镇", "township", division=THERE[:9], by=SYSTEM)
    own, other = (FindingFactory.create(organisation=office) for office in ("石桥镇", "河东镇"))
    session.flush()
    sent = (own.finding_no, other.finding_no, "A99999999")
    reads = [Case(f"GET {api}/findings/{{finding_no}}", "finding_no", sent) for api in ("", "/api")]
    answers = Case(
        "POST /api/findings/{finding_no}/{act}", "finding_no", sent, path={"act": "answer"},
        beside={"said": WHY},
    )  # fmt: skip
    return [*reads, answers]


def of_corrections(session: Session, made: Made) -> list[Case]:
    """Imported correction workbooks of others, and their rows."""

    def rows(*places: str) -> tuple[str, list[str]]:
        file = CorrectionFile(
            id=ids.uuid7(), file_name="x.xlsx", sha256=str(ids.uuid7()), lines_given_out=2,
            rows_blank=0, rows_known=0, rows_hidden=0, imported_by=str(ids.uuid7()),
            imported_at=clock.now(),
        )  # fmt: skip
        session.add(file)
        session.flush()
        found: list[str] = []
        for place in places:
            row_id = ids.uuid7()
            line = PaymentFactory.create(batch=made.batch, division=place)
            entry = dict.fromkeys((one.field for one in COLUMNS), "")
            session.add(
                CorrectionRow(
                    id=row_id, file_id=file.id, state="faulty", sheet="", row_no=4 + len(found),
                    payment_id=line.id, raw_sealed=sealed_raw(row_id, {}, entry), faults=[],
                )
            )  # fmt: skip
            session.flush()
            found.append(str(row_id))
        return str(file.id), found

    here, both = rows(HERE), rows(HERE, THERE)
    nowhere = str(ids.uuid7())
    sent = here[0], rows(THERE)[0], nowhere
    base = "/account-corrections/{correction_id}"
    doors = (f"GET {base}", f"POST {base}/ask", f"GET /api{base}", f"POST /api{base}/ask")
    found = [Case(door, "correction_id", sent) for door in doors]
    of_row = (*both[1], nowhere)
    return found + [
        Case(f"{method} {base}/rows/{{row_id}}", "row_id", of_row, path={"correction_id": both[0]})
        for method in ("GET", "POST")
    ]


Makers = dict[str, Callable[[Session, Made], list[Case]]]
CASES_OF: Makers = {
    "exceptions": lambda _, made: of_exceptions(made),
    "lists": of_lists,
    "residents": of_residents,
    "runs": lambda _, __: of_runs(),
    "paths": of_paths,
    "corrections": of_corrections,
    "findings": lambda session, _: of_findings(session),
}
