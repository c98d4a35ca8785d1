"""How well what was read on a seal fits a name: character by character, over all readings of it.

The characters of a name stand evenly along the arc. So a reading that drops some of them still shows where each of the
others stands, and whether the dropped ones have their room: a name of more or fewer characters does not fit.
"""

import itertools
import unicodedata
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from statistics import median
from typing import NamedTuple

from rapidfuzz.distance import Levenshtein

from schemas.page import SealReading
from validators.spelling import Loss, loss

# A character of a name stands within this part of a character's width of its place.
OFF_PLACE = 0.45
# So much of a name must be read to lay it along the arc.
LAID_PART, LAID_MIN = 0.4, 3
# A character is read where one reading has it with this score and all together have no other that much oftener; in
# one place of a name it may be read less surely, where others are hardly oftener read.
READ, LIKELY_MAX = 0.5, 1
# Another character is surely read where a reading has it with this score, and all of them give it this part of what
# they could; from the lower part on there is doubt, below the lowest sum nothing was read.
SURELY, SURE_PART, DOUBT_PART, NOTHING = 0.9, 0.4, 0.3, 0.2
# So much of a name may be missing where common words tell what it is, and so many characters of that in doubt.
MISSING_PART, DOUBTS_MAX = 0.25, 1
# So many characters that no reading shows may be elsewhere, in the name of the place, say.
UNREAD_MAX = 1
# A name that surely has so many characters of its own is no misread one.
FOREIGN_MIN = 5
# What is read this well before or behind a name on the arc makes it another.
BESIDE = 0.8
# One of these tells an organisation from the next: it must be read, and so much oftener than another; those of a place
# only where the name was not surely read on another impression.
_NUMERALS, _REGIONS, TELLING_SHARE = "一二三四五六七八九十", "省市区县旗盟州", 2.0
# Long names of places, and common words of organisations' names: some of their characters tell the others.
_PLACES = (
    "内蒙古", "黑龙江", "鄂尔多斯", "呼和浩特", "呼伦贝尔", "巴彦淖尔", "乌兰察布", "锡林郭勒", "阿拉善",
    "石家庄", "秦皇岛", "张家口", "哈尔滨", "齐齐哈尔", "牡丹江", "佳木斯", "双鸭山", "七台河", "葫芦岛",
    "连云港", "马鞍山", "景德镇", "平顶山", "三门峡", "驻马店", "防城港", "攀枝花", "六盘水", "嘉峪关",
    "乌鲁木齐", "克拉玛依", "自治区",
)  # fmt: skip
_KINDS = (
    "职业技能", "职业技术", "职业", "技能", "培训", "学校", "学院", "技工", "高级", "技师", "有限公司",
    "责任公司", "股份", "集团", "公司", "物业", "管理", "教育", "咨询", "人力资源", "资源", "服务", "行业",
    "协会", "商会", "促进会", "研究会", "联合会", "人才", "中心", "建设", "建筑", "工程", "科技", "技术",
    "能源", "化工", "汽车", "维修", "评价", "鉴定", "事务所",
)  # fmt: skip
_WORDS = (*_PLACES, *_KINDS)
# So many characters before the first common word are what it is called by: 启明 in 样例市启明职业学校.
CALLED_BY = 2


class _Shares(NamedTuple):
    """So much as the character that is read most in a place the name's own must be: to be read, and to be likely."""

    read: float
    likely: float
    telling: str


# Of a seal that stands alone, and where the name was surely read on another impression: look-alikes (样, 祥) are often
# read one for the other, and that one says which it is.
_ALONE, _VOUCHED = _Shares(1.0, 0.5, _NUMERALS + _REGIONS), _Shares(0.5, 0.3, _NUMERALS)


# So much a name may lose against the recogniser's answer, in one place and in all (`spelling`).
_LOSS_ALONE, _LOSS_VOUCHED = Loss(place=2.0, whole=6.0), Loss(place=4.0, whole=8.0)


class Fit(StrEnum):
    """How the readings of a seal stand to a name."""

    OWN = "own"
    OPEN = "open"
    """Too little was read to say."""
    OTHER = "other"
    """Another character surely stands in the place of one of the name's."""


class _State(StrEnum):
    """What the readings say of one character of a name."""

    READ = "read"
    LIKELY = "likely"
    UNREAD = "unread"
    UNCLEAR = "unclear"
    DOUBTED = "doubted"
    OTHER = "other"


