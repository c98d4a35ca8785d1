"""The catalogues hold what the notices print, and name and code are matched against them together."""

import doctest

import pytest

from schemas.programme import Occupation
from validators import catalogue, comparing, programmes
from validators.catalogue import CODE, Match, match

TIANJIN = programmes.load("tianjin-2020").catalogue
INNER_MONGOLIA = programmes.load("neimenggu-2020").catalogue
KNOWN = programmes.load("jilin-2022").catalogue


def best(name: str | None, code: str | None, entries: list[Occupation] = TIANJIN) -> tuple[Match, str] | None:
    candidates = match(name, code, entries)
    return (candidates[0].match, candidates[0].entry.name) if candidates else None


@pytest.mark.parametrize("module", [catalogue, comparing])
def test_examples_in_docstrings(module: object):
    assert doctest.testmod(module).failed == 0  # pyright: ignore[reportArgumentType]


class TestData:
    def test_tianjin_prints_85(self):
        assert [entry.number for entry in TIANJIN] == list(range(1, 86))
        assert all(CODE.fullmatch(entry.code) for entry in TIANJIN)
        assert len({entry.code for entry in TIANJIN}) == 85

    def test_the_sign_of_a_green_occupation_is_no_part_of_its_name(self):
        assert [entry.name for entry in TIANJIN if entry.green] == ["有害生物防制员", "保洁员", "太阳能利用工"]
        assert not any(entry.name.endswith("L") for entry in TIANJIN)

    def test_known_ones_are_those_of_inner_mongolia_and_what_tianjin_adds(self):
        assert KNOWN[:150] == INNER_MONGOLIA
        names = [(entry.name, entry.code) for entry in KNOWN]
        assert len(names) == len(set(names))
        assert {(entry.name, entry.code) for entry in TIANJIN} <= set(names)

    def test_inner_mongolia_prints_150(self):
        assert [entry.number for entry in INNER_MONGOLIA] == list(range(1, 151))
        assert [entry.source for entry in INNER_MONGOLIA] == [
            f"内人社办发〔2020〕38号 附件1 第{number}项" for number in range(1, 151)
        ]
        assert all(entry.group and entry.category for entry in INNER_MONGOLIA)
        assert [(entry.name, entry.note) for entry in INNER_MONGOLIA if entry.note] == [
            ("手工木工", "含精细木工"),
            ("保洁员", "含家居、公共区域"),
        ]

    def test_a_group_is_carried_down_its_rows(self):
        groups = [INNER_MONGOLIA[number - 1].group for number in (4, 5, 6, 54, 55, 58, 59, 150)]
        assert groups == [
            "住宿和餐饮服务人员",
            "住宿和餐饮服务人员",
            "房地产服务人员",
            "批发与零售服务人员",
            "交通运输、仓储和邮政业服务人员",
            "交通运输、仓储和邮政业服务人员",
            "住宿和餐饮服务人员",
            "生产辅助人员",
        ]

    def test_one_code_under_two_names_is_kept_and_noted(self):
        printed: dict[str, set[str]] = {}
        for entry in [*INNER_MONGOLIA, *TIANJIN]:
            printed.setdefault(entry.code, set()).add(entry.name)
        twice = {code for code, names in printed.items() if len(names) > 1}
        assert twice == {"4-07-05-05", "4-09-09-00", "6-20-01-01"}
        for entry in [*INNER_MONGOLIA, *TIANJIN]:
            assert (entry.code in twice) == ("同码" in (entry.remark or "")), entry.name

    @pytest.mark.parametrize(
        ("row", "name", "code"),
        [
            (55, "道路客运汽车驾驶员", "4-02-02-01"),
            (56, "道路货运汽车驾驶员", "4-02-02-02"),
            (57, "物流师", "4-02-06-03"),
            (58, "快递员", "4-02-07-08"),
            (88, "宠物美容师", "4-10-07-03"),
        ],
    )
    def test_rows_that_slipped_in_the_source_are_put_right(self, row: int, name: str, code: str):
        assert (INNER_MONGOLIA[row - 1].name, INNER_MONGOLIA[row - 1].code) == (name, code)

    def test_what_the_source_lost_is_marked(self):
        assert [entry.number for entry in INNER_MONGOLIA if "缺失" in (entry.remark or "")] == [55]


class TestMatching:
    @pytest.mark.parametrize(
        ("name", "code"),
        [
            ("中式烹调师", "4-03-02-01"),
            ("中式 烹调师", "4—03—02—01"),
            ("中式烹调师", "4030201"),
            ("电工（低压）", "6-31-01-03"),
            ("保洁员L", "4-09-08-01"),
        ],
    )
    def test_exact(self, name: str, code: str):
        found = match(name, code, TIANJIN)
        assert found[0].match is Match.EXACT

    def test_note_of_the_entry_or_none_but_no_other(self):
        assert best("手工木工", "6-06-03-01", KNOWN) == (Match.EXACT, "手工木工")
        assert best("手工木工（含精细木工）", "6-06-03-01", KNOWN) == (Match.EXACT, "手工木工")
        assert best("手工木工（含精细木工", "6-06-03-01", KNOWN) == (Match.EXACT, "手工木工")
        assert best("手工木工（不含精细木工）", "6-06-03-01", KNOWN) == (Match.CODE, "手工木工")

    def test_a_slip_in_a_long_name_is_put_right_and_said(self):
        candidate = match("中试烹调师", "4-03-02-01", TIANJIN)[0]
        assert (candidate.match, candidate.entry.name) == (Match.NAME_SLIP, "中式烹调师")
        assert "中式烹调师" in candidate.why

    def test_in_a_short_name_one_character_makes_another_occupation(self):
        # 镗工 is an occupation of its own, which Tianjin does not list.
        assert best("镗工", "6-18-01-01") == (Match.CODE, "车工")

    def test_a_name_that_is_another_entrys_is_no_slip(self):
        assert best("西式烹调师", "4-03-02-01") == (Match.NAME, "西式烹调师")

    def test_a_look_alike_digit_is_a_slip_only_where_it_makes_no_other_code(self):
        assert best("电工", "6-31-01-08") == (Match.CODE_SLIP, "电工")
        # 6-18-01-02 is the code of 铣工, however much 2 may look like 1.
        assert best("车工", "6-18-01-02") == (Match.NAME, "车工")

    def test_name_and_code_of_two_entries(self):
        found = match("中式烹调师", "4-03-02-02", TIANJIN)
        assert [(one.match, one.entry.name) for one in found[:2]] == [
            (Match.NAME, "中式烹调师"),
            (Match.CODE, "中式面点师"),
        ]

    def test_one_code_with_two_names(self):
        assert best("安全评价师", "4-07-05-05", KNOWN) == (Match.EXACT, "安全评价师")
        assert best("安全防范系统安装维护员", "4-07-05-05", KNOWN) == (Match.EXACT, "安全防范系统安装维护员")

    def test_nothing_like_it(self):
        assert best("宇航员", "2-02-30-99") is None
        assert best(None, None) is None

    def test_like_one(self):
        found = match("中央空调系统操作员", "4-06-01-09", TIANJIN)
        assert (found[0].match, found[0].entry.name) == (Match.LIKE, "中央空调系统运行操作员")
        assert 0.6 <= found[0].score < 1
