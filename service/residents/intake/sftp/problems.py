"""Why a department's server could not be asked."""

from service.foundation.problems import Problem


class SftpUnreachable(Problem):
    """No connection came about, or it broke."""

    code = "sftp_unreachable"
    status = 502
    title = "The department's server does not answer"

    def __init__(self) -> None:
        super().__init__(
            "The department's SFTP server does not answer, or the line broke; it is asked again later.",
            "部门的 SFTP 服务器没有应答或连接中断，稍后将重试。",
        )


class SftpHostKeyChanged(Problem):
    """The server showed another key than the agreed one."""

    code = "sftp_host_key_changed"
    status = 502
    title = "The server is not the agreed one"

    def __init__(self) -> None:
        super().__init__(
            "The SFTP server showed another host key than the agreed one; nothing was sent to it. Ask the department, then register the source with the new key.",
            "SFTP 服务器出示的主机密钥与约定不符，未向其发送任何内容；请与部门核实后以新密钥重新登记。",
        )


class SftpLoginRefused(Problem):
    """The server does not let us in."""

    code = "sftp_login_refused"
    status = 502
    title = "The server refuses our login"

    def __init__(self) -> None:
        super().__init__(
            "The SFTP server refuses our user, password or private key; rotate the source's secret.",
            "SFTP 服务器拒绝登录，请更换该来源的密码或私钥。",
        )


class SftpFolderRefused(Problem):
    """The agreed folder is not there or not ours to read."""

    code = "sftp_folder_refused"
    status = 502
    title = "The server's folder cannot be read"

    def __init__(self) -> None:
        super().__init__(
            "The agreed folder on the SFTP server is not there, or may not be read.",
            "SFTP 服务器上约定的目录不存在或无权读取。",
        )


class SftpFileRefused(Problem):
    """One file may not be read."""

    code = "sftp_file_refused"
    status = 502
    title = "A file on the server cannot be read"

    def __init__(self) -> None:
        super().__init__(
            "A file on the SFTP server may not be read; the others were not held up.",
            "SFTP 服务器上有文件无权读取，其余文件不受影响。",
        )


class SftpFileStuck(Problem):
    """A taken file could not be moved on their side."""

    code = "sftp_file_stuck"
    status = 502
    title = "A file on the server cannot be moved"

    def __init__(self) -> None:
        super().__init__(
            "A taken file could not be moved on the SFTP server; it is tried again and not read twice.",
            "已采集的文件在 SFTP 服务器上无法移走；下次再试，不会重复读取。",
        )


class SftpTakesTooLong(Problem):
    """The look was ended by its time limit."""

    code = "sftp_takes_too_long"
    status = 502
    title = "The server takes too long"

    def __init__(self) -> None:
        super().__init__(
            "Time was up before every file was fetched; the rest is fetched at the next look.",
            "本次采集超时，其余文件下次继续采集。",
        )
