"""Bank files are written once a round, from frozen lines only, and only the signed round is sent."""

from dataclasses import replace
from decimal import Decimal
from types import SimpleNamespace

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from bank_adapters import Instruction, adapter_for
from service.approvals.decide import send_back
from service.audit.actor import SYSTEM
from service.batches.build import build
from service.batches.controls import sendable
from service.batches.models import Payment
from service.dispatch import queries
from service.dispatch.hand_over import BytesDiffer, hand_over
from service.dispatch.models import BankFile
from service.dispatch.prepare import prepare
from service.dispatch.write import LinesUnsendable
from service.foundation.database import transaction
from service.foundation.ids import number_of
from service.signing.manifest import content, of_batch
from service.signing.software import sign_with_software_key
from tests.factories.assessment import AssessmentFactory
from tests.factories.batches import (
    PAY_DAY,
    approved,
    channel,
    county_batch,
    due,
    payee,
    prepared,
)
from tests.factories.officers import OfficerFactory, Staff, staff
from tests.factories.town import Town

NAMES = st.text(
    st.characters(codec="utf-8") | st.sampled_from("张三·|,=+-@＝＠\u200b\u202e\ufeff\ue000𠮷㐂 "),
    max_size=70,
)


@given(NAMES, st.sampled_from(("ccb", "iso20022")))
@example("=张三", "ccb")
@example("张\u200b三", "iso20022")
def test_every_name_that_screening_lets_through_can_be_written(name: str, profile: str) -> None:
    adapter = adapter_for(profile)
    if not sendable(name, adapter.profile.charset, adapter.profile.name_bytes_max):
        return
    instruction = Instruction(
        reference="0000000000000",
        account_no="6222600260001072444",
        account_name=name,
        amount_fen=1,
        bank_code="102100099996",
        bank_name="样例银行",
        purpose="补贴",
    )
    assert [one.code for one in adapter.check(instruction) if one.fatal] == []


def test_every_frozen_line_is_in_exactly_one_file_and_the_totals_are_kept(
    made: Session, data_dir: object
) -> None:
    batch = prepared(made, county_batch(made, 9), staff())
    lines = made.scalars(select(Payment).where(Payment.batch_id == batch.id)).all()
    files = queries.of_batch(made, batch)
    assert sum(file.count for file in files) == batch.frozen_count == 9
    assert sum(file.amount_fen for file in files) == batch.frozen_fen
    written = [queries.content(file).decode("gb18030", "replace") for file in files]
    for line in lines:
        assert [line.reference in one for one in written].count(True) == 1
        assert number_of(line.reference) == line.id
        assert line.bank_file_id in {file.id for file in files}
    yuan = Decimal(files[0].amount_fen) / 100
    assert f"{yuan:.2f}" in written[0]


