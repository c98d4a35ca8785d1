"""How likely a name is on an arc, by the recogniser's columns."""

import pytest

from schemas.page import SealReading
from validators.seal_names import Fit, fit
from validators.spelling import NOT_SEEN, loss

NAME = "样例市天工能源化工有限公司"
Columns = list[dict[str, float]]


def columns(name: str, **instead: dict[str, float]) -> Columns:
    """Return columns in which a name is surely seen, but for some of its characters, nothing between and around."""
    seen: Columns = [{"": 1.0}]
    for character in name:
        seen += [instead.get(character, {character: 0.99}), {"": 0.99}]
    return seen


def reading(seen: Columns) -> SealReading:
    """Return a reading with the recogniser's answer to such columns."""
    best = [max(column, key=lambda one: column[one]) for column in seen]
    places = [place for place, character in enumerate(best) if character]
    return SealReading(
        text="".join(best[place] for place in places),
        centres=[(place + 0.5) / len(seen) for place in places],
        scores=[seen[place][best[place]] for place in places],
        columns=seen,
    )


def test_a_name_that_is_the_answer_loses_nothing():
    assert loss([columns(NAME)] * 2, NAME) == pytest.approx((0.0, 0.0))


def test_what_stands_in_the_place_of_a_character_is_lost_there():
    seen = columns(NAME, 天={"关": 0.8, "天": 0.2})
    lost = loss([seen, seen], NAME)
    assert lost == pytest.approx((1.386, 1.386), abs=0.001)
    # The other way round.
    assert loss([seen, seen], NAME.replace("天", "关")) == pytest.approx((0.0, 0.0))


def test_what_is_not_seen_and_what_is_too_much_is_lost_whole():
    seen = [columns(NAME)] * 2
    for other in (
        NAME.replace("天工", "天空"),
        NAME.replace("有限", ""),
        NAME.replace("有限", "股份有限"),
        "甲" + NAME,
    ):
        lost = loss(seen, other)
        assert lost is not None
        assert lost.place > -NOT_SEEN - 0.02, other


def test_two_of_a_kind_need_room_between_them():
    assert loss([columns("天天")] * 2, "天天") == pytest.approx((0.0, 0.0))
    lost = loss([[{"": 1.0}, {"天": 1.0}, {"天": 1.0}, {"": 1.0}]] * 2, "天天")
    assert lost is not None
    assert lost.place > 6


def test_the_two_readings_count_on_which_least_is_lost():
    worse = columns(NAME, 天={"关": 0.9})
    assert loss([worse, columns(NAME), columns(NAME)], NAME) == pytest.approx((0.0, 0.0))
    assert loss([columns(NAME)], NAME) is None
    assert loss([columns(NAME), columns("样例")], NAME) is None


@pytest.mark.parametrize(
    ("instead", "alone", "vouched"),
    [
        # 天 is not the answer, but may well stand there.
        ({"关": 0.8, "天": 0.15}, Fit.OWN, Fit.OWN),
        # It is not likely: only where the name was read elsewhere is it that.
        ({"关": 0.93, "天": 0.03}, Fit.OTHER, Fit.OWN),
        # Hardly anything was seen, least of all another character.
        ({"": 0.95, "天": 0.04}, Fit.OPEN, Fit.OWN),
        # Another was seen, and no 天.
        ({"启": 0.97}, Fit.OTHER, Fit.OTHER),
        ({"": 0.97}, Fit.OPEN, Fit.OPEN),
    ],
)
def test_a_name_nearly_as_likely_as_the_answer_is_own(instead: dict[str, float], alone: Fit, vouched: Fit):
    seals = [reading(columns(NAME, 天=instead))] * 2
    assert fit(seals, NAME) is alone
    assert fit(seals, NAME, vouched=True) is vouched


def test_noise_in_every_place_is_too_much_together():
    seen = columns(NAME, **{character: {character: 0.3, "圆": 0.6} for character in set(NAME)})
    assert fit([reading(seen)] * 2, NAME, vouched=True) is not Fit.OWN


def test_a_bracket_must_be_seen():
    seen = columns("样例（天津）职业培训学校")
    assert loss([seen] * 2, "样例 天津 职业培训学校") == pytest.approx((0.0, 0.0))
    without = columns("样例（天津）职业培训学校", **{"（": {"": 0.99}})
    lost = loss([without] * 2, "样例 天津 职业培训学校")
    assert lost is not None
    assert lost.place > 6
