"""Parquet files at rest: encrypted column by column, under a key of their own folder.

Parquet Modular Encryption (AES-GCM, 256 bits), written and read by Arrow: DuckDB's own writer has
no safe source of nonces without an extension from the network, and its reader knows no additional
data. Here that data names folder and file, so a file put in another's place does not open even
under the right key. Reading stays lazy: only the columns and row groups asked for are opened.
"""

import hashlib
from pathlib import Path
from typing import Any

import pyarrow.dataset
import pyarrow.parquet
from pyarrow.parquet.encryption import create_decryption_properties, create_encryption_properties

from service.foundation.encryption import derived_key
from service.residents.snapshot.problems import SnapshotKeyWrong

ROW_GROUP_ROWS = 16_384
"""Small enough that reading ahead stays bounded and one subject is found quickly."""


def snapshot_key(purpose: str, version: int | None = None) -> tuple[int, bytes]:
    """Return (version, 32 bytes): the key of one folder's files, from the newest field key.

    ``purpose`` is ``snapshot:<digest>`` or ``assessment:<id>``. Raises
    :class:`~service.foundation.encryption.SealBroken` for a version that no key file holds.
    """
    return derived_key(purpose, version)


def encrypt(
    plain: Path,
    to: Path,
    purpose: str,
    row_group_rows: int = ROW_GROUP_ROWS,
    *,
    by_first: bool = False,
) -> dict[str, Any]:
    """Write ``plain`` (Parquet) encrypted to ``to``; return ``{sha256, key_version}`` of the file.

    ``by_first`` says that rows are found by their first column alone: the others have no statistics,
    which of a long text would be two more of it in each group.
    """
    version, key = snapshot_key(purpose)
    properties = create_encryption_properties(
        key, aad_prefix=_names(purpose, to), store_aad_prefix=False
    )
    source = pyarrow.parquet.ParquetFile(plain)
    with pyarrow.parquet.ParquetWriter(
        to,
        source.schema_arrow,
        compression="zstd",
        encryption_properties=properties,
        write_statistics=source.schema_arrow.names[:1] if by_first else True,
    ) as writer:
        for batch in source.iter_batches(batch_size=row_group_rows):
            writer.write_batch(batch)
    return {"sha256": sha256_of(to), "key_version": version}


def scan(path: Path, purpose: str, version: int) -> Any:
    """Return an encrypted file as an Arrow dataset, which DuckDB reads like a table.

    Raises :class:`SnapshotKeyWrong` if the key does not open it or it is another file. A change in
    the middle of the file surfaces when that part is read; :func:`sha256_of` finds it before.
    """
    options = pyarrow.dataset.ParquetFragmentScanOptions(
        decryption_properties=decryption_of(path, purpose, version), pre_buffer=False
    )
    reading = pyarrow.dataset.ParquetFileFormat(default_fragment_scan_options=options)
    try:
        return pyarrow.dataset.dataset(str(path), format=reading)
    except OSError:
        raise SnapshotKeyWrong(path.parent.name, path.name) from None


def decryption_of(path: Path, purpose: str, version: int) -> Any:
    """Return what Arrow needs to open an encrypted file: its key and the name it must bear."""
    _, key = snapshot_key(purpose, version)
    return create_decryption_properties(key, aad_prefix=_names(purpose, path))


def opens_whole(path: Path, purpose: str, version: int) -> bool:
    """Say whether every part of the file opens under its key, reading it once in pieces."""
    try:
        for _ in scan(path, purpose, version).to_batches(batch_readahead=1, use_threads=False):
            pass
    except (OSError, SnapshotKeyWrong):
        return False
    return True


def changed(home: Path, files: dict[str, Any]) -> list[str]:
    """Return the names of ``files`` (name → ``{sha256, …}``) that ``home`` lacks or has otherwise."""
    return [
        name
        for name, kept in files.items()
        if not (home / name).is_file() or sha256_of(home / name) != kept["sha256"]
    ]


def sha256_of(path: Path) -> str:
    """Return the SHA-256 of a file in hex."""
    with path.open("rb") as handle:
        return hashlib.file_digest(handle, "sha256").hexdigest()


def _names(purpose: str, path: Path) -> bytes:
    return f"anxin/{purpose}/{path.name}".encode()
