"""Why a bank did not pay, in plain words: what it means, what happens next, and who puts it right.

The codes are those of ISO 20022; every adapter maps its bank's own words to them.
"""

from dataclasses import dataclass

from service.web.language import translatable


@dataclass(frozen=True)
class Reason:
    """One code as the person who works on it reads it."""

    why: str
    step: str
    who: str
    """A key of :data:`WHO`."""


WHO: dict[str, str] = {
    "card_office": translatable("card office"),
    "township": translatable("township"),
    "bank": translatable("bank"),
    "finance": translatable("finance"),
}
"""Who puts something right; never the resident."""

_CARD_OFFICE = translatable(
    "The person has the card changed or unlocked at a card service point; the card office's next delivery brings the account, then issue again."
)
_TOWNSHIP = translatable(
    "The township compares name and ID number with the card; after the correction, issue again."
)
_BANK = translatable("Ask the bank what it needs; nothing has to be done by the person.")
_OWN_FILE = translatable(
    "It is our file that was wrong, not the payment: have the channel's settings looked at, then issue again."
)

NO_ACCOUNT = Reason(translatable("There is no such account."), _TOWNSHIP, "township")
_WRONG_NAME = Reason(translatable("The name does not fit the account."), _TOWNSHIP, "township")
_LIMIT = Reason(
    translatable("The amount is above the account's limit."), _CARD_OFFICE, "card_office"
)
_KIND = Reason(
    translatable("The account is of a kind that takes no such payments."),
    _CARD_OFFICE,
    "card_office",
)
_TOTALS = Reason(
    translatable("The file's totals were not what the bank counted."), _OWN_FILE, "finance"
)
_DATE = Reason(
    translatable("The bank did not take the day of payment, or it came after its hours."),
    _OWN_FILE,
    "finance",
)
_BANK_CODE = Reason(translatable("The bank code is wrong."), _BANK, "bank")
_RULES = Reason(
    translatable("The bank misses something that its supervisors require."), _BANK, "bank"
)
UNCLEAR = Reason("", _BANK, "bank")
"""A code that is in no list: the bank's own words are shown."""

REASONS: dict[str, Reason] = {
    "AC01": NO_ACCOUNT,
    "AC03": NO_ACCOUNT,
    "AC04": Reason(translatable("The account was closed."), _CARD_OFFICE, "card_office"),
    "AC06": Reason(
        translatable("The account is frozen, blocked or reported lost."),
        _CARD_OFFICE,
        "card_office",
    ),
    "AC07": Reason(
        translatable("The account is asleep or was never activated."), _CARD_OFFICE, "card_office"
    ),
    "AG01": _KIND,
    "AG03": _KIND,
    "AM02": _LIMIT,
    "AM04": Reason(translatable("The county's account did not hold enough."), _BANK, "finance"),
    "AM10": _TOTALS,
    "AM14": _LIMIT,
    "AM18": _TOTALS,
    "AM23": _LIMIT,
    "BE01": _WRONG_NAME,
    "BE06": _WRONG_NAME,
    "CANC": Reason(
        translatable("We called it back, and the bank did not execute it."),
        translatable("It was stopped on purpose: issue it again only when the reason has gone."),
        "finance",
    ),
    "CNOR": _BANK_CODE,
    "DT01": _DATE,
    "DT04": _DATE,
    "MD07": Reason(
        translatable("The bank knows the account's holder as dead."),
        translatable(
            "Check the death first; nothing is issued again before the register says otherwise."
        ),
        "township",
    ),
    "RC01": _BANK_CODE,
    "RR01": _RULES,
    "RR02": _RULES,
    "RR03": _RULES,
    "RR04": _RULES,
    "TM01": _DATE,
}


def reason_of(code: str | None) -> Reason:
    """Return what a bank's code means; :data:`UNCLEAR` for one that is in no list."""
    return REASONS.get(code or "", UNCLEAR)
