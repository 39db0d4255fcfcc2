"""Where approved texts stand in the place of files: new programmes, new shipped texts, failed counts."""

import json
import shutil
from pathlib import Path

import pytest
from sqlalchemy.orm import Session
from typer.testing import CliRunner

from eligibility_rules.load import HOME
from service.cli import app
from service.foundation import clock, ids
from service.foundation.jobs import Job
from service.foundation.months import Month
from service.programmes import in_force
from service.programmes.guide.kept import in_force as guide_of
from service.programmes.overtaken import overtaken
from service.programmes.proposals.decide import PREVIEW_JOB
from service.programmes.titles import title
from tests.factories.proposals import (
    STANDARD,
    RulePeople,
    approved,
    rule_people,
    shipped,
    submitted,
)
from tests.foundation.committed import Committed
from tests.service.batches.reading import text_of
from tests.service.residents.snapshot.conftest import county
from tests.service.residents.snapshot.county import County
from tests.service.web.browsing import SignInAs

__all__ = ["county"]
LONG_AGO = "2026-01"
NEW_ZH, NEW_EN = "百岁慰问金", "Gift at the age of one hundred"


def _new_programme() -> dict[str, str]:
    rule = shipped("programmes/minzheng/MZ16.yaml").replace("MZ16", "MZ98")
    (names,) = [line for line in rule.splitlines() if line.startswith("names:")]
    rule = rule.replace(names, f"names: {{zh: {NEW_ZH}, en: {NEW_EN}}}")
    cases = shipped("cases/MZ16.yaml").replace("MZ16", "MZ98")
    return {"programmes/minzheng/MZ98.yaml": rule, "cases/MZ98.yaml": cases}


def test_a_programme_that_only_a_change_brought_has_its_name(
    committed: Committed, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(in_force, "_brought", {})
    assert title("MZ98", "zh") == "MZ98"
    with committed.transaction() as session:
        approved(session, rule_people(), _new_programme(), month=LONG_AGO)
    in_force._brought.clear()
    assert (title("MZ98", "zh"), title("MZ98", "en")) == (NEW_ZH, NEW_EN)
    assert title("MZ15", "en") == "Old-age allowance (80 to 99)"


def test_the_guide_shows_what_is_in_force(
    session: Session, people: RulePeople, sign_in_as: SignInAs
) -> None:
    browser = sign_in_as("auditor")
    assert browser.get("/programmes/MZ98").status_code == 404
    approved(session, people, _new_programme(), month=LONG_AGO)
    assert NEW_ZH in browser.get("/programmes").text
    assert NEW_ZH in browser.get("/programmes/MZ98").text
    assert guide_of(session, Month.parse(LONG_AGO)).is_whole


@pytest.fixture
def upgraded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """The software comes with another text of a file than the one that was replaced."""
    home = tmp_path / "rules"
    shutil.copytree(HOME, home, ignore=shutil.ignore_patterns("*.py", "__pycache__"))
    text = shipped(STANDARD).replace("yuan(100)", "yuan(110)")
    (home / STANDARD).write_text(text, encoding="utf-8")
    monkeypatch.setattr(in_force, "HOME", home)
    return text


def test_a_shipped_file_that_changed_underneath_is_named_with_what_to_do(
    session: Session, people: RulePeople, sign_in_as: SignInAs, upgraded: str
) -> None:
    month = "2026-11"
    assert overtaken(session, month) == []
    # What the change was written against is the text of before the upgrade.
    with pytest.MonkeyPatch.context() as before:
        before.setattr(in_force, "HOME", HOME)
        proposal = approved(session, people, month=LONG_AGO)
        assert overtaken(session, month) == []
    (found,) = overtaken(session, month)
    assert (found.file, found.proposal) == (STANDARD, proposal.spoken_name)
    said = text_of(sign_in_as("policy").get("/programmes/MZ15").text)
    assert f"仍是规则变更 {proposal.spoken_name} 的文本" in said
    assert "请提出新的规则变更" in said
    english = text_of(sign_in_as("policy", language="en").get("/programmes/MZ15").text)
    assert "propose a change if the upgrade's text shall count" in english.replace("’", "'")
    assert "软件升级" not in sign_in_as("policy").get("/programmes/MZ16").text


def test_residents_do_not_read_of_upgrades(
    session: Session, people: RulePeople, sign_in_as: SignInAs, upgraded: str
) -> None:
    with pytest.MonkeyPatch.context() as before:
        before.setattr(in_force, "HOME", HOME)
        approved(session, people, month=LONG_AGO)
    assert "软件升级" not in sign_in_as("security_administrator").get("/programmes/MZ15").text


def test_the_list_of_proposals_says_it_too(committed: Committed, upgraded: str) -> None:
    with pytest.MonkeyPatch.context() as before, committed.transaction() as session:
        before.setattr(in_force, "HOME", HOME)
        approved(session, rule_people(), month=LONG_AGO)
    listed = CliRunner().invoke(app, ["rules", "proposals", "--json"])
    assert [one["proposal"] for one in json.loads(listed.stdout)] == ["R1"]
    assert f"An upgrade of the software changed {STANDARD}" in listed.stderr
    assert "请提出新的规则变更" in listed.stderr


@pytest.mark.parametrize(("code", "zh", "en"), [
    ("snapshot_lacks_facts", "冻结的数据缺少拟议规则所需的数据项", "the frozen facts lack something"),
    ("unexpected", "软件出现故障", "a fault of the software"),
])  # fmt: skip
def test_a_count_that_failed_says_why_in_both_languages(
    county: County,
    session: Session,
    people: RulePeople,
    sign_in_as: SignInAs,
    code: str,
    zh: str,
    en: str,
) -> None:
    proposal = submitted(session, people)
    snapshot = county.freeze()
    session.add(
        Job(
            id=ids.uuid7(),
            kind=PREVIEW_JOB,
            key=f"{PREVIEW_JOB}:{proposal.id}:{snapshot.id}",
            arguments={},
            state="failed",
            attempts=3,
            attempts_max=3,
            created_at=clock.now(),
            run_after=clock.now(),
            finished_at=clock.now(),
            error_code=code,
            error="The snapshot lacks what the rules need: p.birth.",
        )
    )
    session.flush()
    path = f"/rules/{proposal.spoken_name}"
    said = text_of(sign_in_as("policy").get(path).text)
    assert f"{zh}" in said
    assert f"（代码 {code}）" in said
    assert "what the rules need" not in said
    assert en in text_of(sign_in_as("policy", language="en").get(path).text)
