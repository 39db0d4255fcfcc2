"""The demo county's longer chain: what townships take down, they review first, and five people follow."""

from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.approvals.chains.in_force import chains_now
from service.approvals.chains.put import put_text
from service.approvals.chains.read import read
from service.approvals.decide import approve
from service.approvals.models import ApprovalStep
from service.approvals.steps import IN_REVIEW, laid, open_steps, steps_of, taken
from service.audit.actor import SYSTEM
from service.batches import queries
from service.batches.models import Batch
from service.demo.staff import Staff
from service.officers.models import Officer
from service.programmes.in_force import rules_now
from service.signing.models import Manifest, Signature

LONGER = "MZ08"
"""Whose applications the townships take: the living subsidy for disabled persons in hardship."""
_NAME = "demo-chains.yaml"
_TEXT = f"""chains:
  ordinary:
    zh: 一般审批
    en: Ordinary approval
    steps:
      - {{code: review, zh: 部门复核, en: Department review, duty: reviewer, days: 3}}
      - {{code: sign, zh: 财政签发, en: Treasury signature, duty: signer, kind: sign, days: 2}}
  applied_for:
    zh: 申请类项目审批
    en: Programmes that are applied for
    steps:
      - {{code: township, zh: 乡镇初审, en: Township first review, duty: reviewer, days: 5, each_township: yes}}
      - {{code: specialist, zh: 业务科室审核, en: Specialist review, duty: reviewer, days: 3, organisation: 民政局}}
      - {{code: department, zh: 部门负责人审批, en: Department approval, duty: reviewer, days: 3, organisation: 民政局}}
      - {{code: finance, zh: 财政程序性审核, en: Finance check, duty: reviewer, days: 2, organisation: 财政局}}
      - {{code: sign, zh: 国库签发, en: Treasury signature, duty: signer, kind: sign, days: 2}}
use:
  - {{chain: applied_for, programmes: [{LONGER}]}}
  - {{chain: ordinary}}
"""


def put_chains(session: Session) -> None:
    """Put the demo's chains in force, once; the county's officers and townships must be there."""
    codes = rules_now(session).programmes
    if chains_now(session).digest != read(_TEXT, _NAME, codes).digest:
        put_text(session, _TEXT, _NAME, by=SYSTEM)


def take_steps(session: Session, batch: Batch, staff: Staff, *, on: date) -> None:
    """Let each step of a batch be taken by the officer whose it is, until it is approved."""
    while batch.state in IN_REVIEW:
        step = open_steps(steps_of(session, batch), taken(session, batch))[0]
        approve(session, batch, by=_officer(staff, step), on=on)


def _officer(staff: Staff, step: ApprovalStep) -> Officer:
    if step.division:
        return staff.townships[step.division]
    others = {"specialist": staff.specialist, "finance": staff.finance}
    return others.get(step.code, staff.reviewer)


def signed_off(session: Session, month: str) -> list[dict[str, Any]]:
    """Return who took each step of the month's longer chain, in order: step, step_zh, names."""
    batch = next(
        (
            one
            for one in queries.of_month(session, month)
            if one.programme == LONGER and one.kind == "regular"
        ),
        None,
    )
    if batch is None:
        return []
    who = {(act.position, act.division): act.officer_id for act in taken(session, batch)}
    signer = session.scalars(
        select(Signature.officer_id)
        .join(Manifest, Manifest.id == Signature.manifest_id)
        .where(Manifest.batch_id == batch.id, Manifest.round == batch.round)
    ).first()
    told: dict[int, dict[str, Any]] = {}
    for step in laid(session, batch):
        by = signer if step.kind == "sign" else who.get((step.position, step.division))
        empty: dict[str, Any] = {"step": step.name_en, "step_zh": step.name_zh, "names": []}
        if by is not None:
            told.setdefault(step.position, empty)["names"].append(session.get_one(Officer, by).name)
    return [told[position] for position in sorted(told)]
