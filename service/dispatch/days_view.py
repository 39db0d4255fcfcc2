"""The banks' days on the page: what each is given for its next day, how much it takes, what waits."""

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from service.batches.models import Batch
from service.dispatch.day_limits import Load, given_for
from service.dispatch.models import BankFile
from service.foundation import clock
from service.foundation.working_days import day_of, is_known, takes_until
from service.ledger.hours import hours_of
from service.ledger.models import BankChannel
from service.ledger.queries import channels
from service.web import filters
from service.web.language import gettext, ngettext
from service.web.view_models import Column, Row

_LOOK_AHEAD_DAYS = 45


@dataclass(frozen=True)
class DaysOfBanks:
    """A table with a row a bank, and what must be known beforehand."""

    columns: list[Column]
    rows: list[Row]
    waiting: str
    unknown: list[str]
    """A sentence for each year coming near whose days off nobody has put in."""


def days_of_banks(session: Session, seen: ColumnElement[bool]) -> DaysOfBanks:
    """Return the banks' days as they are now, with the files of the reader's programmes that wait."""
    banks = channels(session)
    held = _held(session, seen)
    return DaysOfBanks(
        columns=[
            Column(gettext("Bank")),
            Column(gettext("Pays next on")),
            Column(gettext("Files are taken until")),
            Column(gettext("Given for that day")),
            Column(gettext("Takes in a day")),
        ],
        rows=[_row(session, one) for one in banks],
        waiting=ngettext(
            "%(num)s file waits for a later banking day, %(yuan)s yuan: a bank takes only so much in a day, and the oldest goes first.",
            "%(num)s files wait for a later banking day, %(yuan)s yuan: a bank takes only so much in a day, and the oldest goes first.",
            held.files,
        )
        % {"num": filters.number(held.files), "yuan": filters.yuan(held.amount_fen)}
        if held.files
        else "",
        unknown=_unknown_years(banks),
    )


def said_of_file(file: BankFile, channel: BankChannel) -> list[str]:
    """Return what is to be known of one file's day: that it waits, came late, may be a holiday, or is denied by its bank."""
    said = []
    if file.state == "prepared" and file.waits_for is not None:
        told = (
            gettext("It waits for %(day)s: the bank takes no more for the days before.")
            if file.waits_for > file.execution_date
            else gettext("It waits for its day, %(day)s.")
        )
        said.append(told % {"day": filters.long_day(file.waits_for)})
    if file.executes_on is not None and file.executes_on > file.execution_date:
        told = gettext(
            "It was signed for %(signed)s and given to the bank for %(day)s: the day that was signed was over. Its bytes are those that were signed."
        )
        names = {"signed": file.execution_date, "day": file.executes_on}
        said.append(told % {name: filters.long_day(day) for name, day in names.items()})
    if not is_known(file.execution_date, hours_of(channel)):
        said.append(_unknown(file.execution_date.year))
    if file.denied_at is not None:
        told = gettext(
            "The bank had accepted this file; asked since %(since)s, it says that it has none. Telephone the bank. Nothing is sent again by itself."
        )
        said.append(told % {"since": filters.moment(file.denied_at)})
    return said


def _row(session: Session, channel: BankChannel) -> Row:
    hours = hours_of(channel)
    next_day = day_of(clock.now(), hours).day
    given = given_for(session, channel, next_day)
    until = (
        gettext("midnight")
        if hours.cut_off is None
        else filters.moment(takes_until(next_day, hours))
    )
    return Row([channel.name, filters.day(next_day), until, _weight(given), limits_of(channel)])


def _weight(load: Load) -> str:
    if not load.files:
        return gettext("nothing yet")
    return " · ".join((_files(load.files), _payments(load.lines), _yuan(load.amount_fen)))


def limits_of(channel: BankChannel) -> str:
    """Return how much a bank takes in a day."""
    files, lines = channel.files_a_day_max, channel.lines_a_day_max
    fen = channel.fen_a_day_max
    parts = [
        _files(files) if files is not None else "",
        _payments(lines) if lines is not None else "",
        _yuan(fen) if fen is not None else "",
    ]
    return " · ".join(part for part in parts if part) or gettext("no limit")


def _files(count: int) -> str:
    return ngettext("%(num)s file", "%(num)s files", count) % {"num": filters.number(count)}


def _payments(count: int) -> str:
    said = ngettext("%(num)s payment", "%(num)s payments", count)
    return said % {"num": filters.number(count)}


def _yuan(amount_fen: int) -> str:
    return gettext("%(yuan)s yuan") % {"yuan": filters.yuan(amount_fen)}


def _held(session: Session, seen: ColumnElement[bool]) -> Load:
    files, lines, amount_fen = session.execute(
        select(func.count(), func.sum(BankFile.count), func.sum(BankFile.amount_fen))
        .select_from(BankFile)
        .join(Batch, Batch.id == BankFile.batch_id)
        .where(
            seen,
            BankFile.state == "prepared",
            BankFile.round == Batch.round,
            BankFile.waits_for > BankFile.execution_date,
        )
    ).one()
    return Load(files, int(lines or 0), int(amount_fen or 0))


def _unknown_years(banks: list[BankChannel]) -> list[str]:
    ends = clock.today(), clock.today() + timedelta(days=_LOOK_AHEAD_DAYS)
    years = {day.year for day in ends for one in banks if not is_known(day, hours_of(one))}
    return [_unknown(year) for year in sorted(years)]


def _unknown(year: int) -> str:
    said = gettext(
        "The days off of %(year)s are not known here. Until the State Council's notice is put in, weekends and the holidays fixed by law are left out; a bank may be shut on other days and would then pay later."
    )
    return said % {"year": year}
