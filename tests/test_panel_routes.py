"""Every route of the panel and who may use it, one line each. A new view needs a new line."""

from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import update
from werkzeug.routing import Rule

from tests.admin.editors import form_token
from tests.conftest import SignIn, make_client
from wzo.accounts.models import Role, UserSession
from wzo.admin.access import requirement_of
from wzo.clock import now
from wzo.extensions import db

pytestmark = pytest.mark.one_database

OPEN = "open to all"
WRITER, PUBLISHER, ADMINISTRATOR = Role.WRITER, Role.PUBLISHER, Role.ADMINISTRATOR
# Required in addition to the role: a fresh second factor.
FACTOR = True

ROUTES: dict[str, tuple[str, str, bool]] = {
    # endpoint: methods, role, whether the second factor must be fresh
    "admin.index": ("GET", WRITER, False),
    "admin.sign_in.sign_in": ("GET POST", OPEN, False),
    "admin.sign_in.code": ("GET POST", OPEN, False),
    "admin.sign_in.passkey": ("POST", OPEN, False),
    "admin.sign_in.sign_out": ("POST", OPEN, False),
    "admin.sign_in.signed_out": ("GET", OPEN, False),
    "admin.sign_in.signed_in": ("GET", WRITER, False),
    "admin.sign_in.factor": ("GET POST", WRITER, False),
    "admin.sign_in.set_up": ("GET POST", OPEN, False),
    "admin.sign_in.authenticator_qr": ("GET", OPEN, False),
    "admin.account.index": ("GET POST", WRITER, False),
    "admin.account.password": ("GET POST", WRITER, FACTOR),
    "admin.account.authenticator": ("GET POST", WRITER, FACTOR),
    "admin.account.authenticator_qr": ("GET", WRITER, FACTOR),
    "admin.account.recovery_codes": ("GET", WRITER, False),
    "admin.account.new_recovery_codes": ("POST", WRITER, FACTOR),
    "admin.account.keep_recovery_codes": ("POST", WRITER, False),
    "admin.account.add_passkey": ("GET POST", WRITER, FACTOR),
    "admin.account.name_passkey": ("POST", WRITER, False),
    "admin.account.remove_passkey": ("POST", WRITER, FACTOR),
    "admin.account.end_own_session": ("POST", WRITER, False),
    "admin.account.end_others": ("POST", WRITER, False),
    "admin.users.index": ("GET", ADMINISTRATOR, False),
    "admin.users.invite": ("GET POST", ADMINISTRATOR, FACTOR),
    "admin.users.link": ("GET", ADMINISTRATOR, False),
    "admin.users.revoke_invitation": ("POST", ADMINISTRATOR, FACTOR),
    "admin.users.show": ("GET", ADMINISTRATOR, False),
    "admin.users.role": ("POST", ADMINISTRATOR, FACTOR),
    "admin.users.disable": ("POST", ADMINISTRATOR, FACTOR),
    "admin.users.enable": ("POST", ADMINISTRATOR, FACTOR),
    "admin.users.reset": ("POST", ADMINISTRATOR, FACTOR),
    "admin.users.sign_out": ("POST", ADMINISTRATOR, FACTOR),
    "admin.users.end_one_session": ("POST", ADMINISTRATOR, FACTOR),
    "admin.users.log": ("GET", ADMINISTRATOR, False),
    "admin.donations.index": ("GET", PUBLISHER, False),
    "admin.petition.index": ("GET", WRITER, False),
    "admin.petition.show": ("GET", WRITER, False),
    "admin.petition.close": ("POST", PUBLISHER, FACTOR),
    "admin.petition.reopen": ("POST", PUBLISHER, FACTOR),
    "admin.petition.pause": ("POST", PUBLISHER, FACTOR),
    "admin.petition.resume": ("POST", PUBLISHER, FACTOR),
    "admin.petition.paper": ("GET", PUBLISHER, False),
    "admin.petition.add": ("POST", PUBLISHER, FACTOR),
    "admin.petition.remove": ("POST", PUBLISHER, FACTOR),
    "admin.petition.emails": ("GET", PUBLISHER, False),
    "admin.petition.save_emails": ("POST", PUBLISHER, FACTOR),
    "admin.petition.preview_emails": ("POST", PUBLISHER, False),
    "admin.petition.countries": ("GET", PUBLISHER, False),
    "admin.petition.save_countries": ("POST", PUBLISHER, FACTOR),
    "admin.petition.names": ("GET", PUBLISHER, False),
    "admin.petition.hide_name": ("POST", PUBLISHER, False),
    "admin.petition.retention": ("GET POST", ADMINISTRATOR, FACTOR),
    "admin.petition.export": ("POST", ADMINISTRATOR, FACTOR),
    "admin.petition.invalidate": ("GET POST", ADMINISTRATOR, FACTOR),
    "admin.petition.preview": ("POST", ADMINISTRATOR, FACTOR),
    "admin.petition.dismiss": ("POST", ADMINISTRATOR, False),
    "admin.petition.retry": ("POST", ADMINISTRATOR, False),
    "admin.editing.confirm_trash": ("GET", WRITER, False),
    "admin.home.index": ("GET", PUBLISHER, False),
    "admin.home.move": ("POST", PUBLISHER, False),
    "admin.home.show": ("POST", PUBLISHER, False),
    "admin.old_addresses.index": ("GET", PUBLISHER, False),
    "admin.old_addresses.save": ("POST", PUBLISHER, False),
    "admin.old_addresses.remove": ("POST", PUBLISHER, False),
    "admin.status.initial_content": ("GET", PUBLISHER, False),
    "admin.status.confirm_texts": ("POST", PUBLISHER, False),
    "admin.editing.index": ("GET", WRITER, False),
    "admin.editing.create": ("POST", WRITER, False),
    "admin.editing.edit": ("GET", WRITER, False),
    "admin.editing.save": ("POST", WRITER, False),
    "admin.editing.autosave": ("POST", WRITER, False),
    "admin.editing.move_within": ("POST", PUBLISHER, False),
    "admin.editing.report_presence": ("POST", WRITER, False),
    "admin.editing.confirm_publishing": ("GET", PUBLISHER, False),
    "admin.editing.publish": ("POST", PUBLISHER, FACTOR),
    "admin.editing.unschedule": ("POST", PUBLISHER, False),
    "admin.editing.unpublish": ("POST", PUBLISHER, False),
    "admin.editing.mark_translation_current": ("POST", WRITER, False),
    "admin.editing.history": ("GET", WRITER, False),
    "admin.editing.compare_revisions": ("GET", WRITER, False),
    "admin.editing.restore_revision": ("POST", WRITER, False),
    "admin.editing.name_revision": ("POST", WRITER, False),
    "admin.editing.show_preview": ("GET", WRITER, False),
    "admin.editing.preview_text": ("POST", WRITER, False),
    "admin.editing.convert": ("POST", WRITER, False),
    "admin.editing.create_link": ("POST", WRITER, False),
    "admin.editing.revoke_link": ("POST", WRITER, False),
    "admin.editing.move_to_trash": ("POST", WRITER, False),
    "admin.editing.trash": ("GET", WRITER, False),
    "admin.editing.restore": ("POST", WRITER, False),
    "admin.editing.move": ("POST", PUBLISHER, False),
    "admin.editing.bulk": ("POST", PUBLISHER, FACTOR),
    "admin.pictures.index": ("GET", WRITER, False),
    "admin.pictures.upload": ("POST", WRITER, False),
    "admin.pictures.choose": ("GET", WRITER, False),
    "admin.pictures.edit": ("GET", WRITER, False),
    "admin.pictures.save": ("POST", WRITER, False),
    "admin.pictures.delete": ("POST", WRITER, False),
    "admin.pictures.restore": ("POST", WRITER, False),
    "admin.files.index": ("GET", WRITER, False),
    "admin.files.upload": ("POST", WRITER, False),
    "admin.files.choose": ("GET", WRITER, False),
    "admin.files.edit": ("GET", WRITER, False),
    "admin.files.save": ("POST", WRITER, False),
    "admin.files.replace": ("POST", WRITER, False),
    "admin.files.delete": ("POST", WRITER, False),
    "admin.files.restore": ("POST", WRITER, False),
    "admin.editing.choose_picture": ("GET", WRITER, False),
    "admin.editing.show_card": ("GET", WRITER, False),
    "admin.editing.set_picture": ("POST", WRITER, False),
    "admin.editing.search": ("GET", WRITER, False),
    "admin.editing.suggest": ("GET", WRITER, False),
    "admin.editing.translations": ("GET", WRITER, False),
    "admin.help.index": ("GET", WRITER, False),
    "admin.help.show": ("GET", WRITER, False),
    "admin.help.begin_story": ("POST", WRITER, False),
    "admin.help.end_tour": ("POST", WRITER, False),
}

