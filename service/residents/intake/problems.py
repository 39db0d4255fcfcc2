"""Why a source cannot be registered, asked or believed: one code and one sentence each."""

from collections.abc import Iterable

from service.foundation.problems import Problem

_WHY = {
    "missing": ("it is missing", "缺少该项"),
    "extra_forbidden": ("there is no such term", "没有这一项"),
    "path_not_absolute": ("a path begins with / and has no ..", "路径须以 / 开头且不含 .."),
    "host_wrong": ("this is not a host's name", "主机名不正确"),
    "host_key_unreadable": (
        "this is not a public key as OpenSSH writes it",
        "不是 OpenSSH 格式的公钥",
    ),
    "feed_unknown": ("there is no such feed", "没有该数据源"),
    "feed_twice": ("a feed is named twice", "数据源重复"),
    "one_feed_only": ("a database source delivers one feed", "数据库方式只对应一个数据源"),
    "division_elsewhere": (
        "it must be a township or village of this county",
        "须为本县的乡镇或村级区划代码",
    ),
    "division_needs_incremental": (
        "a full feed speaks of the whole county; one township's list would end everybody else's",
        "全量数据源须覆盖全县，单个乡镇的名单会使其他人的记录失效",
    ),
    "division_unsaid": (
        "the feed's rows name no place, so they cannot be held to one",
        "该数据源的行不含区划，无法限定范围",
    ),
    "public_key_wrong": (
        "an Ed25519 public key is 32 bytes in base64",
        "应为 base64 编码的 32 字节 Ed25519 公钥",
    ),
    "url_unreadable": ("this is not a database address", "数据库地址无法识别"),
    "url_incomplete": (
        "the address needs user, host and database name",
        "地址须包含用户、主机和库名",
    ),
    "url_has_password": (
        "the password is never part of the address; it is asked for and kept sealed",
        "地址中不得包含密码，密码单独输入并加密保存",
    ),
    "url_option_unknown": (
        "only sslmode and sslrootcert may follow the address",
        "地址后只可附 sslmode 和 sslrootcert",
    ),
    "tls_not_verified": (
        "a server elsewhere is only asked over verified TLS: add sslmode=verify-full and sslrootcert",
        "非本机数据库须经校验证书的 TLS 连接：请加 sslmode=verify-full 和 sslrootcert",
    ),
    "dialect_unknown": (
        "this kind of database cannot be asked; let the department push or lay files",
        "不支持该类数据库，请改用推送或文件方式",
    ),
    "driver_missing": (
        "the driver for this kind of database is not installed",
        "未安装该类数据库的驱动程序",
    ),
    "query_unreadable": ("this is not SQL as PostgreSQL reads it", "不是 PostgreSQL 可识别的 SQL"),
    "query_not_one_select": ("it must be exactly one SELECT", "只能是一条 SELECT 语句"),
    "query_changes_data": (
        "a SELECT may not change, lock or create anything",
        "查询不得修改、锁定或创建任何内容",
    ),
    "watermark_incomplete": (
        "watermark_column and watermark_type go together",
        "watermark_column 与 watermark_type 须同时填写",
    ),
    "watermark_on_full_feed": (
        "a full feed is always asked for whole",
        "全量数据源每次都须取全部数据",
    ),
}


class TermsWrong(Problem):
    """A registration that cannot be agreed to; every fault is named, no value is repeated."""

    code = "source_terms_wrong"
    status = 422
    title = "The source's terms cannot be used"

    def __init__(self, faults: Iterable[tuple[str, str]]) -> None:
        named = [
            {"field": field, "code": kind, "sentence": en, "sentence_zh": zh}
            for field, kind in faults
            for en, zh in [_WHY.get(kind, (kind, kind))]
        ]
        super().__init__(
            "The source's terms cannot be used: "
            + "; ".join(f"{one['field'] or 'file'}: {one['sentence']}" for one in named)
            + ".",
            "报送来源的约定无法使用："
            + "；".join(f"{one['field'] or '文件'}：{one['sentence_zh']}" for one in named)
            + "。",
            faults=named,
        )


class SourceUnknown(Problem):
    """No source has this code."""

    code = "source_unknown"
    status = 404
    title = "There is no such source"

    def __init__(self, code: str) -> None:
        super().__init__(
            f"There is no source with the code “{code[:40]}”.",
            f"没有代码为“{code[:40]}”的报送来源。",
        )


class SourceInactive(Problem):
    """The source was deactivated and delivers nothing."""

    code = "source_inactive"
    status = 409
    title = "The source is not active"

    def __init__(self, code: str) -> None:
        super().__init__(
            f"The source “{code}” is not active; register it again to bring it back.",
            f"报送来源“{code}”已停用，重新登记后方可使用。",
        )


class SourceKindFixed(Problem):
    """A source keeps its kind."""

    code = "source_kind_fixed"
    status = 409
    title = "A source keeps its kind"

    def __init__(self, code: str, kind: str) -> None:
        super().__init__(
            f"The source “{code}” is of kind {kind}; register another code for another kind.",
            f"报送来源“{code}”的方式为 {kind}，不可更改，请另用代码登记。",
        )


class SourceBusy(Problem):
    """Somebody else is looking at the source right now."""

    code = "source_busy"
    status = 409
    title = "The source is being looked at"

    def __init__(self, code: str) -> None:
        super().__init__(
            f"The source “{code}” is being looked at by another worker; nothing was done twice.",
            f"报送来源“{code}”正由另一进程处理，未重复执行。",
        )


class SourceSends(Problem):
    """A source that pushes is not asked."""

    code = "source_sends_itself"
    status = 409
    title = "This source sends by itself"

    def __init__(self, code: str) -> None:
        super().__init__(
            f"The source “{code}” sends by itself; there is nothing to look at.",
            f"报送来源“{code}”由部门主动推送，无需采集。",
        )


class SecretMissing(Problem):
    """The source needs a password or a private key, or was given one that it cannot use."""

    code = "source_secret_missing"
    status = 422
    title = "The source's secret is missing"

    def __init__(self, code: str, kind: str) -> None:
        wanted = {
            "sftp": ("a password or a private key", "密码或私钥"),
            "database": ("a password", "密码"),
        }
        en, zh = wanted.get(kind, ("no secret at all", "不需要密钥"))
        super().__init__(
            f"The source “{code}” of kind {kind} takes {en}.",
            f"{kind} 方式的报送来源“{code}”应提供：{zh}。",
        )


class FeedNotAgreed(Problem):
    """The source brings a feed that was not agreed."""

    code = "feed_not_agreed"
    status = 403
    title = "This feed was not agreed"

    def __init__(self, source: str, feed: str) -> None:
        super().__init__(
            f"The source “{source}” may not deliver the feed {feed[:40]}.",
            f"报送来源“{source}”未约定数据源 {feed[:40]}，不予接收。",
        )


class FeedUnsaid(Problem):
    """Nothing says which of a source's feeds a file is."""

    code = "feed_unsaid"
    status = 422
    title = "It is not clear which feed this is"

    def __init__(self, fitting: Iterable[str]) -> None:
        which = ", ".join(fitting)
        super().__init__(
            f"By its header the file fits {which or 'none of the source’s feeds'}; lay it into a folder named after the feed.",
            f"按表头，文件符合的数据源：{which or '无'}；请放入以数据源代码命名的子文件夹。",
        )
