"""Links from e-mails and messengers work whatever has stuck to them, and nothing else works in their place."""

import string
from functools import cache
from urllib.parse import quote, urlsplit

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import example, given
from hypothesis import strategies as st

from tests.accounts.invitations import path_of, run
from tests.conftest import CapturedEmails, RunWorker
from tests.factories import ThemeFactory
from tests.petition.signing import count, link, sign
from wzo.cms.draft_links import create_draft_link
from wzo.extensions import db
from wzo.link_tokens import ALPHABET, clean_token, generate_token, length_of_token
from wzo.petition.pending import find_by_link
from wzo.petition.unsubscribing import unsubscribe_url
from wzo.themes.content_types import THEMES

TOKEN = generate_token()
# As they arrive: encoded once, or twice by a careful program.
BEHIND = (
    *(quote(sign, safe="") for sign in ".,;:!?)]}>\"'»”’…*_~|\\^`<"),
    *("%20", "%09", "%0D%0A", "%FF%FE", "%C2%A0", "%C2%AD", "%E2%80%8B", "%E2%80%8E", "%E2%80%AE", "%EF%BB%BF"),
    *("=", "%3D", "=20", "=3D", "%3D%0D%0A", "%253E", "%25C2%25A0", "%2520", "&gt;", "&amp;lang=ru", "%3Cbr%3E"),
    *("/", "//", "/.", "/)", "%2F", ".)", "%3E.", "%3C/a%3E", "%20(erase%20everything)", "%5D(https://example.org)"),
)
BEFORE = ("%3C", "%22", "%E2%80%8B", "%20", "%C2%AB", "=")
WITHIN = ("%20", "%3D%0D%0A", "%0D%0A", "%C2%AD", "%E2%80%8B", "%E2%80%A6")


def variants(token: str) -> list[str]:
    """The token as the last part of a path, with everything that may have happened to it."""
    return [
        token,
        token.upper(),
        token.title(),
        *(token + junk for junk in BEHIND),
        *(junk + token for junk in BEFORE),
        *(token[:9] + junk + token[9:] for junk in WITHIN),
    ]


def others(token: str) -> list[str]:
    """What must not pass for the token: another one, and parts of it."""
    other = ("a" if token[0] != "a" else "b") + token[1:]
    return [other, token[:-1], token[:9], token[1:], "%20", "ы" * len(token)]


def assert_forgiving(client: FlaskClient, path: str, refusal: int, endings: tuple[str, ...] = ("",)) -> None:
    prefix, _, token = path.strip("/").rpartition("/")

    @cache
    def status(path: str) -> int:
        # Redirects are followed; many lead to the same page.
        response = client.get(path)
        return status(response.location) if response.location else response.status_code

    def statuses(texts: list[str]) -> dict[str, int]:
        return {text + ending: status(f"/{prefix}/{text}{ending}") for text in texts for ending in endings}

    assert {text: code for text, code in statuses(variants(token)).items() if code != 200} == {}
    assert set(statuses(others(token)).values()) == {refusal}


@pytest.mark.slow
@pytest.mark.usefixtures("petition")
def test_it_reads_the_links_of_signers_whatever_has_stuck_to_them(
    client: FlaskClient, run_worker: RunWorker, emails: CapturedEmails
) -> None:
    sign(client)
    run_worker()
    for kind in "cwn":
        assert_forgiving(client, link(emails.last(), kind), 404)
    found = find_by_link(link(emails.last(), "c").removeprefix("/c/"))
    assert found
    assert_forgiving(client, urlsplit(unsubscribe_url(found.id)).path, 404)


@pytest.mark.usefixtures("petition")
def test_it_takes_the_button_of_a_damaged_link_and_leads_on_to_the_whole_one(
    client: FlaskClient, run_worker: RunWorker, emails: CapturedEmails
) -> None:
    sign(client)
    run_worker()
    confirm, withdraw = link(emails.last(), "c"), link(emails.last(), "w")
    for path, expected in ((confirm, 1), (withdraw, 0)):
        response = client.post(f"{path}%E2%80%8B)%3E")
        assert (response.status_code, response.location) == (303, path)
        assert count(client) == expected


@pytest.mark.slow
def test_it_reads_the_link_of_a_draft_whatever_has_stuck_to_it(app: Flask, client: FlaskClient) -> None:
    theme = ThemeFactory()
    db.session.commit()
    token = create_draft_link(content_type=THEMES, object_id=theme.id, language="en", reader="", days=7, author_id=None)
    assert_forgiving(client, f"/draft/{token}", 410, ("", "/"))


@pytest.mark.slow
def test_it_reads_an_invitation_whatever_has_stuck_to_it(app: Flask, client: FlaskClient) -> None:
    path = path_of(run(app, "release"))
    assert_forgiving(client, path, 410, ("", "/"))


@given(
    st.text(st.characters(exclude_characters=string.ascii_letters + string.digits), max_size=40),
    st.text(max_size=40),
    st.integers(0, len(TOKEN)),
)
@example("=\r\n", "", 9)
@example("\u212a\u0130", "", 0)
def test_it_leaves_out_what_cannot_belong_to_a_token(stuck: str, behind: str, position: int) -> None:
    assert clean_token(TOKEN[:position] + stuck + TOKEN[position:] + behind) == TOKEN


@given(st.text(max_size=2_000))
def test_it_returns_nothing_but_the_characters_of_a_token(text: str) -> None:
    cleaned = clean_token(text)
    assert set(cleaned) <= ALPHABET
    assert len(cleaned) <= length_of_token(20)


def test_it_generates_tokens_of_their_length() -> None:
    assert {len(generate_token(size)) for size in (16,) * 20} == {length_of_token(16)} == {26}
    assert len({generate_token() for _ in range(20)}) == 20
    assert length_of_token(20) == 32
