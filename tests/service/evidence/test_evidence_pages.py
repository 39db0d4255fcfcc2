"""A line's evidence in the browser: by duty and place, masked or whole, and every taking recorded."""

import json

from sqlalchemy import select

from service.audit.models import AuditEntry
from service.officers.models import Officer
from tests.service.batches.reading import text_of
from tests.service.evidence.packs import opened, said
from tests.service.reconciliation.answers import Sent
from tests.service.web.browsing import MakeOfficer, SignInAs


def _recorded(out: Sent, act: str) -> list[dict[str, object]]:
    rows = out.session.scalars(
        select(AuditEntry.canonical).where(AuditEntry.act == act).order_by(AuditEntry.id)
    )
    return [json.loads(one) for one in rows]


def test_an_auditor_takes_it_masked_and_a_reviewer_whole_with_a_reason(
    booked: Sent, sign_in_as: SignInAs
) -> None:
    line = booked.lines()[0]
    home = f"/batches/{booked.batch.batch_no}/lines/{line.reference}"
    auditor = sign_in_as("auditor", language="en")
    assert f"{home}/evidence" in auditor.get(home).text
    page = auditor.get(f"{home}/evidence")
    assert "Nobody else's data are in it" in page.text
    assert "What it is needed for" not in page.text
    given = auditor.get(f"{home}/evidence.zip")
    assert given.headers["content-type"] == "application/zip"
    assert given.headers["content-disposition"] == (
        f'attachment; filename="evidence-{line.reference}.zip"'
    )
    assert said(given.content)["shown"] == "masked"
    (entry,) = _recorded(booked, "evidence.packed")
    assert entry["object"] == {"type": "evidence_packs", "id": line.reference}
    assert "evidence.packed" in str(_recorded(booked, "resident.read"))

    reviewer = sign_in_as("reviewer")
    path = f"{home}/evidence.zip"
    refused = reviewer.submit(path, {"reason": " "}, shown_at=f"{home}/evidence")
    assert refused.status_code == 422
    assert "请写明用途" in text_of(refused.text)
    whole = reviewer.submit(path, {"reason": "信访复核"}, shown_at=f"{home}/evidence")
    assert said(whole.content)["payment"]["payee"] == line.payee_name
    assert "bank/line-1.bin" in opened(whole.content)
    assert _recorded(booked, "resident.revealed")[-1]["reason"] == "信访复核"
    assert reviewer.post(f"/api{path}", json={"reason": " "}).status_code == 422
    assert sign_in_as("steward").post(f"/api{path}", json={"reason": "复核"}).status_code == 404
    by_program = reviewer.post(f"/api{path}", json={"reason": "程序复核"})
    assert said(by_program.content)["payment"]["payee"] == line.payee_name
    assert _recorded(booked, "resident.revealed")[-1]["reason"] == "程序复核"


def test_wrong_duty_and_wrong_place_see_nothing(
    booked: Sent, sign_in_as: SignInAs, make_officer: MakeOfficer
) -> None:
    line = booked.lines()[0]
    home = f"/batches/{booked.batch.batch_no}/lines/{line.reference}"
    assert line.division == "330523100200"
    elsewhere: Officer = make_officer("reviewer", division="330523101")
    here: Officer = make_officer("reviewer", division="330523100")
    for browser in (sign_in_as("steward"), sign_in_as("policy"), sign_in_as(officer=elsewhere)):
        for path in ("evidence", "evidence.zip"):
            assert browser.get(f"{home}/{path}").status_code == 404, path
    assert sign_in_as(officer=here).get(f"{home}/evidence.zip").status_code == 200
    assert len(_recorded(booked, "evidence.packed")) == 1
    auditor = sign_in_as("auditor")
    other = booked.lines("ccb")[0].reference
    assert auditor.get(f"/batches/MZ15-2026-09-77/lines/{other}/evidence.zip").status_code == 404
