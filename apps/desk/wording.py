"""What the desk calls things, and how it writes times."""

from datetime import date, datetime, tzinfo

from flows.accounts import EVENTS, ROLES
from flows.desk import acts
from flows.desk.acts import ActKind
from flows.desk.listing import Sort
from flows.ledger import State
from schemas.account import Role
from schemas.dossier import ApplicantType, Scope

DESK_STATES, ENVELOPE = acts.STATES, acts.ENVELOPE

STATES = {
    State.WAITING: "待核验",
    State.RUNNING: "核验中",
    State.DONE: "已出报告",
    State.FAILED: "出错，会再试",
    State.QUARANTINED: "多次出错，已搁置",
}

SORTS = {
    Sort.DEADLINE: "答复期限",
    Sort.RECEIVED: "收件日期",
    Sort.VERDICT: "结论",
    Sort.NAME: "单位名称",
    Sort.DOSSIER: "卷宗号",
    Sort.REPORTED: "最近核验",
    Sort.ASSIGNEE: "办理人",
}

SCOPES = {Scope.NATIONAL: "全国", Scope.REGION: "全区", Scope.LEAGUE: "盟市"}
APPLICANT_TYPES = {
    ApplicantType.ENTERPRISE: "企业",
    ApplicantType.SCHOOL: "院校",
    ApplicantType.INDUSTRY_ASSOCIATION: "行业协会",
    ApplicantType.TRAINING_INSTITUTION: "培训机构",
    ApplicantType.OTHER: "其他",
}

ACTS = {
    ActKind.REPORTED: "出报告",
    ActKind.CONFIRM: "确认",
    ActKind.OVERRULE: "改判",
    ActKind.FIELD: "更正识读",
    ActKind.ENVELOPE: "更正信封",
    ActKind.KIND: "更正类别",
    ActKind.SPLIT: "拆分材料",
    ActKind.JOIN: "合并材料",
    ActKind.MOVE: "移动页面",
    ActKind.ASSIGN: "指派",
    ActKind.NOTE: "备注",
    ActKind.ACCEPT: "通过",
    ActKind.RETURN: "退回补正",
    ActKind.REJECT: "不予受理",
    ActKind.REOPEN: "重新打开",
}


def percent(share: float) -> str:
    """Write a confidence, never as 100 % where it is not.

    >>> percent(0.999), percent(1.0), percent(0.5)
    ('99%', '100%', '50%')
    """
    return f"{int(share * 100 + 1e-9)}%"


def moment(seconds: float | None, zone: tzinfo) -> str:
    """Write a point in time by the clock of a zone."""
    return "" if seconds is None else datetime.fromtimestamp(seconds, zone).strftime("%Y-%m-%d %H:%M")


def machine_time(seconds: float, zone: tzinfo) -> str:
    """Write a point in time for programs."""
    return datetime.fromtimestamp(seconds, zone).isoformat(timespec="seconds")


def day(one: date | None) -> str:
    """Write a day; one of this year without its year."""
    return "" if one is None else one.isoformat()


def role(one: Role) -> str:
    """Name a role."""
    return ROLES[one]


def event(kind: str) -> str:
    """Name what happened to an account."""
    return EVENTS.get(kind, kind)


FILTERS = {
    "day": day,
    "event": event,
    "percent": percent,
    "role": role,
}
