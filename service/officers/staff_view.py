"""What the security administrators' pages show."""

from collections import defaultdict

from sqlalchemy.orm import Session
from starlette.responses import Response

from service.foundation import clock
from service.foundation.problems import Problem
from service.officers import interests, queries, words
from service.officers.holding import queries as grant_queries
from service.officers.holding.models import DutyGrant
from service.officers.holding.review import Held, review_list
from service.officers.may import may
from service.officers.models import DUTIES, Officer
from service.officers.organisations import every as every_organisation
from service.officers.scopes import known_departments
from service.web.here import visit
from service.web.language import gettext
from service.web.render import page
from service.web.view_models import Column, Fault, Option, Row, Tag


def list_page(
    session: Session,
    officer: Officer,
    problem: Problem | None = None,
    joining: dict[str, str] | None = None,
) -> Response:
    """Return the list of officers, with what waits for a second person above it.

    ``joining`` is what was typed about somebody who joins, to be mended.
    """
    named = {one.id: one for one in queries.everyone(session)}
    waiting = grant_queries.in_state(session, "asked")
    held = review_list(session)
    without = [one for one in named.values() if one.active and not one.duties]
    return page(
        "officers/list.html",
        status=problem.status if problem else 200,
        faults=_faults(problem),
        waiting=[
            (one, _title(one, named[one.officer_id]), one.asked_by == officer.id) for one in waiting
        ],
        columns=[
            Column(gettext("Officer")),
            Column(gettext("Duty")),
            Column(gettext("Place and programmes")),
            Column(gettext("Days")),
            Column(gettext("Last sign-in"), "moment"),
            Column(gettext("To look at")),
        ],
        rows=[_held_row(one) for one in held],
        others=[
            Row(
                [f"{one.name} ({one.username})", one.organisation],
                href=f"/officers/{one.id}",
            )
            for one in (*without, *(gone for gone in named.values() if not gone.active))
        ],
        other_columns=[Column(gettext("Officer")), Column(gettext("Organisation"))],
        may_manage=may(officer, "officers.manage"),
        may_confirm=may(officer, "duties.confirm"),
        joining=defaultdict(str, joining or {}),
        organisations=_organisations(session),
    )


def officer_page(
    session: Session,
    officer: Officer,
    found: Officer,
    problem: Problem | None = None,
    asked: dict[str, str] | None = None,
) -> Response:
    """Return the page of one officer; ``asked`` is what was typed about a duty or a move, to be mended."""
    if problem is not None:
        session.refresh(found)
    grants = grant_queries.of_officer(session, found)
    today, declared = clock.today(), interests.standing_of(session, found)
    return page(
        "officers/officer.html",
        status=problem.status if problem else 200,
        faults=_faults(problem),
        officer=found,
        columns=[
            Column(gettext("Duty")),
            Column(gettext("State")),
            Column(gettext("Place and programmes")),
            Column(gettext("Days")),
            Column(gettext("Why")),
        ],
        rows=[
            Row(
                [
                    words.duty_name(one.duty),
                    words.grant_tag(one.state),
                    words.place(one),
                    words.days(one),
                    one.reason,
                ]
            )
            for one in grants
        ],
        standing=[(one, words.duty_name(one.duty)) for one in grants if one.is_standing(today)],
        asked=defaultdict(str, asked or {}),
        departments=sorted(known_departments()),
        organisations=_organisations(session),
        duties=[Option(duty, words.duty_name(duty)) for duty in DUTIES],
        ending=[
            Option(str(one.id), f"{words.duty_name(one.duty)} · {words.place(one)}")
            for one in grants
            if one.is_standing(today)
        ],
        interest_columns=[Column(gettext("Relation")), Column(gettext("Resident"), "code")],
        declared=[Row([words.relation_name(one.relation), str(one.person_id)]) for one in declared],
        interest_options=[
            Option(str(one.id), f"{words.relation_name(one.relation)} · {one.person_id}")
            for one in declared
        ],
        may_manage=may(officer, "officers.manage") and officer.id != found.id and found.active,
    )


def _organisations(session: Session) -> list[Option]:
    known = [Option(one.name, one.name) for one in every_organisation(session)]
    return [Option("", gettext("another, written below")), *known]


def _held_row(one: Held) -> Row:
    notes = [
        said
        for said, is_so in (
            (gettext("to be confirmed this quarter"), one.is_due),
            (gettext("never used"), one.is_unused),
            (gettext("conflicting duties"), one.is_conflicting),
        )
        if is_so
    ]
    return Row(
        [
            f"{one.officer.name} ({one.officer.username})",
            words.duty_name(one.grant.duty),
            words.place(one.grant),
            words.days(one.grant),
            one.signed_in_at,
            Tag("; ".join(notes), "bad" if one.is_conflicting else "warn") if notes else None,
        ],
        href=f"/officers/{one.officer.id}",
    )


def _title(one: DutyGrant, officer: Officer) -> str:
    return f"{officer.name} ({officer.username}): {words.duty_name(one.duty)} · {words.place(one)} · {words.days(one)}"


def _faults(problem: Problem | None) -> list[Fault]:
    return [Fault(problem.say(visit().language))] if problem else []
