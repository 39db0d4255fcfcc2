"""Write a proposal on a page: choose a programme or a figure, change its text, say why."""

from collections.abc import Iterable
from pathlib import PurePosixPath
from typing import Annotated

from fastapi import APIRouter, Depends, Form, Query, Request
from pydantic import BaseModel, Field
from sqlalchemy.orm import Session
from starlette.responses import RedirectResponse, Response

from service.foundation import clock
from service.foundation.months import Month
from service.foundation.problems import Problem
from service.officers.may import require
from service.officers.signed_in import SignedInOfficer
from service.programmes import words as rule_words
from service.programmes.in_force import overlay_for, rules_now
from service.programmes.models import RuleProposal
from service.programmes.proposals import queries
from service.programmes.proposals.check import FILES_MAX
from service.programmes.proposals.new_value import NewValue, new_value, with_value
from service.programmes.proposals.write import CHARS_MAX, MARKS, Written, rewrite, write
from service.web.here import visit
from service.web.language import gettext
from service.web.render import page
from service.web.transactions import Transaction
from service.web.view_models import Fault, Option

router = APIRouter()
TEXT_MAX = 200_000

Short = Annotated[str, Field(max_length=CHARS_MAX * 2)]


class Sent(BaseModel):
    """What the form sends: what is said, and each file's name with its text."""

    title: Short = ""
    law: Short = ""
    evidence: Short = ""
    remark: Short = ""
    reason: Short = ""
    month: Short = ""
    name: list[Short] = Field(default=[], max_length=FILES_MAX)
    text: list[Annotated[str, Field(max_length=TEXT_MAX)]] = Field(default=[], max_length=FILES_MAX)
    file: Short = ""
    act: Short = ""
    """``add`` lays one more file beside the others, and keeps nothing yet."""

    def written(self) -> Written:
        """Return it as the author's words."""
        remark = self.remark.strip()
        mark = f"{self.evidence}: {remark}" if remark else self.evidence
        texts = dict(zip(self.name, self.text, strict=False))
        return Written(self.title, self.law, mark, self.reason, self.month, texts)


@router.get("/rules/new")
def show_form(
    session: Transaction,
    officer: SignedInOfficer,
    file: Annotated[str, Query(max_length=100)] = "",
    new: Annotated[NewValue | None, Depends(new_value)] = None,
) -> Response:
    """An empty proposal; with ``file``, that file's text to change, and its cases beside it.

    With ``value`` a figure's file has one more dated value in it already.
    """
    require(officer, "rules.propose")
    month = new.since[:7] if new else _next_month()
    texts = _added(session, {}, file, _next_month())
    if new and file in texts:
        texts[file] = with_value(texts[file], new)
    law, mark = (new.law, new.mark) if new else ("", "sourced")
    return _form(session, Written("", law, mark, "", month, texts))


@router.post("/rules/new")
def make(
    request: Request,
    session: Transaction,
    officer: SignedInOfficer,
    sent: Annotated[Sent, Form()],
) -> Response:
    """Keep the proposal as a draft; with ``act`` add, only lay one more file beside the others."""
    require(officer, "rules.propose")
    written = sent.written()
    if sent.act == "add":
        return _form(session, _with_file(session, written, sent.file))
    try:
        with session.begin_nested():
            proposal = write(session, written, by=officer, session_id=_session_id(request))
    except Problem as problem:
        if problem.status == 403:
            raise
        return _form(session, written, problem)
    return RedirectResponse(f"/rules/{proposal.spoken_name}", status_code=303)


@router.get("/rules/{number}/edit")
def show_edit(session: Transaction, officer: SignedInOfficer, number: str) -> Response:
    """A draft, or a proposal that was sent back, to be written anew."""
    require(officer, "rules.propose")
    proposal = queries.by_name(session, number)
    written = Written(
        proposal.title,
        proposal.law,
        proposal.evidence,
        proposal.reason,
        proposal.effective_month,
        queries.texts_of(session, proposal),
    )
    return _form(session, written, proposal=proposal)


@router.post("/rules/{number}/edit")
def edit(
    request: Request,
    session: Transaction,
    officer: SignedInOfficer,
    number: str,
    sent: Annotated[Sent, Form()],
) -> Response:
    """Write a proposal anew."""
    require(officer, "rules.propose")
    proposal = queries.by_name(session, number)
    written = sent.written()
    if sent.act == "add":
        return _form(session, _with_file(session, written, sent.file), proposal=proposal)
    try:
        with session.begin_nested():
            rewrite(session, proposal, written, by=officer, session_id=_session_id(request))
    except Problem as problem:
        if problem.status == 403:
            raise
        session.refresh(proposal)
        return _form(session, written, problem, proposal=proposal)
    return RedirectResponse(f"/rules/{proposal.spoken_name}", status_code=303)


def _with_file(session: Session, written: Written, file: str) -> Written:
    month = written.effective_month
    texts = _added(session, dict(written.texts), file, month)
    return Written(written.title, written.law, written.evidence, written.reason, month, texts)


def _added(session: Session, texts: dict[str, str], file: str, month: str) -> dict[str, str]:
    """Return the texts with one more file as it is in force, and a programme's cases with it."""
    overlay = overlay_for(session, month)
    beside = f"cases/{PurePosixPath(file).stem}.yaml" if file.startswith("programmes/") else ""
    known = {name for name, _ in _files(session)}
    for name in (file, beside):
        found = overlay.text_of(name) if name and (name in known or name == beside) else None
        if found is not None and name not in texts and len(texts) < FILES_MAX:
            texts[name] = found
    return texts


def _files(session: Session) -> Iterable[tuple[str, str]]:
    """Every file that can be proposed, with what people call it."""
    rules = rules_now(session)
    chinese = visit().language == "zh"
    for code, programme in sorted(rules.programmes.items()):
        yield programme.file, f"{code} {programme.names.zh if chinese else programme.names.en}"
    for name, parameter in sorted(rules.parameters.items()):
        said = parameter.words.zh if chinese else parameter.words.en
        yield f"parameters/{name}.yaml", gettext("figure: %(name)s") % {"name": said}


def _next_month() -> str:
    now = Month.of(clock.today())
    return str(Month(now.year + 1, 1) if now.month == 12 else Month(now.year, now.month + 1))


def _session_id(request: Request) -> str:
    return str(request.state.officer_session.id)


def _form(
    session: Session,
    written: Written,
    problem: Problem | None = None,
    *,
    proposal: RuleProposal | None = None,
) -> Response:
    sentence = problem.say(visit().language) if problem else ""
    word, _, remark = written.evidence.partition(":")
    action = f"/rules/{proposal.spoken_name}/edit" if proposal else "/rules/new"
    return page(
        "programmes/proposal_form.html",
        status=problem.status if problem else 200,
        faults=[Fault(line) for line in sentence.splitlines()],
        action=action,
        heading=proposal.spoken_name if proposal else gettext("Propose a change"),
        written=written,
        evidence=word.strip(),
        remark=remark.strip(),
        marks=[Option(str(mark), rule_words.evidence_tag(mark).text) for mark in MARKS],
        files=[Option("", gettext("choose")), *(Option(*one) for one in _files(session))],
        chars_max=CHARS_MAX,
    )
