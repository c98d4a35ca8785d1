#!/bin/sh
# The fonts that the sample generator draws with, those that are missing into .fonts/: no root needed (Debian).
set -eu

folder="$(dirname "$0")/../.fonts"

# Family, its package, and the files in it where only a part of the package is wanted. (Fandol's bold cuts say that they
# are regular, and would be taken for them.)
fonts() {
    cat <<'LIST'
Noto Serif CJK SC:fonts-noto-cjk:
Noto Sans CJK SC:fonts-noto-cjk:
AR PL UMing CN:fonts-arphic-uming:
AR PL UKai CN:fonts-arphic-ukai:
AR PL SungtiL GB:fonts-arphic-gbsn00lp:
AR PL KaitiM GB:fonts-arphic-gkai00mp:
WenQuanYi Micro Hei:fonts-wqy-microhei:
WenQuanYi Zen Hei:fonts-wqy-zenhei:
LXGW WenKai:fonts-lxgw-wenkai:
BabelStone Han:fonts-babelstone-han:
Liberation Serif:fonts-liberation:
Liberation Sans:fonts-liberation:
Liberation Sans Narrow:fonts-liberation:
FandolSong:texlive-lang-chinese:*/fandol/*-Regular.otf
FandolHei:texlive-lang-chinese:*/fandol/*-Regular.otf
FandolKai:texlive-lang-chinese:*/fandol/*-Regular.otf
FandolFang:texlive-lang-chinese:*/fandol/*-Regular.otf
LIST
}

is_missing() {
    ! { command -v fc-match >/dev/null 2>&1 && fc-match -f '%{family}' "$1" | grep -q "$1"; }
}

wanted="$(fonts | while IFS=: read -r family package part; do
    if is_missing "$family" && [ ! -f "$folder/$package.complete" ]; then echo "$package:$part"; fi
done | sort -u)"
if [ -z "$wanted" ]; then
    exit 0
fi
if ! command -v apt-get >/dev/null 2>&1; then
    echo "生成样例需要这些字体包：$(echo "$wanted" | cut -d: -f1 | tr '\n' ' ')（已提交的样例不需要）" >&2
    exit 1
fi
mkdir -p "$folder/packages"
cd "$folder/packages"
echo "$wanted" | while IFS=: read -r package part; do
    apt-get download "$package"
    dpkg --fsys-tarfile "$package"_*.deb | tar -x -C .. --wildcards "${part:-*}"
    touch "../$package.complete"
done
rm -r ../packages
