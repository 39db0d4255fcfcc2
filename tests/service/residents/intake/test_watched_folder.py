"""What is laid into a watched folder is taken once, whole, and put away with its reason."""

import os
import stat
import subprocess
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace

import pytest

from service.foundation import clock
from service.foundation.encryption import sealer
from service.residents.intake import looking
from service.residents.intake.bring import bring
from service.residents.intake.folder import collect as taking
from service.residents.intake.folder import look as folder_look
from service.residents.intake.folder.look import look
from service.residents.intake.folder.put_away import put_away
from service.residents.intake.outcome import Outcome
from service.residents.intake.problems import SourceBusy
from service.residents.intake.terms import FolderTerms
from tests.service.residents.importing.deliveries import delivery, rows
from tests.service.residents.intake.sources import CERTIFICATES, DEATHS, Sources, deaths

ROOT = Path(__file__).parents[4]
pytestmark = pytest.mark.usefixtures("quick")


def taken(drop: Path) -> list[str]:
    return sorted(path.name for path in drop.glob(f"taken/{clock.today()}/*"))


def refused(drop: Path) -> list[str]:
    return sorted(path.name for path in drop.glob(f"refused/{clock.today()}/*"))


def lying(drop: Path) -> list[str]:
    return sorted(path.name for path in drop.iterdir() if path.name not in {"taken", "refused"})


def test_a_complete_file_is_imported_and_put_away(sources: Sources, drop: Path) -> None:
    sources.folder(drop)
    (drop / "十一月.csv").write_bytes(deaths(1, 2))
    outcome = sources.look()
    assert outcome.code == "taken"
    (kept,) = sources.deliveries()
    assert (kept.feed, kept.state, kept.channel, kept.rows_accepted) == (
        DEATHS,
        "imported",
        "folder",
        2,
    )
    assert (kept.file_name, kept.received_by) == ("十一月.csv", "folder-1")
    assert (taken(drop), lying(drop)) == (["十一月.csv"], [])
    said = sources.kept("folder-1").last_outcome
    assert said is not None
    assert "采用 1 份" in said["sentence_zh"]
    assert sources.look().code == "nothing_new"


