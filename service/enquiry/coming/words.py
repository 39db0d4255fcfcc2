"""The sentences about what comes next, in English and Chinese."""

Both = tuple[str, str]
WHOSE: Both = (
    "This is {whose}'s subsidy, paid to your account. ",
    "这是{whose}的补贴，发到您的账户。",
)
ON_ITS_WAY: Both = (
    "{amount} yuan for {month} are on their way and should be in the account by {by}.",
    "{month}的 {amount} 元正在办理，应于 {by} 前到账。",
)
ON_ITS_WAY_UNDATED: Both = (
    "{amount} yuan for {month} are on their way; no day has been set yet, so we cannot name one.",
    "{month}的 {amount} 元正在办理；发放日尚未确定，暂时无法告知具体日期。",
)
CHECKED: Both = (
    "{amount} yuan for {month} are being checked first. No day can be named before that is done; you need not bring anything.",
    "{month}的 {amount} 元正在核实，核实完毕前无法告知日期，您无需提供材料。",
)
FAILED: Both = (
    "{amount} yuan for {month} did not arrive. They are paid again as soon as the account is put right; no day can be named before that.",
    "{month}的 {amount} 元未能存入账户，账户更正后补发，更正前无法告知日期。",
)
AGAIN: Both = (
    "The next is for {month}: {amount} yuan as the last time, if nothing changes, by {by}. The last came on {last}.",
    "下一次是{month}：如情况不变，仍为 {amount} 元，应于 {by} 前到账。上一次于 {last} 到账。",
)
AGAIN_UNDATED: Both = (
    "The next is for {month}: {amount} yuan as the last time, if nothing changes. No rule names its day, so we cannot either; the last came on {last}.",
    "下一次是{month}：如情况不变，仍为 {amount} 元。政策没有规定具体发放日，暂时无法告知；上一次于 {last} 到账。",
)
AGAIN_UNKNOWN: Both = (
    "The last was {amount} yuan and came on {last}. When the next is made is not known here.",
    "上一次是 {amount} 元，于 {last} 到账。下一次何时发放，暂时无法告知。",
)
ONCE: Both = (
    "This was paid once, on {last}. It does not come again by itself.",
    "这项补贴是一次性的，已于 {last} 到账，不会自动再发。",
)
ENDED: Both = (
    "Nothing more is expected: at the last check something was not met any more. The last came on {last}.",
    "预计不再发放：最近一次核定时，有条件已不符合。上一次于 {last} 到账。",
)
