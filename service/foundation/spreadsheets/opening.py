"""Open a file by what it is, never by what it is called."""

from service.foundation.spreadsheets import archive, delimited, encodings, old_workbook, workbook
from service.foundation.spreadsheets.cells import Limits, Spreadsheet
from service.foundation.spreadsheets.refusals import (
    FileEmpty,
    FileEncrypted,
    FileNotTable,
    FileTooLarge,
)

# First bytes of a zip archive, and of the compound file that old .xls and password-protected
# workbooks are kept in (MS-CFB 2.2).
_ZIP = b"PK\x03\x04"
_COMPOUND = bytes.fromhex("d0cf11e0a1b11ae1")
_ENCRYPTED_STREAM = "EncryptedPackage".encode("utf-16-le")
_NOT_TABLES = (
    (b"%PDF", "PDF"),
    (b"Rar!", "RAR"),
    (b"7z\xbc\xaf", "7-Zip"),
    (b"\x1f\x8b", "gzip"),
    (b"\x89PNG", "PNG"),
    (b"\xff\xd8\xff", "JPEG"),
    (b"PK", "zip"),
)


def open_spreadsheet(content: bytes, limits: Limits | None = None) -> Spreadsheet:
    """Return the sheets of an XLSX, XLS, CSV or TXT file; raises a subclass of :class:`FileRefused`."""
    bounds = limits or Limits()
    if not content:
        raise FileEmpty
    if len(content) > bounds.file_bytes_max:
        raise FileTooLarge(bytes=len(content), bytes_max=bounds.file_bytes_max)
    if content.startswith(_ZIP):
        return workbook.read(archive.parts_of(content, bounds), bounds)
    if content.startswith(_COMPOUND):
        if _ENCRYPTED_STREAM in content:
            raise FileEncrypted
        return old_workbook.read(content, bounds)
    for magic, found in _NOT_TABLES:
        if content.startswith(magic):
            raise FileNotTable(found=found)
    return delimited.read(encodings.open_text(content), bounds)
