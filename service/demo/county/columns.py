"""The columns of the twenty-five feeds as agreed with the departments: header, type, required."""

from dataclasses import dataclass

_FEEDS = """
GA_HUKOU 公民身份号码:id* 姓名:name* 性别:code* 民族:text 出生日期:date* 户号:text* 与户主关系:text*
 户籍地址区划:division* 户口性质:code* 户籍状态:code* 登记日期:date
GA_DEREG 公民身份号码:id* 姓名:name 注销日期:date* 注销原因:code*
GA_MIG 公民身份号码:id* 姓名:name 迁移日期:date* 迁出区划:division 迁入区划:text 迁移原因:text
WJ_DEATH 身份证号:id* 姓名:name 死亡日期:date* 死亡证编号:text 签发机构:text
MZ_CREM 逝者身份证号:id* 逝者姓名:name 死亡日期:date* 火化日期:date* 殡仪馆:text
MZ_SA 家庭编号:text* 户主证件号:id* 成员证件号:id* 成员姓名:name 救助类别:code* 共同生活人数:int*
 批准日期:date* 状态:code*
MZ_CHECK 身份证号:id* 姓名:name 人均月收入:yuan 人均货币财产:yuan 机动车数:int 住房套数:int
 人均建筑面积:sqm 非居住类房屋:bool 企业认缴出资:yuan 本人月收入:yuan 授权有效:bool* 拒绝核查:bool*
 报告日期:date*
MZ_ELD 身份证号:id* 姓名:name 能力等级:code* 生活自理:code 评估日期:date* 有效期至:date*
MZ_CHILD 儿童身份证号:id* 儿童姓名:name 儿童类别:code* 监护人身份证号:id 认定日期:date*
CL_CERT 身份证号:id* 姓名:name 残疾人证号:text* 残疾类别:code* 残疾等级:code* 发证日期:date
 有效期至:date* 证件状态:code*
CL_SERV 身份证号:id* 姓名:name 服务类型:code* 机构:text 起始日期:date* 终止日期:date
TY_SERV 身份证号:id* 姓名:name 入伍日期:date* 退役日期:date* 退役落户农村:bool*
TY_CONS 身份证号:id* 姓名:name 批准入伍日期:date* 本县批准:bool* 服役状态:code* 本年在役月数:int*
 高原条件兵:bool* 优待金领取人证号:id
TY_PREF 身份证号:id* 姓名:name 优抚类别:text* 享受定期抚恤:bool* 认定日期:date*
WJ_FP 身份证号:id* 姓名:name 女方出生日期:date 独生子女死亡:bool 独生子女三级以上残疾:bool
 未再生育收养:bool 合法生育:bool 孩次:int 申领人证号:id
NY_LAND 承包方编码:text* 承包方代表证号:id* 代表姓名:name 确权面积(亩):mu* 地块区划:division*
NY_PLANT 承包方编码:text* 年度:int* 抛荒面积(亩):mu* 改变用途面积(亩):mu* 核定补贴面积(亩):mu*
SL_MIG 身份证号:id* 姓名:name 水库:text 搬迁日期:date* 扶持期止:date* 扶持方式:code* 在册:bool*
RS_CARD 社会保障号码:id* 姓名:name* 银行账号:card* 开户行行号:bankcode* 开户银行:text* 账户状态:code*
 启用日期:date
BK_RET 账号:card* 户名:name* 证件号码:id* 核验结果:code* 核验日期:date*
RS_INS 社会保障号码:id* 姓名:name 待遇类型:code* 起始日期:date* 终止日期:date
CZ_PAY 身份证号:id* 姓名:name 单位:text* 在编:bool*
SF_PRISON 罪犯身份证号:id* 姓名:name 入监日期:date* 出监日期:date
XZ_COLL 身份证号:id* 姓名:name 项目代码:text* 申请日期:date* 审批日期:date 申领人证号:id
GA_VEH 所有人证号:id* 姓名:name 号牌:text* 车型:code* 初登日期:date* 状态:code*
"""


@dataclass(frozen=True)
class Column:
    """One column of a feed."""

    header: str
    kind: str
    required: bool


def _read_columns() -> dict[str, list[Column]]:
    """Return the columns by feed code, in the agreed order."""
    feeds: dict[str, list[Column]] = {}
    current: list[Column] = []
    for word in _FEEDS.split():
        if ":" not in word:
            current = feeds.setdefault(word, [])
            continue
        header, kind = word.split(":")
        current.append(Column(header, kind.rstrip("*"), kind.endswith("*")))
    return feeds


COLUMNS = _read_columns()


def id_position(feed: str) -> int:
    """Return the position of the column naming the person a row is about, -1 if none does."""
    if feed == "MZ_SA":
        return 2
    for position, column in enumerate(COLUMNS[feed]):
        if column.kind == "id":
            return position
    return -1
