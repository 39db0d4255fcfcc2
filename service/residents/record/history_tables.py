"""What is asked about somebody and was decided, as tables of the page; everything by whom and why."""

from sqlalchemy.orm import Session

from service.residents import feeds, queries
from service.residents.pages import task_words
from service.residents.record import around, words
from service.residents.record.facts import Record
from service.residents.record.table import Table
from service.web.filters import day, ending
from service.web.language import gettext
from service.web.view_models import Cell, Column, Row, Tag


def changes(session: Session, record: Record) -> Table:
    states = {
        "requested": Tag(gettext("waits for a second officer"), "warn"),
        "confirmed": Tag(gettext("confirmed"), "ok"),
        "refused": Tag(gettext("refused"), "bad"),
        "withdrawn": Tag(gettext("withdrawn")),
    }
    found = around.account_changes(session, record.aliases)
    named = queries.names_of(
        session, {one.requested_by for one in found} | {one.decided_by for one in found}
    )
    return Table(
        "changes",
        gettext("Changes of account"),
        [
            Column(gettext("New account")),
            Column(gettext("State")),
            Column(gettext("Asked for by")),
            Column(gettext("On"), "moment"),
            Column(gettext("Why")),
            Column(gettext("Decided by")),
        ],
        [
            Row(
                [
                    f"{one.bank_name} {ending(one.tail)}",
                    states[one.state],
                    named.get(one.requested_by, gettext("the system")),
                    one.requested_at,
                    one.reason,
                    " · ".join(filter(None, (named.get(one.decided_by or ""), one.decision_reason)))
                    or None,
                ]
            )
            for one in found
        ],
    )


def confirmations(session: Session, record: Record) -> Table:
    answers = {
        "alive": Tag(gettext("alive"), "ok"),
        "dead": Tag(gettext("dead"), "bad"),
    }
    return Table(
        "seen",
        gettext("What townships confirmed"),
        [
            Column(gettext("Answer")),
            Column(gettext("Day")),
            Column(gettext("Who looked")),
            Column(gettext("Why")),
            Column(gettext("Taken back")),
        ],
        [
            Row(
                [
                    answers[one.answer],
                    day(one.stated_on),
                    one.organisation,
                    one.reason,
                    day(one.withdrawn_at) if one.withdrawn_at else None,
                ]
            )
            for one in around.confirmations(session, record.aliases)
            if one.at < record.known_at
        ],
    )


def tasks(session: Session, record: Record) -> Table:
    rows = []
    for one in around.tasks(session, record.aliases):
        tag = task_words.state_tag(one)
        cells: list[Cell] = [
            task_words.question(one.kind),
            tag,
            task_words.answering(one),
            day(one.due_on),
        ]
        rows.append(Row(cells, f"/tasks/{one.id}"))
    return Table(
        "tasks",
        gettext("Questions to departments"),
        [
            Column(gettext("Question")),
            Column(gettext("State")),
            Column(gettext("Answers")),
            Column(gettext("Due")),
        ],
        rows,
    )


def disputes(session: Session, record: Record) -> Table:
    why = {
        "two_rows": gettext("one file names two people by this number"),
        "another_person": gettext("the register suddenly names somebody else"),
    }
    return Table(
        "disputes",
        gettext("Disputed numbers"),
        [
            Column(gettext("What is disputed")),
            Column(gettext("State")),
            Column(gettext("Opened"), "moment"),
            Column(gettext("Answer")),
        ],
        [
            Row(
                [
                    why.get(one.why, one.why),
                    Tag(gettext("resolved"), "ok")
                    if one.resolved_at
                    else Tag(gettext("blocked until the police answer"), "bad"),
                    one.opened_at,
                    one.resolution,
                ]
            )
            for one in around.disputes(session, record.aliases)
        ],
    )


def merges(session: Session, record: Record) -> Table:
    kinds = {"merge": gettext("taken for one person"), "split": gettext("parted again")}
    found = around.identity_acts(session, record.aliases)
    named = queries.names_of(session, {one.by for one in found})
    known = feeds.every()
    return Table(
        "merges",
        gettext("Merges and splits"),
        [
            Column(gettext("What")),
            Column(gettext("Rows")),
            Column(gettext("Time"), "moment"),
            Column(gettext("By")),
            Column(gettext("Why")),
        ],
        [
            Row(
                [
                    kinds[one.kind],
                    f"{one.kept_id} ← {one.other_id}",
                    one.at,
                    named.get(one.by) or (words.name_of(known[one.by]) if one.by in known else "—"),
                    one.reason,
                ]
            )
            for one in found
        ],
    )
