"""What every way of carrying files must do, be the bank's folders behind SFTP or beside a clerk."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace

import pytest

from bank_adapters.contract import RemoteFolders
from bank_adapters.transport import (
    BankUnreachable,
    FolderTransport,
    Outcome,
    Place,
    SftpTransport,
    Transport,
)
from tests.bank_adapters.banks import RunningBank

NAME = "MZ15-2026-10-01-1.xml"
BYTES = b"<Document/>" * 7
PATIENCE = 0.2


@dataclass(frozen=True)
class Side:
    """One way with the folders that it leads to; `unreachable` is the same way to nowhere."""

    way: Transport
    unreachable: Transport
    root: Path
    folders: RemoteFolders
    delivers: bool
    """Whether lying in the bank's inbox means that the bank has it."""

    def lay(self, folder: str, name: str, content: bytes) -> Path:
        """Lay a file into a folder, as the bank's side would."""
        path = self.root / folder.strip("/") / name
        path.write_bytes(content)
        return path

    def inbox(self) -> dict[str, bytes]:
        """Return what lies where our files go."""
        here = self.root / self.folders.inbox.strip("/")
        return {one.name: one.read_bytes() for one in here.iterdir()}

    @property
    def believed(self) -> Outcome:
        return Outcome.DELIVERED if self.delivers else Outcome.UNKNOWN


@pytest.fixture(scope="module")
def quiet_bank(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningBank]:
    """A bank that takes nothing out of its inbox."""
    bank = RunningBank(tmp_path_factory.mktemp("conformance") / "bank")
    bank.arrange({"pickup_seconds": 3600})
    bank.start()
    yield bank
    bank.stop()


@pytest.fixture(params=["sftp", "folder"])
def side(request: pytest.FixtureRequest, tmp_path: Path) -> Side:
    """Each way in turn, its folders empty."""
    if request.param == "folder":
        folder = FolderTransport(tmp_path)
        for name in vars_of(folder.folders):
            (tmp_path / name).mkdir()
        nowhere = FolderTransport(tmp_path / "nowhere")
        return Side(folder, nowhere, tmp_path, folder.folders, delivers=False)
    bank: RunningBank = request.getfixturevalue("quiet_bank")
    line = bank.transport("iso")
    root = bank.state / "iso"
    for name in vars_of(line.folders):
        for old in (root / name).iterdir():
            old.unlink()
    nobody = SftpTransport(bank.login("iso", password="wrong"), line.folders)
    return Side(line, nobody, root, line.folders, delivers=True)


def vars_of(folders: RemoteFolders) -> list[str]:
    """Return the folders' names."""
    return [
        one.strip("/")
        for one in (folders.inbox, folders.archive, folders.outbox, folders.statements)
    ]


def test_exactly_these_bytes_arrive_once_under_this_name(side: Side) -> None:
    first = side.way.deliver(NAME, BYTES)
    assert first.outcome is side.believed
    assert first.sentence_en
    assert first.sentence_zh
    assert side.inbox() == {NAME: BYTES}
    again = side.way.deliver(NAME, b"something else")
    assert (again.outcome, again.code) == (Outcome.UNKNOWN, "name_taken")
    assert side.inbox() == {NAME: BYTES}
    seen = side.way.look(NAME, len(BYTES))
    assert (seen.place, seen.size, seen.outcome) == (Place.INBOX, len(BYTES), side.believed)
    assert side.way.look(NAME, len(BYTES) + 1).outcome is Outcome.UNKNOWN, "not the whole file"
    ours, another = (hashlib.sha256(one).hexdigest() for one in (BYTES, b"another"))
    assert side.way.look(NAME, len(BYTES), ours).outcome is side.believed
    assert side.way.look(NAME, len(BYTES), another).outcome is Outcome.UNKNOWN, "other bytes"


def test_a_name_that_was_carried_or_archived_is_not_used_again(side: Side) -> None:
    side.lay(side.folders.archive, NAME, BYTES)
    taken = side.way.deliver(NAME, BYTES)
    assert (taken.outcome, taken.code) == (Outcome.UNKNOWN, "name_taken")
    assert side.inbox() == {}
    assert side.way.look(NAME, len(BYTES)).place is Place.ARCHIVE


