"""The columns of the tables: everything the rules ask for, and nothing personal."""

import re
from pathlib import Path

import duckdb
import pytest

from eligibility_rules import Subject, load_rules, required_columns
from service.residents import feeds
from service.residents.feeds.definition import SECRET_TYPES
from service.residents.snapshot import open_snapshot, read_table
from service.residents.snapshot.fields import FIELDS, HASHED
from service.residents.snapshot.workbench import workbench
from tests.factories.residents import AccountFactory, PersonIdentifierFactory
from tests.service.residents.snapshot.county import County, read

SECRET_NAME, ID_NUMBER, CARD, PLATE = (
    "欧阳不见",
    "330523195001010017",
    "6217000000000012345",
    "浙E12345",
)


@pytest.mark.parametrize("subject", list(Subject))
def test_every_column_the_rules_read_is_there_with_its_type(
    county: County, subject: Subject
) -> None:
    table = read_table(county.freeze(), subject)
    with duckdb.connect() as connection:
        connection.register("frozen", table)
        described = connection.execute("DESCRIBE FROM frozen").fetchall()
    columns = {name: kind for name, kind, *_ in described}
    required = required_columns(load_rules(), subject)
    assert {name: columns.get(name) for name in required} == required


@pytest.mark.parametrize("subject", list(Subject))
def test_every_fact_of_the_catalogue_has_its_column(county: County, subject: Subject) -> None:
    columns = county.freeze().manifest["tables"][subject]["columns"]
    for fact in load_rules().facts.facts.values():
        if subject in fact.subjects and not fact.per_programme:
            assert columns.get(fact.column("")) == fact.kind.duckdb_type, fact.name


def test_no_name_number_account_or_plate_reaches_a_file(county: County) -> None:
    person = county.person()
    person.name = SECRET_NAME
    identifier = PersonIdentifierFactory.create(person=person, number=ID_NUMBER)
    AccountFactory.create(person=person, card=CARD)
    hidden = {
        "name": SECRET_NAME,
        "name_index": identifier.value_index.hex(),
        "delivered_number": ID_NUMBER,
        "cert_no": f"{ID_NUMBER}43",
        "plate": PLATE,
        "card_no": CARD,
    }
    home = county.household()
    for feed in FIELDS:
        if feed != "GA_HUKOU":
            county.says(feed, person, home, **hidden)
    snapshot = county.freeze()
    folder = open_snapshot(snapshot)
    tables = " ".join(
        str(value)
        for table in ("person", "household", "land")
        for row in read(snapshot, table)
        for value in row.values()
    )
    said = tables + (folder / "manifest.json").read_text(encoding="utf-8")
    assert str(person.id) in said
    for secret in hidden.values():
        assert secret not in said
    assert not re.search(r"[0-9]{17}[0-9X]", tables)


def test_what_is_read_is_what_the_feeds_declare() -> None:
    for feed, fields in FIELDS.items():
        declared = {column.kept_as: column for column in feeds.feed(feed).columns}
        assert set(fields) <= set(declared), feed
        secret = {
            name
            for name, column in declared.items()
            if column.secret or column.type in SECRET_TYPES
        }
        assert not [field for field in fields if field in secret and (feed, field) not in HASHED]


def test_the_workbench_reaches_neither_network_nor_extensions_nor_other_files(
    tmp_path: Path,
) -> None:
    inside, outside = tmp_path / "inside", tmp_path / "outside.csv"
    inside.mkdir()
    outside.write_text("1\n", encoding="ascii")
    with workbench(inside) as bench:
        bench.execute(f"COPY (SELECT 1 AS x) TO '{inside / 'x.parquet'}'")
        for statement in (
            "INSTALL httpfs",
            "LOAD httpfs",
            "FROM read_parquet('https://localhost/x.parquet')",
            f"FROM read_csv('{outside}')",
            "SET enable_external_access = true",
        ):
            with pytest.raises(duckdb.Error):
                bench.execute(statement)
