"""The board of a village: read by anybody, made of what was paid, without a word about anybody."""

import re
from datetime import date
from html import unescape

import pytest
from sqlalchemy.orm import Session

from service.batches.models import Batch
from service.enquiry.board.aged import age
from service.residents.models import Division
from service.web.filters import day
from tests.factories import residents
from tests.factories.batches import BatchFactory, PaymentFactory, payee
from tests.service.notices.hanging import hanging
from tests.service.web.browsing import Browser

TOWN, VILLAGE, OLD = "330523100000", "330523100200", "330523100299"
OCTOBER = date(2026, 10, 16)


@pytest.fixture
def village(session: Session) -> Session:
    residents.use(session)
    session.add(Division(code="330523000000", name="安和县", level="county"))
    session.add(Division(code=TOWN, name="青禾镇", level="township", parent="330523000000"))
    session.add(Division(code=VILLAGE, name="石桥村", level="village", parent=TOWN))
    session.add(
        Division(
            code=OLD,
            name="老石桥村",
            level="village",
            parent=TOWN,
            valid_to=date(2024, 12, 31),
            succeeded_by=VILLAGE,
        )
    )
    session.flush()
    return session


def paid(session: Session, batch: Batch, count: int, *, fen: int, **fields: object) -> list[int]:
    """Let so many people be paid on a day of October; return who."""
    made = []
    for _ in range(count):
        values = {"payee_person_id": payee().id, "settled_on": OCTOBER, **fields}
        line = PaymentFactory.create(batch=batch, amount_fen=fen, **values)
        for then in ("frozen", "sent", "paid"):
            line.state = then
            session.flush()
        made.append(line.payee_person_id)
    return made


@pytest.mark.usefixtures("village")
def test_the_board_tells_sums_and_never_people(session: Session, browser: Browser) -> None:
    old_age, care = BatchFactory.create(), BatchFactory.create(programme="MZ17")
    paid(session, old_age, 6, fen=15_000)
    paid(session, old_age, 1, fen=20_000, division=OLD)
    (few,) = paid(session, care, 1, fen=77_700)
    # Six lines of one person are one person.
    for months in range(5):
        paid(session, care, 1, fen=100, payee_person_id=few, period=f"2026-0{months + 1}")
    # Of another village, of another month, and not there yet.
    paid(session, old_age, 5, fen=9_999, division="330523100201")
    paid(session, old_age, 1, fen=1, settled_on=date(2026, 9, 16))
    PaymentFactory.create(batch=old_age, amount_fen=88_800)
    shown = browser.get(f"/village/{VILLAGE}?month=2026-10").text
    assert "2026年10月本村 8 人共有 1,882.00 元补贴到卡。" in shown
    assert "其他补贴合计" in shown
    assert "777.00" not in shown
    assert "99.99" not in shown
    # September's one person is in no figure, also not in the picture's.
    assert "0.01" not in shown
    assert "不足 5 人" in shown
    answer = browser.get(f"/api/villages/{VILLAGE}?month=2026-10").json()
    assert (answer["people"], answer["amount_fen"]) == (8, 188_200)
    assert sum(one["amount_fen"] for one in answer["rows"]) == 188_200
    few_people = browser.get(f"/api/villages/{VILLAGE}?month=2026-09").json()
    assert (few_people["people"], few_people["amount_fen"], few_people["rows"]) == (None, None, [])


def test_an_old_code_answers_for_the_village_of_today(village: Session, browser: Browser) -> None:
    assert "石桥村" in browser.get(f"/village/{OLD}").text
    assert browser.get(f"/village/{TOWN}").status_code == 404
    assert browser.get("/village/330523999999").status_code == 404
    assert f"/village/{VILLAGE}" in browser.get(f"/village?township={TOWN}").text


def test_the_notices_of_the_village_hang_on_its_board(village: Session, browser: Browser) -> None:
    one = hanging(village, 3)
    shown = browser.get(f"/village/{VILLAGE}").text
    assert f"/notices/{one.notice.number}?village={VILLAGE}" in shown
    elsewhere = Division(code="330523100201", name="竹影村", level="village", parent=TOWN)
    village.add(elsewhere)
    village.flush()
    assert str(one.notice.number) not in browser.get("/village/330523100201").text


def test_the_display_turns_its_pages_by_itself(village: Session, browser: Browser) -> None:
    seen = []
    address = f"/village/{VILLAGE}/screen"
    for _ in range(5):
        answer = browser.get(address)
        assert answer.status_code == 200
        (turns,) = re.findall('http-equiv="refresh" content="([0-9]+); url=([^"]+)"', answer.text)
        assert int(turns[0]) >= 10
        address = unescape(turns[1])
        seen.append(address)
    # Months, notices, programmes, proofs, how to ask; then the next round, which goes on where
    # the long lists stopped.
    assert len(set(seen)) == 5
    assert seen[-1].endswith("part=1&turn=1")
    first = browser.get(f"/village/{VILLAGE}/screen?part=3").text
    assert "五保" in first or "低保" in first
    assert browser.get(f"/village/{VILLAGE}/screen?part=3&turn=1").text != first
    # A round that became shorter shows its last leaf: nobody in a hall can do anything about a fault.
    assert browser.get(f"/village/{VILLAGE}/screen?part=99").status_code == 200
    assert browser.get(f"/village/{VILLAGE}/screen?part=1000").status_code == 422


def test_the_display_shows_names_that_nobody_objected_to(
    village: Session, browser: Browser
) -> None:
    hung = hanging(village, 3)
    leaves = [browser.get(f"/village/{VILLAGE}/screen?part={part}").text for part in range(1, 5)]
    names = [one for one in leaves if 'class="names"' in one]
    assert len(names) == 1
    assert len(re.findall("<li>[0-9]+ [^ ]+\\*+</li>", names[0])) == 3
    assert day(hung.notice.ends_on) in "".join(leaves)


def test_the_board_says_how_old_it_is() -> None:
    today = date(2026, 11, 28)
    assert not age(date(2026, 10, 24), today).is_old
    old = age(date(2026, 10, 23), today)
    assert old.is_old
    assert "36" in old.text
    assert age(None, today).is_old
