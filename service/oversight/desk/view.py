"""What the desk shows: each part is short and leads to its whole."""

from typing import Any

from sqlalchemy.orm import Session

from service.officers.models import Officer
from service.oversight.findings import queries as findings
from service.oversight.findings import view as finding_view
from service.oversight.findings.queries import Tally, Wanted
from service.oversight.samples import queries as samples
from service.oversight.samples import view as sample_view
from service.oversight.standing import queries, words
from service.oversight.standing.catalogue import QUERIES, by_code
from service.oversight.standing.models import StandingHit
from service.oversight.standing.queries import Standing
from service.oversight.standing.query import StandingQuery
from service.web import filters
from service.web.language import gettext
from service.web.view_models import Column, Figure, Link, Row

_FINDINGS_MAX = _HITS_MAX = 8
_SAMPLES_MAX = 5


def desk(session: Session, officer: Officer, *, writes: bool) -> dict[str, Any]:
    """Return everything on the page; samples only for who draws them."""
    known = queries.standings(session)
    seen = findings.seen_by(officer)
    tally = findings.tally(session, Wanted(), seen)
    found = [one for one in QUERIES if one.code in known and known[one.code].open]
    return {
        "figures": _figures(session, known, tally, writes=writes),
        "finding_columns": finding_view.columns(),
        "finding_rows": [
            finding_view.row(one) for one in findings.by_day(session, seen, most=_FINDINGS_MAX)
        ],
        "hit_columns": [
            Column(gettext("What it is about")),
            Column(gettext("Query")),
            Column(gettext("Severity")),
            Column(gettext("What was found")),
            Column(gettext("Amount"), "money", unit=gettext("yuan")),
        ],
        "hit_rows": [_hit(one) for one in queries.gravest(session, most=_HITS_MAX)],
        "query_columns": [
            Column(gettext("Query")),
            Column(gettext("Severity")),
            Column(gettext("Open hits"), "number"),
            Column(gettext("New"), "number"),
            Column(gettext("Amount"), "money", unit=gettext("yuan")),
            Column(gettext("Last run"), "moment"),
        ],
        "query_rows": [_query(one, known[one.code]) for one in _ordered(found, known)],
        "quiet": [
            Link(words.title(one), f"/oversight/queries/{one.code}")
            for one in QUERIES
            if one not in found
        ],
        "sample_columns": sample_view.columns(),
        "sample_rows": sample_view.rows(session, samples.listed(session, most=_SAMPLES_MAX))
        if writes
        else [],
        "writes": writes,
    }


def _figures(
    session: Session, known: dict[str, Standing], tally: Tally, *, writes: bool
) -> list[Figure]:
    counts = dict.fromkeys(words.SEVERITIES, 0)
    for query in QUERIES:
        counts[query.severity] += known[query.code].open if query.code in known else 0
    overdue = gettext("%(count)s overdue") % {"count": filters.number(tally.overdue)}
    figures = [
        Figure(
            gettext("Findings that wait for an office"), filters.number(tally.open),
            note=overdue if tally.overdue else "", href="/findings?state=open",
            tone="bad" if tally.overdue else "",
        ),
        Figure(
            gettext("Answers to look at"), filters.number(tally.answered),
            href="/findings?state=answered", tone="warn" if tally.answered else "",
        ),
        Figure(
            gettext("Open hits, high"), filters.number(counts["high"]),
            note=gettext("medium %(medium)s, low %(low)s") % {
                "medium": filters.number(counts["medium"]), "low": filters.number(counts["low"]),
            },
            tone="bad" if counts["high"] else "",
        ),
    ]  # fmt: skip
    if writes:
        total, left = samples.count(session)
        figures.append(
            Figure(
                gettext("Samples under way"), filters.number(left), href=sample_view.HOME,
                note=gettext("of %(count)s") % {"count": filters.number(total)} if total else "",
            )
        )  # fmt: skip
    return figures


def _ordered(found: list[StandingQuery], known: dict[str, Standing]) -> list[StandingQuery]:
    return sorted(
        found, key=lambda one: (words.SEVERITIES.index(one.severity), -known[one.code].open)
    )


def _query(query: StandingQuery, standing: Standing) -> Row:
    run = standing.run
    cells = (
        words.title(query),
        words.severity_tag(query.severity),
        standing.open,
        run.new if run else None,
        standing.open_fen,
        run.as_of if run else None,
    )
    return Row(cells, href=f"/oversight/queries/{query.code}")


def _hit(hit: StandingHit) -> Row:
    query = by_code(hit.query)
    about, _ = words.subject_of(hit)
    cells = (
        about,
        words.title(query),
        words.severity_tag(hit.severity),
        words.says(query, hit.evidence),
        hit.amount_fen,
    )
    return Row(cells, href=f"/oversight/hits/{hit.id}")
