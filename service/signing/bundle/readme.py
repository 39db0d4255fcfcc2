"""The page of a bundle that people read first."""

from typing import Any

from service.foundation.money import capitals, yuan
from service.signing.manifest import content
from service.signing.models import Manifest


def readme(manifest: Manifest, signatures: list[dict[str, Any]]) -> str:
    """Return what the bundle is, in Chinese and English; nothing in it is personal but signers' names."""
    said = content(manifest)
    amount = said["amount_fen"]
    lines = [
        f"批次 Batch  {said['batch_no']}  第 {said['round']} 轮 round {said['round']}",
        f"笔数 Lines  {said['count']}",
        f"金额 Amount  {yuan(amount)} 元 yuan  {capitals(amount)}",
        f"清单摘要 Manifest SHA-256  {manifest.digest.hex()}",
        f"默克尔根 Merkle root  {said['lines_root']}",
        "",
        "付款账户与文件 Debit accounts and files",
        *(
            f"  {one['debtor_account']}  {one['execution_date']}  {yuan(one['amount_fen'])}  {one['file_name']}"
            for one in said["files"]
        ),
        "",
        "签名 Signatures",
        *(f"  {one['position']}. {one['name']}  {one['algorithm']}" for one in signatures),
        "",
        "核验 How to check",
        "  anxin signing verify FOLDER --trust KEYS.json   全部内容与签名 everything, with the signatures",
        "  python3 recount.py FOLDER                       只需 Python 标准库 with Python alone, without signatures",
        "",
        "manifest-N.json  第 N 个签名所签的内容 what signature N is over (RFC 8785)",
        "lines.jsonl      明细，一行一笔，金额为分 one line a payment, amounts in fen",
        "files/           发往银行的原始文件 the exact files for the banks",
        "signatures.json  签名、公钥、挑战值 signatures, public keys, challenges",
        "time-stamp.*     时间戳的请求、应答与被盖内容，如有；可用 OpenSSL 核验 the time-stamp, where there is one:",
        "  openssl ts -verify -in time-stamp.tsr -data time-stamp.bin -CAfile ROOTS.pem",
        "screening.json, notice.json  筛查结果与公示 what screening found, and the public notice",
        "bundle.json      各文件的 SHA-256 of every file",
        "",
        "含个人信息，请妥善保管。Holds personal data: keep it as such.",
        "",
    ]
    return "\n".join(lines)
