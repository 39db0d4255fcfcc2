"""Several sentences about one thing, one after the other as its language writes them."""

from collections.abc import Iterable

from service.web.here import visit


def together(sentences: Iterable[str]) -> str:
    """Return the sentences that are there; Chinese puts no space between them."""
    return ("" if visit().language == "zh" else " ").join(one for one in sentences if one)
