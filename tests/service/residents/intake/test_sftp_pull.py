"""Files on a department's real SFTP server are taken once, from the agreed server and no other."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import asyncssh
import pytest
from sqlalchemy import select

from service.residents.intake import looking
from service.residents.intake.sftp import collect as taking
from service.residents.intake.sftp import look as sftp_look
from service.residents.models import FeedSourceFile
from tests.service.residents.importing.deliveries import delivery, rows
from tests.service.residents.intake.sftp_server import PASSWORD, Department, serving
from tests.service.residents.intake.sources import CERTIFICATES, DEATHS, Sources, deaths

ROOT = Path(__file__).parents[4]
pytestmark = pytest.mark.usefixtures("quick")


@pytest.fixture
def department(tmp_path: Path) -> Iterator[Department]:
    root = tmp_path / "department"
    (root / "out").mkdir(parents=True)
    with serving(root) as running:
        yield running


@pytest.fixture
def out(department: Department) -> Path:
    return department.root / "out"


def agree(sources: Sources, department: Department, **more: object) -> None:
    feeds = more.pop("feeds", [DEATHS])
    secret = more.pop("secret", PASSWORD)
    sources.register("sftp", department.terms(**more), feeds=feeds, secret=secret)


def test_a_file_is_fetched_once_and_left_where_it_was(
    sources: Sources, department: Department, out: Path
) -> None:
    agree(sources, department)
    (out / "死亡.csv").write_bytes(deaths(1, 2))
    assert sources.look("sftp-1").states == {"imported": 1}
    (kept,) = sources.deliveries()
    assert (kept.channel, kept.file_name, kept.rows_accepted) == ("sftp", "死亡.csv", 2)
    for _ in range(3):
        assert sources.look("sftp-1").code == "nothing_new"
    assert department.opened == ["死亡.csv"]
    assert (out / "死亡.csv").read_bytes() == deaths(1, 2)
    assert sorted(path.name for path in department.root.rglob("*")) == ["out", "死亡.csv"]


def test_the_same_name_with_new_content_is_a_new_file(
    sources: Sources, department: Department, out: Path
) -> None:
    agree(sources, department)
    (out / "a.csv").write_bytes(deaths(1))
    sources.look("sftp-1")
    (out / "a.csv").write_bytes(deaths(1, 2))
    assert sources.look("sftp-1").states == {"imported": 1}
    assert sources.records() == 2


def test_the_same_content_under_a_new_name_has_no_second_effect(
    sources: Sources, department: Department, out: Path
) -> None:
    agree(sources, department)
    (out / "a.csv").write_bytes(deaths(1))
    sources.look("sftp-1")
    (out / "b.csv").write_bytes(deaths(1))
    sources.look("sftp-1")
    assert (len(sources.deliveries()), sources.records()) == (1, 1)


def test_a_private_key_is_as_good_as_a_password(
    sources: Sources, department: Department, out: Path
) -> None:
    key = department.user_key.export_private_key().decode()
    agree(sources, department, secret=key)
    (out / "a.csv").write_bytes(deaths(1))
    assert sources.look("sftp-1").states == {"imported": 1}


def test_another_host_key_is_never_shown_our_password(
    sources: Sources, department: Department, out: Path
) -> None:
    other = asyncssh.generate_private_key("ssh-ed25519").export_public_key().decode()
    agree(sources, department, host_key=other)
    (out / "a.csv").write_bytes(deaths(1))
    outcome = sources.look("sftp-1")
    assert dict(outcome.faults) == {"sftp_host_key_changed": 1}
    assert (department.logins, sources.deliveries()) == ([], [])


@pytest.mark.parametrize("secret", ["wrong", "another key"])
def test_a_refused_login_is_said(sources: Sources, department: Department, secret: str) -> None:
    if secret == "another key":
        secret = asyncssh.generate_private_key("ssh-ed25519").export_private_key().decode()
    agree(sources, department, secret=secret)
    assert dict(sources.look("sftp-1").faults) == {"sftp_login_refused": 1}


def test_a_server_that_is_away_is_an_outcome(sources: Sources, department: Department) -> None:
    agree(sources, department, port=1)
    assert dict(sources.look("sftp-1").faults) == {"sftp_unreachable": 1}
    said = sources.kept("sftp-1").last_outcome
    assert said is not None
    assert "稍后将重试" in said["sentence_zh"]


def test_a_missing_folder_is_said(sources: Sources, department: Department) -> None:
    agree(sources, department, path="/nowhere")
    assert dict(sources.look("sftp-1").faults) == {"sftp_folder_refused": 1}


def test_names_that_are_no_utf_8_block_nothing(
    sources: Sources, department: Department, out: Path
) -> None:
    agree(sources, department)
    raw = os.fsencode(out) + b"/" + "死亡名单.csv".encode("gb18030")
    Path(os.fsdecode(raw)).write_bytes(deaths(1))
    Path(os.fsdecode(os.fsencode(out) + b"/\xff\xfe\x80.csv")).write_bytes(deaths(2))
    (out / "好.csv").write_bytes(deaths(3))
    assert sources.look("sftp-1").states == {"imported": 3}
    names = {one.file_name for one in sources.deliveries()}
    assert {"死亡名单.csv", "好.csv"} < names
    assert sources.look("sftp-1").code == "nothing_new"


def test_a_file_that_may_not_be_read_holds_up_no_other(
    sources: Sources, department: Department, out: Path
) -> None:
    agree(sources, department)
    department.denied.add("a.csv")
    (out / "a.csv").write_bytes(deaths(1))
    (out / "b.csv").write_bytes(deaths(2))
    outcome = sources.look("sftp-1")
    assert (outcome.states, dict(outcome.faults)) == ({"imported": 1}, {"sftp_file_refused": 1})
    department.denied.clear()
    assert sources.look("sftp-1").states == {"imported": 1}


def test_a_line_that_breaks_leaves_nothing_half_taken(
    sources: Sources, department: Department, out: Path
) -> None:
    agree(sources, department)
    (out / "a.csv").write_bytes(deaths(*range(200)))
    department.broken.add("all")
    assert dict(sources.look("sftp-1").faults) == {"sftp_unreachable": 1}
    assert sources.deliveries() == []
    department.broken.clear()
    assert sources.look("sftp-1").states == {"imported": 1}
    assert sources.records() == 200


def test_a_growing_file_is_left_and_a_marked_one_taken_at_once(
    sources: Sources, department: Department, out: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    agree(sources, department)
    (out / "a.csv").write_bytes(deaths(1)[:90])
    (out / "b.csv").write_bytes(deaths(2))
    (out / "b.csv.ok").touch()

    def write_on(_: float) -> None:
        (out / "a.csv").write_bytes(deaths(1))

    monkeypatch.setattr(sftp_look, "time", SimpleNamespace(sleep=write_on))
    assert sources.look("sftp-1").states == {"imported": 1}
    assert department.opened == ["b.csv"]


def test_taken_files_are_moved_only_when_that_was_agreed(
    sources: Sources, department: Department, out: Path
) -> None:
    (department.root / "got").mkdir()
    agree(sources, department, move_to="/got")
    (out / "a.csv").write_bytes(deaths(1))
    sources.look("sftp-1")
    assert [path.name for path in out.iterdir()] == []
    (out / "a.csv").write_bytes(deaths(1, 2))
    assert sources.look("sftp-1").code == "taken"
    assert {path.read_bytes() for path in (department.root / "got").iterdir()} == {
        deaths(1),
        deaths(1, 2),
    }


def test_links_and_folders_are_not_files(
    sources: Sources, department: Department, out: Path, tmp_path: Path
) -> None:
    agree(sources, department)
    (tmp_path / "secret.csv").write_bytes(deaths(5))
    (out / "link.csv").symlink_to(tmp_path / "secret.csv")
    (out / "folder.csv").mkdir()
    assert sources.look("sftp-1").code == "nothing_new"
    assert department.opened == []


def test_a_sub_folder_or_the_header_says_which_feed_it_is(
    sources: Sources, department: Department, out: Path
) -> None:
    agree(sources, department, feeds=[DEATHS, CERTIFICATES])
    (out / DEATHS).mkdir()
    (out / DEATHS / "a.csv").write_bytes(deaths(1))
    (out / "b.csv").write_bytes(delivery(CERTIFICATES, *rows(CERTIFICATES, [2])))
    (out / "c.csv").write_text("一,二\n1,2\n", encoding="utf-8")
    outcome = sources.look("sftp-1")
    assert (outcome.states, dict(outcome.faults)) == ({"imported": 2}, {"feed_unsaid": 1})
    assert sources.look("sftp-1").code == "nothing_new"


def test_a_huge_file_is_named_and_never_read(
    sources: Sources, department: Department, out: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    agree(sources, department)
    monkeypatch.setattr(taking, "FILE_BYTES_MAX", 1000)
    (out / "a.csv").write_bytes(b"x" * 1001)
    assert dict(sources.look("sftp-1").faults) == {"source_file_too_large": 1}
    assert department.opened == []


def test_when_time_is_up_the_rest_waits_for_the_next_look(
    sources: Sources, department: Department, out: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    agree(sources, department)
    (out / "a.csv").write_bytes(deaths(1))
    monkeypatch.setattr(taking, "LOOK_SECONDS_MAX", 0)
    assert dict(sources.look("sftp-1").faults) == {"sftp_takes_too_long": 1}
    monkeypatch.undo()
    monkeypatch.setattr(looking, "LOOK_SECONDS", 0.05)


_KILLED = """
import os, signal
from service.residents.intake import looking
from service.residents.intake.sftp import collect as taking
from service.residents.intake.sftp import look as sftp_look
from service.residents.intake.collect import collect
looking.LOOK_SECONDS = 0.05
taking._move_kept = lambda *_: os.kill(os.getpid(), signal.SIGKILL)
collect("sftp-1")
"""


def test_a_kill_after_the_import_has_no_second_effect_and_the_move_follows(
    sources: Sources, department: Department, out: Path
) -> None:
    (department.root / "got").mkdir()
    agree(sources, department, move_to="/got")
    (out / "a.csv").write_bytes(deaths(1, 2))
    killed = subprocess.run([sys.executable, "-c", _KILLED], cwd=ROOT, check=False)
    assert killed.returncode == -9
    assert sources.records() == 2
    assert sources.look("sftp-1").code == "nothing_new"
    assert department.opened == ["a.csv"]
    assert [path.name for path in (department.root / "got").iterdir()] == ["a.csv"]
    with sources.committed.transaction() as session:
        (remembered,) = session.scalars(select(FeedSourceFile)).all()
        assert remembered.delivery_id == sources.deliveries()[0].id
