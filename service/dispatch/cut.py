"""Cut a bank's lines into files as the bank takes them: not too many lines, not too few, not too much money.

Lines keep their order and every line lands in exactly one file; nothing is left over.
"""

from collections.abc import Sequence
from itertools import accumulate

from bank_adapters import BankProfile
from service.foundation.money import yuan


class Uncuttable(ValueError):
    """No way of cutting satisfies the bank; both sentences say which limit stands against it."""

    def __init__(self, sentence_en: str, sentence_zh: str) -> None:
        self.sentence_en, self.sentence_zh = sentence_en, sentence_zh
        super().__init__(sentence_en)


def cut(amounts_fen: Sequence[int], profile: BankProfile) -> list[int]:
    """Return how many lines each file takes, in order; the sum is ``len(amounts_fen)``.

    As few files as possible are filled from the front. Where the last would be shorter than the
    bank's shortest, lines move to it from the file before, and so on to the front. Raises
    Uncuttable.
    """
    if not amounts_fen:
        return []
    if len(amounts_fen) < profile.min_lines:
        raise Uncuttable(
            f"{len(amounts_fen)} lines are too few: this bank takes no file under "
            f"{profile.min_lines} lines. Pay them through another bank.",
            f"共 {len(amounts_fen)} 行，该银行每个文件不得少于 {profile.min_lines} 行，请改由其他银行支付。",
        )
    up_to = [0, *accumulate(amounts_fen)]
    ends = _from_the_front(up_to, profile)
    for number in reversed(range(1, len(ends))):
        ends[number - 1] = max(0, min(ends[number - 1], ends[number] - profile.min_lines))
    _require_within(ends, up_to, profile)
    return [end - _begin(ends, number) for number, end in enumerate(ends)]


def _begin(ends: list[int], number: int) -> int:
    return ends[number - 1] if number else 0


def _from_the_front(up_to: list[int], profile: BankProfile) -> list[int]:
    """Return where each file ends if each takes as much as it can."""
    ends, begin = [], 0
    limit = profile.file_amount_fen_max
    while begin < len(up_to) - 1:
        end = min(begin + profile.max_lines, len(up_to) - 1)
        if limit is not None:
            while end > begin and up_to[end] - up_to[begin] > limit:
                end -= 1
            if end == begin:
                raise _too_much(up_to[begin + 1] - up_to[begin], limit)
        ends.append(end)
        begin = end
    return ends


def _require_within(ends: list[int], up_to: list[int], profile: BankProfile) -> None:
    limit = profile.file_amount_fen_max
    for number, end in enumerate(ends):
        begin = _begin(ends, number)
        amount = up_to[end] - up_to[begin]
        if end - begin < profile.min_lines or (limit is not None and amount > limit):
            raise Uncuttable(
                f"{len(up_to) - 1} lines cannot be cut into files of at least "
                f"{profile.min_lines} lines that stay within this bank's limit of money a file.",
                f"{len(up_to) - 1} 行无法同时满足该银行每个文件至少 {profile.min_lines} 行和金额上限的要求。",
            )


def _too_much(amount_fen: int, limit: int) -> Uncuttable:
    return Uncuttable(
        f"One line of {yuan(amount_fen)} yuan is more than this bank's limit of "
        f"{yuan(limit)} yuan a file.",
        f"有一行为 {yuan(amount_fen)} 元，超过该银行每个文件 {yuan(limit)} 元的上限。",
    )
