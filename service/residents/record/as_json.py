"""A record as plain values: for the command line and whoever reads its output by program."""

from typing import Any

from service.residents.record.facts import Entry, Record, Version


def as_json(record: Record, *, sensitive: bool) -> dict[str, Any]:
    """Return a record as JSON-ready values; days and instants are ISO texts, amounts whole fen.

    No ID number, name or account is in it: people are ids, secrets were kept as indexes and are
    left out. Without ``sensitive``, what the most sensitive feeds say is left out too.
    """
    return {
        "person_id": record.person_id,
        "aliases": list(record.aliases),
        "known_at": record.known_at.isoformat(),
        "true_in": str(record.true_in) if record.true_in else None,
        "entries": [_entry(entry, sensitive=sensitive) for entry in record.entries],
    }


def _entry(entry: Entry, *, sensitive: bool) -> dict[str, Any]:
    hidden = entry.feed.sensitive and not sensitive
    return {
        "feed": entry.feed.code,
        "hidden": hidden,
        "shown": entry.shown.record_id if entry.shown else None,
        "versions": [] if hidden else [_version(one) for one in entry.versions],
    }


def _version(one: Version) -> dict[str, Any]:
    return {
        "record_id": one.record_id,
        "said": {
            field: value
            for field, value in sorted(one.data.items())
            if value is not None and not field.endswith("_index")
        },
        "file": one.file_name,
        "row": one.row_no,
        "as_of": one.as_of.isoformat(),
        "known_from": one.known_from.isoformat(),
        "known_to": one.known_to.isoformat() if one.known_to else None,
        "true_from": one.true_from.isoformat() if one.true_from else None,
        "true_to": one.true_to.isoformat() if one.true_to else None,
    }
