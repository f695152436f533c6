"""What mail providers see of our e-mails: the sender and the host of the links."""

from dataclasses import replace

import pytest

from wzo.config import Settings
from wzo.petition.neutrality import find_revealing_settings

pytestmark = pytest.mark.one_database


def revealing(settings: Settings, mail_from: str, mail_site_url: str) -> list[tuple[str, str]]:
    changed = replace(settings, mail_from=mail_from, mail_site_url=mail_site_url)
    return [(found.setting, found.word) for found in find_revealing_settings(changed)]


@pytest.mark.parametrize(
    ("mail_from", "word"),
    [
        ("petition@example.org", "petition"),
        ("post@Women-in-Prison.ru", "prison"),
        ("post@wps.example.org", "wps"),
        ("wo-men@example.org", "women"),
        ("post@xn--80aaabzq7acgfg4e.example", None),
        ("post@женская-тюрьма.example", "тюрьм"),
        ("post@example.org", None),
        ("hello@swps-mail.example", None),
    ],
)
def test_it_finds_senders_that_name_the_cause(settings: Settings, mail_from: str, word: str | None) -> None:
    found = revealing(settings, mail_from, "https://n.example.net")
    assert found == ([("MAIL_FROM", word)] if word else [])


def test_it_finds_hosts_of_links_that_name_the_cause(settings: Settings) -> None:
    punycode = "тюрьма".encode("idna").decode()
    for host, word in {"prison.example": "prison", f"{punycode}.example": "тюрьм"}.items():
        assert revealing(settings, "post@example.org", f"https://{host}") == [("MAIL_SITE_URL", word)]


def test_it_finds_nothing_in_development(settings: Settings) -> None:
    assert [*find_revealing_settings(settings)] == []
