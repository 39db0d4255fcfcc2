"""A bundle from an enemy is refused with a sentence: never a crash, a write, or a full memory."""

import json
import os
import stat
import struct
import subprocess
import sys
import warnings
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
import rfc8785
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from service.signing.bundle.check import check
from service.signing.bundle.codes import LINES, MANIFEST, SIGNATURE, UNREADABLE
from service.signing.bundle.write import packed
from service.signing.standalone import recount as standalone
from service.signing.standalone.recount import Tree, Wrong, canonical, recount, strict
from tests.service.signing.bundles import Written, signed_batch, written
from tests.service.signing.test_bundle_check import UNBOUND


@pytest.fixture
def bundle(
    made: Session, data_dir: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Written:
    return written(made, signed_batch(made, monkeypatch), tmp_path)


def _zip(path: Path, name: str, content: bytes = b"x", **changed: object) -> None:
    with zipfile.ZipFile(path, "w") as archive:
        info = zipfile.ZipInfo(name)
        for member, value in changed.items():
            setattr(info, member, value)
        archive.writestr(info, content)


def _bomb(path: Path) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("lines.jsonl", bytes(200 << 20))


def _lying(path: Path) -> None:
    """A file that says it is short and unpacks to much more."""
    _bomb(path)
    content = bytearray(path.read_bytes())
    for signature, at in ((b"PK\x03\x04", 22), (b"PK\x01\x02", 24)):
        start = content.index(signature) + at
        content[start : start + 4] = struct.pack("<I", 1000)
    path.write_bytes(content)


def _twice(path: Path) -> None:
    with warnings.catch_warnings(), zipfile.ZipFile(path, "w") as archive:
        warnings.simplefilter("ignore")
        archive.writestr("bundle.json", b"{}")
        archive.writestr("bundle.json", b"{}")


def _many(path: Path) -> None:
    with zipfile.ZipFile(path, "w") as archive:
        for number in range(6_000):
            archive.writestr(f"files/{number}", b"")


HOSTILE: dict[str, Callable[[Path], object]] = {
    "nothing": lambda path: path.write_bytes(b""),
    "no zip": lambda path: path.write_bytes(os.urandom(4096)),
    "a zip's end alone": lambda path: path.write_bytes(b"PK\x05\x06" + bytes(18)),
    "a way out": lambda path: _zip(path, "../../etc/passwd"),
    "an absolute way": lambda path: _zip(path, "/etc/passwd"),
    "a way out below": lambda path: _zip(path, "files/.."),
    "a way of Windows": lambda path: _zip(path, "files\\..\\x"),
    "a deep way": lambda path: _zip(path, "files/a/b"),
    "a name that is cut": lambda path: _zip(path, "bundle.json\x00.txt"),
    "a link": lambda path: _zip(path, "bundle.json", external_attr=(stat.S_IFLNK | 0o777) << 16),
    "a device": lambda path: _zip(path, "bundle.json", external_attr=(stat.S_IFCHR | 0o666) << 16),
    "a bomb": _bomb,
    "a lying bomb": _lying,
    "one name twice": _twice,
    "too many files": _many,
    "another packing": lambda path: _zip(path, "bundle.json", compress_type=zipfile.ZIP_LZMA),
    "not there": lambda path: path.unlink(missing_ok=True),
}


@pytest.mark.parametrize("what", sorted(HOSTILE))
def test_a_hostile_zip_is_refused(tmp_path: Path, what: str) -> None:
    path = tmp_path / "bundle.zip"
    HOSTILE[what](path)
    report, signatures = check(path, {})
    assert report.exit_code == UNREADABLE
    assert all(one.said.endswith(".") for one in report.wrong)
    assert signatures == []


@pytest.mark.parametrize("what", ["link to a file", "link to a folder", "pipe", "deep folder"])
def test_a_folder_with_more_than_plain_files_is_refused(bundle: Written, what: str) -> None:
    home = bundle.home
    if what == "pipe":
        os.mkfifo(home / "files" / "x")
    elif what == "deep folder":
        (home / "files" / "a").mkdir()
    elif what == "link to a folder":
        (home / "files" / "x").symlink_to("/", target_is_directory=True)
    else:
        (home / "lines.jsonl").rename(home.parent / "lines.jsonl")
        (home / "lines.jsonl").symlink_to(home.parent / "lines.jsonl")
    assert bundle.codes() == {UNREADABLE}


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b'{"a":1,"a":1}', "twice"),
        (b'{"a":1.0}', "whole"),
        (b'{"a":1e3}', "whole"),
        (b'{"a":NaN}', "whole"),
        (b'{"a":Infinity}', "whole"),
        (b'{"a":9007199254740992}', "large"),
        (b'{"a":' + b"9" * 100_000 + b"}", "large"),
        (b'{"a":-0}', "canonical"),
        (b'{"a":01}', "JSON"),
        (b'{ "a":1}', "canonical"),
        (b'{"b":1,"a":1}', "canonical"),
        (b'{"a":"\\u0041"}', "canonical"),
        (b'{"a":"\\ud800"}', "JSON"),
        (b"[" * 100_000, "JSON"),
        (b'{"a":' * 50_000, "JSON"),
        (b"\xff\xfe", "JSON"),
        (b"\xef\xbb\xbf{}", "JSON"),
        (b"", "JSON"),
        (b"{}\n", "canonical"),
    ],
)
def test_json_has_one_spelling(content: bytes, why: str) -> None:
    with pytest.raises(Wrong, match=why) as refusal:
        strict(content, "x", MANIFEST)
    assert refusal.value.code == MANIFEST
    assert len(refusal.value.said) < 150


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text("azA_"), inner, max_size=4),
    max_leaves=20,
)


