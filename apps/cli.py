"""The command line, `heyan`: a thin shell.

What is heavy is imported only when a command needs it, so that `heyan --help` answers at once.
"""

# ruff: noqa: PLC0415

from __future__ import annotations

import json
import os
import re
import signal
import sys
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn, cast

import typer

from flows.errors import IncompleteError, StorageFault, UsageError

if TYPE_CHECKING:
    from schemas.account import Role
    from schemas.settings import Settings

USAGE, INCOMPLETE = 2, 1
"""Exit statuses: wrong usage or settings; at least one dossier could not be reported on."""

# Typer carries Click under a private name, or uses an installed one; either way this is Click's UsageError.
_WrongUsage = cast("type[Exception]", typer.BadParameter.__base__)

_SETTING_PROBLEMS = {"int_parsing": "应为整数", "extra_forbidden": "没有这项设置", "path_type": "应为路径"}

_Out = Annotated[Path, typer.Option(metavar="DIR", help="报告所在的文件夹")]

app = typer.Typer(
    name="heyan", help="核验：职业技能等级认定机构申报材料的核验。", add_completion=False, no_args_is_help=False,
    rich_markup_mode=None,
)  # fmt: skip

catalogue = typer.Typer(help="查职业目录。", no_args_is_help=False, rich_markup_mode=None)
app.add_typer(catalogue, name="catalogue")

export = typer.Typer(help="导出清单。", no_args_is_help=False, rich_markup_mode=None)
app.add_typer(export, name="export")

user = typer.Typer(help="管理审核台的账号。", no_args_is_help=False, rich_markup_mode=None)
app.add_typer(user, name="user")

_Name = Annotated[str, typer.Argument(metavar="NAME", help="账号")]
_Role = Annotated[str, typer.Option(metavar="ROLE", help="reviewer 审核员、supervisor 主管、operator 运维")]


@app.command(help="核验 SOURCE 里的全部卷宗，写出报告和汇总。")
def verify(
    source: Annotated[str, typer.Argument(help="卷宗所在：文件夹，或 s3://存储桶/前缀；其下为 <通知>/<卷宗>/<文件>")],
    programme: Annotated[
        str | None, typer.Option(metavar="ID", help="通知的编号；指明后 SOURCE 下为 <卷宗>/<文件>，或它本身是一个卷宗")
    ] = None,
    out: _Out = Path("reports"),
) -> None:
    """Verify all dossiers of SOURCE."""
    settings = _settings()
    from apps.screen import ScreenProgress, show_summary
    from flows.logs import begin_logging

    begin_logging(settings.log, is_attended=True)
    with ScreenProgress() as progress:
        if os.environ.get("PREFECT_API_URL"):
            from flows.nightly import verify_here

            summary = verify_here(source, programme, out, progress)
        else:
            from flows.run import verify_source

            summary = verify_source(source, programme, out, settings, progress=progress)
    show_summary(summary, out)
    if any(row.error is not None for row in summary.dossiers):
        raise typer.Exit(INCOMPLETE)


@app.command(help="查看台账：待核验、核验中、已出报告、出错的卷宗。")
def status(out: _Out = Path("reports")) -> None:
    """Show how dossiers stand."""
    from apps.operator import show_status

    show_status(_settings(), out)


@app.command(help="让出错的卷宗在下次核验时再试；不指明 DOSSIER 则是全部。")
def retry(
    dossier: Annotated[str | None, typer.Argument(help="卷宗的名称")] = None,
    programme: Annotated[str | None, typer.Option(metavar="ID", help="通知的编号")] = None,
    out: _Out = Path("reports"),
) -> None:
    """Have failed dossiers tried again."""
    from apps import operator

    operator.retry(_settings(), out, programme, dossier)


@app.command(help="删除结案已过保存期限（privacy.retention_days）的卷宗的页面图像和识读内容；每夜核验后也会做。")
def tidy(out: _Out = Path("reports")) -> None:
    """Delete pages that are no longer to be kept."""
    from apps import operator

    operator.tidy(_settings(), out)


@app.command(help="每夜按设置 night.cron 核验 night.source 里新到的卷宗，一直运行。")
def serve(out: _Out = Path("reports")) -> None:
    """Run the nightly deployment on this machine."""
    from flows.serve import serve as serve_nightly

    serve_nightly(_settings(), out)


@app.command(help="打开审核台（网页），一直运行。")
def review(
    out: _Out = Path("reports"),
    host: Annotated[str, typer.Option(metavar="HOST", help="在哪个地址上等候；0.0.0.0 是全部")] = "127.0.0.1",
    port: Annotated[int, typer.Option(metavar="PORT", help="端口；0 由系统选", min=0, max=65535)] = 8600,
) -> None:
    """Serve the reviewer's desk."""
    from apps.desk.server import review as serve_desk
    from flows.logs import begin_logging

    settings = _settings()
    begin_logging(settings.log, is_attended=False)
    serve_desk(settings, out, host, port)


