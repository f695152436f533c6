"""Refusals that the web server sends without asking Flask: plain text in both languages."""

from collections.abc import Iterable
from typing import Any

TEXTS = {
    408: (
        "Запрос шёл слишком долго и не дошёл до конца. Попробуйте ещё раз.",
        "The request took too long and did not arrive in full. Please try again.",
    ),
    414: (
        "Адрес слишком длинный. Проверьте, целиком ли скопирована ссылка и нет ли в ней лишнего.",
        "The address is too long. Check that you copied the whole link and nothing else.",
    ),
    431: (
        "Браузер прислал слишком много служебных данных. Откройте сайт в другом браузере или в приватном окне.",
        "The browser sent too much technical data. Open the site in another browser, or in a private window.",
    ),
    500: (
        "На сайте что-то сломалось. Это не ваша вина. Попробуйте через несколько минут.",
        "Something broke on our side. It is not your fault. Please try again in a few minutes.",
    ),
    503: (
        "Сайт сейчас перегружен. Попробуйте через минуту: введённое в форму должно сохраниться, если вернуться назад.",
        "The site is busy. Please try again in a minute: what you typed should still be there when you go back.",
    ),
}
REASONS = {
    408: "Request Timeout",
    414: "URI Too Long",
    431: "Request Header Fields Too Large",
    500: "Internal Server Error",
    503: "Service Unavailable",
}
RETRY_AFTER = ("Retry-After", "60")


def refuse(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
    """Answer with the status in `environ["wzo.refusal"]`, as a WSGI application."""
    status = environ["wzo.refusal"]
    body = "\n\n".join((*TEXTS[status], "")).encode()
    headers = [
        ("Content-Type", "text/plain; charset=utf-8"),
        ("Content-Length", str(len(body))),
        ("Cache-Control", "no-store"),
    ]
    if status == 503:
        headers.append(RETRY_AFTER)
    start_response(f"{status} {REASONS[status]}", headers)
    return () if environ["REQUEST_METHOD"] == "HEAD" else (body,)
