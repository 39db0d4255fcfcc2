"""Which fields of which feed a snapshot reads: nothing else ever leaves the database for it.

Names, certificate numbers, plates and accounts are not listed here, so they cannot reach a file.
"""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Feed:
    """The part of a feed that decides something."""

    code: str
    dated: str | None
    """The field that says of which day a record is, for explanations."""
    fields: Mapping[str, str]
    """Field → DuckDB type; money is BIGINT fen, areas BIGINT thousandths of a 亩."""


def _feed(code: str, dated: str | None, **fields: str) -> Feed:
    return Feed(code, dated, fields)


_ALL = (
    _feed(
        "GA_HUKOU", "since",
        birth="DATE", division="VARCHAR", status="VARCHAR",
    ),
    _feed("GA_DEREG", "dereg_date", dereg_date="DATE", reason="VARCHAR"),
    _feed(
        "GA_MIG", "moved_on",
        moved_on="DATE", from_division="VARCHAR", to_division="VARCHAR",
    ),
    _feed(
        "GA_VEH", "registered_on",
        kind="VARCHAR", registered_on="DATE", status="VARCHAR",
    ),
    _feed("WJ_DEATH", "death_date", death_date="DATE"),
    _feed(
        "WJ_FP", None,
        wife_birth="DATE", only_child_dead="BOOLEAN", only_child_disabled3="BOOLEAN",
        no_rebirth="BOOLEAN", legal_birth="BOOLEAN", claimant_person_id="BIGINT",
    ),
    _feed("MZ_CREM", "death_date", death_date="DATE"),
    _feed(
        "MZ_SA", "approved_date",
        head_person_id="BIGINT", category="VARCHAR", size="BIGINT", approved_date="DATE",
        status="VARCHAR",
    ),
    _feed(
        "MZ_CHECK", "report_date",
        income_pc_fen="BIGINT", cash_pc_fen="BIGINT", cars="BIGINT", houses="BIGINT",
        house_area_pc="BIGINT", nonres_house="BOOLEAN", equity_total_fen="BIGINT",
        monthly_income_fen="BIGINT", authorised="BOOLEAN", refused_check="BOOLEAN",
        report_date="DATE",
    ),
    _feed(
        "MZ_ELD", "assessed_on",
        assess="VARCHAR", selfcare="VARCHAR", assessed_on="DATE", valid_to="DATE",
    ),
    _feed(
        "MZ_CHILD", "recognised_on",
        **{"class": "VARCHAR"}, guardian_person_id="BIGINT", recognised_on="DATE",
    ),
    _feed(
        "CL_CERT", "issued_on",
        category="BIGINT", grade="BIGINT", expires_on="DATE", status="VARCHAR",
    ),
    _feed("CL_SERV", "from_date", kind="VARCHAR", from_date="DATE", to_date="DATE"),
    _feed(
        "TY_CONS", "enlisted_on",
        from_here="BOOLEAN", service_status="VARCHAR", month_count="BIGINT", plateau="BOOLEAN",
        payee_person_id="BIGINT",
    ),
    _feed("TY_PREF", "recognised_on", periodic="BOOLEAN", recognised_on="DATE"),
    _feed("NY_LAND", None, contract_area_milli_mu="BIGINT", division="VARCHAR"),
    _feed(
        "NY_PLANT", None,
        year="BIGINT", abandoned_area_milli_mu="BIGINT", converted_area_milli_mu="BIGINT",
        eligible_area_milli_mu="BIGINT",
    ),
    _feed("SL_MIG", "moved_on", term_end="DATE", mode="VARCHAR", registered="BOOLEAN"),
    _feed("RS_INS", "from_date", benefit="VARCHAR", from_date="DATE", to_date="DATE"),
    _feed("CZ_PAY", None, on_payroll="BOOLEAN"),
    _feed("SF_PRISON", "from_date", from_date="DATE", to_date="DATE"),
    _feed(
        "XZ_COLL", "approve_date",
        programme="VARCHAR", apply_date="DATE", approve_date="DATE", claimant_person_id="BIGINT",
    ),
)  # fmt: skip

FEEDS: Mapping[str, Feed] = {feed.code: feed for feed in _ALL}
"""Every feed that a snapshot reads, by code."""
WIDEST = max(len(feed.fields) for feed in _ALL)