@user.command("add", help="新建账号；密码当场输入，或从标准输入读一行。")
def user_add(name: _Name, role: _Role, out: _Out = Path("reports")) -> None:
    """Make an account."""
    from apps import keeper

    keeper.add(_settings(), out, name, _role(role))


@user.command("passwd", help="修改账号的密码。")
def user_passwd(name: _Name, out: _Out = Path("reports")) -> None:
    """Give an account another password."""
    from apps import keeper

    keeper.change_password(_settings(), out, name)


@user.command("role", help="调整账号的角色。")
def user_role(name: _Name, role: _Role, out: _Out = Path("reports")) -> None:
    """Give an account another role."""
    from apps import keeper

    keeper.change_role(_settings(), out, name, _role(role))


@user.command("disable", help="停用账号。")
def user_disable(name: _Name, out: _Out = Path("reports")) -> None:
    """Let an account sign in no more."""
    from apps import keeper

    keeper.set_disabled(_settings(), out, name, is_disabled=True)


@user.command("enable", help="重新启用账号。")
def user_enable(name: _Name, out: _Out = Path("reports")) -> None:
    """Let an account sign in again."""
    from apps import keeper

    keeper.set_disabled(_settings(), out, name, is_disabled=False)


@user.command("list", help="列出全部账号。")
def user_list(out: _Out = Path("reports")) -> None:
    """Show all accounts."""
    from apps import keeper

    keeper.show(_settings(), out)


@app.command(help="写出一个卷宗的补正通知书；letter template FILE 写出默认模板，供修改。")
def letter(
    dossier: Annotated[str, typer.Argument(metavar="DOSSIER", help="通知/卷宗，或 report.json 的路径，或 template")],
    file: Annotated[Path | None, typer.Argument(metavar="FILE", help="写到哪里；不写则在报告旁边")] = None,
    format_: Annotated[str, typer.Option("--format", metavar="FORMAT", help="docx 或 pdf")] = "docx",
    number: Annotated[str | None, typer.Option(metavar="NUMBER", help="文号；不写则留空")] = None,
    out: _Out = Path("reports"),
) -> None:
    """Write the letter about a dossier, or the template of letters."""
    from apps import lists

    if dossier == "template":
        lists.write_template(file or Path("补正通知书模板.docx"))
    else:
        lists.letter(_settings(), out, dossier, file, format_, number)


@export.command("findings", help="把核验结果写成 CSV：全部卷宗的，或选出的。")
def export_findings(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="写到哪里")] = Path("核验结果.csv"),
    dossier: Annotated[str | None, typer.Option(metavar="DOSSIER", help="只要一个卷宗：通知/卷宗")] = None,
    programme: Annotated[str | None, typer.Option(metavar="ID", help="只要一个通知的")] = None,
    verdict: Annotated[str | None, typer.Option(metavar="VERDICT", help="accept、return 或 review")] = None,
    desk: Annotated[str | None, typer.Option(metavar="STATE", help="open、accepted、returned 或 rejected")] = None,
    text: Annotated[str, typer.Option(metavar="TEXT", help="单位名称、信用代码或卷宗名称里的字")] = "",
    outcome: Annotated[
        list[str] | None, typer.Option(metavar="OUTCOME", help="只要这种结果，可多次：fail、review……")
    ] = None,
    rule: Annotated[list[str] | None, typer.Option(metavar="RULE", help="只要这条规则，可多次")] = None,
    out: _Out = Path("reports"),
) -> None:
    """Write findings as CSV."""
    from apps import lists

    chosen = lists.Chosen(dossier, programme, verdict, desk, text, outcome or (), rule or ())
    lists.findings(_settings(), out, file, chosen)


@export.command("night", help="把一夜核验的卷宗列成 XLSX。")
def export_night(
    file: Annotated[Path | None, typer.Argument(metavar="FILE", help="写到哪里")] = None,
    day: Annotated[str | None, typer.Option(metavar="DAY", help="哪天早上，如 2026-11-21；不写则是今天")] = None,
    programme: Annotated[str | None, typer.Option(metavar="ID", help="只要一个通知的")] = None,
    out: _Out = Path("reports"),
) -> None:
    """Write the list of a night's dossiers as XLSX."""
    from apps import lists

    lists.night(_settings(), out, file, day, programme)


@export.command("form2", help="按通知的附件2写出《职业技能等级认定汇总表》（XLSX）。")
def export_form2(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="写到哪里")] = Path("职业技能等级认定汇总表.xlsx"),
    programme: Annotated[str | None, typer.Option(metavar="ID", help="通知的编号")] = None,
    every: Annotated[bool, typer.Option("--all", help="全部已出报告的，不只是在审核台通过的")] = False,
    out: _Out = Path("reports"),
) -> None:
    """Write the region's summary form as XLSX."""
    from apps import lists

    lists.form2(_settings(), out, file, programme, every=every)


