"""Nothing personal is written in the clear: not in records, rejected rows, audit, logs or messages."""

import json
from collections.abc import Iterator

import pytest
import structlog
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from service.foundation import logs
from service.foundation.encryption import sealer
from service.residents.models import PersonIdentifier, RejectedRow
from tests.service.residents.importing.conftest import Intake
from tests.service.residents.importing.deliveries import card_of, headers, number_of, row, rows

_TABLES = (
    "feed_records",
    "rejected_rows",
    "deliveries",
    "audit_entries",
    "person_identifiers",
    "accounts",
    "households",
)
_CERT = number_of(1) + "42"


@pytest.fixture
def logs_undone() -> Iterator[None]:
    """Whatever the test makes of the logs' configuration is undone after it."""
    yield
    structlog.reset_defaults()


def _everything(session: Session) -> str:
    dumped = []
    for table in _TABLES:
        dumped += [
            str(one)
            for one in session.execute(text(f"SELECT to_jsonb(t)::text FROM {table} t")).scalars()
        ]
    entries = session.execute(text("SELECT convert_from(canonical, 'UTF8') FROM audit_entries"))
    return "\n".join([*dumped, *map(str, entries.scalars())])


def test_row_96_a_scan_of_everything_written_finds_no_number_account_or_name(
    intake: Intake, session: Session, capsys: pytest.CaptureFixture[str], logs_undone: None
) -> None:
    logs.configure()
    name = "欧阳隐名"
    intake.send(
        "GA_HUKOU",
        *rows("GA_HUKOU", range(30), name=name),
        row("GA_HUKOU", 31, birth="x", name=name),
    )
    intake.send("CL_CERT", row("CL_CERT", 1, cert_no=_CERT, name=name))
    intake.send(
        "RS_CARD", *rows("RS_CARD", range(30), name=name), row("RS_CARD", 31, status="x", name=name)
    )
    intake.send("BK_RET", *rows("BK_RET", range(30), holder_name=name))
    intake.send("WJ_FP", *rows("WJ_FP", range(30), claimant=number_of(77), name=name))
    swapped = [[one[1], one[0], *one[2:]] for one in rows("CZ_PAY", range(30), name=name)]
    intake.send("CZ_PAY", *swapped)
    session.flush()
    written = _everything(session)
    told = "".join(capsys.readouterr())
    assert "feed.imported" in told
    secrets = [name, _CERT, number_of(77)]
    secrets += [number_of(person) for person in (0, 1, 29, 31)]
    secrets += [card_of(person) for person in (0, 1, 29, 31)]
    for secret in secrets:
        for piece in (secret, secret.encode().hex(), secret[:14]):
            assert piece not in written
            assert piece not in told


def test_a_rejected_row_opens_to_exactly_what_was_delivered(
    intake: Intake, session: Session
) -> None:
    table = rows("CZ_PAY", range(30))
    table[2] = row("CZ_PAY", 2, employer="\u202e坏", name="王\u200b英")
    taken = intake.send("CZ_PAY", *table)
    kept = session.scalars(select(RejectedRow).where(RejectedRow.delivery_id == taken.id)).one()
    raw = json.loads(sealer().open(kept.raw_sealed, f"rejected_rows:raw:{kept.id}"))
    wanted = dict(zip(headers("CZ_PAY"), table[2], strict=True))
    assert raw == wanted
    assert (raw["姓名"], raw["单位"]) == ("王\u200b英", "\u202e坏")
    sentences = json.dumps(kept.faults, ensure_ascii=False)
    assert "U+200B" in sentences
    assert "王" not in sentences


def test_an_identifier_opens_only_in_its_own_place(intake: Intake, session: Session) -> None:
    intake.send("CZ_PAY", row("CZ_PAY", 1))
    kept = session.scalars(select(PersonIdentifier)).one()
    place = f"person_identifiers:value:{kept.value_index.hex()}"
    assert sealer().open(kept.value_sealed, place) == number_of(1)
    assert kept.value_index == sealer().index(number_of(1), "id18")
    assert kept.tail == number_of(1)[-4:]


def test_a_certificate_number_is_kept_as_an_index_only(intake: Intake) -> None:
    intake.send("CL_CERT", row("CL_CERT", 1, cert_no=_CERT))
    data = intake.current("CL_CERT")[0].data
    assert data["cert_no_index"] == sealer().index(_CERT, "cert_no").hex()
    assert "cert_no" not in data
