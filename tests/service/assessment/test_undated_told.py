"""An explanation says when a list came after its month, and what its undated values then mean."""

import pytest
import time_machine

from service.assessment.told import tell
from service.programmes.telling import as_text
from tests.service.assessment.explaining import assessed, silence, why
from tests.service.residents.snapshot.county import County


@pytest.mark.parametrize(
    ("language", "sentence"),
    [
        (
            "zh",
            "残疾人证，残联 2026-11-12 报送，晚于本月；其中未注明起始日期的内容不用于认定此前月份",
        ),
        (
            "en",
            "2026-11-12, after this month. What it says without a day judges no month before it",
        ),
    ],
)
def test_a_list_that_came_after_the_month_says_so(
    county: County, language: str, sentence: str
) -> None:
    with time_machine.travel("2026-11-12T02:00:00Z", tick=True):
        person = county.person()
        silence(county)
        county.says("CL_CERT", person, grade=2, category=4, status="正常", expires_on="2033-01-01")
        told = {
            month: as_text(
                tell(why(county, assessed(county, month), person, "MZ09"), language, traced=False)
            )
            for month in ("2026-09", "2026-11")
        }
    assert sentence in told["2026-09"]
    assert sentence not in told["2026-11"]