@export.command("corrections", help="把审核员的更正导出为标注数据：corrections.jsonl 和所读之处的图像。")
def export_corrections(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="写到哪个文件夹")] = Path("corrections"),
    images: Annotated[bool, typer.Option("--images/--no-images", help="是否带图像")] = True,
    out: _Out = Path("reports"),
) -> None:
    """Write what reviewers corrected as labelled data."""
    from apps import lists

    lists.corrections(_settings(), out, folder, images=images)


@app.command(help="按审核员的更正重新拟合置信度的阈值，列出前后对比；加 --write 才改设置。")
def calibrate(
    write: Annotated[bool, typer.Option("--write", help="写入 heyan.toml，下次核验起生效")] = False,
    out: _Out = Path("reports"),
) -> None:
    """Fit the thresholds of confidence to what reviewers said."""
    from apps.calibration import show_calibration

    show_calibration(_settings(), out, write=write)


@app.command(help="输出 report.json 的 JSON Schema。")
def schema() -> None:
    """Print the JSON Schema of report.json."""
    from schemas.report import Report

    typer.echo(json.dumps(Report.model_json_schema(mode="serialization"), ensure_ascii=False, indent=2))


@catalogue.command("match", help="列出 TEXT 可能指的职业（工种），最像的在前，并说明理由。")
def catalogue_match(
    text: Annotated[str, typer.Argument(help="职业（工种）的名称、编码，或两者，如“中式烹调师 4-03-02-01”")],
    programme: Annotated[str, typer.Option(metavar="ID", help="通知的编号")],
) -> None:
    """Show the entries of a programme's catalogue that a text may mean."""
    from apps.catalogue import show_matches

    show_matches(text, programme)


def main() -> None:
    """Run the command; whatever is wrong with its usage or the settings is one line, and exit status 2."""
    # Asked to end, clean up: pages in working folders are not for others to find.
    signal.signal(signal.SIGTERM, _terminated)
    try:
        status = app(standalone_mode=False)
    except _WrongUsage as error:
        status = _refuse(_in_chinese(error))
    except (UsageError, StorageFault) as error:
        status = _refuse(str(error))
    except IncompleteError as error:
        status = _refuse(str(error), INCOMPLETE)
    except OSError as error:
        status = _refuse(f"{error.filename or '写入'}：{error.strerror}", INCOMPLETE)
    except (typer.Abort, KeyboardInterrupt):
        status = _refuse("已中断", 130)
    sys.exit(status)


def _terminated(number: int, _frame: object) -> NoReturn:
    sys.exit(128 + number)


def _settings() -> Settings:
    """Read the settings; what is wrong with them is said by the name it has in the environment."""
    from pydantic import ValidationError
    from pydantic_settings import SettingsError

    from schemas.settings import Settings

    try:
        return Settings()
    except ValidationError as error:
        wrong = "；".join(
            f"HEYAN_{'__'.join(str(part) for part in problem['loc']).upper()}"
            f"（{_SETTING_PROBLEMS.get(problem['type'], problem['msg'])}）"
            for problem in error.errors()
        )
        raise UsageError(f"设置不正确：{wrong}") from error
    except SettingsError as error:
        field = re.search(r'field "(\w+)"', str(error))
        raise UsageError(f"设置不正确：{f'HEYAN_{field[1].upper()}' if field else error}（应为一组设置）") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, OSError) as error:
        raise UsageError(f"设置文件 heyan.toml 无法读取：{error}") from error


def _role(name: str) -> Role:
    from schemas.account import Role

    if name not in set(Role):
        raise UsageError(f"--role 应为 {'、'.join(Role)}：{name}")
    return Role(name)


def _refuse(message: str, status: int = USAGE) -> int:
    typer.echo(f"错误：{' '.join(message.split())}", err=True)
    return status


def _in_chinese(error: Exception) -> str:
    """Say what Typer found wrong with the command line."""
    option = getattr(error, "option_name", None)
    parameter = getattr(error, "param", None)
    text = str(getattr(error, "message", error))
    if option is not None and "argument" in text:
        problem = f"选项 {option} 后面缺少内容"
    elif option is not None:
        problem = f"没有选项 {option}"
    elif parameter is not None and not text:
        is_option = str(parameter.opts[0]).startswith("-")
        problem = f"缺少选项 {parameter.opts[0]}" if is_option else f"缺少参数 {str(parameter.name).upper()}"
    elif "Missing command" in text:
        problem = "缺少命令"
    else:
        problem = f"用法不正确：{text}"
    return f"{problem}（heyan --help 列出用法）"
