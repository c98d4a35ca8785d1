"""The character error rate of `make bench-others`: what counts as an error, and what does not."""

from random import Random

import pytest

from benchmarks.reading_errors import Errors, compare

PAGE = """职业技能等级认定申请表
单位名称
吉林省样例机电有限公司
法定代表人
张样例
统一社会信用代码
91220101MA0Y0A0A7X
本单位承诺所报材料真实有效，愿意接受监督检查，如有虚假自愿承担相应责任。"""


def test_what_is_read_right_has_no_errors() -> None:
    assert compare(PAGE, PAGE) == Errors(length=96, wrong=0, bag=0)


def test_order_of_lines_does_not_count() -> None:
    lines = PAGE.splitlines()
    for seed in range(5):
        assert compare(PAGE, "\n".join(Random(seed).sample(lines, len(lines)))).wrong == 0


def test_lines_may_be_joined_and_parted() -> None:
    lines = PAGE.splitlines()
    joined = "\n".join([lines[0], lines[3] + lines[4] + "  " + lines[1] + lines[2], lines[5], lines[6], lines[7]])
    assert compare(PAGE, joined).wrong == 0
    assert compare(PAGE, PAGE.replace("，", "，\n").replace("信用", "信用\n")).wrong == 0


@pytest.mark.parametrize(
    ("printed", "read", "wrong"),
    [
        ("张样例", "张祥例", 1),
        ("张样例", "张例", 1),
        ("张样例", "张样样例", 1),
        ("电话：0431-8888", "电话：0431—8888", 0),
        ("“样例”（盖章）", '"样例"(盖章)', 0),
        ("样 例\n２０２２年", "样例2022年", 0),
        ("1.管理制度………………7", "1. 管理制度······· 7", 0),
        ("样例", "", 2),
        ("", "样例", 2),
        ("合同编号", "冏囧岡岡", 4),
    ],
)
def test_errors_of_a_line(printed: str, read: str, wrong: int) -> None:
    assert compare(printed, read).wrong == wrong


def test_misread_characters_count_once_each_among_other_lines() -> None:
    read = PAGE.replace("样例机电", "祥例机屯").replace("9122", "9I22").replace("监督检查", "监督捡查")
    lines = read.splitlines()
    assert compare(PAGE, "\n".join(reversed(lines))).wrong == 4


def test_bag_of_characters_is_no_more_than_the_errors() -> None:
    random = Random(3)
    for _ in range(20):
        read = "".join(one for one in PAGE if random.random() > 0.1)
        errors = compare(PAGE, read)
        assert 0 < errors.bag <= errors.wrong


def test_pages_add_up() -> None:
    both = compare("张样例", "张祥例") + compare("样例", "样例。")
    assert both == Errors(length=5, wrong=2, bag=2)
    assert both.rate == pytest.approx(0.4)
