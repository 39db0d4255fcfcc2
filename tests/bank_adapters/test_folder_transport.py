"""A folder from which a clerk carries files: nothing is followed, nobody else's file is believed."""

from __future__ import annotations

import os
import threading
from pathlib import Path
from typing import Any

import pytest

from bank_adapters.transport import BankUnreachable, FolderTransport, Outcome, Place
from bank_adapters.transport import folder as folder_module

NAME, BYTES = "MZ15-1.xml", b"<Document/>"


@pytest.fixture
def way(tmp_path: Path) -> FolderTransport:
    """The folders of one bank, empty."""
    for name in ("outgoing", "carried", "incoming", "statements"):
        (tmp_path / name).mkdir()
    return FolderTransport(tmp_path)


def names(way: FolderTransport, folder: str = "outgoing") -> list[str]:
    """Return what lies in a folder, hidden files too."""
    return sorted(one.name for one in (way.base / folder).iterdir())


def test_a_file_is_synced_with_its_folder_and_never_reads_as_delivered(
    way: FolderTransport, monkeypatch: pytest.MonkeyPatch
) -> None:
    synced: list[str] = []
    kept = os.fsync

    def note(handle: int) -> None:
        synced.append("folder" if Path(f"/proc/self/fd/{handle}").is_dir() else "file")
        kept(handle)

    monkeypatch.setattr("bank_adapters.transport.folder.os.fsync", note)
    laid = way.deliver(NAME, BYTES)
    assert (laid.outcome, laid.code) == (Outcome.UNKNOWN, "with_clerk")
    assert synced == ["file", "folder"]
    assert names(way) == [NAME]
    assert (way.base / "outgoing" / NAME).stat().st_mode & 0o007 == 0, "others read nothing"


@pytest.mark.parametrize("name", ["../out.xml", "a/b.xml", ".hidden", "", "a\nb.xml", "a\\b.xml"])
def test_a_name_that_leads_elsewhere_is_not_written(way: FolderTransport, name: str) -> None:
    assert way.deliver(name, BYTES).outcome is Outcome.NOT_DELIVERED
    assert names(way) == []
    assert names(way, ".") == ["carried", "incoming", "outgoing", "statements"]


def test_an_existing_name_or_link_is_never_written_through(way: FolderTransport) -> None:
    elsewhere = way.base / "elsewhere"
    elsewhere.write_bytes(b"kept")
    (way.base / "outgoing" / NAME).symlink_to(elsewhere)
    assert way.deliver(NAME, BYTES).code == "name_taken"
    (way.base / "outgoing" / NAME).unlink()
    (way.base / "outgoing" / f".{NAME}.part").symlink_to(elsewhere)
    assert way.deliver(NAME, BYTES).code == "part_exists"
    assert elsewhere.read_bytes() == b"kept"


def test_two_at_once_leave_one_whole_file(way: FolderTransport) -> None:
    told: list[str] = []
    contents = [bytes([number]) * 200_000 for number in (1, 2, 3)]
    racing = [
        threading.Thread(target=lambda one=one: told.append(way.deliver(NAME, one).code))
        for one in contents
    ]
    for one in racing:
        one.start()
    for one in racing:
        one.join()
    assert told.count("with_clerk") == 1
    assert set(told) <= {"with_clerk", "name_taken", "part_exists"}
    assert names(way) == [NAME]
    assert (way.base / "outgoing" / NAME).read_bytes() in contents


@pytest.mark.parametrize("call", ["write", "link"])
def test_a_full_disk_leaves_nothing(
    way: FolderTransport, monkeypatch: pytest.MonkeyPatch, call: str
) -> None:
    def refuse(*_: Any, **__: Any) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        name = "fsync" if call == "write" else "link"
        patched.setattr(f"bank_adapters.transport.folder.os.{name}", refuse)
        told = way.deliver(NAME, BYTES)
    assert (told.outcome, told.code) == (Outcome.NOT_DELIVERED, "write_refused")
    assert names(way) == []
    assert way.deliver(NAME, BYTES).code == "with_clerk"


