"""Take a new field key into use; what older keys sealed stays readable until it is resealed."""

from dataclasses import dataclass

from service.foundation.encryption.key_files import add_version, field_keys, key, key_file
from service.foundation.encryption.problems import KeyFileUnusable
from service.foundation.encryption.ring import KeyRing
from service.foundation.encryption.sealing import Sealer, sealer
from service.foundation.problems import Problem
from service.foundation.settings import settings


class NoNewKey(Problem):
    """Rotation was asked for in production, and the key file holds nothing new."""

    code = "no_new_key"
    status = 409
    title = "There is no new key"

    def __init__(self, path: object, version: int) -> None:
        super().__init__(
            f"The key file {path} ends with version {version}, which is in use already; "
            f"add a line “{version + 1}”, a space and 64 fresh hex digits, and ask again.",
            f"密钥文件 {path} 的最后一个版本 {version} 已在使用；请增加一行“{version + 1} 空格 64 位新的十六进制数”后重试。",
        )


@dataclass(frozen=True)
class Rotated:
    """The version that seals from now on, and whether its key was made here."""

    version: int
    made: bool


def rotate(known: frozenset[int]) -> Rotated:
    """Return the version to take into use; ``known`` are those whose rotation was recorded.

    A newest version that nobody recorded is taken over as it stands: an operator put it into the
    file, or this was killed after making it. Otherwise the demo profile makes one; production
    raises :class:`NoNewKey`. Raises :class:`KeyFileUnusable` for a file that cannot be relied on.
    The caller holds a lock, and records the rotation in the same transaction.
    """
    path, ring = key_file("field"), field_keys()
    if known and ring.newest < max(known):
        raise KeyFileUnusable(
            path,
            f"version {max(known)} was taken into use before, and it does not hold it",
            f"版本 {max(known)} 此前已启用，而文件中没有该版本",
        )
    waiting = ring.newest > min(ring.keys) and ring.newest not in known
    if not waiting:
        if settings().profile == "production":
            raise NoNewKey(path, ring.newest)
        ring = add_version(path, ring)
    _refuse_index_key(ring)
    sealer.cache_clear()
    return Rotated(ring.newest, made=not waiting)


def _refuse_index_key(ring: KeyRing) -> None:
    try:
        Sealer(ring, key("index"))
    except ValueError:
        raise KeyFileUnusable(
            key_file("field"),
            f"version {ring.newest} is the index key; the two must differ",
            f"版本 {ring.newest} 与索引密钥相同；二者必须不同",
        ) from None
