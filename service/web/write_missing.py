"""Write the sentences that have no Chinese yet into their stage's catalogue, to be filled in there.

``python -m service.web.write_missing batches`` adds empty entries to the catalogue of a stage; until
somebody fills them, ``missing_translations()`` goes on naming each.
"""

import sys
from collections.abc import Collection
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.pofile import write_po

from service.web.catalogue import SERVICE, catalogue_files, read, sentences


def write_missing(stages: Collection[str]) -> dict[Path, int]:
    """Add an empty entry for each sentence of some stages; return how many for each file."""
    known = {
        (message.context or "", message.id[0] if isinstance(message.id, tuple) else message.id)
        for path in catalogue_files()
        for message in read(path)
    }
    added: dict[Path, int] = {}
    catalogues: dict[Path, Catalog] = {}
    for sentence in sentences():
        if (sentence.context, sentence.text) in known:
            continue
        known.add((sentence.context, sentence.text))
        path = _file_of(sentence.place)
        if path.relative_to(SERVICE).parts[0] not in stages:
            continue
        if path not in catalogues:
            catalogues[path] = read(path) if path.exists() else Catalog(locale="zh_CN")
        ids = (sentence.text, sentence.plural) if sentence.plural else sentence.text
        empty = ("",) if sentence.plural else ""
        catalogues[path].add(ids, empty, context=sentence.context or None)
        added[path] = added.get(path, 0) + 1
    for path, catalogue in catalogues.items():
        save(path, catalogue)
    return added


def save(path: Path, catalogue: Catalog) -> None:
    """Write a catalogue as we keep them: sorted, without places and dates, so that it merges."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as handle:
        write_po(handle, catalogue, width=100, no_location=True, omit_header=True, sort_output=True)


def _file_of(place: str) -> Path:
    stage = place.split("/")[1]
    # Foundation has no pages; what it says is translated beside them.
    folder = stage if (SERVICE / stage).is_dir() and stage != "foundation" else "web"
    return SERVICE / folder / "locale" / "zh_CN" / "LC_MESSAGES" / "messages.po"


if __name__ == "__main__":
    for file, count in write_missing(sys.argv[1:]).items():
        sys.stdout.write(f"{file.relative_to(SERVICE.parent)}: {count}\n")
