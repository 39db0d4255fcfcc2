"""What is refused about samples."""

from service.foundation.problems import Problem


class SampleEmpty(Problem):
    """Nothing was paid of that programme and month."""

    code = "sample_empty"
    status = 422
    title = "There is nothing to draw from"

    def __init__(self) -> None:
        super().__init__(
            "Nothing of this programme and month has been paid.", "该项目该月份没有已发放的明细。"
        )


class SizeUnusable(Problem):
    """So many lines cannot be drawn, or not in this way."""

    code = "sample_size_unusable"
    status = 422
    title = "So many lines cannot be drawn"

    def __init__(self, most: int) -> None:
        super().__init__(
            f"Say how many lines are drawn, a whole number from 1 to {most}, and by which method.",
            f"请填写抽取笔数（1至{most}的整数）并选择抽样方法。",
        )


class NonceUnusable(Problem):
    """The nonce is too short, or not the one that was committed."""

    code = "sample_nonce_unusable"
    status = 422
    title = "The nonce does not fit"

    def __init__(self) -> None:
        super().__init__(
            "The nonce has 16 characters at least, and is drawn with the same that was committed.",
            "随机串不少于16个字符，抽取时须与承诺时一致。",
        )


class SampleNotYet(Problem):
    """No checkpoint covers the commitment yet."""

    code = "sample_not_yet"
    status = 409
    title = "The trail has not gone on yet"

    def __init__(self) -> None:
        super().__init__(
            "No signed checkpoint covers the commitment yet; try again in a moment.",
            "尚无覆盖该承诺的已签检查点，请稍后再试。",
        )


class SampleDone(Problem):
    """It was drawn, or the line was looked at, already; or the line was not drawn."""

    code = "sample_done"
    status = 409
    title = "This cannot be said again"

    def __init__(self) -> None:
        super().__init__(
            "A sample is drawn once, and each of its lines is judged once, by who saw it.",
            "样本只抽取一次，每笔样本只评定一次。",
        )


class LookUnusable(Problem):
    """Outcome and error do not fit together."""

    code = "sample_look_unusable"
    status = 422
    title = "Outcome and amount do not fit"

    def __init__(self) -> None:
        super().__init__(
            "Say agrees without an amount, error with how much, or missing; with a note.",
            "请填写相符（无差额）、差错（填写差额）或证据缺失，并附说明。",
        )
