"""The bank's page: everything there is to see, every button, and nobody else's buttons."""

from __future__ import annotations

import re
from http.client import HTTPConnection, HTTPResponse
from pathlib import Path
from urllib.parse import urlencode, urlsplit

import pytest

from bank_adapters.simulator.behaviours import Place
from bank_adapters.simulator.page import door
from bank_adapters.simulator.page.words import CHINESE
from tests.bank_adapters.banks import RunningBank
from tests.bank_adapters.makers import HEADER
from tests.bank_adapters.simulated import ACCOUNT, Desk, next_day, payments

TEMPLATES = Path(door.__file__).parent / "templates"
OPTIONS = ("after_days", "amount_fen", "fee_fen", "to_account", "undone_after_days")


class Browser:
    """A browser as far as the page needs one."""

    def __init__(self, address: str, language: str = "en") -> None:
        self.host = urlsplit(address).netloc
        self.language = language

    def ask(
        self, method: str, path: str, body: str = "", **headers: str
    ) -> tuple[HTTPResponse, str]:
        """Return one answer and its text."""
        line = HTTPConnection(self.host, timeout=60)
        given = {"Accept-Language": self.language, **headers}
        if method == "POST":
            given["Content-Type"] = "application/x-www-form-urlencoded"
        line.request(method, path, body.encode() or None, given)
        answer = line.getresponse()
        text = answer.read().decode("utf-8", "replace")
        line.close()
        return answer, text

    def see(self, path: str) -> str:
        """Return a page."""
        answer, text = self.ask("GET", path)
        assert answer.status == 200
        policy = answer.headers["Content-Security-Policy"]
        assert policy.startswith("default-src 'none'; style-src 'self'")
        assert "unsafe" not in policy
        return text

    def press(self, path: str, **form: str) -> tuple[HTTPResponse, str]:
        """Press a button of the page."""
        found = re.search(r'name="token" value="([^"]+)"', self.see("/arrange"))
        assert found is not None
        return self.ask("POST", path, urlencode({"token": found[1], **form}))


@pytest.fixture
def browser(one_bank: RunningBank) -> Browser:
    """A browser in English at the one bank."""
    return Browser(one_bank.where["page"])


def test_a_clerk_sees_what_happened_and_arranges_what_happens_next(
    desk: Desk, browser: Browser
) -> None:
    desk.plan()
    back = {"account_no": ACCOUNT.format(2), "do": "return", "how": "fee", "fee_fen": "200"}
    assert browser.press("/fate", code="BE01", after_days="1", **back)[0].status == 303
    arranged, _ = browser.press(
        "/arrange", kind="interest", user=desk.user, times="1", amount_fen="7"
    )
    assert (arranged.status, arranged.headers["Location"]) == (
        303,
        "/arrange?done=interest#arranged",
    )
    assert "Interest of a sum you name is credited." in browser.see("/arrange")
    desk.send(payments(2))
    desk.close()
    browser.press("/close-day", day=next_day().isoformat())
    statement = desk.statement(2)
    assert [one.amount_fen for one in statement.entries] == [10_002 - 200]
    (stem,) = [name for name in desk.replies() if name.startswith(desk.reference)]
    overview = browser.see("/")
    assert f'href="/accounts/{desk.user}/{HEADER.debtor_account}"' in overview
    assert "Demonstration rural commercial bank" in overview
    shown = browser.see(f"/accounts/{desk.user}/{HEADER.debtor_account}")
    assert re.findall(r"<td>(batch|interest|return)</td>", shown) == ["batch", "interest", "return"]
    found = re.search(
        rf'href="(/files/[0-9]+)">{desk.reference}', browser.see(f"/files?user={desk.user}")
    )
    assert found is not None
    file = browser.see(found[1])
    assert file.count("<tr>") == 3
    assert "returned" in file
    assert ACCOUNT.format(2) not in file
    # A closed day answers every customer; their own answers stand under their own name.
    listed = browser.see(f"/answers?user={desk.user}")
    answer = re.search(rf'href="/answers/([0-9]+)" download>outbox/{re.escape(stem)}', listed)
    assert answer is not None
    assert set(re.findall(r'href="/answers\?user=([^"&]+)"', listed)) == {desk.user}
    sent, text = browser.ask("GET", f"/answers/{answer[1]}")
    assert sent.headers["Content-Disposition"] == f'attachment; filename="{stem}"'
    assert "<OrgnlMsgId>" in text
    browser.press("/send-again", id=answer[1])
    assert len(desk.files("outbox", 2)) == 2


