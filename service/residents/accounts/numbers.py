"""Read an account and a bank's code as the import reads them, from what an officer typed."""

from dataclasses import dataclass

from service.foundation.encryption import sealer
from service.residents.accounts.problems import (
    AccountNumberWrong,
    BankCodeWrong,
    BankNameMissing,
)
from service.residents.importing.references import read_bank_code, read_card

_NAME_MAX = 60


@dataclass(frozen=True)
class AccountNumber:
    """A number that could be an account, and what is kept of it in the open."""

    plain: str
    index: bytes
    tail: str

    def sealed(self, place: str) -> bytes:
        """Return the number sealed for a place."""
        return sealer().seal(self.plain, place)


def account_number(typed: str) -> AccountNumber:
    """Return what was typed as an account; raises :class:`AccountNumberWrong`."""
    read = read_card(typed)
    if not isinstance(read.value, str):
        raise AccountNumberWrong
    return AccountNumber(read.value, sealer().index(read.value, "card"), read.value[-4:])


def bank(code: str, name: str) -> tuple[str, str]:
    """Return a bank's code and name; raises :class:`BankCodeWrong` or :class:`BankNameMissing`."""
    read = read_bank_code(code)
    if not isinstance(read.value, str):
        raise BankCodeWrong
    shown = " ".join(name.split())
    if not shown or len(shown) > _NAME_MAX:
        raise BankNameMissing
    return read.value, shown
