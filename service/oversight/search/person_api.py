"""Whom an audit is about, for an auditor's own programs; what is typed is in no address and no entry."""

from fastapi import APIRouter
from pydantic import Field

from service.audit.readers import require_reader
from service.officers.acting import Act, Declared
from service.oversight.search.person import look_for
from service.residents.record.api import ResidentHit
from service.web.filters import masked_name

router = APIRouter(prefix="/api/audit", tags=["audit"])


class AuditedPerson(Declared):
    """A whole ID number, or a whole name in a township or village."""

    number: str = Field(default="", max_length=200, examples=["33052319480312002X"])
    name: str = Field(default="", max_length=200)
    division: str = Field(default="", max_length=200, examples=["330523100000"])


@router.post("/people")
def find_person(act: Act, body: AuditedPerson) -> list[ResidentHit]:
    """Find whom an audit is about, at most a few; the looking is recorded. Problem: ``person_not_said``."""
    require_reader()
    found = look_for(
        act.session, number=body.number, name=body.name, division=body.division, by=act.by
    )
    return [
        ResidentHit(
            person_id=one.person_id,
            name=masked_name(one.name),
            division=one.division,
            id_tail=one.tail,
        )
        for one in found
    ]
