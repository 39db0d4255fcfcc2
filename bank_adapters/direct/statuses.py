"""What a bank's status numbers mean. Only success is success; whatever is unclear is unknown.

Evidence: [seen] in public material, [memory] unverified. A status that is not listed is unknown.
"""

from __future__ import annotations

from typing import NamedTuple

from bank_adapters.contract import State


class Status(NamedTuple):
    """The bank's words for a number, and the state it is."""

    words: str
    state: State


# Callers use 7 as success, 6 and 8 as failed and ask again for everything else [seen]; the words
# are [memory].
ICBC: dict[str, Status] = {
    "0": Status("提交成功，等待银行处理", State.IN_TRANSIT),
    "1": Status("授权成功，等待银行处理", State.IN_TRANSIT),
    "2": Status("等待授权", State.IN_TRANSIT),
    "3": Status("等待二次授权", State.IN_TRANSIT),
    "4": Status("等待银行答复", State.IN_TRANSIT),
    "5": Status("主机返回待处理", State.UNKNOWN),
    "6": Status("被银行拒绝", State.REJECTED),
    "7": Status("处理成功", State.PAID),
    "8": Status("指令被拒绝授权", State.REJECTED),
    "9": Status("银行正在处理", State.IN_TRANSIT),
    "10": Status("预约指令", State.IN_TRANSIT),
    "11": Status("预约取消", State.UNKNOWN),
    "86": Status("等待电话核实", State.UNKNOWN),
    "95": Status("待核查", State.UNKNOWN),
    "98": Status("区域中心通讯可疑", State.UNKNOWN),
}

# [seen]: only 8 is success, 5 and 13 are final failures, 4, 7, 9, 12, 14, 15, 16 are unknown. 14
# (no such transaction) shortly after sending may only mean: not yet visible. 10 and 17 say that
# something failed on the way, not that nothing was paid.
ABC: dict[str, Status] = {
    "1": Status("待发送", State.IN_TRANSIT),
    "2": Status("已发送", State.IN_TRANSIT),
    "3": Status("等待获取结果", State.IN_TRANSIT),
    "4": Status("同步处理结果异常", State.UNKNOWN),
    "5": Status("交易失败", State.REJECTED),
    "6": Status("已发送异步消息", State.IN_TRANSIT),
    "7": Status("异步处理结果异常", State.UNKNOWN),
    "8": Status("交易成功", State.PAID),
    "9": Status("交易超时", State.UNKNOWN),
    "10": Status("发送失败", State.UNKNOWN),
    "11": Status("发送中", State.IN_TRANSIT),
    "12": Status("交易异常", State.UNKNOWN),
    "13": Status("交易撤销", State.REJECTED),
    "14": Status("交易不存在", State.UNKNOWN),
    "15": Status("交易未明", State.UNKNOWN),
    "16": Status("部分交易完成", State.UNKNOWN),
    "17": Status("退回ERP", State.UNKNOWN),
}
