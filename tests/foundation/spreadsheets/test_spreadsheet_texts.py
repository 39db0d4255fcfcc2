"""Text tables: the encoding is found, damage is refused, RFC 4180 is kept."""

import codecs
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from service.foundation.spreadsheets import FileRefused, Limits, Row, open_spreadsheet
from service.foundation.spreadsheets.refusals import (
    CellTooLarge,
    FileEmpty,
    TextBroken,
    TextGarbled,
    TextHasNul,
    TextUnreadable,
    TooManyRows,
)

_TEXT = "公民身份号码,姓名,出生日期\r\n11010519491231002X,王秀英,1949-12-31\r\n"
_ROWS = [
    (1, ["公民身份号码", "姓名", "出生日期"]),
    (2, ["11010519491231002X", "王秀英", "1949-12-31"]),
]


def _read(content: bytes, limits: Limits | None = None) -> list[Row]:
    return list(open_spreadsheet(content, limits).sheets[0].rows())


@pytest.mark.parametrize(
    ("content", "encoding"),
    [
        (_TEXT.encode(), "utf-8 ,"),
        (_TEXT.encode("utf-8-sig"), "utf-8 ,"),
        (_TEXT.encode("gb18030"), "gb18030 ,"),
        (_TEXT.encode("utf-16"), "utf-16 ,"),
        (codecs.BOM_UTF16_BE + _TEXT.encode("utf-16-be"), "utf-16 ,"),
        (_TEXT.encode("utf-16-le"), "utf-16 ,"),
        (_TEXT.encode("utf-16-be"), "utf-16 ,"),
    ],
)
def test_row_12_the_encoding_is_found_whatever_the_file_is_called(
    content: bytes, encoding: str
) -> None:
    assert open_spreadsheet(content).encoding == encoding
    assert _read(content) == _ROWS


@pytest.mark.parametrize(
    "content",
    [
        (_TEXT * 20).encode().decode("gbk", "replace").replace("\ufffd", "?").encode("gb18030"),
        (_TEXT * 20).encode().decode("gbk", "replace").encode("utf-8"),
        (_TEXT * 20).encode().decode("latin-1").encode("utf-8"),
        (_TEXT * 20).encode("gbk").decode("latin-1").encode("utf-8"),
        (_TEXT * 20).encode()[:-70] + b"\xff\xfe" + _TEXT.encode(),
        "姓名,锟斤拷\n".encode("gb18030"),
        "姓名,\ufffd\ufffd\n".encode(),
    ],
)
def test_row_12_text_that_a_wrong_encoding_damaged_is_refused(content: bytes) -> None:
    with pytest.raises(TextGarbled):
        open_spreadsheet(content)


def test_row_12_bytes_in_no_known_encoding_are_refused() -> None:
    with pytest.raises(TextUnreadable):
        open_spreadsheet(b"\xff\x80\xff\x80,\x81\n" * 9)


def test_row_11_rare_characters_survive_gb18030() -> None:
    assert _read("姓名,民族\n𠮷䶮,汉\n".encode("gb18030"))[1] == (2, ["𠮷䶮", "汉"])


@pytest.mark.parametrize("delimiter", [",", "\t", ";", "|"])
def test_row_13_the_delimiter_is_found(delimiter: str) -> None:
    text = _TEXT.replace(",", delimiter).replace("王秀英", '"王,秀;英"')
    assert [len(cells) for _, cells in _read(text.encode())] == [3, 3]


def test_row_13_quotes_and_newlines_inside_quotes_follow_rfc_4180() -> None:
    content = '姓名,机构\n王秀英,"安心县\n""第一""医院, 内科"\n李四,乙\n'.encode()
    assert _read(content)[1:] == [
        (2, ["王秀英", '安心县\n"第一"医院, 内科']),
        (3, ["李四", "乙"]),
    ]


def test_row_13_a_quote_that_never_ends_is_refused_with_its_row() -> None:
    with pytest.raises(TextBroken, match="Row 2"):
        _read('姓名,机构\n"王秀英,甲\n李四,乙\n'.encode())


def test_row_13_text_after_a_closing_quote_is_refused_with_its_row() -> None:
    with pytest.raises(TextBroken, match="Row 3"):
        _read('姓名,机构\n王秀英,甲\n"李"四,乙\n'.encode())


def test_row_13_a_cell_of_ten_megabytes_is_refused_quickly() -> None:
    started = time.process_time()
    for cell in ("x" * 10_000_000, '"' + "x" * 10_000_000 + '"', "x" * 40_000):
        with pytest.raises(CellTooLarge, match="Row 2"):
            _read(f"姓名,机构\n王秀英,{cell}\n".encode())
    assert time.process_time() - started < 10


def test_row_13_empty_lines_count_as_rows_because_people_see_them() -> None:
    assert [row_no for row_no, _ in _read("姓名,机构\n\n王秀英,甲\n".encode())] == [1, 2, 3]


@pytest.mark.parametrize(
    "content", ["姓名,机构\n王\0秀,甲\n".encode(), b"\0" * 100, "姓\0名".encode()]
)
def test_nul_is_refused(content: bytes) -> None:
    with pytest.raises((TextHasNul, TextUnreadable)):
        open_spreadsheet(content)


def test_an_empty_file_is_refused() -> None:
    with pytest.raises(FileEmpty):
        open_spreadsheet(b"")


def test_rows_beyond_the_limit_are_refused() -> None:
    with pytest.raises(TooManyRows):
        _read(b"a,b\n" * 11, Limits(rows_max=10))


@settings(max_examples=200, deadline=None)
@given(st.binary(min_size=1, max_size=400))
def test_no_bytes_raise_anything_but_a_refusal(content: bytes) -> None:
    try:
        for sheet in open_spreadsheet(content).sheets:
            list(sheet.rows())
    except FileRefused:
        pass
