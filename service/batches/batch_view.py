"""What a batch's page shows: where it stands, what needs a person, how it differs, and its lines."""

from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy.orm import Session

from service.assessment.models import Assessment
from service.batches import figures, queries, words
from service.batches.about import sees_whole
from service.batches.compare import adds_up
from service.batches.compared import Picture, picture
from service.batches.differences import view as differences
from service.batches.differences.own import own_comparison
from service.batches.figures import Totals
from service.batches.findings.pages import finding_columns, finding_rows
from service.batches.history import Happened, history
from service.batches.instalments.queries import splits_of
from service.batches.instalments.short import OPEN, shortage
from service.batches.linked import links_of_batch
from service.batches.models import Batch
from service.batches.partial import said_of_part
from service.batches.pay_until import said_until
from service.batches.sums import Term, comparison_terms, to_pay_terms
from service.batches.switches.words import said_off
from service.batches.witnessed import said_waiting, said_witnessed
from service.foundation.months import Month
from service.officers.models import Officer
from service.web.filters import capitals, month_name, number, yuan
from service.web.here import visit
from service.web.language import gettext
from service.web.view_models import Column, Event, Figure, Link, Row, Step, Tag

_DECIDES = {
    "draft": "batches.submit",
    "returned": "batches.submit",
    "frozen": "approvals.decide",
    "noticed": "approvals.decide",
    "prepared": "signing.sign",
}


@dataclass(frozen=True)
class Head:
    """What a batch is called and where it stands."""

    title: str
    tag: Tag
    status: str


@dataclass(frozen=True)
class BatchPage:
    """Everything on a batch's page but its lines."""

    batch: Batch
    only: str
    """That only a part of the list is shown, or nothing."""
    waits: str
    """That what was done last waits for the witnesses, or nothing."""
    witnessed: str
    """By how many witnesses what was done last is confirmed, or nothing."""
    head: Head
    decides: bool
    """Whether the next step is this viewer's."""
    steps: list[Step]
    figures: list[Figure]
    controls_off: list[tuple[str, str]]
    """Which controls were off, each with why: shown before anything else."""
    finding_columns: list[Column]
    finding_rows: list[Row]
    hold_columns: list[Column]
    hold_rows: list[Row]
    exceptions: str
    """Where its exceptions are given to offices and cleared together, or nothing."""
    sums: list[Term]
    picture: Picture | None
    adds_up: bool
    in_part: str
    """That the list is paid in part, or that the year's money does not cover it; else nothing."""
    beside: str
    """Of a part of the month: who of last month it is not compared with."""
    to_pay: list[Term]
    cause_columns: list[Column]
    cause_rows: list[Row]
    township_columns: list[Column]
    township_rows: list[Row]
    hold_caption: str
    bank_caption: str
    bank_columns: list[Column]
    bank_rows: list[Row]
    links: list[Link]
    """Its bank files, the banks' answers to them, and recalls, as later stages keep them."""
    events: list[Event]


