"""Very long registers and card lists, written row by row: for size, not for truth."""

import csv
from datetime import date, timedelta
from pathlib import Path

from stdnum import luhn
from stdnum.iso7064 import mod_11_10

from service.residents.identity.id_number import check_character

_FIRST_BIRTH = date(1930, 1, 1)
_DAYS = 34_000
_NAMES = "王秀英李建国张伟刘洋陈静杨柳黄河周舟吴桐徐风"
_BANK_CODE = "10533630001" + str(mod_11_10.calc_check_digit("10533630001"))


def number_of(person: int) -> tuple[str, str]:
    """Return the ID number and birth date of synthetic person ``person`` (up to 33 million)."""
    birth = _FIRST_BIRTH + timedelta(days=person % _DAYS)
    body = f"330523{birth:%Y%m%d}{person // _DAYS:03d}"
    return body + check_character(body), birth.isoformat()


def _name(person: int) -> str:
    return "".join(_NAMES[(person * step + step) % len(_NAMES)] for step in (1, 7, 13))


def write_register(path: Path, residents: int) -> None:
    """Write GA_HUKOU of ``residents`` people in households of three."""
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(
            ["公民身份号码", "姓名", "性别", "民族", "出生日期", "户号", "与户主关系", "户籍地址区划",
             "户口性质", "户籍状态", "登记日期"]
        )  # fmt: skip
        for person in range(residents):
            number, birth = number_of(person)
            sex = "男" if int(number[16]) % 2 else "女"
            village = f"330523{100 + person % 15:03d}{201 + person % 12:03d}"
            writer.writerow(
                [number, _name(person), sex, "汉族", birth, f"H{person // 3:09d}", "户主", village,
                 "农业", "正常", "2015-06-01"]
            )  # fmt: skip


def write_cards(path: Path, count: int, *, start: int = 0) -> None:
    """Write RS_CARD of ``count`` people, beginning with person ``start``."""
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(
            ["社会保障号码", "姓名", "银行账号", "开户行行号", "开户银行", "账户状态", "启用日期"]
        )
        for person in range(start, start + count):
            body = f"621700{person:012d}"
            card = body + str(luhn.calc_check_digit(body))
            writer.writerow(
                [number_of(person)[0], _name(person), card, _BANK_CODE, "石鼓农商行", "正常",
                 "2020-03-01"]
            )  # fmt: skip
