"""What the page of spared papers says, in the language of whoever reads it."""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from service.enquiry.board.fold import hidden_of
from service.enquiry.spared.reckon import Assumed, Reckoned, Spared, reckon, years
from service.foundation import clock
from service.foundation.months import Month
from service.notices.public_view import FEW
from service.programmes.burden import FORMS_BEFORE, PROOFS_BEFORE, burden, papers
from service.programmes.catalogue import rules
from service.residents.places.tree import names_of
from service.web.filters import moment, month_name, number
from service.web.language import gettext
from service.web.view_models import Bar, Column, Figure, Link, Option, Row

TOWNSHIP_DIGITS = 9


@dataclass(frozen=True)
class SparedPage:
    """One year, of the county or of one township."""

    year: int
    years: list[Option]
    place: str
    sentence: str
    counted: str
    figures: list[Figure]
    months: list[Bar]
    place_columns: list[Column]
    place_rows: list[Row]
    still_asked: list[str]


def spared_page(
    session: Session, assumed: Assumed, *, year: int = 0, township: str = ""
) -> SparedPage:
    """Return the page; a year that was not counted is the newest one that was."""
    known = years(session)
    chosen = year if year in known else (known[0] if known else clock.today().year)
    town = township[:TOWNSHIP_DIGITS] if len(township) >= TOWNSHIP_DIGITS else ""
    found = reckon(session, papers(rules()), chosen, township=town)
    hidden = hidden_of({code: one.confirmations for code, one in found.places.items()})
    names = names_of(session, [_full(one) for one in (*found.places, town) if one])
    return SparedPage(
        year=chosen,
        years=[Option(str(one), str(one)) for one in known],
        place=names.get(_full(town), "") if town else "",
        sentence=_sentence(found, assumed),
        counted=moment(found.counted_at),
        figures=_figures(found, assumed),
        months=[_bar(month, one, assumed) for month, one in found.months.items()],
        place_columns=_columns(town),
        place_rows=[
            _row(code, one, names, assumed, leads_on=not town, hidden=code in hidden)
            for code, one in sorted(found.places.items())
        ],
        still_asked=[f"{one.code} {one.names.zh}" for one in burden(rules()).asking],
    )


def _sentence(found: Reckoned, assumed: Assumed) -> str:
    if not found.together.confirmations:
        return gettext("Nothing has been counted for this year yet.")
    return gettext(
        "In %(year)s people did without %(forms)s forms and %(proofs)s proofs: about %(hours)s hours, if a form takes %(form)s minutes and a proof %(proof)s."
    ) % {
        "year": found.year,
        "forms": number(found.together.forms),
        "proofs": number(found.together.proofs),
        "hours": number(found.together.hours(assumed)),
        "form": assumed.form_minutes,
        "proof": assumed.proof_minutes,
    }


def _figures(found: Reckoned, assumed: Assumed) -> list[Figure]:
    saved = burden(rules())
    of = gettext("of %(all)s")
    return [
        Figure(
            gettext("Kinds of proof replaced"),
            number(saved.proofs_replaced),
            of % {"all": PROOFS_BEFORE},
        ),
        Figure(
            gettext("Kinds of form replaced"),
            number(saved.forms_replaced),
            gettext("of %(all)s that the rules name") % {"all": saved.forms_named},
            note=gettext("%(all)s were counted at the start") % {"all": FORMS_BEFORE},
        ),
        Figure(
            gettext("Answered by data"),
            number(found.together.proofs),
            gettext("requests for a proof"),
        ),
        Figure(
            gettext("Hours spared"),
            number(found.together.hours(assumed)),
            note=gettext("an assumption, not a measurement"),
        ),
    ]


def _bar(month: str, one: Spared, assumed: Assumed) -> Bar:
    name = month_name(Month.parse(month))
    if one.confirmations < FEW:
        return Bar(name, 0, gettext("few; not told"))
    return Bar(name, one.hours(assumed), number(one.hours(assumed)))


def _columns(town: str) -> list[Column]:
    return [
        Column(gettext("Village or community") if town else gettext("Township")),
        Column(gettext("Confirmations")),
        Column(gettext("Forms"), "number"),
        Column(gettext("Proofs"), "number"),
        Column(gettext("Hours"), "number"),
    ]


def _row(
    code: str,
    one: Spared,
    names: dict[str, str],
    assumed: Assumed,
    *,
    leads_on: bool,
    hidden: bool,
) -> Row:
    name = names.get(_full(code), "") if code else gettext("place not known")
    if hidden:
        return Row([name, gettext("few; not told"), None, None, None])
    shown: str | Link = name
    if leads_on and code:
        shown = Link(name, f"/burden?township={code}")
    return Row([shown, number(one.confirmations), one.forms, one.proofs, one.hours(assumed)])


def _full(code: str) -> str:
    return code.ljust(12, "0")
