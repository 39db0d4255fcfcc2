"""What residents read for the vocabulary of the rules: evidence, frequency, events and their effects."""

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
}

_EVENTS = {
    "ABANDONED_GE_1Y": translatable("Land lies fallow for a year or more"),
    "AGE_100": translatable("Turning 100"),
    "AGE_3": translatable("The child turns 3"),
    "ASSESSMENT_CHANGED": translatable("The assessed level changes"),
    "CERT_CANCELLED": translatable("The certificate is cancelled"),
    "CERT_EXPIRED": translatable("The certificate expires"),
    "CHILD_RECOVERED": translatable("The child's disability no longer counts"),
    "DEATH": translatable("Death"),
    "DISCHARGED": translatable("Discharge from service"),
    "EXPELLED_FROM_ARMY": translatable("Expulsion from the army"),
    "FRAUD": translatable("Fraud is found"),
    "HOUSEHOLD_EXTINCT": translatable("The contracting household ends"),
    "HUKOU_OUT_COUNTY": translatable("Registration moves out of the county"),
    "HUKOU_OUT_PROV": translatable("Registration moves out of the province"),
    "IMPRISON": translatable("Imprisonment"),
    "INCOME_OR_ASSET_EXCEED": translatable("Income or assets exceed the limit"),
    "LAND_CONVERTED": translatable("Land is put to another use"),
    "NATIONALITY_LOST": translatable("Nationality is given up"),
    "PUBLIC_PAYROLL": translatable("A post on the public payroll"),
    "REBIRTH_OR_ADOPTION": translatable("Another birth or adoption"),
    "REFUSE_JOB_3X_6M": translatable("Three job offers are refused within half a year"),
    "REFUSE_REVIEW": translatable("The review is refused"),
    "TERM_END": translatable("The term of support ends"),
    "TRIGGER_OFF": translatable("The price trigger ends"),
    "VEHICLE_SCRAPPED": translatable("The vehicle is scrapped"),
    "VIOLATION_RETURN": translatable("Return from service for a violation"),
    "VOLUNTARY_EXIT": translatable("Giving it up"),
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
}

_EFFECTIVE = {
    "NEXT_MONTH": translatable("from the next month"),
    "AFTER_DEATH_MONTH": translatable("after the month of death, which is paid"),
    "THAT_MONTH": translatable("from that month"),
    "IMMEDIATE": translatable("at once"),
    "NEXT_YEAR": translatable("from the next year"),
    "PRORATE_MONTH": translatable("by the month"),
}

_LEVELS = {
    "village": translatable("in the village"),
    "township": translatable("in the township"),
    "village+township": translatable("in the village and the township"),
    "county": translatable("in the county"),
}


def evidence_tag(mark: str) -> Tag:
    """Return how far a figure or a rule can be trusted."""
    text, tone = _EVIDENCE[mark]
    return Tag(gettext(text), tone)


def frequency(code: str) -> str:
    return gettext(_FREQUENCY[code])


def event(code: str) -> str:
    return gettext(_EVENTS[code])


def effect(action: str, effective: str) -> str:
    """Return what an event does and from when."""
    word, _, other = action.partition(":")
    said = (
        gettext("%(programme)s is paid instead") % {"programme": other}
        if word == "switch"
        else gettext(_ACTIONS[word])
    )
    return pgettext("effect", "%(what)s, %(when)s") % {
        "what": said,
        "when": gettext(_EFFECTIVE[effective]),
    }


def notice(level: str, days: int) -> str:
    """Return where and for how long a list hangs before it is paid."""
    if level == "none":
        return gettext("none")
    if days == 0:
        return gettext("after payment, %(where)s") % {"where": gettext(_LEVELS[level])}
    return gettext("%(days)s days before payment, %(where)s") % {
        "days": days,
        "where": gettext(_LEVELS[level]),
    }
