"""The facts of a record as parts of a page: by theme, each with its source and what was said before."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from service.residents.feeds import Column as FeedColumn
from service.residents.models import Person
from service.residents.record import words
from service.residents.record.facts import Entry, Record, Version
from service.web.filters import masked_name
from service.web.language import gettext
from service.web.view_models import Link, Tag


@dataclass(frozen=True)
class Reader:
    """Who looks, as far as it decides what is written out."""

    sees: Callable[[str | None], bool]
    """Whether the residents of a division may be looked at."""
    sees_sensitive: bool
    """Gave a reason for seeing what the most guarded feeds say."""
    own: tuple[int, ...]
    """Ids of the person the record is about."""
    people: Mapping[int, Person]
    """Everybody the record names, by any of their ids."""
    places: Mapping[str, str]
    """Division code → name."""

    def person(self, person_id: int) -> str | Link | None:
        """Return somebody else, masked; a link only if the reader may look at them."""
        if person_id in self.own:
            return gettext("this person")
        found = self.people.get(person_id)
        if found is None:
            return None
        name = masked_name(found.name)
        # Somebody whom only a number is known of has no name to be a link.
        if not found.name or not self.sees(found.division):
            return name
        return Link(name, f"/residents/{found.id}")


@dataclass(frozen=True)
class Item:
    """One value with what was said before it."""

    label: str
    value: str
    href: str
    before: str


@dataclass(frozen=True)
class Block:
    """One thing a department says: what it is called, where it comes from, its values."""

    title: str
    tag: Tag | None
    source: str
    hidden: str
    """Why nothing is written out, if so."""
    items: list[Item]


@dataclass(frozen=True)
class Theme:
    """A part of the page."""

    anchor: str
    title: str
    blocks: list[Block]


def themes(record: Record, reader: Reader) -> list[Theme]:
    """Return everything that is said, by theme; what answers no question about the month is left out."""
    placed = {code for _, _, codes in words.THEMES for code in codes} | set(words.ELSEWHERE)
    parts = [(anchor, gettext(title), record.of(codes)) for anchor, title, codes in words.THEMES]
    others = {entry.feed.code for entry in record.entries} - placed
    parts.append(("other", gettext("Other"), record.of(others)))
    found = []
    for anchor, title, entries in parts:
        shown = [one for one in entries if one.shown is not None or record.true_in is None]
        # What is still said comes before what no longer is.
        shown.sort(key=lambda one: (one.shown is None, one.feed.code))
        if shown:
            found.append(Theme(anchor, title, [_block(one, reader) for one in shown]))
    return found


def _block(entry: Entry, reader: Reader) -> Block:
    said = entry.shown or entry.versions[0]
    is_hidden = entry.feed.sensitive and not reader.sees_sensitive
    return Block(
        title=f"{words.name_of(entry.feed)} {entry.feed.code}",
        tag=None if entry.shown is not None else Tag(gettext("no longer said")),
        source=words.source_of(said),
        hidden=_why_hidden() if is_hidden else "",
        items=[] if is_hidden else _items(entry, said, reader),
    )


def _why_hidden() -> str:
    return gettext("Most sensitive: written out only after a reason is given below.")


def _items(entry: Entry, said: Version, reader: Reader) -> list[Item]:
    """Return an item for each column that holds, or held, something; names have a part of their own."""
    items = []
    for column in entry.feed.columns:
        if column.field == "person" or column.kept_as.endswith("_index"):
            continue
        value = _written(column, said, reader)
        before = _before(entry, said, column, reader)
        if value is not None or before:
            href = value.href if isinstance(value, Link) else ""
            items.append(Item(words.label_of(column), _text(value), href, before))
    return items


def _text(value: str | Link | None) -> str:
    return value.text if isinstance(value, Link) else value or "—"


def _written(column: FeedColumn, said: Version, reader: Reader) -> str | Link | None:
    value = said.data.get(column.kept_as)
    if column.leads_to_person:
        return reader.person(int(value)) if value is not None else None
    return words.value_of(column, value, reader.places)


def _before(entry: Entry, said: Version, column: FeedColumn, reader: Reader) -> str:
    """Return the other values that were said, newest first, each with when we knew it."""
    now = said.data.get(column.kept_as)
    spans: list[str] = []
    following = now
    for version in entry.versions:
        value = version.data.get(column.kept_as)
        if version.record_id == said.record_id or value == following:
            continue
        following = value
        text = _text(_written(column, version, reader))
        span = words.known_span(version.known_from, version.known_to)
        spans.append(f"{text} ({span}, {version.file_name})")
    return "; ".join(spans)
