"""Whose word a fact is, and since when; officers also read the delivery, the file and its row."""

from collections.abc import Iterable, Mapping
from datetime import date

from eligibility_rules.words import Words
from service.foundation import clock
from service.programmes.telling import words
from service.residents import feeds
from service.residents.snapshot import Source


class Sources:
    """Says in one language where facts come from; without sources, who could say them."""

    def __init__(self, sources: Mapping[str, Source] | None, last_day: date, language: str) -> None:
        self.sources = sources
        self.last_day = last_day
        self.language = language
        self.known = feeds.every()

    def is_sensitive(self, code: str) -> bool:
        """Whether a feed is one of the most sensitive."""
        return code in self.known and self.known[code].sensitive

    def departments(self, codes: Iterable[str]) -> str:
        """The departments behind some feeds, each once."""
        names = [self._department(code) for code in codes if code in self.known]
        return self._in(words.AND).join(dict.fromkeys(names))

    def said(self, code: str) -> str:
        """Who said a fact and when, or that nobody did."""
        feed = self.known[code]
        day = received = ""
        source = None if self.sources is None else self.sources.get(code)
        if self.sources is None:
            sentence = words.GIVEN
        elif source is None:
            sentence = words.NEVER
        else:
            received = clock.civil(source.received_at).date().isoformat()
            day = str(source.record_date or "")
            if not source.has_record:
                sentence = words.SILENT
            elif self._is_later(code, source):
                sentence = words.SAID_LATER
            else:
                sentence = words.SAID_OF_DAY if day else words.SAID
        return self._in(sentence).format(
            feed=feed.zh if self.language == "zh" else feed.en,
            department=self._department(code),
            received=received,
            day=day,
        )

    def trace(self, code: str) -> str:
        """The delivery, the file and its row; empty if the feed never came."""
        source = None if self.sources is None else self.sources.get(code)
        if source is None:
            return ""
        trace = self._in(words.TRACE).format(delivery=source.delivery_id, file=source.file_name)
        if source.row_no is None:
            return trace
        return self._in(words.TRACE_ROW).format(trace=trace, row=source.row_no)

    def meaning(self, name: str, codes: Iterable[str], shown: str) -> str:
        """What a word of a department's closed list means in English; empty if it is none."""
        for feed in (self.known[code] for code in codes if code in self.known):
            for source in feed.facts:
                if source.fact == name:
                    for column in map(feed.column, source.columns):
                        word = next(
                            (one for one, kept in column.codes.items() if kept == shown), ""
                        )
                        if word in column.meanings:
                            return column.meanings[word].en
        return ""

    def _department(self, code: str) -> str:
        feed = self.known[code]
        return feed.department_zh if self.language == "zh" else feed.department_en

    def _is_later(self, code: str, source: Source) -> bool:
        """Whether a list of a day after the month said this first, and says things of no day."""
        said = source.first_as_of
        return bool(self.known[code].undated) and said is not None and said > self.last_day

    def _in(self, text: Words) -> str:
        return words.in_language(text, self.language)
