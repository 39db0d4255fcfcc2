"""Archives that are not what they say are refused before any parser sees them."""

import contextlib
import io
import stat
import time
import zipfile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from service.foundation.spreadsheets import FileRefused, Limits, open_spreadsheet
from service.foundation.spreadsheets.refusals import (
    ArchiveBomb,
    ArchiveBroken,
    ArchiveUnsafe,
    FileEncrypted,
    FileHasDoctype,
    FileHasLinks,
    FileHasMacros,
    FileNotTable,
    FileTooLarge,
    TooManyColumns,
    TooManyRows,
)
from tests.foundation.spreadsheets.archives import MAIN, parts, text_cell, workbook, zipped

_ROW = f'<row r="1">{text_cell("A1", "姓名")}</row>'


def _read(content: bytes, limits: Limits | None = None) -> list[object]:
    sheets = open_spreadsheet(content, limits).sheets
    return [row for sheet in sheets for row in sheet.rows()]


def test_row_15_a_small_archive_that_inflates_to_hundreds_of_megabytes_is_refused() -> None:
    bomb = zipped({**parts(_ROW), "xl/sharedStrings.xml": b"<sst>" + b" " * 300_000_000})
    assert len(bomb) < 400_000
    started = time.process_time()
    with pytest.raises(ArchiveBomb, match="200 : 1"):
        open_spreadsheet(bomb)
    assert time.process_time() - started < 10


def test_row_15_many_modest_entries_together_are_a_bomb_too() -> None:
    many = {f"xl/media/{number}.bin": bytes(1_000_000) for number in range(30)}
    with pytest.raises(ArchiveBomb, match="all entries"):
        open_spreadsheet(zipped({**parts(_ROW), **many}), Limits(inflated_bytes_max=20_000_000))


def test_row_15_one_entry_above_its_own_limit_is_refused_whatever_its_ratio() -> None:
    noise = bytes(range(256)) * 8_000
    with pytest.raises(ArchiveBomb, match="one entry"):
        open_spreadsheet(zipped({"xl/a.bin": noise}), Limits(entry_bytes_max=1_000_000))


def test_row_15_too_many_entries_are_refused() -> None:
    with pytest.raises(ArchiveBomb, match="2001 > 2000 entries"):
        open_spreadsheet(zipped({f"xl/{number}.bin": b"" for number in range(2_001)}))


def test_an_archive_that_understates_the_size_of_an_entry_is_refused() -> None:
    content = workbook(_ROW + f'<row r="2">{text_cell("A2", "王秀英" * 5000)}</row>')
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        entry = archive.getinfo("xl/worksheets/sheet1.xml")
    told = entry.file_size.to_bytes(4, "little")
    lying = content.replace(told, (60).to_bytes(4, "little"))
    assert lying != content
    with pytest.raises(ArchiveBroken):
        open_spreadsheet(lying)


@pytest.mark.parametrize(
    "laughs",
    [
        f'<!DOCTYPE lolz [<!ENTITY lol "lol"><!ENTITY lol2 "{"&lol;" * 10}">]><a>&lol2;</a>',
        '<!DOCTYPE a SYSTEM "file:///etc/passwd"><a/>',
        '<a><!ENTITY x "y"></a>',
    ],
)
def test_row_16_a_document_type_or_entity_in_any_part_is_refused(laughs: str) -> None:
    with pytest.raises(FileHasDoctype):
        open_spreadsheet(zipped({**parts(_ROW), "docProps/core.xml": laughs}))


@pytest.mark.parametrize(
    "hidden",
    [
        '<?xml version="1.0"?><!DOCTYPE a><a/>'.encode("utf-16"),
        '<?xml version="1.0"?><!DOCTYPE a><a/>'.encode("utf-16-be"),
        b'<?xml version="1.0" encoding="UTF-7"?>+ADwAIQ-DOCTYPE a+AD4-<a/>',
        '<?xml version="1.0" encoding="cp037"?><a/>'.encode("cp037"),
    ],
)
def test_row_16_a_document_type_cannot_hide_in_another_encoding(hidden: bytes) -> None:
    with pytest.raises(ArchiveUnsafe):
        open_spreadsheet(zipped({**parts(_ROW), "xl/styles.xml": hidden}))


@pytest.mark.parametrize(
    "name", ["xl/externalLinks/externalLink1.xml", "xl/connections.xml", "xl/queryTables/q1.xml"]
)
def test_row_16_values_taken_from_other_files_are_refused(name: str) -> None:
    with pytest.raises(FileHasLinks):
        open_spreadsheet(zipped({**parts(_ROW), name: "<a/>"}))


def test_row_17_a_sheet_that_claims_every_cell_there_is_reads_as_its_one_row() -> None:
    content = workbook(_ROW, before='<dimension ref="A1:XFD1048576"/>')
    started = time.process_time()
    assert _read(content) == [(1, ["姓名"])]
    assert time.process_time() - started < 10


def test_row_17_a_cell_in_the_last_corner_is_refused_at_once() -> None:
    corner = f'<row r="1048576">{text_cell("XFD1048576", "x")}</row>'
    with pytest.raises(TooManyColumns):
        _read(workbook(_ROW + corner))
    with pytest.raises(TooManyRows):
        _read(workbook(_ROW + corner), Limits(rows_max=1000))


