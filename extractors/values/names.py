"""Names and addresses as the contract gives them: as printed, without spaces, with full-width round brackets.

>>> normalise('样例 (天津) 职业培训学校')
'样例（天津）职业培训学校'
"""

import re

_BRACKETS = str.maketrans("()", "（）")


def normalise(text: str) -> str:
    """Return the text without spaces, its round brackets full-width; other brackets (〔2022〕) stay as printed."""
    return re.sub(r"[\s\u200b\ufeff]+", "", text).translate(_BRACKETS)
