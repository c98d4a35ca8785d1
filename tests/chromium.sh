#!/bin/sh
# The browser that the desk's tests look at its pages with, and a face for Chinese: Debian's, where they are missing.
set -eu

has_browser() {
    command -v chromium >/dev/null 2>&1 || command -v chromium-browser >/dev/null 2>&1 ||
        command -v google-chrome >/dev/null 2>&1
}

has_chinese() {
    command -v fc-list >/dev/null 2>&1 && [ -n "$(fc-list :lang=zh-cn family)" ]
}

wanted=""
has_browser || wanted="chromium"
has_chinese || wanted="$wanted fontconfig fonts-wqy-microhei"
[ -n "$wanted" ] || exit 0

if ! command -v apt-get >/dev/null 2>&1 || [ "$(id -u)" != 0 ]; then
    echo "审核台的浏览器测试需要：$wanted（Debian：以 root 运行 apt-get install$wanted）" >&2
    exit 1
fi
apt-get update -qq
# shellcheck disable=SC2086
DEBIAN_FRONTEND=noninteractive apt-get install -qq --no-install-recommends $wanted >/dev/null
