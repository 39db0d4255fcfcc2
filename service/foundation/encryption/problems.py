"""What can be wrong with keys and with what they seal; no sentence ever quotes a key or a value."""

from pathlib import Path

from service.foundation.problems import Problem


class SealBroken(Problem):
    """A sealed value does not open: wrong key, wrong row, or changed bytes."""

    code = "seal_broken"
    status = 500
    title = "A sealed value does not open"

    def __init__(self, place: str) -> None:
        super().__init__(
            f"A sealed value of {place} does not open; it was changed, moved, or sealed under another key.",
            f"{place} 的加密内容无法打开：内容被改动、被移动，或密钥不符。",
        )


class KeyMissing(Problem):
    """A key file is not there and may not be made here."""

    code = "key_missing"
    status = 500
    title = "A key is missing"

    def __init__(self, name: str, path: Path | None = None) -> None:
        there = f" ({path} does not exist)" if path else ""
        there_zh = f"（{path} 不存在）" if path else ""
        super().__init__(
            f"The key “{name}” is missing{there}; set ANXIN_{name.upper()}_KEY_FILE to a file of 64 hex digits.",
            f"缺少密钥“{name}”{there_zh}，请设置 ANXIN_{name.upper()}_KEY_FILE。",
        )


class KeyFileUnusable(Problem):
    """A key file is there but cannot be relied on; the sentence names the file and what is wrong."""

    code = "key_file_unusable"
    status = 500
    title = "A key file cannot be used"

    def __init__(self, path: Path | str, wrong: str, wrong_zh: str) -> None:
        super().__init__(
            f"The key file {path} cannot be used: {wrong}.",
            f"密钥文件 {path} 不能使用：{wrong_zh}。",
        )