def batch_page(session: Session, batch: Batch, officer: Officer, sums: Totals) -> BatchPage:
    """Return a batch's page, of the lines alone that an officer may see, which come to ``sums``."""
    whole, comparison = sees_whole(officer, batch), own_comparison(batch, officer)
    happened = history(session, "batches", batch.id, words.ACTS)
    viewer = visit().viewer
    act = _DECIDES.get(batch.state)
    return BatchPage(
        batch=batch,
        only=said_of_part(officer, batch),
        waits=said_waiting(session, batch),
        witnessed=said_witnessed(session, batch),
        head=head_of(batch),
        decides=bool(act and viewer and viewer.may(act)),
        steps=way_of(session, batch, happened),
        figures=batch_figures(session, batch, sums, officer),
        controls_off=said_off(session, batch),
        finding_columns=finding_columns(),
        finding_rows=finding_rows(session, batch) if whole else [],
        hold_columns=[
            Column(gettext("Reason")),
            Column(gettext("What it means")),
            Column(gettext("What ends it")),
            Column(gettext("Lines"), "number"),
        ],
        hold_rows=_holds(session, batch, officer),
        exceptions=f"/exceptions?batch={batch.batch_no}"
        if viewer and viewer.may("exceptions.read")
        else "",
        sums=comparison_terms(comparison),
        picture=picture(comparison),
        adds_up=adds_up(comparison) if comparison else True,
        in_part=_in_part(session, batch) if whole else "",
        beside=_beside(batch) if whole else "",
        to_pay=to_pay_terms(sums),
        cause_columns=differences.cause_columns(),
        cause_rows=differences.cause_rows(session, batch, officer),
        township_columns=differences.township_columns(),
        township_rows=differences.township_rows(session, batch, officer),
        hold_caption=hold_caption(sums),
        bank_caption=bank_caption(sums),
        bank_columns=[
            Column(gettext("Bank")),
            Column(gettext("Debit account"), "code"),
            Column(gettext("Lines"), "number"),
            Column(gettext("Amount"), "money", gettext("yuan")),
            Column(gettext("Files"), "number"),
            Column(gettext("Pay day")),
        ],
        bank_rows=bank_rows(session, batch) if whole else [],
        links=links_of_batch(session, batch) if whole else [],
        events=events(happened),
    )


def _in_part(session: Session, batch: Batch) -> str:
    made = splits_of(session, batch)
    if made:
        now, due = made[-1].now_fen, made[0].due_fen
        return _parts(batch) % {"now": yuan(now), "due": yuan(due), "later": yuan(due - now)}
    if batch.state in OPEN and batch.kind != "reissue":
        money = shortage(session, batch)
        if money.is_short:
            said = gettext(
                "The year's money does not cover the open lists of this programme: %(left)s of %(asked)s yuan are left."
            )
            return said % {"left": yuan(money.left_fen), "asked": yuan(money.asked_fen)}
    return ""


def _parts(batch: Batch) -> str:
    """Return how a divided list is paid; until the banks have answered nothing is said to be paid."""
    if batch.state == "answered":
        return gettext(
            "Paid in part: %(now)s of %(due)s yuan at first, %(later)s later, because the year's money was short; the same share for everybody."
        )
    said = gettext(
        "To be paid in part: %(now)s of %(due)s yuan at first, %(later)s later, because the year's money is short; the same share for everybody."
    )
    return said if batch.state == "sent" else said + gettext(" Nothing is paid yet.")


def _beside(batch: Batch) -> str:
    beside = batch.comparison.get("beside") if batch.comparison else None
    if not beside:
        return ""
    said = gettext(
        "Compared for this list's recipients only; last month %(count)s others received %(amount)s yuan, who are no matter of this list."
    )
    return said % {"count": number(beside["count"]), "amount": yuan(beside["amount_fen"])}


def head_of(batch: Batch) -> Head:
    """Return the heading of every page about a batch."""
    title = f"{words.programme_name(batch.programme)} {month_name(Month.parse(batch.month))}"
    if batch.kind == "reissue":
        title += gettext(" (re-issue)")
    if batch.kind == "mending":
        title += gettext(" (past months)")
    if batch.kind == "instalment":
        title += gettext(" (instalment)")
    if batch.kind == "supplementary":
        title += gettext(" (supplementary)")
    status = " · ".join(
        filter(None, (batch.batch_no, words.batch_status(batch.state), said_until(batch)))
    )
    return Head(title, words.batch_tag(batch.state), status)


# What stands above this stage says which sign-offs a batch takes, as `service.app` arranges it.
_chain_by: list[Callable[[Session, Batch], list[Step]]] = []


def show_chain_by(read: Callable[[Session, Batch], list[Step]]) -> None:
    """Let a function tell the sign-offs of a batch's chain, in place of one review and one signature."""
    _chain_by[:] = [read]


