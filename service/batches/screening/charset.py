"""Names that a bank's system cannot write: found before a list is approved, and never replaced."""

from unicodedata import category

from sqlalchemy import text
from sqlalchemy.orm import Session

CODE = "charset_unsendable"

_FORBIDDEN = frozenset('|,"\r\n\t')
_FORMULA_STARTS = frozenset("=+-@＝＋－＠")
_INVISIBLE = frozenset({"Cc", "Cf", "Cs", "Cn", "Zl", "Zp"})

# Up to six of the 20,902 letters that every Chinese charset has take at most 18 bytes in any of
# them: nine names in ten need no closer look.
_PLAIN = "b.payee_name ~ '^[\\u4e00-\\u9fa5]{1,6}$' AND c.name_bytes_max >= 18"
_UNSURE = (
    "SELECT b.id, b.payee_name, c.charset, c.name_bytes_max FROM building b "  # noqa: S608 - a constant of this module
    f"JOIN bank_channels c ON c.id = b.channel_id WHERE ({_PLAIN}) IS NOT TRUE"
)


def sendable(name: str, charset: str, bytes_max: int) -> bool:
    """Return whether a bank can hold this name exactly as it is.

    As strict as every bank's adapter: a name that passed here and is refused when the file is
    written would stop a whole approved batch.
    """
    if not name.strip() or name[0] in _FORMULA_STARTS:
        return False
    if any(letter in _FORBIDDEN or category(letter) in _INVISIBLE for letter in name):
        return False
    try:
        return len(name.encode(charset)) <= bytes_max
    except UnicodeEncodeError:
        return False


def hold_unsendable(session: Session, version: int) -> None:
    """Hold the lines of ``building`` whose name the line's bank cannot write."""
    bad = [
        {"id": row.id, "code": CODE, "version": version, "charset": row.charset}
        for row in session.execute(text(_UNSURE))
        if not sendable(row.payee_name or "", row.charset, row.name_bytes_max)
    ]
    if bad:
        session.execute(
            text(
                "INSERT INTO building_holds VALUES (:id, :code, :version, "
                "jsonb_build_object('charset', CAST(:charset AS text)))"
            ),
            bad,
        )
