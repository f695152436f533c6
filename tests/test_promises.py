"""What texts promise in numbers is what the program does: in every language, wherever it is said."""

import random
import re
from collections.abc import Iterator
from pathlib import Path

import polib
import pytest
import time_machine
from flask import Flask, render_template
from flask.testing import FlaskClient
from flask_babel import force_locale, gettext

from tests.admin.editing.edit_page import COMPLETE, EditPage, create
from tests.admin.editing.edit_page import post as press
from tests.admin.editors import post
from tests.conftest import Mailbox, SignIn, WorkUntilDone
from tests.media.samples import small
from tests.petition.signing import link, sign, text
from tests.quantities import Quantity, in_units, quantities
from wzo.accounts import invitations, passwords, queries, two_factor
from wzo.admin import access
from wzo.cms import draft_links, trash
from wzo.codes import CODE_LENGTH
from wzo.config import ROOT
from wzo.i18n import LANGUAGES
from wzo.media import actions as media
from wzo.media import images
from wzo.petition import mailboxes, processing

CODE = in_units(processing.CODE_LIFETIME, "hour")
MAIL_PAUSE = in_units(mailboxes.EMAIL_INTERVAL, "hour")
LINK = in_units(invitations.INVITATION_LIFETIME, "hour")
TRASH, PICTURES = in_units(trash.TRASH_RETENTION, "day"), in_units(media.TRASH_RETENTION, "day")
SESSION = {in_units(queries.SESSION_IDLE_TIMEOUT, "minute"), in_units(queries.SESSION_LIFETIME, "hour")}
VERIFIED = in_units(access.VERIFICATION_LIFETIME, "minute")
SHORTEST, LONGEST = (passwords.MIN_LENGTH, "character"), (passwords.MAX_LENGTH, "character")
FILE = (images.MAX_FILE_SIZE // 1024**2, "MB")
RECOVERY_CODES = (two_factor.RECOVERY_CODE_COUNT, "code")
# Numbers in texts that promise nothing, or speak of something outside the program.
NO_PROMISES = {
    *((30, "day"), (90, "day")),  # what the chart of signatures can show
    (5, "minute"),  # how long the tour takes, about
    (two_factor.TIME_STEP, "second"),
}
# What is left of the codes is counted.
COUNTED = {(number, "code") for number in range(two_factor.RECOVERY_CODE_COUNT)}
PROMISES = {
    *(CODE, MAIL_PAUSE, LINK, TRASH, PICTURES, *SESSION, VERIFIED, SHORTEST, LONGEST, FILE, RECOVERY_CODES),
    (CODE_LENGTH, "character"),
}
CATALOGUES = sorted((ROOT / "wzo" / "translations").glob("*/LC_MESSAGES/messages.po"))
HELP = ROOT / "wzo" / "admin" / "help"


@pytest.fixture(params=LANGUAGES)
def language(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def words(app: Flask, language: str) -> Iterator[None]:
    """A request of somebody who reads this language."""
    with app.test_request_context(f"/{language}/", headers={"Accept-Language": language}), force_locale(language):
        yield


def test_the_promises_are_those_of_the_papers() -> None:
    assert (CODE, MAIL_PAUSE, LINK) == ((48, "hour"), (24, "hour"), (24, "hour"))
    assert ((30, "day"), (30, "day"), {(30, "minute"), (8, "hour")}) == (TRASH, PICTURES, SESSION)
    assert (SHORTEST, LONGEST, FILE, RECOVERY_CODES) == (
        (15, "character"),
        (128, "character"),
        (20, "MB"),
        (10, "code"),
    )


@pytest.mark.parametrize("path", CATALOGUES, ids=lambda path: path.parent.parent.name)
def test_a_translation_says_the_same_number(path: Path) -> None:
    wrong = []
    for entry in polib.pofile(str(path)):
        for source, translation in [(entry.msgid, entry.msgstr), *zip_forms(entry)]:
            told, translated = (quantities(text) - NO_PROMISES for text in (source, translation or source))
            if told - COUNTED != translated - COUNTED:
                wrong.append((source, sorted(told), sorted(translated)))
    assert wrong == []


def zip_forms(entry: polib.POEntry) -> list[tuple[str, str]]:
    """Each form of a plural with its source; the forms hold no numbers of their own."""
    return [(entry.msgid_plural, form) for form in entry.msgstr_plural.values()] if entry.msgid_plural else []


@pytest.mark.parametrize("path", CATALOGUES, ids=lambda path: path.parent.parent.name)
def test_every_number_with_a_unit_is_one_that_the_program_keeps(path: Path) -> None:
    said = {it: entry.msgid for entry in polib.pofile(str(path)) for it in quantities(f"{entry.msgid}. {entry.msgstr}")}
    assert {it: said[it] for it in {*said} - PROMISES - NO_PROMISES - COUNTED} == {}


@pytest.mark.usefixtures("words")
@pytest.mark.parametrize("letter", ["confirm", "still_waiting"])
def test_the_letters_say_how_long_the_code_works(letter: str) -> None:
    variables = {"confirm_url": "u", "code": "c", "withdraw_url": "u", "not_me_url": "u"}
    assert quantities(render_template(f"email/{letter}.txt", **variables)) == {CODE}


@pytest.mark.usefixtures("words")
def test_the_letter_of_an_invitation_says_how_long_its_link_works() -> None:
    assert quantities(render_template("email/invitation.txt", url="u")) == {LINK}


@pytest.mark.usefixtures("petition")
def test_the_page_of_an_expired_link_says_how_long_it_worked(
    client: FlaskClient, work: WorkUntilDone, mailbox: Mailbox, language: str
) -> None:
    with time_machine.travel("2026-11-24 12:00Z", tick=False) as clock:
        sign(client, lang=language)
        work()
        clock.shift(processing.CODE_LIFETIME)
        assert quantities(client.get(link(mailbox.last(), "c")).text) == {CODE}
    assert quantities(text(mailbox.last())) == {CODE}


@pytest.mark.usefixtures("content")
def test_the_privacy_page_says_what_applies(client: FlaskClient, language: str) -> None:
    assert quantities(client.get(f"/{language}/privacy/").text) >= {CODE, MAIL_PAUSE}
    assert quantities(client.get(f"/{language}/privacy/").text) <= PROMISES


# A page of the panel, and what it must promise.
PAGES = {
    "/admin/trash/": {TRASH},
    "/admin/account/": {*SESSION, RECOVERY_CODES},
    "/admin/account/password/": {SHORTEST, LONGEST},
    "/admin/users/invite/": {LINK},
    "/admin/pictures/": {FILE},
}


@pytest.mark.parametrize("path", PAGES)
def test_the_pages_of_the_panel_promise_what_is_kept(
    client: FlaskClient, sign_in: SignIn, language: str, path: str
) -> None:
    sign_in(client, "administrator", language)
    said = quantities(re.sub(r"<[^>]+>", " ", client.get(path).text))
    assert PAGES[path] <= said
    assert said <= PROMISES | NO_PROMISES | COUNTED


def test_what_is_thrown_away_is_promised_for_as_long_as_it_is_kept(
    client: FlaskClient, sign_in: SignIn, language: str
) -> None:
    sign_in(client, "publisher", language)
    page = create(client).fill(COMPLETE)
    page.press()
    page.open()
    assert TRASH in quantities(page.text)
    press(page, "move-to-trash")
    assert quantities(client.get("/admin/stories/").text) == {TRASH}
    picture = media.add_picture(data=small(), name="window.jpg", editor_id=1)
    media.delete_picture(picture_id=picture.id)
    assert PICTURES in quantities(
        EditPage(client, f"/admin/pictures/{picture.id}/").client.get(f"/admin/pictures/{picture.id}/").text
    )


@pytest.mark.parametrize(
    ("password", "said"), [("a" * (passwords.MIN_LENGTH - 1), SHORTEST), ("ab cd" * passwords.MAX_LENGTH, LONGEST)]
)
def test_a_password_is_refused_with_the_number_that_is_asked_for(
    client: FlaskClient, sign_in: SignIn, language: str, password: str, said: Quantity
) -> None:
    sign_in(client, "writer", language)
    answer = post(client, "/admin/account/password/", old="x", password=password)
    assert answer.status_code == 400
    found = re.search(r'id="password-error"[^>]*>(.*?)</p>', answer.text, re.S)
    assert found
    assert quantities(re.sub(r"<[^>]+>", "", found[1])) == {said}


@pytest.mark.parametrize(("length", "refused"), [(14, True), (15, False), (128, False), (129, True)])
def test_passwords_have_fifteen_to_a_hundred_and_twenty_eight_letters(
    client: FlaskClient, sign_in: SignIn, length: int, refused: bool
) -> None:
    sign_in(client, "writer")
    # Letters without any order, so that it is refused for its length or not at all.
    password = "".join(random.Random(7).choices("bdfghjkmnprtvwz", k=length))
    answer = post(client, "/admin/account/password/", old="not it", password=password)
    assert ('id="password-error"' in answer.text) is refused


def test_a_file_is_refused_by_the_browser_at_the_size_at_which_the_server_refuses_it() -> None:
    script = (ROOT / "wzo" / "static" / "js" / "upload.js").read_text()
    found = re.search(r"MAX_SIZE = ([\d *]+);", script)
    assert found
    factors = [int(factor) for factor in found[1].split("*")]
    size = 1
    for factor in factors:
        size *= factor
    assert size == images.MAX_FILE_SIZE


@pytest.mark.usefixtures("words")
def test_a_file_that_is_too_large_is_told_the_size(app: Flask) -> None:
    with pytest.raises(images.PictureRefused) as refused:
        images.process(bytes(images.MAX_FILE_SIZE + 1))
    assert quantities(str(refused.value)) == {FILE}


# A topic of the help, and what it must promise.
TOPICS = {
    "users": {LINK},
    "safety": {*SESSION, RECOVERY_CODES},
    "pictures": {PICTURES},
    "together": {TRASH},
    "publishing": {VERIFIED},
}


@pytest.mark.parametrize("topic", sorted(path.stem for path in (HELP / "en").glob("*.md")))
def test_the_help_promises_what_is_kept(language: str, topic: str) -> None:
    said = quantities((HELP / language / f"{topic}.md").read_text(encoding="utf-8"))
    assert TOPICS.get(topic, set()) <= said
    assert said <= PROMISES | NO_PROMISES
    assert said == quantities((HELP / "en" / f"{topic}.md").read_text(encoding="utf-8"))


def test_the_help_names_the_days_that_a_link_can_last(language: str) -> None:
    topic = (HELP / language / "sharing.md").read_text(encoding="utf-8")
    *first, last = (str(days) for days in draft_links.LINK_DAYS)
    assert re.search(rf"\b{', '.join(first)} (?:or|или) {last}\b", topic)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("It works for 48 hours.", {(48, "hour")}),
        ("Действует 48\u00a0часов, не 24 часа", {(48, "hour"), (24, "hour")}),
        ("15 to 128 characters; thirty seconds", {(15, "character"), (128, "character"), (30, "second")}),
        ("Создать десять новых кодов", {(10, "code")}),
        ("от 15 до 128 знаков, 20 МБ", {(15, "character"), (128, "character"), (20, "MB")}),
        ("1948 and 4.8 hours", set()),
    ],
)
def test_quantities_are_read_in_both_languages(text: str, found: set[Quantity]) -> None:
    assert quantities(text) == found


def test_a_translation_is_asked_for_in_the_language_of_the_request(app: Flask) -> None:
    with app.test_request_context("/ru/"), force_locale("ru"):
        assert quantities(gettext("Both work for 48 hours.")) == {CODE}
