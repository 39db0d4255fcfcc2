"""What residents read for the vocabulary of the rules: evidence, frequency, events and their effects."""

from collections.abc import Callable

from service.web.language import gettext, pgettext, translatable
from service.web.view_models import Tag, Tone

_EVIDENCE: dict[str, tuple[str, Tone]] = {
    "sourced": (translatable("from the official text"), "ok"),
    "secondary": (translatable("from a report of the text"), ""),
    "derived": (translatable("calculated from a source"), ""),
    "memory": (translatable("from memory, to be checked"), "warn"),
    "illustrative": (translatable("an example for the demo"), "warn"),
    "mixed": (translatable("partly an example"), "warn"),
}

_FREQUENCY = {
    "monthly": translatable("every month"),
    "triggered_monthly": translatable("in each month in which the trigger holds"),
    "annual": translatable("once a year"),
    "event": translatable("once for each event"),
    "quarterly": translatable("once a quarter"),
    "semiannual": translatable("once in half a year"),
    "semester": translatable("once a semester"),
    "school_year": translatable("once a school year"),
    "one_off": translatable("once in a life"),
}

_EVENTS = {
    "ABANDONED_GE_1Y": translatable("Land lies fallow for a year or more"),
    "ADOPTED": translatable("The child is adopted"),
    "AGE_100": translatable("Turning 100"),
    "AGE_18": translatable("Turning 18"),
    "AGE_18_NOT_STUDYING": translatable("Turning 18 and no longer studying"),
    "AGE_3": translatable("The child turns 3"),
    "ANNUAL_NOT_CONFIRMED": translatable("The yearly confirmation is missing"),
    "ASSESSMENT_CHANGED": translatable("The assessed level changes"),
    "CERT_CANCELLED": translatable("The certificate is cancelled"),
    "CERT_EXPIRED": translatable("The certificate expires"),
    "CHILD_AGE_14": translatable("The child turns 14"),
    "CHILD_RECOVERED": translatable("The child's disability no longer counts"),
    "COMPANY_OWNER": translatable("Owning a company"),
    "CONTRACT_TRANSFERRED": translatable("The contract passes to another"),
    "CONVERT_TO_EMP_PENSION": translatable("Changing to the employees' pension"),
    "DEATH": translatable("Death"),
    "DEATH_OR_LIFE_SENTENCE": translatable("A sentence of death or for life"),
    "DECLARED_MISSING": translatable("Being declared missing"),
    "DEPRIVED_POLITICAL_RIGHTS": translatable("Deprivation of political rights"),
    "DISCHARGED": translatable("Discharge from service"),
    "DROPOUT": translatable("Leaving school early"),
    "EMPLOYED": translatable("Finding work"),
    "EMP_PENSION_START": translatable("An employees' pension begins"),
    "EXPAT": translatable("Emigration"),
    "EXPELLED_FROM_ARMY": translatable("Expulsion from the army"),
    "FOREST_CONVERTED": translatable("Forest is put to another use"),
    "FRAUD": translatable("Fraud is found"),
    "GRADUATED": translatable("Graduation"),
    "HOUSE_ACQUIRED": translatable("A dwelling of one's own is acquired"),
    "HOUSEHOLD_EXTINCT": translatable("The contracting household ends"),
    "HUKOU_OUT_COUNTY": translatable("Registration moves out of the county"),
    "HUKOU_OUT_PROV": translatable("Registration moves out of the province"),
    "IMPRISON": translatable("Imprisonment"),
    "IMPRISON_FIXED_TERM": translatable("Imprisonment for a fixed term"),
    "INCIDENT": translatable("An incident is caused"),
    "INCOME_OR_ASSET_EXCEED": translatable("Income or assets exceed the limit"),
    "INPATIENT_FULL_YEAR": translatable("In hospital for the whole year"),
    "LAND_CONVERTED": translatable("Land is put to another use"),
    "LEAVE_INSTITUTION": translatable("Leaving the institution"),
    "LEAVE_POST": translatable("Leaving the post"),
    "NATIONALITY_LOST": translatable("Nationality is given up"),
    "PARENT_FOUND": translatable("A parent is found"),
    "PARENT_RELEASED_OR_RECOVERED": translatable("A parent is released or recovers"),
    "PARTY_EXPELLED": translatable("Expulsion from the party"),
    "PUBLIC_PAYROLL": translatable("A post on the public payroll"),
    "PUBLIC_RENTAL_ALLOCATED": translatable("A public rental dwelling is allocated"),
    "REBIRTH_OR_ADOPTION": translatable("Another birth or adoption"),
    "REFUSE_JOB_3X_6M": translatable("Three job offers are refused within half a year"),
    "REFUSE_REVIEW": translatable("The review is refused"),
    "REGAIN_LABOUR": translatable("Able to work again"),
    "REHOUSED": translatable("Moving into a rebuilt or new dwelling"),
    "RELATION_TRANSFERRED_OUT": translatable("The pension relation moves away"),
    "REMARRIED": translatable("Marrying again"),
    "RETIRED": translatable("Retirement"),
    "RETURN_OR_RESALE": translatable("The goods are returned or sold on"),
    "SERIOUS_DISCIPLINE_OR_CRIME": translatable("A grave breach of discipline or a crime"),
    "STATUS_LOST": translatable("The status is lost"),
    "SUPPORTER_ABLE": translatable("A supporter is able to pay"),
    "TERM_END": translatable("The term of support ends"),
    "TRANSFER_OUT": translatable("Changing to a school elsewhere"),
    "TRIGGER_OFF": translatable("The price trigger ends"),
    "VEHICLE_SCRAPPED": translatable("The vehicle is scrapped"),
    "VIOLATION_RETURN": translatable("Return from service for a violation"),
    "VOLUNTARY_EXIT": translatable("Giving it up"),
    "WANTED": translatable("Being wanted by the police"),
}

