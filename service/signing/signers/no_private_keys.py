"""In production no officer's private key lies on the server; where one does, nothing starts."""

from pathlib import Path

from service.foundation.engines import EngineNotConfigured
from service.foundation.problems import Problem
from service.foundation.settings import settings


class PrivateKeyOnServer(Problem):
    """A file that could sign in an officer's name."""

    code = "private_key_on_server"
    status = 500
    title = "A private key lies on the server"

    def __init__(self, path: Path) -> None:
        super().__init__(
            f"{path} holds an officer's private signing key; the production profile does not start with one. "
            "Have the key revoked and delete the file.",
            f"{path} 中存有人员的签名私钥；生产环境不允许启动。请吊销该密钥并删除文件。",
        )


def require_no_private_keys() -> None:
    """Raise :class:`PrivateKeyOnServer` in the production profile for a software key, or a key among the roots.

    EngineNotConfigured for the embedded time-stamp authority, whose key lies here too.
    """
    now = settings()
    if now.profile != "production":
        return
    if now.time_stamp_url == "embedded":
        raise EngineNotConfigured("ANXIN_TIME_STAMP_URL")
    for path in sorted((now.keys_dir / "signing").glob("*")):
        raise PrivateKeyOnServer(path)
    for roots in (now.certificate_roots_file, now.time_stamp_roots_file):
        if roots is not None and roots.exists() and b"PRIVATE KEY-----" in roots.read_bytes():
            raise PrivateKeyOnServer(roots)
