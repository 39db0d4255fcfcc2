"""The burden gate: a programme that asks for what a feed answers is refused at load, at its line."""

import json
import shutil
from pathlib import Path

import pytest

from eligibility_rules import RuleSet, RulesInvalid, load_rules
from eligibility_rules.load import HOME
from eligibility_rules.proofs import AskKind

MZ16 = "programmes/minzheng/MZ16.yaml"
REASON = "reason: {zh: 首发前核验, en: checked before the first payment}"
INVOICE = "names: {zh: 发票原件, en: original invoice}"


@pytest.fixture
def small(tmp_path: Path) -> Path:
    """Only the facts, one parameter and one programme; the proofs are the shipped ones."""
    for name in ("facts.yaml", "parameters/dl_pool.yaml", MZ16):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(HOME / name, tmp_path / name)
    return tmp_path


def ask(folder: Path, *entries: str) -> int:
    """Let the programme ask for something; returns the line of the first entry."""
    path = folder / MZ16
    text = path.read_text(encoding="utf-8")
    before = text[: text.index("sensitive:")]
    asked = "".join(f"  - {{{entry}}}\n" for entry in entries)
    path.write_text(before + "asks_for:\n" + asked + text[len(before) :], encoding="utf-8")
    return before.count("\n") + 2


def refused(folder: Path) -> list[tuple[str, str, int]]:
    with pytest.raises(RulesInvalid) as caught:
        load_rules(folder)
    return [(fault.code, fault.file, fault.line) for fault in caught.value.faults]


@pytest.mark.parametrize(
    "entry",
    [
        f"kind: proof, code: Z08, {REASON}",
        f"kind: proof, names: {{zh: 年龄证明, en: proof of age}}, {REASON}",
        f"kind: proof, names: {{zh: 年龄证明（村）, en: proof of age}}, {REASON}",
        f"kind: proof, names: {{zh: 年纪的证明, en: age}}, {REASON}",
        f"kind: form, names: {{zh: 年龄证明, en: form about the age}}, {REASON}",
    ],
)
def test_a_proof_that_a_feed_answers_is_refused_at_its_line(small: Path, entry: str) -> None:
    line = ask(small, f"kind: proof, {INVOICE}, {REASON}", entry)
    assert refused(small) == [("proof_already_answered", MZ16, line + 1)]


def test_the_refusal_names_the_proof_and_the_feeds(small: Path) -> None:
    ask(small, f"kind: proof, code: Z10, {REASON}")
    with pytest.raises(RulesInvalid) as caught:
        load_rules(small)
    [fault] = caught.value.faults
    assert fault.sentence == (
        "Nobody may be asked for Z10 健在（生存）证明 (Being alive): "
        "the feeds GA_DEREG, WJ_DEATH, MZ_CREM, FY_COURT already answer it."
    )


def test_what_no_feed_answers_may_be_asked_for_with_its_reason(small: Path) -> None:
    ask(small, f"kind: proof, {INVOICE}, {REASON}")
    [asked] = load_rules(small).programme("MZ16").asks_for
    assert (asked.kind, asked.names.zh, asked.reason.zh) == (
        AskKind.PROOF,
        "发票原件",
        "首发前核验",
    )


def test_a_proof_without_feeds_may_be_asked_for(small: Path) -> None:
    text = (HOME / "proofs.yaml").read_text(encoding="utf-8")
    changed = text.replace('en: "Age", feeds: [GA_HUKOU]', 'en: "Age", feeds: []')
    assert changed != text
    (small / "proofs.yaml").write_text(changed, encoding="utf-8")
    ask(small, f"kind: proof, code: Z08, {REASON}")
    [asked] = load_rules(small).programme("MZ16").asks_for
    assert asked.code == "Z08"


@pytest.mark.parametrize(
    ("entry", "code"),
    [
        (f"kind: proof, code: Z99, {REASON}", "proof_unknown"),
        (f"kind: paper, {INVOICE}, {REASON}", "word_unknown"),
        (f"kind: proof, {INVOICE}", "section_missing"),
        (f"kind: proof, {REASON}", "section_missing"),
        (f"kind: proof, {INVOICE}, reason: {{zh: 首发前核验}}", "text_missing"),
    ],
)
def test_an_entry_without_sense_is_refused_once(small: Path, entry: str, code: str) -> None:
    line = ask(small, entry)
    assert refused(small) == [(code, MZ16, line)]


def test_a_form_that_was_replaced_may_not_be_asked_for_as_well(small: Path) -> None:
    path = small / MZ16
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("forms_replaced: []", "forms_replaced: [申请表（线上）]"), "utf-8")
    line = ask(small, f"kind: form, names: {{zh: 申请表, en: application form}}, {REASON}")
    assert refused(small) == [("form_already_replaced", MZ16, line)]


@pytest.mark.parametrize("text", ["年龄证明", "Z99 年龄证明", "z08 年龄证明", "' '"])
def test_a_replaced_proof_must_be_known(small: Path, text: str) -> None:
    path = small / MZ16
    rules = path.read_text(encoding="utf-8")
    path.write_text(rules.replace("Z08 年龄证明", text), encoding="utf-8")
    line = 1 + rules[: rules.index("proofs_replaced")].count("\n")
    assert refused(small) == [("proof_unknown", MZ16, line)]


def test_a_wrong_catalogue_of_proofs_is_refused_at_its_line(small: Path) -> None:
    entry = "  - {code: Z01, zh: 证明, en: proof, feeds: []}\n"
    (small / "proofs.yaml").write_text(f"proofs:\n{entry}{entry}", encoding="utf-8")
    assert ("code_wrong", "proofs.yaml", 3) in refused(small)


def test_the_proofs_are_part_of_the_digest_and_of_the_kept_content(
    small: Path, rules: RuleSet
) -> None:
    shipped = load_rules(small)
    assert shipped.proofs == rules.proofs
    assert "proofs.yaml" in json.loads(shipped.canonical)
    shutil.copy(HOME / "proofs.yaml", small / "proofs.yaml")
    assert load_rules(small).digest == shipped.digest
    text = (small / "proofs.yaml").read_text(encoding="utf-8")
    (small / "proofs.yaml").write_text(text.replace("[GA_MIG]", "[GA_HUKOU]"), encoding="utf-8")
    assert load_rules(small).digest != shipped.digest


def test_the_shipped_catalogue_has_74_answered_proofs(
    rules: RuleSet,
) -> None:
    assert len(rules.proofs) == 74
    assert all(proof.feeds for proof in rules.proofs.values())