@dataclass(frozen=True)
class _Laid:
    """A reading laid along a name: the characters, with their scores, that stand in the place of each of the name's.

    There are none where the characters that both have do not stand as they would. `beside` is the best score of what
    stands before or behind the name.
    """

    characters: Sequence[Mapping[str, float]] = ()
    beside: float = 0.0


def fit(readings: Sequence[SealReading], name: str, *, vouched: bool = False) -> Fit:
    """Say whether the readings of one seal are of a name, as it is printed.

    `vouched`: the name was surely read on another seal of the same dossier.

    It is the name's where each of its characters was read in some reading, and none much oftener in its place, but for
    a few: of common words (职[业]技能) some, of the others one that was read less surely, and one that was not read
    where names seldom differ: in the name of a place at their beginning. And it is where the name is nearly as likely
    as what was read, in every place.
    """
    places = _places(name)
    alike = [one for reading in readings if (one := _laid(reading, places)) is not None]
    if not alike:
        return Fit.OPEN
    fitting = _by_readings(alike, places, vouched=vouched)
    if fitting is not Fit.OWN and _is_as_likely(readings, places, _LOSS_VOUCHED if vouched else _LOSS_ALONE):
        return Fit.OWN
    return fitting


def foreign(readings: Sequence[SealReading], name: str) -> bool:
    """Say whether a seal surely bears much that is not in a name, whatever of it is in doubt: all readings say so."""
    beyond = [
        {one for one, score in zip(reading.text, reading.scores, strict=True) if score >= SURELY and _is_character(one)}
        - set(name)
        for reading in readings
    ]
    return len(beyond) > 1 and len(beyond[0].intersection(*beyond[1:])) >= FOREIGN_MIN


def gaps(readings: Sequence[SealReading], name: str) -> int:
    """Return for how many characters of a name each reading of a seal has room and nothing in it."""
    places = _places(name)
    laid = [one.characters for reading in readings if (one := _laid(reading, places)) is not None and one.characters]
    empty = [sum(not found and own != " " for own, found in zip(places, one, strict=True)) for one in laid]
    return min(empty, default=0)


def _places(name: str) -> str:
    """Return a name as it stands on an arc: brackets have their places there, but are seldom read."""
    return "".join(
        character if _is_character(character) else " "
        for character in unicodedata.normalize("NFKC", name)
        if not character.isspace()
    )


def _is_character(character: str) -> bool:
    return "\u3400" <= character <= "\u9fff"


def _by_readings(alike: Sequence[_Laid], places: str, *, vouched: bool) -> Fit:
    """Say how readings that have much of a name stand to it; `places` is the name as it stands on an arc."""
    shares = _VOUCHED if vouched else _ALONE
    laid = [one for one in alike if one.characters]
    if 2 * len(laid) <= len(alike):
        return Fit.OPEN
    states = [
        _state([one.characters[place] for one in laid], character, shares) for place, character in enumerate(places)
    ]
    if _State.OTHER in states:
        return Fit.OTHER
    is_alone = max(one.beside for one in laid) < BESIDE
    telling = _telling(places)
    if not vouched:
        telling |= _behind_place(places)
    return Fit.OWN if is_alone and _is_enough(places, states, telling, vouched=vouched) else Fit.OPEN


def _is_as_likely(readings: Sequence[SealReading], name: str, allowed: Loss) -> bool:
    lost = loss([reading.columns for reading in readings], name)
    return lost is not None and lost.place <= allowed.place and lost.whole <= allowed.whole


def _laid(reading: SealReading, name: str) -> _Laid | None:
    """Lay a reading along a name by the characters that both have; None where those are too few."""
    kept = [place for place, character in enumerate(reading.text) if _is_character(character)]
    if len(reading.centres) != len(reading.text):
        return None
    centres = [reading.centres[place] for place in kept]
    pairs = _common("".join(reading.text[place] for place in kept), name)
    if len(pairs) < max(LAID_MIN, LAID_PART * len(name)):
        return None
    width = median(
        (centres[later] - centres[one]) / (place - before)
        for (one, before), (later, place) in itertools.combinations(pairs, 2)
    )
    start = median(centres[one] - width * place for one, place in pairs)
    if width <= 0 or start < 0 or start + width * (len(name) - 1) > 1:
        return _Laid()
    at = [(centre - start) / width for centre in centres]
    if any(abs(at[one] - place) > OFF_PLACE for one, place in pairs):
        return _Laid()
    characters: list[dict[str, float]] = [defaultdict(float) for _ in name]
    beside = 0.0
    for where, place in zip(at, kept, strict=True):
        nearest = round(where)
        if not -0.5 <= where <= len(name) - 0.5:
            beside = max(beside, reading.scores[place])
        elif abs(where - nearest) <= OFF_PLACE:
            characters[nearest][reading.text[place]] += reading.scores[place]
            for other, score in reading.alternatives.get(place, ()):
                if _is_character(other):
                    characters[nearest][other] += score
    return _Laid(characters, beside)


