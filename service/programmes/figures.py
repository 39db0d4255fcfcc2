"""A dated figure of the law as people read it: whole small units become the unit that is said."""

from eligibility_rules import Parameter, Words
from eligibility_rules.explanation.show_values import decimal_text, shown
from eligibility_rules.language.kinds import Kind
from service.web.filters import number, yuan
from service.web.here import visit
from service.web.language import gettext


def figure_text(parameter: Parameter, value: int | None) -> str:
    """Return a value with its unit in the language of the request; a dash for none."""
    if value is None:
        return "—"
    if parameter.kind is Kind.MONEY:
        unit = gettext("yuan")
        return f"{yuan(value)} {unit}"
    if parameter.kind is Kind.INT:
        # A plain number tells nothing without its unit, and the file says units in Chinese.
        said = decimal_text(value, parameter.places) if parameter.places else number(value)
        english = parameter.unit_en if visit().language != "zh" else ""
        return f"{said} {english or unit_of(parameter)}"
    found = shown(parameter.kind, value)
    return found.zh if visit().language == "zh" else found.en


def plain_words(parameter: Parameter, value: int) -> Words:
    """Return a value in both languages, for programs and for the terminal."""
    if parameter.kind is Kind.INT and parameter.places:
        said, unit = decimal_text(value, parameter.places), unit_of(parameter)
        return Words(f"{said} {unit}", f"{said} {parameter.unit_en or unit}")
    return shown(parameter.kind, value)


def unit_of(parameter: Parameter) -> str:
    """Return the unit that is said; in what small unit the file keeps it is nobody's business."""
    return parameter.unit.partition("（")[0]
