"""A key file says which keys there are; one that cannot be relied on stops everything, and tells nobody a key."""

from collections.abc import Callable
from pathlib import Path

import pytest

from service.foundation.encryption import KeyFileUnusable, KeyMissing, KeyRing, key, sealer
from service.foundation.encryption.key_files import add_version, field_keys
from service.foundation.problems import Problem
from service.foundation.settings import Settings, settings

ONE, TWO, THREE = "11" * 32, "22" * 32, "33" * 32
Written = Callable[[str], Settings]


@pytest.fixture
def written(tmp_path: Path) -> Written:
    """Write a field key file and return the settings of a production that names it."""
    path = tmp_path / "field.keys"

    def write(content: str) -> Settings:
        path.write_text(content, encoding="utf-8")
        return Settings(profile="production", data_dir=tmp_path, field_key_file=path)

    return write


def test_64_digits_alone_are_version_1(written: Written) -> None:
    for content in (ONE, f"{ONE}\n", f"\n  {ONE.upper()}  \n"):
        assert field_keys(written(content)).keys == {1: bytes.fromhex(ONE)}


def test_lines_are_versions_and_the_last_one_seals(written: Written) -> None:
    ring = field_keys(written(f"1 {ONE}\n\n2 {TWO}\n7 {THREE}\n"))
    assert ring.newest == 7
    assert ring.keys[2] == bytes.fromhex(TWO)
    assert key("field", written(ring.text())) == bytes.fromhex(THREE)


def test_a_ring_without_its_first_version_is_a_ring(written: Written) -> None:
    assert field_keys(written(f"2 {TWO}\n")).keys == {2: bytes.fromhex(TWO)}


@pytest.mark.parametrize(
    ("content", "wrong"),
    [
        ("", "it is empty"),
        ("\n \n", "it is empty"),
        (ONE[:-1], "line 1"),
        (f"1 {ONE}\n2 {TWO[:-1]}", "line 2"),
        (f"1 {ONE}\n2 {TWO}0", "line 2"),
        (f"1 {ONE}\n{TWO}", "line 2"),
        (f"0 {ONE}", "line 1"),
        (f"256 {ONE}", "line 1"),
        (f"٢ {ONE}", "it is not text"),
        (f"1 {ONE}\n1 {TWO}", "line 2 has version 1 after version 1"),
        (f"2 {ONE}\n1 {TWO}", "line 2 has version 1 after version 2"),
        (f"1 {ONE}\n2 {TWO}\n3 {ONE}", "versions 1 and 3 are the same key"),
        (f"1 {ONE} {TWO}", "line 1"),
    ],
)
def test_a_file_that_cannot_be_relied_on_is_refused_by_name_and_not_quoted(
    written: Written, content: str, wrong: str
) -> None:
    with pytest.raises(KeyFileUnusable) as refused:
        field_keys(written(content))
    _names_the_file_only(refused.value)
    assert wrong in refused.value.sentence


def test_a_file_that_is_not_there_is_missing(tmp_path: Path) -> None:
    away = Settings(profile="production", data_dir=tmp_path, field_key_file=tmp_path / "away")
    with pytest.raises(KeyMissing, match="away does not exist"):
        field_keys(away)
    with pytest.raises(KeyMissing):
        field_keys(Settings(profile="production", data_dir=tmp_path))
    with pytest.raises(KeyMissing):
        key("index", Settings(profile="production", data_dir=tmp_path))
    assert not (tmp_path / "keys").exists(), "production made a key"


def test_a_folder_in_the_place_of_a_key_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(KeyFileUnusable, match="cannot be read"):
        field_keys(Settings(data_dir=tmp_path, field_key_file=tmp_path))


def test_an_index_key_that_is_cut_off_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "index"
    path.write_text(ONE[:40], encoding="ascii")
    with pytest.raises(KeyFileUnusable) as refused:
        key("index", Settings(data_dir=tmp_path, index_key_file=path))
    _names_the_file_only(refused.value)


@pytest.mark.parametrize("line", ["{}", "1 {}\n2 " + TWO, "1 " + TWO + "\n2 {}"])
def test_an_index_key_that_is_any_field_key_is_refused(
    data_dir: Path, monkeypatch: pytest.MonkeyPatch, line: str
) -> None:
    for name, content in (("field", line.format(ONE)), ("index", ONE)):
        (data_dir / name).write_text(content, encoding="ascii")
        monkeypatch.setenv(f"ANXIN_{name.upper()}_KEY_FILE", str(data_dir / name))
    settings.cache_clear()
    sealer.cache_clear()
    try:
        with pytest.raises(KeyFileUnusable, match="the two must differ") as refused:
            sealer()
        _names_the_file_only(refused.value)
    finally:
        sealer.cache_clear()


def test_the_demo_makes_its_key_once_and_extends_it_in_place(tmp_path: Path) -> None:
    demo = Settings(data_dir=tmp_path)
    first = key("field", demo)
    assert key("field", demo) == first
    path = tmp_path / "keys" / "field.key"
    longer = add_version(path, field_keys(demo))
    assert field_keys(demo) == longer
    assert longer.keys[1] == first
    assert longer.newest == 2
    assert path.stat().st_mode & 0o777 == 0o600
    assert list(path.parent.iterdir()) == [path], "something half-written was left"


def test_after_version_255_there_is_no_other(tmp_path: Path) -> None:
    with pytest.raises(KeyFileUnusable, match="255 is the last one"):
        add_version(tmp_path / "field.key", KeyRing({255: bytes.fromhex(ONE)}))
    assert list(tmp_path.iterdir()) == []


def _names_the_file_only(problem: Problem) -> None:
    for said in (problem.sentence, problem.sentence_zh):
        assert str(Path("/")) in said
        for digits in (ONE, TWO, THREE):
            assert digits[:16] not in said
