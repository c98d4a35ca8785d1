"""Rules on when to apply."""

from datetime import date
from typing import Annotated

from pydantic import Field

from schemas.finding import Finding
from validators.case import Case
from validators.finding import ENVELOPE, Clause
from validators.rules import rule

_Window = Annotated[str, Field(pattern=r"^\d\d-\d\d/\d\d-\d\d$")]


@rule("window.outside", windows=list[_Window] | None, last_day_open=bool | None)
def outside(case: Case, clause: Clause) -> list[Finding]:
    """Check that the dossier was received while the notice is in force and inside an application window.

    What it does: fails where the day of receipt lies outside; review where the envelope does not tell it.
    Why: what comes outside the window is not accepted.
    Example: received on 2022-08-02, the window ended on 30 July.
    Needs: `windows`, a list of "MM-DD/MM-DD" for every year, both days counted in; without it any day will do.
    `last_day_open` where the notice's wording (…年, …日前) leaves open whether the day after its last one still counts.
    """
    received = case.received
    if received is None:
        return clause.review("收件日期不明（dossier.toml 未写 received），无法判断是否在申报期内")
    start, end = case.programme.effective_from, case.programme.effective_to
    actual = str(received)
    if (start is not None and received < start) or (end is not None and received > end):
        term = f"{start or '…'} 至 {end or '今'}"
        message = f"收件日 {received} 不在通知规定的期限（{term}）内"
        if end is not None and (received - end).days == 1 and clause.is_set("last_day_open"):
            return clause.review(f"{message}，仅差一日；通知的写法未说明这一日是否算在内", [ENVELOPE], actual=actual)
        return clause.fails(message, [ENVELOPE], expected=term, actual=actual)
    windows = clause.texts("windows")
    listed = "、".join(window.replace("/", " 至 ") for window in windows)
    if windows and not any(_holds(window, received) for window in windows):
        message = f"收件日 {received} 不在申报时间（每年 {listed}）内"
        return clause.fails(message, [ENVELOPE], expected=listed, actual=actual)
    return clause.passes(f"收件日 {received} 在申报时间内", [ENVELOPE], expected=listed or None, actual=actual)


def _holds(window: str, day: date) -> bool:
    start, end = window.split("/")
    return start <= f"{day:%m-%d}" <= end
