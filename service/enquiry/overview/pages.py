"""The overview's page, and each of its pictures as a file."""

from typing import Annotated, Literal
from urllib.parse import urlencode

from fastapi import APIRouter, Query
from starlette.responses import Response

from service.batches.words import programme_name
from service.enquiry.overview import view
from service.enquiry.overview.asked import wanted
from service.enquiry.overview.files import written
from service.enquiry.overview.own import within_counts
from service.enquiry.overview.told import Overview, overview
from service.foundation.problems import NotFound
from service.officers.may import NotAllowed, Verdict, allowing, may, require
from service.officers.reach import is_unlimited
from service.officers.signed_in import SignedInOfficer
from service.web import navigation
from service.web.filters import moment
from service.web.language import gettext, translatable
from service.web.render import page
from service.web.transactions import Transaction
from service.web.view_models import Option

router = APIRouter()
navigation.register(
    "enquiry", translatable("Overview"), "/overview", act="overview.read", or_act="batches.read"
)
Monthly = Annotated[str, Query(max_length=7)]
Code = Annotated[str, Query(max_length=12)]
Part = Annotated[Literal["money", "people", "time"], Query()]
_PARTS = {
    "money": translatable("Money"),
    "people": translatable("People"),
    "time": translatable("How fast"),
}


def asked(
    session: Transaction,
    officer: SignedInOfficer,
    from_month: Monthly = "",
    to_month: Monthly = "",
    programme: Code = "",
) -> Overview:
    """Return the overview that is asked for, as far as the officer may be told; raises NotAllowed.

    Whose duty is for some townships or programmes has an overview of the payments he may read.
    """
    range_of = wanted(session, from_month, to_month, programme)
    if may(officer, "overview.read"):
        return overview(session, range_of, is_inside=is_unlimited(officer, "batches.read"))
    require(officer, "batches.read")
    scopes = within_counts(allowing(officer, "batches.read"))
    if not any(one.covers_programme(programme) for one in scopes):
        raise NotAllowed("overview.read", Verdict.TOO_WIDE)
    return overview(session, range_of, is_inside=True, scopes=scopes)


@router.get("/overview")
def show_overview(
    session: Transaction,
    officer: SignedInOfficer,
    from_month: Monthly = "",
    to_month: Monthly = "",
    programme: Code = "",
    part: Part = "money",
) -> Response:
    """What came to the county's people, to look at: money, people, and how fast."""
    found = asked(session, officer, from_month, to_month, programme)
    codes = sorted({*found.codes, found.wanted.programme} - {""})
    parts = [one for one in _PARTS if one != "time" or not found.is_of_places]
    drawn = {
        "money": lambda: [view.money_trend(found)],
        "people": lambda: [view.people_trend(found), *([view.ages(found)] if found.ages else [])],
        "time": lambda: [view.promise(found), view.month_end(found), view.outcomes(found)],
    }
    chosen = {
        "from_month": str(found.wanted.first),
        "to_month": str(found.wanted.last),
        "programme": found.wanted.programme,
    }
    return page(
        "enquiry/overview.html",
        figures=view.figures(found),
        pictures=drawn[part](),
        grid=view.township_grid(session, found) if part == "money" else None,
        part=part,
        parts=[(gettext(_PARTS[one]), _address(chosen, one), None) for one in parts],
        here=_address(chosen, part),
        chosen=chosen,
        programmes=[
            Option("", gettext("all programmes")),
            *(Option(code, programme_name(code)) for code in codes),
        ],
        counted_at=moment(found.counted_at) if found.counted_at else "",
        is_inside=found.is_inside,
        within=view.within(session, found),
    )


@router.get("/overview.csv")
def export_picture(
    session: Transaction,
    officer: SignedInOfficer,
    what: Annotated[str, Query(max_length=20)],
    from_month: Monthly = "",
    to_month: Monthly = "",
    programme: Code = "",
) -> Response:
    """The numbers of one picture as a file."""
    found = asked(session, officer, from_month, to_month, programme)
    picture = view.picture_called(session, found, what)
    if picture is None:
        raise NotFound("picture")
    name = f"{what}-{found.wanted.first}-{found.wanted.last}"
    headers = {"content-disposition": f'attachment; filename="{name}.csv"'}
    return Response(written(picture), media_type="text/csv; charset=utf-8", headers=headers)


def _address(chosen: dict[str, str], part: str) -> str:
    return f"/overview?{urlencode({**chosen, 'part': part})}"
