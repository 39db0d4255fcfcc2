"""Samples on pages and for programs: planned, drawn, judged, and raised as a finding; for auditors alone."""

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from service.audit.models import AuditCheckpoint, AuditLeaf
from service.foundation import clock
from service.foundation.ids import reference_of
from service.oversight.samples import queries, work
from service.oversight.samples.models import AuditSample
from tests.factories.officers import OfficerFactory
from tests.service.oversight.standing_cases import batch, paid, triggers_asleep
from tests.service.web.browsing import Browser, SignInAs

HOME = "/oversight/samples"
SECRET = "nobody else knows these words"
TOWN = "330523100"


@pytest.fixture
def auditor(made: Session, sign_in_as: SignInAs) -> Browser:
    """An auditor of a county in which ten lines of two townships were paid."""
    signed_in = sign_in_as("auditor")
    triggers_asleep(made)
    listed = batch(programme="MZ15", month="2031-03")
    for number in range(10):
        place = f"{TOWN}200" if number % 2 else "330523101200"
        paid(batch=listed, amount_fen=1_000 + number, period="2031-03", division=place)
    return signed_in


def _planned(made: Session, auditor: Browser, **given: str) -> AuditSample:
    wanted = {
        "programme": "MZ15", "month": "2031-03", "township": "", "method": "simple", "size": "3",
        "nonce": SECRET,
    }  # fmt: skip
    answer = auditor.submit(f"{HOME}/new", wanted | given)
    assert answer.status_code == 303, answer.text
    sample = work.by_no(made, answer.headers["location"].rpartition("/")[2])
    size = 10**12
    made.add(AuditLeaf(index=size, entry_id=sample.entry_id, leaf_hash=b"\x01" * 32))
    made.add(
        AuditCheckpoint(
            size=size + 1, root=b"\x02" * 32, signed_at=clock.now(), note="", frontier=b""
        )
    )
    made.flush()
    return sample


def test_what_is_drawn_from_can_be_one_township(made: Session, auditor: Browser) -> None:
    sample = _planned(made, auditor, township=TOWN)
    assert sample.population_count == 5
    text = auditor.get(f"{HOME}/{sample.sample_no}/population.txt").text
    assert {row.split(" ")[2] for row in text.splitlines()} == {TOWN}


def test_what_cannot_be_planned_is_said_and_what_was_typed_stays(auditor: Browser) -> None:
    given = {
        "programme": "MZ15",
        "month": "2031-03",
        "method": "simple",
        "size": "３",
        "nonce": SECRET,
    }
    refused = auditor.submit(f"{HOME}/new", given)
    assert refused.status_code == 422
    assert "抽取笔数" in refused.text
    assert 'id="size-error"' in refused.text
    assert f'value="{SECRET}"' in refused.text
    assert (
        auditor.submit(f"{HOME}/new", {**given, "size": "3", "month": "2031-04"}).status_code == 422
    )


def test_lines_are_judged_and_a_wrong_one_becomes_a_finding(
    made: Session, auditor: Browser
) -> None:
    sample = _planned(made, auditor)
    home = f"{HOME}/{sample.sample_no}"
    wrong_words = auditor.submit(f"{home}/draw", {"nonce": SECRET + "."}, shown_at=home)
    assert wrong_words.status_code == 422
    assert auditor.submit(f"{home}/draw", {"nonce": SECRET}, shown_at=home).status_code == 303
    lines, total = queries.lines_of(made, sample)
    assert total == 3
    first, second, _ = (f"{home}/lines/{reference_of(one.payment_id)}" for one in lines)
    assert (
        auditor.submit(first, {"outcome": "asked", "note": "向镇里索要签收表"}).status_code == 303
    )
    assert "已索要凭证" in auditor.get(f"{home}?state=asked").text
    assert queries.next_open(made, sample) == lines[1].payment_id, "what was asked for waits"
    assert auditor.submit(first, {"outcome": "agrees", "note": "签收表已见"}).status_code == 303
    refused = auditor.submit(second, {"outcome": "over", "amount": "", "note": "多发"})
    assert refused.status_code == 422
    assert (
        auditor.submit(second, {"outcome": "over", "amount": "1.50", "note": "多发"}).status_code
        == 303
    )
    shown = auditor.get(home).text
    assert "2 / 3" in shown
    assert "差错率 50%" in shown
    assert "尚有明细未评定" in shown
    assert ",error,150,多发" in auditor.get(f"{home}/lines.csv").text
    office = OfficerFactory.create().organisation
    form = f"/findings/new?sample={sample.sample_no}&line={reference_of(lines[1].payment_id)}"
    assert form.replace("&", "&amp;") in auditor.get(second).text
    assert "多发" in auditor.get(form).text
    raised = auditor.submit(
        "/findings/new",
        {
            "sentence": "多发", "severity": "medium", "organisation": office, "evidence": "",
            "due_on": (clock.today() + timedelta(days=9)).isoformat(), "amount": "", "hit": "",
            "sample": sample.sample_no, "line": reference_of(lines[1].payment_id),
        },
        shown_at=form,
    )  # fmt: skip
    assert raised.status_code == 303, raised.text
    number = raised.headers["location"].rpartition("/")[2]
    said = auditor.get(f"/api/findings/{number}").json()
    assert (said["origin"], said["amount_fen"]) == ("sample", 150)
    assert number in auditor.get(second).text
    assert number in auditor.get(home).text


def test_a_program_does_the_same(made: Session, auditor: Browser) -> None:
    sample = _planned(made, auditor)
    home = f"/api{HOME}/{sample.sample_no}"
    assert auditor.get(f"{home}/lines").json()["total"] == 0
    drawn = auditor.post(f"{home}/draw", json={"nonce": SECRET})
    assert drawn.status_code == 200, drawn.text
    line = auditor.get(f"{home}/lines?state=open").json()["lines"][0]["line"]
    said = auditor.post(f"{home}/lines/{line}", json={"outcome": "missing", "note": "无凭证"})
    assert said.json()["state"] == "missing"
    again = auditor.post(f"{home}/lines/{line}", json={"outcome": "agrees", "note": "有了"})
    assert again.json()["code"] == "sample_done"
    whole = auditor.get(home).json()
    assert (whole["judged"], whole["wrong"], whole["conclusion"]["looked"]) == (1, 1, 1)
    assert auditor.get(f"/api{HOME}").json()["total"] >= 1


def test_nobody_but_an_auditor_sees_samples(
    made: Session, auditor: Browser, sign_in_as: SignInAs
) -> None:
    sample = _planned(made, auditor)
    other = sign_in_as("maker")
    for address in (HOME, f"{HOME}/new", f"{HOME}/{sample.sample_no}", f"/api{HOME}"):
        assert other.get(address).status_code == 404, address
