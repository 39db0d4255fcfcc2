"""Whole files: what cannot be read is refused, kept, and leaves an entry; nothing else changes."""

import io
import re
import stat
import time
import zipfile
from pathlib import Path

import openpyxl
import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from service.audit.models import AuditEntry
from service.residents.feeds import UnknownFeed
from service.residents.importing import import_delivery
from service.residents.importing.deliver import FileUnreadable
from service.residents.models import Delivery, FeedRecord, Person
from tests.service.residents.importing.conftest import Intake
from tests.service.residents.importing.deliveries import (
    OFFICE,
    csv_of,
    delivery,
    headers,
    number_of,
    row,
    rows,
    xlsx_of,
)


def _with_entry(content: bytes, entry: zipfile.ZipInfo | str, inner: bytes) -> bytes:
    stream = io.BytesIO(content)
    with zipfile.ZipFile(stream, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(entry, inner)
    return stream.getvalue()


def _link() -> zipfile.ZipInfo:
    link = zipfile.ZipInfo("xl/x.xml")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    return link


_BOOK = xlsx_of([headers("CZ_PAY"), row("CZ_PAY", 1)])


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (_with_entry(_BOOK, "xl/bomb.xml", b"<a>" + bytes(1) * 0 + b" " * 250_000_000), "archive_bomb"),
        (_with_entry(_BOOK, "xl/x.xml", b"<!DOCTYPE a><a/>"), "file_has_doctype"),
        (_with_entry(_BOOK, "../../x.xml", b"<a/>"), "archive_unsafe"),
        (_with_entry(_BOOK, _link(), b"/etc/passwd"), "archive_unsafe"),
        (_with_entry(_BOOK, "xl/vbaProject.bin", b"x"), "file_has_macros"),
        (_with_entry(_BOOK, "xl/externalLinks/e.xml", b"<a/>"), "file_has_links"),
        (bytes.fromhex("d0cf11e0a1b11ae1") + "EncryptedPackage".encode("utf-16-le"), "file_encrypted"),
        (_BOOK[: len(_BOOK) // 2], "archive_broken"),
        (b"%PDF-1.7", "file_not_table"),
        (b"", "file_empty"),
        (csv_of([headers("CZ_PAY"), ["\0"]]), "text_has_nul"),
        (csv_of([headers("CZ_PAY")]) + b'"x', "text_broken"),
        ("身份证号,姓名,单位,在编\n".encode().decode("gbk", "ignore").encode(), "text_garbled"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)  # fmt: skip
def test_rows_12_to_19_a_file_that_cannot_be_read_is_kept_as_refused_and_audited(
    intake: Intake, session: Session, content: bytes, code: str
) -> None:
    started = time.process_time()
    refused = intake.send_file("CZ_PAY", content)
    assert time.process_time() - started < 10
    assert (refused.state, refused.rows_accepted) == ("refused", 0)
    assert refused.refusal is not None
    assert refused.refusal["code"] == code
    assert refused.refusal["sentence_zh"]
    entry = session.scalars(select(AuditEntry).where(AuditEntry.object_id == str(refused.id))).one()
    assert entry.act == "feed.refused"
    assert refused.sha256.hex().encode() in entry.canonical
    assert session.scalar(select(func.count()).select_from(FeedRecord)) == 0


def test_row_12_a_gb18030_file_is_read_and_its_encoding_kept(intake: Intake) -> None:
    table = [headers("GA_HUKOU"), row("GA_HUKOU", 1, name="𠮷䶮")]
    taken = intake.send_file("GA_HUKOU", csv_of(table, "gb18030"))
    assert taken.encoding == "gb18030 ,"
    assert intake.session.scalars(select(Person.name)).all() == ["𠮷䶮"]


def test_row_13_a_ragged_row_is_rejected_by_its_number_and_the_rest_is_taken(
    intake: Intake,
) -> None:
    table = rows("CZ_PAY", range(20))
    table[3].pop()
    table[7].append("多出来的")
    taken = intake.send("CZ_PAY", *table)
    assert [(no, codes[0]) for no, codes in intake.faults(taken)] == [
        (5, "row_ragged"),
        (9, "row_ragged"),
    ]
    assert taken.rows_accepted == 18


def test_row_17_a_workbook_that_lies_about_its_size_is_read_quickly(intake: Intake) -> None:
    with zipfile.ZipFile(io.BytesIO(_BOOK)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    sheet = parts["xl/worksheets/sheet1.xml"]
    told = re.sub(rb'<dimension ref="[A-Z0-9:]+"', b'<dimension ref="A1:XFD1048576"', sheet)
    assert told != sheet
    parts["xl/worksheets/sheet1.xml"] = told
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, part in parts.items():
            archive.writestr(name, part)
    started = time.process_time()
    taken = intake.send_file("CZ_PAY", stream.getvalue())
    assert time.process_time() - started < 10
    assert taken.rows_accepted == 1


def test_row_18_formulas_numbers_and_merged_blocks_reject_their_rows_only(intake: Intake) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(headers("CZ_PAY"))
    for one in rows("CZ_PAY", range(30)):
        sheet.append(one)
    sheet["A3"] = f'="{number_of(1)}"'
    sheet["A4"] = 330523195001050021
    sheet["C5"] = "=C6"
    sheet.merge_cells("D7:D9")
    stream = io.BytesIO()
    book.save(stream)
    feed_faults = intake.send_file("CZ_PAY", stream.getvalue())
    assert feed_faults.state == "waiting"
    book.remove(sheet)
    sheet = book.create_sheet("名单")
    sheet.append(headers("CZ_PAY"))
    for one in rows("CZ_PAY", range(100)):
        sheet.append(one)
    sheet["A3"] = f'="{number_of(1)}"'
    sheet["A4"] = 330523195001050021
    sheet["C5"] = "=C6"
    sheet.merge_cells("D7:D9")
    stream = io.BytesIO()
    book.save(stream)
    taken = intake.send_file("CZ_PAY", stream.getvalue())
    assert taken.rows_accepted == 94
    assert [(no, codes[0]) for no, codes in intake.faults(taken)] == [
        (3, "cell_formula"),
        (4, "id_as_number"),
        (5, "cell_formula"),
        (7, "cell_merged"),
        (8, "cell_merged"),
        (9, "cell_merged"),
    ]


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("../../etc/x.csv", "x.csv"),
        ("a\r\nSet-Cookie: b", "a��Set-Cookie: b"),
        ("C:\\tmp\\报送.csv", "报送.csv"),
        ("王秀英" + number_of(1) + ".csv", "王秀英….csv"),
        ("a\u202egpj.csv", "a�gpj.csv"),
        ("x" * 4000, "x" * 120),
    ],
)
def test_row_20_a_file_name_is_only_shown_never_trusted(
    intake: Intake, name: str, shown: str
) -> None:
    assert intake.send_file("CZ_PAY", delivery("CZ_PAY", row("CZ_PAY", 1)), name).file_name == shown


def test_row_21_the_same_file_twice_is_one_delivery_and_changes_nothing(
    intake: Intake, session: Session
) -> None:
    content = delivery("CZ_PAY", *rows("CZ_PAY", range(20)))
    first = intake.send_file("CZ_PAY", content)
    before = [(one.id, one.known_from, one.known_to) for one in intake.ever("CZ_PAY")]
    entries = session.scalar(select(func.count()).select_from(AuditEntry))
    again = intake.send_file("CZ_PAY", content, "另一个名字.csv")
    assert again is first
    assert [(one.id, one.known_from, one.known_to) for one in intake.ever("CZ_PAY")] == before
    # That the department said it once more is kept; nothing else happened.
    assert session.scalar(select(func.count()).select_from(AuditEntry)) == (entries or 0) + 1
    assert session.scalar(select(func.count()).select_from(Delivery)) == 1


def test_row_21_the_same_rows_in_another_order_or_format_say_nothing_new(intake: Intake) -> None:
    table = rows("CZ_PAY", range(20))
    intake.send("CZ_PAY", *table)
    before = [one.id for one in intake.ever("CZ_PAY")]
    turned = intake.send("CZ_PAY", *reversed(table))
    book = intake.send_file("CZ_PAY", xlsx_of([headers("CZ_PAY"), *table]))
    assert (turned.rows_unchanged, book.rows_unchanged) == (20, 20)
    assert [one.id for one in intake.ever("CZ_PAY")] == before


def test_an_unknown_feed_and_a_missing_file_are_problems_of_the_caller(
    session: Session, tmp_path: Path
) -> None:
    with pytest.raises(UnknownFeed, match="GA_HUKOU"):
        import_delivery(session, "GA_HUKUO", b"x", "x", by=OFFICE)
    with pytest.raises(FileUnreadable):
        import_delivery(session, "GA_HUKOU", tmp_path / "nothing.csv", "x", by=OFFICE)