_ACTIONS = {
    "stop": translatable("payment ends"),
    "suspend": translatable("payment is suspended"),
    "reprice": translatable("the amount is set anew"),
    "reduce_area": translatable("the area is reduced"),
    "reduce_member": translatable("the number of members is reduced"),
    "transfer": translatable("payment passes to another"),
    "prorate": translatable("payment is by months served"),
    "cancel": translatable("the entitlement is cancelled"),
    "ban_3_years": translatable("no payment for three years"),
    "cancel_year": translatable("the year's entitlement is cancelled"),
    "change_payee": translatable("another person is paid"),
    "clawback": translatable("what was paid is claimed back"),
    "stop_unless": translatable("payment ends, with exceptions"),
    "stop_then_funeral": translatable("payment ends and a funeral grant follows"),
    "stop_with_6_months_lump": translatable("payment ends with six months at once"),
    "pay_current_year_if_confirmed": translatable("the confirmed year is still paid"),
}

_EFFECTIVE = {
    "NEXT_MONTH": translatable("from the next month"),
    "AFTER_DEATH_MONTH": translatable("after the month of death, which is paid"),
    "THAT_MONTH": translatable("from that month"),
    "IMMEDIATE": translatable("at once"),
    "NEXT_YEAR": translatable("from the next year"),
    "PRORATE_MONTH": translatable("by the month"),
    "THAT_DAY": translatable("from that day"),
    "NEXT_JANUARY": translatable("from next January"),
    "NEXT_SEMESTER": translatable("from the next semester"),
    "NEXT_SCHOOL_YEAR": translatable("from the next school year"),
}

_LEVELS = {
    "village": translatable("in the village"),
    "township": translatable("in the township"),
    "village+township": translatable("in the village and the township"),
    "county": translatable("in the county"),
    "school": translatable("at the school"),
    "unit": translatable("at the work unit"),
    "community+county": translatable("in the community and the county"),
    "village+school": translatable("in the village and at the school"),
    "village+county": translatable("in the village and the county"),
}


def evidence_tag(mark: str) -> Tag:
    """Return how far a figure or a rule can be trusted."""
    text, tone = _EVIDENCE[mark]
    return Tag(gettext(text), tone)


def frequency(code: str) -> str:
    return gettext(_FREQUENCY[code])


def to_do(*, applied: bool, paid: str) -> str:
    """Return what a resident has to do to be paid, so often as a programme is."""
    if applied and paid in ("one_off", "event"):
        return gettext(
            "Apply at the township's window or by the village; it is paid once for that."
        )
    if applied:
        return gettext(
            "Apply once, at the township's window or by the village; afterwards it is paid by itself."
        )
    return gettext("Nothing: whoever fulfils the conditions is paid without asking.")


def event(code: str) -> str:
    return gettext(_EVENTS[code])


def effect(action: str, effective: str, name_of: Callable[[str], str]) -> str:
    """Return what an event does and from when; ``name_of`` gives a programme's name for its code."""
    word, _, other = action.partition(":")
    said = (
        gettext("%(programme)s is paid instead") % {"programme": name_of(other)}
        if word == "switch"
        else gettext(_ACTIONS[word])
    )
    return pgettext("effect", "%(what)s, %(when)s") % {
        "what": said,
        "when": gettext(_EFFECTIVE[effective]),
    }


def notice(level: str, days: int, *, working: bool = False) -> str:
    """Return where and for how long a list hangs before it is paid."""
    if level == "none":
        return gettext("none")
    where = place_of_notice(level)
    if days == 0:
        return gettext("after payment, %(where)s") % {"where": where}
    if working:
        return gettext("%(days)s working days before payment, %(where)s") % {
            "days": days,
            "where": where,
        }
    return gettext("%(days)s days before payment, %(where)s") % {"days": days, "where": where}


def place_of_notice(level: str) -> str:
    """Return where a list hangs, as a part of a sentence."""
    return gettext(_LEVELS[level])
