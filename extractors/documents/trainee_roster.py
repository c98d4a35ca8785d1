"""培训评价人员花名册: how many people its pages list."""

from collections.abc import Mapping, Sequence

from extractors.documents.base import DocumentType, keep
from extractors.documents.parts import people
from extractors.layout import Passage
from extractors.tables import TableRow, read_table
from extractors.values import counts
from schemas.document import DocumentKind, Field
from schemas.page import Page

_COLUMNS: Mapping[str, Sequence[str]] = {
    "row": ("序号", "编号", "顺号", "序", "No", "NO"),
    "name": ("姓名", "学员姓名", "人员姓名", "考生姓名", "学员", "考生"),
    "sex": ("性别",),
    "id_number": ("身份证号", "身份证号码", "公民身份号码", "证件号码"),
    "employer": ("工作单位", "所在单位", "单位"),
    "education": ("学历", "文化程度"),
    "phone": ("联系电话", "手机", "电话", "联系方式", "手机号码"),
    "occupation": ("职业（工种）", "培训职业", "职业工种", "职业名称", "工种", "培训工种", "评价职业", "专业", "职业"),
    "level": ("等级", "技能等级", "培训等级", "评价等级", "级别", "证书等级"),
    "time": (
        "培训时间",
        "评价时间",
        "培训日期",
        "评价日期",
        "结业时间",
        "时间",
        "培训起止时间",
        "鉴定时间",
        "考试时间",
        "期次",
        "班次",
    ),
    "result": ("成绩", "评价结果", "结果", "证书编号", "是否合格", "考核成绩"),
    "remark": ("备注",),
}
# The people are counted where so many of their numbers were read as they must be.
NUMBERS_READ = 0.6
MISREAD = 0.1


def _read(pages: Sequence[Page]) -> dict[str, Field]:
    fields: dict[str, Field] = {}
    listed = [row for row in people(read_table(pages, _COLUMNS)) if "合计" not in row.columns["name"].text]
    if listed:
        count = _count([_number(row) for row in listed])
        whole = listed[0].whole
        keep(
            fields,
            "rows",
            whole.field(count[0], confidence=count[1]) if count is not None else whole.field(None, confidence=0.5),
        )
    return fields


def _number(row: TableRow) -> int | None:
    found = counts.find_counts(row.columns.get("row", Passage()).text)
    return found[0].value if len(found) == 1 else None


def _count(numbers: Sequence[int | None]) -> tuple[int, float] | None:
    """Return how many people were read and how surely; None where their numbers say another count.

    Numbers run on, or begin anew with every class or page: then the runs add up.
    """
    read = sum(number is not None for number in numbers)
    if read < NUMBERS_READ * len(numbers):
        # Without numbers nothing tells whether a row was lost.
        return (len(numbers), 0.7) if read == 0 else None
    # Of two to a row the numbers of the left ones come first.
    if read == len(numbers) and set(numbers) == set(range(1, len(numbers) + 1)):
        return len(numbers), 1.0
    expected, misfits = 0, 0
    for number, following in zip(numbers, [*numbers[1:], None], strict=True):
        expected = 1 if number == 1 and following in {2, None} else expected + 1
        misfits += number is not None and number != expected
    # A number may be misread, but not the last: after a lost row all are greater.
    if numbers[-1] not in {expected, None} or misfits > MISREAD * len(numbers):
        return None
    return len(numbers), 0.9 if misfits or numbers[-1] is None or numbers[0] is None else 1.0


TYPE = DocumentType(
    kind=DocumentKind.TRAINEE_ROSTER,
    titles=(
        "培训评价人员花名册",
        "培训人员花名册",
        "评价人员花名册",
        "学员花名册",
        "培训学员花名册",
        "人员花名册",
        "培训评价花名册",
        "花名册",
    ),
    no_title=r"考评|督导|专家|专职|工作人员|师资",
    title_pattern=r".*(培训|评价|学员|参训).*(花名册|名册|名单|登记[册表]|名录|台账)",
    marks=(
        "培训时间",
        "培训职业",
        "评价时间",
        "学员姓名",
        "联系方式",
        "培训期次",
        "班级",
    ),
    pages_at_most=400,
    read=_read,
)
