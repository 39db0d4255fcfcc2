"""What is beside each other above the pages of rules."""

from service.web.language import gettext


def tabs() -> list[tuple[str, str, None]]:
    """Return the parts of the rule browser, as the tabs above each."""
    return [
        (gettext("Rule changes"), "/rules", None),
        (gettext("Rules"), "/rules/programmes", None),
        (gettext("Figures"), "/rules/figures", None),
        (gettext("Versions"), "/rules/versions", None),
    ]
