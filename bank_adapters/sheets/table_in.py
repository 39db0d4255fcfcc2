"""Turn whatever came from a bank into rows: text, workbook, or either of them in an archive."""

from __future__ import annotations

from bank_adapters.sheets import old_workbook_in, text_in, workbook_in
from bank_adapters.sheets.archive_in import Archive, ArchiveRefused
from bank_adapters.sheets.profile import SheetProfile
from bank_adapters.sheets.rows import Table, refused
from bank_adapters.text import looks_like_html

ZIP = b"PK\x03\x04"
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def table_of(profile: SheetProfile, content: bytes) -> Table:
    """Return the rows, or the fault that makes reading pointless."""
    found = _at_sight(content, profile.max_reply_bytes)
    if found is not None:
        return found
    if profile.packed:
        try:
            content = Archive(content).only_file()
        except ArchiveRefused as error:
            return refused(error.code, detail=error.detail)
    if not profile.in_sheet:
        return text_in.rows_of(profile, content)
    # A bank's clerk saves an .xlsx as .xls and the reverse: what it is, its first bytes say.
    if content.startswith(OLE):
        return old_workbook_in.rows_of(content)
    if content.startswith(ZIP):
        return workbook_in.rows_of(content, profile.max_lines + text_in.LINES_BESIDE)
    return refused("workbook_broken")


def _at_sight(content: bytes, max_bytes: int) -> Table | None:
    if not content:
        return refused("file_empty")
    if len(content) > max_bytes:
        return refused("file_too_large", detail=f"{len(content)} > {max_bytes}")
    return refused("html_page") if looks_like_html(content) else None
