"""What a chain is: ordered steps, and the rules that choose a chain for a batch."""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class ChainStep:
    """One step of a chain; ``days`` are working days, ``people`` how many different officers."""

    code: str
    zh: str
    en: str
    duty: str
    kind: Literal["approve", "sign"]
    people: int
    days: int
    organisation: str
    each_township: bool
    escalate_to: str


@dataclass(frozen=True)
class Chain:
    """A named row of steps: approvals first, then signatures."""

    code: str
    zh: str
    en: str
    steps: tuple[ChainStep, ...]


@dataclass(frozen=True)
class Use:
    """A rule: batches of these programmes (none named: all) from this amount on take this chain."""

    chain: str
    programmes: frozenset[str]
    from_fen: int

    def fits(self, programme: str, amount_fen: int) -> bool:
        """Return whether a batch of a programme and an amount in fen takes the chain."""
        return (not self.programmes or programme in self.programmes) and amount_fen >= self.from_fen


@dataclass(frozen=True)
class Chains:
    """A county's chains, with the digest of the text they were read from."""

    digest: str
    chains: dict[str, Chain]
    use: tuple[Use, ...]

    def for_batch(self, programme: str, amount_fen: int) -> Chain:
        """Return the chain of the first rule that fits; the last rule fits every batch."""
        return next(self.chains[one.chain] for one in self.use if one.fits(programme, amount_fen))
