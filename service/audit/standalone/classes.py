"""What can be wrong with an audit log: one exit code for each class."""

UNREADABLE, CHANGED, MISSING, INSERTED, ORDER, CHECKPOINT, ROOT = 2, 3, 4, 5, 6, 7, 8
FORKED, POLICY, ANCHOR, COLUMNS, NOT_COMPARED = 9, 10, 11, 12, 13
MEANING: dict[int, tuple[str, str]] = {
    UNREADABLE: ("the file cannot be read", "文件无法读取"),
    CHANGED: ("an entry was changed", "有记录被改动"),
    MISSING: ("an entry is missing", "有记录缺失"),
    INSERTED: ("an entry was inserted, or is not signed", "有记录被插入或未经签署"),
    ORDER: ("entries changed places", "记录次序被调换"),
    CHECKPOINT: ("a checkpoint's text or signature", "检查点的内容或签名不成立"),
    ROOT: ("a signed root is not that of the entries", "已签的根与记录不符"),
    FORKED: ("rolled back or forked against a copy kept outside", "与外存副本不符：被回退或分叉"),
    POLICY: ("too few witnesses cosigned", "见证方联署不足"),
    ANCHOR: ("a time-stamp over a checkpoint", "检查点的时间戳不成立"),
    COLUMNS: ("a search column tells another story than its entry", "检索字段与记录内容不符"),
    NOT_COMPARED: ("nothing is wrong, but no trusted key was given", "内容一致，但未给出可信公钥"),
}


class Wrong(Exception):
    """Something does not hold: its class (see MEANING), a sentence in both languages, the entry."""

    def __init__(self, code: int, said: str, said_zh: str, index: int | None = None) -> None:
        super().__init__(said)
        self.code, self.said, self.said_zh, self.index = code, said, said_zh, index