def test_nowhere_is_unknown_and_an_answer_proves_delivery(side: Side) -> None:
    seen = side.way.look(NAME, len(BYTES))
    assert (seen.place, seen.outcome) == (Place.NOWHERE, Outcome.UNKNOWN)
    side.lay(side.folders.outbox, NAME.replace(".xml", ".pain002.xml"), b"<answer/>")
    seen = side.way.look(NAME, len(BYTES))
    assert (seen.place, seen.outcome) == (Place.ACK, Outcome.DELIVERED)


def test_who_cannot_be_reached_was_given_nothing(side: Side) -> None:
    assert side.unreachable.deliver(NAME, BYTES).outcome is Outcome.NOT_DELIVERED
    with pytest.raises(BankUnreachable):
        side.unreachable.look(NAME, len(BYTES))
    with pytest.raises(BankUnreachable):
        side.unreachable.fetch_new(side.folders.outbox, known=lambda _: False)
    assert side.inbox() == {}


def test_only_finished_files_are_read_and_never_more_than_the_limit(side: Side) -> None:
    outbox = side.folders.outbox
    side.lay(outbox, "good.xml", b"good")
    side.lay(outbox, "good.xml.ok", b"")
    side.lay(outbox, "quiet.xml", b"no marker, and it does not grow")
    side.lay(outbox, "half.xml.part", b"half")
    side.lay(outbox, "half.tmp", b"half")
    side.lay(outbox, ".hidden.xml", b"hidden")
    side.lay(outbox, "long.xml", b"x" * 100)
    link = side.root / outbox.strip("/") / "link.xml"
    link.symlink_to(side.root / "elsewhere.xml")
    (side.root / outbox.strip("/") / "folder.xml").mkdir()
    found = side.way.fetch_new(
        outbox, known=lambda one: one.name == "known", stable_seconds=PATIENCE, max_bytes=40
    )
    link.unlink()
    (side.root / outbox.strip("/") / "folder.xml").rmdir()
    assert [(one.remote.name, len(one.content)) for one in found] == [
        ("good.xml", 4), ("long.xml", 41), ("quiet.xml", 31),
    ]  # fmt: skip
    assert found[0].sha256 == hashlib.sha256(b"good").hexdigest()
    known = {one.remote for one in found}
    assert side.way.fetch_new(outbox, known=known.__contains__, stable_seconds=PATIENCE) == []


def test_only_the_very_file_that_was_read_is_removed(side: Side) -> None:
    path = side.lay(side.folders.statements, "day.xml", b"day")
    marker = side.lay(side.folders.statements, "day.xml.ok", b"")
    (read,) = side.way.fetch_new(side.folders.statements, known=lambda _: False)
    path.write_bytes(b"another")
    assert not side.way.remove(read.remote)
    assert path.read_bytes() == b"another"
    (read,) = side.way.fetch_new(side.folders.statements, known=lambda _: False)
    assert side.way.remove(read.remote)
    assert not path.exists()
    assert not marker.exists()


def test_a_file_that_grows_is_left_for_the_next_round(
    side: Side, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = side.lay(side.folders.outbox, "growing.xml", b"half")
    os.utime(path, (1, 1))
    # Between the two looks at the folder it grows, as if no time had passed. Only where it is looked
    # at: a server that a journey left running in this process sleeps as well.
    waits = {"time": lambda _: _grow(path), "asyncio": _grown_meanwhile(path)}
    for where, name in (("folder", "time"), ("fetch", "asyncio")):
        sleeping = SimpleNamespace(sleep=waits[name])
        monkeypatch.setattr(f"bank_adapters.transport.{where}.{name}", sleeping)
    read = side.way.fetch_new(side.folders.outbox, known=lambda _: False)
    assert read == []
    assert path.read_bytes() == b"half and more"


def _grow(path: Path) -> None:
    if path.stat().st_size == len(b"half"):
        path.write_bytes(b"half and more")
        os.utime(path, (1, 1))


def _grown_meanwhile(path: Path) -> object:
    async def grow(*_: object) -> None:
        _grow(path)

    return grow
