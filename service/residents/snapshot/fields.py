"""Which fields of which feed a snapshot reads: nothing else ever leaves the database for it.

Names, numbers of certificates and documents, plates and addresses are not listed here, so they
cannot reach a file. Numbers that only say whether two records are of the same thing (``HASHED``)
leave as a hash, which the tables do not hold either.
"""

from collections.abc import Mapping

from service.residents import feeds
from service.residents.feeds import Column

FIELDS: Mapping[str, tuple[str, ...]] = {
    "BK_RET": ("card_no_index", "verdict", "verified_on", "status"),
    "CL_CERT": ("category", "grade", "expires_on", "status"),
    "CL_SERV": (
        "kind", "from_date", "to_date", "months", "approved_on", "accepted_on", "amount_fen",
    ),
    "CZ_PAY": ("on_payroll", "category", "from_date", "to_date"),
    "FY_COURT": ("kind", "sentence", "effective_on", "death_date", "revoked_on"),
    "GA_BRAVE": ("recognised_on", "grade", "revoked_on"),
    "GA_DEREG": ("dereg_date", "reason", "restored_on"),
    "GA_DETAIN": ("measure", "from_date", "to_date", "outcome"),
    "GA_EXIT": ("left_on", "returned_on"),
    "GA_HUKOU": (
        "birth", "division", "status", "sex", "ethnic", "hukou_kind", "collective_member", "since",
        "resident_division", "residence_permit", "nationality",
    ),
    "GA_MIG": ("moved_on", "from_division", "to_division"),
    "GA_VEH": ("kind", "registered_on", "status", "invoice_price_fen", "use", "transferred_on"),
    "GD_ELE": ("bound_on", "status"),
    "GJJ": ("base_fen", "last_month", "status"),
    "JS_HOU": (
        "kind", "danger_grade", "happened_on", "accepted_on", "past_aid", "rent_approved",
        "guarantee_area", "ended_on",
    ),
    "JY_HE": ("level", "entry_year", "from_date", "graduates_on", "full_time", "status"),
    "JY_STU": (
        "kind", "stage", "grade", "status", "from_date", "to_date", "full_time", "boarding",
        "rural_school", "school_division", "aid_level", "agricultural", "teach_years",
    ),
    "LY_FOR": ("kind", "area_milli_mu", "owner", "share_bp", "ranger_ok", "from_date", "to_date"),
    "MZ_CHECK": (
        "income_pc_fen", "cash_pc_fen", "cars", "houses", "house_area_pc", "nonres_house",
        "equity_total_fen", "monthly_income_fen", "authorised", "refused_check", "report_date",
        "rigid_expense_fen", "excess", "no_income", "authorised_until",
    ),
    "MZ_CHILD": (
        "class", "guardian_person_id", "recognised_on", "hiv", "placement", "father_status",
        "mother_status", "ended_on",
    ),
    "MZ_CREM": ("death_date", "cremated_on", "burial", "handler_person_id", "retracted_on"),
    "MZ_ELD": ("assess", "selfcare", "assessed_on", "valid_to", "home_from", "home_to"),
    "MZ_MAR": ("other_person_id", "register_kind", "registered_on", "revoked_on"),
    "MZ_SA": (
        "head_person_id", "category", "size", "approved_date", "decide_by", "status", "stopped_on", "amount_fen",
        "single", "tekun_mode", "labour", "serious_ill", "exempt_months", "hardship_type",
        "relief_persons", "relief_times",
    ),
    "NY_LAND": ("contract_area_milli_mu", "division", "contractor_no"),
    "NY_MACH": (
        "serial_no", "division", "price_fen", "quota_fen", "verified", "scrapped",
        "scrap_quota_fen", "applied_on",
    ),
    "NY_PLANT": (
        "year", "abandoned_area_milli_mu", "converted_area_milli_mu", "eligible_area_milli_mu",
        "rice_area_milli_mu", "wheat_area_milli_mu", "rape_area_milli_mu", "grain_area_milli_mu",
        "declared_area_milli_mu", "remote_area_milli_mu",
    ),
    "NY_VETR": ("kind", "species", "heads", "recorded_on", "to_date", "work_months"),
    "RS_CARD": ("card_no_index", "status", "activated"),
    "RS_INS": (
        "benefit", "from_date", "to_date", "status", "employer", "paid_months", "paid_amount_fen",
        "work_began_on", "original_wage_fen",
    ),
    "RS_JOB": (
        "employment", "hard_category", "hard_from", "hard_to", "post", "post_from", "post_to",
        "post_months", "subsidy_months", "refusals", "skill", "skill_on", "retires_on",
    ),
    "SC_CO": ("uscc", "kind", "role", "subscribed_fen", "established_on", "ended_on", "status"),
    "SF_PRISON": ("from_date", "to_date", "execution"),
    "SL_MIG": ("moved_on", "term_end", "mode", "registered", "reservoir_size", "removed_on"),
    "SW_TAX": ("month", "item", "amount_fen"),
    "TY_CONS": (
        "from_here", "service_status", "month_count", "plateau", "payee_person_id", "education",
        "merit",
    ),
    "TY_PREF": (
        "category", "periodic", "recognised_on", "disability_nature", "disability_grade", "mental",
        "care_mode", "relation_here", "transferred_in_on", "confirmed_year", "survivor_type",
        "survivor_relation", "war", "nuclear", "martyr_child", "periodic_before_18", "died_on",
        "deceased_monthly_fen",
    ),
    "TY_SERV": (
        "enlisted_on", "discharged_on", "rural_at_discharge", "conscript_years", "placement",
    ),
    "WJ_BIRTH": ("birth", "birth_order", "mother_person_id", "father_person_id"),
    "WJ_DEATH": ("death_date", "retracted_on"),
    "WJ_FP": (
        "wife_birth", "only_child_dead", "only_child_disabled3", "no_rebirth", "legal_birth",
        "birth_order", "claimant_person_id", "surviving_children", "sons", "daughters",
        "no_violation", "last_birth", "complication_grade", "onechild_cert", "child_person_id",
        "child_birth", "paid_childcare_fen", "village_doctor_years",
    ),
    "WJ_PSY": (
        "managed", "risk", "medicated", "incident", "guardian_person_id", "guardian_ok",
    ),
    "XZ_COLL": (
        "programme", "apply_date", "approve_date", "decide_by", "claimant_person_id", "approved_amount_fen",
        "festival", "projectionist_years",
    ),
    "YB_INS": (
        "year", "insured", "premium_fen", "self_pay_fen", "in_scope_fen", "aid_paid_fen",
        "serious_ill", "cancer_two", "ltc_from", "ltc_to", "settled_on",
    ),
    "YJ_DIS": (
        "happened_on", "collapsed_rooms", "damaged_rooms", "need_transition", "need_winter",
        "deaths",
    ),
    "ZR_GEO": ("moved_on", "accepted_on"),
    "ZR_REAL": (
        "unit_no", "use", "area", "share_bp", "contractor_no", "occupied_milli_mu",
        "registered_on", "ended_on", "status",
    ),
    "ZZ_PTY": ("joined_on", "rural", "retired_pay", "cadre_years", "left_on", "removed"),
}  # fmt: skip
"""Feed → fields as its records keep them."""