def _common(text: str, name: str) -> list[tuple[int, int]]:
    """Return the places, in a text and in a name, of the characters that both have in order."""
    return [
        (block.a + step, block.b + step)
        for block in Levenshtein.opcodes(text, name).as_matching_blocks()
        for step in range(block.size)
    ]


def _state(found: Sequence[Mapping[str, float]], own: str, shares: _Shares) -> _State:
    """Say what all readings together make of the place of one character."""
    together: dict[str, float] = defaultdict(float)
    for one in found:
        for character, score in one.items():
            together[character] += score
    score = together.pop(own, 0.0)
    other, most = max(together.items(), key=lambda item: item[1], default=("", 0.0))
    share = TELLING_SHARE if own in shares.telling else shares.read
    if max(one.get(own, 0.0) for one in found) >= READ and score >= share * most:
        return _State.READ
    if own not in shares.telling and score > 0 and score >= shares.likely * most:
        return _State.LIKELY
    best = max(one.get(other, 0.0) for one in found)
    if best >= SURELY and most >= SURE_PART * len(found) and score < 0.1 * most:
        return _State.OTHER
    if most > DOUBT_PART * len(found):
        return _State.DOUBTED
    if own == " ":
        return _State.READ
    return _State.UNREAD if most < NOTHING else _State.UNCLEAR


def _is_enough(name: str, states: Sequence[_State], telling: set[int], *, vouched: bool) -> bool:
    """Say whether so much of a name was read that no other can be meant; `telling` are the places to be read."""
    gaps = {place for place, state in enumerate(states) if state is not _State.READ}
    # Where nothing was read of the rest of a word, and the whole name was on another impression, it is that word.
    unread = {place for place in gaps if states[place] is _State.UNREAD}
    elsewhere = gaps - _told(name, gaps) - (unread & _begun(name, gaps) if vouched else set())
    unread &= elsewhere
    return (
        all(states[place] in (_State.LIKELY, _State.UNREAD) for place in elsewhere)
        and len(elsewhere - unread) <= LIKELY_MAX
        and len(unread) <= UNREAD_MAX
        and not unread & telling
        and states.count(_State.DOUBTED) <= DOUBTS_MAX
        and len(gaps) <= MISSING_PART * len(name)
    )


def _telling(name: str) -> set[int]:
    """Return the places in which another name may differ: what it is called by, its kind, and single characters."""
    kinds = {start + step for word in _KINDS for start in _starts(name, word) for step in range(len(word))}
    first = min(kinds, default=len(name))
    single = {place for place, character in enumerate(name) if character in _NUMERALS + _REGIONS}
    return kinds | single | set(range(max(first - CALLED_BY, 0), first))


def _behind_place(name: str) -> set[int]:
    """Return the places behind the name of a town or region with which a name begins; all where it begins with none."""
    first = min((start for word in _KINDS for start in _starts(name, word)), default=len(name))
    ends = [place for place, character in enumerate(name[:first]) if character in "省市区县旗盟州"]
    ends += [len(word) - 1 for word in _PLACES if name.startswith(word)]
    return set(range(max(ends, default=-1) + 1, len(name)))


def _starts(name: str, word: str) -> list[int]:
    return [start for start in range(len(name)) if name.startswith(word, start)]


def _begun(name: str, gaps: set[int]) -> set[int]:
    """Return the gaps in common words of which half or more was read."""
    words = (range(start, start + len(word)) for word in _KINDS for start in _starts(name, word))
    return {place for word in words if 2 * len(gaps.intersection(word)) <= len(word) for place in word} & gaps


def _told(name: str, gaps: set[int]) -> set[int]:
    """Return the gaps in common words that are told by what was read of the word: 学[校] may be 学院 as well."""
    told: set[int] = set()
    for word in _WORDS:
        for start in _starts(name, word):
            read = [place for place in range(len(word)) if start + place not in gaps]
            if 2 * len(read) >= len(word):
                likes = [one for one in _WORDS if len(one) == len(word) and all(one[at] == word[at] for at in read)]
                told |= {start + place for place in range(len(word)) if all(one[place] == word[place] for one in likes)}
    return told & gaps
