"""Describe an office: what kind it is, where it is responsible, which department's programmes are its own."""

import re

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from service.audit.actor import Actor
from service.audit.record import record
from service.foundation.problems import Problem
from service.officers.models import ORGANISATION_KINDS, Organisation
from service.officers.scopes import known_departments


class OrganisationUnusable(Problem):
    """The description of an office is incomplete."""

    code = "organisation_unusable"
    status = 422
    title = "This organisation cannot be kept"

    def __init__(self) -> None:
        super().__init__(
            "Give a name, a kind, digits of a place (a township or village has one), and a known department or none.",
            "请填写名称、类别、辖区代码（乡镇、村必填，仅限数字），以及已有的部门（可不填）。",
        )


class OneOrganisation(Problem):
    """One office was chosen and another was written."""

    code = "organisation_twice"
    status = 422
    title = "One organisation only"

    def __init__(self) -> None:
        super().__init__(
            "Choose an organisation from the list, or write another one below it, but not both.",
            "请在列表中选择单位，或在下方填写其他单位，二者只能填一项。",
        )


def only(chosen: str, written: str) -> str:
    """Return the office that was chosen or written; raises :class:`OneOrganisation` for two that differ."""
    written = written.strip()
    if chosen and written and chosen != written:
        raise OneOrganisation
    return chosen or written


def describe(
    session: Session, name: str, kind: str, *, division: str = "", department: str = "", by: Actor
) -> Organisation:
    """Add an office or say anew what it is; raises :class:`OrganisationUnusable`."""
    named = name.strip()
    is_place = re.fullmatch(r"[0-9]{0,12}", division) is not None
    needs_place = kind in ("township", "village")
    is_known = not department or department in known_departments()
    if (
        not 0 < len(named) <= 60
        or kind not in ORGANISATION_KINDS
        or not is_place
        or (needs_place and not division)
        or not is_known
    ):
        raise OrganisationUnusable
    session.execute(insert(Organisation).values(name=named).on_conflict_do_nothing())
    found = session.get_one(Organisation, named, with_for_update=True, populate_existing=True)
    found.kind, found.division, found.department = kind, division, department
    record(
        session,
        "organisation.described",
        by=by,
        on=("organisations", named),
        details={"kind": kind, "division": division, "department": department},
    )
    session.flush()
    return found


def every(session: Session) -> list[Organisation]:
    """Return all offices by name."""
    return list(session.scalars(select(Organisation).order_by(Organisation.name)))