# The values of URL variables by name; others are a number or a word.
EXAMPLES = {"content_type": "stories", "language": "ru", "part": "ru", "topic": "start"}


def rules(app: Flask) -> list[Rule]:
    return [rule for rule in app.url_map.iter_rules() if rule.endpoint.startswith("admin.")]


def path_of(app: Flask, rule: Rule) -> str:
    numbers = {name for name, converter in rule._converters.items() if converter.regex == r"\d+"}
    values = {name: 987 if name in numbers else EXAMPLES.get(name, "word") for name in rule.arguments}
    with app.test_request_context():
        return str(app.url_map.bind("127.0.0.1").build(rule.endpoint, values))


def test_it_states_the_access_of_every_route(app: Flask) -> None:
    found: dict[str, tuple[str, str, bool]] = {}
    for rule in rules(app):
        requirement = requirement_of(app, rule.endpoint)
        methods = {*(rule.methods or set()), *found.get(rule.endpoint, ("",))[0].split()} - {"HEAD", "OPTIONS"}
        found[rule.endpoint] = (" ".join(sorted(methods)), requirement.role or OPEN, requirement.recent_second_factor)
    assert found == ROUTES


@pytest.mark.slow
@pytest.mark.parametrize("role_name", ["stranger", *Role])
def test_it_refuses_everyone_without_the_role(app: Flask, sign_in: SignIn, role_name: str) -> None:
    browser = make_client(app)
    if role_name != "stranger":
        sign_in(browser, role_name)
    token = form_token(browser)
    for rule in rules(app):
        for method in {"GET", "POST"} & (rule.methods or set()):
            role = ROUTES[rule.endpoint][1]
            if role == OPEN:
                continue
            fields = {"csrf_token": token} if method == "POST" else {}
            response = browser.open(path_of(app, rule), method=method, data=fields)
            where = f"{role_name}: {method} {rule}: {response.status_code}"
            if role_name == "stranger":
                # What was typed is given back with the sign-in.
                assert response.status_code == (303 if method == "GET" else 401), where
                assert method == "POST" or (response.location or "").startswith("/admin/sign-in/"), where
            elif Role(role_name).includes(role):
                assert response.status_code not in (401, 403), where
                assert response.status_code < 500, where
                assert "/sign-in/" not in (response.location or ""), where
            else:
                assert response.status_code == 403, where
                assert response.location is None, where


@pytest.mark.slow
def test_it_asks_for_a_fresh_second_factor(app: Flask, client: FlaskClient, sign_in: SignIn) -> None:
    sign_in(client, "administrator")
    db.session.execute(update(UserSession).values(factor_at=now() - timedelta(minutes=15)))
    db.session.commit()
    token = form_token(client)
    for rule in rules(app):
        for method in {"GET", "POST"} & (rule.methods or set()):
            if not ROUTES[rule.endpoint][2]:
                continue
            response = client.open(path_of(app, rule), method=method, data={"csrf_token": token})
            if method == "GET":
                assert (response.status_code, response.location.split("?")[0]) == (303, "/admin/factor/"), rule
            else:
                assert response.status_code == 403, rule
                assert 'name="factor_code"' in response.text, rule
