"""Why a file that somebody named cannot be opened, in our own words: the system speaks English only."""

import errno

_WHY: dict[int, tuple[str, str]] = {
    errno.ENOENT: ("there is no such file", "文件不存在"),
    errno.EACCES: ("this user may not open it", "没有打开该文件的权限"),
    errno.EPERM: ("this user may not open it", "没有打开该文件的权限"),
    errno.EISDIR: ("it is a folder, not a file", "这是文件夹，不是文件"),
    errno.ENOTDIR: (
        "a part of its path is a file, not a folder",
        "路径中有一部分是文件而不是文件夹",
    ),
    errno.EEXIST: ("there is such a file already", "文件已存在"),
    errno.EFBIG: ("it is too large", "文件过大"),
    errno.ENOMEM: ("it is too large for this machine's memory", "文件过大，内存不足"),
    errno.ENOSPC: ("the disk is full", "磁盘空间已满"),
    errno.EDQUOT: ("the disk is full", "磁盘空间已满"),
    errno.EROFS: ("the disk can only be read", "磁盘为只读"),
    errno.ENAMETOOLONG: ("its name is too long", "文件名过长"),
    errno.ELOOP: ("its links lead in a circle", "链接循环"),
    errno.EMFILE: ("too many files are open", "打开的文件过多"),
    errno.EIO: ("the disk could not be read", "磁盘读写出错"),
}


def why_not_opened(error: OSError | ValueError) -> tuple[str, str]:
    """Return in English and Chinese why a file cannot be opened, as the end of a sentence.

    What the system refuses for a reason that is not in the list is named by its number.
    """
    if isinstance(error, UnicodeError):
        return "it is not UTF-8 text", "不是 UTF-8 编码的文本"
    if not isinstance(error, OSError):
        return "its name is not possible", "文件名无效"
    known = _WHY.get(error.errno or 0)
    if known:
        return known
    return f"the system refused it (error {error.errno})", f"系统拒绝（错误 {error.errno}）"
