"""E-mail addresses: one canonical form per mailbox, and deceptive ones refused."""

import tomllib
import unicodedata
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wzo.email_addresses import DeceptiveEmail, InvalidEmail, MalformedEmail, canonical_email, clean_email
from wzo.mailbox_aliases import DATA


def canonical(text: str) -> str:
    return canonical_email(clean_email(text))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("anna@example.org", "  Anna@EXAMPLE.org "),
        ("anna@gmail.com", "a.n.n.a+news@googlemail.com"),
        ("anna-k@yandex.ru", "anna.k+1@ya.ru"),
        ("anna@proton.me", "an.na_+x@protonmail.com"),
        ("anna@outlook.com", "anna+x@outlook.com"),
        ("anna@msn.com", "anna+x@msn.com"),
        ("anna@yandex.uz", "anna@yandex.kg"),
        ("anna@yandex.com.am", "anna@narod.ru"),
        ("anna-k@yandex.com.tr", "Anna.K+x@ya.ru"),
        ("anna@pm.me", "a-n.n_a@protonmail.ch"),
        ("anna@mac.com", "anna@icloud.com"),
        ("anna@fastmail.fm", "anna+x@fastmail.fm"),
        ("anna@fastmail.com", "shop@anna.fastmail.com"),
        ("anna@xn--e1afmkfd.xn--p1ai", "anna@пример.рф"),
        ("anna@example.org", "ａｎｎａ＠ｅｘａｍｐｌｅ．ｏｒｇ"),
        ("zoë@example.org", unicodedata.normalize("NFD", "zoë@example.org")),
        ("anna@example.org", "\ufeffanna@example.org\u200b"),
    ],
)
def test_it_recognises_spellings_of_one_mailbox(one: str, other: str) -> None:
    assert canonical(one) == canonical(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("anna@example.org", "an.na@example.org"),
        ("anna@example.org", "anna+x@example.org"),
        ("anna@outlook.com", "an.na@outlook.com"),
        ("anna@outlook.com", "anna@hotmail.com"),
        ("anna@mail.ru", "anna@bk.ru"),
        ("anna@mail.ru", "anna@internet.ru"),
        ("anna@yandex.ru", "an.na@yandex.ru"),
        ("anna@fastmail.com", "anna@fastmail.fm"),
        ("anna@fastmail.com", "anna@shop.fastmail.com"),
        ("anna@rambler.ru", "anna@lenta.ru"),
        ("anna@icloud.com", "an.na@icloud.com"),
        ("anna@example.org", "anna@example.com"),
        ("strasse@example.org", "straße@example.org"),
    ],
)
def test_it_keeps_possibly_different_mailboxes_apart(one: str, other: str) -> None:
    assert canonical(one) != canonical(other)


@pytest.mark.parametrize(
    "text",
    [
        "аnna@example.org",
        "an\u200bna@example.org",
        "anna\u202e@example.org",
        "anna@exаmple.org",
        "=?utf-8?q?anna?=@example.org",
        "an\x00na@example.org",
    ],
)
def test_it_refuses_deceptive_addresses(text: str) -> None:
    with pytest.raises(DeceptiveEmail):
        clean_email(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "anna",
        "anna@",
        "@example.org",
        "anna@example",
        "a b@example.org",
        "anna@example.org, b@c.org",
        "a" * 300 + "@example.org",
    ],
)
def test_it_refuses_malformed_addresses(text: str) -> None:
    with pytest.raises(MalformedEmail):
        clean_email(text)


@pytest.mark.parametrize("text", ["a@example.org\r\nBcc: b@example.org", "a@example.org\nX: y"])
def test_it_refuses_line_breaks(text: str) -> None:
    with pytest.raises(InvalidEmail):
        clean_email(text)


@given(st.text(max_size=60))
def test_it_never_fails_otherwise_and_is_idempotent(text: str) -> None:
    try:
        address = clean_email(f"{text}@example.org")
    except InvalidEmail:
        return
    once = canonical_email(address)
    assert canonical_email(clean_email(once)) == once


def test_it_knows_the_source_of_each_alias_and_uses_canonical_domains() -> None:
    data = tomllib.loads(DATA.read_text())
    aliases = {domain for entry in data["one_mailbox"] for domain in entry["domains"][1:]}
    for kind, entries in data.items():
        for entry in entries:
            assert entry["source"].startswith("https://"), entry
            assert isinstance(entry["checked_on"], date)
            # A rule for a domain that is folded into another would never apply.
            assert kind == "one_mailbox" or not aliases & {*entry["domains"]}
    names = [domain for entry in data["one_mailbox"] for domain in entry["domains"]]
    assert len(names) == len({*names})
