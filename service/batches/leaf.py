"""The canonical bytes of one line in a batch's Merkle tree.

RFC 8785 JSON of the line's unchanging content beside a salt of its own, so that the root of a short
list tells nothing about who is on it. Written out field by field, because a million of them are
made while a maker waits; a test compares them with a general encoder.
"""

import hashlib
from json.encoder import encode_basestring
from typing import Protocol

LEAF_SQL = """
'{"account_id":' || coalesce(p.account_id::text, 'null') || ',"amount_fen":' || p.amount_fen
|| ',"attempt":' || p.attempt || ',"id":' || p.id || ',"line_type":' || to_json(p.line_type)
|| ',"payee_name":' || coalesce(to_json(p.payee_name)::text, 'null')
|| ',"payee_person_id":' || coalesce(p.payee_person_id::text, 'null')
|| ',"period":' || to_json(p.period) || ',"programme":' || to_json(p.programme)
|| ',"salt":"' || encode(sha256(CAST(:salt AS bytea) || convert_to(p.id::text, 'UTF8')), 'hex')
|| '","subject_id":' || p.subject_id || ',"subject_kind":' || to_json(p.subject_kind) || '}'
"""
"""The same bytes as :func:`leaf_of`, written by the database: of a million lines only text travels."""


class LineContent(Protocol):
    """What of a line never changes once it is frozen; a row of `payments` has all of it."""

    id: int
    programme: str
    period: str
    line_type: str
    attempt: int
    subject_kind: str
    subject_id: int
    payee_person_id: int | None
    payee_name: str | None
    account_id: int | None
    amount_fen: int


def salt_of(batch_salt: bytes, line_id: int) -> str:
    """Return a line's salt in hex, derived from the batch's 32 random bytes."""
    return hashlib.sha256(batch_salt + str(line_id).encode()).hexdigest()


def leaf_of(batch_salt: bytes, line: LineContent) -> bytes:
    """Return the canonical JSON of a line; amounts are fen."""
    name, payee, account = line.payee_name, line.payee_person_id, line.account_id
    return (
        f'{{"account_id":{"null" if account is None else account},"amount_fen":{line.amount_fen},'
        f'"attempt":{line.attempt},"id":{line.id},"line_type":{encode_basestring(line.line_type)},'
        f'"payee_name":{"null" if name is None else encode_basestring(name)},'
        f'"payee_person_id":{"null" if payee is None else payee},'
        f'"period":{encode_basestring(line.period)},'
        f'"programme":{encode_basestring(line.programme)},'
        f'"salt":"{salt_of(batch_salt, line.id)}","subject_id":{line.subject_id},'
        f'"subject_kind":{encode_basestring(line.subject_kind)}}}'
    ).encode()