@given(VALUES)
def test_our_canonical_form_is_that_of_rfc_8785(content: object) -> None:
    assert canonical(content) == rfc8785.dumps(content)  # type: ignore[arg-type]
    assert strict(canonical(content), "x", MANIFEST) == content


def test_no_content_of_a_json_file_makes_it_crash(bundle: Written) -> None:
    """Well-formed files of the wrong shape, of which every member may be anything."""
    names = {"manifest-1.json": MANIFEST, "signatures.json": SIGNATURE, "bundle.json": UNREADABLE}
    whole = {name: json.loads((bundle.home / name).read_bytes()) for name in names}

    @settings(max_examples=300)
    @given(st.sampled_from(sorted(names)), VALUES, st.data())
    def other(name: str, value: object, data: st.DataObject) -> None:
        content = json.loads(json.dumps(whole[name]))
        inside = content["signatures"][0] if name == "signatures.json" else content
        member = data.draw(st.sampled_from(sorted(inside)))
        before = inside[member]
        inside[member] = value
        bundle.change(name, canonical(content), forged=name != "bundle.json")
        found = bundle.codes()
        if value != before and member not in UNBOUND:
            assert found, (name, member, value)
        bundle.change(name, canonical(whole[name]), forged=name != "bundle.json")

    other()


def test_a_cut_file_is_found_wherever_it_is_cut(bundle: Written) -> None:
    zipped = packed(bundle.home)
    whole = zipped.read_bytes()
    for at in range(0, len(whole), max(1, len(whole) // 60)):
        zipped.write_bytes(whole[:at])
        assert check(zipped, bundle.trust)[0].wrong


def test_a_line_without_end_is_refused_before_it_fills_the_memory(bundle: Written) -> None:
    bundle.change("lines.jsonl", b"[" * (1 << 20), forged=True)
    assert bundle.codes() == {LINES}


def test_the_tree_is_that_of_rfc_6962() -> None:
    from service.audit.log.tree import Frontier, leaf_hash

    for size in range(70):
        mine, ours = Tree(), Frontier()
        for number in range(size):
            mine.add(str(number).encode())
            ours.append(leaf_hash(str(number).encode()))
        assert mine.root() == ours.root().hex()


def test_the_single_file_runs_alone(bundle: Written, tmp_path: Path) -> None:
    """Copied elsewhere and run without any package of ours, it says the same."""
    alone = tmp_path / "alone" / "recount.py"
    alone.parent.mkdir()
    alone.write_bytes(Path(standalone.__file__).read_bytes())
    said = subprocess.run(
        [sys.executable, "-I", "-S", str(alone), str(bundle.home)],
        capture_output=True, text=True, cwd=alone.parent, check=False,
    )  # fmt: skip
    assert said.returncode == 0, said.stderr
    report, _ = recount(bundle.home)
    assert report.lines_root in said.stdout
    assert all(sha256 in said.stdout and sm3 in said.stdout for _, sha256, sm3 in report.files)
    (bundle.home / "lines.jsonl").write_bytes(b"")
    again = subprocess.run(
        [sys.executable, "-I", "-S", str(alone), str(bundle.home)],
        capture_output=True, text=True, cwd=alone.parent, check=False,
    )  # fmt: skip
    assert again.returncode == LINES
    assert "WRONG (4)" in again.stdout


@pytest.mark.parametrize("arguments", [[], ["a", "b"], ["--challenge", "x", "y", "z"]])
def test_the_single_file_says_how_it_is_used(
    arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert standalone.main(arguments) == UNREADABLE
    assert "usage" in capsys.readouterr().err
