"""A proof that a resident keeps verifies anywhere, for the own payment only, and no byte of it can be changed."""

import base64
import json
import random
import subprocess
import sys
from pathlib import Path

import pytest
import typer
from sqlalchemy import select
from sqlalchemy.orm import Session
from typer.testing import CliRunner

from service.audit.actor import SYSTEM
from service.audit.log.models import PublishedCheckpoint
from service.audit.log.sequence import sequence
from service.audit.models import AuditCheckpoint, AuditEntry
from service.audit.proof.make import ProofNotYet, entry_proof
from service.audit.record import record
from service.audit.standalone.classes import CHANGED, CHECKPOINT, POLICY, ROOT, UNREADABLE, Wrong
from service.audit.standalone.joined import joined
from service.audit.standalone.notes import Trust, write_trust
from service.audit.standalone.proofs import LINE, PROOF, Proofs, check_proofs
from service.audit.verify.crypto import CRYPTO
from service.audit.verify.own_trust import published_trust
from service.batches.proof.command import prove
from service.batches.proof.payment import payment_proof
from service.enquiry.wards.find import wards_of
from service.foundation import clock
from service.foundation.problems import NotFound
from service.residents.models import Person
from tests.factories.residents import PersonIdentifierFactory, id_number
from tests.service.enquiry.asking import resident
from tests.service.enquiry.test_enquiry_pages import enter
from tests.service.enquiry.test_own_wards import in_care
from tests.service.reconciliation.answers import Sent, sent
from tests.service.web.browsing import Browser


@pytest.fixture
def out(made: Session, data_dir: object) -> Sent:
    """A list of six that was signed, sent and paid, and whose acts stand in the published log."""
    found = sent(made, 6)
    for code in ("rural", "ccb"):
        found.reply(found.told("ACSC", code=code), code)
    publish_all(made)
    return found


def publish_all(session: Session) -> None:
    """Sequence what waits and hand the checkpoint out, all in the test's own transaction."""
    session.flush()
    sequence(session)
    last = session.scalars(select(AuditCheckpoint).order_by(AuditCheckpoint.size.desc())).first()
    assert last is not None
    session.merge(PublishedCheckpoint(size=last.size, published_at=clock.now(), note=last.note))
    session.flush()


def wrong_code(text: bytes, trust: Trust) -> int:
    with pytest.raises(Wrong) as raised:
        check_proofs(text, trust, CRYPTO)
    return raised.value.code


