"""Archives as attackers leave them: bombs, paths, several files, passwords, flipped bits."""

from __future__ import annotations

import io
import zipfile

import pytest

from bank_adapters.sheets import archive_in
from tests.bank_adapters.filled_in import filled_in
from tests.bank_adapters.spoiling import (
    SAID,
    read,
    rebuilt,
    refused,
    sheet_adapter,
)


def test_a_bomb_is_stopped_while_it_expands(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive_in, "EXPANDED_BYTES_MAX", 1_000_000)
    content = rebuilt({"xl/worksheets/sheet1.xml": b"<worksheet>" + b" " * 3_000_000})
    assert len(content) < 20_000
    refused(read("ccb-sheet", content), "archive_too_large")


def archive(*entries: tuple[str, bytes], **info: int) -> bytes:
    """Return a ZIP archive with these entries."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name, content in entries:
            entry = zipfile.ZipInfo(name)
            entry.compress_type = zipfile.ZIP_DEFLATED
            for key, value in info.items():
                setattr(entry, key, value)
            new.writestr(entry, content)
    return out.getvalue()


INSIDE = b"1,2\r\n"


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (archive(("../../etc/passwd", INSIDE)), "archive_unsafe"),
        (archive(("/etc/passwd", INSIDE)), "archive_unsafe"),
        (archive(("a/b.csv", INSIDE)), "archive_unsafe"),
        (archive(("C:\\b.csv", INSIDE)), "archive_unsafe"),
        (archive(("a.csv", INSIDE), ("b.csv", INSIDE)), "archive_unsafe"),
        (archive(("a/", b"")), "archive_unsafe"),
        (archive(), "archive_unsafe"),
        (archive(("link", b"/etc/passwd"), external_attr=0o120777 << 16), "archive_unsafe"),
        (b"MZ" + archive(("a.csv", INSIDE)), "archive_unsafe"),
        (archive(("a.csv", INSIDE))[:-10], "archive_broken"),
        (archive(("a.csv", archive(("b.csv", INSIDE)))), "encoding_wrong"),
        (INSIDE, "archive_broken"),
    ],
)
def test_an_archive_holds_one_plain_file(content: bytes, code: str) -> None:
    refused(read("rural-card-zip", content), code)


def test_an_archive_with_a_password_is_told_as_such() -> None:
    content = bytearray(archive(("a.csv", INSIDE)))
    content[6] |= 1
    content[content.find(b"PK\x01\x02") + 8] |= 1
    refused(read("rural-card-zip", bytes(content)), "file_protected")


def test_flipped_bits_in_an_archive_are_noticed() -> None:
    whole = filled_in(sheet_adapter("rural-card-zip").profile, SAID)
    start = whole.find(b"answer.csv") + len("answer.csv")
    for at in range(start, start + 60, 7):
        broken = whole[:at] + bytes([whole[at] ^ 0x10]) + whole[at + 1 :]
        assert not read("rural-card-zip", broken).believable
