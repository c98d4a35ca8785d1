"""Names and addresses as the contract gives them: as printed, without spaces, with full-width brackets.

>>> normalise("样例 (天津) 职业培训学校")
'样例（天津）职业培训学校'
"""

import re

_BRACKETS = str.maketrans("()[]【】〔〕", "（）（）（）（）")


def normalise(text: str) -> str:
    """Return the text without spaces, its brackets full-width."""
    return re.sub(r"\s+", "", text).translate(_BRACKETS)
