"""The Chinese fonts that the samples are set in: the system's, or those in .fonts/ (`make fonts`)."""

import os
import subprocess
import tempfile
from functools import cache
from pathlib import Path

FOLDER = Path(__file__).parents[2] / ".fonts"
FAMILIES = (
    "Noto Serif CJK SC",
    "Noto Sans CJK SC",
    "AR PL UMing CN",
    "AR PL UKai CN",
    "AR PL SungtiL GB",
    "WenQuanYi Micro Hei",
    "WenQuanYi Zen Hei",
    "LXGW WenKai",
    "AR PL KaitiM GB",
    "BabelStone Han",
    "FandolSong",
    "FandolHei",
    "FandolKai",
    "FandolFang",
)
# For the figures and letters among them.
WESTERN = ("Liberation Serif", "Liberation Sans", "Liberation Sans Narrow")


class FontsMissingError(Exception):
    """What is needed to draw with is not here."""


def prepare() -> None:
    """Make the fonts known to the typesetter; must come before it is imported.

    Raises FontsMissingError where a family is in neither place.
    """
    if FOLDER.is_dir() and "FONTCONFIG_FILE" not in os.environ:
        cache_folder = Path(tempfile.gettempdir()) / "heyan-fontconfig"
        configuration = FOLDER / "fonts.conf"
        text = (
            '<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd"><fontconfig>'
            '<include ignore_missing="yes">/etc/fonts/fonts.conf</include>'
            "<dir>/usr/share/fonts</dir><dir>/usr/local/share/fonts</dir>"
            f"<dir>{FOLDER}</dir><cachedir>{cache_folder}</cachedir></fontconfig>"
        )
        # Another process may be reading it.
        if not configuration.is_file() or configuration.read_text(encoding="utf-8") != text:
            configuration.write_text(text, encoding="utf-8")
        os.environ["FONTCONFIG_FILE"] = str(configuration)
    missing = [family for family in FAMILIES + WESTERN if not _matches(family)]
    if missing:
        raise FontsMissingError(f"缺少字体 {'、'.join(missing)}：请先运行 make fonts")


@cache
def _match(family: str) -> tuple[str, str]:
    try:
        result = subprocess.run(
            ["fc-match", "-f", "%{family}\t%{file}", family], check=True, capture_output=True, text=True
        )
    except FileNotFoundError as error:
        raise FontsMissingError("缺少 fontconfig 的 fc-match（Debian：apt install fontconfig）") from error
    found, _, path = result.stdout.partition("\t")
    return found, path


def _matches(family: str) -> bool:
    return family in _match(family)[0].split(",")


def find(family: str) -> Path:
    """Return the file of a family."""
    return Path(_match(family)[1])
