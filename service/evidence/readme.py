"""The page of a pack that people read first, in Chinese and English."""

from typing import Any

from service.foundation.money import capitals, yuan


def readme(content: dict[str, Any]) -> str:
    """Return what a payment's pack is and how to check it; nobody is named on it."""
    paid = content["payment"]
    masked = content["shown"] == "masked"
    lines = [
        f"付款证据包 Evidence pack  {paid['reference']}",
        f"批次 Batch  {paid['batch_no']}",
        f"项目 Programme  {paid['name']['zh']}  {paid['name']['en']}  {paid['period']}",
        f"金额 Amount  {yuan(paid['amount_fen'])} 元 yuan  {capitals(paid['amount_fen'])}",
        "",
        "核验 How to check",
        "  python3 verify.py             在解开的文件夹中运行 in the unpacked folder",
        "  python3 verify.py PACK.zip    直接核验压缩包 the archive as it is",
        "  只需 Python 3.11，不需要网络和数据库。Python 3.11 is enough; no network, no database.",
        "  公钥从县里公布的渠道取得后，可加 --log-key HEX 核对。",
        "  With the log's key from where the county publishes it, add --log-key HEX.",
        "",
        "payment.zh.pdf, payment.en.pdf  给人看 for people",
        "payment.json   给程序看，金额为分 for programs, amounts in fen",
        "rules/         当时依据的全部规则及本项目规则 the rules that decided, all and this programme's",
        "signed/        签发清单、签名、时间戳 what was signed, the signatures, the time-stamp",
        "bank/          银行文件中本笔的原始字节 exactly this line's bytes of the bank's files",
        "trail/         留痕记录、证明与签名的树头 audit entries, their proofs, the signed head",
        "pack.json      每个文件的 SHA-256 of every file",
        "",
        "姓名与账号已脱敏，因此不含本笔叶子内容。Name and account are masked, so the line's leaf is not shown."
        if masked
        else "含姓名与账号，请妥善保管。Holds a name and an account: keep it as such.",
        "",
    ]
    return "\n".join(lines)


def readme_of_list(kind: str, name: str, *, whole: bool) -> str:
    """Return what a pack of a batch or a month is, and how to check it."""
    what = {
        "batch": "批次证据包 Evidence pack of a batch",
        "month": "月度证据包 Evidence pack of a month",
    }
    lines = [
        f"{what[kind]}  {name}",
        "",
        "核验 How to check",
        "  python3 verify.py             在解开的文件夹中运行 in the unpacked folder",
        "  python3 verify.py PACK.zip    直接核验压缩包 the archive as it is",
        "",
        f"{kind}.json  内容与合计，金额为分 content and totals, amounts in fen",
        "pack.json   每个文件的 SHA-256 of every file",
        "",
        "含姓名与账号，请妥善保管。Holds names and accounts: keep it as such."
        if whole
        else "姓名已脱敏。Names are masked.",
        "",
    ]
    return "\n".join(lines)
