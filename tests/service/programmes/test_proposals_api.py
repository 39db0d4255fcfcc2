"""A change of rules by programs: written, edited and sent back as on the pages."""

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.programmes.models import RuleProposal
from tests.factories.proposals import CASES, STANDARD, raised_allowance, shipped
from tests.service.web.browsing import MakeOfficer, SignInAs

KEY = {"idempotency-key": "p-1"}


def code(answer: Any) -> tuple[int, str]:
    return answer.status_code, answer.json().get("code", "")


def _body(**changes: Any) -> dict[str, Any]:
    return {
        "title": "提高高龄津贴", "law": "示例〔2026〕1号", "evidence": "illustrative: 示例",
        "reason": "按文件提高标准", "month": "2027-01", "texts": raised_allowance(), **changes,
    }  # fmt: skip


def test_a_program_writes_a_proposal_once_edits_and_submits_it(
    session: Session, sign_in_as: SignInAs, make_officer: MakeOfficer
) -> None:
    policy = sign_in_as(officer=make_officer("policy"))
    assert code(sign_in_as("maker").post("/api/rules", json=_body()))[0] == 403
    assert policy.post("/api/rules", json=_body(month="soon")).status_code == 422
    assert policy.post("/api/rules", json=_body(texts={STANDARD: "no rules"})).status_code == 422
    made = policy.post("/api/rules", json=_body(), headers=KEY)
    assert (made.status_code, made.json()["state"]) == (201, "draft")
    assert set(made.json()["texts"]) == {STANDARD, CASES}
    assert policy.post("/api/rules", json=_body(), headers=KEY).json() == made.json()
    assert len(session.scalars(select(RuleProposal)).all()) == 1
    home = f"/api/rules/{made.json()['name']}"
    edited = policy.post(f"{home}/edit", json=_body(title="再次提高高龄津贴"))
    assert edited.json()["title"] == "再次提高高龄津贴"
    assert policy.get(home).json() == edited.json()
    assert code(policy.post(f"{home}/approve_department", json={}))[0] == 403
    assert policy.post(f"{home}/other", json={}).status_code == 422
    assert policy.post(f"{home}/submit", json={}).json()["state"] == "submitted"
    assert policy.post(f"{home}/edit", json=_body()).status_code == 409
    assert (
        policy.post(f"{home}/withdraw", json={"reason": "文件撤回"}).json()["state"] == "withdrawn"
    )
    assert code(policy.get("/api/rules/R999999")) == (404, "not_found")
    (listed,) = policy.get("/api/rules").json()
    assert (listed["state"], listed["texts"]) == ("withdrawn", {})
    assert shipped(STANDARD) != edited.json()["texts"][STANDARD]
