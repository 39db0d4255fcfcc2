"""Which fields of which feed a snapshot reads: nothing else ever leaves the database for it.

Names, certificate numbers, plates and accounts are not listed here, so they cannot reach a file.
"""

from collections.abc import Mapping

from service.residents import feeds
from service.residents.feeds import Column

FIELDS: Mapping[str, tuple[str, ...]] = {
    "GA_HUKOU": ("birth", "division", "status"),
    "GA_DEREG": ("dereg_date", "reason"),
    "GA_MIG": ("moved_on", "from_division", "to_division"),
    "GA_VEH": ("kind", "registered_on", "status"),
    "WJ_DEATH": ("death_date",),
    "WJ_FP": (
        "wife_birth", "only_child_dead", "only_child_disabled3", "no_rebirth", "legal_birth",
        "claimant_person_id",
    ),
    "MZ_CREM": ("death_date",),
    "MZ_SA": ("head_person_id", "category", "size", "approved_date", "status"),
    "MZ_CHECK": (
        "income_pc_fen", "cash_pc_fen", "cars", "houses", "house_area_pc", "nonres_house",
        "equity_total_fen", "monthly_income_fen", "authorised", "refused_check", "report_date",
    ),
    "MZ_ELD": ("assess", "selfcare", "assessed_on", "valid_to"),
    "MZ_CHILD": ("class", "guardian_person_id", "recognised_on"),
    "CL_CERT": ("category", "grade", "expires_on", "status"),
    "CL_SERV": ("kind", "from_date", "to_date"),
    "TY_CONS": ("from_here", "service_status", "month_count", "plateau", "payee_person_id"),
    "TY_PREF": ("periodic", "recognised_on"),
    "NY_LAND": ("contract_area_milli_mu", "division"),
    "NY_PLANT": (
        "year", "abandoned_area_milli_mu", "converted_area_milli_mu", "eligible_area_milli_mu",
    ),
    "SL_MIG": ("term_end", "mode", "registered"),
    "RS_INS": ("benefit", "from_date", "to_date"),
    "CZ_PAY": ("on_payroll",),
    "SF_PRISON": ("from_date", "to_date"),
    "XZ_COLL": ("programme", "apply_date", "approve_date", "claimant_person_id"),
}  # fmt: skip
"""Feed → fields as its records keep them."""

DATED = frozenset({"GA_HUKOU", "GA_DEREG", "WJ_DEATH", "MZ_CREM"})
"""Feeds of whose records the delivery counts too: whether it came before or after another's."""

RECORD_DATES: Mapping[str, str] = {
    "GA_HUKOU": "since",
    "GA_DEREG": "dereg_date",
    "GA_MIG": "moved_on",
    "GA_VEH": "registered_on",
    "WJ_DEATH": "death_date",
    "MZ_CREM": "death_date",
    "MZ_SA": "approved_date",
    "MZ_CHECK": "report_date",
    "MZ_ELD": "assessed_on",
    "MZ_CHILD": "recognised_on",
    "CL_CERT": "issued_on",
    "CL_SERV": "from_date",
    "TY_SERV": "discharged_on",
    "TY_CONS": "enlisted_on",
    "TY_PREF": "recognised_on",
    "SL_MIG": "moved_on",
    "RS_INS": "from_date",
    "RS_CARD": "since",
    "BK_RET": "verified_on",
    "SF_PRISON": "from_date",
    "XZ_COLL": "approve_date",
}
"""Feed → the field that says of which day a record is; feeds whose records have no day are absent."""


def types_of(feed: str) -> dict[str, str]:
    """Return field → DuckDB type for the fields of ``FIELDS``; fen and milli-亩 are BIGINT."""
    declared = {column.kept_as: column for column in feeds.feed(feed).columns}
    return {field: _type(declared[field]) for field in FIELDS[feed]}


def _type(column: Column) -> str:
    if column.type in {"int", "yuan", "mu", "sqm", "id"}:
        return "BIGINT"
    if column.type == "code" and all(isinstance(code, int) for code in column.codes.values()):
        return "BIGINT"
    return {"date": "DATE", "bool": "BOOLEAN"}.get(column.type, "VARCHAR")