def test_a_long_list_is_cut_into_files_as_the_bank_takes_them(
    made: Session, data_dir: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    def short(name: str) -> SimpleNamespace:
        adapter = adapter_for(name)
        return SimpleNamespace(profile=replace(adapter.profile, max_lines=4), write=adapter.write)

    monkeypatch.setattr("service.dispatch.prepare.adapter_for", short)
    batch = prepared(made, county_batch(made, 9), staff())
    files = {file.id: file for file in queries.of_batch(made, batch)}
    lines = made.scalars(
        select(Payment).where(Payment.batch_id == batch.id).order_by(Payment.channel_id, Payment.id)
    ).all()
    assert max(file.count for file in files.values()) == 4
    assert sum(file.count for file in files.values()) == 9
    for file_id, file in files.items():
        mine = [line for line in lines if line.bank_file_id == file_id]
        assert (len(mine), sum(line.amount_fen for line in mine)) == (file.count, file.amount_fen)
        text_of_file = queries.content(file).decode("gb18030", "replace")
        assert all(line.reference in text_of_file for line in mine)


def test_a_held_line_is_in_no_file(made: Session, data_dir: object) -> None:
    channel("rural")
    assessment, fine, held = AssessmentFactory.create(), payee(), payee(verdict="mismatch")
    for person in (fine, held):
        due(assessment, person)
    batch = build(made, assessment, "MZ15", by=SYSTEM)
    assert batch is not None
    prepared(made, batch, staff())
    (file,) = queries.of_batch(made, batch)
    assert file.count == 1
    line = made.scalars(select(Payment).where(Payment.payee_person_id == held.id)).one()
    assert line.reference.encode() not in queries.content(file)
    assert line.bank_file_id is None


def test_preparing_twice_writes_nothing_the_second_time(made: Session, data_dir: object) -> None:
    batch = prepared(made, county_batch(made), staff())
    before = {file.id: file.sha256 for file in queries.of_batch(made, batch)}
    prepare(made, str(batch.id), PAY_DAY.isoformat())
    assert {file.id: file.sha256 for file in queries.of_batch(made, batch)} == before


def test_a_line_that_no_file_can_carry_stops_the_batch_without_naming_anybody(
    made: Session, data_dir: object
) -> None:
    batch = county_batch(made)
    made.execute(text("UPDATE payments SET payee_name = '=王小明'"))
    made.expire_all()
    people = staff()
    approved(made, batch, people)
    with pytest.raises(LinesUnsendable) as refusal:
        prepare(made, str(batch.id), PAY_DAY.isoformat())
    assert "formula_start ×2" in refusal.value.say("en")
    assert "王小明" not in refusal.value.say("en") + refusal.value.say("zh")


def test_a_sensitive_programme_is_not_named_in_a_banks_file(
    made: Session, data_dir: object
) -> None:
    batch = county_batch(made, programme="WJ02")
    prepared(made, batch, staff())
    for file in queries.of_batch(made, batch):
        charset = "gb18030" if file.profile == "ccb" else "utf-8"
        written = queries.content(file).decode(charset)
        assert "惠民补贴" in written
        assert "特别扶助" not in written
        assert "失独" not in written
        assert "WJ02" in file.file_reference


def _second_round(session: Session, town: Town) -> tuple[str, list[str]]:
    """Return a batch from its signer to its maker, and prepare it again; return (id, old files)."""
    batch = prepared(session, county_batch(session), town.people)
    old = [str(file.id) for file in queries.of_batch(session, batch)]
    send_back(session, batch, by=town.people.signer, reason="另行核对", on=PAY_DAY)
    others = Staff(
        maker=OfficerFactory.create(),
        reviewer=OfficerFactory.create(duties=["reviewer"]),
        signer=OfficerFactory.create(duties=["signer"]),
        reconciler=town.people.reconciler,
    )
    prepared(session, batch, others)
    sign_with_software_key(session, batch, by=others.signer)
    return str(batch.id), old


def test_files_of_an_earlier_round_are_withdrawn_and_never_sent(town: Town) -> None:
    town.open()
    with town.committed.transaction() as session:
        _, old = _second_round(session, town)
    with town.committed.transaction() as session:
        states = {
            str(file.id): file.state
            for file in session.scalars(select(BankFile))
            if file.round == 1
        }
    assert states == dict.fromkeys(old, "withdrawn")
    for file_id in old:
        with transaction() as session:
            hand_over(session, file_id)
    town.settle()
    assert town.bank.referee()["payments"] == []
    town.send()
    town.collect_until(lambda: town.batch().state == "answered")
    assert town.bank.referee()["paid_more_than_once"] == []
    assert len(town.bank.referee()["payments"]) == 4


def test_a_file_that_is_not_in_the_signed_manifest_is_not_sent(town: Town) -> None:
    town.open()
    with town.committed.transaction() as session:
        _, (old, *_) = _second_round(session, town)
    town.committed.as_superuser(f"UPDATE bank_files SET state = 'prepared' WHERE id = '{old}'")
    with pytest.raises(BytesDiffer), transaction() as session:
        hand_over(session, old)
    town.settle()
    assert town.bank.referee()["payments"] == []


def test_the_manifest_binds_every_file(made: Session, data_dir: object) -> None:
    batch = prepared(made, county_batch(made), staff())
    manifest = of_batch(made, batch)
    assert manifest is not None
    bound = {one["file_reference"]: one for one in content(manifest)["files"]}
    for file in queries.of_batch(made, batch):
        one = bound[file.file_reference]
        assert (one["sha256"], one["sm3"]) == (file.sha256, file.sm3)
        assert (one["count"], one["amount_fen"]) == (file.count, file.amount_fen)