def test_a_payments_proof_holds_and_no_part_of_it_can_be_another(made: Session, out: Sent) -> None:
    payment, other = out.lines()[0], out.lines()[1]
    trust = published_trust(made)
    text = payment_proof(made, payment).encode()
    found = check_proofs(text, trust, CRYPTO)
    assert [one.said["act"] for one in found.entries] == [
        "batch.frozen",
        "batch.signed",
        "batch.sent",
    ]
    assert found.line is not None
    assert (found.line["id"], found.line["amount_fen"]) == (payment.id, payment.amount_fen)
    # Nothing of anybody else: no other line, name or number of the list.
    everything = text + b"".join(
        base64.b64decode(one[6:]) for one in text.splitlines() if one.startswith(b"extra ")
    )
    for line in out.lines()[1:]:
        assert f'"id":{line.id},'.encode() not in everything
    other_text = payment_proof(made, other).encode()
    assert str(other.payee_name).encode() in base64.b64decode(
        next(one[6:] for one in other_text.splitlines() if one.startswith(b"extra "))
    )

    lines = text.decode().split("\n")
    at = lines.index(LINE)
    forged = dict(found.line, amount_fen=found.line["amount_fen"] * 10)
    spelled = json.dumps(forged, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    lines[at + 1] = "extra " + base64.b64encode(spelled.encode()).decode()
    assert wrong_code("\n".join(lines).encode(), trust) == CHANGED
    mixed = text.split(PROOF.encode())
    entry = mixed[1].split(b"\n")
    entry[1] = b"extra " + base64.b64encode(
        base64.b64decode(entry[1][6:]).replace(b"2026", b"2025")
    )
    mixed[1] = b"\n".join(entry)
    assert wrong_code(PROOF.encode().join(mixed), trust) == ROOT
    assert wrong_code(b"nothing", trust) == UNREADABLE

    assert wrong_code(text, Trust(trust.log, [], 1)) == POLICY

    rng = random.Random(7)
    start = text.index(LINE.encode())
    for _ in range(150):
        changed = bytearray(text)
        changed[rng.randrange(start, len(changed))] ^= 1 << rng.randrange(7)
        code, again = _judged(bytes(changed), trust)
        assert code in (0, UNREADABLE, CHANGED, CHECKPOINT, ROOT)
        # A proof whose first line is spoilt is none: less is proved then, and nothing else.
        assert all(one in found.entries for one in again.entries)
        assert again.line in (found.line, None)


def test_a_proof_is_checked_by_python_alone_and_by_the_command_without_a_database(
    made: Session, out: Sent, tmp_path: Path
) -> None:
    place = made.scalar(select(AuditEntry.id).where(AuditEntry.act == "batch.signed"))
    proof = entry_proof(made, str(place))
    assert proof.startswith(f"{PROOF}\nextra ")
    files = {"payment.txt": payment_proof(made, out.lines()[0]), "entry.tlog-proof": proof}
    for name, text in files.items():
        (tmp_path / name).write_text(text, "utf-8")
    (tmp_path / "trust.json").write_bytes(write_trust(published_trust(made)))
    (tmp_path / "verify_log.py").write_bytes(joined())
    trusted = ["--trust", str(tmp_path / "trust.json")]
    for name in files:
        alone = subprocess.run(
            [sys.executable, "-I", "-S", "verify_log.py", name, "--trust", "trust.json"],
            cwd=tmp_path, env={}, capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert alone.returncode == 0, alone.stdout
        assert "batch.signed" in alone.stdout
        app = _app()
        found = CliRunner().invoke(app, ["--check", str(tmp_path / name), *trusted])
        assert found.exit_code == 0, found.output
        assert CliRunner().invoke(app, ["--check", str(tmp_path / name)]).exit_code == UNREADABLE
    fresh = record(made, "thing.done", by=SYSTEM, on=("things", "new"))
    made.flush()
    with pytest.raises(ProofNotYet):
        entry_proof(made, str(fresh.id))
    with pytest.raises(NotFound):
        entry_proof(made, "999999")
    with pytest.raises(NotFound):
        entry_proof(made, "nothing-of-ours")


def test_a_resident_takes_the_proof_of_an_own_paid_payment_only(
    browser: Browser, made: Session, out: Sent
) -> None:
    payment = out.lines()[0]
    number = id_number(901, "19450607")
    person = made.get_one(Person, payment.payee_person_id)
    PersonIdentifierFactory.create(person=person, number=number)
    shown = enter(browser, made, number)
    address = f"/me/payments/{payment.programme}/proof?month={out.batch.month}&amp;place=1"
    assert address in shown
    told = browser.get(address.replace("&amp;", "&")).text
    assert "发放证明" in told
    taken = browser.get(address.replace("&amp;", "&").replace("/proof?", "/proof.txt?"))
    assert taken.headers["content-disposition"].startswith('attachment; filename="proof-')
    assert check_proofs(taken.content, published_trust(made), CRYPTO).line is not None
    acts = made.scalars(select(AuditEntry.act).where(AuditEntry.object_id == str(payment.id))).all()
    assert "proof.taken" in acts
    for bad in ("place=2", "place=99"):
        assert browser.get(address.replace("&amp;", "&").replace("place=1", bad)).status_code == 404
    browser.submit("/me/leave", shown_at="/me/payments")
    assert browser.get(address.replace("&amp;", "&")).headers["location"] == "/me"


def test_a_guardian_takes_the_wards_proof_and_a_stranger_does_not(
    browser: Browser, made: Session, out: Sent
) -> None:
    payment = out.lines()[0]
    ward = made.get_one(Person, payment.payee_person_id)
    ward.name = "孙小宝"
    guardian, stranger = resident(902), resident(903)
    in_care(ward, guardian.person)
    enter(browser, made, guardian.number)
    (known,) = wards_of(made, guardian.person.id)
    page = f"/me/payments/{payment.programme}/proof?month={out.batch.month}&place=1"
    file = page.replace("/proof?", "/proof.txt?")
    assert page.replace("&", "&amp;") in browser.get("/me/others/1?month=" + out.batch.month).text
    told = browser.get(f"{page}&whom={known.key}").text
    assert "孙某某" in told
    assert file.replace("&", "&amp;") in told
    taken = browser.get(f"{file}&whom={known.key}")
    line = check_proofs(taken.content, published_trust(made), CRYPTO).line
    assert line is not None
    assert line["id"] == payment.id
    kept = select(AuditEntry).where(AuditEntry.act == "proof.taken")
    entry = made.scalars(kept).one()
    assert entry.actor_id == str(guardian.person.id)
    assert b"guardian" in entry.canonical
    # Without saying for whom it is the own payment that is asked for; there is none of this list.
    assert browser.get(file).status_code == 404
    browser.submit("/me/leave", shown_at="/me/payments")

    enter(browser, made, stranger.number)
    for address in (page, file):
        for whom in (f"&whom={known.key}", ""):
            refused = browser.get(address + whom)
            assert refused.status_code == 404
            assert "孙某某" not in refused.text
    assert made.scalars(kept).all() == [entry]


def _judged(text: bytes, trust: Trust) -> tuple[int, Proofs]:
    try:
        return 0, check_proofs(text, trust, CRYPTO)
    except Wrong as wrong:
        return wrong.code, Proofs()


def _app() -> typer.Typer:
    app = typer.Typer()
    app.command()(prove)
    return app
