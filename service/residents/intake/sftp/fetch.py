"""Read one file of a department's server, bounded, and move it there if that was agreed."""

import asyncssh

from service.residents.intake.sftp.line import STEP_SECONDS, Line, Refused
from service.residents.intake.sftp.look import Remote
from service.residents.intake.sftp.problems import (
    SftpFileRefused,
    SftpFileStuck,
    SftpTakesTooLong,
)

_CHUNK = 1024 * 1024


def fetch(line: Line, file: Remote, *, bytes_max: int, seconds: float) -> bytes | None:
    """Return the content, or None when the file is growing, gone, or not as long as listed.

    Raises SftpFileRefused, SftpTakesTooLong, SftpUnreachable.
    """
    if seconds <= 0:
        raise SftpTakesTooLong
    try:
        content = line.ask(_read(line.sftp, file.path, min(file.size, bytes_max)), seconds)
    except Refused:
        raise SftpFileRefused from None
    return content if len(content) == file.size else None


def move(line: Line, file: Remote, folder: str) -> None:
    """Move a taken file (not its marker) into another folder of the server, overwriting nothing.

    Raises SftpFileStuck or SftpUnreachable.
    """
    target = folder.rstrip("/").encode() + b"/" + file.raw_name
    try:
        try:
            line.ask(line.sftp.rename(file.path, target), STEP_SECONDS)
        except Refused:
            # The name may be taken there by an earlier delivery.
            numbered = target + b"." + file.mark.hex()[:8].encode()
            line.ask(line.sftp.rename(file.path, numbered), STEP_SECONDS)
    except Refused:
        raise SftpFileStuck from None


async def _read(sftp: asyncssh.SFTPClient, path: bytes, size: int) -> bytes:
    """Return at most one byte more than ``size``: a longer file is still being written."""
    parts: list[bytes] = []
    length = 0
    async with sftp.open(path, "rb") as handle:
        while length <= size:
            part = await handle.read(min(_CHUNK, size + 1 - length))
            if not part:
                break
            parts.append(bytes(part) if not isinstance(part, str) else part.encode())
            length += len(parts[-1])
    return b"".join(parts)
