"""What can be wrong with a snapshot, said for the officer who has to act."""

from service.foundation.problems import Problem


class SnapshotDamaged(Problem):
    """Files of a frozen snapshot are gone or are not what was frozen."""

    code = "snapshot_damaged"
    status = 500
    title = "A snapshot was changed"

    def __init__(self, folder: str, files: list[str]) -> None:
        listed = ", ".join(files)
        super().__init__(
            f"Snapshot {folder} is not as it was frozen: {listed} changed or missing; restore the folder from the backup before anything is decided from it.",
            f"快照 {folder} 与冻结时不一致：{listed} 被改动或丢失；请先从备份恢复该文件夹，再据此作出决定。",
            folder=folder,
            files=files,
        )


class SnapshotKeyWrong(Problem):
    """A file of a snapshot is as it was kept, but the key does not open it."""

    code = "snapshot_key_wrong"
    status = 500
    title = "A snapshot does not open"

    def __init__(self, folder: str, file: str) -> None:
        super().__init__(
            f"{file} of snapshot {folder} does not open under this installation's key, or is another file; configure the field key it was frozen under, or restore it from the backup.",
            f"快照 {folder} 的 {file} 无法用本系统密钥打开，或文件被替换；请配置冻结时使用的字段密钥，或从备份恢复。",
            folder=folder,
            file=file,
        )


class RecordsUnreadable(Problem):
    """Current records hold values that are not of the kind their feed declares."""

    code = "snapshot_records_unreadable"
    status = 500
    title = "Records cannot be read"

    def __init__(self, faults: list[tuple[str, str, str, int]]) -> None:
        said = "; ".join(
            f"feed {feed}, field {field}: {count} values are not {kind}"
            for feed, field, kind, count in faults
        )
        said_zh = "；".join(
            f"数据源 {feed} 字段 {field} 有 {count} 个值不是 {kind}"
            for feed, field, kind, count in faults
        )
        super().__init__(
            f"The month cannot be frozen: {said}; import these deliveries again.",
            f"无法冻结本月数据：{said_zh}；请重新导入相应文件。",
        )


class SubjectTwice(Problem):
    """A subject would stand twice in its table and so be paid twice."""

    code = "snapshot_subject_twice"
    status = 500
    title = "A subject appears twice"

    def __init__(self, table: str, count: int) -> None:
        super().__init__(
            f"The month cannot be frozen: {count} rows of table {table} repeat a subject or have none; look for double records in its feeds.",
            f"无法冻结本月数据：{table} 表有 {count} 行对象重复或缺失；请检查相应数据源的重复记录。",
            table=table,
        )
