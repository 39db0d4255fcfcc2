"""The log's files are those of tlog-tiles, grow with the log, verify alone, and show every change."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner

from service.audit.actor import SYSTEM
from service.audit.commands import app
from service.audit.log import tiles
from service.audit.log.checkpoints import Checkpoint
from service.audit.log.fsck import TilesWrong, check_tiles
from service.audit.log.head import write_safely
from service.audit.log.log_keys import eras, open_checkpoint, verifiers
from service.audit.log.publish import publish
from service.audit.log.sequence import sequence
from service.audit.log.tile_paths import bundle, tile_path, tiles_of, unbundle
from service.audit.log.tiles import TilesNotOurs, export_tiles
from service.audit.record import record
from tests.foundation.committed import Committed
from tests.service.audit.trail import write


@pytest.fixture
def opening(committed: Committed) -> Callable[[str], Checkpoint]:
    with committed.transaction() as session:
        known = eras(session)
    return lambda text: open_checkpoint(text, known).checkpoint


def _export(committed: Committed, folder: Path) -> int:
    with committed.transaction() as session:
        return export_tiles(session, folder)


def _grow(committed: Committed, entries: int) -> None:
    with committed.transaction() as session:
        for number in range(entries):
            record(session, "thing.done", by=SYSTEM, on=("things", f"more {number}"))
    with committed.transaction() as session:
        sequence(session)
    publish(committed.transaction)


def _files(folder: Path) -> set[str]:
    return {
        str(one.relative_to(folder))
        for one in folder.rglob("*")
        if one.is_file() and one.name != ".lock"
    }


def test_paths_are_those_of_the_specification() -> None:
    assert tile_path(0, 1_234_067) == "tile/0/x001/x234/067"
    assert tile_path("entries", 0, 5) == "tile/entries/000.p/5"
    assert tile_path(1, 1000, 17) == "tile/1/x001/000.p/17"
    assert tiles_of(70_000) == [(0, 70_000), (1, 273), (2, 1)]
    assert tiles_of(256) == [(0, 256), (1, 1)]
    assert tiles_of(0) == []


def test_a_bundle_is_taken_apart_as_it_was_made() -> None:
    assert unbundle(bundle([b"", b"a", b"bc" * 30_000])) == [b"", b"a", b"bc" * 30_000]
    with pytest.raises(ValueError, match="no place"):
        bundle([bytes(65_536)])
    for cut in (b"\x00", b"\x00\x02a"):
        with pytest.raises(ValueError, match="within an entry"):
            unbundle(cut)


def test_the_files_grow_with_the_log_and_verify_at_every_size(
    committed: Committed, tmp_path: Path, opening: Callable[[str], Checkpoint]
) -> None:
    folder = tmp_path / "tiles"
    assert _export(committed, folder) == 0
    write(committed, 5)
    assert _export(committed, folder) == 5
    assert _files(folder) == {"checkpoint", "tile/0/000.p/5", "tile/entries/000.p/5"}
    assert check_tiles(folder, opening).size == 5
    _grow(committed, 300)
    assert _export(committed, folder) == 305
    assert _files(folder) == {
        "checkpoint",
        "tile/0/000",
        "tile/0/001.p/49",
        "tile/1/000.p/1",
        "tile/entries/000",
        "tile/entries/001.p/49",
    }
    assert check_tiles(folder, opening).size == 305
    assert _export(committed, folder) == 305
    _grow(committed, 2)
    _export(committed, folder)
    whole = tmp_path / "at once"
    _export(committed, whole)
    assert _files(whole) | {"tile/0/001.p/49", "tile/entries/001.p/49"} == _files(folder)
    assert all((whole / one).read_bytes() == (folder / one).read_bytes() for one in _files(whole))
    _every_change_is_found(whole, opening)
    _commands(whole)


def _every_change_is_found(folder: Path, opening: Callable[[str], Checkpoint]) -> None:
    """Flip a byte of each file, cut it, remove it: the first file that is wrong is named."""
    for one in sorted(_files(folder)):
        path = folder / one
        mine = path.read_bytes()
        flipped = bytearray(mine)
        flipped[len(mine) // 2] ^= 1
        for changed in (bytes(flipped), mine[:-1], b""):
            path.write_bytes(changed)
            with pytest.raises(TilesWrong):
                check_tiles(folder, opening)
        path.unlink()
        with pytest.raises(TilesWrong, match="cannot be read") as caught:
            check_tiles(folder, opening)
        assert caught.value.path == one
        path.write_bytes(mine)
    assert check_tiles(folder, opening).size == 307


def _commands(folder: Path) -> None:
    keys = [f"--key={one.vkey()}" for one in verifiers()]
    for options in ([], keys):
        said = CliRunner().invoke(app, ["fsck", str(folder), *options])
        assert (said.exit_code, said.output) == (0, "307 entries of anxin.county/audit verify.\n")
    said = CliRunner().invoke(app, ["tiles", str(folder)])
    assert said.output == f"{folder} holds the log of 307 entries.\n"


def test_another_logs_files_are_left_alone(committed: Committed, tmp_path: Path) -> None:
    write(committed, 5)
    folder = tmp_path / "tiles"
    _export(committed, folder)
    later = tmp_path / "later"
    shutil.copytree(folder, later)
    _grow(committed, 1)
    _export(committed, later)
    for content in (
        (later / "checkpoint").read_bytes().replace(b"6", b"7", 1),
        b"nothing\n",
        b"\xff",
    ):
        (folder / "checkpoint").write_bytes(content)
        before = _files(folder)
        with pytest.raises(TilesNotOurs):
            _export(committed, folder)
        assert _files(folder) == before


def test_an_export_that_stops_anywhere_leaves_files_that_verify(
    committed: Committed,
    tmp_path: Path,
    opening: Callable[[str], Checkpoint],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    write(committed, 250)
    folder = tmp_path / "tiles"
    _export(committed, folder)
    _grow(committed, 20)
    real, stop = write_safely, 0

    def failing(path: Path, content: bytes, *, sync_names: bool = True) -> None:
        left[0] -= 1
        if left[0] < 0:
            raise OSError(28, "made to fail: no space")
        real(path, content, sync_names=sync_names)

    monkeypatch.setattr(tiles, "write_safely", failing)
    while True:
        left = [stop]
        try:
            _export(committed, folder)
        except OSError:
            assert check_tiles(folder, opening).size == 250
            stop += 1
            continue
        break
    assert stop == 6, "three tiles, two bundles and the checkpoint"
    assert check_tiles(folder, opening).size == 270
