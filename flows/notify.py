"""Tells people how the night went: by a group robot's webhook (企业微信, 钉钉) and by mail.

What is told names dossiers and counts, never what stands in them.
"""

import base64
import hashlib
import hmac
import json
import logging
import smtplib
import ssl
import time
from collections import Counter
from collections.abc import Callable, Sequence
from email.message import EmailMessage
from typing import ParamSpec
from urllib.parse import urlencode

import urllib3

from flows.privacy import mask_text
from flows.reports import labels
from schemas.report import Summary, Verdict
from schemas.settings import MailSettings, NotifySettings, WebhookSettings

# Seconds for one try, and before each further one.
TIMEOUT, RETRY_DELAYS = 15.0, (2.0, 8.0)
# So many dossiers are named with their error at most: a robot's message has 4,096 bytes.
NAMED = 8
# Characters of a reason that are told.
REASON_LENGTH = 100

logger = logging.getLogger("heyan")

P = ParamSpec("P")


def summary_lines(source: str, summary: Summary) -> list[str]:
    """Return what a run's summary says in a few lines: how many of each verdict, and what could not be reported on."""
    verdicts = Counter(row.verdict for row in summary.dossiers if row.error is None)
    failed = [row for row in summary.dossiers if row.error is not None]
    counts = "，".join(f"{labels.VERDICTS[verdict]} {verdicts[verdict]}" for verdict in Verdict)
    lines = [f"{source}：{len(summary.dossiers)} 个卷宗，{counts}，出错 {len(failed)}"]
    lines += [f"{row.programme}/{row.dossier}：{(row.error or '')[:REASON_LENGTH]}" for row in failed[:NAMED]]
    if len(failed) > NAMED:
        lines.append(f"还有 {len(failed) - NAMED} 个出错，heyan status 列出全部")
    return lines


def tell(settings: NotifySettings, title: str, lines: Sequence[str]) -> int:
    """Send a message every way that is set, and return by how many it could not be sent.

    What cannot be sent is logged, and stops nobody's work.
    """
    lines = [mask_text(line) for line in lines]
    sent: list[bool] = []
    if settings.webhook is not None:
        sent.append(_patiently("webhook", _post, settings.webhook, title, lines))
    if settings.mail is not None:
        sent.append(_patiently("邮件", _mail, settings.mail, title, lines))
    return sent.count(False)


def _patiently(what: str, send: Callable[P, None], *args: P.args, **kwargs: P.kwargs) -> bool:
    """Call what sends a message until it does, and say whether it did."""
    for delay in (*RETRY_DELAYS, None):
        try:
            send(*args, **kwargs)
        except (urllib3.exceptions.HTTPError, smtplib.SMTPException, OSError, ValueError) as error:
            logger.warning("通知没有送出（%s）：%s", what, error, extra={"event": "notification.failed"})
            if delay is not None:
                time.sleep(delay)
        else:
            return True
    return False


def _post(settings: WebhookSettings, title: str, lines: Sequence[str]) -> None:
    """Post to a group robot; raise ValueError where it refuses."""
    text = "\n\n".join([f"**{title}**", *lines])
    if settings.kind == "wecom":
        message = {"msgtype": "markdown", "markdown": {"content": text}}
    else:
        message = {"msgtype": "markdown", "markdown": {"title": title, "text": text}}
    http = urllib3.PoolManager(timeout=TIMEOUT, retries=False, ssl_context=ssl.create_default_context())
    answer = http.request(
        "POST",
        settings.url.get_secret_value() + _signature(settings),
        body=json.dumps(message, ensure_ascii=False).encode(),
        headers={"Content-Type": "application/json"},
    )
    try:
        refused = answer.json().get("errcode", 0)
    except (ValueError, AttributeError):
        refused = None
    if answer.status != 200 or refused != 0:
        raise ValueError(f"机器人拒绝了消息（HTTP {answer.status}，errcode {refused}）")


def _signature(settings: WebhookSettings) -> str:
    """Return what 钉钉 wants behind the address where the robot was given a secret."""
    if settings.secret is None:
        return ""
    now = str(round(time.time() * 1000))
    secret = settings.secret.get_secret_value()
    digest = hmac.new(secret.encode(), f"{now}\n{secret}".encode(), hashlib.sha256).digest()
    return "&" + urlencode({"timestamp": now, "sign": base64.b64encode(digest).decode()})


def _mail(settings: MailSettings, title: str, lines: Sequence[str]) -> None:
    message = EmailMessage()
    message["Subject"], message["From"], message["To"] = title, settings.sender, ", ".join(settings.to)
    message.set_content("\n".join(lines))
    with smtplib.SMTP(settings.host, settings.port, timeout=TIMEOUT) as server:
        if settings.starttls:
            server.starttls(context=ssl.create_default_context())
        if settings.user is not None and settings.password is not None:
            server.login(settings.user, settings.password.get_secret_value())
        server.send_message(message)
