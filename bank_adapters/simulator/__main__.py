"""Start the bank: one JSON line on standard output, then files until someone stops it."""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import secrets
import signal
import sys
import threading
from collections.abc import Iterable
from pathlib import Path

import asyncssh

from bank_adapters.simulator.bank import Bank
from bank_adapters.simulator.behaviours import listing
from bank_adapters.simulator.certificate import keep_private
from bank_adapters.simulator.clerk import clerk
from bank_adapters.simulator.control import obey
from bank_adapters.simulator.customers import DIRECT, CustomerRefused
from bank_adapters.simulator.https_door import HttpsDoor
from bank_adapters.simulator.page.door import Page
from bank_adapters.simulator.server import Door

TICK_SECONDS = 0.05


def main() -> None:
    """Read the command line and serve."""
    parser = argparse.ArgumentParser(
        prog="python -m bank_adapters.simulator", description="A bank that fails on request."
    )
    parser.add_argument("--state", type=Path, help="folder for books and files")
    parser.add_argument("--port", type=int, default=0, help="0 takes any free port")
    parser.add_argument("--https-port", type=int, default=0, help="of the HTTPS door; 0: any free")
    parser.add_argument(
        "--https-clients", type=Path, help="PEM of the customers' certificates, all that come in"
    )
    parser.add_argument(
        "--page-port", type=int, help="show a page to watch the bank on this port; 0: any free"
    )
    parser.add_argument("--seed", type=int, default=1, help="for shares of the plan")
    parser.add_argument(
        "--customer",
        action="append",
        default=[],
        metavar="NAME=PROFILE[:STATEMENT]",
        help="one more customer, for example card=rural-card:mt940; kept with the state",
    )
    parser.add_argument(
        "--clerk",
        action="append",
        default=[],
        metavar="NAME=/FOLDER",
        help="this customer's files are carried by a clerk between the bank and this folder",
    )
    parser.add_argument("--list", action="store_true", help="print everything the plan may arrange")
    parser.add_argument("--exit-on-stdin-eof", action="store_true")
    given = parser.parse_args()
    if given.list:
        sys.stdout.write("".join(f"{line}\n" for line in listing()))
        return
    if given.state is None:
        parser.error("--state is missing")
    try:
        asyncio.run(_serve(given))
    except CustomerRefused as refused:
        parser.error(str(refused))


async def _serve(given: argparse.Namespace) -> None:
    state: Path = given.state.resolve()
    state.mkdir(parents=True, exist_ok=True, mode=0o700)
    bank = Bank(state, given.seed, given.customer)
    clerks = [clerk(one, set(bank.customers)) for one in given.clerk]
    for one in clerks:
        one.open()
    host_key, passwords = _host_key(state), _passwords(state, (*bank.customers, *DIRECT))
    door = Door(bank, host_key, {user: passwords[user] for user in bank.customers})
    port = await door.open(given.port)
    https = HttpsDoor(bank, {user: passwords[user] for user in DIRECT})
    await https.open(given.https_port, given.https_clients)
    page = await Page(bank).open(given.page_port) if given.page_port is not None else None
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for signal_number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(signal_number, stop.set)
    if given.exit_on_stdin_eof:
        threading.Thread(target=_wait_for_eof, args=(loop, stop), daemon=True).start()
    address = f"http://127.0.0.1:{page.sockets[0].getsockname()[1]}/" if page else ""
    _announce(state, port, host_key, door.passwords, https, address)
    while not stop.is_set():
        bank.reload_plan()
        obey(bank)
        door.look()
        for one in clerks:
            one.work(bank)
        bank.take_inbox()
        bank.lay_out()
        await asyncio.sleep(TICK_SECONDS)
    door.close()
    https.close()
    if page is not None:
        page.close()
    bank.books.close()


def _wait_for_eof(loop: asyncio.AbstractEventLoop, stop: asyncio.Event) -> None:
    # Not through sys.stdin: its lock would be held by this thread when the interpreter ends.
    while os.read(0, 4096):
        pass
    loop.call_soon_threadsafe(stop.set)


def _announce(
    state: Path,
    port: int,
    host_key: asyncssh.SSHKey,
    passwords: dict[str, str],
    https: HttpsDoor,
    page: str,
) -> None:
    public = host_key.export_public_key("openssh").decode().split()
    line = {
        "host": "127.0.0.1",
        "port": port,
        "host_key": " ".join(public[:2]),
        "users": passwords,
        "https": {
            "port": https.port,
            "certificate_sha256": https.certificate,
            "users": dict(https.passwords),
        },
        "page": page,
        "state": str(state),
        "pid": os.getpid(),
    }
    sys.stdout.write(json.dumps(line) + "\n")
    sys.stdout.flush()


def _host_key(state: Path) -> asyncssh.SSHKey:
    """Return the host key kept with the state: a restarted bank is the same bank."""
    path = state / "host_key"
    if not path.exists():
        keep_private(path, asyncssh.generate_private_key("ssh-ed25519").export_private_key())
    return asyncssh.import_private_key(path.read_bytes())


def _passwords(state: Path, users: Iterable[str]) -> dict[str, str]:
    path = state / "passwords.json"
    kept: dict[str, str] = json.loads(path.read_bytes()) if path.exists() else {}
    missing = [user for user in users if user not in kept]
    if missing:
        kept |= {user: secrets.token_urlsafe(18) for user in missing}
        keep_private(path, json.dumps(kept).encode())
    return kept


if __name__ == "__main__":
    main()
