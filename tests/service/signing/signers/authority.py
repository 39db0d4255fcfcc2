"""A certificate authority and a USB key for tests, by the `openssl` command: the cross-check of what we verify."""

import subprocess
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from cryptography import x509

from service.foundation.certificates import der
from service.officers.signing_keys import SM2_KEY, TOKEN
from service.signing.signers.certificates.keys import point_of
from service.signing.signers.interface import Material
from service.signing.signers.trust import Trust

_ID = "distid:1234567812345678"
_CONFIG = """
[ca]
default_ca = here
[here]
database = index.txt
default_md = {digest}
crlnumber = crlnumber
new_certs_dir = .
serial = serial
policy = any
[any]
commonName = supplied
[root]
basicConstraints = critical,CA:true
keyUsage = critical,keyCertSign,cRLSign
[signer]
keyUsage = critical,digitalSignature,nonRepudiation
[encipher]
keyUsage = critical,keyEncipherment
[stamps]
extendedKeyUsage = critical,timeStamping
[tsa]
default_tsa = stamper
[stamper]
serial = tsa_serial
digests = sha256
default_policy = 1.2.3.4
signer_digest = sha256
"""


def openssl(folder: Path, *arguments: str, given: bytes = b"") -> bytes:
    """Run a command of OpenSSL in a folder."""
    done = subprocess.run(
        ["openssl", *arguments], cwd=folder, input=given, capture_output=True, check=False
    )
    assert done.returncode == 0, done.stderr.decode()
    return done.stdout


@dataclass
class Authority:
    """A root of one curve, and what it issues."""

    folder: Path
    curve: str = "prime256v1"

    def __post_init__(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        digest = "sm3" if self.sm2 else "sha256"
        (self.folder / "ca.cnf").write_text(_CONFIG.format(digest=digest))
        (self.folder / "index.txt").write_text("")
        (self.folder / "crlnumber").write_text("01\n")
        self._key("root")
        openssl(
            self.folder, "req", "-x509", "-new", "-key", "root.key", *self._md(), "-subj", "/CN=root",
            "-days", "30", "-config", "/etc/ssl/openssl.cnf", "-addext",
            "keyUsage=critical,keyCertSign,cRLSign", "-out", "root.pem",
        )  # fmt: skip

    @property
    def sm2(self) -> bool:
        return self.curve == "SM2"

    @property
    def trust(self) -> Trust:
        return Trust("production", roots=(self.der("root"),))

    def der(self, name: str) -> bytes:
        return der(x509.load_pem_x509_certificate((self.folder / f"{name}.pem").read_bytes()))

    def issue(self, name: str, use: str = "signer", days: int = 10) -> Material:
        """Issue a certificate that names a user, and return it as registered."""
        self._key(name)
        openssl(
            self.folder, "req", "-new", "-key", f"{name}.key", *self._md(), "-subj", f"/CN={name}",
            "-out", f"{name}.csr",
        )  # fmt: skip
        check = ("-vfyopt", _ID) if self.sm2 else ()
        openssl(
            self.folder, "x509", "-req", "-in", f"{name}.csr", "-CA", "root.pem", "-CAkey", "root.key",
            "-CAcreateserial", *self._md(), *check, "-days", str(days), "-extfile", "ca.cnf",
            "-extensions", use, "-out", f"{name}.pem",
        )  # fmt: skip
        certificate = self.der(name)
        found = point_of(x509.load_der_x509_certificate(certificate))
        assert found is not None
        assert found[0] == (SM2_KEY if self.sm2 else TOKEN)
        return Material(*found, certificate=certificate, subject=name)

    def sign(self, name: str, message: bytes, distid: str = "1234567812345678") -> bytes:
        """Sign as the token does."""
        (self.folder / "message").write_bytes(message)
        how = (
            ("-digest", "sm3", "-pkeyopt", f"distid:{distid}")
            if self.sm2
            else ("-digest", "sha256")
        )
        return openssl(
            self.folder, "pkeyutl", "-sign", "-inkey", f"{name}.key", "-rawin", *how, "-in", "message"
        )  # fmt: skip

    def revocations(self, *revoked: str) -> dict[str, bytes]:
        """Return the evidence: this issuer's list of now, with some names on it."""
        for name in revoked:
            openssl(
                self.folder, "ca", "-config", "ca.cnf", "-cert", "root.pem", "-keyfile", "root.key",
                "-revoke", f"{name}.pem",
            )  # fmt: skip
        option = ("-sigopt", _ID) if self.sm2 else ()
        openssl(
            self.folder, "ca", "-config", "ca.cnf", "-cert", "root.pem", "-keyfile", "root.key",
            "-gencrl", "-crldays", "5", *option, "-out", "list.pem",
        )  # fmt: skip
        return {"crl_1": openssl(self.folder, "crl", "-in", "list.pem", "-outform", "DER")}

    def stamp(self, request: bytes) -> bytes:
        """Answer an RFC 3161 request."""
        (self.folder / "asked").write_bytes(request)
        (self.folder / "tsa_serial").write_text("01\n")
        return openssl(
            self.folder, "ts", "-reply", "-config", "ca.cnf", "-section", "stamper", "-queryfile",
            "asked", "-signer", "stamps.pem", "-inkey", "stamps.key", "-chain", "root.pem",
        )  # fmt: skip

    def _key(self, name: str) -> None:
        openssl(
            self.folder, "ecparam", "-name", self.curve, "-genkey", "-noout", "-out", f"{name}.key"
        )

    def _md(self) -> tuple[str, ...]:
        return ("-sm3", "-sigopt", _ID) if self.sm2 else ("-sha256",)


def valid_from(material: Material) -> datetime:
    """Return when a certificate begins."""
    assert material.certificate is not None
    return x509.load_der_x509_certificate(material.certificate).not_valid_before_utc
