"""What a reading carries: every threshold of confidence stands here, or among the settings."""

from schemas.thresholds import Thresholds

SURE, CHECKED = Thresholds().sure, Thresholds().checked
"""The thresholds where no others are set; `SURE` also for what no reviewer corrects: legibility, seals."""

SLIP = 0.15
"""So much doubt is in a text of a line's length with one misreading: such a text seldom has a confidence above 0.98."""


def with_repeated(code: str) -> list[str]:
    """Return a code with each of its characters twice in turn: of two that are alike a recogniser may read one.

    >>> with_repeated('121')
    ['1121', '1221', '1211']
    """
    return list(dict.fromkeys(code[:place] + code[place] + code[place:] for place in range(len(code))))


def with_thin(code: str) -> list[str]:
    """Return a code with a 1 more at each of its places in turn: the thinnest figure is the first that is lost.

    >>> with_thin('21')
    ['121', '211']
    """
    return list(dict.fromkeys(f"{code[:place]}1{code[place:]}" for place in range(len(code) + 1)))


def without_one(code: str) -> list[str]:
    """Return a code without each of its characters in turn: a sign beside it may have been read as one of it.

    >>> without_one('1221')
    ['221', '121', '122']
    """
    return list(dict.fromkeys(code[:place] + code[place + 1 :] for place in range(len(code))))


def may_be_misread(edits: int, *readings: tuple[str, float]) -> bool:
    """Say whether misreading may explain that two texts differ in so many characters.

    `readings` are the texts with their confidence. The doubt in them, more in long ones, must have room for the slips;
    several slips in one name are rarer than one, so they need more than their share.

    >>> may_be_misread(1, ('张样例', 0.99), ('张祥例', 0.99))
    False
    >>> may_be_misread(1, ('张样例', 0.99), ('张祥例', 0.9))
    True
    """
    doubt = sum((1 - confidence) * len(text) for text, confidence in readings)
    return doubt >= SLIP * edits**2
