"""What the pages of samples show: the list, one sample with its conclusion, one line with its form."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy.orm import Session

from service.audit.readers import officer_names
from service.batches.words import programme_name
from service.foundation import clock
from service.foundation.ids import reference_of
from service.foundation.months import Month
from service.foundation.problems import Problem
from service.oversight.findings.from_samples import raised
from service.oversight.samples import queries, words
from service.oversight.samples.estimate import Estimate
from service.oversight.samples.models import AuditSample
from service.oversight.samples.problems import NonceUnusable, SizeUnusable
from service.oversight.samples.queries import DrawnLine, Progress
from service.oversight.samples.work import METHODS, estimate
from service.residents.places.tree import names_of
from service.web import filters
from service.web.here import visit
from service.web.language import gettext
from service.web.view_models import Column, Fault, Figure, Link, Option, Row

HOME = "/oversight/samples"
_SIZE = "60"
"""With no error among sixty, the rate is below five per cent with 95% confidence."""


def crumbs(*more: Link) -> list[Link]:
    """Return the way to a page of samples."""
    return [Link(gettext("Oversight"), "/oversight"), Link(gettext("Samples"), HOME), *more]


def columns() -> list[Column]:
    """Return the columns of a list of samples."""
    return [
        Column(gettext("Sample"), "code"),
        Column(gettext("Drawn from")),
        Column(gettext("Way of drawing")),
        Column(gettext("State")),
        Column(gettext("Judged")),
        Column(gettext("Wrong"), "number"),
        Column(gettext("Committed on"), "moment"),
    ]


def rows(session: Session, found: list[Progress]) -> list[Row]:
    """Return samples as rows."""
    places = _places(session, [one.sample.township for one in found])
    return [
        Row(
            (
                one.sample.sample_no,
                words.population(
                    one.sample.programme, one.sample.month, places.get(one.sample.township, "")
                ),
                gettext(words.METHODS[one.sample.method]),
                words.progress_tag(one),
                f"{filters.number(one.judged)} / {filters.number(one.drawn or one.sample.size)}",
                one.wrong,
                one.sample.planned_at,
            ),
            href=f"{HOME}/{one.sample.sample_no}",
        )
        for one in found
    ]


def form(
    session: Session, given: dict[str, str] | None = None, problem: Problem | None = None
) -> dict[str, Any]:
    """Return what the form of a new sample shows."""
    first = {
        "programme": "", "month": str(Month.of(clock.today())), "township": "", "method": "simple",
        "size": _SIZE, "nonce": "",
    }  # fmt: skip
    return {
        "given": first | (given or {}),
        "programmes": [Option(one, programme_name(one)) for one in queries.programmes(session)],
        "townships": [
            Option("", gettext("the whole county")),
            *(Option(one.code[:9], one.name) for one in queries.townships(session)),
        ],
        "methods": [Option(one, gettext(words.METHODS[one])) for one in METHODS],
        "crumbs": crumbs(),
        "faults": faults(problem, {SizeUnusable: "size", NonceUnusable: "nonce"}),
    }


def sample_page(
    session: Session,
    sample: AuditSample,
    state: str,
    number: int,
    problem: Problem | None = None,
) -> dict[str, Any]:
    """Return everything the page of one sample shows."""
    (progress,) = queries.progress_of(session, [sample])
    known = estimate(session, sample)
    lines, total = queries.lines_of(session, sample, state, page=number)
    following = queries.next_open(session, sample)
    home = f"{HOME}/{sample.sample_no}"
    return {
        "sample": sample,
        "home": home,
        "tag": words.progress_tag(progress),
        "crumbs": crumbs(),
        "faults": faults(problem),
        "pairs": _pairs(session, sample),
        "figures": _figures(progress, known, sample),
        "conclusion": words.conclusion(known, is_whole=progress.is_whole),
        "state": state,
        "states": [Option("", gettext("everything"))]
        + [Option(one, gettext(words.STATES[one][0])) for one in queries.STATES],
        "columns": _line_columns(),
        "rows": _line_rows(session, lines, home),
        "number": number,
        "pages": max(1, -(-total // queries.LINES_PER_PAGE)),
        "total": total,
        "following": f"{home}/lines/{reference_of(following)}" if following else "",
        "digests": _digests(sample),
        "findings": raised(session, sample),
    }


def line_page(
    session: Session,
    sample: AuditSample,
    line: DrawnLine,
    given: dict[str, str] | None = None,
    problem: Problem | None = None,
) -> dict[str, Any]:
    """Return everything the page of one drawn line shows."""
    reference = reference_of(line.payment_id)
    home = f"{HOME}/{sample.sample_no}"
    place = names_of(session, [line.division]).get(line.division, line.division)
    following = queries.next_open(session, sample, line.payment_id)
    pairs = [
        (gettext("Amount"), f"{filters.yuan(line.fen)} {gettext('yuan')}"),
        (gettext("Place"), place or filters.NONE),
        *([(gettext("Drawn for certain"), gettext("as large as an interval"))] * line.is_certain),
        *([(gettext("Error of the line"), f"{filters.yuan(line.error_fen)} {gettext('yuan')}")]
          if line.error_fen else []),
        *([(gettext("What was seen") if line.outcome else gettext("What was asked for"), line.note)]
          if line.note else []),
    ]  # fmt: skip
    return {
        "reference": reference,
        "home": f"{home}/lines/{reference}",
        "crumbs": crumbs(Link(sample.sample_no, home)),
        "tag": words.line_tag(line),
        "faults": faults(problem),
        "pairs": pairs,
        "links": [
            Link(gettext("From law to card, step by step"), f"/audit/payments/{reference}"),
            *_other_links(home, following, line.payment_id),
        ],
        "given": {"outcome": "", "amount": "", "note": ""} | (given or {}),
        "outcomes": _outcomes(was_asked=line.was_asked),
        "is_open": not line.outcome,
        "raise_it": f"/findings/new?sample={sample.sample_no}&line={reference}",
        "is_wrong": line.outcome in ("error", "missing"),
        "findings": raised(session, sample, reference),
    }


def faults(
    problem: Problem | None, fields: Mapping[type[Problem], str] | None = None
) -> list[Fault]:
    """Return what was wrong with a form, and with which of its fields."""
    field = (fields or {}).get(type(problem), "") if problem else ""
    return [Fault(problem.say(visit().language), field=field)] if problem else []


def _other_links(home: str, following: int | None, here: int) -> list[Link]:
    if following is None or following == here:
        return []
    reference = reference_of(following)
    return [Link(gettext("The next line to look at"), f"{home}/lines/{reference}")]


def _outcomes(*, was_asked: bool) -> list[Option]:
    found = [
        Option("agrees", gettext("Right")),
        Option("over", gettext("Wrong: too much was paid")),
        Option("under", gettext("Wrong: too little was paid")),
        Option(
            "missing", gettext("Wrong: there is no evidence"), gettext("The whole line counts.")
        ),
    ]
    asked = Option("asked", gettext("Evidence asked for"), gettext("It is judged later."))
    return found if was_asked else [*found, asked]


def _pairs(session: Session, sample: AuditSample) -> list[tuple[str, str]]:
    who = officer_names(session, [str(sample.planned_by)]).get(str(sample.planned_by), "")
    township = _places(session, [sample.township]).get(sample.township, "")
    lines = gettext("%(count)s lines, %(yuan)s yuan") % {
        "count": filters.number(sample.population_count),
        "yuan": filters.yuan(sample.population_fen),
    }
    drawn = filters.moment(sample.drawn_at) if sample.drawn_at else gettext("not drawn yet")
    return [
        (gettext("Drawn from"), words.population(sample.programme, sample.month, township)),
        (gettext("Frozen"), lines),
        (gettext("Way of drawing"), gettext(words.METHODS[sample.method])),
        (gettext("Lines asked for"), filters.number(sample.size)),
        (gettext("Committed on"), f"{filters.moment(sample.planned_at)} · {who}"),
        (gettext("Drawn"), drawn),
    ]


def _figures(progress: Progress, known: Estimate, sample: AuditSample) -> list[Figure]:
    bounds = f"{words.rate(known.rate_low_ppm)} – {words.rate(known.rate_high_ppm)}"
    yuan = gettext("yuan")
    judged = f"{filters.number(progress.judged)} / {filters.number(progress.drawn)}"
    found = [
        Figure(gettext("Judged"), judged),
        Figure(
            gettext("Wrong"), filters.number(known.wrong), tone="bad" if known.wrong else "",
        ),
        Figure(gettext("Error rate, 95%"), bounds if known.looked else filters.NONE),
        Figure(gettext("Error found"), filters.yuan(known.found_fen), yuan),
        Figure(gettext("Likely in everything"), filters.yuan(known.likely_fen), yuan),
    ]  # fmt: skip
    if known.at_most_fen is not None and sample.seed:
        found.append(Figure(gettext("At most, 95%"), filters.yuan(known.at_most_fen), yuan))
    return found


def _line_columns() -> list[Column]:
    return [
        Column(gettext("Line"), "code"),
        Column(gettext("Place")),
        Column(gettext("Amount"), "money", unit=gettext("yuan")),
        Column(gettext("State")),
        Column(gettext("Error of the line"), "money", unit=gettext("yuan")),
        Column(gettext("What was noted")),
    ]


def _line_rows(session: Session, lines: list[DrawnLine], home: str) -> list[Row]:
    places = names_of(session, {one.division for one in lines if one.division})
    return [
        Row(
            (
                reference_of(one.payment_id),
                places.get(one.division, one.division) or None,
                one.fen,
                words.line_tag(one),
                one.error_fen if one.outcome else None,
                one.note or None,
            ),
            href=f"{home}/lines/{reference_of(one.payment_id)}",
        )
        for one in lines
    ]


def _digests(sample: AuditSample) -> list[tuple[str, str]]:
    found = [
        (gettext("SHA-256 of the frozen lines"), sample.population_digest),
        (gettext("SHA-256 of the secret words"), sample.commitment),
    ]
    if sample.seed is None:
        return found
    size = filters.number(sample.checkpoint_size)
    return [
        *found,
        (gettext("The secret words, said when it was drawn"), sample.nonce or ""),
        (gettext("Checkpoint of the trail, entries"), size),
        (gettext("Seed"), sample.seed),
    ]


def _places(session: Session, townships: list[str]) -> dict[str, str]:
    known = {one.code[:9]: one.name for one in queries.townships(session)} if any(townships) else {}
    return {one: known.get(one, one) for one in townships if one}
