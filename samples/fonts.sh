#!/bin/sh
# The fonts that the sample generator draws with, into .fonts/: no root needed (Debian). Does nothing where they are.
set -eu

folder="$(dirname "$0")/../.fonts"
packages="fonts-noto-cjk fonts-arphic-uming fonts-arphic-ukai fonts-arphic-gbsn00lp fonts-wqy-microhei fonts-wqy-zenhei fonts-lxgw-wenkai"

has() {
    if command -v fc-match >/dev/null 2>&1; then
        fc-match -f '%{family}' "$1" | grep -q "$1"
    else
        return 1
    fi
}

is_complete=yes
for family in "Noto Serif CJK SC" "Noto Sans CJK SC" "AR PL UMing CN" "AR PL UKai CN" "AR PL SungtiL GB" \
    "WenQuanYi Micro Hei" "WenQuanYi Zen Hei" "LXGW WenKai"; do
    has "$family" || is_complete=no
done
if [ "$is_complete" = yes ] || [ -f "$folder/complete" ]; then
    exit 0
fi
if ! command -v apt-get >/dev/null 2>&1; then
    echo "生成样例需要这些字体包：$packages（已提交的样例不需要）" >&2
    exit 1
fi
mkdir -p "$folder/packages"
(
    cd "$folder/packages"
    # shellcheck disable=SC2086
    apt-get download $packages
    for package in *.deb; do
        dpkg -x "$package" ..
    done
)
rm -r "$folder/packages"
touch "$folder/complete"