def way_of(session: Session, batch: Batch, happened: list[Happened]) -> list[Step]:
    """Return the batch's way from its maker to the bank's answer."""
    plain = words.steps(batch, step_notes(happened, batch.state))
    chain = _chain_by[0](session, batch) if _chain_by else []
    return [plain[0], *chain, *plain[3:]] if chain else plain


def step_notes(happened: list[Happened], state: str) -> dict[int, str]:
    """Return who took each step of the present round, and until when the notice hangs."""
    notes: dict[int, str] = {}
    taken = {"batch.frozen": 0, "batch.approved": 1, "batch.signed": 2}
    for one in happened:
        if one.act == "batch.returned":
            break
        if one.act in taken:
            notes.setdefault(taken[one.act], one.who.partition(" · ")[0])
        if one.act == "batch.noticed" and state == "noticed":
            said = gettext("notice until %(day)s") % {"day": one.details.get("ends_on", "")}
            notes.setdefault(1, said)
    return notes


def hold_caption(sums: Totals) -> str:
    """Return how much is held, for the caption of the table of reasons."""
    said = gettext("%(lines)s lines held, %(amount)s yuan; one line may have several reasons")
    return said % {"lines": number(sums.held), "amount": yuan(sums.held_fen)}


def bank_caption(sums: Totals) -> str:
    """Return how much the banks pay together, for the caption of their table."""
    said = gettext("%(lines)s lines to pay, %(amount)s yuan")
    return said % {"lines": number(sums.payable), "amount": yuan(sums.payable_fen)}


def bank_rows(session: Session, batch: Batch) -> list[Row]:
    """Return one row a bank: whom it debits, and how much it pays of the batch."""
    return [
        Row(
            [
                one.channel.name,
                one.channel.debtor_account,
                one.lines,
                one.amount_fen,
                one.files or None,
                " / ".join(day.isoformat() for day in one.days),
            ]
        )
        for one in figures.bank_shares(session, batch)
    ]


def events(happened: list[Happened]) -> list[Event]:
    """Return a history as the timeline shows it."""
    made = []
    for one in happened:
        text, tone = words.act_words(one.act)
        made.append(Event(one.at, one.who or gettext("the system"), text, one.reason, tone))
    return made


def unknown_of(session: Session, batch: Batch) -> int | None:
    """Return how many decisions of the batch's programme lack facts; None for a re-issue."""
    assessment = session.get(Assessment, batch.assessment_id) if batch.assessment_id else None
    return assessment.counts.get(batch.programme, {}).get("unknown") if assessment else None


def batch_figures(session: Session, batch: Batch, sums: Totals, officer: Officer) -> list[Figure]:
    """Return what a batch comes to: to pay, held, and what could not be decided."""
    # Decisions that lack facts are counted for the county alone.
    unknown = unknown_of(session, batch) if sees_whole(officer, batch) else None
    return [
        Figure(gettext("To pay"), number(sums.payable), gettext("lines")),
        Figure(
            gettext("Amount"), yuan(sums.payable_fen), gettext("yuan"), capitals(sums.payable_fen)
        ),
        Figure(
            gettext("Held"),
            number(sums.held),
            gettext("lines"),
            gettext("%(amount)s yuan, not in this payment") % {"amount": yuan(sums.held_fen)}
            if sums.held
            else "",
            f"/batches/{batch.batch_no}?state=held#lines" if sums.held else "",
            "warn" if sums.held else "",
        ),
        Figure(
            gettext("Not known"),
            number(unknown),
            gettext("decisions"),
            gettext("facts are missing; not on this list") if unknown else "",
        ),
    ]


def _holds(session: Session, batch: Batch, officer: Officer) -> list[Row]:
    rows = []
    for control, count in queries.holds_of(session, batch, officer).items():
        rows.append(
            Row(
                [
                    words.hold_label(control),
                    words.hold_sentence(control),
                    words.hold_ends(control),
                    count,
                ],
                href=f"/batches/{batch.batch_no}?control={control}#lines",
                tone="warn",
            )
        )
    return rows
