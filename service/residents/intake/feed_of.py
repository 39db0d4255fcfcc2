"""Say which of a source's feeds a file is: by its folder, by agreement, or by its header."""

from collections.abc import Sequence

from service.foundation.spreadsheets import open_spreadsheet
from service.residents import feeds
from service.residents.importing.headers import Layout, fit
from service.residents.intake.problems import FeedUnsaid


def feed_of(content: bytes, agreed: Sequence[str], folder_feed: str | None = None) -> str:
    """Return the feed's code; raises FeedUnsaid, or FileRefused when there is no table to look at.

    A file in a folder named after a feed is that feed. Else a source's only feed is meant. Else
    the feed of which the header has most columns, if it is exactly one.
    """
    if folder_feed is not None:
        return folder_feed
    if len(agreed) == 1:
        return agreed[0]
    sheets = [sheet for sheet in open_spreadsheet(content).sheets if not sheet.hidden]
    scores: dict[str, int] = {}
    for code in agreed:
        fits = [found for one in sheets if isinstance(found := fit(one, feeds.feed(code)), Layout)]
        if fits:
            scores[code] = max(len(found.positions) for found in fits)
    best = [code for code, score in scores.items() if score == max(scores.values())]
    if len(best) != 1:
        raise FeedUnsaid(best)
    return best[0]
