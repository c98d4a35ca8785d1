"""Comparing what documents print: names, persons, addresses. What may be a slip of reading is not called different."""

import re
from enum import StrEnum

from rapidfuzz import fuzz
from rapidfuzz.distance import Levenshtein

_WIDTH = {
    ord(full): ord(half)
    for full, half in zip("（）［］，．：；０１２３４５６７８９", "()[],.:;0123456789", strict=True)
}
_PROVINCE = re.compile(
    r"^(?:中国)?(?:[\u4e00-\u9fff]{2,8}?(?:省|自治区|特别行政区))?(?:[\u4e00-\u9fff]{2,7}?(?:市|盟|自治州|地区))?(?:[\u4e00-\u9fff]{1,7}?(?:区|县|旗|市))?"
)
_STREET = re.compile(
    r"(?P<street>[\u4e00-\u9fffA-Za-z0-9]+?(?:大街|大道|胡同|路|街|道|巷|弄|村|屯|里|园区|开发区))(?P<number>\d+(?:-\d+)?)号?"
)
ADDRESS_ALIKE = 90


class Likeness(StrEnum):
    """How two printed texts stand to one another."""

    SAME = "same"
    CLOSE = "close"
    DIFFERENT = "different"


def normal_name(text: str) -> str:
    """Return a name without spaces and signs, brackets of one width."""
    return re.sub(r"[\s·•,.:;\"'“”‘’]", "", text.translate(_WIDTH)).replace("(", "（").replace(")", "）")


def compare_names(first: str, second: str) -> Likeness:
    """Compare names of organisations or persons.

    Names that differ in one character (of a long one, in two) are close: one may be misread, or be another's.
    """
    first, second = normal_name(first), normal_name(second)
    if first == second:
        return Likeness.SAME
    distance = Levenshtein.distance(first, second)
    allowed = 2 if min(len(first), len(second)) >= 10 else 1
    return Likeness.CLOSE if distance <= allowed else Likeness.DIFFERENT


def compare_addresses(first: str, second: str) -> Likeness:
    """Compare addresses, one of which may leave out province and city, building and room.

    Street and house number tell where both have them; else the shorter must stand in the longer.
    """
    first, second = _normal_address(first), _normal_address(second)
    if first == second or (min(len(first), len(second)) >= 6 and (first in second or second in first)):
        return Likeness.SAME
    one, other = _STREET.search(_local(first)), _STREET.search(_local(second))
    if one is not None and other is not None:
        same_street = one["street"].endswith(other["street"]) or other["street"].endswith(one["street"])
        if same_street and one["number"] == other["number"]:
            return Likeness.SAME
        near = Levenshtein.distance(one["street"] + one["number"], other["street"] + other["number"]) <= 1
        return Likeness.CLOSE if near else Likeness.DIFFERENT
    alike = fuzz.partial_ratio(_local(first), _local(second))
    if alike >= ADDRESS_ALIKE:
        return Likeness.SAME
    # Without street and number nothing shows that two addresses are two places.
    return Likeness.CLOSE


def _normal_address(text: str) -> str:
    text = text.translate(_WIDTH)
    text = re.sub(r"[—–－~～至]", "-", text)
    return re.sub(r"[\s,.;:()（）]", "", text)


def _local(address: str) -> str:
    """Return an address without province, city and district."""
    matched = _PROVINCE.match(address)
    rest = address[matched.end() :] if matched is not None else address
    return rest if len(rest) >= 4 else address
