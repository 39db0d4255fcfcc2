"""A rule file that could grow without bound is refused before it is followed."""

import pytest

from eligibility_rules.errors import Faults, RulesInvalid
from eligibility_rules.reading.document import DEPTH_MAX, read_raw


def refused(raw: bytes) -> tuple[str, int, str]:
    faults = Faults()
    assert read_raw(raw, "a.yaml", faults) is None
    with pytest.raises(RulesInvalid) as caught:
        faults.raise_if_any()
    [fault] = caught.value.faults
    return fault.code, fault.line, fault.sentence


@pytest.mark.parametrize("raw", [b"a: " + b"[" * 200_000, b"- " * 100_000, b"a: {b: " * 60])
def test_deep_nesting_is_refused_before_it_is_followed(raw: bytes) -> None:
    code, _, sentence = refused(raw)
    assert code == "file_unreadable"
    assert f"nested deeper than {DEPTH_MAX} levels" in sentence or "is not YAML" in sentence


def test_aliases_are_refused() -> None:
    code, line, sentence = refused(b"a: &x [1, 2]\nb: [*x, *x]\n")
    assert (code, line) == ("file_unreadable", 2)
    assert "anchors and aliases are not allowed" in sentence


@pytest.mark.parametrize(
    ("raw", "line"), [(b"a: [\n1,\n", 3), (b"a: b\nc: d: e\n", 2), (b"a: 1\n\tb: 2\n", 2)]
)
def test_what_is_not_yaml_is_refused_at_its_line(raw: bytes, line: int) -> None:
    assert refused(raw)[:2] == ("file_unreadable", line)
