"""Running text of plans, systems, pledges and lists, all invented for these samples."""

from random import Random

from samples.generator import invented

TEXTS = {
    "report": (
        "我单位长期从事技能人才培养工作，教学场地稳定，师资队伍结构合理，历年学员合格率保持在较高水平。",
        "单位设有理论考场和实操考场，全部安装视频监控设备，保密室、证书库、考务室、候考室等功能用房齐全。",
        "我单位已制定较为完整的考务管理、质量督导和档案管理办法，能够独立承担认定任务。",
        "今后将严格按照国家职业技能标准组织认定，主动接受主管部门和社会各界监督。",
        "经费来源稳定，设有专门账户，可保障认定工作长期开展。",
    ),
    "plan": (
        "坚持服务技能人才成长，以职业能力为导向，以工作业绩为重点，做到标准统一、程序规范、结果可查。",
        "成立认定工作领导小组，下设考务组、命题组、督导组和后勤组，各组职责明确，分工协作。",
        "认定工作按照发布公告、报名审核、编排考场、组织考试、阅卷评分、结果公示、证书发放的次序进行。",
        "理论知识考试采用机考或纸笔方式，技能操作考核采用现场操作方式，成绩均达到六十分为合格。",
        "考场按标准布置，考前一天完成设备检查和封闭，考试过程全程录像并保存不少于三年。",
        "考评人员实行回避和轮换，同一批次考评员不少于三人，评分表由考评组长复核后签字。",
        "质量督导员对报名资格、试卷保管、现场秩序和成绩登录进行检查，发现问题当场提出整改意见。",
        "认定结果在本单位网站公示五个工作日，无异议后按规定报送数据并制发证书。",
        "准备阶段用时一个月，完成人员培训和设备调试；实施阶段按季度安排批次；总结阶段形成年度报告。",
        "收费标准在醒目位置公开，不得以任何名义加收其他费用。",
    ),
    "system": (
        "为规范职业技能等级认定工作，明确岗位职责，结合单位实际，制定本制度。",
        "本制度适用于认定工作的组织、实施、监督和档案管理全过程，各岗位工作人员须遵照执行。",
        "经费实行专户核算，支出由经办人、部门负责人和单位负责人逐级审批，每半年公布一次收支情况。",
        "试题试卷的领取、保管、启封和回收须两人以上在场，并填写交接登记表。",
        "发生停电、火情、设备故障等突发情况时，考点负责人立即启动应急处置程序，首先保证人员安全。",
        "对弄虚作假、泄露试题等行为，按情节轻重给予批评教育、调离岗位直至移交有关部门处理。",
        "认定档案一期一卷，纸质档案保存不少于五年，电子档案长期保存并异地备份。",
        "质量督导每批次不少于一次，督导记录由督导员签字后归档，问题整改情况纳入年度考核。",
        "工作人员每年参加不少于二十四学时的业务学习，考核不合格的不得上岗。",
    ),
    "pledge": (
        "所提交的全部材料真实、准确、完整，如有虚假愿承担相应责任。",
        "严格执行国家职业技能标准，不降低标准、不减少程序、不超范围开展认定。",
        "不以任何形式泄露试题，不出租、转让、买卖证书和资质。",
        "自觉公开收费标准和认定结果，妥善处理投诉举报。",
        "主动接受主管部门的检查指导和社会监督，违反承诺的自愿退出。",
    ),
    "information": (
        "我单位建有百兆光纤专线接入的内部网络，覆盖办公区、教学区和全部考场。",
        "报名、资格审核、考场编排、成绩登录均在认定管理平台上完成，数据每日自动备份。",
        "理论机考教室配备计算机六十台，另有备用机五台，服务器采用双机热备。",
        "考场安装高清摄像头三十二路，录像集中存储，可供主管部门远程调阅。",
        "设网络管理员两名，负责系统运行维护、账号管理和信息安全工作。",
        "个人信息按最小必要原则采集，导出和查询均留有操作记录。",
    ),
    "clauses": (
        "甲方保证对该房屋有完整的出租权利，因产权纠纷造成的损失由甲方承担。",
        "乙方应按约定用途使用房屋，未经甲方书面同意不得转租、转借。",
        "水、电、采暖及物业费用由乙方承担，房屋主体结构的维修由甲方负责。",
        "任何一方违约，应向对方支付相当于三个月租金的违约金。",
        "合同期满乙方需继续承租的，应提前两个月提出，同等条件下优先。",
        "因不可抗力致使合同不能履行的，双方互不承担责任。",
    ),
}
TEXTS["rules"] = (
    "职工培训管理办法",
    "职业技能等级认定管理办法",
    "技能人才薪酬激励办法",
    "考评人员管理办法",
    "质量督导工作制度",
    "试题试卷保密制度",
    "教育经费提取与使用办法",
)
CAMERAS = (
    "配备考务管理服务器1台、考务计算机12台，考场及保密室安装高清摄像头24路，录像保存90天。",
    "理论机考室计算机40台，考务管理系统一套；实操场地监控全覆盖，共16个点位，可远程调阅。",
)
# The conditions of the enterprise notice, each with how it is met.
CONDITIONS = (
    ("在境内注册、具有独立法人资格的企业", "符合，见营业执照复印件"),
    ("依法设立、管理规范、信用良好", "符合，近三年无违法失信记录"),
    ("职业（工种）从业人员较多、技能含量较高", "符合，一线技能人员占职工总数六成以上"),
    ("按规定足额提取职工教育经费", "符合，按工资总额的百分之八提取"),
    ("专职工作人员、专家、考评人员、质量督导人员", "符合，名单见申报表"),
    ("考核场地、设施设备和视频监控设备", "符合，见设备清单"),
    ("落实取得证书人员相应待遇的制度", "符合，已纳入薪酬制度"),
)
STRENGTHS = (
    "我单位现有理论教室12间、实训车间6个，实训工位260个，考场均装有监控设备；多名教师参与过职业标准和教材的编写。",
    "单位拥有专兼职教师46人，其中高级职称11人，建有标准化考场4个，设备完好率百分之九十八。",
    "单位设有办公室、保密室、证书库、考务室和候考室，理论考场3个，实操考场5个，多年承担企业职工培训任务。",
)
_ASSETS = (
    ("台式计算机", "启天样M430", "台"), ("激光打印机", "LJ-2655", "台"), ("投影仪", "EB-X06", "台"),
    ("监控摄像机", "DS-2CD样", "路"), ("普通车床", "CA6140", "台"), ("电工实训台", "DG-801", "套"),
    ("多功能油烟灶台", "ZT-4", "台"), ("课桌椅", "1200×600", "套"), ("空调", "KFR-72LW", "台"),
    ("服务器", "RX-2288", "台"), ("保密柜", "BMG-02", "个"), ("汽车举升机", "QJY3.5", "台"),
)  # fmt: skip
_PLACES = ("理论教室", "实训车间", "办公室", "考务室", "保密室", "机考室")


