"""The views of reconciliation, in the order in which finance works through them."""

from service.web.language import gettext


def tabs() -> list[tuple[str, str, None]]:
    """Return (text, address, no count) of every view."""
    return [
        (gettext("Needs somebody"), "/reconciliation", None),
        (gettext("Work list"), "/reconciliation/exceptions", None),
        (gettext("Failed payments"), "/reconciliation/failed", None),
        (gettext("Bank days"), "/reconciliation/days", None),
        (gettext("Deadlines"), "/reconciliation/deadlines", None),
        (gettext("Acts of two people"), "/reconciliation/asks", None),
        (gettext("Banks' files"), "/reconciliation/files", None),
        (gettext("Workbooks"), "/reconciliation/workbooks", None),
    ]
