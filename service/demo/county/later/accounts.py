"""Cards of those who were drawn late, and the banks' answers about them."""

from datetime import date, timedelta

from service.demo.county.cards import Card, bank_code, bank_name, card_number
from service.demo.county.later.drawing import Drawing

_BANKS = (0, 0, 1, 2, 3)


def open_accounts(draw: Drawing) -> None:
    """Give everybody who may now be paid a card if need be, and the bank's word about it.

    Older cards stay as they are: whose card is not in use is held, as before.
    """
    county = draw.county
    answered = {verdict.person for verdict in county.verdicts}
    last = draw.clock.earlier_end
    for person in sorted(draw.later.payees - answered):
        if not draw.register.truth.is_free(draw.people[person].number):
            continue
        card = county.cards.get(person)
        if card is None:
            bank = _BANKS[person % len(_BANKS)]
            number = card_number(bank, 700_000_000 + person)
            card = Card(person, number, bank, person % 4, date(2019, 5, 6))
            _enter(draw, card)
        if card.person == person and card.statuses == ("正常", "正常"):
            verified = last - timedelta(days=8 + person * 7_919 % 400)
            _answer(draw, card, max(verified, draw.people[person].since))


def _enter(draw: Drawing, card: Card) -> None:
    draw.say(
        "RS_CARD",
        card.person,
        {
            "银行账号": card.number,
            "开户行行号": bank_code(card.bank, card.branch),
            "开户银行": bank_name(card.bank, card.branch),
            "账户状态": "正常",
            "启用日期": card.since,
        },
        known=draw.people[card.person].since,
    )


def _answer(draw: Drawing, card: Card, verified: date) -> None:
    draw.say(
        "BK_RET",
        card.person,
        {
            "账号": card.number,
            "户名": draw.people[card.person].name,
            "核验结果": "一致",
            "核验日期": verified,
        },
        known=verified,
    )
