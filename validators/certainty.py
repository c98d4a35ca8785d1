"""What a reading carries: every threshold of confidence stands here."""

SURE = 0.8
"""The least confidence of the evidence that carries a pass or a fail."""

CHECKED = 0.985
"""The least confidence with which a number must be read to be called wrong because its check character does not hold:
one misread digit is enough to break it."""

SLIP = 0.15
"""A wrong character seldom scores above 0.85: that much doubt, at least, is in a line with one misreading."""


def may_be_misread(edits: int, *readings: tuple[str, float]) -> bool:
    """Say whether misreading may explain that two texts differ in so many characters.

    `readings` are the texts with the mean score of their characters. The doubt in them must have room for the slips;
    several slips in one name are rarer than one, so they need more than their share.

    >>> may_be_misread(1, ('张样例', 0.99), ('张祥例', 0.99))
    False
    >>> may_be_misread(1, ('张样例', 0.99), ('张祥例', 0.9))
    True
    """
    doubt = sum((1 - confidence) * len(text) for text, confidence in readings)
    return doubt >= SLIP * edits**2
