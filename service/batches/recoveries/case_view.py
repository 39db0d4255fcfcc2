"""What the pages of recoveries show: the list, and one case month by month."""

from dataclasses import dataclass

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from service.batches.history import history
from service.batches.mending.models import MendRun
from service.batches.recoveries import queries, words
from service.batches.recoveries.lifecycle import ACTIVE
from service.batches.recoveries.models import RecoveryCase
from service.batches.recoveries.paid_twice import of_case
from service.batches.recoveries.standing import standing, standings
from service.batches.words import line_tag, programme_name
from service.foundation.settings import settings
from service.web.filters import masked_name, yuan
from service.web.here import visit
from service.web.language import gettext
from service.web.view_models import Column, Event, Figure, Row, Tag

WRITTEN_OFF = "written_off"


@dataclass(frozen=True)
class CasePage:
    """Everything on a case's page."""

    case: RecoveryCase
    title: str
    tag: Tag
    status: str
    figures: list[Figure]
    pairs: list[tuple[str, str]]
    month_columns: list[Column]
    month_rows: list[Row]
    kept_columns: list[Column]
    kept_rows: list[Row]
    receipt_columns: list[Column]
    receipt_rows: list[Row]
    events: list[Event]
    acts: frozenset[str]
    """notify, agree, receive, write_off: what this viewer may do with the case as it stands."""
    share_max: int


def list_part(
    session: Session, *, state: str, page: int, seen: ColumnElement[bool]
) -> tuple[list[Column], list[Row], int, int]:
    """Return (columns, rows, number of cases, number of pages) of the list."""
    cases, total = queries.find(session, state=state, page=page, seen=seen)
    figures = standings(session, [case.id for case in cases])
    named = queries.payee_names(session, cases)
    money = gettext("yuan")
    columns = [
        Column(gettext("Case"), "code"),
        Column(gettext("Programme")),
        Column(gettext("Payee"), "name"),
        Column(gettext("Found in")),
        Column(gettext("State")),
        Column(gettext("Asked back"), "money", money),
        Column(gettext("Still to come"), "money", money),
    ]
    rows = [
        Row(
            [
                case.case_no,
                programme_name(case.programme),
                named.get(case.payee_person_id or 0, ""),
                case.month,
                words.state_tag(case.state),
                figures[case.id].asked_fen,
                None if case.state == WRITTEN_OFF else figures[case.id].left_fen,
            ],
            f"/recoveries/{case.case_no}",
        )
        for case in cases
    ]
    return columns, rows, total, max(-(-total // queries.CASES_PER_PAGE), 1)


def case_page(session: Session, case: RecoveryCase) -> CasePage:
    """Return a case's page."""
    figures = standing(session, case.id)
    left = gettext("Given up") if case.state == WRITTEN_OFF else gettext("Still to come")
    return CasePage(
        case=case,
        title=f"{programme_name(case.programme)} {case.case_no}",
        tag=words.state_tag(case.state),
        status=words.state_sentence(case.state),
        figures=[
            _figure(gettext("Asked back"), figures.asked_fen),
            _figure(gettext("Kept from payments"), figures.kept_fen),
            _figure(gettext("Paid back"), figures.received_fen),
            _figure(left, figures.left_fen),
        ],
        pairs=_pairs(session, case),
        month_columns=[
            Column(gettext("Period")),
            Column(gettext("Batch"), "code"),
            Column(gettext("Reference"), "code"),
            *_money(gettext("Asked back"), gettext("Came back")),
        ],
        month_rows=[
            Row(
                [one.period, one.batch_no, one.reference, one.asked_fen, one.recovered_fen],
                f"/batches/{one.batch_no}/lines/{one.reference}",
            )
            for one in queries.months_of(session, case)
        ],
        kept_columns=[
            Column(gettext("Period")),
            Column(gettext("State")),
            *_money(gettext("Before recovery"), gettext("Kept"), gettext("Paid out")),
        ],
        kept_rows=[
            Row(
                [
                    one.payment.period,
                    line_tag(one.payment.state),
                    one.gross_fen,
                    one.offset_fen,
                    one.payment.amount_fen,
                ],
                f"/batches/{one.batch_no}/lines/{one.payment.reference}",
            )
            for one in queries.kept_lines(session, case)
        ],
        receipt_columns=[
            Column(gettext("Received on")),
            Column(gettext("Bank's reference"), "code"),
            *_money(gettext("Amount")),
        ],
        receipt_rows=[
            Row([one.received_on.isoformat(), one.reference, one.amount_fen])
            for one in queries.receipts_of(session, case)
        ],
        events=_events(session, case),
        acts=_acts(case),
        share_max=settings().recovery_share_percent_max,
    )


def last_look_back(session: Session) -> str:
    """Return one sentence on the newest look back, or nothing."""
    run = session.scalars(select(MendRun).order_by(MendRun.requested_at.desc()).limit(1)).first()
    if run is None:
        return ""
    said = {"since": run.since, "month": run.month, "problem": run.problem or ""}
    if run.finished_at is None:
        return gettext("Looking at the months from %(since)s to before %(month)s.") % said
    if run.stage == "failed":
        return gettext("The look back from %(month)s to %(since)s stopped: %(problem)s.") % said
    return gettext("Last looked back from %(month)s to %(since)s; it is done.") % said


def _figure(label: str, fen: int) -> Figure:
    return Figure(label, yuan(fen), gettext("yuan"))


def _money(*labels: str) -> list[Column]:
    return [Column(label, "money", gettext("yuan")) for label in labels]


def _pairs(session: Session, case: RecoveryCase) -> list[tuple[str, str]]:
    named = queries.payee_names(session, [case])
    pairs = [
        (gettext("Payee"), masked_name(named.get(case.payee_person_id or 0))),
        (gettext("Found in"), case.month),
    ]
    lines = of_case(session, case)
    if lines is not None:
        both = {"first": lines[0].reference, "second": lines[1].reference}
        pairs.append((gettext("Paid twice, by"), gettext("%(first)s and %(second)s") % both))
    if case.notified_on:
        pairs.append((gettext("Resident told on"), case.notified_on.isoformat()))
    if case.share_percent:
        pairs.append((gettext("Share of each payment, at most"), f"{case.share_percent} %"))
    if case.monthly_fen:
        said = gettext("%(amount)s yuan a month from %(month)s; the last one is the remainder")
        terms = {"amount": yuan(case.monthly_fen), "month": case.first_month}
        pairs.append((gettext("Instalments"), said % terms))
    return pairs


def _events(session: Session, case: RecoveryCase) -> list[Event]:
    made = []
    for one in history(session, "recovery_cases", case.id, words.ACTS):
        text, tone = words.act_words(one.act)
        made.append(Event(one.at, one.who or gettext("the system"), text, one.reason, tone))
    return made


def _acts(case: RecoveryCase) -> frozenset[str]:
    viewer = visit().viewer
    if viewer is None or case.state not in ACTIVE:
        return frozenset()
    possible = {"receive", "write_off"}
    possible |= {"notify"} if case.state == "open" else set()
    possible |= {"agree"} if case.state == "noticed" else set()
    return frozenset(act for act in possible if viewer.may(f"recoveries.{act}"))
