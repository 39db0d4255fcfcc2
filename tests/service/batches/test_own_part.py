"""A township's officer adds up the lines of his own place: pages, programs, months and differences."""

import pytest
from sqlalchemy.orm import Session

from service.batches.models import Batch
from tests.factories.batches import BatchFactory, PaymentFactory
from tests.service.batches.test_township import HERE, THERE, TOWN, scoped
from tests.service.web.browsing import SignInAs

ONLY = "不是全县合计"


def sums(last: int, joined: int, this: int) -> dict[str, dict[str, int]]:
    nothing = {"count": 0, "amount_fen": 0}
    return {
        "last": {"count": 1, "amount_fen": last}, "joined": {"count": 1, "amount_fen": joined},
        "left": nothing, "moved_out": nothing, "moved_in": nothing, "changed": nothing,
        "this": {"count": 2, "amount_fen": this},
    }  # fmt: skip


@pytest.fixture
def batch(made: Session) -> Batch:
    """Here 100.00 and a held 23.00; there 9,999.00."""
    listed: Batch = BatchFactory.create(
        comparison={
            part: {"count": 3, "amount_fen": 1_012_200}
            for part in ("last", "joined", "left", "changed", "this")
        },
        differences={
            "causes": [{"part": "joined", "cause": "data", "count": 2, "amount_fen": 1_002_200}],
            "townships": {
                f"{TOWN}000": sums(10_000, 2_300, 12_300),
                f"{THERE[:9]}000": sums(10_000, 989_900, 999_900),
            },
        },
    )
    PaymentFactory.create(batch=listed, division=HERE, amount_fen=10_000)
    PaymentFactory.create(batch=listed, division=HERE, amount_fen=2_300, state="held")
    PaymentFactory.create(batch=listed, division=THERE, amount_fen=999_900)
    return listed


def test_a_program_is_told_the_own_sums(batch: Batch, sign_in_as: SignInAs) -> None:
    told = sign_in_as(officer=scoped("maker")).get(f"/api/batches/{batch.batch_no}").json()
    assert (told["lines"], told["payable_fen"], told["held_fen"]) == (2, 10_000, 2_300)
    assert told["comparison"]["this"] == {"count": 2, "amount_fen": 12_300}
    whole = sign_in_as("maker").get(f"/api/batches/{batch.batch_no}").json()
    assert (whole["lines"], whole["payable_fen"]) == (3, 1_009_900)
    listed = sign_in_as(officer=scoped("maker")).get("/api/batches").json()["batches"]
    assert [one["payable_fen"] for one in listed] == [10_000]


@pytest.mark.parametrize("path", ["/batches/{no}", "/batches/{no}/decide", "/months/{month}",
                                  "/batches", "/months", "/batches/{no}/differences"])  # fmt: skip
def test_pages_show_the_own_sums_and_say_so(batch: Batch, path: str, sign_in_as: SignInAs) -> None:
    where = path.format(no=batch.batch_no, month=batch.month)
    own = sign_in_as(officer=scoped("maker")).get(where).text
    whole = sign_in_as("maker").get(where).text
    assert ONLY in own
    assert ONLY not in whole
    for foreign in ("9,999.00", "10,099.00", "10,122.00", THERE[:9]):
        assert foreign not in own


def test_a_programmes_officer_sees_the_whole_list_of_his_programme(
    batch: Batch, sign_in_as: SignInAs
) -> None:
    officer = scoped("maker", "", (batch.programme,))
    told = sign_in_as(officer=officer).get(f"/api/batches/{batch.batch_no}").json()
    assert (told["lines"], told["payable_fen"]) == (3, 1_009_900)
    assert ONLY not in sign_in_as(officer=officer).get(f"/batches/{batch.batch_no}").text


def test_what_is_found_about_the_whole_list_is_the_countys(
    batch: Batch, sign_in_as: SignInAs
) -> None:
    where = f"/batches/{batch.batch_no}/findings/village_outlier"
    assert sign_in_as(officer=scoped("maker")).get(where).status_code == 404
