"""Telephone numbers and e-mail addresses.

>>> [one.value for one in find_phones('联系电话：0476-8330001转12，13800000000')]
['0476-8330001', '13800000000']
>>> find_emails('邮箱：Yangli@example. com')[0].value
'Yangli@example.com'
"""

import re

from extractors.values.found import Found
from extractors.values.numerals import plain

_PHONE = re.compile(
    r"(?<![0-9])(?:"
    r"1[3-9][0-9](?:[\s-]?[0-9]{4}){2}"  # mobile
    r"|\(?0[0-9]{2,3}\)?\s?[-—–]?\s?[0-9]{7,8}(?:-[0-9]{1,5})?"  # with the area code
    r"|[48]00(?:-?[0-9]){7}"  # service numbers
    r"|[2-9][0-9]{6,7}(?:-[0-9]{1,5})?"  # within the area
    r")(?![0-9])"
)
# A recogniser sets a space behind the dot, or reads it as a Chinese full stop.
# A telephone number that runs into it is no part of it.
_EMAIL = re.compile(
    r"(?:(?:1[0-9]{10}|0[0-9]{2,3}-[0-9]{7,8})(?=[A-Za-z]))?"
    r"(?P<address>[A-Za-z0-9_.+-]+\s?@\s?[A-Za-z0-9-]+(?:\s?[.。]\s?[A-Za-z0-9-]+)+)"
)

# Domains that addresses on such papers end with: .con and .co are what a recogniser leaves of .com.
_DOMAINS = frozenset({
    "com", "cn", "net", "org", "edu", "gov", "cc", "vip", "top", "info", "me", "tech", "xyz", "site", "club", "ltd",
    "shop", "online", "store", "asia", "biz", "mobi", "pro", "wang", "ren", "hk", "tw", "io", "example", "test",
})  # fmt: skip


def find_phones(text: str) -> list[Found[str]]:
    """Return the telephone numbers in the text, without spaces."""
    return [
        Found(re.sub(r"[—–]", "-", re.sub(r"\s", "", match.group())), match.start(), match.end())
        for match in _PHONE.finditer(plain(text))
    ]


def find_emails(text: str) -> list[Found[str]]:
    """Return the e-mail addresses in the text, without spaces; one with an unknown ending was read badly."""
    found = (
        Found(re.sub(r"\s", "", match["address"]).replace("。", "."), match.start("address"), match.end())
        for match in _EMAIL.finditer(plain(text))
    )
    return [one for one in found if one.value.rpartition(".")[2].lower() in _DOMAINS]
