"""The same person and programme, told in every place: the sentences are the same, word for word."""

import json
import re
from datetime import date
from typing import Any

import pytest
from sqlalchemy.orm import Session
from typer.testing import CliRunner

from eligibility_rules.explanation import facts_read
from service.assessment.explain import Whole, explain_one
from service.assessment.models import Assessment
from service.assessment.rows import asks_about, row_of
from service.assessment.told import tell
from service.cli import app
from service.programmes.catalogue import rules
from service.programmes.telling import as_text
from service.residents.models import Person
from tests.factories.residents import PersonIdentifierFactory, id_number
from tests.service.assessment.explaining import assessed, silence
from tests.service.batches.reading import text_of
from tests.service.enquiry.asking import code_of
from tests.service.residents.snapshot.conftest import county
from tests.service.residents.snapshot.county import County
from tests.service.web.browsing import Browser, SignInAs

__all__ = ["county"]
NUMBER = id_number(37, "19400601")
MONTH = "2026-11"
TOLD = ("MZ15", "MZ16", "MZ17", "MZ08", "MZ09", "CL03", "TY09", "RS06", "JY01")
"""Due, too young, a tier, a fact missing, another programme in the way, a date, a formula, a school."""


@pytest.fixture
def month(county: County) -> Assessment:
    """An old, disabled person with a certificate and an income, decided about in November."""
    silence(county)
    elder = county.person(birth="1940-06-01")
    elder.division = "330523100200"
    PersonIdentifierFactory.create(person=elder, number=NUMBER)
    county.says(
        "CL_CERT", elder, cert_no="1", category="4", grade="2", status="正常",
        issued_on="2020-01-01", expires_on="2030-01-01",
    )  # fmt: skip
    county.says(
        "XZ_COLL", elder, programme="MZ08", apply_date="2026-10-10", approve_date="2026-10-20"
    )
    county.session.flush()
    month = assessed(county, MONTH)
    county.session.info["elder"] = elder
    return month


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_place_says_the_same_sentences(
    month: Assessment, session: Session, browser: Browser, sign_in_as: SignInAs, language: str
) -> None:
    elder: Person = session.info["elder"]
    browser.headers["accept-language"] = language
    browser.submit("/me", {"id_number": NUMBER})
    browser.submit("/me/code", {"code": code_of(session, NUMBER)})
    desk = sign_in_as("reviewer", language=language)
    outcomes = set()
    for code in TOLD:
        whole = explain_one(session, month, "person", elder.id, code)
        outcomes.add(whole.explanation.outcome)
        sentences = asked_of_the_rules(whole, session, language)
        assert len(sentences) > len(whole.explanation.conditions) * 2
        page = f"/me/payments/{code}"
        path = f"/months/{MONTH}/decisions/{code}/person/{elder.id}"
        places = {
            "month explain": as_text(tell(whole, language, traced=True)),
            "resident's page": text_of(browser.get(f"{page}?month={MONTH}").text),
            "letter": text_of(browser.get(f"{page}/letter?month={MONTH}").text),
            "officer's page": text_of(
                desk.submit(path, {"purpose": "窗口核对"}, shown_at=path).text
            ),
        }
        for place, text in places.items():
            assert in_order(sentences, text) == [], (place, code)
    assert len(outcomes) == 3


def asked_of_the_rules(whole: Whole, session: Session, language: str) -> list[str]:
    """What ``anxin rules explain`` says about the facts of a decision, without whose word they are."""
    programme = whole.explanation.programme
    row = row_of(
        whole.snapshot, whole.assessment, whole.subject, whole.subject_id, asks_about(programme),
        {*facts_read(programme), *rival_facts(programme.rivals)},
    )  # fmt: skip
    assert row is not None
    facts = {
        name: value.isoformat() if isinstance(value, date) else value
        for name, value in row.facts.items()
        if name not in {"person_id", "division", "payee_person_id", "guardian_person_id"}
    }
    asked: dict[str, Any] = {"facts": facts}
    asked["receives"] = {
        code: {"yuan": f"{one.amount_fen // 100}.{one.amount_fen % 100:02d}"}
        if one.amount_fen is not None
        else one.outcome.name.lower()
        for code, one in row.decided.items()
    }
    given = json.dumps(asked, ensure_ascii=False)
    command = ["rules", "explain", programme.code, "--facts", "-", "--month", MONTH, "--json"]
    done = CliRunner().invoke(app, command, input=given)
    assert done.exit_code == 0, done.stdout
    lines = [one[language] for one in json.loads(done.stdout)["letter"]]
    del lines[max(number for number, line in enumerate(lines) if not line) :]
    bare = [line for line in lines if line and not line.startswith(" " * 8)]
    # Page and terminal lay out a number, a tag and an id differently; the sentence is the same.
    return [re.sub(r"^[0-9]+\. \[[^]]+\] | \([A-Z0-9-]+\)$", "", one.strip()) for one in bare[1:]]


def rival_facts(codes: tuple[str, ...]) -> set[str]:
    """The columns that decide some programmes."""
    return {column for code in codes for column in facts_read(rules().programme(code))}


def in_order(sentences: list[str], text: str) -> list[str]:
    """The sentences that do not stand in a text, each after the one before it."""
    missing, at = [], 0
    for sentence in sentences:
        # A page sets how far a figure can be trusted as a mark, the terminal in brackets.
        bare = re.sub(r" \([^()]+\)$", "", sentence) if sentence not in text else sentence
        found = text.find(bare, at)
        if found < 0:
            missing.append(sentence)
        else:
            at = found + len(bare)
    return missing
