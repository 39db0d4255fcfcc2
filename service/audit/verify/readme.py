"""The page of an exported log that people read first."""

import hashlib

from service.audit.standalone.classes import MEANING
from service.audit.standalone.joined import joined
from service.audit.verify.rows import Extent


def readme(until: Extent) -> str:
    """Return what the file is and how it is checked, in Chinese and English."""
    digest = hashlib.sha256(joined()).hexdigest()
    lines = [
        "安心审计日志导出件  Exported audit log of Anxin",
        f"记录 Entries  {until.leaves}    已签 Signed  {until.signed}",
        "",
        "核验 How to check",
        "  anxin audit verify FILE --trust TRUST.json   全部内容 everything",
        "  python3 -I -S verify_log.py FILE --trust TRUST.json",
        "      只需 Python 3.11，无需联网与数据库 with Python alone, no network, no database",
        "  --head CHECKPOINT   见证方留存的检查点，用于发现回退与分叉",
        "                      a checkpoint that a witness kept: finds a log that was rolled back or forked",
        "TRUST.json 与检查点应由其他途径取得，本件内的 keys.json 只能证明日志自洽。",
        "TRUST.json and checkpoints must reach you by another way; keys.json in here only shows that the log",
        "agrees with itself.",
        "verify_log.py 应自其他途径取得，或核对其 SHA-256 Get verify_log.py by another way, or compare its SHA-256:",
        f"  {digest}",
        "",
        "文件 Files",
        "  entries.jsonl      记录原文，一行一条，次序即位次 the entries as they were hashed, one a line, in order",
        "  leaves.bin         每条 32 字节摘要 the digest of each, 32 bytes",
        "  checkpoints.jsonl  全部检查点及其签名、联署 every checkpoint with its signatures and cosignatures",
        "  anchors.jsonl      时间戳原件 time-stamps as they came (RFC 3161, base64)",
        "  head.note          库外保存的签头 the head kept outside the database",
        "  keys.json          日志与见证方公钥 keys of the log and its witnesses",
        "",
        "退出码 Exit codes: 0 核验通过 verified",
        *(f"  {code:2} {zh}  {en}" for code, (en, zh) in sorted(MEANING.items())),
        "",
        "记录内不含个人信息。The entries hold no personal data.",
        "",
    ]
    return "\n".join(lines)
