"""A pack of a decision made over a real snapshot: law, facts, figures, arithmetic, and both PDFs."""

import re
from pathlib import Path

import pytest

from service.audit.actor import SYSTEM
from service.audit.log.sequence import sequence
from service.batches.build import build
from service.batches.models import Payment
from service.evidence.paper.pdf import pdf_of
from service.foundation.money import yuan
from tests.factories import residents
from tests.factories.batches import account, channel, fresh_feeds
from tests.factories.residents import PersonIdentifierFactory, id_number
from tests.service.assessment.explaining import assessed, silence
from tests.service.evidence.packs import opened, outside, pack, said, text_of_pdf
from tests.service.residents.snapshot.county import County

NUMBER = id_number(41, "19400601")


@pytest.fixture
def payment(county: County) -> Payment:
    """The old-age allowance of somebody of 86, on a draft."""
    residents.use(county.session)
    silence(county)
    elder = county.person(birth="1940-06-01")
    elder.division = "330523100200"
    PersonIdentifierFactory.create(person=elder, number=NUMBER)
    account(elder)
    channel("rural")
    county.session.flush()
    month = assessed(county, "2026-11")
    fresh_feeds(county.session)
    batch = build(county.session, month, "MZ15", by=SYSTEM)
    assert batch is not None
    sequence(county.session)
    return county.session.query(Payment).filter_by(batch_id=batch.id).one()


def test_law_facts_and_arithmetic_are_in_it_and_on_paper(
    payment: Payment, county: County, tmp_path: Path
) -> None:
    made = pack(county.session, payment)
    told = said(made.content)
    explained = told["explained"]
    assert explained["agrees"]
    assert explained["arithmetic"]["fen"] == told["decision"]["amount_fen"] == payment.amount_fen
    assert "浙民养" in explained["laws"][0]["number"]
    assert {one["state"] for one in explained["conditions"]} == {"true"}
    facts = {one["name"]: one for one in explained["facts"]}
    assert facts
    sources = [source for one in facts.values() for source in one["from"] if source["delivery"]]
    assert sources
    assert all(re.fullmatch("[0-9a-f]{64}", one["file_sha256"]) for one in sources)
    path = tmp_path / "pack.zip"
    path.write_bytes(made.content)
    code, words = outside(path)
    assert code == 0, words
    assert "尚未签发" in words
    assert NUMBER.encode() not in made.content
    for language in ("zh", "en"):
        pdf = opened(made.content)[f"payment.{language}.pdf"]
        assert pdf == pdf_of(told, language), "the same content is the same bytes"
        text = text_of_pdf(pdf).replace(" ", "")
        expected = [
            payment.reference,
            f"¥{yuan(payment.amount_fen)}",
            told["payment"]["batch_no"],
            told["payment"]["name"][language],
            told["rules"]["digest"],
            explained["laws"][0]["number"],
            *(one["sentence"][language] for one in explained["conditions"]),
            *(line[language] for line in explained["arithmetic"]["lines"]),
            *(one["file_sha256"][:16] for one in sources),
        ]
        for one in expected:
            assert one.replace(" ", "") in text, (language, one)
