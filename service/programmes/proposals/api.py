"""Changes of rules for programs: write one, read it, and every act about it."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter
from pydantic import Field
from sqlalchemy.orm import Session

from service.officers.acting import Act, Declared
from service.officers.may import require
from service.officers.signed_in import SignedInOfficer
from service.programmes.models import RuleProposal
from service.programmes.proposals import queries
from service.programmes.proposals.check import FILES_MAX
from service.programmes.proposals.form_pages import TEXT_MAX
from service.programmes.proposals.pages import acts_about
from service.programmes.proposals.write import CHARS_MAX, Written, rewrite, write
from service.web.transactions import Transaction

router = APIRouter(prefix="/api/rules", tags=["rules"])
Words = Annotated[str, Field(max_length=CHARS_MAX * 2)]
FileName = Annotated[str, Field(max_length=100)]
FileText = Annotated[str, Field(max_length=TEXT_MAX)]


class ProposalIn(Declared):
    """A change as its author writes it."""

    title: Words = Field(examples=["提高低保标准"])
    law: Words = Field(examples=["县民政局 县财政局 2026年第12号"])
    evidence: Words = Field(default="sourced", description="How the law is known: `sourced`, `secondary: …`")  # fmt: skip
    reason: Words
    month: str = Field(max_length=10, examples=["2026-12"], description="The first month assessed by it.")  # fmt: skip
    texts: dict[FileName, FileText] = Field(
        max_length=FILES_MAX,
        examples=[{"parameters/dibao_std.yaml": "…"}],
        description="File of the rules → its whole new text.",
    )

    def written(self) -> Written:
        """Return it as the author's words."""
        return Written(self.title, self.law, self.evidence, self.reason, self.month, self.texts)


class ProposalAct(Declared):
    """Why, where a proposal is sent back or withdrawn."""

    reason: Words = ""


class ProposalOut(Declared):
    """A proposal; ``texts`` are its new files."""

    name: str = Field(examples=["R12"])
    title: str
    law: str
    evidence: str
    reason: str
    month: str
    state: str = Field(examples=["draft"])
    written_by: UUID
    written_at: datetime
    texts: dict[str, str]


@router.get("")
def list_proposals(session: Transaction, officer: SignedInOfficer) -> list[ProposalOut]:
    """Every proposal, the newest first, without its texts."""
    require(officer, "rules.read")
    return [_out(one, {}) for one in queries.everyone(session)]


@router.get("/{name}")
def read_proposal(session: Transaction, officer: SignedInOfficer, name: str) -> ProposalOut:
    """One proposal with its texts."""
    require(officer, "rules.read")
    return _whole(session, queries.by_name(session, name))


@router.post("", status_code=201)
def make_proposal(act: Act, body: ProposalIn) -> ProposalOut:
    """Keep a proposal as a draft; what is wrong with its rules is said line by line."""
    require(act.officer, "rules.propose")

    def do() -> ProposalOut:
        made = write(act.session, body.written(), by=act.officer, session_id=act.session_id)
        return _whole(act.session, made)

    return act.once(body, do, ProposalOut)


@router.post("/{number}/edit")
def edit_proposal(act: Act, number: str, body: ProposalIn) -> ProposalOut:
    """Write a draft, or a proposal that was sent back, anew."""
    require(act.officer, "rules.propose")
    proposal = queries.by_name(act.session, number)

    def do() -> ProposalOut:
        rewrite(act.session, proposal, body.written(), by=act.officer, session_id=act.session_id)
        return _whole(act.session, proposal)

    return act.once(body, do, ProposalOut)


@router.post("/{name}/{act}")
def do_about(
    doing: Act,
    name: str,
    act: Literal["submit", "approve_department", "approve_finance", "return", "withdraw", "count"],
    body: ProposalAct,
) -> ProposalOut:
    """Submit, approve, send back, withdraw, or have the effects counted again.

    Problems: ``illegal_move``, ``not_allowed`` for whoever wrote or approved it before.
    """
    require(doing.officer, "rules.read")
    proposal = queries.by_name(doing.session, name)
    acts = acts_about(
        doing.session, proposal, doing.officer, body.reason, session_id=doing.session_id
    )

    def do() -> ProposalOut:
        acts[act]()
        return _whole(doing.session, proposal)

    return doing.once(body, do, ProposalOut)


def _whole(session: Session, one: RuleProposal) -> ProposalOut:
    return _out(one, queries.texts_of(session, one))


def _out(one: RuleProposal, texts: dict[str, str]) -> ProposalOut:
    names = ("title", "law", "evidence", "reason", "state", "written_by", "written_at")
    return ProposalOut(
        name=one.spoken_name,
        month=one.effective_month,
        texts=texts,
        **{name: getattr(one, name) for name in names},
    )
