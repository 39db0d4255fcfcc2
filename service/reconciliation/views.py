"""What the pages of reconciliation show: rows and sentences made from what was read."""

from sqlalchemy.orm import Session

from service.ledger.queries import channels
from service.programmes.titles import title
from service.reconciliation import chain, late, words
from service.reconciliation.close_day import closing_in_force
from service.reconciliation.differences import DifferingRow
from service.reconciliation.queries import Day, FailedGroup, FailedLine, Inbound, LyingLine
from service.web import filters
from service.web.here import visit
from service.web.language import gettext
from service.web.view_models import Column, Fault, Link, Row, Tag, Tone


def fault_sentences(inbound: Inbound) -> list[Fault]:
    """Return every fault of a bank's file as its sentence, which names line and field."""
    language = "sentence_zh" if visit().language == "zh" else "sentence"
    return [Fault(one[language]) for one in inbound.file.faults]


def file_columns() -> list[Column]:
    """Return the columns of :func:`file_row`."""
    return [
        Column(gettext("File")),
        Column(gettext("State")),
        Column(gettext("Kind")),
        Column(gettext("Bank")),
        Column(gettext("Faults"), "number"),
        Column(gettext("Received"), "moment"),
        Column(gettext("Times seen"), "number"),
    ]


def file_row(one: Inbound) -> Row:
    """Return a bank's file as a row."""
    file = one.file
    cells = (
        file.file_name,
        words.file_tag(file.state),
        gettext(words.KINDS[file.kind]),
        one.bank,
        len(file.faults) or None,
        file.received_at,
        file.times_seen,
    )
    tone: Tone = "bad" if file.state == "quarantined" else ""
    return Row(cells, f"/reconciliation/files/{file.id}", tone=tone)


def line_columns() -> list[Column]:
    """Return the columns of :func:`line_row`."""
    return [
        Column(gettext("Reference"), "code"),
        Column(gettext("What is wrong")),
        Column(gettext("The bank said")),
        Column(gettext("Bank's amount"), "money", unit=gettext("yuan")),
        Column(gettext("Our amount"), "money", unit=gettext("yuan")),
        Column(gettext("File and line")),
        Column(gettext("What to do")),
    ]


def line_row(one: LyingLine) -> Row:
    """Return a reply's line that moved nothing as a row."""
    line = one.line
    place = gettext("%(file)s, line %(line)s") % {"file": one.file_name, "line": line.line or "—"}
    cells = (
        line.reference or "—",
        words.outcome(line.outcome),
        gettext(words.SAID[line.said]),
        line.amount_fen,
        one.payment.amount_fen if one.payment else None,
        Link(place, f"/reconciliation/files/{one.inbound_id}"),
        gettext(words.OUTCOMES[line.outcome][1]),
    )
    return Row(cells, f"/reconciliation/lines/{line.id}", tone="bad")


def failed_columns() -> list[Column]:
    """Return the columns of :func:`failed_row`."""
    return [
        Column(gettext("Reference"), "code"),
        Column(gettext("Programme")),
        Column(gettext("Payee")),
        Column(gettext("Amount"), "money", unit=gettext("yuan")),
        Column(gettext("Why")),
        Column(gettext("Next step")),
    ]


def failed_row(one: FailedLine) -> Row:
    """Return a failed payment as a row: no full name, no account but its end."""
    payment = one.payment
    is_rejected = payment.state == "rejected"
    state = gettext("Rejected by the bank") if is_rejected else gettext("Sent back by the bank")
    cells = (
        payment.reference,
        f"{_short_title(payment.programme)} {one.month}",
        f"{filters.masked_name(payment.payee_name)} · {filters.ending(one.tail)}",
        payment.amount_fen,
        gettext("%(state)s: %(why)s") % {"state": state, "why": words.failure(payment)},
        words.next_step(payment, is_corrected=one.is_corrected),
    )
    return Row(cells, tone="" if one.is_corrected else "warn")


def _short_title(code: str) -> str:
    """Return a programme's name without what stands in brackets after it."""
    return title(code, visit().language).partition("（")[0].partition(" (")[0]


def group_cells(one: FailedGroup) -> tuple[str, str]:
    """Return a programme's name and month as the groups' table shows them."""
    return title(one.programme, visit().language), one.month


def day_tag(one: Day) -> Tag:
    """Return how far a bank day is."""
    if one.closed_at:
        return Tag(gettext("closed"), "ok")
    if one.closing_fen is None:
        return Tag(gettext("statement awaited"), "warn")
    if one.closing_fen != one.ledger_fen:
        return Tag(gettext("differs"), "bad")
    return Tag(gettext("agrees"), "now")


def difference_columns() -> list[Column]:
    """Return the columns of :func:`difference_row`."""
    return [
        Column(gettext("File or entry")),
        Column(gettext("Line")),
        Column(gettext("The bank says"), "money", unit=gettext("yuan")),
        Column(gettext("We have"), "money", unit=gettext("yuan")),
        Column(gettext("Difference"), "money", unit=gettext("yuan")),
        Column(gettext("Why")),
    ]


def difference_row(one: DifferingRow) -> Row:
    """Return one row of a bank day's difference."""
    cells = (
        Link(one.file_name, one.href),
        one.line or "—",
        one.said_fen,
        one.booked_fen,
        one.differs_fen,
        one.why_zh if visit().language == "zh" else one.why,
    )
    return Row(cells, tone="bad")


def day_alarms(session: Session) -> list[str]:
    """Return what is late, and where an open day's statements do not follow one another."""
    said = [words.late(one) for one in late.late(session)]
    is_chinese = visit().language == "zh"
    for channel in channels(session):
        said += [
            one.sentence_zh if is_chinese else one.sentence
            for one in chain.breaks(session, channel)
            if closing_in_force(session, channel, one.statement.booked_on) is None
        ]
    return said
