"""Invented townships and villages under the prefix 330523, coded in the shape of GB/T 10114."""

from dataclasses import dataclass

COUNTY_CODE = "330523"
COUNTY_NAME = "安心县（虚构）"
_TOWNSHIPS = (
    ("031", "云栖岭街道"),
    ("032", "望竹街道"),
    ("033", "清箬街道"),
    ("151", "白茶坞镇"),
    ("152", "石鼓镇"),
    ("153", "竹影镇"),
    ("154", "龙须溪镇"),
    ("155", "南屏岗镇"),
    ("156", "青柯镇"),
    ("251", "松月乡"),
    ("252", "半岭乡"),
    ("253", "鹤鸣乡"),
)
_FIRST = "东西南北上中下前后大小新老高长"
_SECOND = ("坞", "溪", "岭", "塘", "桥", "湾", "墩", "坪", "冲", "垅", "渚", "埠")


@dataclass(frozen=True)
class Village:
    """A village or neighbourhood: its 12-digit code, name, and whether it is rural."""

    code: str
    name: str
    township: str
    rural: bool


def township_rows() -> list[tuple[str, str]]:
    """Return (12-digit code, name) of every township."""
    return [(f"{COUNTY_CODE}{code}000", name) for code, name in _TOWNSHIPS]


def draw_villages(residents: int) -> list[Village]:
    """Return the county's villages: about one per 1,700 residents, at least four a township.

    Codes 001-199 are residents' committees, 200-399 villagers' committees (GB/T 10114).
    """
    each = max(4, min(40, residents // 1700 // len(_TOWNSHIPS)))
    found: list[Village] = []
    for code, township in _TOWNSHIPS:
        urban_count = each - each // 4 if code < "100" else max(1, each // 5)
        for number in range(each):
            rural = number >= urban_count
            serial = 200 + number if rural else 1 + number
            place = _FIRST[(number * 7 + int(code)) % len(_FIRST)]
            place += _SECOND[(number + int(code)) % len(_SECOND)]
            kind = "村民委员会" if rural else "社区居民委员会"
            found.append(Village(f"{COUNTY_CODE}{code}{serial:03d}", place + kind, township, rural))
    return found
