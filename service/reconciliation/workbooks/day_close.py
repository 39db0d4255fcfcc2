"""日结单: one bank's day as its statement says it, beside our ledger."""

from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.foundation.money import yuan
from service.foundation.problems import NotFound
from service.foundation.spreadsheets.styled import Book, Col, yuan_digits
from service.ledger.models import BankChannel
from service.officers.may import require
from service.reconciliation.close_day import cash_on, closing_in_force
from service.reconciliation.models import BankStatement, StatementLine
from service.reconciliation.replaced import replaced
from service.reconciliation.workbooks.checks import Check, finish, total_line
from service.reconciliation.workbooks.made import Made
from service.reconciliation.workbooks.reader import Reader
from service.residents.queries import names_of
from service.web.filters import NONE, moment
from service.web.language import gettext, translatable

_MATCHED = {
    "file": translatable("debited for a file of ours"),
    "return": translatable("a payment that came back"),
    "return_undone": translatable("a return that the bank took back"),
    "unidentified": translatable("belongs to nothing of ours"),
}
_IN, _OUT = "G", "H"


def day_close(session: Session, channel: BankChannel, day: date, reader: Reader) -> Made:
    """Return the sheet of a bank day; raises NotAllowed, NotFound while no statement has come."""
    require(reader.officer, "reconciliation.read")
    statements = session.scalars(
        select(BankStatement)
        .where(BankStatement.channel_id == channel.id, BankStatement.booked_on == day, ~replaced())
        .order_by(BankStatement.number.nulls_first(), BankStatement.id)
    ).all()
    if not statements:
        raise NotFound("statement")
    moved = session.scalars(
        select(StatementLine)
        .where(StatementLine.statement_id.in_([one.id for one in statements]))
        .order_by(StatementLine.id)
    ).all()
    opening, closing = statements[0].opening_fen, statements[-1].closing_fen
    name = gettext("Day close")
    title = f"{name} {channel.name} {day}"
    book = Book(title)
    lines = book.table(
        gettext("Movements"),
        (title, total_line(len(moved), sum(abs(one.signed_fen) for one in moved))),
        [
            Col(gettext("No."), "number"), Col(gettext("Matched to")),
            Col(gettext("Reference")), Col(gettext("Bank file")),
            Col(gettext("The bank's reference")), Col(gettext("Bank's code")),
            Col(gettext("Money in (yuan)"), "money", is_summed=True),
            Col(gettext("Money out (yuan)"), "money", is_summed=True),
        ],
        [
            (
                number, gettext(_MATCHED.get(one.matched, one.matched)), one.reference or NONE,
                _file_of(one, reader), one.bank_reference or NONE, one.reason_code or NONE,
                max(one.signed_fen, 0), max(-one.signed_fen, 0),
            )
            for number, one in enumerate(moved, start=1)
        ],
        total=gettext("Total"),
    )  # fmt: skip
    closed = closing_in_force(session, channel, day)
    who = names_of(session, {closed.closed_by}).get(closed.closed_by, NONE) if closed else NONE
    facts = [
        (gettext("Bank"), channel.name),
        (gettext("Debit account"), channel.debtor_account),
        (gettext("Day"), day.isoformat()),
        (gettext("Opening, statement"), yuan(opening)),
        (gettext("Closed"), moment(closed.closed_at) if closed else gettext("not closed yet")),
        (gettext("Closed by"), who),
        (gettext("Made out by / checked by"), "__________ / __________"),
    ]
    first, last = yuan_digits(opening), yuan_digits(closing)
    into, out = lines.sum_of(_IN)[1:], lines.sum_of(_OUT)[1:]
    checks = [
        Check(
            gettext("Opening balance and movements"), f"={first}+{into}-{out}", closing,
            gettext("closing balance of the statement"),
        ),
        Check(
            gettext("Closing balance of the statement"), f"={last}",
            cash_on(session, channel, day), gettext("ledger: cash at the bank"),
        ),
    ]  # fmt: skip
    content = finish(book, reader, facts, checks)
    return Made(
        content, f"day-{channel.code}-{day}.xlsx", len(moved), ("bank_channels", channel.id)
    )


def _file_of(line: StatementLine, reader: Reader) -> str:
    # A file's reference begins with its programme's code; the bank's own reference finds it too.
    code = line.file_reference.partition("-")[0]
    return reader.batch_no(line.file_reference, code, None) if code else NONE
