"""How papers say that a term has no fixed end."""

import re

NO_FIXED_END = re.compile(
    r"长\s*期|永\s*久|永续|无固定(?:期限)?|无限期|无期限|[不未]约定期限|至\s*[*＊]{3,}(?![*＊\s]*年)"
)
"""Such a value is null, and its text has one of these words or signs.

营业执照: 长期, since 2022 不约定期限 as well; older ones were filled up with asterisks, 至******.
"""
