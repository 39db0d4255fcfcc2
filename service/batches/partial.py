"""The sentence that says which part of a list an officer sees, on every page that shows a part."""

from service.batches.about import sees_whole
from service.batches.models import Batch
from service.officers.models import Officer
from service.officers.reach import is_unlimited
from service.web.language import gettext


def said_of_part(officer: Officer, batch: Batch) -> str:
    """Return that only the officer's own townships are shown of a batch; "" when it is shown whole."""
    return "" if sees_whole(officer, batch) else _only_own()


def said_of_parts(officer: Officer) -> str:
    """Return that lists are shown as far as the officer's townships and programmes reach; or ""."""
    return "" if is_unlimited(officer, "batches.read") else _only_own()


def _only_own() -> str:
    return gettext(
        "Only the lines of your own townships and programmes are shown and added up here; the whole county's sums are larger."
    )
