"""Check one field of a payment against what a bank can take: refuse, never truncate or replace."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache

from stdnum import luhn
from stdnum.exceptions import ValidationError
from stdnum.iso7064 import mod_11_10

from bank_adapters.contract import BankProfile, Fault, Instruction
from bank_adapters.faults import fault
from bank_adapters.money import yuan_text

REFERENCE = re.compile(r"[A-Za-z0-9-]+")
ACCOUNT = re.compile(r"[0-9A-Za-z]+")
BANK_CODE = re.compile(r"[1-9][0-9]{11}")
FORMULA_STARTS = frozenset("=+-@＝＋－＠")
# Control, format (zero width, bidirectional), surrogate, unassigned, line and paragraph separator.
UNSENDABLE_CATEGORIES = frozenset({"Cc", "Cf", "Cs", "Cn", "Zl", "Zp"})


def check_instruction(profile: BankProfile, instruction: Instruction) -> list[Fault]:
    """Return everything that keeps this line from this bank, and the warnings."""
    return [
        *_reference(profile, instruction.reference),
        *_account(profile, instruction.account_no),
        *_text(profile, "account_name", instruction.account_name, profile.name_bytes_max),
        *_amount(profile, instruction.amount_fen),
        *_bank_code(profile, "bank_code", instruction.bank_code),
        *_text(profile, "bank_name", instruction.bank_name, profile.bank_name_bytes_max),
        *_text(profile, "purpose", instruction.purpose, profile.purpose_bytes_max),
    ]


def check_header_text(profile: BankProfile, field: str, text: str, bytes_max: int) -> list[Fault]:
    """Return the faults of a text that stands once in the file."""
    return list(_text(profile, field, text, bytes_max))


def check_header_account(profile: BankProfile, account_no: str, bank_code: str) -> list[Fault]:
    """Return the faults of the account the money comes from; its check digit is not judged."""
    return [
        *(found for found in _account(profile, account_no) if found.fatal),
        *_bank_code(profile, "debtor_bank_code", bank_code),
    ]


def bank_code_valid(code: str) -> bool:
    """Return whether this is a 12-digit bank code with a right ISO 7064 MOD 11,10 digit."""
    return BANK_CODE.fullmatch(code) is not None and bool(mod_11_10.is_valid(code))


def _reference(profile: BankProfile, reference: str) -> Iterator[Fault]:
    if not REFERENCE.fullmatch(reference) or len(reference) > profile.reference_max:
        yield fault(
            "reference_malformed",
            field="reference",
            value=reference,
            detail=f"1–{profile.reference_max} A–Z a–z 0–9 -",
        )


def _account(profile: BankProfile, account_no: str) -> Iterator[Fault]:
    if not ACCOUNT.fullmatch(account_no) or len(account_no) > profile.account_max:
        yield fault(
            "account_malformed",
            field="account_no",
            value=account_no,
            detail=f"1–{profile.account_max}",
        )
    elif re.fullmatch(r"[0-9]{16,19}", account_no) and not _luhn_holds(account_no):
        yield fault("account_luhn", field="account_no", value=account_no)


def _luhn_holds(account_no: str) -> bool:
    try:
        luhn.validate(account_no)
    except ValidationError:
        return False
    return True


def _amount(profile: BankProfile, amount_fen: int) -> Iterator[Fault]:
    if type(amount_fen) is not int or amount_fen <= 0:
        yield fault("amount_not_positive", field="amount_fen", value=str(amount_fen))
    elif amount_fen > profile.amount_fen_max:
        yield fault(
            "amount_over_limit",
            field="amount_fen",
            value=str(amount_fen),
            detail=yuan_text(profile.amount_fen_max),
        )


def _bank_code(profile: BankProfile, field: str, code: str) -> Iterator[Fault]:
    well_formed = BANK_CODE.fullmatch(code) is not None
    if not well_formed or (profile.checks_bank_code and not bank_code_valid(code)):
        yield fault("bank_code_wrong", field=field, value=code)


def _text(profile: BankProfile, field: str, text: str, bytes_max: int) -> Iterator[Fault]:
    if not text.strip():
        yield fault("text_missing", field=field, value=text)
        return
    if text[0] in FORMULA_STARTS:
        yield fault("formula_start", field=field, value=text, detail=text[0])
    if text != text.strip():
        yield fault("blank_at_edge", field=field, value=text)
    yield from _characters(profile, field, text)
    size = len(text.encode(profile.charset, "replace"))
    if size > bytes_max:
        yield fault("too_many_bytes", field=field, value=text, detail=f"{size} > {bytes_max}")


def _characters(profile: BankProfile, field: str, text: str) -> Iterator[Fault]:
    # One fault per distinct character, in order of appearance.
    for character in dict.fromkeys(text):
        forbidden = character in profile.forbidden_in_text
        code = "delimiter_inside" if forbidden else _verdict(character, profile.charset)
        if code:
            seen = f"U+{ord(character):04X}"
            detail = f"{character} ({seen})" if code == "charset_unsendable" else seen
            yield fault(code, field=field, value=text, detail=detail)


@lru_cache(maxsize=65_536)
def _verdict(character: str, charset: str) -> str:
    """Return the code of what is wrong with a character, "" for nothing; few, met a million times."""
    category = unicodedata.category(character)
    if category in UNSENDABLE_CATEGORIES:
        return "control_character"
    if not encodable(character, charset):
        return "charset_unsendable"
    return "private_use_character" if category == "Co" else ""


def encodable(text: str, charset: str) -> bool:
    """Return whether every character of the text exists in the charset."""
    try:
        text.encode(charset)
    except UnicodeEncodeError:
        return False
    return True
