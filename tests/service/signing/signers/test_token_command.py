"""A token that never gives its key away answers a challenge; what goes wrong is said in a sentence."""

import json
import subprocess
from base64 import b64decode
from collections.abc import Iterator
from pathlib import Path

import pkcs11
import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import load_der_public_key
from pkcs11.util.ec import encode_ec_public_key, encode_named_curve_parameters
from typer.testing import CliRunner

from service.cli import app
from service.signing.signers.pkcs11.token import TokenRefused, sign_on_token

MODULE = next((path for path in Path("/usr/lib").rglob("libsofthsm2.so")), Path("libsofthsm2.so"))
MESSAGE = bytes(range(32))


@pytest.fixture(scope="module")
def public_key(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ec.EllipticCurvePublicKey]:
    """A SoftHSM token “officer” with PIN 1234 and one key “signing”; gives its public half."""
    folder = tmp_path_factory.mktemp("softhsm")
    (folder / "tokens").mkdir()
    (folder / "softhsm2.conf").write_text(f"directories.tokendir = {folder / 'tokens'}\n")
    patch = pytest.MonkeyPatch()
    patch.setenv("SOFTHSM2_CONF", str(folder / "softhsm2.conf"))
    subprocess.run(
        ["softhsm2-util", "--init-token", "--free", "--label", "officer", "--pin", "1234",
         "--so-pin", "5678"],
        check=True, capture_output=True,
    )  # fmt: skip
    token = pkcs11.lib(str(MODULE)).get_token(token_label="officer")
    with token.open(user_pin="1234", rw=True) as session:
        parameters = session.create_domain_parameters(
            pkcs11.KeyType.EC,
            {pkcs11.Attribute.EC_PARAMS: encode_named_curve_parameters("secp256r1")},
            local=True,
        )
        public, _ = parameters.generate_keypair(store=True, label="signing")

        key = load_der_public_key(encode_ec_public_key(public))
    assert isinstance(key, ec.EllipticCurvePublicKey)
    yield key
    patch.undo()


def test_the_command_answers_a_challenge(
    public_key: ec.EllipticCurvePublicKey, tmp_path: Path
) -> None:
    asked = {"message": MESSAGE.hex(), "nonce": "ab" * 32, "digest": "cd" * 32}
    (tmp_path / "challenge.json").write_text(json.dumps(asked))
    how = ["sign", str(tmp_path / "challenge.json"), "--pkcs11", str(MODULE), "--token", "officer",
           "--key", "signing", "--pin", "1234"]  # fmt: skip
    done = CliRunner().invoke(app, [*how, "--digest", "CD" * 32])
    assert done.exit_code == 0, done.output
    said = json.loads(done.stdout)
    assert said["nonce"] == "ab" * 32
    public_key.verify(b64decode(said["signature"]), MESSAGE, ec.ECDSA(hashes.SHA256()))
    other = CliRunner().invoke(app, [*how, "--digest", "00" * 32])
    assert isinstance(other.exception, TokenRefused)
    (tmp_path / "challenge.json").write_text("{}")
    assert isinstance(CliRunner().invoke(app, how).exception, TokenRefused)


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"pin": "0000"}, "the PIN is wrong"),
        ({"token": "nobody"}, "no token is called nobody"),
        ({"key": "nothing"}, "it has no key called nothing"),
    ],
)
def test_what_goes_wrong_is_said(
    public_key: ec.EllipticCurvePublicKey, wrong: dict[str, str], said: str
) -> None:
    right = {"token": "officer", "key": "signing", "pin": "1234"}
    with pytest.raises(TokenRefused, match=said):
        sign_on_token(MODULE, MESSAGE, **{**right, **wrong})
