"""Keep a source's password or private key: sealed for its row, opened only to be used."""

from service.foundation.encryption import sealer
from service.residents.intake.problems import SecretMissing
from service.residents.models import FeedSource

_SECRET_CHARS_MAX = 20_000


def keep_secret(source: FeedSource, secret: str) -> None:
    """Seal a secret into its source, in place of any before; the caller says who did it."""
    if not 0 < len(secret) <= _SECRET_CHARS_MAX or source.kind not in {"sftp", "database"}:
        raise SecretMissing(source.code, source.kind)
    source.secret_sealed = sealer().seal(secret, _place(source))


def secret_of(source: FeedSource) -> str:
    """Return the secret of a source; raises :class:`SecretMissing` or SealBroken."""
    if source.secret_sealed is None:
        raise SecretMissing(source.code, source.kind)
    return sealer().open(source.secret_sealed, _place(source))


def _place(source: FeedSource) -> str:
    return f"feed_sources:secret:{source.id}"
