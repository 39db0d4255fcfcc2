"""Find our reference, and what the bank says about a return, in the free text of :86:."""

from __future__ import annotations

import re

# Labels that banks put before the payer's reference; the value ends at the next label or blank.
LABELLED = re.compile(
    r"(?:EREF|KREF|END-?TO-?END|E2E|业务编号|业务参考号)[+/:：= ]{1,2}([A-Za-z0-9-]{1,35})"
)
NO_REFERENCE = frozenset({"", "NONREF", "NOTPROVIDED", "NOREF"})
RETURN_TYPES = frozenset({"NRTI", "FRTI", "SRTI"})
RETURN_WORDS = re.compile(r"RTRN|RRTN|RETURN|退汇|退回|退票|REJECT", re.IGNORECASE)
REASON = re.compile(
    r"(?<![A-Z0-9])((?:AC|AG|AM|BE|DT|FF|MD|MS|RC|RR|TM)[0-9]{2}|NARR|NOCM)(?![A-Z0-9])"
)
# German-style subfields (?20…) and line ends cut words in two; they are joined before looking.
CONTINUED = re.compile(r"\?(?:2[1-9]|6[0-3])")
SUBFIELD = re.compile(r"\?[0-9]{2}")


def narrative(lines: tuple[str, ...]) -> str:
    """Return the text of :86: with its subfield marks and line ends taken out."""
    return SUBFIELD.sub(" ", CONTINUED.sub("", "".join(lines))).strip()


def labelled_reference(text: str) -> str:
    """Return the reference that :86: names as ours, "" when it names none."""
    match = LABELLED.search(text)
    found = match[1] if match else ""
    return "" if found in NO_REFERENCE else found


def returned(kind: str, text: str) -> bool:
    """Return whether the bank says that this is a return."""
    return kind in RETURN_TYPES or RETURN_WORDS.search(text) is not None


def reason_code(text: str) -> str:
    """Return the ISO reason code in the text, "" when there is none."""
    match = REASON.search(text)
    return match[1] if match else ""
