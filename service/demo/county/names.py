"""Synthetic Chinese personal names: common ones, rare characters, minority names with a dot."""

import random

_SURNAMES = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡"
    "余杜叶程苏魏吕丁任沈姚卢姜崔钟谭陆汪范金石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯"
    "龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤诸葛"
)
_SURNAME_LIST = [*_SURNAMES[:-2], "欧阳", "诸葛"]
_SURNAME_WEIGHTS = [100.0 / (rank + 6) for rank in range(len(_SURNAME_LIST))]
_GIVEN = {
    ("男", "old"): "福根生财宝海水土金木荣华祥林有才德明阿法兴发建国富贵长连庆炳坤松仁义",
    ("女", "old"): "秀英珍凤兰梅香莲桂花玉翠菊芬银娥巧彩云妹阿素琴仙美月招娣爱宝珠杏",
    ("男", "middle"): "伟强军勇建平国华志明海波峰斌辉刚健俊杰涛鹏飞东亮民永新卫忠文龙",
    ("女", "middle"): "芳丽敏静艳娟霞燕红玲萍英华慧琴洁琳梅莉娜颖晓春秋雪飞云小珍琼",
    ("男", "young"): "宇浩轩子睿辰泽博文一诺俊熙铭天佑梓豪嘉奕航明哲思远承恩景行沐",
    ("女", "young"): "欣怡梓涵诗雨萱一诺语桐思琪可馨若曦雅婷佳颖子涵依依安然沐晴心",
}
_OTHER_NATIONS = [
    ("维吾尔", ("阿依古丽·买买提", "吐尔逊·艾合买提", "热娜·努尔", "库尔班·赛买提")),
    ("哈萨克", ("叶尔兰·哈力克", "古丽娜·巴合提")),
    ("蒙古", ("其其格·巴图", "乌兰·布赫")),
]
_SHE_SURNAMES = ("蓝", "雷", "钟", "盘")
RARE_UNENCODABLE = ("䶮", "𬎆", "㛃")
RARE_ENCODABLE = ("龑", "喆", "堃", "犇", "淼", "翀")
DOT_VARIANTS = ("•", "．")


def era(birth_year: int) -> str:
    """Return which fashion of given names a birth year follows."""
    if birth_year < 1962:
        return "old"
    return "middle" if birth_year < 1995 else "young"


def draw_surnames(rng: random.Random, count: int) -> list[str]:
    """Return surnames, the common ones far more often."""
    return rng.choices(_SURNAME_LIST, _SURNAME_WEIGHTS, k=count)


def draw_given(rng: random.Random, sex: str, birth_year: int) -> str:
    """Return a given name of one or two characters."""
    pool = _GIVEN[sex, era(birth_year)]
    first = pool[int(rng.random() * len(pool))]
    if rng.random() < 0.13:
        return first
    return first + pool[int(rng.random() * len(pool))]


def rare_name(rng: random.Random, surname: str, character: str, sex: str, year: int) -> str:
    """Return a name whose last character is the given rare one."""
    return surname + draw_given(rng, sex, year)[0] + character


def minority_name(rng: random.Random, given: str) -> tuple[str, str]:
    """Return (nationality, name) of a minority; most are 畲 with names shaped like others'."""
    if rng.random() < 0.97:
        return "畲", rng.choice(_SHE_SURNAMES) + given
    return dotted_name(rng)


def dotted_name(rng: random.Random) -> tuple[str, str]:
    """Return (nationality, name) with the middle dot U+00B7 between its parts."""
    nation, names = rng.choice(_OTHER_NATIONS)
    return nation, rng.choice(names)


def fits_gbk(name: str) -> bool:
    """Return whether a bank that only speaks GBK could write the name."""
    try:
        name.encode("gbk")
    except UnicodeEncodeError:
        return False
    return True
