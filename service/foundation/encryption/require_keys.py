"""Whether the keys fit the data: asked at every start, so that a wrong key stops it and not a payment.

The first and the last value of each column are opened (a resealing that was cut short leaves old
ones at the end), and one number is indexed again: cheap, and no other installation's key passes.
"""

import hmac
from collections.abc import Callable
from contextlib import AbstractContextManager

from sqlalchemy import text
from sqlalchemy.exc import OperationalError, ProgrammingError
from sqlalchemy.orm import Session

from service.foundation.database import transaction
from service.foundation.encryption.check import held_files
from service.foundation.encryption.key_files import key_file
from service.foundation.encryption.problems import KeyFileUnusable, SealBroken
from service.foundation.encryption.sealed_columns import SEALED_COLUMNS, SealedColumn
from service.foundation.encryption.sealing import Sealer, sealer
from service.foundation.logs import logger

_NUMBERS = SEALED_COLUMNS[0]
_PURPOSE = "id18"


def at_start(opened: Callable[[], AbstractContextManager[Session]] = transaction) -> None:
    """Refuse to start with keys that do not fit; called once by every door of the service.

    A database that does not answer, or is not migrated yet, hides the data: then the key files are
    still read, and the rest is left to the next start. Raises as :func:`require_keys` does.
    """
    sealer()
    try:
        with opened() as session:
            require_keys(session)
    except (OperationalError, ProgrammingError):
        logger("foundation").warning("keys.not_compared")


def require_keys(session: Session) -> None:
    """Return when both keys are those the data were sealed and indexed with.

    Raises KeyMissing, and :class:`KeyFileUnusable` naming the file, the column and the version.
    """
    using = sealer()
    for column in SEALED_COLUMNS:
        _opens(session, using, column)
    for one in held_files(session):
        if one.version not in using.ring.keys:
            raise _unheld(one.name, one.version)
    _indexes(session, using)


def _opens(session: Session, using: Sealer, column: SealedColumn) -> None:
    wanted = ", ".join(dict.fromkeys((*column.row_columns, column.sealed)))
    for order in ("ASC", "DESC"):
        by = ", ".join(f"{name} {order}" for name in column.key)
        row = (
            session.execute(
                text(
                    f"SELECT {wanted} FROM {column.table} WHERE {column.sealed} IS NOT NULL "  # noqa: S608 - names of our own registry
                    f"ORDER BY {by} LIMIT 1"
                )
            )
            .mappings()
            .first()
        )
        if row is None:
            return
        try:
            using.open(row[column.sealed], column.place(dict(row)))
        except SealBroken:
            raise _wrong(column, using.version_of(bytes(row[column.sealed])), using) from None


def _wrong(column: SealedColumn, version: int, using: Sealer) -> KeyFileUnusable:
    if version not in using.ring.keys:
        return _unheld(column.name, version)
    return KeyFileUnusable(
        key_file("field"),
        f"a value of {column.name} does not open under its version {version}; "
        "it is the key of another installation, or that value was changed",
        f"{column.name} 中的内容不能用其版本 {version} 打开；密钥属于另一套系统，或内容被改动",
    )


def _unheld(name: str, version: int) -> KeyFileUnusable:
    return KeyFileUnusable(
        key_file("field"),
        f"something of {name} is sealed under version {version}, which it does not hold",
        f"{name} 中有用版本 {version} 加密的内容，而文件中没有该版本",
    )


def _indexes(session: Session, using: Sealer) -> None:
    row = (
        session.execute(
            text(
                "SELECT value_index, value_sealed FROM person_identifiers "
                "WHERE kind = :kind ORDER BY id LIMIT 1"
            ),
            {"kind": _PURPOSE},
        )
        .mappings()
        .first()
    )
    if row is None:
        return
    number = using.open(row["value_sealed"], _NUMBERS.place(dict(row)))
    if not hmac.compare_digest(using.index(number, _PURPOSE), bytes(row["value_index"])):
        raise KeyFileUnusable(
            key_file("index"),
            "it is not the key that the numbers in the database were indexed with",
            "它不是建立数据库证件号索引时使用的密钥",
        )
