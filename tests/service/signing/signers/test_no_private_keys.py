"""In production nothing starts beside an officer's private key, and no unsafe library is asked for."""

from pathlib import Path

import pytest

from service.foundation import engines
from service.foundation.engines import EngineNotConfigured
from service.foundation.settings import settings
from service.signing.signers.no_private_keys import PrivateKeyOnServer, require_no_private_keys

ROOT = Path(__file__).parents[4]


def test_production_does_not_start_with_a_private_key(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def set_up(**values: object) -> None:
        now = settings().model_copy(update={"data_dir": tmp_path, **values})
        monkeypatch.setattr("service.signing.signers.no_private_keys.settings", lambda: now)

    (tmp_path / "keys" / "signing").mkdir(parents=True)
    set_up(profile="production")
    require_no_private_keys()
    (tmp_path / "keys" / "signing" / "officer.key").write_bytes(bytes(32))
    with pytest.raises(PrivateKeyOnServer):
        require_no_private_keys()
    set_up(profile="demo")
    require_no_private_keys()
    (tmp_path / "keys" / "signing" / "officer.key").unlink()
    roots = tmp_path / "roots.pem"
    roots.write_text("-----BEGIN PRIVATE KEY-----\n")
    set_up(profile="production", certificate_roots_file=roots)
    with pytest.raises(PrivateKeyOnServer):
        require_no_private_keys()


def test_production_has_no_time_stamp_authority_of_its_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = settings().model_copy(
        update={"data_dir": tmp_path, "profile": "production", "time_stamp_url": "embedded"}
    )
    monkeypatch.setattr("service.signing.signers.no_private_keys.settings", lambda: now)
    with pytest.raises(EngineNotConfigured, match="ANXIN_TIME_STAMP_URL"):
        require_no_private_keys()
    for ask in (lambda: engines.time_stamp(b"", now), lambda: engines.time_stamp_root(now)):
        with pytest.raises(EngineNotConfigured):
            ask()
    assert not (tmp_path / "keys").exists()


def test_libraries_that_sign_unsafely_are_not_installed_with_us() -> None:
    for name in ("pyproject.toml", "requirements.lock", "requirements-dev.lock"):
        text = (ROOT / name).read_text().lower()
        for banned in ("gmssl", "pykcs11"):
            assert f"\n{banned}==" not in text
            assert f'"{banned}"' not in text
