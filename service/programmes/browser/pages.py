"""The rule browser on pages: rules, figures over time, versions and what differs between them."""

from typing import Annotated

from fastapi import APIRouter, Query
from starlette.responses import Response

from service.foundation import clock
from service.foundation.months import Month
from service.foundation.problems import NotFound
from service.officers.may import may, require
from service.officers.signed_in import SignedInOfficer
from service.programmes import words
from service.programmes.browser import versions as known
from service.programmes.browser.figure_history import figure_history, history_columns
from service.programmes.browser.rule_view import (
    change_columns,
    change_rows,
    rule_view,
    version_columns,
    version_row,
)
from service.programmes.browser.rules_list import Sought, figures_found, rules_found
from service.programmes.browser.tabs import tabs
from service.programmes.browser.uses import programmes_by_figure
from service.programmes.guide.kept import in_force, programme_in, say
from service.programmes.proposals.write import MARKS
from service.web.render import page
from service.web.transactions import Transaction
from service.web.view_models import Link, Option

router = APIRouter()
Short = Annotated[str, Query(max_length=80)]
PageNumber = Annotated[int, Query(alias="page", ge=1, le=1000)]
PAGE_SIZE = 25


@router.get("/rules/programmes")
def show_rules(
    session: Transaction,
    officer: SignedInOfficer,
    q: Short = "",
    fact: Short = "",
    evidence: Short = "",
    number: PageNumber = 1,
) -> Response:
    """Every rule, or those that use a fact or rest on figures of some evidence."""
    require(officer, "rules.read")
    month = Month.of(clock.today())
    kept = in_force(session, month)
    found = rules_found(kept, month, Sought(q.strip(), fact, evidence))
    return page(
        "programmes/rules.html",
        view=found,
        rows=found.rows[(number - 1) * PAGE_SIZE : number * PAGE_SIZE],
        number=number,
        pages=max(1, -(-len(found.rows) // PAGE_SIZE)),
        q=q,
        fact=fact,
        evidence=evidence,
        tabs=tabs(),
        action="/rules/programmes",
        notices=kept.notices,
    )


@router.get("/rules/programmes/{code}")
def show_rule(session: Transaction, officer: SignedInOfficer, code: str) -> Response:
    """One rule with its law, its clauses, its figures over time, its cases and its past."""
    require(officer, "rules.read")
    kept = in_force(session, Month.of(clock.today()))
    view = rule_view(session, kept, programme_in(kept, code))
    return page(
        "programmes/rule.html",
        view=view,
        notices=kept.notices,
        may_propose=may(officer, "rules.propose"),
    )


@router.get("/rules/figures")
def show_figures(
    session: Transaction,
    officer: SignedInOfficer,
    q: Short = "",
    evidence: Short = "",
    number: PageNumber = 1,
) -> Response:
    """Every figure of the law as it is now, or those of some evidence."""
    require(officer, "rules.read")
    month = Month.of(clock.today())
    kept = in_force(session, month)
    found = figures_found(kept, month, Sought(q.strip(), "", evidence))
    return page(
        "programmes/rules.html",
        view=found,
        rows=found.rows[(number - 1) * PAGE_SIZE : number * PAGE_SIZE],
        number=number,
        pages=max(1, -(-len(found.rows) // PAGE_SIZE)),
        q=q,
        fact="",
        evidence=evidence,
        tabs=tabs(),
        action="/rules/figures",
        notices=kept.notices,
    )


@router.get("/rules/figures/{name}")
def show_figure(session: Transaction, officer: SignedInOfficer, name: str) -> Response:
    """One figure over time, the rules that read it, and a form for its next value."""
    require(officer, "rules.read")
    kept = in_force(session, Month.of(clock.today()))
    parameter = kept.rules.parameters.get(name)
    if parameter is None:
        raise NotFound("page")
    readers = programmes_by_figure(kept.rules).get(name, [])
    file = f"parameters/{name}.yaml"
    return page(
        "programmes/figure.html",
        view=figure_history(parameter, say(parameter.words)),
        columns=history_columns(),
        readers=[
            Link(f"{code} {say(kept.rules.programmes[code].names)}", f"/rules/programmes/{code}")
            for code in readers
        ],
        file=file,
        change_columns=change_columns(),
        change_rows=change_rows(known.changes_of(session, {file, f"county/{file}"})),
        marks=[Option(str(mark), words.evidence_tag(mark).text) for mark in MARKS],
        may_propose=may(officer, "rules.propose"),
        unit=parameter.unit.partition("（")[0],
    )


@router.get("/rules/versions")
def show_versions(
    session: Transaction, officer: SignedInOfficer, before: Short = "", after: Short = ""
) -> Response:
    """The versions that decided anything; with ``before`` and ``after``, what differs between them."""
    require(officer, "rules.read")
    found = known.versions(session)
    digests = [one.digest for one in found]
    last = known.digest_of(session, after) if after else digests[0]
    place = digests.index(last) if last in digests else -1
    older = digests[place + 1] if 0 <= place < len(digests) - 1 else last
    first = known.digest_of(session, before) if before else older
    files = known.differences(known.content(session, first), known.content(session, last))
    return page(
        "programmes/versions.html",
        columns=version_columns(),
        rows=[
            version_row(one, changed=True if place + 1 < len(found) else None)
            for place, one in enumerate(found)
        ],
        options=[Option(one[:16], one[:16]) for one in digests],
        before=first[:16],
        after=last[:16],
        files=files,
        tabs=tabs(),
    )
