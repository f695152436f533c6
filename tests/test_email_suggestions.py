"""Mistyped domains of mail providers."""

import pytest

from wzo.email_addresses import clean_email
from wzo.email_suggestions import _providers, suggest_email


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("gmial.com", "gmail.com"),
        ("gmail.con", "gmail.com"),
        ("gmail.cmo", "gmail.com"),
        ("gmail.co", "gmail.com"),
        ("gmail.cm", "gmail.com"),
        ("gmaill.com", "gmail.com"),
        ("gamil.com", "gmail.com"),
        ("gmal.com", "gmail.com"),
        ("gmial.con", "gmail.com"),
        ("GMIAL.COM", "gmail.com"),
        ("yandex.r", "yandex.ru"),
        ("yandex.ry", "yandex.ru"),
        ("yandx.ru", "yandex.ru"),
        ("yadnex.ru", "yandex.ru"),
        ("mail.ry", "mail.ru"),
        ("mail.r", "mail.ru"),
        ("mail.tu", "mail.ru"),
        ("ya.ry", "ya.ru"),
        ("bk.ri", "bk.ru"),
        ("inbox.ry", "inbox.ru"),
        ("rambler.ri", "rambler.ru"),
        ("ramler.ru", "rambler.ru"),
        ("hotmial.com", "hotmail.com"),
        ("outlok.com", "outlook.com"),
        ("outlook.con", "outlook.com"),
        ("iclod.com", "icloud.com"),
        ("protonmial.com", "protonmail.com"),
        ("proton.mee", "proton.me"),
        ("yaho.com", "yahoo.com"),
    ],
)
def test_it_suggests_what_was_probably_meant(typed: str, meant: str) -> None:
    assert suggest_email(clean_email(f"anna@{typed}")) == f"anna@{meant}"


@pytest.mark.parametrize(
    "domain",
    [
        *("gmail.com", "ymail.com", "mail.com", "email.com", "gmx.net", "gmx.com", "email.cz", "seznam.cz"),
        *("yandex.com", "yandex.by", "yandex.kz", "yandex.com.tr", "ya.ru", "va.ru", "yo.ru", "ya.rs"),
        *("mail.ru", "mail.ee", "mail.rs", "mail.re", "mail.bg", "mail.ua", "email.ru", "nail.ru", "imail.ru"),
        *("list.ru", "list.am", "lisa.ru", "bk.ru", "vk.ru", "inbox.lv", "inbox.eu", "index.ru", "live.ru", "lime.com"),
        *("proton.me", "protons.me", "pm.me", "icloud.com", "cloud.com", "me.com", "web.de", "wep.de", "hotmail.fr"),
        *("outlook.fr", "lookout.com", "hotmail.co.uk", "yahoo.co.uk", "yahoo.fr", "rambler.ua", "ukr.net", "tut.by"),
        *("example.org", "spbu.ru", "msu.ru", "women-in-prison.ru", "xn--e1afmkfd.xn--p1ai", "mail.yandex.ru"),
        *("student.gmail.example", "zmail.ru", "googlemail.com", "riseup.net", "disroot.org", "tuta.com"),
    ],
)
def test_it_leaves_other_real_domains_alone(domain: str) -> None:
    assert suggest_email(f"anna@{domain}") is None


def test_it_never_suggests_something_for_what_it_suggests() -> None:
    for domain in _providers().likely:
        assert suggest_email(f"anna@{domain}") is None
