"""Invented names, numbers and places. Nothing here belongs to anyone: counties ending in 99 do not exist."""

from dataclasses import dataclass
from random import Random

from stdnum.cn import ric, uscc

_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_SURNAMES = (
    "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦许何吕张孔曹严华金魏陶姜谢邹苏潘葛范彭鲁韦马苗方俞任袁柳鲍史唐薛雷贺倪汤"
)
_DOUBLE_SURNAMES = ("欧阳", "司马", "上官", "诸葛")
_GIVEN = "样例明辉建国文静丽华志强晓东海燕春梅立新玉兰振宇佳琪雨桐思远凤霞德胜永康美玲家栋秀英宏伟婷婷书豪欣怡"
_WORDS = (
    "晨星",
    "启明",
    "宏远",
    "博技",
    "匠心",
    "新航",
    "育才",
    "精工",
    "兴业",
    "远航",
    "天工",
    "致远",
    "金桥",
    "鼎盛",
)
_ROADS = ("学府路", "建设大街", "兴业街", "工农大路", "文化路", "科技大道", "滨河路", "育英街", "新华路", "迎宾大街")


@dataclass(frozen=True)
class Province:
    """Where invented applicants sit: places, county codes that do not exist, telephone prefix, the short name."""

    districts: tuple[tuple[str, str], ...]
    counties: tuple[str, ...]
    telephone: str
    short: str
    places: tuple[str, ...]


# Each district with its city.
PROVINCES = {
    "jilin": Province(
        (
            ("吉林省长春市样例区", "长春市"),
            ("吉林省吉林市样例区", "吉林市"),
            ("吉林省四平市样例区", "四平市"),
            ("吉林省延吉市样例街道", "延吉市"),
        ),
        ("220199", "220299", "220399"),
        "0431",
        "吉",
        ("长春样例", "吉林省样例", "四平市样例"),
    ),
    "tianjin": Province(
        (("天津市样例区", "天津市"), ("天津市样例新区", "天津市")),
        ("120199", "120299"),
        "022",
        "津",
        ("天津样例", "天津市样例"),
    ),
    "neimenggu": Province(
        (
            ("内蒙古自治区呼和浩特市样例区", "呼和浩特市"),
            ("内蒙古自治区包头市样例区", "包头市"),
            ("内蒙古自治区鄂尔多斯市样例旗", "鄂尔多斯市"),
            ("内蒙古自治区呼伦贝尔市样例区", "呼伦贝尔市"),
        ),
        ("150199", "150299", "150699"),
        "0471",
        "蒙",
        ("内蒙古样例", "内蒙古自治区样例", "呼和浩特市样例", "包头样例", "鄂尔多斯市样例"),
    ),
    "chifeng": Province(
        (("内蒙古自治区赤峰市样例区", "赤峰市"), ("赤峰市样例旗", "赤峰市"), ("内蒙古赤峰市样例县", "赤峰市")),
        ("150499",),
        "0476",
        "蒙",
        ("赤峰样例", "赤峰市样例", "内蒙古样例"),
    ),
}
_ENDINGS = {
    "business": ("职业技能培训有限公司", "教育科技有限公司", "职业培训学校有限公司", "人力资源服务（集团）有限公司"),
    "works": ("机械制造有限公司", "冶金有限责任公司", "能源化工有限公司", "乳业股份有限公司", "建设集团有限公司"),
    "school": ("职业培训学校", "职业技能培训学校"),
    "technical": ("技工学校", "高级技工学校", "职业技术学院"),
    "association": ("职业技能培训行业协会", "技能人才促进会"),
    "institution": ("职业技能服务中心",),
    "owner": ("物业管理有限公司", "房地产开发有限公司", "资产经营有限责任公司", "实业集团有限公司"),
}


def person(random: Random) -> str:
    """Return an invented person's name."""
    surname = random.choice(_DOUBLE_SURNAMES) if random.random() < 0.05 else random.choice(_SURNAMES)
    return surname + "".join(random.sample(_GIVEN, random.choice((1, 2, 2, 2))))


def credit_code(random: Random, province: str, kind: str) -> str:
    """Return a credit code that keeps GB 32100-2015; `kind` are its first two characters."""
    organisation = "MA" + "".join(random.choice(_ALPHABET) for _ in range(6))
    weights = (3, 7, 9, 10, 5, 8, 4, 2)
    values = (int(character, 36) for character in organisation)
    check = 11 - sum(weight * value for weight, value in zip(weights, values, strict=True)) % 11
    number = kind + random.choice(PROVINCES[province].counties) + organisation + "0123456789X0"[check]
    return number + uscc.calc_check_digit(number)


def wrong_credit_code(random: Random, code: str) -> str:
    """Return the code with two neighbours swapped or one digit changed, so that its check character is wrong."""
    while True:
        place = random.randrange(3, 8)
        wrong = code[:place] + random.choice("0123456789") + code[place + 1 :]
        if uscc.calc_check_digit(wrong[:-1]) != wrong[-1]:
            return wrong


def identity_number(random: Random, province: str) -> str:
    """Return an identity number that keeps GB 11643-1999."""
    born = f"{random.randint(1962, 1996)}{random.randint(1, 12):02}{random.randint(1, 28):02}"
    number = random.choice(PROVINCES[province].counties) + born + f"{random.randint(1, 999):03}"
    return number + ric.calc_check_digit(number + "0")


def wrong_identity_number(random: Random, number: str) -> str:
    """Return the number with another last digit."""
    return number[:-1] + random.choice([digit for digit in "0123456789" if digit != number[-1]])


def address(random: Random, province: str, district: str | None = None) -> str:
    """Return an invented address down to the house number, in a district or anywhere in the province."""
    detail = random.choice(("", f"{random.randint(1, 9)}号楼", f"样例大厦{random.choice('ABC')}座", ""))
    where = district or random.choice(PROVINCES[province].districts)[0]
    return f"{where}{random.choice(_ROADS)}{random.randint(2, 2999)}号{detail}"


def organisation_name(random: Random, province: str, kind: str) -> str:
    """Return an invented name for one of the kinds of organisation in `_ENDINGS`."""
    place = random.choice(PROVINCES[province].places)
    return place + random.choice(_WORDS) + random.choice(_ENDINGS[kind])
