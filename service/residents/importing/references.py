"""Read what leads to somebody or something: ID numbers, accounts, bank codes, divisions."""

import re
from datetime import date

from stdnum import luhn
from stdnum.iso7064 import mod_11_10

from service.foundation.spreadsheets import Cell
from service.residents.divisions import is_division
from service.residents.identity.id_number import IdReader
from service.residents.importing.reading import SPACES, Read, Reading, as_written, trimmed

_CARD = re.compile("[0-9A-Za-z]{12,32}")
_LUHN_SHAPE = re.compile("[0-9]{16,19}")
# One letter of the printing series and nine digits, as printed on the certificate.
_CERTIFICATE = re.compile("[A-Z][0-9]{9}")
_TWELVE = re.compile("[1-9][0-9]{11}")
_SCIENTIFIC = re.compile(r"[0-9](?:\.[0-9]+)?[Ee]\+?[0-9]+")
_FULL_WIDTH = str.maketrans("０１２３４５６７８９", "0123456789")
_LETTERS = "abcdefghijklmnopqrstuvwxyz"
_CAPITALS = str.maketrans(_LETTERS, _LETTERS.upper())
_NO_SPACES = str.maketrans("", "", SPACES)


def id_reader(today: date) -> Read:
    """Return the reader of ID numbers; a number or date cell has lost digits and is a fault."""
    numbers = IdReader(today)

    def read(cell: Cell) -> Reading:
        if not isinstance(cell, str):
            return Reading(None, "id_as_number")
        number, fault, notices = numbers.read(cell)
        if fault:
            return Reading(None, fault)
        return Reading(number, notices=notices)

    return read


def read_certificate(cell: Cell) -> Reading:
    """Read a birth certificate's number: one letter and nine digits."""
    if not isinstance(cell, str):
        return Reading(None, "certificate_shape")
    close = cell.translate(_FULL_WIDTH).translate(_NO_SPACES).translate(_CAPITALS)
    if not _CERTIFICATE.fullmatch(close):
        return Reading(None, "certificate_shape")
    return Reading(close, notices=() if close == cell else ("certificate_normalised",))


def read_card(cell: Cell) -> Reading:
    """Read an account: 12 to 32 digits or letters; Luhn is only a hint, passbooks do not have it."""
    if not isinstance(cell, str):
        return Reading(None, "id_as_number")
    plain = cell.translate(_FULL_WIDTH)
    notices = [] if plain == cell else ["card_full_width"]
    close = plain.translate(_NO_SPACES)
    if close != plain:
        notices.append("card_spaces")
    if not _CARD.fullmatch(close):
        return Reading(None, "id_lost_digits" if _SCIENTIFIC.fullmatch(close) else "card_shape")
    if not _LUHN_SHAPE.fullmatch(close) or not luhn.is_valid(close):
        notices.append("card_not_luhn")
    return Reading(close, notices=tuple(notices))


def read_bank_code(cell: Cell) -> Reading:
    """Read a 12-digit bank code with its ISO 7064 MOD 11,10 check digit."""
    code, notices = _twelve_digits(cell)
    if not _TWELVE.fullmatch(code):
        return Reading(None, "bank_code_shape")
    if not mod_11_10.is_valid(code):
        return Reading(None, "bank_code_check")
    return Reading(code, notices=notices)


def read_division(cell: Cell) -> Reading:
    """Read a 12-digit administrative division."""
    code, notices = _twelve_digits(cell)
    if not is_division(code):
        return Reading(None, "division_shape")
    return Reading(code, notices=notices)


def _twelve_digits(cell: Cell) -> tuple[str, tuple[str, ...]]:
    # A number cell of exactly twelve digits has lost none: it keeps fifteen, and the first is no 0.
    if not isinstance(cell, str) and cell.kind == "number":
        return cell.text, ("number_as_text",)
    return trimmed(as_written(cell))
