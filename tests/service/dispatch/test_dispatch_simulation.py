"""A county's bank days as seeds decide them: crashes, broken lines, late and repeated answers.

``make chaos`` draws hundreds of seeds; what one of them finds is mended and stays here by its number.
"""

from pathlib import Path
from types import SimpleNamespace
from typing import Any
from uuid import uuid4

import pytest

from bank_adapters.transport import BankUnreachable
from service.dispatch import queries, resolve
from tests.chaos.simulation import Simulation
from tests.foundation.committed import Committed


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_whatever_the_order_of_things_nothing_is_lost_or_paid_twice(
    committed: Committed, tmp_path: Path, seed: int
) -> None:
    happened = Simulation(committed, tmp_path, seed).run()
    assert happened["crashes"]
    assert happened["payments"] >= 8


def test_a_bank_that_cannot_be_asked_leaves_a_file_unknown_and_is_no_unexpected_failure(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Found by seed 100."""
    file: Any = SimpleNamespace(state="unknown", file_name="A.xml")

    def unreachable(*_: object) -> None:
        raise BankUnreachable("connection_lost", "look")

    monkeypatch.setattr(queries, "locked", lambda *_: file)
    monkeypatch.setattr(resolve, "look", unreachable)
    nobody: Any = None
    with pytest.raises(resolve.StillUnknown):
        resolve.resolve(nobody, str(uuid4()))
