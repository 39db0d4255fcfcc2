"""A signer's second look: figures from the bytes, and the bytes themselves."""

import json
from pathlib import Path

import pytest
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from service.audit.models import AuditEntry
from service.signing.bundle.check import check
from service.signing.bundle.codes import SIGNATURE
from service.signing.challenge import message_of
from service.signing.manifest import of_batch
from service.signing.sign import challenge
from service.signing.standalone import recount as standalone
from tests.factories.batches import county_batch, prepared
from tests.factories.officers import staff
from tests.migrations.conftest import unguarded
from tests.service.batches.reading import text_of
from tests.service.web.browsing import SignInAs


def test_the_page_recomputes_what_is_to_be_signed(
    made: Session, data_dir: object, sign_in_as: SignInAs
) -> None:
    batch = prepared(made, county_batch(made), staff())
    said = text_of(sign_in_as("auditor").get(f"/batches/{batch.batch_no}/recount").text)
    assert "全部内容与清单一致" in said
    manifest = of_batch(made, batch)
    assert manifest is not None
    for words in ("400.10", manifest.digest.hex(), (batch.lines_root or b"").hex()):
        assert words in said


def test_the_page_does_not_believe_the_batch(
    made: Session, data_dir: object, sign_in_as: SignInAs
) -> None:
    """Whoever changes a line and the frozen total together is contradicted by the manifest."""
    batch = prepared(made, county_batch(made), staff())
    with unguarded(made):
        made.execute(
            text(
                "UPDATE payments SET amount_fen = amount_fen + 100 WHERE id = (SELECT min(id) FROM payments)"
            )
        )
        made.execute(text("UPDATE batches SET frozen_fen = frozen_fen + 100"))
    answer = sign_in_as("signer").get(f"/batches/{batch.batch_no}/recount")
    said = text_of(answer.text)
    assert "401.10" in said
    assert "明细行数、金额或默克尔根不符" in said
    assert "全部内容与清单一致" not in said


def test_a_signer_takes_the_bytes_home_and_computes_the_message(
    made: Session,
    data_dir: object,
    tmp_path: Path,
    sign_in_as: SignInAs,
    capsys: pytest.CaptureFixture[str],
) -> None:
    people = staff()
    batch = prepared(made, county_batch(made), people)
    browser = sign_in_as(officer=people.signer)
    path = tmp_path / "taken.zip"
    path.write_bytes(browser.get(f"/batches/{batch.batch_no}/bundle.zip").content)
    assert "batch.bundle_exported" in made.scalars(select(AuditEntry.act)).all()
    report, _ = check(path, {})
    assert {one.code for one in report.wrong} == {SIGNATURE, 9}, (
        "nothing is wrong but that nobody signed"
    )
    asked = browser.post(f"/api/batches/{batch.batch_no}/challenge").json()
    kept = tmp_path / "challenge.json"
    kept.write_text(json.dumps(asked), encoding="utf-8")
    assert standalone.main([str(path), "--challenge", str(kept)]) == 0
    said = capsys.readouterr().out
    assert f"message     {asked['message']}" in said
    assert "everything agrees" in said
    single = browser.get("/recount.py")
    assert single.content == Path(standalone.__file__).read_bytes()


def test_the_single_files_message_is_the_services(made: Session, data_dir: object) -> None:
    people = staff()
    batch = prepared(made, county_batch(made), people)
    asked, manifest = challenge(made, batch, by=people.signer), of_batch(made, batch)
    assert manifest is not None
    said = {
        "role": asked.role, "officer": str(people.signer.id), "nonce": asked.nonce.hex(),
        "expires_at": asked.expires_at.isoformat(),
    }  # fmt: skip
    content = json.loads(manifest.canonical)
    assert standalone.message(manifest.digest.hex(), content, said) == message_of(manifest, asked)


def test_what_is_not_prepared_cannot_be_recounted(made: Session, sign_in_as: SignInAs) -> None:
    batch = county_batch(made)
    browser = sign_in_as("signer")
    for path in ("recount", "bundle.zip"):
        assert browser.get(f"/batches/{batch.batch_no}/{path}").status_code == 404
