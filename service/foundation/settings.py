"""Everything that can be set from outside, read once, with units in the names."""

import os
from functools import lru_cache
from pathlib import Path
from typing import Literal

import platformdirs
from pydantic import Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from service.foundation.problems import Problem


def _default_data_dir() -> Path:
    return Path(platformdirs.user_data_dir("anxin", appauthor=False))


class SettingUnusable(Problem):
    """A setting is not of its kind; it is named and not repeated, for it may be a secret."""

    code = "setting_unusable"
    status = 503
    title = "A setting cannot be used"

    def __init__(self, unusable: ValidationError) -> None:
        faults = unusable.errors(include_url=False, include_context=False, include_input=False)
        said = "; ".join(f"ANXIN_{str(one['loc'][0]).upper()}: {one['msg']}" for one in faults)
        super().__init__(f"A setting cannot be used. {said}.", f"配置项有误。{said}。")


class Settings(BaseSettings):
    """Settings of one installation; each is an environment variable with the prefix ``ANXIN_``.

    Secrets may also be files in ``/run/secrets`` named like the variable in lower case.
    """

    model_config = SettingsConfigDict(
        env_prefix="ANXIN_", frozen=True, secrets_dir=None, extra="ignore"
    )

    profile: Literal["demo", "production"] = "demo"
    """``demo`` runs embedded engines and software signing keys; ``production`` refuses both."""
    data_dir: Path = Field(default_factory=_default_data_dir)
    database_url: str | None = None
    """A PostgreSQL server (``postgresql://…``); unset, the embedded one is started."""
    owner_database_url: str | None = None
    """The same database as the role that owns its tables, for ``anxin db upgrade`` alone; unset, the
    service is the owner."""
    redis_url: str | None = None
    """A Redis or Valkey server; unset, the embedded one is started."""
    field_key_file: Path | None = None
    """32 random bytes in hex that seal personal fields; made on first use in the demo profile."""
    index_key_file: Path | None = None
    """32 random bytes in hex for blind indexes; never the same as the field key."""
    log_key_file: Path | None = None
    """Ed25519 seed in hex that signs audit checkpoints."""
    log_ml_dsa_key_file: Path | None = None
    """ML-DSA-44 seed (32 bytes) in hex that signs them too, for the years when Ed25519 is broken."""
    audit_origin: str = Field(default="anxin.county/audit", pattern=r"^[^\s+\x00-\x1f]{1,255}$")
    """What this log is called in its checkpoints and keys; never changed once something is signed."""
    audit_head_file: Path | None = None
    """The last published checkpoint, on storage whose keeper is not the database's; unset: in the data directory."""
    audit_tiles_dir: Path | None = None
    """Where the log is laid out as files (tlog-tiles) as it grows; unset, it is not."""
    audit_archive_dir: Path | None = None
    """Write-once storage to which what was published is added each hour; unset, it is not."""
    witness_policy_file: Path | None = None
    """Whose cosignatures make a checkpoint of the log count (C2SP tlog-policy); unset, nobody's are asked."""
    witness_roots_file: Path | None = None
    """PEM file of the roots that witnesses' certificates lead to; unset, this machine's."""
    witness_wait_seconds: int = Field(default=5, ge=1, le=60)
    """How long an act waits for the witnesses before it says that it still does."""
    witness_late_seconds_max: int = Field(default=30, ge=5, le=3_600)
    """When nothing was cosigned for so long, approvals are refused at once."""
    county_division: str = "330523"
    """First six digits of the administrative division this installation serves (GB/T 2260)."""
    county_rules: Path | None = None
    """A county's own folder of figures (`county.yaml`, `parameters/`); unset, the catalogue's hold."""
    county_calendar: Path | None = None
    """A county's own years of working days, in the form of `working_days/calendar.yaml`; they replace ours."""
    web_host: str = "127.0.0.1"
    web_port: int = 8750
    web_processes: int = Field(default=2, ge=1, le=64)
    """Processes that answer under `anxin web`."""
    web_origin: str | None = None
    """The address in officers' browsers, `https://host[:port]`; passkeys are bound to it. Unset: localhost."""
    certificate_roots_file: Path | None = None
    """PEM file of the roots that officers' certificates lead to."""
    revocation_lists: str = ""
    """Where the issuers' revocation lists are: files or http addresses, separated by spaces."""
    time_stamp_url: str | None = None
    """An RFC 3161 authority that stamps each complete set of signatures, and the audit log each hour; unset, none is asked.
    ``embedded`` is one on this machine, for the demo profile only."""
    time_stamp_roots_file: Path | None = None
    """PEM file of the roots that the authority's certificate leads to; those of earlier authorities stay in it."""
    time_stamp_clock_seconds_max: int = Field(default=300, ge=1, le=3_600)
    """How far the authority's clock and ours may be apart."""
    anchor_minutes: int = Field(default=60, ge=60, le=1_440)
    """How long after one time-stamp over the audit log the next is taken, while the log grows."""
    anchor_late_hours: int = Field(default=24, ge=2, le=168)
    """When the newest is older, the alarm is raised; a log that does not grow is stamped twice in that time."""
    audit_verify_minutes_max: int = Field(default=240, ge=1, le=1_440)
    """How long the nightly verification of the whole audit trail may take."""
    webhook_networks: str = ""
    """Networks of the county's own (``10.20.0.0/16 …``) to which events may be sent too; unset, only public addresses."""
    webhook_keep_days: int = Field(default=400, ge=31, le=3_650)
    """How long events and what became of their deliveries are kept; what still waits stays."""
    webhook_roots_file: Path | None = None
    """PEM file of the roots that receivers' certificates lead to; unset, this machine's."""
    oidc_issuer: str | None = None
    """The province's sign-in for residents (OpenID Connect), as its discovery document names itself; unset, residents are
    offered the one-time code alone."""
    oidc_client_id: str | None = None
    """What the province calls us."""
    oidc_client_secret: SecretStr | None = None
    """What we prove ourselves with; or a key, which is better."""
    oidc_client_key_file: Path | None = None
    """PEM private key (RSA or EC) for ``private_key_jwt``; it goes before the secret."""
    oidc_scopes: str = "openid"
    oidc_id_number_claim: str = Field(default="id_number", min_length=1)
    """The claim that carries the ID number, in the ID token or at the userinfo endpoint."""
    oidc_acr_values: str = ""
    """Levels of assurance that are good enough, separated by spaces; unset, every one that the province lets in."""
    oidc_button: str = "Sign in with the province's account"
    oidc_button_zh: str = "使用全省统一身份认证登录"
    session_idle_minutes: int = 15
    session_hours_max: int = 8
    upload_bytes_max: int = 64 * 1024 * 1024
    log_level: Literal["CRITICAL", "ERROR", "WARNING", "INFO", "DEBUG"] = "INFO"
    engine: Literal["duckdb", "spark"] = "duckdb"
    """What decides a month; both say the same, to the byte."""
    spark_master: str = "local[*]"
    """Where Spark runs (`spark://…`, `yarn`); its machines must see the data directory as we do."""
    recovery_share_percent_max: int = Field(default=50, ge=1, le=100)
    """How much of one later payment may be kept for a recovery: the county's choice, no law's."""

    @property
    def origin(self) -> str:
        """The web origin that officers' passkeys are made for."""
        return (self.web_origin or f"http://localhost:{self.web_port}").rstrip("/")

    @property
    def keys_dir(self) -> Path:
        return self.data_dir / "keys"

    @property
    def snapshots_dir(self) -> Path:
        return self.data_dir / "snapshots"


@lru_cache(maxsize=1)
def settings() -> Settings:
    """Return the settings of this process, read on first use; raises SettingUnusable."""
    secrets = Path("/run/secrets")
    try:
        return Settings(_secrets_dir=str(secrets)) if secrets.is_dir() else Settings()
    except ValidationError as unusable:
        raise SettingUnusable(unusable) from None


def choose(name: str, value: str) -> None:
    """Set what was left open, for this process and for those it starts."""
    os.environ[f"ANXIN_{name.upper()}"] = value
    settings.cache_clear()
