"""Limits stated in texts match the constants in the code, in every language."""

import random
import re
from collections.abc import Iterator
from datetime import timedelta
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
from tests.conftest import CapturedEmails, RunWorker, SignIn
from tests.media.samples import small
from tests.petition.signing import link, sign, text
from tests.quantities import Quantity, in_units, quantities
from wzo.accounts import invitations, passwords, queries, two_factor
from wzo.admin import access
from wzo.admin.editing import forms as editing_forms
from wzo.cms import draft_links, trash
from wzo.codes import CODE_LENGTH
from wzo.config import ROOT
from wzo.files import formats
from wzo.files.checking import check
from wzo.i18n import LANGUAGES
from wzo.media import actions as media
from wzo.media import images
from wzo.petition import mailboxes, sending, submission_limits
from wzo.petition.email_texts import get_defaults
from wzo.petition.emails import SignerEmail, preview
from wzo.worker import CLEANUP_INTERVAL

CONFIRMATION_LIFETIME = in_units(sending.LINK_LIFETIME, "hour")
EMAIL_INTERVAL = in_units(mailboxes.EMAIL_INTERVAL, "hour")
INVITATION_LIFETIME = in_units(invitations.INVITATION_LIFETIME, "hour")
TRASH, PICTURES = in_units(trash.TRASH_RETENTION, "day"), in_units(media.TRASH_RETENTION, "day")
SESSION = {in_units(queries.SESSION_IDLE_TIMEOUT, "minute"), in_units(queries.SESSION_LIFETIME, "hour")}
VERIFIED = in_units(access.VERIFICATION_LIFETIME, "minute")
SHORTEST, LONGEST = (passwords.MIN_LENGTH, "character"), (passwords.MAX_LENGTH, "character")
FILE = (images.MAX_FILE_SIZE // 1024**2, "MB")
RECORDING = (formats.MAX_SIZES[formats.VIDEO] // 1024**2, "MB")
RECOVERY_CODES = (two_factor.RECOVERY_CODE_COUNT, "code")
# Numbers that state no limit, or are about something outside the program.
NO_PROMISES = {
    *((30, "day"), (90, "day")),  # the periods of the chart of signatures
    (5, "minute"),  # the approximate duration of the tour
    (two_factor.TIME_STEP, "second"),
}
# The remaining recovery codes are counted.
COUNTED = {(number, "code") for number in range(two_factor.RECOVERY_CODE_COUNT)}
# An hour of counting submissions, and the time until the next clean-up.
COUNTS_OF_NETWORKS = in_units(submission_limits.HOUR + timedelta(seconds=CLEANUP_INTERVAL), "minute")
PROMISES = {
    *(
        CONFIRMATION_LIFETIME,
        EMAIL_INTERVAL,
        INVITATION_LIFETIME,
        TRASH,
        PICTURES,
        *SESSION,
        VERIFIED,
        SHORTEST,
        LONGEST,
        FILE,
        RECORDING,
        RECOVERY_CODES,
    ),
    (CODE_LENGTH, "character"),
    (editing_forms.MAX_FIELD_LENGTH, "character"),
    COUNTS_OF_NETWORKS,
}
CATALOGUES = sorted((ROOT / "wzo" / "translations").glob("*/LC_MESSAGES/messages.po"))
HELP = ROOT / "wzo" / "admin" / "help"


@pytest.fixture(params=LANGUAGES)
def language(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def translated_request(app: Flask, language: str) -> Iterator[None]:
    """A request in this language."""
    with app.test_request_context(f"/{language}/", headers={"Accept-Language": language}), force_locale(language):
        yield


def test_it_knows_the_documented_limits() -> None:
    assert (CONFIRMATION_LIFETIME, EMAIL_INTERVAL, INVITATION_LIFETIME) == ((48, "hour"), (24, "hour"), (24, "hour"))
    assert ((30, "day"), (30, "day"), {(30, "minute"), (8, "hour")}) == (TRASH, PICTURES, SESSION)
    assert formats.MAX_SIZES[formats.DOCUMENT] == images.MAX_FILE_SIZE
    assert (SHORTEST, LONGEST, FILE, RECORDING, RECOVERY_CODES) == (
        (15, "character"),
        (128, "character"),
        (20, "MB"),
        (60, "MB"),
        (10, "code"),
    )


@pytest.mark.parametrize("path", CATALOGUES, ids=lambda path: path.parent.parent.name)
def test_it_has_the_same_numbers_in_every_translation(path: Path) -> None:
    wrong = []
    for entry in polib.pofile(str(path)):
        for source, translation in [(entry.msgid, entry.msgstr), *zip_forms(entry)]:
            stated, translated = (quantities(text) - NO_PROMISES for text in (source, translation or source))
            if stated - COUNTED != translated - COUNTED:
                wrong.append((source, sorted(stated), sorted(translated)))
    assert wrong == []


def zip_forms(entry: polib.POEntry) -> list[tuple[str, str]]:
    """Each plural form with its source; the forms contain no numbers of their own."""
    return [(entry.msgid_plural, form) for form in entry.msgstr_plural.values()] if entry.msgid_plural else []


@pytest.mark.parametrize("path", CATALOGUES, ids=lambda path: path.parent.parent.name)
def test_it_states_only_quantities_of_the_program(path: Path) -> None:
    stated = {
        it: entry.msgid for entry in polib.pofile(str(path)) for it in quantities(f"{entry.msgid}. {entry.msgstr}")
    }
    assert {it: stated[it] for it in {*stated} - PROMISES - NO_PROMISES - COUNTED} == {}


@pytest.mark.usefixtures("translated_request")
@pytest.mark.parametrize("email", ["confirm", "still_waiting"])
def test_it_states_in_emails_how_long_the_code_works(email: str, language: str) -> None:
    assert quantities(preview(SignerEmail(email), language, get_defaults(language))) == {CONFIRMATION_LIFETIME}


@pytest.mark.usefixtures("translated_request")
def test_it_states_in_the_invitation_how_long_its_link_works() -> None:
    assert quantities(render_template("email/invitation.txt", url="u")) == {INVITATION_LIFETIME}


@pytest.mark.usefixtures("petition")
def test_it_states_on_the_page_of_an_expired_link_how_long_it_worked(
    client: FlaskClient, run_worker: RunWorker, emails: CapturedEmails, language: str
) -> None:
    with time_machine.travel("2026-11-24 12:00Z", tick=False) as clock:
        sign(client, lang=language)
        run_worker()
        clock.shift(sending.LINK_LIFETIME)
        assert quantities(client.get(link(emails.last(), "c")).text) == {CONFIRMATION_LIFETIME}
    assert quantities(text(emails.last())) == {CONFIRMATION_LIFETIME}


@pytest.mark.usefixtures("content")
def test_it_states_what_applies_on_the_privacy_page(client: FlaskClient, language: str) -> None:
    assert quantities(client.get(f"/{language}/privacy/").text) >= {CONFIRMATION_LIFETIME, EMAIL_INTERVAL}
    assert quantities(client.get(f"/{language}/privacy/").text) <= PROMISES


# Pages of the panel with what they must promise.
PAGES = {
    "/admin/trash/": {TRASH},
    "/admin/account/": {*SESSION, RECOVERY_CODES},
    "/admin/account/password/": {SHORTEST, LONGEST},
    "/admin/users/invite/": {INVITATION_LIFETIME},
    "/admin/pictures/": {FILE},
    "/admin/files/": {FILE, RECORDING},
}


@pytest.mark.parametrize("path", PAGES)
def test_it_states_what_applies_in_the_panel(client: FlaskClient, sign_in: SignIn, language: str, path: str) -> None:
    sign_in(client, "administrator", language)
    stated = quantities(re.sub(r"<[^>]+>", " ", client.get(path).text))
    assert PAGES[path] <= stated
    assert stated <= PROMISES | NO_PROMISES | COUNTED


@pytest.mark.slow
def test_it_states_how_long_the_bin_keeps_objects(client: FlaskClient, sign_in: SignIn, language: str) -> None:
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
    ("password", "stated"), [("a" * (passwords.MIN_LENGTH - 1), SHORTEST), ("ab cd" * passwords.MAX_LENGTH, LONGEST)]
)
def test_it_states_the_required_length_of_a_password(
    client: FlaskClient, sign_in: SignIn, language: str, password: str, stated: Quantity
) -> None:
    sign_in(client, "writer", language)
    response = post(client, "/admin/account/password/", old="x", password=password)
    assert response.status_code == 400
    found = re.search(r'id="password-error"[^>]*>(.*?)</p>', response.text, re.S)
    assert found
    assert quantities(re.sub(r"<[^>]+>", "", found[1])) == {stated}


@pytest.mark.parametrize(("length", "refused"), [(14, True), (15, False), (128, False), (129, True)])
def test_it_accepts_passwords_of_fifteen_to_a_hundred_and_twenty_eight_characters(
    client: FlaskClient, sign_in: SignIn, length: int, refused: bool
) -> None:
    sign_in(client, "writer")
    # Random characters, so that a password can be refused only for its length.
    password = "".join(random.Random(7).choices("bdfghjkmnprtvwz", k=length))
    response = post(client, "/admin/account/password/", old="not it", password=password)
    assert ('id="password-error"' in response.text) is refused


def test_it_limits_files_to_the_same_size_in_the_browser_and_on_the_server(
    client: FlaskClient, sign_in: SignIn
) -> None:
    sign_in(client, "writer")
    for path, size in (("/admin/pictures/", images.MAX_FILE_SIZE), ("/admin/files/", check.MAX_SIZE)):
        assert f'data-max-size="{size}"' in client.get(path).text


@pytest.mark.usefixtures("translated_request")
def test_it_states_the_maximum_size_of_a_file(app: Flask) -> None:
    with pytest.raises(images.PictureRefused) as refused:
        images.process(bytes(images.MAX_FILE_SIZE + 1))
    assert quantities(str(refused.value)) == {FILE}


# Help topics with what they must promise.
TOPICS = {
    "users": {INVITATION_LIFETIME},
    "safety": {*SESSION, RECOVERY_CODES},
    "pictures": {PICTURES},
    "files": {PICTURES, FILE, RECORDING},
    "together": {TRASH},
    "publishing": {VERIFIED},
}


@pytest.mark.parametrize("topic", sorted(path.stem for path in (HELP / "en").glob("*.md")))
def test_it_states_what_applies_in_the_help(language: str, topic: str) -> None:
    stated = quantities((HELP / language / f"{topic}.md").read_text(encoding="utf-8"))
    assert TOPICS.get(topic, set()) <= stated
    assert stated <= PROMISES | NO_PROMISES
    assert stated == quantities((HELP / "en" / f"{topic}.md").read_text(encoding="utf-8"))


def test_it_names_the_durations_of_draft_links_in_the_help(language: str) -> None:
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
def test_it_reads_quantities_in_both_languages(text: str, found: set[Quantity]) -> None:
    assert quantities(text) == found


def test_it_translates_in_the_language_of_the_request(app: Flask) -> None:
    with app.test_request_context("/ru/"), force_locale("ru"):
        assert quantities(gettext("Both work for 48 hours.")) == {CONFIRMATION_LIFETIME}
