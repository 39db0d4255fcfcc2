"""Terms of a channel are judged before they are kept, and `anxin banks register` says what is wrong."""

import json
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session
from typer.testing import CliRunner

from bank_adapters.transport import HttpsTransport, SftpTransport
from service import cli
from service.dispatch import channel_terms, commands
from service.dispatch.channel_terms import ChannelTerms, TermsRefused
from service.dispatch.channels import adapter_of, transport
from service.foundation.settings import settings
from service.ledger.models import BankChannel
from tests.bank_adapters.client_certificates import made as made_certificate
from tests.factories.batches import channel

SFTP: dict[str, Any] = {
    "code": "rural", "name": "农商银行", "profile": "iso20022", "bank_code_prefixes": ["402"],
    "debtor_name": "望竹县财政局", "debtor_account": "201000000000000026",
    "debtor_bank_code": "402336300093", "host": "bank.internal", "port": 22,
    "host_key": "ssh-ed25519 AAAA", "username": "county",
}  # fmt: skip
HTTPS: dict[str, Any] = {
    **{name: SFTP[name] for name in SFTP.keys() - {"host", "port", "host_key"}},
    "code": "icbc", "kind": "https", "profile": "icbc-direct", "customer_certificate": "county.y.4000",
    "url": "https://bank.internal:8443/ebank", "certificate_sha256": "AB:" * 31 + "AB",
}  # fmt: skip
OURS, OTHER, OVER = made_certificate(), made_certificate(), made_certificate(days=-1)
FOLDER: dict[str, Any] = {
    **{name: SFTP[name] for name in SFTP.keys() - {"host", "port", "host_key", "username"}},
    "kind": "folder", "folder": "/srv/anxin/rural",
}  # fmt: skip


@pytest.mark.parametrize(
    ("given", "changes", "named"),
    [
        (SFTP, {"kind": "post"}, "kind"),
        (SFTP, {"host_key": ""}, "host_key"),
        (SFTP, {"url": "https://bank.internal/"}, "url"),
        (SFTP, {"profile": "abc-direct"}, "abc-direct"),
        (SFTP, {"absence_seconds": 1.5}, "absence_seconds"),
        (SFTP, {"absence_seconds": 7 * 86_400 + 1}, "absence_seconds"),
        (HTTPS, {"url": "http://bank.internal/"}, "url"),
        (HTTPS, {"url": ""}, "url"),
        (HTTPS, {"url": "https://169.254.169.254/latest"}, "169.254.169.254"),
        (HTTPS, {"certificate_sha256": "AB"}, "certificate_sha256"),
        (HTTPS, {"certificate_sha256": ""}, "certificate_sha256"),
        (HTTPS, {"host": "bank.internal"}, "host"),
        (HTTPS, {"profile": "iso20022"}, "iso20022"),
        (SFTP, {"client_certificate": OURS.chain, "client_key": OURS.key}, "client_certificate"),
        (HTTPS, {"client_certificate": OURS.chain}, "client_certificate"),
        (HTTPS, {"client_certificate": OURS.chain, "client_key": OTHER.key}, "client_certificate"),
        (HTTPS, {"client_certificate": OVER.chain, "client_key": OVER.key}, "client_certificate"),
        (HTTPS, {"folder": "/srv/anxin/rural"}, "folder"),
        (FOLDER, {"folder": ""}, "folder"),
        (FOLDER, {"folder": "srv/rural"}, "srv/rural"),
        (FOLDER, {"folder": "/srv/../etc"}, "/srv/../etc"),
        (FOLDER, {"host": "bank.internal"}, "host"),
        (FOLDER, {"profile": "icbc-direct"}, "icbc-direct"),
    ],
)
def test_terms_that_cannot_be_kept_are_refused_in_both_languages(
    given: dict[str, Any], changes: dict[str, Any], named: str
) -> None:
    with pytest.raises(TermsRefused) as refused:
        ChannelTerms(**{**given, **changes}, password="x").profile_of_bank()
    for sentence in (refused.value.sentence_en, refused.value.sentence_zh):
        assert named in sentence
    assert refused.value.sentence_en != refused.value.sentence_zh


