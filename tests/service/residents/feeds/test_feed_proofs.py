"""The papers nobody has to bring are known, and each is replaced by a feed that is there."""

from pathlib import Path

import pytest

from service.residents import feeds
from service.residents.feeds import FeedsBroken
from service.residents.feeds.proofs import load_proofs

_PROOFS = 74
_GOOD = "proofs:\n  - {code: Z01, zh: 年龄证明, en: Age, feeds: [GA_HUKOU], national: false}\n"


def _faults(folder: Path, content: str) -> str:
    path = folder / "proofs.yaml"
    path.write_text(content, encoding="utf-8")
    try:
        load_proofs(path, feeds.every())
    except FeedsBroken as broken:
        return " ".join(broken.members["faults"])
    return ""


def test_seventy_four_proofs_are_replaced_by_feeds() -> None:
    assert [one.code for one in feeds.proofs()] == [f"Z{n:02}" for n in range(1, _PROOFS + 1)]
    for one in feeds.proofs():
        assert one.feeds
        assert set(one.feeds) <= feeds.every().keys()
        assert len(set(one.feeds)) == len(one.feeds)
    assert len({one.en for one in feeds.proofs()}) == _PROOFS
    assert len({one.zh for one in feeds.proofs()}) == _PROOFS


def test_a_sound_list_of_proofs_loads(tmp_path: Path) -> None:
    assert _faults(tmp_path, _GOOD) == ""


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ("GA_HUKOU", "GA_NONE", "not ['GA_NONE']"),
        ("[GA_HUKOU]", "[]", "needs feeds that are there"),
        ("Z01", "P1", "P1 is no code"),
        ("false", "perhaps", "national is neither"),
        ("en: Age, ", "", "a proof needs"),
        ("zh: 年龄证明", "zh: ''", "needs zh and en"),
        ("proofs:", "papers:", "no list of proofs"),
    ],
)
def test_a_broken_list_is_refused_with_the_reason(
    tmp_path: Path, old: str, new: str, fault: str
) -> None:
    assert old in _GOOD
    assert fault in _faults(tmp_path, _GOOD.replace(old, new, 1))


def test_a_proof_named_twice_is_refused(tmp_path: Path) -> None:
    assert "comes twice" in _faults(tmp_path, _GOOD + _GOOD.split("\n", 1)[1])
