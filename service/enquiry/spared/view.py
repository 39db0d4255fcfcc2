"""What the page of spared papers says, in the language of whoever reads it."""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from service.enquiry.board.fold import hidden_of
from service.enquiry.spared import drawn
from service.enquiry.spared.drawn import Grid
from service.enquiry.spared.reckon import Assumed, Reckoned, reckon, years
from service.foundation import clock
from service.programmes.burden import FORMS_BEFORE, PROOFS_BEFORE, burden, papers
from service.programmes.catalogue import rules
from service.residents.places.tree import names_of
from service.web.filters import moment, number
from service.web.language import gettext
from service.web.view_models import Figure, Option, Picture, Tag

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
    pictures: list[Picture]
    places: Grid | None
    assumption: Tag
    still_asked: list[str]


def spared_page(
    session: Session, assumed: Assumed, *, year: int = 0, township: str = ""
) -> SparedPage:
    """Return the page; a year that was not counted is the newest one that was."""
    known = years(session)
    chosen = year if year in known else (known[0] if known else clock.today().year)
    town = township[:TOWNSHIP_DIGITS] if len(township) >= TOWNSHIP_DIGITS else ""
    found = reckon(session, papers(rules()), chosen, township=town)
    if town and town in _not_told(reckon(session, papers(rules()), chosen)):
        # Beside the county's total, its own page would tell what the list of townships does not.
        found = Reckoned(chosen, found.counted_at)
    names = names_of(session, [_full(one) for one in (*found.places, town) if one])
    is_known = bool(found.together.confirmations)
    return SparedPage(
        year=chosen,
        years=[Option(str(one), str(one)) for one in known],
        place=names.get(_full(town), "") if town else "",
        sentence=_sentence(found, assumed),
        counted=moment(found.counted_at),
        figures=_figures(found, assumed),
        pictures=[drawn.papers(found), drawn.hours(found, assumed)] if is_known else [],
        places=drawn.places(
            {
                code: names.get(_full(code), "") if code else gettext("place not known")
                for code in sorted(found.places)
            },
            found,
            assumed,
            is_town=bool(town),
        )
        if is_known
        else None,
        assumption=Tag(gettext("assumed, not measured"), "warn"),
        still_asked=[f"{one.code} {one.names.zh}" for one in burden(rules()).asking],
    )


def _not_told(found: Reckoned) -> set[str]:
    return hidden_of({code: one.confirmations for code, one in found.places.items()})


def _sentence(found: Reckoned, assumed: Assumed) -> str:
    if not found.together.confirmations:
        return (
            gettext("Few people of this township were counted in this year; it is not told.")
            if found.counted_at
            else gettext("Nothing has been counted for this year yet.")
        )
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


def _full(code: str) -> str:
    return code.ljust(12, "0")
