"""``anxin sign``: answer a batch's challenge with a token, without the key or the PIN leaving this computer."""

import json
from base64 import b64encode
from pathlib import Path
from typing import Annotated

import typer

from service.signing.signers.pkcs11.token import TokenRefused, sign_on_token


def sign_with_token(
    challenge: Annotated[
        Path, typer.Argument(help="What POST /api/batches/NO/challenge answered, as JSON.")
    ],
    pkcs11: Annotated[Path, typer.Option(help="The PKCS#11 module of the token's maker.")],
    token: Annotated[str, typer.Option(help="The token's label.")],
    key: Annotated[str, typer.Option(help="The key's label on the token.")],
    pin: Annotated[str, typer.Option(prompt=True, hide_input=True, help="Asked for.")],
    digest: Annotated[
        str, typer.Option(help="The manifest's digest that you recomputed elsewhere; compared.")
    ] = "",
) -> None:
    """Sign a challenge with a PKCS#11 token; print nonce and signature for POST /api/batches/NO/sign."""
    try:
        asked = json.loads(challenge.read_text(encoding="utf-8"))
        message, nonce, manifest = bytes.fromhex(asked["message"]), asked["nonce"], asked["digest"]
    except (OSError, ValueError, KeyError, TypeError):
        raise TokenRefused(
            f"{challenge.name} is no challenge of this service",
            f"{challenge.name} 不是本系统的挑战值",
        ) from None
    if digest and digest.lower().replace(" ", "") != manifest:
        raise TokenRefused(
            f"the challenge is over the manifest {manifest}, not over the one you recomputed",
            f"挑战值对应清单 {manifest}，与您复算的不一致",
        )
    signature = sign_on_token(pkcs11, message, token=token, key=key, pin=pin)
    typer.echo(json.dumps({"nonce": nonce, "signature": b64encode(signature).decode()}))
