"""The columns of the fifty feeds as the departments send them: header, type, required."""

from dataclasses import dataclass

_FEEDS = """
GA_HUKOU 公民身份号码:id* 姓名:name* 性别:code* 民族:text 出生日期:date* 户号:text* 与户主关系:text*
 户籍地址区划:division* 户口性质:code* 户籍状态:code* 登记日期:date 出生医学证明编号:certificate
GA_DEREG 公民身份号码:id* 姓名:name 注销日期:date* 注销原因:code*
GA_MIG 公民身份号码:id* 姓名:name 迁移日期:date* 迁出区划:division 迁入区划:text 迁移原因:text
WJ_DEATH 身份证号:id* 姓名:name 死亡日期:date* 死亡证编号:text 签发机构:text
MZ_CREM 逝者身份证号:id* 逝者姓名:name 死亡日期:date* 火化日期:date* 殡仪馆:text
MZ_SA 家庭编号:text* 户主证件号:id* 成员证件号:id* 成员姓名:name 救助类别:code* 共同生活人数:int*
 批准日期:date* 状态:code* 人均金额:yuan 单列户:bool 供养方式:code 劳动能力:code 重病:bool
 就业增收豁免月数:int 临时救助类型:code 临时救助人数:int 本年临时救助次数:int
MZ_CHECK 身份证号:id* 姓名:name 人均月收入:yuan 人均货币财产:yuan 机动车数:int 住房套数:int
 人均建筑面积:sqm 非居住类房屋:bool 企业认缴出资:yuan 本人月收入:yuan 授权有效:bool* 拒绝核查:bool*
 报告日期:date* 月刚性支出:yuan 财产超标:bool 无固定收入:bool
MZ_ELD 身份证号:id* 姓名:name 能力等级:code* 生活自理:code 评估日期:date* 有效期至:date*
MZ_CHILD 儿童身份证号:id* 儿童姓名:name 儿童类别:code* 监护人身份证号:id 认定日期:date* 艾滋病病毒感染:bool
 安置方式:code 父亲情况:code 母亲情况:code
CL_CERT 身份证号:id* 姓名:name 残疾人证号:text* 残疾类别:code* 残疾等级:code* 发证日期:date
 有效期至:date* 证件状态:code*
CL_SERV 身份证号:id* 姓名:name 服务类型:code* 机构:text 起始日期:date* 终止日期:date 当年训练月数:int 批准日期:date 金额:yuan
TY_SERV 身份证号:id* 姓名:name 入伍日期:date* 退役日期:date* 退役落户农村:bool* 义务兵年限:int 安置方式:code
TY_CONS 身份证号:id* 姓名:name 批准入伍日期:date* 本县批准:bool* 服役状态:code* 本年在役月数:int*
 高原条件兵:bool* 优待金领取人证号:id
TY_PREF 身份证号:id* 姓名:name 优抚类别:text* 享受定期抚恤:bool* 认定日期:date* 残疾性质:code 残疾等级:int
 服役患精神障碍:bool 供养方式:code 关系在本县:bool 确认年度:int 遗属类别:code 遗属关系:code 参战:bool
 参试:bool 烈士子女:bool 18岁前享抚恤:bool 去世日期:date 去世前月待遇:yuan
WJ_FP 身份证号:id* 姓名:name 女方出生日期:date 独生子女死亡:bool 独生子女三级以上残疾:bool
 未再生育收养:bool 合法生育:bool 孩次:int 申领人证号:id 现存子女数:int 生育男孩数:int 生育女孩数:int
 无违规生育:bool 最小子女出生日期:date 并发症等级:int 独生子女父母光荣证:bool 独生子女出生日期:date
 乡村医生执业年限:int
NY_LAND 承包方编码:text* 承包方代表证号:id* 代表姓名:name 确权面积(亩):mu* 地块区划:division*
NY_PLANT 承包方编码:text* 年度:int* 抛荒面积(亩):mu* 改变用途面积(亩):mu* 核定补贴面积(亩):mu* 水稻面积(亩):mu
 小麦面积(亩):mu 油菜面积(亩):mu 粮食面积(亩):mu 申报面积(亩):mu 遥感面积(亩):mu
SL_MIG 身份证号:id* 姓名:name 水库:text 搬迁日期:date* 扶持期止:date* 扶持方式:code* 在册:bool*
RS_CARD 社会保障号码:id* 姓名:name* 银行账号:card* 开户行行号:bankcode* 开户银行:text* 账户状态:code*
 启用日期:date
BK_RET 账号:card* 户名:name* 证件号码:id* 核验结果:code* 核验日期:date*
RS_INS 社会保障号码:id* 姓名:name 待遇类型:code* 起始日期:date* 终止日期:date 累计缴费月数:int 实缴金额:yuan
 参加工作日期:date 原标准工资:yuan
CZ_PAY 身份证号:id* 姓名:name 单位:text* 在编:bool* 人员类别:code
SF_PRISON 罪犯身份证号:id* 姓名:name 入监日期:date* 出监日期:date 执行方式:code
XZ_COLL 身份证号:id* 姓名:name 项目代码:text* 申请日期:date* 审批日期:date 申领人证号:id 批准金额:yuan 放映工龄:int
GA_VEH 所有人证号:id* 姓名:name 号牌:text* 车型:code* 初登日期:date* 状态:code*
GA_IDHIST 旧公民身份号码:id* 新公民身份号码:id* 姓名:name 变更日期:date* 原因:code*
GA_EXIT 身份证号:id* 姓名:name 出境日期:date* 入境日期:date 连续境外天数:int 前往地:text 查询日期:date
GA_DETAIN 身份证号:id* 姓名:name 措施:code* 起始日期:date* 终止日期:date 处理结果:code 执行场所:text
GA_BRAVE 行为人身份证号:id* 行为人姓名:name 行为日期:date* 确认日期:date* 奖励等次:code* 伤亡情况:code
 行为地:text
FY_COURT 案号:text* 被申请人身份证号:id* 被申请人姓名:name 裁判类别:code* 作出日期:date 生效日期:date*
 判定死亡日期:date 撤销日期:date
WJ_BIRTH 出生医学证明编号:certificate* 婴儿姓名:name 性别:code 出生日期:date* 出生时间:text 孩次:int
 母亲身份证号:id 父亲身份证号:id 签发机构:text 签发日期:date
MZ_MAR 当事人身份证号:id* 当事人姓名:name 对方身份证号:id 对方姓名:name 登记类别:code* 登记日期:date*
 证书字号:text
WJ_PSY 患者身份证号:id* 患者姓名:name 在册管理:bool* 危险性评估:int* 评估日期:date* 门诊服药:bool
 年度肇事肇祸:bool 监护人身份证号:id 监护考核合格:bool
RS_JOB 社会保障号码:id* 姓名:name 就业状态:code* 登记日期:date* 就业困难类别:code 认定日期:date
 认定有效期至:date 公益性岗位:text 上岗日期:date 离岗日期:date 公益岗累计月数:int 社保补贴已享月数:int 法定退休日期:date
YB_INS 参保人身份证号:id* 参保人姓名:name 年度:int* 参保类型:code* 个人缴费:yuan 近12月自负医疗费:yuan
 政策范围内自负:yuan 大病:bool 结算截至日期:date 已救助金额:yuan 两癌确诊:bool
JY_STU 学生身份证号:id* 学生姓名:name 学校标识码:text* 学校:text* 学籍号:text 学段:code* 年级:int
 学籍状态:code* 入学日期:date* 全日制:bool 住校:bool 学校区划:division 人员类别:code 离校日期:date 困难等级:code
 涉农专业:bool 民办代课教龄:int
JY_HE 学生身份证号:id* 学生姓名:name 学校:text* 层次:code* 入学年份:int* 入学日期:date 毕业日期:date
 全日制:bool 在读状态:code*
NY_MACH 申请编号:text* 购机者身份证号:id* 购机者姓名:name 购机者区划:division 机具品目:text*
 出厂编号:text* 发票号:text 销售价:yuan 补贴额:yuan 核机通过:bool 核机日期:date 申请日期:date*
NY_VETR 记录编号:text* 场户身份证号:id* 场户姓名:name 记录类别:code* 畜种:code 头数:int 日期:date*
 所在区划:division
LY_FOR 权利人身份证号:id* 权利人姓名:name 记录类别:code* 小班号:text* 面积(亩):mu 林权类型:code
 分配到户比例(%):index 公益林等级:code 起始日期:date 所在区划:division
ZR_REAL 不动产单元号:text* 权利人身份证号:id* 权利人姓名:name 用途:code* 建筑面积:sqm 份额(%):index
 承包方编码:text 占用承包地面积(亩):mu 坐落区划:division 登记日期:date* 登记状态:code*
ZR_GEO 隐患点编号:text* 户主身份证号:id* 户主姓名:name 隐患点区划:division* 列入日期:date*
 搬迁日期:date 验收日期:date
JS_HOU 业务编号:text* 户主身份证号:id* 户主姓名:name 房屋区划:division* 业务类别:code* 鉴定等级:code
 业务日期:date* 竣工验收日期:date 既往享受改造:bool 租赁补贴核准:bool 保障面积:sqm
YJ_DIS 灾情编号:text* 户主身份证号:id* 户主姓名:name 受灾区划:division* 灾种:code* 受灾日期:date*
 倒塌严损间数:int 一般损坏间数:int 需过渡安置:bool 核定日期:date 冬春需救助:bool
SC_CO 统一社会信用代码:text* 主体名称:text* 主体类型:code* 持有人身份证号:id* 持有人姓名:name 身份:code*
 认缴出资额:yuan 成立日期:date* 登记状态:code*
SW_TAX 纳税人识别号:id* 纳税人姓名:name 税款所属期:month* 所得项目:code* 金额:yuan* 扣缴单位:text
GJJ 缴存人身份证号:id* 缴存人姓名:name 单位:text* 月缴额:yuan* 缴存基数:yuan 缴至月份:month
 开户日期:date 缴存状态:code*
ZZ_PTY 身份证号:id* 姓名:name 入党日期:date 农村党员:bool 享离退休待遇:bool 任职:text 任职年限:int
 离任日期:date 受处分免职:bool
GD_ELE 用电户号:text* 户主身份证号:id* 户主姓名:name 用电区划:division 绑定日期:date 用电状态:code*
TJ_CPI 月份:month* 居民消费价格指数:index* 低收入居民价格指数:index 食品价格指数:index 发布日期:date
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


# Feeds whose first id number is somebody else's: the head's, the old one, the mother's.
_OTHERS_FIRST = {"MZ_SA": 2, "GA_IDHIST": 1, "WJ_BIRTH": -1}
COLUMNS = _read_columns()


def id_position(feed: str) -> int:
    """Return the position of the column naming the person a row is about, -1 if none does."""
    if feed in _OTHERS_FIRST:
        return _OTHERS_FIRST[feed]
    for position, column in enumerate(COLUMNS[feed]):
        if column.kind == "id":
            return position
    return -1