def test_killed_before_or_after_the_name_the_file_is_taken_back_and_laid_out_whole(
    way: FolderTransport,
) -> None:
    part = way.base / "outgoing" / f".{NAME}.part"
    part.write_bytes(BYTES[:4])
    seen = way.look(NAME, len(BYTES))
    assert (seen.place, seen.outcome) == (Place.PART, Outcome.UNKNOWN)
    assert way.deliver(NAME, BYTES).code == "part_exists", "looked at before anything is written"
    assert way.withdraw(NAME, len(BYTES)).outcome is Outcome.UNKNOWN
    assert way.deliver(NAME, BYTES).code == "with_clerk"
    os.link(way.base / "outgoing" / NAME, part)
    assert way.look(NAME, len(BYTES)).place is Place.INBOX
    assert way.put_away(NAME)
    assert (names(way), names(way, "carried")) == ([], [NAME])
    assert not way.put_away(NAME), "doing it twice does it once"
    assert way.look(NAME, len(BYTES)).place is Place.ARCHIVE


def test_what_is_answered_is_not_taken_back(way: FolderTransport) -> None:
    way.deliver(NAME, BYTES)
    (way.base / "incoming" / "MZ15-1.pain002.xml").write_bytes(b"<answer/>")
    assert way.withdraw(NAME, len(BYTES)).outcome is Outcome.DELIVERED
    assert names(way) == [NAME]


def test_links_and_foreign_owners_are_not_read(
    way: FolderTransport, monkeypatch: pytest.MonkeyPatch
) -> None:
    incoming = way.base / "incoming"
    secret = way.base / "secret"
    secret.write_bytes(b"root's own")
    os.link(secret, incoming / "hard.xml")
    (incoming / "soft.xml").symlink_to(secret)
    os.mkfifo(incoming / "pipe.xml")
    (incoming / "mine.xml").write_bytes(b"mine")
    read = way.fetch_new("/incoming", known=lambda _: False, stable_seconds=0)
    assert [one.remote.name for one in read] == ["mine.xml"]
    # Neither ours nor the folder's owner's: somebody else on the machine laid it there.
    owner = os.geteuid()
    told = folder_module._ours

    def foreign(here: int, one: os.stat_result) -> bool:
        return told(here, os.stat_result((*one[:4], owner + 7, *one[5:10])))

    monkeypatch.setattr(folder_module, "_ours", foreign)
    assert way.fetch_new("/incoming", known=lambda _: False, stable_seconds=0) == []


def test_another_file_under_the_name_while_reading_is_not_read(
    way: FolderTransport, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = way.base / "incoming" / "answer.xml"
    path.write_bytes(b"listed")
    listed = way._listed("/incoming")
    # As if it had been swapped right after both looks at the folder.
    monkeypatch.setattr(FolderTransport, "_listed", lambda *_: listed)
    for swap in (lambda: path.symlink_to("/etc/hostname"), lambda: path.write_bytes(b"longer one")):
        path.unlink()
        swap()
        assert way.fetch_new("/incoming", known=lambda _: False, stable_seconds=0) == []


@pytest.mark.parametrize("broken", ["missing", "link", "everybody"])
def test_a_folder_that_is_none_or_open_to_all_is_not_used(
    way: FolderTransport, broken: str
) -> None:
    outgoing = way.base / "outgoing"
    if broken == "everybody":
        outgoing.chmod(0o777)
    else:
        outgoing.rmdir()
    if broken == "link":
        outgoing.symlink_to(way.base / "carried")
    told = way.deliver(NAME, BYTES)
    code = "folder_open_to_all" if broken == "everybody" else "folder_missing"
    assert (told.outcome, told.code) == (Outcome.NOT_DELIVERED, code)
    with pytest.raises(BankUnreachable):
        way.look(NAME, len(BYTES))
    assert names(way, "carried") == []
