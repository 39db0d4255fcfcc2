"""A standard raised back to an earlier day: supplements for exactly the months each was entitled."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import time_machine
from sqlalchemy import select
from typer.testing import CliRunner

from service import cli
from service.batches.models import Batch, Payment
from service.foundation.settings import settings
from service.programmes.catalogue import rules
from tests.foundation.committed import Committed
from tests.service.batches.paid_town import Town

RAISED = """
values:
  - {effective: 2026-08-01, value: '1235', evidence: illustrative, source: 县政发〔2026〕9号}
"""


@contextmanager
def _raised(folder: Path) -> Iterator[None]:
    """Let the county say in October that the standard is higher since the first of August."""
    (folder / "parameters").mkdir(parents=True)
    (folder / "parameters" / "dibao_std.yaml").write_text(RAISED, encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("ANXIN_COUNTY_RULES", str(folder))
        settings.cache_clear()
        rules.cache_clear()
        yield
    settings.cache_clear()
    rules.cache_clear()


def test_the_living_the_dead_and_the_moved_get_the_difference_for_their_own_months(
    committed: Committed, tmp_path: Path
) -> None:
    """Situation 45, by the command: a standard raised in October holds from August."""
    with time_machine.travel("2026-10-12T02:00:00Z", tick=True):
        town = Town(committed)
        offices = town.offices
        alive, died, moved = people = [offices.resident(f"197{n}-03-03") for n in range(3)]
        for number in people:
            offices.says("CL_CERT", number, grade="三级", expires_on="2033-01-01", status="正常")
            offices.says(
                "MZ_CHECK", number, income_pc_fen="90", monthly_income_fen="0", authorised="是",
                refused_check="否", report_date="2026-01-01",
            )  # fmt: skip
            offices.says(
                "XZ_COLL", number, programme="MZ08", apply_date="2026-06-05",
                approve_date="2026-06-20",
            )  # fmt: skip
        offices.says("WJ_DEATH", died, death_date="2026-08-20")
        offices.says("MZ_CREM", died, death_date="2026-08-20", cremated_on="2026-08-21")
        offices.says(
            "GA_MIG", moved, moved_on="2026-08-10", from_division="330523100200",
            to_division="330522100200",
        )  # fmt: skip
        town.pay("MZ08")
        assert [fen for _, _, fen in town.lines("regular")] == [35_300] * 4, "30 %, up to the yuan"
        with _raised(tmp_path / "county"):
            for _ in range(2):
                done = CliRunner().invoke(
                    cli.app, ["month", "mend", "2026-10", "--since", "2026-08"]
                )
                assert done.exit_code == 0, done.output
                assert "2026-08 to before 2026-10, 2 months: mended" in done.output
        with committed.transaction() as session:
            rows = session.execute(
                select(Payment.period, Payment.amount_fen, Payment.subject_id, Batch.kind)
                .join(Batch, Batch.id == Payment.batch_id)
                .where(Payment.line_type == "supplementary")
                .order_by(Payment.period, Payment.subject_id)
            ).all()
            offices.session = session
            known = {offices.person_id(one): one for one in people}
        assert {(row.period, known[row.subject_id]): row.amount_fen for row in rows} == {
            ("2026-08", alive): 1_800,
            ("2026-08", died): 1_800,
            ("2026-08", moved): 1_800,
            ("2026-09", alive): 1_800,
        }
        assert len(rows) == 4
        assert {row.kind for row in rows} == {"mending"}
        assert town.asked() == []