def test_what_is_arranged_can_be_taken_away(desk: Desk, browser: Browser) -> None:
    desk.plan("lost_order", "no_reply")
    for number in re.findall(r'name="id" value="([0-9]+)"', browser.see("/")):
        browser.press("/take-away", id=number)
    assert "Nothing is arranged; the bank behaves." in browser.see("/")
    desk.send(payments(1))
    assert desk.reply().believable


def test_a_button_pressed_wrongly_says_what_is_wrong_in_the_clerks_language(
    desk: Desk, browser: Browser
) -> None:
    desk.close()
    clerk = Browser(f"http://{browser.host}/", "zh-CN,zh;q=0.9")
    for path, form, told in (
        ("/close-day", {"day": "2020-01-01"}, "更晚的日期已经日终"),
        ("/close-day", {"day": "soon"}, "请选择日期。"),
        ("/arrange", {"kind": "nothing"}, "请选择银行要做的事。"),
        ("/arrange", {"kind": "fees", "user": "nobody"}, "请选择客户。"),
        ("/arrange", {"kind": "fees", "user": "iso", "times": "0"}, "请填 1 到 1000 的整数。"),
        ("/arrange", {"kind": "refused_order", "user": "iso", "code": "x"}, "代码为四位"),
        ("/fate", {"account_no": "a b!", "do": "reject"}, "账号只能是数字或字母"),
        ("/fate", {"account_no": "62", "do": "nothing"}, "请选择付款的结果。"),
        ("/fate", {"account_no": "62", "do": "return", "how": "fee"}, "还需要一项"),
        ("/send-again", {"id": "0"}, "没有这份回单。"),
        ("/nowhere", {}, "没有这个操作。"),
    ):
        answer, text = clerk.press(path, **form)
        assert answer.status == 422
        assert told in text


def test_nobody_elses_page_can_press_a_button(browser: Browser) -> None:
    form = urlencode({"token": "guessed", "day": "2099-01-01"})
    assert browser.ask("POST", "/close-day", form)[0].status == 403
    answer, _ = browser.ask("GET", "/", Host="bank.example")
    assert answer.status == 421
    found = re.search(r'name="token" value="([^"]+)"', browser.see("/"))
    assert found is not None
    form = urlencode({"token": found[1], "day": "2099-01-01"})
    answer, _ = browser.ask("POST", "/close-day", form, Origin="http://bank.example")
    assert answer.status == 403
    assert browser.ask("DELETE", "/")[0].status == 405
    for path in ("/nothing", "/files/0", "/answers/0", "/accounts/iso/0", "/files/x"):
        assert browser.ask("GET", path)[0].status == 404
    for back in ("//bank.example", "https://bank.example", "/\\bank.example", "/%0d%0aX: y"):
        answer, _ = browser.ask("GET", f"/language?to=zh&back={back}".replace(" ", "%20"))
        assert answer.status == 404


def test_every_word_is_there_in_both_languages(browser: Browser) -> None:
    answer, _ = browser.ask("GET", "/language?to=zh&back=/files")
    assert (answer.status, answer.headers["Location"]) == (303, "/files")
    assert answer.headers["Set-Cookie"].startswith("bank_language=zh;")
    _, text = browser.ask("GET", "/", Cookie="bank_language=zh")
    assert '<html lang="zh-CN">' in text
    assert "总览" in text
    said = set()
    for template in TEMPLATES.glob("*.html"):
        said |= set(re.findall(r"""t\((?:"([^"]+)"|'([^']+)')\)""", template.read_text("utf-8")))
    words = {one or other for one, other in said} | {"Overview", "Days", "Amount in fen"}
    words |= {place.value for place in Place} - {"payment", "return"}
    assert len(words) > 50
    assert words - set(CHINESE) == set()
    for language in ("en", "zh"):
        page = Browser(f"http://{browser.host}/", language).see("/arrange")
        options = re.findall(r"<option value[^>]*>([^<]+)", page)
        assert not [text for text in options if "`" in text or any(o in text for o in OPTIONS)]
