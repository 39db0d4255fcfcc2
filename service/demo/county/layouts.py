"""How each department lays out its file: kind, names, titles, column order, habits with dates."""

from service.demo.county.layout import Layout, extra
from service.demo.county.layouts_society import SOCIETY_LAYOUTS

_ID_18 = {"身份证号": "公民身份号码"}

LAYOUTS: dict[str, Layout] = {
    "GA_HUKOU": Layout(
        "公安局", "常住人口", dates="compact", sheet="常住人口",
        extras=(extra("派出所", "望竹所", "石鼓所", "清箬所"), extra("婚姻状况", "", "已婚")),
        notes=("说明：数据来源于人口信息系统，仅供惠民补贴比对使用。",),
    ),
    "GA_DEREG": Layout(
        "公安局", "户口注销", "csv-gb", dates="slash", order=(2, 0, 1, 3),
        renames={"公民身份号码": "身份证号"},
    ),
    "GA_MIG": Layout("公安局", "户口迁移", "txt", dates="compact"),
    "WJ_DEATH": Layout(
        "卫健局", "死亡医学证明", dates="cell", sheet="死亡登记", groups=True,
        renames={"死亡日期": "死亡时间"},
        extras=(extra("根本死亡原因", "I25.9", "J44.1", "C34.9"),),
        notes=("注：死亡日期以医学证明为准。", "制表：信息科"),
    ),
    "MZ_CREM": Layout(
        "民政局", "火化登记", days_early=1, dates="mixed", sheet="火化台账", order=(1, 0, 2, 3, 4),
        extras=(extra("骨灰去向", "入土安葬", "生态葬"),), notes=("合计以系统为准。",),
    ),
    "MZ_SA": Layout(
        "民政局", "社会救助对象", days_early=2, dates="mixed", sheet="在册对象", groups=True,
        extras=(extra("致困原因", "因病", "因残", "缺劳力"), extra("备注", "")),
        notes=("说明：停保对象保留三个月。", "审核：社会救助科"),
    ),
    "MZ_CHECK": Layout(
        "民政局", "家庭经济状况核对", big="csv-bom", days_early=2, sheet="核对报告",
        order=(1, 0, 12, 2, 9, 3, 4, 5, 6, 7, 8, 10, 11), renames={"身份证号": "证件号码"},
    ),
    "MZ_ELD": Layout(
        "民政局", "老年人能力评估", big="csv-gb", days_early=3, dates="chinese", sheet="评估",
        extras=(extra("评估机构", "望竹评估中心", "松月评估站"),), notes=("注：有效期两年。",),
    ),
    "MZ_CHILD": Layout(
        "民政局", "困境儿童", days_early=3, dates="cell", sheet="儿童福利", groups=True,
        notes=("本表含未成年人信息，注意保密。",),
    ),
    "CL_CERT": Layout(
        "残联", "持证残疾人", days_early=1, dates="slash", sheet="持证", renames={"姓名": "名字"},
        order=(2, 1, 0, 3, 4, 7, 5, 6), extras=(extra("监护人联系方式", ""),),
        notes=("数据截至当月末。",),
    ),
    "CL_SERV": Layout("残联", "托养康复服务", days_early=1, sheet="服务", title=False),
    "TY_SERV": Layout(
        "退役军人局", "农村籍退役士兵", "csv-bom", days_early=4, dates="slash",
        renames={"身份证号": "身份证号码"}, extras=(extra("部队代号", "略"),),
    ),
    "TY_CONS": Layout(
        "退役军人局", "义务兵优待", days_early=4, dates="cell", sheet="优待金", groups=True,
        renames=_ID_18, notes=("高原条件兵以部队证明为准。",),
    ),
    "TY_PREF": Layout(
        "退役军人局", "优抚对象", days_early=4, dates="chinese", sheet="优抚",
        extras=(extra("序号说明", ""),), notes=("注：按月更新。",),
    ),
    "WJ_FP": Layout(
        "卫健局", "计生家庭与婴幼儿", "csv", days_early=2, order=(0, 1, 8, 2, 3, 4, 5, 6, 7),
    ),
    "NY_LAND": Layout(
        "农业农村局", "土地承包确权", "csv-gb", days_early=5,
        extras=(extra("承包方式", "家庭承包"),),
    ),
    "NY_PLANT": Layout(
        "农业农村局", "地力补贴核定面积", big="txt", days_early=5, sheet="核定", groups=True,
        extras=(extra("核查方式", "遥感", "实地"),), notes=("面积单位：亩，保留三位小数。",),
    ),
    "SL_MIG": Layout(
        "水利局", "水库移民", days_early=5, dates="cell", sheet="直补人口",
        renames={"身份证号": "证件号码"}, extras=(extra("移民村", "东坞村", "上埠村"),),
        notes=("核定登记每年一季度复核。",),
    ),
    "RS_CARD": Layout("人社局", "社会保障卡", big="csv-gb", days_early=1, dates="compact"),
    "BK_RET": Layout("代发银行", "账户核验结果", "txt", dates="compact", order=(2, 1, 0, 3, 4)),
    "RS_INS": Layout("人社局", "社会保险待遇", "csv-gb", days_early=1, dates="slash"),
    "CZ_PAY": Layout(
        "财政局", "财政供养人员", days_early=3, sheet="统发工资", renames={"姓名": "名字"},
        extras=(extra("经费渠道", "全额", "差额"),), notes=("统发工资系统导出。",),
    ),
    "SF_PRISON": Layout("司法局", "服刑人员", "csv-bom", days_early=3, dates="chinese"),
    "XZ_COLL": Layout(
        "乡镇汇总", "补贴申请", dates="mixed", sheet="申请汇总", title=True, groups=True,
        extras=(extra("经办人", "便民服务中心"), extra("受理窗口", "1号", "2号")),
        notes=("本表由各乡镇便民服务中心汇总。", "申请材料留存乡镇备查。"),
    ),
    "GA_VEH": Layout(
        "公安局", "机动车登记", "csv-gb", days_early=2, order=(2, 0, 1, 3, 4, 5),
        extras=(extra("使用性质", "非营运"),),
    ),
    **SOCIETY_LAYOUTS,
}  # fmt: skip
