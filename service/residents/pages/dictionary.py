"""A feed's data dictionary, to be read or printed, and the empty workbook that follows from it."""

from fastapi import APIRouter
from starlette.responses import Response

from service.officers.may import require
from service.officers.signed_in import SignedInOfficer
from service.residents.feeds.dictionary import ColumnLine, Dictionary, FactLine, dictionary
from service.residents.feeds.template import template
from service.residents.pages.downloads import workbook
from service.residents.pages.feed import known
from service.web.filters import number, percent
from service.web.here import visit
from service.web.language import gettext
from service.web.render import page
from service.web.view_models import Column, Link, Row

router = APIRouter()


@router.get("/feeds/{code}/dictionary")
def show_dictionary(officer: SignedInOfficer, code: str) -> Response:
    """Every column of a feed with its meaning, its words, and what rests on it."""
    require(officer, "feeds.read")
    told = dictionary(known(code), "zh" if visit().language == "zh" else "en")
    return page(
        "residents/dictionary.html",
        told=told,
        crumbs=[Link(gettext("Feeds"), "/feeds"), Link(f"{told.name} {code}", f"/feeds/{code}")],
        pairs=_pairs(told),
        columns=[
            Column(gettext("Header")),
            Column(gettext("Meaning of the column")),
            Column(gettext("Type")),
            Column(gettext("Example")),
            Column(gettext("Kept as"), "code"),
            Column(gettext("Facts that rest on it")),
        ],
        rows=[_column(one) for one in told.columns],
        code_columns=[
            Column(gettext("Column")),
            Column(gettext("Word")),
            Column(gettext("Meaning of the word")),
            Column(gettext("Kept as"), "code"),
        ],
        code_rows=[
            Row([column.header, one.word, one.meaning, str(one.value)])
            for column in told.columns
            for one in column.codes
        ],
        fact_columns=[
            Column(gettext("Fact"), "code"),
            Column(gettext("Columns")),
            Column(gettext("Asked as number"), "number"),
            Column(gettext("Told by, the first is believed")),
        ],
        fact_rows=[_fact(one) for one in told.facts],
        proof_columns=[Column(gettext("Paper")), Column(gettext("Code")), Column(gettext("List"))],
        proof_rows=[
            Row(
                [one.name, one.code, gettext("also on the national list") if one.national else None]
            )
            for one in told.proofs
        ],
    )


@router.get("/feeds/{code}/template.xlsx")
def download_template(officer: SignedInOfficer, code: str) -> Response:
    """The empty workbook: right headers, right formats, no rows."""
    require(officer, "feeds.read")
    feed = known(code)
    return workbook(template(feed), f"{feed.code}-template.xlsx")


def _pairs(told: Dictionary) -> list[tuple[str, str]]:
    days = gettext("at most %(limit)s; beyond %(gate)s nothing is approved") % {
        "limit": told.freshness_days,
        "gate": told.gate_days,
    }
    limit = gettext("%(rows)s rows; more than %(share)s rejected rows wait for the steward") % {
        "rows": number(told.rows_max),
        "share": percent(told.fault_ratio_bp),
    }
    silence = gettext("it did not happen") if told.event else gettext("nothing is known from it")
    pairs = [
        (gettext("Department"), told.department),
        (gettext("Taken from"), told.system),
        (gettext("Meaning"), told.mode_words),
        (gettext("Age in days"), days),
        (gettext("Size"), limit),
        (gettext("One row for each"), "、".join(told.key)),
        (gettext("Silence about somebody means"), silence),
    ]
    if told.household:
        pairs.append((gettext("Names households"), told.household))
    if told.valid_from:
        until = f" — {told.valid_to}" if told.valid_to else ""
        pairs.append((gettext("True from – to"), f"{told.valid_from}{until}"))
    if told.jurisdiction:
        pairs.append((gettext("Must lie in the county"), "、".join(told.jurisdiction)))
    if told.sensitive:
        pairs.append((gettext("Most sensitive"), gettext("shown to officers only with a reason")))
    return pairs


def _column(one: ColumnLine) -> Row:
    marks = []
    if one.required:
        marks.append(gettext("required"))
    if one.in_key:
        marks.append(gettext("in the key"))
    if one.secret:
        marks.append(gettext("kept secret"))
    header = "、".join((one.header, *one.aliases))
    marked = f"{header} ({', '.join(marks)})" if marks else header
    facts = ", ".join(one.facts)
    return Row(
        [marked, one.meaning, one.type_words, one.example or None, one.kept_as, facts or None]
    )


def _fact(one: FactLine) -> Row:
    return Row([one.fact, "、".join(one.headers), one.precedence, " → ".join(one.feeds)])