def test_row_17_a_million_empty_formatted_cells_cost_nothing_but_their_bytes() -> None:
    empty = "".join(f'<row r="{n}"><c r="A{n}" s="1"/></row>' for n in range(2, 100_000))
    assert _read(workbook(_ROW + empty)) == [(1, ["姓名"])]


def test_row_19_a_symbolic_link_in_the_archive_is_refused() -> None:
    link = zipfile.ZipInfo("xl/media/a.png")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    stream = io.BytesIO(workbook(_ROW))
    with zipfile.ZipFile(stream, "a") as archive:
        archive.writestr(link, "/etc/passwd")
    with pytest.raises(ArchiveUnsafe, match="link"):
        open_spreadsheet(stream.getvalue())


@pytest.mark.parametrize(
    "name", ["../../x.xml", "/etc/x.xml", "xl/../../x.xml", "C:/x.xml", "xl\\..\\x"]
)
def test_row_19_a_path_that_leaves_the_archive_is_refused(name: str) -> None:
    with pytest.raises(ArchiveUnsafe, match="path") as refused:
        open_spreadsheet(zipped({**parts(_ROW), name: "<a/>"}))
    assert name not in refused.value.sentence


def test_row_19_two_entries_of_one_name_are_refused() -> None:
    with pytest.raises(ArchiveUnsafe, match="one name"):
        open_spreadsheet(zipped({**parts(_ROW), "XL/workbook.xml": "<a/>"}))


@pytest.mark.parametrize(
    "name", ["xl/vbaProject.bin", "xl/macrosheets/sheet1.xml", "xl/activeX/a.bin"]
)
def test_row_19_macros_are_refused(name: str) -> None:
    with pytest.raises(FileHasMacros):
        open_spreadsheet(zipped({**parts(_ROW), name: "<a/>"}))


def test_row_19_macros_announced_in_the_content_types_are_refused() -> None:
    types = '<Types><Override ContentType="application/vnd.ms-excel.sheet.macroEnabled.main+xml"/></Types>'
    with pytest.raises(FileHasMacros):
        open_spreadsheet(zipped({**parts(_ROW), "[Content_Types].xml": types}))


def test_row_19_a_workbook_with_a_password_is_refused_by_name_of_the_reason() -> None:
    compound = bytes.fromhex("d0cf11e0a1b11ae1") + bytes(504)
    with pytest.raises(FileEncrypted):
        open_spreadsheet(compound + "EncryptedPackage".encode("utf-16-le") + bytes(512))
    with pytest.raises(ArchiveBroken, match="BIFF"):
        open_spreadsheet(compound + bytes(512))


def test_row_19_an_entry_encrypted_by_the_archive_itself_is_refused() -> None:
    content = bytearray(workbook(_ROW))
    for magic, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        content[content.index(magic) + offset] |= 1
    with pytest.raises(FileEncrypted):
        open_spreadsheet(bytes(content))


@pytest.mark.parametrize(
    "content", [b"%PDF-1.7 x", b"\x1f\x8bxx", b"Rar!\x1a\x07", b"PK\x05\x06" + bytes(18)]
)
def test_row_19_other_kinds_of_files_are_refused_by_their_content(content: bytes) -> None:
    with pytest.raises(FileNotTable):
        open_spreadsheet(content)


def test_a_file_above_the_limit_is_refused_before_it_is_looked_at() -> None:
    with pytest.raises(FileTooLarge, match="11 bytes; at most 10"):
        open_spreadsheet(b"x" * 11, Limits(file_bytes_max=10))


def test_comments_and_instructions_cannot_cut_a_value_in_two() -> None:
    cell = '<c r="A1"><v>12<!-- x -->34<?x y?>5</v></c>'
    assert _read(workbook(f'<row r="1">{cell}</row>'))[0] == (1, [("number", "12345")])


def test_a_sheet_that_nests_without_end_is_refused() -> None:
    with pytest.raises(FileRefused):
        _read(workbook('<row r="1">' + "<c>" * 5000 + "</c>" * 5000 + "</row>"))


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_no_damage_to_a_workbook_raises_anything_but_a_refusal(data: st.DataObject) -> None:
    content = bytearray(workbook(_ROW * 1, book='<workbookPr date1904="0"/>'))
    for _ in range(data.draw(st.integers(1, 4))):
        place = data.draw(st.integers(4, len(content) - 1))
        content[place] = data.draw(st.integers(0, 255))
    with contextlib.suppress(FileRefused):
        _read(bytes(content))


@settings(max_examples=150, deadline=None)
@given(st.text(alphabet='<>/="rcvtsif A1B2&;!-[]', max_size=80))
def test_no_sheet_text_raises_anything_but_a_refusal(inner: str) -> None:
    part = f'<worksheet xmlns="{MAIN}"><sheetData><row r="1">{inner}</row></sheetData></worksheet>'
    with contextlib.suppress(FileRefused):
        _read(zipped({**parts(""), "xl/worksheets/sheet1.xml": part}))