def test_the_two_looks_are_five_seconds_apart_in_earnest(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()
    assert looking.LOOK_SECONDS >= 5


@pytest.mark.parametrize("marker", [".done", ".ok"])
def test_a_marked_file_is_taken_at_once_and_its_marker_goes(
    sources: Sources, drop: Path, monkeypatch: pytest.MonkeyPatch, marker: str
) -> None:
    sources.folder(drop, wait_for_marker=True)
    (drop / "a.csv").write_bytes(deaths(1))
    (drop / "b.csv").write_bytes(deaths(2))
    (drop / f"a.csv{marker}").touch()
    monkeypatch.setattr(looking, "LOOK_SECONDS", 3600)
    assert sources.look().states == {"imported": 1}
    assert (taken(drop), lying(drop)) == (["a.csv"], ["b.csv"])


def test_a_file_that_is_still_written_is_left_for_the_next_look(
    sources: Sources, drop: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sources.folder(drop)
    whole = deaths(1, 2, 3)
    (drop / "a.csv").write_bytes(whole[:100])

    def write_on(_: float) -> None:
        (drop / "a.csv").write_bytes(whole)

    with monkeypatch.context() as between:
        between.setattr(folder_look, "time", SimpleNamespace(sleep=write_on))
        assert sources.look().code == "nothing_new"
    assert sources.deliveries() == []
    assert sources.look().states == {"imported": 1}
    assert sources.records() == 3


@pytest.mark.parametrize("name", ["a.csv.part", "a.tmp", ".a.csv", "a.csv.filepart", "x.done"])
def test_unfinished_and_hidden_names_are_not_files(sources: Sources, drop: Path, name: str) -> None:
    sources.folder(drop)
    (drop / name).write_bytes(deaths(1))
    assert sources.look().code == "nothing_new"
    assert lying(drop) == [name]


def test_a_sub_folder_or_else_the_header_says_which_feed_it_is(
    sources: Sources, drop: Path
) -> None:
    sources.folder(drop, [DEATHS, CERTIFICATES])
    (drop / DEATHS).mkdir()
    (drop / DEATHS / "one.csv").write_bytes(deaths(1))
    (drop / "two.csv").write_bytes(delivery(CERTIFICATES, *rows(CERTIFICATES, [2])))
    assert sources.look().states == {"imported": 2}
    assert sorted(sources.states()) == [(CERTIFICATES, "imported"), (DEATHS, "imported")]
    assert taken(drop) == ["one.csv", "two.csv"]


def test_what_no_agreed_feed_fits_is_refused_in_both_languages(
    sources: Sources, drop: Path
) -> None:
    sources.folder(drop, [DEATHS, CERTIFICATES])
    (drop / "名单.csv").write_text("一,二\n1,2\n", encoding="utf-8")
    outcome = sources.look()
    assert (outcome.code, dict(outcome.faults)) == ("failed", {"feed_unsaid": 1})
    assert refused(drop) == ["名单.csv", "名单.csv.why.txt"]
    why = next(drop.glob("refused/*/*.why.txt")).read_text(encoding="utf-8")
    assert "符合的数据源：无" in why
    assert "none of the source’s feeds" in why
    assert sources.deliveries() == []


def test_a_refused_delivery_goes_to_refused_with_its_reason(sources: Sources, drop: Path) -> None:
    sources.folder(drop)
    (drop / "a.csv").write_bytes(b"%PDF-1.7 nothing to see")
    assert sources.look().states == {"refused": 1}
    assert refused(drop) == ["a.csv", "a.csv.why.txt"]
    why = next(drop.glob("refused/*/*.why.txt")).read_text(encoding="utf-8")
    assert "PDF" in why
    assert "另存为" in why


def test_links_pipes_and_strange_folders_are_left_alone(
    sources: Sources, drop: Path, tmp_path: Path
) -> None:
    sources.folder(drop)
    secret = tmp_path / "secret.csv"
    secret.write_bytes(deaths(7))
    (drop / "link.csv").symlink_to(secret)
    (drop / DEATHS).symlink_to(tmp_path)
    os.mkfifo(drop / "pipe.csv")
    (drop / "others").mkdir()
    (drop / "good.csv").write_bytes(deaths(1))
    outcome = sources.look()
    assert outcome.code == "partly"
    assert outcome.faults["source_entry_odd"] >= 4
    assert sources.records() == 1
    assert lying(drop) == [DEATHS, "link.csv", "others", "pipe.csv"]
    assert secret.exists()


def test_a_link_in_the_place_of_taken_is_not_followed(
    sources: Sources, drop: Path, tmp_path: Path
) -> None:
    sources.folder(drop)
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (drop / "taken").symlink_to(elsewhere)
    (drop / "a.csv").write_bytes(deaths(1))
    outcome = sources.look()
    assert outcome.faults["source_file_stuck"] == 1
    assert list(elsewhere.iterdir()) == []
    assert (drop / "a.csv").exists()


@pytest.mark.parametrize(
    "raw",
    [
        "死亡名单.csv".encode("gb18030"),
        b"a\r\nSet-Cookie: x.csv",
        b"-rf.csv",
        b"a;b|c'\".csv",
        b"x" * 250 + b".csv",
        "\u202egnp.csv".encode(),
        b"330523195001050011.csv",
    ],
)
def test_odd_names_are_taken_and_never_shown_as_they_are(
    sources: Sources, drop: Path, raw: bytes
) -> None:
    sources.folder(drop)
    Path(os.fsdecode(os.fsencode(drop) + b"/" + raw)).write_bytes(deaths(1))
    assert sources.look().states == {"imported": 1}
    (kept,) = sources.deliveries()
    assert "\r" not in kept.file_name
    assert "330523195001050011" not in kept.file_name
    assert len(kept.file_name) <= 120
    assert (len(taken(drop)), lying(drop)) == (1, [])


def test_a_name_taken_before_gets_a_number_and_nothing_is_overwritten(
    sources: Sources, drop: Path
) -> None:
    sources.folder(drop)
    for person in (1, 2, 3):
        (drop / "a.csv").write_bytes(deaths(person))
        sources.look()
    assert taken(drop) == ["a.2.csv", "a.3.csv", "a.csv"]
    assert {path.read_bytes() for path in drop.glob("taken/*/*")} == {
        deaths(one) for one in (1, 2, 3)
    }


def test_a_file_that_disappears_after_the_look_is_nothing(sources: Sources, drop: Path) -> None:
    source = sources.folder(drop)
    for name in ("a.csv", "b.csv"):
        (drop / name).write_bytes(deaths(1))
    files, _ = look(str(drop), [DEATHS], wait_for_marker=False)
    (drop / "a.csv").unlink()
    (drop / "b.csv").write_bytes(deaths(1, 2))
    terms = FolderTerms(path=str(drop))
    outcome = Outcome()
    for file in files:
        taking._take(source, terms, file, outcome)
        put_away(str(drop), file)
    assert outcome.code == "nothing_new"
    assert lying(drop) == ["b.csv"]


@contextmanager
def as_nobody() -> Iterator[None]:
    """Be somebody without rights; as anybody but root the modes alone suffice."""
    if os.geteuid() != 0:
        yield
        return
    os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(0)


def test_a_file_that_may_not_be_read_holds_up_no_other(sources: Sources, tmp_path: Path) -> None:
    # Not below pytest's own folder, which nobody may enter.
    drop = Path(f"/tmp/anxin-test-drop-{os.getpid()}")  # noqa: S108
    drop.mkdir()
    try:
        drop.chmod(0o777)
        sources.folder(drop)
        (drop / "a.csv").write_bytes(deaths(1))
        (drop / "a.csv").chmod(0)
        (drop / "b.csv").write_bytes(deaths(2))
        (drop / "b.csv").chmod(0o644)
        sealer()  # Our own keys are read before the rights go.
        source = sources.kept("folder-1")
        with as_nobody():
            outcome = taking.collect_folder(source, FolderTerms(path=str(drop)))
        assert outcome.states == {"imported": 1}
        assert dict(outcome.faults) == {"source_file_unreadable": 1}
        assert lying(drop) == ["a.csv"]
        drop.chmod(stat.S_IRWXU)
        with as_nobody():
            again = sources.look()
        assert dict(again.faults) == {"source_folder_unreadable": 1}
    finally:
        for path in sorted(drop.rglob("*"), reverse=True):
            path.rmdir() if path.is_dir() else path.unlink()
        drop.rmdir()


def test_a_missing_folder_is_an_outcome_not_a_crash(sources: Sources, tmp_path: Path) -> None:
    sources.folder(tmp_path / "nowhere")
    assert sources.look().code == "failed"
    said = sources.kept("folder-1").last_outcome
    assert said is not None
    assert said["faults"] == {"source_folder_unreadable": 1}


def test_a_fault_of_ours_with_one_file_leaves_it_and_takes_the_others(
    sources: Sources, drop: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sources.folder(drop)
    for name, person in (("a.csv", 1), ("b.csv", 2)):
        (drop / name).write_bytes(deaths(person))
    whole = bring

    def broken(session: object, source: object, feed: str, content: bytes, name: str) -> object:
        if name == "a.csv":
            raise ZeroDivisionError("330523195001050011")
        return whole(session, source, feed, content, name)  # type: ignore[arg-type]

    monkeypatch.setattr(taking, "bring", broken)
    outcome = sources.look()
    assert (outcome.states, outcome.faults) == ({"imported": 1}, {"source_unexpected": 1})
    assert lying(drop) == ["a.csv"]


def test_of_two_workers_at_once_one_imports(sources: Sources, drop: Path) -> None:
    sources.folder(drop)
    for person in range(4):
        (drop / f"{person}.csv").write_bytes(deaths(person))
    together = threading.Barrier(4)

    def work(_: int) -> str:
        together.wait(timeout=60)
        try:
            return sources.look().code
        except SourceBusy:
            return "busy"

    with ThreadPoolExecutor(4) as workers:
        done = list(workers.map(work, range(4)))
    assert done.count("taken") == 1
    assert set(done) <= {"taken", "busy", "nothing_new"}
    assert len(sources.deliveries()) == 4
    assert sources.records() == 4
    assert len(taken(drop)) == 4


_KILLED = """
import os, signal
from service.residents.intake import looking
from service.residents.intake.bring import bring
from service.residents.intake.folder import collect as taking
from service.residents.intake.folder import look as folder_look
from service.residents.intake.collect import collect
looking.LOOK_SECONDS = 0.05
taking.put_away = lambda *_: os.kill(os.getpid(), signal.SIGKILL)
collect("folder-1")
"""


def test_a_kill_between_import_and_move_has_no_second_effect(sources: Sources, drop: Path) -> None:
    sources.folder(drop)
    (drop / "a.csv").write_bytes(deaths(1, 2))
    killed = subprocess.run([sys.executable, "-c", _KILLED], cwd=ROOT, check=False)
    assert killed.returncode == -9
    assert (sources.states(), lying(drop)) == ([(DEATHS, "imported")], ["a.csv"])
    before = sources.records()
    assert sources.look().states == {"imported": 1}
    assert (len(sources.deliveries()), sources.records()) == (1, before)
    assert (taken(drop), lying(drop)) == (["a.csv"], [])
