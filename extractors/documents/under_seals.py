"""Names over which a seal is stamped: its ink hides characters, and the seal itself names the owner."""

import re
from itertools import pairwise
from statistics import median

from rapidfuzz import fuzz
from rapidfuzz.distance import Levenshtein

from extractors.layout import Passage, overlap
from extractors.values import names
from schemas.document import Field

# Readings of one name are so alike, in per cent; two organisations' names are less.
ALIKE = 80
# From one character of a name to the next it is so much further where one between them was not read.
WIDE_STEP = 1.5
# A bracket stands at the edge of its room.
WIDE_AT_BRACKET, _BRACKETS = 0.35, frozenset("()（）")
# What an organisation's name ends with, as it is signed.
_ENDING = re.compile(r"(?:公司|学校|学院|中心|协会|学会|商会|院|厂|局|厅|部|委员会|政府|办公室|事务所)$")
_CUT_COMPANY = re.compile(r"有限(?:责任公?)?$")
# The most confidence of a character read badly.
DOUBTFUL = 0.9
# How sure a name under a seal is that does not confirm it: a character at its end may be hidden.
UNCONFIRMED = 0.75


def is_whole(name: Passage) -> bool:
    """Say whether no character is missing within a name: its characters stand equally far from each other."""
    glyphs = [glyph for glyph in name.glyphs if glyph.page is name.page]
    steps = [
        (after.middle[0] - before.middle[0], WIDE_AT_BRACKET if {before.character, after.character} & _BRACKETS else 0)
        for before, after in pairwise(glyphs)
        if after.middle[0] > before.middle[0]
    ]
    usual = median([step for step, _ in steps] or [0.0])
    return len(steps) < 3 or all(step < (WIDE_STEP + more) * usual for step, more in steps)


def name_field(name: Passage) -> Field:
    """Return a name as a field, confirmed or completed by a seal that lies on it.

    Where characters are missing and no seal completes it, the field has the text that was read and no value.
    """
    read = names.normalise(name.text)
    seals = [seal for seal in name.page.seals if overlap(name.box, seal.box)]
    written = {names.normalise(seal.text): seal.confidence for seal in seals if seal.text is not None}
    if read in written:
        return name.field(read)
    ends = _ENDING.search(read) is not None
    for text, confidence in written.items():
        # The seal of one of its offices does not make a name longer that stands whole.
        is_of_office = ends and is_whole(name) and text.startswith(read)
        if may_be(name, text) and (_ENDING.search(text) or not ends) and not is_of_office:
            return name.field(text, confidence=0.9 * confidence)
    if not is_whole(name):
        return name.field(None, confidence=0.5)
    if (cut := without_its_end(name, read)) is not None:
        return cut
    # Another organisation's seal hides characters as well as the owner's.
    return name.field(read, confidence=UNCONFIRMED if seals else 1.0)


def without_its_end(name: Passage, read: str) -> Field | None:
    """Return a name whose end does not show as a field, whatever hides it: no company's name ends with 有限公."""
    if read.endswith("有限公"):
        return name.field(read + "司", confidence=UNCONFIRMED)
    return name.field(None, confidence=0.5) if _CUT_COMPANY.search(read) else None


def may_be(name: Passage, sealed: str) -> bool:
    """Say whether a name is another text with characters left out, or read badly where their scores are low."""
    read = names.normalise(name.text)
    edits = Levenshtein.editops(read, sealed)
    return fuzz.ratio(read, sealed) >= ALIKE and all(
        edit.tag == "insert" or (edit.tag == "replace" and name[edit.src_pos].confidence < DOUBTFUL) for edit in edits
    )
