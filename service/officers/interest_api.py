"""What an officer declares, for programs: the own row as a resident, relatives, shared business."""

from fastapi import APIRouter
from pydantic import Field

from service.officers import interests
from service.officers.acting import Act, Declared
from service.officers.interest_pages import PERSON_MAX
from service.officers.may import require
from service.officers.signed_in import SignedInOfficer
from service.officers.staff_api import DeclarationOut, declaration
from service.web.transactions import Transaction

router = APIRouter(prefix="/api/interests", tags=["officers"])


class DeclarationIn(Declared):
    """A resident whom the officer declares, by the record's number."""

    person: int = Field(ge=1, le=PERSON_MAX)
    relation: str = Field(max_length=40, examples=["parent"])


@router.get("")
def list_own(session: Transaction, officer: SignedInOfficer) -> list[DeclarationOut]:
    """What the officer has declared and not ended."""
    require(officer, "interests.declare")
    return [declaration(one) for one in interests.standing_of(session, officer)]


@router.post("", status_code=201)
def declare(act: Act, body: DeclarationIn) -> DeclarationOut:
    """Declare a resident; only a security administrator ends a declaration.

    Problems: ``interest_unusable``, ``resident_unknown``.
    """
    require(act.officer, "interests.declare")

    def do() -> DeclarationOut:
        made = interests.declare(act.session, act.officer, body.person, body.relation, by=act.by)
        return declaration(made)

    return act.once(body, do, DeclarationOut)