HASHED = frozenset(
    {
        ("BK_RET", "card_no_index"), ("RS_CARD", "card_no_index"), ("RS_INS", "employer"),
        ("RS_JOB", "post"), ("NY_LAND", "contractor_no"), ("NY_MACH", "serial_no"),
        ("SC_CO", "uscc"), ("ZR_REAL", "contractor_no"), ("ZR_REAL", "unit_no"),
        ("XZ_COLL", "festival"),
    }
)  # fmt: skip
"""Fields of which only the sameness, or that there is one, counts."""

DATED = frozenset({"FY_COURT", "GA_DEREG", "GA_HUKOU", "MZ_CREM", "WJ_DEATH"})
"""Feeds of whose records the delivery counts too: whether it came before or after another's."""


def types_of(feed: str) -> dict[str, str]:
    """Return field → DuckDB type for the fields of ``FIELDS``; fen and milli-亩 are BIGINT."""
    declared = {column.kept_as: column for column in feeds.feed(feed).columns}
    return {
        field: "VARCHAR" if (feed, field) in HASHED else _type(declared[field])
        for field in FIELDS[feed]
    }


def _type(column: Column) -> str:
    if column.leads_to_person or column.type in {"int", "yuan", "mu", "sqm", "index"}:
        return "BIGINT"
    if column.type == "code" and all(isinstance(code, int) for code in column.codes.values()):
        return "BIGINT"
    return {"date": "DATE", "bool": "BOOLEAN"}.get(column.type, "VARCHAR")
