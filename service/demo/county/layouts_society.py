"""How the departments lay out what they know beside assistance and payments."""

from service.demo.county.layout import Layout, extra

SOCIETY_LAYOUTS: dict[str, Layout] = {
    "GA_IDHIST": Layout(
        "公安局", "号码变更", dates="compact", sheet="变更", renames={"旧公民身份号码": "原公民身份号码"},
        notes=("说明：含升位、纠错与更正。",),
    ),
    "GA_EXIT": Layout("公安局", "出入境查询", "txt-16", dates="compact", days_early=2),
    "GA_DETAIN": Layout("公安局", "限制人身自由", "csv-gb", dates="slash", days_early=3),
    "GA_BRAVE": Layout(
        "公安局", "见义勇为确认", days_early=2, dates="chinese", sheet="确认名单", groups=True,
        renames={"行为人姓名": "姓名"},
    ),
    "FY_COURT": Layout(
        "法院", "宣告与裁判", days_early=2, dates="cell", sheet="裁判", notes=("注：以生效日期为准。",),
    ),
    "WJ_BIRTH": Layout(
        "卫健局", "出生医学证明", dates="cell", sheet="签发", renames={"出生医学证明编号": "出生证编号"},
        extras=(extra("体重(克)", "3250", "3400", "2980"),), notes=("制表：妇幼科",),
    ),
    "MZ_MAR": Layout(
        "民政局", "婚姻登记", "txt", dates="slash", renames={"当事人身份证号": "证件号码"},
        order=(4, 5, 0, 1, 2, 3, 6),
    ),
    "WJ_PSY": Layout(
        "卫健局", "严重精神障碍管理", days_early=4, sheet="在管", renames={"患者姓名": "名字"},
        notes=("本表高度敏感，专人保管。",),
    ),
    "RS_JOB": Layout("人社局", "就业登记", "csv-bom", days_early=1, dates="slash"),
    "YB_INS": Layout("医保局", "参保与结算", big="csv", days_early=1, dates="compact"),
    "JY_STU": Layout(
        "教育局", "学籍", big="csv-gb", days_early=3, sheet="学籍", groups=True,
        renames={"学生身份证号": "身份证号", "学生姓名": "姓名"},
        extras=(extra("班主任", "略"),), notes=("学籍以全国系统为准。",),
    ),
    "JY_HE": Layout("教育局", "高校在读", "csv", days_early=3, renames={"学生姓名": "姓名"}),
    "NY_MACH": Layout(
        "农业农村局", "农机购置补贴", dates="cell", sheet="申请", groups=True,
        extras=(extra("经销商", "清箬农机站", "望竹农机行"),),
    ),
    "NY_VETR": Layout("农业农村局", "动物无害化处理", "csv-gb", days_early=1, dates="chinese"),
    "LY_FOR": Layout(
        "林业局", "公益林补偿", big="txt", days_early=5, sheet="公益林", notes=("面积单位：亩。",),
        renames={"权利人身份证号": "身份证号码"},
    ),
    "ZR_REAL": Layout("自然资源局", "不动产登记", big="csv-gb", days_early=1, dates="slash"),
    "ZR_GEO": Layout(
        "自然资源局", "地灾避让搬迁", days_early=5, dates="chinese", sheet="搬迁户",
        renames={"户主姓名": "姓名"},
    ),
    "JS_HOU": Layout(
        "住建局", "农房鉴定与改造", days_early=2, dates="cell", sheet="农房", title=False,
        renames={"户主身份证号": "身份证号"},
    ),
    "YJ_DIS": Layout(
        "应急局", "灾情核定", days_early=1, dates="cell", sheet="受灾户", groups=True,
        notes=("核定数以乡镇上报为准。",),
    ),
    "SC_CO": Layout(
        "市场监管局", "市场主体", big="csv-bom", days_early=1, sheet="主体", order=(3, 4, 0, 1, 2, 5, 6, 7, 8),
    ),
    "SW_TAX": Layout("税务局", "个人所得", "csv-bom", days_early=3, renames={"税款所属期": "所属月份"}),
    "GJJ": Layout("公积金中心", "缴存明细", "txt-16", days_early=4, dates="slash"),
    "ZZ_PTY": Layout(
        "组织部", "党员信息", big="csv", days_early=4, dates="chinese", sheet="党员",
        notes=("内部资料。",),
    ),
    "GD_ELE": Layout("供电公司", "居民户号", "csv-gb", days_early=2, dates="compact"),
    "TJ_CPI": Layout(
        "统计调查队", "居民消费价格指数", days_early=2, sheet="指数", renames={"居民消费价格指数": "CPI"},
        notes=("上年同月=100。",),
    ),
}  # fmt: skip
