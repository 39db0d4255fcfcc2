"""The command line acts in an officer's name, and refuses in sentences."""

from sqlalchemy import select
from typer.testing import CliRunner, Result

from service.residents.identity.canonical import same_person
from service.residents.identity.commands import app
from service.residents.identity.disputes import open_dispute
from service.residents.models import Confirmation, IdentityAct, IdentityDispute
from tests.factories.officers import OfficerFactory
from tests.factories.residents import DeliveryFactory, PersonFactory, PersonIdentifierFactory
from tests.foundation.committed import Committed


def _run(*words: object) -> Result:
    return CliRunner().invoke(app, [str(word) for word in words])


def test_an_officer_merges_and_splits_at_the_command_line(committed: Committed) -> None:
    with committed.transaction():
        one, other = PersonFactory.create().id, PersonFactory.create().id
        steward = OfficerFactory.create(duties=["steward"])
        maker = OfficerFactory.create()
    said = ("--by", steward.username, "--reason", "公安答复。")
    assert _run("merge", one, other, *said).output == f"{other} → {one}\n"
    refused = _run("merge", one, other, *said)
    assert refused.exit_code == 1
    assert "其中一条记录此前已并入他人" in refused.output
    assert _run("split", one, other, *said).exit_code == 0
    assert _run("merge", one, other, "--by", maker.username, "--reason", "x").exit_code == 1
    assert _run("merge", one, other, "--by", "nobody", "--reason", "x").exit_code == 1
    with committed.transaction() as session:
        assert not same_person(session, one, other)
        acts = session.scalars(select(IdentityAct).order_by(IdentityAct.at)).all()
        assert [(act.kind, act.by) for act in acts] == [
            ("merge", str(steward.id)), ("split", str(steward.id))
        ]  # fmt: skip


def test_disputes_are_listed_and_resolved_at_the_command_line(committed: Committed) -> None:
    with committed.transaction() as session:
        person = PersonFactory.create()
        number = PersonIdentifierFactory.create(person=person)
        delivery = DeliveryFactory.create()
        dispute = open_dispute(session, person.id, "GA_HUKOU", delivery.id, why="two_rows")
        reviewer = OfficerFactory.create(duties=["reviewer"])
    shown = CliRunner().invoke(app, ["disputes"], env={"COLUMNS": "200"}).output
    assert str(dispute.id) in shown
    assert number.tail in shown
    done = _run("resolve-dispute", dispute.id, "--by", reviewer.username, "--answer", "公安答复。")
    assert done.exit_code == 0, done.output
    with committed.transaction() as session:
        assert session.get_one(IdentityDispute, dispute.id).resolution == "公安答复。"


def test_a_township_confirms_at_the_command_line(committed: Committed) -> None:
    with committed.transaction():
        person = PersonFactory.create().id
        steward = OfficerFactory.create(duties=["steward"])
    said = ("--organisation", "白茶坞镇", "--by", steward.username, "--reason", "入户核实。")
    assert _run("confirm-death", person, "--on", "2026-10-02", *said).exit_code == 0
    assert _run("confirm-alive", person, "--on", "2026-10-20", *said).exit_code == 0
    future = _run("confirm-alive", person, "--on", "2999-01-01", *said)
    assert "不能晚于今天" in future.output
    with committed.transaction() as session:
        answers = session.scalars(select(Confirmation).order_by(Confirmation.at))
        assert [one.answer for one in answers] == ["dead", "alive"]