def test_this_machine_is_a_bank_in_the_demonstration_only(monkeypatch: pytest.MonkeyPatch) -> None:
    here = {**HTTPS, "url": "https://127.0.0.1:8443/ebank", "password": "x"}
    assert ChannelTerms(**here).place == ("127.0.0.1", 8443)
    real = settings().model_copy(update={"profile": "production"})
    monkeypatch.setattr(channel_terms, "settings", lambda: real)
    with pytest.raises(TermsRefused, match=r"127\.0\.0\.1"):
        ChannelTerms(**here)


def test_a_channel_opens_by_its_kind_and_writes_as_its_customer(made: Session) -> None:
    sftp = channel("rural")
    terms = {name: HTTPS[name] for name in HTTPS if name != "code"}
    none = {"host": "", "port": 0, "host_key": ""}
    shown = {"client_certificate": OURS.chain, "client_key": OURS.key}
    https = channel("ccb", **{**terms, **none, **shown, "username": "4000"})
    assert isinstance(transport(sftp), SftpTransport)
    way = transport(https)
    assert isinstance(way, HttpsTransport)
    assert (way.door.host, way.door.port, way.door.path) == ("bank.internal", 8443, "/ebank")
    assert way.door.certificates == {"ab" * 32}
    assert "none" not in repr(way.door), "the password is not shown"
    assert way.door.client == OURS
    assert https.client_key_sealed is not None
    assert OURS.key[40:60].encode() not in https.client_key_sealed
    assert "PRIVATE" not in repr(way.door)
    customer = adapter_of(https).customer  # type: ignore[attr-defined]
    assert (customer.number, customer.certificate) == ("4000", "county.y.4000")
    assert made.scalars(select(BankChannel.url).where(BankChannel.kind == "https")).one()


def test_the_command_registers_and_says_what_is_wrong(
    made: Session, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(commands, "transaction", lambda: nullcontext(made))
    monkeypatch.setattr(cli, "upgrade_embedded", lambda: None)
    terms = tmp_path / "terms.json"

    def run(*words: str) -> tuple[str, BaseException | None]:
        done = CliRunner().invoke(cli.app, ["banks", *words])
        return done.stdout, done.exception

    terms.write_text(json.dumps(HTTPS), encoding="utf-8")
    said, _ = run("register", str(terms), "--password", "secret")
    assert "icbc: 农商银行, icbc-direct" in said
    said, _ = run("list")
    assert "https://bank.internal:8443/ebank" in said
    for name, content in (("our.pem", OURS.chain), ("our.key", OURS.key), ("wrong.key", OTHER.key)):
        (tmp_path / name).write_text(content, encoding="ascii")
    known = ("register", str(terms), "--password", "secret", "--client-certificate")
    _, wrong = run(*known, str(tmp_path / "our.pem"), "--client-key", str(tmp_path / "wrong.key"))
    assert isinstance(wrong, commands.TermsUnusable)
    assert "the key is not that of client_certificate" in wrong.say("en")
    _, wrong = run(*known, str(tmp_path / "our.pem"), "--client-key", str(tmp_path / "none.key"))
    assert isinstance(wrong, commands.TermsUnusable)
    assert "none.key: there is no such file" in wrong.say("en"), (
        "the file that is not there, no other"
    )
    said, wrong = run(*known, str(tmp_path / "our.pem"), "--client-key", str(tmp_path / "our.key"))
    assert wrong is None
    kept = made.scalars(select(BankChannel).where(BankChannel.code == "icbc")).one()
    way = transport(kept)
    assert isinstance(way, HttpsTransport)
    assert way.door.client == OURS
    terms.write_text(json.dumps(FOLDER), encoding="utf-8")
    said, _ = run("register", str(terms))
    assert "rural: 农商银行, iso20022" in said, "nobody is asked for a password"
    inside = {**FOLDER, "code": "card", "folder": f"{FOLDER['folder']}/card"}
    terms.write_text(json.dumps(inside), encoding="utf-8")
    _, wrong = run("register", str(terms))
    assert isinstance(wrong, commands.TermsUnusable)
    assert "rural" in wrong.say("en"), "no bank's folder lies in another's"
    assert "互相包含" in wrong.say("zh")
    assert run("carried") == ("", None)
    terms.write_text(json.dumps({**HTTPS, "url": "https://bank.internal/?x"}), encoding="utf-8")
    _, wrong = run("register", str(terms), "--password", "secret")
    assert isinstance(wrong, commands.TermsUnusable)
    assert "url must be https://host[:port]/path" in wrong.say("en")
    assert "url 须为" in wrong.say("zh")
