"""The sentences about what comes next, in English and Chinese."""

Both = tuple[str, str]
WHOSE: Both = (
    "This is {whose}'s subsidy, paid to your account. ",
    "这是{whose}的补贴，发到您的账户。",
)
COMPUTED: Both = (
    "{amount} yuan for {month} are worked out and stand on a list that is being put together; it still has to be reviewed and approved.",
    "{month}的 {amount} 元已核算，正在编制发放名单，尚待审核审批。",
)
IN_REVIEW: Both = (
    "{amount} yuan for {month} are on the list, which is being reviewed; nothing is paid before it is approved and signed.",
    "{month}的 {amount} 元已列入名单，名单正在审核；审批签发后才会发放。",
)
AT_NOTICE: Both = (
    "{amount} yuan for {month} are on a list that hangs for everybody to look at until {until}; after that it is approved and signed.",
    "{month}的 {amount} 元已列入名单，名单正在公示，截止{until}；公示期满后审批签发。",
)
AFTER_NOTICE: Both = (
    "{amount} yuan for {month} are on a list that hung until {until} and now waits to be approved.",
    "{month}的 {amount} 元已列入名单，名单公示已于{until}期满，正在等待审批。",
)
APPROVED: Both = (
    "{amount} yuan for {month} are approved; the files for the bank are being made, and then they wait for signatures.",
    "{month}的 {amount} 元已批准，正在制作银行文件，随后等待签发。",
)
TO_BE_SIGNED: Both = (
    "{amount} yuan for {month} are approved and wait for the signatures without which the bank pays nothing.",
    "{month}的 {amount} 元已批准，正在等待签发；签发后银行才会付款。",
)
SIGNED: Both = (
    "{amount} yuan for {month} are signed and go to the bank next.",
    "{month}的 {amount} 元已签发，即将送交银行。",
)
AT_BANK: Both = (
    "{amount} yuan for {month} are at the bank.",
    "{month}的 {amount} 元已交银行办理。",
)
UNANSWERED: Both = (
    "{amount} yuan for {month} are at the bank, which has not said yet what became of them; nothing is lost.",
    "{month}的 {amount} 元已交银行，银行尚未就此笔回复；资金不会丢失。",
)
RETURNED: Both = (
    "{amount} yuan for {month} are on a list that went back to be put right; it is reviewed again after that.",
    "{month}的 {amount} 元已列入名单，名单退回修改，改好后重新审核。",
)
EXPECTED_BY: Both = (
    " They are expected on the card by {by}.",
    "预计于{by}前到账。",
)
LATE: Both = (
    " They were to be on the card by {by} and are late; you need not ask for them again.",
    "原应于{by}前到账，现已逾期，您无需重新申请。",
)
UNDATED: Both = (
    " No day has been set yet, so we cannot name one.",
    "发放日尚未确定，暂时无法告知具体日期。",
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
    "下一次是{month}：如情况不变，仍为 {amount} 元，应于{by}前到账。上一次于{last}到账。",
)
AGAIN_UNDATED: Both = (
    "The next is for {month}: {amount} yuan as the last time, if nothing changes. No rule names its day, so we cannot either; the last came on {last}.",
    "下一次是{month}：如情况不变，仍为 {amount} 元。政策未规定具体发放日；上一次于{last}到账。",
)
AGAIN_UNKNOWN: Both = (
    "The last was {amount} yuan and came on {last}. When the next is made is not known here.",
    "上一次是 {amount} 元，于{last}到账。下一次何时发放，暂时无法告知。",
)
ONCE: Both = (
    "This was paid once, on {last}. It does not come again by itself.",
    "这项补贴是一次性的，已于{last}到账，不会自动再发。",
)
ENDED: Both = (
    "Nothing more is expected: at the last check something was not met any more. The last came on {last}.",
    "预计不再发放：最近一次核定时，有条件已不符合。上一次于{last}到账。",
)
