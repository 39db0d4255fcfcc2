"""A million lines under one root, and how many signatures a second are verified.

Run with ``.venv/bin/python -m tests.performance.bench_signing [--lines 1000000]``. The root is made as
``anxin`` makes it when a list is frozen (canonical line, salt, leaf, tree), and again by the single
file that needs only Python's standard library, from the bytes of a bundle: two programs, one root.
Verification is timed beside what the cryptography library alone needs for the same signature in the
same run. Limits are printed beside the figures and not asserted: a timed test would fail on a busy
machine for no reason of ours.
"""

import argparse
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import NamedTuple, TypeVar, cast
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from service.audit.log.tree import Frontier, leaf_hash
from service.batches.leaf import LineContent, leaf_of
from service.signing.challenge import message
from service.signing.standalone.recount import Tree

LIMIT_SECONDS = 5.0
SALT = bytes(range(32))
T = TypeVar("T")


class Line(NamedTuple):
    """A row as it comes from the database."""

    id: int
    programme: str = "MZ15"
    period: str = "2026-10"
    line_type: str = "regular"
    attempt: int = 1
    subject_kind: str = "person"
    subject_id: int = 7
    payee_person_id: int | None = 7
    payee_name: str | None = "张三丰"
    account_id: int | None = 9
    amount_fen: int = 10_001


def main() -> None:
    """Run the benchmark and print its table."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--lines", type=int, default=1_000_000)
    parser.add_argument("--signatures", type=int, default=3_000)
    given = parser.parse_args()
    time_roots(given.lines)
    time_signatures(given.signatures)


def time_roots(count: int) -> None:
    """Print how long the root of so many lines takes, by the service and by the single file."""
    ours, seconds = timed(lambda: root_of(count))
    said(
        f"Merkle root of {count:,} lines (service)",
        f"{seconds:.2f} CPU s",
        f"limit {LIMIT_SECONDS} s",
    )
    leaves = [leaf_of(SALT, cast("LineContent", line)) for line in lines(min(count, 200_000))]
    theirs, seconds = timed(lambda: alone(leaves))
    said(f"the same tree of {len(leaves):,} leaves (single file)", f"{seconds:.2f} CPU s", "")
    expected = ours if len(leaves) == count else root_of(len(leaves))
    said("both programs agree", "yes" if theirs == expected else "NO", "")


def lines(count: int) -> Iterator[Line]:
    """Yield lines under rising numbers, as rows come from the database."""
    for number in range(1, count + 1):
        yield Line(number, subject_id=number, payee_person_id=number, account_id=number)


def root_of(count: int) -> str:
    """Return the root as `batches.submit` makes it."""
    frontier = Frontier()
    for line in lines(count):
        frontier.append(leaf_hash(leaf_of(SALT, cast("LineContent", line))))
    return frontier.root().hex()


def alone(leaves: list[bytes]) -> str:
    """Return the root as the single file makes it."""
    tree = Tree()
    for leaf in leaves:
        tree.add(leaf)
    return tree.root()


def time_signatures(count: int) -> None:
    """Print how many signatures a second are verified, beside the bare library."""
    private = Ed25519PrivateKey.generate()
    public, at = private.public_key(), datetime(2026, 10, 16, tzinfo=UTC)

    def asked(number: int) -> bytes:
        return message(
            number.to_bytes(32, "big"), batch_id=UUID(int=1), round_no=1, officer_id=UUID(int=2),
            role="signer", nonce=number.to_bytes(32, "big"), expires_at=at,
        )  # fmt: skip

    signatures = [private.sign(asked(number)) for number in range(count)]
    _, bare = timed(lambda: [public.verify(one, asked(n)) for n, one in enumerate(signatures)])
    plain = [asked(number) for number in range(count)]
    _, library = timed(
        lambda: [public.verify(*pair) for pair in zip(signatures, plain, strict=True)]
    )
    said("Ed25519 signatures verified, with message", f"{count / bare:,.0f} /s", "")
    said("the library alone in the same run", f"{count / library:,.0f} /s", "peer")


def timed(work: Callable[[], T]) -> tuple[T, float]:
    """Return what the work gave and how many CPU seconds it took."""
    started = time.process_time()
    given = work()
    return given, time.process_time() - started


def said(what: str, figure: str, beside: str) -> None:
    """Print one line of the table."""
    print(f"{what:<48} {figure:>14}  {beside}", flush=True)


if __name__ == "__main__":
    main()
