"""Explanations of past months: from the kept files, by the rules that decided, and told to be false."""

import json
from datetime import UTC, datetime

import pytest
from sqlalchemy.orm import Session

from eligibility_rules import Outcome, Subject, load_canonical
from service.assessment import explain as explain_module
from service.assessment.explain import (
    RulesNotRead,
    explain_one,
    explain_person,
    rules_of,
    subjects_of,
)
from service.assessment.models import Assessment
from service.assessment.outcome_files import OutcomesDamaged
from service.assessment.told import tell
from service.foundation.problems import NotFound
from service.foundation.settings import settings
from service.programmes import versions
from service.programmes.models import RuleSetVersion
from service.residents.models import Snapshot
from service.residents.snapshot.problems import SnapshotDamaged
from tests.factories.residents import DeliveryFactory, FeedRecordFactory
from tests.service.assessment.explaining import assessed, silence, why
from tests.service.residents.snapshot.county import County

ELDER = "1940-03-03"


def test_everybody_is_explained_also_who_is_paid_nothing(county: County) -> None:
    silence(county)
    people = [county.person(birth=f"19{year}-05-05") for year in (25, 40, 60, 80)]
    month = assessed(county)
    for person in people:
        for one in explain_person(county.session, month, person.id):
            whole = why(county, month, person, one.programme)
            said = whole.explanation
            assert said.outcome.name.lower() == one.outcome
            assert said.amount_fen == one.amount_fen
            assert said.agrees
            states = {(reason.condition_id, reason.state) for reason in one.reasons}
            assert {(each.id, each.state) for each in said.conditions} == states
            for language in ("zh", "en"):
                assert tell(whole, language, traced=True).lead


def test_a_value_names_department_day_delivery_and_row(county: County) -> None:
    silence(county)
    person = county.person(birth=ELDER)
    delivery = DeliveryFactory.create(
        feed="CL_CERT", file_name="cert.xlsx", received_at=datetime(2026, 9, 3, 1, tzinfo=UTC)
    )
    record = FeedRecordFactory.create(
        feed="CL_CERT", person=person, delivery=delivery,
        data={"category": 4, "grade": 1, "status": "注销", "expires_on": "2030-01-01"},
    )  # fmt: skip
    whole = why(county, assessed(county), person, "CL03")
    told = tell(whole, "zh", traced=True)
    (status,) = (
        value
        for one in told.conditions
        for value in one.values
        if one.id.endswith("CERT-CANCELLED")
    )
    assert status.text == "残疾人证状态：注销"
    assert "残联" in status.sources[0]
    assert "2026-09-03" in status.sources[0]
    assert f"报送批次 {delivery.id}" in status.trace[0]
    assert f"文件“cert.xlsx”第 {record.row_no} 行" in status.trace[0]
    resident = tell(whole, "zh", traced=False)
    assert all(not value.trace for one in resident.conditions for value in one.values)


def test_what_nobody_said_names_who_has_not_said_it(county: County) -> None:
    person = county.person(birth=ELDER)
    whole = why(county, assessed(county), person, "CL03")
    assert whole.explanation.outcome is Outcome.UNKNOWN
    told = tell(whole, "zh", traced=False)
    (vehicle,) = (one for one in told.conditions if one.id == "CL03-C3")
    assert vehicle.state == "unknown"
    assert any("尚未报送" in source for value in vehicle.values for source in value.sources)
    assert "应由" in vehicle.ask
    assert "无需提供材料" in vehicle.ask


def test_silence_is_told_as_the_file_without_a_record(county: County) -> None:
    silence(county)
    person = county.person(birth=ELDER)
    told = tell(why(county, assessed(county), person, "MZ15"), "en", traced=False)
    (death,) = (one for one in told.conditions if one.id == "MZ15-STOP-DEATH")
    assert death.state == "true"
    assert any("has no record of it" in source for source in death.values[0].sources)


