"""The exit codes of a verification: one for each class of what can be wrong.

Of several findings the smallest code counts: what comes first is what the rest stands on.
"""

from service.signing.standalone import recount

VERIFIED = 0
UNREADABLE = recount.UNREADABLE
MANIFEST = recount.MANIFEST
LINES = recount.LINES
BANK_FILE = recount.BANK_FILE
SIGNATURE = recount.SIGNATURE
KEY, TIMESTAMP, POLICY, NOT_COMPARED = 7, recount.TIME_STAMP, 9, 10

MEANING: dict[int, tuple[str, str]] = {
    UNREADABLE: (
        "the bundle cannot be read, or a file is missing, extra or changed",
        "无法读取，或文件缺失、多余、被改动",
    ),
    MANIFEST: ("the manifest, or what it stands on", "清单或其依据不符"),
    LINES: ("the lines: count, total or Merkle root", "明细行数、金额或默克尔根不符"),
    BANK_FILE: ("a bank file", "银行文件不符"),
    SIGNATURE: ("a signature", "签名不成立"),
    KEY: ("a key or certificate", "密钥或证书不被信任"),
    TIMESTAMP: ("a time-stamp", "时间戳不成立"),
    POLICY: ("who acted, when, and how many had to sign", "经办、审核、签发人员或人数不合规"),
    NOT_COMPARED: (
        "nothing is wrong, but the keys were not compared with trusted ones (--trust)",
        "内容一致，但未与可信公钥比对（--trust）",
    ),
}
