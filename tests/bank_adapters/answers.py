"""The hand-made answer of whichever bank, and what each bank's answers can and cannot say."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence
from typing import Any

from python_calamine import CalamineWorkbook

from bank_adapters import BankProfile, adapter_for
from bank_adapters.sheets.profile import Cell, SheetProfile
from tests.bank_adapters import filled_in
from tests.bank_adapters.makers import Told, pain002, sheet


def answer(profile_name: str, said: Sequence[Told], *, total_fen: int | None = None) -> bytes:
    """Return the hand-made answer in the form of this bank; the total fits unless given."""
    total = None if total_fen is None else f"{total_fen // 100}.{total_fen % 100:02d}"
    if profile_name == "ccb":
        return sheet(said, total=total).encode("gb18030")
    profile = adapter_for(profile_name).profile
    if isinstance(profile, SheetProfile):
        return filled_in.filled_in(profile, said, total_fen=total_fen)
    return pain002(said, total=total)


def answer_name(profile: BankProfile) -> str:
    """Return the name of the answer to the makers' file."""
    return filled_in.answer_name(profile) if isinstance(profile, SheetProfile) else "x"


def shape_of(profile: BankProfile) -> Sequence[Cell]:
    """Return the columns of an answer; none where it is no table."""
    return profile.answered.columns if isinstance(profile, SheetProfile) else ()


def says_why(profile: BankProfile) -> bool:
    """Return whether an answer has a place for a reason."""
    columns = shape_of(profile)
    return not columns or any(cell.value == "reason" for cell in columns)


def states_its_end(profile: BankProfile) -> bool:
    """Return whether an answer cut off between two lines can be known by itself."""
    if not isinstance(profile, SheetProfile) or profile.in_sheet or profile.packed:
        return True
    return bool(profile.answered.trailer)


def texts_in(profile: BankProfile, content: bytes) -> list[str]:
    """Return the texts of a written file, whatever it is packed in."""
    if isinstance(profile, SheetProfile) and profile.packed:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            content = archive.read(archive.namelist()[0])
    if isinstance(profile, SheetProfile) and profile.in_sheet:
        book: Any = CalamineWorkbook.from_filelike(io.BytesIO(content))
        return [str(cell) for row in book.get_sheet_by_index(0).to_python() for cell in row]
    return [content.decode(profile.file_encoding)]
