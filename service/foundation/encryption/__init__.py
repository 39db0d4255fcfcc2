"""Seal personal fields, and find them again without opening them.

Three shapes of a secret field: ``*_sealed`` (AES-256-GCM under the newest field key; bound to
table, column, row and key version, so a value moved to another row does not open), ``*_index``
(keyed HMAC for exact search) and ``*_tail`` (the last four characters, for display). No other
module seals anything. Field keys have versions: ``ring`` what a key file says, ``key_files`` where
it lies, ``sealed_columns`` what is sealed, ``reseal`` and ``check`` what rotation does with it.
"""

from service.foundation.encryption.key_files import key
from service.foundation.encryption.problems import KeyFileUnusable, KeyMissing, SealBroken
from service.foundation.encryption.ring import KeyRing
from service.foundation.encryption.sealing import Sealer, derived_key, sealer

__all__ = [
    "KeyFileUnusable",
    "KeyMissing",
    "KeyRing",
    "SealBroken",
    "Sealer",
    "derived_key",
    "key",
    "sealer",
]
