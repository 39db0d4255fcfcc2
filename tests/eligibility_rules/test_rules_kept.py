"""A kept rule set is loaded again as it was; texts may take the place of files."""

import json

import pytest

from eligibility_rules import RuleFault, RuleSet, RulesInvalid, load_canonical, load_rules
from eligibility_rules.load import HOME

STANDARD = "parameters/dibao_std.yaml"


def test_a_kept_set_is_loaded_again_as_it_was(rules: RuleSet) -> None:
    again = load_canonical(rules.canonical)
    assert (again.digest, again.canonical) == (rules.digest, rules.canonical)
    assert list(again.programmes.items()) == list(rules.programmes.items())
    assert dict(again.parameters) == dict(rules.parameters)


def test_rules_of_another_language_are_refused(rules: RuleSet) -> None:
    kept = json.loads(rules.canonical) | {"language": 999}
    with pytest.raises(RuleFault, match="version 999 of the rule language") as caught:
        load_canonical(json.dumps(kept).encode())
    assert caught.value.code == "language_other"


def test_a_changed_text_takes_the_place_of_its_file(rules: RuleSet) -> None:
    text = (HOME / STANDARD).read_text()
    raised = load_rules(changed={STANDARD: text.replace("'1175'", "'1200'")})
    assert raised.digest != rules.digest
    assert raised.parameters["dibao_std"].history[-1].value == 120_000
    assert load_rules(changed={STANDARD: text}).digest == rules.digest


@pytest.mark.parametrize(
    ("shown", "text", "code"),
    [
        (STANDARD, "zh: 标准\nvalues: nothing\n", "list_wrong"),
        ("parameters/../facts.yaml", "facts: {}\n", "file_unknown"),
        ("cases/MZ15.yaml", "cases: []\n", "file_unknown"),
    ],
)
def test_a_changed_text_that_cannot_be_read_is_refused_at_its_line(
    shown: str, text: str, code: str
) -> None:
    with pytest.raises(RulesInvalid) as caught:
        load_rules(changed={shown: text})
    assert code in {fault.code for fault in caught.value.faults if fault.file == shown}
