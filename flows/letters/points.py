"""What an applicant is asked to mend: the findings that stand, in the words of a letter."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from flows.packet import ENVELOPE_FILE
from flows.privacy import mask_number, mask_text
from flows.reports.labels import rule_label, subject_label
from schemas.finding import Evidence, Finding, Outcome
from schemas.programme import Programme

REQUESTS = {
    "address.mismatch": "请提交与申请表、登记证书所载地址一致的场地证明材料；确为另一处场地的，请书面说明并附证明",
    "audit.opinion_adverse": "请就审计报告所述事项作出书面说明，并提交整改后重新出具的审计报告",
    "audit.wrong_year": "请提交所要求年度的审计报告",
    "certificate.expired": "请提交在有效期内的证书复印件，并加盖单位公章",
    "credit_code.invalid": "请核对统一社会信用代码，更正后重新提交",
    "credit_code.mismatch": "请核对各处统一社会信用代码，对不一致之处更正后重新提交",
    "cross.page_reused": "请提交本单位自有的材料，并就该页的来源作出书面说明",
    "cross.person_reused": "请核实该人员的劳动关系，提交其与本单位的劳动合同及社会保险缴纳证明，或另行配备专职工作人员",
    "file.duplicate_page": "请核对该页，撤去重复的一页，缺页的请一并补齐",
    "file.unreadable": "请重新扫描或导出该文件后提交",
    "form.field_missing": "请在申请表上填写该项，加盖单位公章后重新提交",
    "lease.expired": "请提交在有效期内的房屋租赁合同或续租协议",
    "lease.lessor_not_owner": "请提交产权人同意出租（转租）的书面证明，或由产权人作为出租方签订的租赁合同",
    "lease.term_inconsistent": "请核对租赁的起止日期与期限，提交更正后的租赁合同或补充协议",
    "lease.term_too_short": "请提交租赁期限符合要求的房屋租赁合同或续租协议",
    "legal_representative.mismatch": "请核对法定代表人姓名，更正后重新提交；已变更的，请附变更登记证明",
    "material.missing": "请补充提交该项材料",
    "name.mismatch": "请提交以本单位名义出具的材料；单位名称已变更的，请附变更登记证明",
    "occupation.code_mismatch": "请核对该职业（工种）的名称与编码，更正后重新提交申请表",
    "occupation.duplicate": "请核对申报的职业（工种），删去重复的一项后重新提交申请表",
    "occupation.experience_too_short": "请提交该职业（工种）培训年限符合要求的证明材料，或调整申报的职业（工种）",
    "occupation.level_not_allowed": "请调整该职业（工种）的申报等级后重新提交申请表",
    "occupation.not_in_catalogue": "请对照职业目录核对该职业（工种），更正或调整后重新提交申请表",
    "occupation.scale_too_small": "请提交培训规模符合要求的证明材料，或调整申报的职业（工种）",
    "occupation.too_many": "请将申报的职业（工种）调整至规定数量以内，重新提交申请表",
    "organisation.ineligible": "请核对申报主体，提交符合申报条件的法人登记证书",
    "premises.area_too_small": "请提交面积符合要求的场地证明材料",
    "seal.missing": "请在该材料上加盖本单位公章后重新提交",
    "seal.name_mismatch": "请在该材料上加盖与本单位名称一致的公章后重新提交",
    "staff.id_number_invalid": "请核对该人员的身份证号，更正后重新提交人员名单",
    "staff.too_few": "请按要求配备专职工作人员，提交完整的人员名单",
    "window.outside": "请在通知规定的申报时间内提交；已在规定时间内寄出的，请提交寄件凭证",
}
"""What the applicant may do about each rule."""

_OTHERWISE = "请核对后更正，重新提交有关材料"

# What another applicant sent is nothing to tell this one of: these messages name it.
_OWN_WORDS = {
    "cross.page_reused": "该页与其他单位申报材料中的页面相同",
    "cross.person_reused": "该人员同时列为其他单位的专职工作人员",
}
# Of these the subject is a place, which is said as such.
_BY_PLACE = {"cross.page_reused", "file.duplicate_page", "file.unreadable"}
# What a finding says to the reviewer, not to the applicant.
_ASIDES = re.compile(
    r"（[^（）]*请人工[^（）]*）|；[^；]*请人工[^；]*$|，[^，；（）]*请人工[^，；（）]*$|，仅差个别字，可能是识别误差$"
)
_DAY = re.compile(r"(?<![\d-])(\d{4})-(\d\d)-(\d\d)(?![\d-])")


@dataclass(frozen=True)
class Point:
    """One thing to mend: what it is about, how it stands, by which clause, where, and what is asked."""

    title: str
    state: str
    basis: str
    places: str
    request: str


def points_of(findings: Sequence[Finding], programme: Programme) -> list[Point]:
    """Return a point for each finding that is a fail, in their order; what else was found is left out."""
    return [_point(finding, programme) for finding in findings if finding.outcome is Outcome.FAIL]


def in_words(text: str) -> str:
    """Write days as a letter does.

    >>> in_words('2020-03-01 至 2024-02-29，编码 4-03-02-01')
    '2020年3月1日 至 2024年2月29日，编码 4-03-02-01'
    """
    return _DAY.sub(lambda day: f"{day[1]}年{int(day[2])}月{int(day[3])}日", text)


def _point(finding: Finding, programme: Programme) -> Point:
    rule, subject = finding.rule, finding.subject
    title = rule_label(rule)
    if subject is not None and rule not in _BY_PLACE:
        title = f"{title}（{subject_label(rule, subject)}）"
    state = _OWN_WORDS.get(rule) or _said(finding, programme)
    if rule == "staff.id_number_invalid" and finding.actual is not None:
        # What is no identity number may be too short or too long to be known for one.
        state = state.replace(finding.actual, mask_number(finding.actual))
    # A credit code may be as many digits, and is no secret.
    if not rule.startswith("credit_code."):
        title, state = mask_text(title), mask_text(state)
    return Point(
        title=title,
        state=in_words(state),
        basis=finding.basis,
        places=_places(finding.evidence),
        request=REQUESTS.get(rule, _OTHERWISE),
    )


def _said(finding: Finding, programme: Programme) -> str:
    """Return a finding's message without what it says to the reviewer only."""
    message = finding.message
    for use in programme.rules:
        if use.rule == finding.rule and use.exception is not None:
            message = message.removesuffix(f"；{use.exception}")
    while (shorter := _ASIDES.sub("", message)) != message:
        message = shorter
    return message.rstrip("。；，")


def _places(evidence: Sequence[Evidence]) -> str:
    """Name the pages, file by file; the envelope is none of the applicant's."""
    pages: dict[str, list[int]] = {}
    for one in evidence:
        if one.file is not None and one.file != ENVELOPE_FILE:
            numbers = pages.setdefault(one.file, [])
            if one.page is not None and one.page not in numbers:
                numbers.append(one.page)
    return "；".join(
        f"{file} 第 {'、'.join(map(str, sorted(numbers)))} 页" if numbers else file for file, numbers in pages.items()
    )
