"""What a reading carries: every threshold of confidence stands here."""

SURE = 0.8
"""The least confidence of the evidence that carries a pass or a fail. Confidence is the part of such readings that are
right: of the values said with 0.8 or more, over 99 in 100 are, and just above it five in six (docs/accuracy.md)."""

CHECKED = 0.985
"""The least confidence with which a number must be read to be called wrong because its check character does not hold:
one misread digit is enough to break it, so no digit may be in doubt."""

SLIP = 0.15
"""So much doubt is in a text of a line's length with one misreading: such a text seldom has a confidence above 0.98."""


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
