"""Rules on when to apply."""

from datetime import date

from schemas.finding import Finding
from validators.case import Case
from validators.finding import ENVELOPE, Clause
from validators.rules import rule


@rule("window.outside")
def outside(case: Case, clause: Clause) -> list[Finding]:
    """Check that the dossier was received while the notice is in force and inside an application window.

    What it does: fails where the day of receipt lies outside; review where the envelope does not tell it.
    Why: what comes outside the window is not accepted.
    Needs: `windows`, a list of "MM-DD/MM-DD" for every year, both days counted in; without it any day will do.
    """
    received = case.received
    if received is None:
        return clause.review("收件日期不明（dossier.toml 未写 received），无法判断是否在申报期内")
    start, end = case.programme.effective_from, case.programme.effective_to
    if (start is not None and received < start) or (end is not None and received > end):
        term = f"{start or '…'} 至 {end or '今'}"
        return clause.fails(
            f"收件日 {received} 不在通知有效期（{term}）内", [ENVELOPE], expected=term, actual=str(received)
        )
    windows = clause.texts("windows")
    if windows and not any(_holds(window, received) for window in windows):
        listed = "、".join(window.replace("/", " 至 ") for window in windows)
        return clause.fails(
            f"收件日 {received} 不在申报时间（每年 {listed}）内", [ENVELOPE], expected=listed, actual=str(received)
        )
    return clause.passes(f"收件日 {received} 在申报时间内", [ENVELOPE])


def _holds(window: str, day: date) -> bool:
    start, end = window.split("/")
    return start <= f"{day:%m-%d}" <= end
