"""What people were spared, as pictures: by month and by place, each with the same numbers in a table."""

from collections.abc import Mapping
from dataclasses import dataclass

from service.enquiry.board.fold import hidden_of
from service.enquiry.spared.reckon import Assumed, Reckoned, Spared
from service.web.filters import number
from service.web.language import gettext
from service.web.pictures.about import About, cell
from service.web.pictures.bars import Part, bars
from service.web.pictures.tiles import shade_of
from service.web.pictures.trend import Series, trend
from service.web.view_models import Column, Picture, Row, Tile


@dataclass(frozen=True)
class Grid:
    """Places as tiles, and the same in a table."""

    picture: Picture
    tiles: list[Tile]


def papers(found: Reckoned) -> Picture:
    """Return forms and proofs by month, as two lines."""
    told = _told(found.months)
    return trend(
        About("papers", gettext("Forms and proofs that nobody brought"), gettext("papers")),
        list(told),
        [
            Series(gettext("Forms"), [None if one is None else one.forms for one in told.values()]),
            Series(
                gettext("Proofs spared"),
                [None if one is None else one.proofs for one in told.values()],
            ),
        ],
    )


def hours(found: Reckoned, assumed: Assumed) -> Picture:
    """Return hours by month, with what they were reckoned from."""
    return bars(
        About(
            "hours", gettext("Hours spared by month"), gettext("hours"), note=_assumption(assumed)
        ),
        [
            Part(
                month,
                None if one is None else one.hours(assumed),
                more=[number(one.forms), number(one.proofs)] if one else ["—", "—"],
            )
            for month, one in _told(found.months).items()
        ],
        (gettext("Month"), gettext("Hours")),
        more=[Column(gettext("Forms")), Column(gettext("Proofs spared"))],
    )


def places(names: Mapping[str, str], found: Reckoned, assumed: Assumed, *, is_town: bool) -> Grid:
    """Return the places in the order of their codes; darker is more hours."""
    told = _told({code: found.places[code] for code in names})
    most = max((one.hours(assumed) for one in told.values() if one), default=0)
    tiles, rows = [], []
    for code, one in told.items():
        if one is None:
            tiles.append(Tile(names[code], gettext("few; not told")))
            rows.append(Row([names[code], cell(None), None, None, None]))
            continue
        href = f"/burden?township={code}" if code and not is_town else ""
        papers_said = gettext("%(count)s papers") % {"count": number(one.forms + one.proofs)}
        spared = one.hours(assumed)
        tiles.append(Tile(names[code], number(spared), papers_said, shade_of(spared, most), href))
        rows.append(Row([names[code], one.confirmations, one.forms, one.proofs, spared], href=href))
    return Grid(
        Picture(
            name="places",
            title=gettext("Hours by village") if is_town else gettext("Hours by township"),
            told=gettext(
                "The darker, the more; the darkest is above four fifths of %(most)s hours."
            )
            % {"most": number(most)},
            unit=gettext("hours"),
            rows_high=0,
            columns=_columns(is_town=is_town),
            rows=rows,
        ),
        tiles,
    )


def _told(counted: Mapping[str, Spared]) -> dict[str, Spared | None]:
    """Return what is told: neither few people's papers, nor what beside the total would tell them."""
    hidden = hidden_of({key: one.confirmations for key, one in counted.items()})
    return {key: None if key in hidden else one for key, one in counted.items()}


def _assumption(assumed: Assumed) -> str:
    return gettext(
        "Reckoned with %(form)s minutes a form and %(proof)s a proof: assumed, not measured."
    ) % {"form": assumed.form_minutes, "proof": assumed.proof_minutes}


def _columns(*, is_town: bool) -> list[Column]:
    return [
        Column(gettext("Village or community") if is_town else gettext("Township")),
        Column(gettext("Confirmations"), "number"),
        Column(gettext("Forms"), "number"),
        Column(gettext("Proofs spared"), "number"),
        Column(gettext("Hours"), "number"),
    ]
