"""Contradictions between departments, as questions with a deadline: the list, and one to answer."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Form, Query, Request
from sqlalchemy.orm import Session
from starlette.responses import RedirectResponse, Response

from service.audit.moves import IllegalMove
from service.foundation.problems import NotFound
from service.officers.may import may, require
from service.officers.models import Officer
from service.officers.reach import is_whole_county, places, reaches
from service.officers.signed_in import SignedInOfficer
from service.residents import feeds, queries
from service.residents.models import ReviewTask
from service.residents.pages import task_words, words
from service.residents.pages.task_sides import Side, sides
from service.residents.pages.task_steps import steps
from service.residents.record.search import seen
from service.residents.requests.queries import of_task
from service.residents.requests.words import said as what_is_wrong
from service.residents.tasks.answer import AnswerIncomplete, AskedAgain, answer, reopen
from service.residents.tasks.definitions import every as every_check
from service.web import navigation
from service.web.filters import day, masked_name, moment
from service.web.here import visit
from service.web.language import gettext, translatable
from service.web.render import page
from service.web.transactions import Transaction
from service.web.view_models import Column, Fault, Figure, Link, Option, Row

router = APIRouter()
navigation.register("tasks", translatable("Questions"), "/tasks", act="tasks.read")
REASON_MAX = 500
STATES = ("open", "answered", "settled")
PageNumber = Annotated[int, Query(alias="page", ge=1, le=100_000)]
Choice = Annotated[str, Query(max_length=60)]
_ACTED = {
    "guardian": translatable("The guardian, for the person whom it is about"),
    "proxy": translatable("Who receives for the person whom it is about"),
}
_REFUSALS = (AnswerIncomplete, AskedAgain, IllegalMove)


@dataclass(frozen=True)
class Asked:
    """Which tasks are asked for, as the address says it."""

    department: str
    kind: str
    state: str

    @property
    def feeds(self) -> list[str]:
        """Return the feeds of the department, or nothing for all."""
        return [code for code, one in feeds.every().items() if one.department_zh == self.department]


@router.get("/tasks")
def show_tasks(
    session: Transaction,
    officer: SignedInOfficer,
    department: Choice = "",
    kind: Choice = "",
    state: Choice = "open",
    number: PageNumber = 1,
) -> Response:
    """What departments have to answer, the earliest deadline first."""
    require(officer, "tasks.read")
    asked = Asked(department, kind, state if state in STATES else "open")
    if department and not asked.feeds:
        raise NotFound("page")
    found, total = queries.tasks(
        session, feeds=asked.feeds, kind=kind, state=asked.state,
        places=places(officer, "tasks.read"), page=number,
    )  # fmt: skip
    counts = queries.waiting_tasks(session, places=places(officer, "tasks.read"))
    return page(
        "residents/tasks.html",
        asked=asked,
        figures=_figures(counts),
        departments=_departments(counts),
        kinds=[Option("", gettext("all"))]
        + [
            Option(code, task_words.question(code)) for code in sorted({one.kind for one in counts})
        ],
        states=[
            Option("open", gettext("open")),
            Option("answered", gettext("has an answer")),
            Option("settled", gettext("settled")),
        ],
        chosen=_chosen(asked),
        columns=_columns(),
        rows=_rows(session, found, officer),
        number=number,
        pages=max(1, -(-total // queries.ROWS_PER_PAGE)),
        total=total,
    )


@router.get("/tasks/{task_id}")
def show_task(session: Transaction, officer: SignedInOfficer, task_id: UUID) -> Response:
    """One question: what each department says, and what was answered."""
    require(officer, "tasks.read")
    return _task(session, officer, task_seen(session, officer, task_id))


@router.post("/tasks/{task_id}")
def answer_task(
    request: Request,
    session: Transaction,
    officer: SignedInOfficer,
    task_id: UUID,
    outcome: Annotated[str, Form(max_length=40)] = "",
    reason: Annotated[str, Form(max_length=REASON_MAX)] = "",
) -> Response:
    """Write down what the department answered, or open an answered question again."""
    require(officer, "tasks.answer")
    task = task_seen(session, officer, task_id, "tasks.answer")
    by = officer.actor(str(request.state.officer_session.id))
    try:
        with session.begin_nested():
            if outcome == "reopen":
                reopen(session, task_id, by=by, reason=reason)
            else:
                answer(session, task_id, by=by, outcome=outcome, reason=reason)
    except _REFUSALS as problem:
        session.refresh(task)
        field = "reason" if isinstance(problem, AnswerIncomplete) else ""
        fault = Fault(problem.say(visit().language), field)
        return _task(
            session, officer, task, faults=[fault], status=problem.status,
            outcome=outcome, reason=reason,
        )  # fmt: skip
    return RedirectResponse(f"/tasks/{task_id}", status_code=303)


def task_seen(
    session: Session, officer: Officer, task_id: UUID, act: str = "tasks.read"
) -> ReviewTask:
    """Return a task with which the officer may do an act, where its person lives; others look as if
    they were not there.
    """
    task = session.get(ReviewTask, task_id)
    if task is None:
        raise NotFound("task")
    if task.person_id is not None:
        try:
            person = seen(session, task.person_id, officer)
        except NotFound:
            raise NotFound("task") from None
        if not reaches(officer, act, person.division):
            raise NotFound("task")
    elif not is_whole_county(officer, act):
        raise NotFound("task")
    return task


def _task(
    session: Session,
    officer: Officer,
    task: ReviewTask,
    *,
    faults: list[Fault] | None = None,
    status: int = 200,
    outcome: str = "",
    reason: str = "",
) -> Response:
    found: list[Side] = sides(session, task)
    return page(
        "residents/task.html",
        status=status,
        task=task,
        question=task_words.question(task.kind),
        tag=task_words.state_tag(task),
        crumbs=[Link(gettext("Questions"), "/tasks")],
        meanwhile=task_words.meanwhile(task.kind),
        pairs=_pairs(session, task),
        person=f"/residents/{task.person_id}"
        if task.person_id is not None and may(officer, "residents.read")
        else "",
        sides=found,
        columns=[Column(gettext("Item")), Column(gettext("Value"))],
        outcomes=task_words.outcomes(task.kind),
        steps=steps(task, officer),
        may_answer=_may_answer(session, officer, task) and task.state != "settled",
        request=_request(session, officer, task),
        faults=faults or [],
        outcome=outcome,
        reason=reason,
        reason_max=REASON_MAX,
    )


def _request(session: Session, officer: Officer, task: ReviewTask) -> list[tuple[str, str]]:
    """Return what a resident wrote, for who may answer; nothing for questions between departments."""
    found = of_task(session, task) if may(officer, "tasks.answer") else None
    if found is None:
        return []
    wrong, wrong_zh = what_is_wrong(found.about, found.wrong)
    said = [
        (gettext("Request"), found.number),
        (gettext("Subsidy"), f"{found.programme} · {found.month}"),
        (gettext("Said to be wrong"), wrong_zh if visit().language == "zh" else wrong),
        (gettext("Right would be"), found.right),
    ]
    if found.acted_as:
        said.append((gettext("Sent by"), gettext(_ACTED[found.acted_as])))
    if found.answer:
        said.append((gettext("The answer that the resident reads"), found.answer))
    return said


def _may_answer(session: Session, officer: Officer, task: ReviewTask) -> bool:
    try:
        task_seen(session, officer, task.id, "tasks.answer")
    except NotFound:
        return False
    return True


def _pairs(session: Session, task: ReviewTask) -> list[tuple[str, str]]:
    pairs = [
        (gettext("Answers"), task_words.answering(task)),
        (gettext("Opened"), moment(task.opened_at)),
        (gettext("Due"), day(task.due_on)),
    ]
    if task.other_feed:
        other = feeds.feed(task.other_feed)
        pairs.insert(
            1, (gettext("Against"), f"{words.department(other)} · {words.feed_name(other)}")
        )
    if count := task.details.get("count"):
        pairs.append((gettext("How many"), f"{count:,}"))
    if task.closed_at is not None:
        named = queries.names_of(session, {task.closed_by})
        who = named.get(task.closed_by or "", gettext("the system"))
        pairs.append((gettext("Answered"), f"{moment(task.closed_at)} · {who}"))
        pairs.append((gettext("Answer"), task_words.outcome(task.outcome)))
    return pairs


def _columns() -> list[Column]:
    return [
        Column(gettext("Question")),
        Column(gettext("About")),
        Column(gettext("Answers")),
        Column(gettext("State")),
    ]


def _rows(session: Session, found: list[ReviewTask], officer: Officer) -> list[Row]:
    people = queries.people_of(session, {one.person_id for one in found})
    rows = []
    for one in found:
        person = people.get(one.person_id or 0)
        about: Any = None
        if person is not None:
            about = Link(masked_name(person.name), f"/residents/{person.id}")
            if not person.name or not may(officer, "residents.read"):
                about = about.text
        cells = [
            task_words.question(one.kind),
            about,
            task_words.answering(one),
            task_words.due_tag(one),
        ]
        late = task_words.is_overdue(one)
        rows.append(Row(cells, f"/tasks/{one.id}", tone="bad" if late else ""))
    return rows


def _figures(counts: Collection[queries.WaitingTasks]) -> list[Figure]:
    late = sum(one.overdue for one in counts)
    return [
        Figure(gettext("Open questions"), f"{sum(one.open for one in counts):,}"),
        Figure(gettext("Overdue"), f"{late:,}", tone="bad" if late else ""),
        Figure(gettext("Kinds of contradictions looked for"), f"{len(every_check())}"),
    ]


def _departments(counts: Collection[queries.WaitingTasks]) -> list[Option]:
    """Return the departments with their open tasks, as choices of the filter."""
    known = feeds.every()
    totals: dict[str, tuple[str, int]] = {}
    for one in counts:
        feed = known[one.feed]
        said, before = totals.get(feed.department_zh, (words.department(feed), 0))
        totals[feed.department_zh] = said, before + one.open
    return [Option("", gettext("all"))] + [
        Option(name, f"{said} ({count:,})") for name, (said, count) in sorted(totals.items())
    ]


def _chosen(asked: Asked) -> list[tuple[str, str]]:
    """Return the filters in use, each of which can be taken away again."""
    chosen = []
    if asked.department:
        chosen.append((words.department(feeds.feed(asked.feeds[0])), "department"))
    if asked.kind:
        chosen.append((task_words.question(asked.kind), "kind"))
    if asked.state != "open":
        chosen.append(
            (gettext("has an answer") if asked.state == "answered" else gettext("settled"), "state")
        )
    return chosen