def test_a_household_is_explained_by_its_members(county: County) -> None:
    silence(county)
    head, home = county.person(birth="1970-01-01"), county.household()
    county.says(
        "MZ_SA", head, home, head_person_id=head.id, category="低保", size=1, status="在保",
        approved_date="2026-01-01",
    )  # fmt: skip
    month = assessed(county)
    snapshot = county.session.get_one(Snapshot, month.snapshot_id)
    assert (Subject.HOUSEHOLD, home.id) in subjects_of(county.session, snapshot, head.id)
    whole = explain_one(county.session, month, "household", home.id, "MZ01")
    assert whole.payee_person_id == head.id
    assert {"MZ_SA", "GA_HUKOU"} <= whole.sources.keys()
    assert tell(whole, "zh", traced=True).conditions


def test_another_programme_or_person_is_not_there(county: County) -> None:
    person = county.person(birth=ELDER)
    month = assessed(county)
    for kind, subject_id, code in (
        ("person", person.id, "XX99"),
        ("person", person.id + 1_000_000, "MZ15"),
        ("household", person.id, "MZ15"),
        ("household", 1, "MZ01"),
        ("nobody", person.id, "MZ15"),
    ):
        with pytest.raises(NotFound):
            explain_one(county.session, month, kind, subject_id, code)


def test_a_past_month_is_explained_by_the_rules_that_decided_it(
    county: County, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    silence(county)
    person = county.person(birth=ELDER)
    month = assessed(county)
    before = tell(why(county, month, person, "MZ15"), "zh", traced=True)
    kept = json.loads(session.get_one(RuleSetVersion, month.rule_digest).content)
    (file,) = (name for name in kept if name.endswith("MZ15.yaml"))
    kept[file]["conditions"][1]["zh"] = "新的一版写成另一句话"
    changed = load_canonical(json.dumps(kept, ensure_ascii=False).encode())
    assert changed.digest != month.rule_digest
    for module in (explain_module, versions):
        monkeypatch.setattr(module, "rules", lambda: changed)
    after = tell(why(county, month, person, "MZ15"), "zh", traced=True)
    assert after == before
    assert all(one.sentence != "新的一版写成另一句话" for one in after.conditions)


def test_rules_in_a_language_not_read_any_more_are_refused_in_a_sentence(
    county: County, session: Session
) -> None:
    version = session.get_one(RuleSetVersion, assessed(county).rule_digest)
    content = {**json.loads(version.content), "language": 0}
    digest = "0" * 64
    session.add(
        RuleSetVersion(
            digest=digest, recorded_at=version.recorded_at, content=json.dumps(content).encode()
        )
    )
    session.flush()
    with pytest.raises(RulesNotRead) as refusal:
        rules_of(session, Assessment(month="2026-11", rule_digest=digest))
    assert "2026-11" in refusal.value.say("zh")


@pytest.mark.parametrize("which", ["facts", "outcomes"])
def test_a_file_that_was_changed_is_refused_also_when_it_was_open_already(
    county: County, which: str
) -> None:
    person = county.person(birth=ELDER)
    month = assessed(county)
    why(county, month, person, "MZ15")
    snapshot = county.session.get_one(Snapshot, month.snapshot_id)
    folder, name = {
        "facts": (snapshot.folder, "person.parquet"),
        "outcomes": (month.folder, "person-outcomes.parquet"),
    }[which]
    path = settings().snapshots_dir / folder / name
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.parent.chmod(0o700)
    path.chmod(0o600)
    path.write_bytes(content)
    with pytest.raises((SnapshotDamaged, OutcomesDamaged)):
        why(county, month, person, "MZ15")
    path.unlink()
    with pytest.raises((SnapshotDamaged, OutcomesDamaged)):
        why(county, month, person, "MZ15")


def test_a_pool_is_explained_at_the_rate_that_was_frozen(county: County) -> None:
    silence(county)
    homes = []
    for number, area in enumerate((123_457, 98_765, 250_001)):
        person, home = county.person(birth="1970-01-01"), county.household("land")
        county.says(
            "NY_LAND", person, home, contract_area_milli_mu=area, contractor_no=f"C{number}",
            division="330523100200",
        )  # fmt: skip
        county.says(
            "NY_PLANT", None, home, year=2026, eligible_area_milli_mu=area,
            abandoned_area_milli_mu=0, converted_area_milli_mu=0,
        )  # fmt: skip
        homes.append(home)
    month = assessed(county)
    for home in homes:
        whole = explain_one(county.session, month, "land", home.id, "NY01")
        assert whole.explanation.amount is not None
        assert whole.explanation.agrees