def choose(random: Random, topic: str, count: int) -> list[str]:
    """Return so many texts of a topic, in the order they are kept."""
    texts = TEXTS[topic]
    return [texts[place] for place in sorted(random.sample(range(len(texts)), min(count, len(texts))))]


def assets(random: Random, until: int) -> list[tuple[str, str, str, str, str, str]]:
    """Return rows of an asset list: name, model, count, unit, month bought, place."""
    return [
        (
            name,
            model,
            str(random.randint(1, 60)),
            unit,
            f"{random.randint(until - 8, until - 1)}.{random.randint(1, 12)}",
            random.choice(_PLACES),
        )
        for name, model, unit in random.sample(_ASSETS, random.randint(7, len(_ASSETS)))
    ]


def equipment(random: Random, rows: int, owner: str) -> list[dict[str, str]]:
    """Return rows of an equipment table: name, brand, model, count, unit, owner."""
    return [
        {
            "name": name,
            "brand": random.choice(("样牌", "样例机", "启样", "宏样")),
            "model": model,
            "count": str(random.randint(1, 60)),
            "unit": unit,
            "owner": random.choice((owner, "自有", "自有")),
        }
        for name, model, unit in (random.choice(_ASSETS) for _ in range(rows))
    ]


def trainees(random: Random, rows: int, occupations: list[str], year: int) -> list[tuple[str, str, str, str, str]]:
    """Return rows of a trainee roster: name, occupation, level, month, masked phone."""
    return [
        (
            invented.person(random),
            random.choice(occupations),
            random.choice(("五级", "四级", "三级")),
            f"{random.randint(year - 5, year - 1)}.{random.randint(1, 12)}",
            f"13{random.randint(0, 9)}****{random.randint(0, 9999):04}",
        )
        for _ in range(rows)
    ]


def statement(random: Random, total: float) -> list[tuple[str, ...]]:
    """Return rows of a balance sheet that adds up to the total."""
    cash, owed = total * random.uniform(0.2, 0.5), total * random.uniform(0.05, 0.3)
    before = total * random.uniform(0.8, 1.1)
    rows = (
        ("货币资金", cash, cash * 0.9, "应付账款", owed, owed * 1.1),
        ("流动资产合计", cash, cash * 0.9, "负债合计", owed, owed * 1.1),
        ("固定资产净值", total - cash, before - cash * 0.9, "净资产", total - owed, before - owed * 1.1),
        ("资产总计", total, before, "负债和净资产总计", total, before),
    )
    return [tuple(cell if isinstance(cell, str) else f"{cell:,.2f}" for cell in row) for row in rows]
