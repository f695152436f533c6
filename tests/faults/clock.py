"""A clock that is off by an hour: what was valid for minutes is not accepted, and nothing is for longer."""

from datetime import timedelta

import time_machine
from flask.testing import FlaskClient

from tests.admin.editors import PASSWORD, Editor, enter, hidden, is_signed_in, make_editor
from tests.conftest import make_client
from tests.faults.drill import FORM, Ground, Outcome, Size
from tests.petition.signing import ANNA
from wzo.clock import now

HOUR = timedelta(hours=1)


def clock_off(ground: Ground, size: Size) -> Outcome:
    """Present what the site has issued to the same site with its clock an hour ahead, and an hour behind."""
    app, stripe = ground.site.app, ground.site.stripe
    editors = [_editor(ground, f"clock{number}@example.org") for number in range(3)]
    token = hidden(make_client(app, ground.site.url).get(FORM), "form_token")
    body, signature = stripe.sign(stripe.pay(stripe.begin())[-1])
    held = []
    browser = make_client(app, ground.site.url)
    assert enter(browser, editors[0].email, PASSWORD, editors[0].code()).status_code == 303
    for shift, editor in zip((HOUR, -HOUR), editors[1:], strict=True):
        stranger, code = make_client(app, ground.site.url), editor.code()
        with time_machine.travel(now() + shift):
            # The code of an hour ago, and one that is not yet valid.
            enter(stranger, editor.email, PASSWORD, code)
            held.append(not is_signed_in(stranger))
            held.append(_post(stranger, "/donate/webhook", body, {"Stripe-Signature": signature}) == 400)
            # A session is idle for too long, or its second factor was checked in the future.
            response = browser.get("/admin/users/invite/")
            asked = response.status_code == 303 and response.location.startswith(("/admin/sign-in/", "/admin/factor/"))
            held.append(asked)
    with time_machine.travel(now() - HOUR):
        visitor = make_client(app, ground.site.url)
        # A browser that sends no more than old ones did.
        visitor.environ_base.pop("HTTP_SEC_FETCH_SITE", None)
        held.append(visitor.post(FORM, data={**ANNA, "form_token": token}).status_code == 403)
    return Outcome(len(held), sum(held), note="an hour ahead and an hour behind")


def _editor(ground: Ground, email: str) -> Editor:
    with ground.site.writing():
        return make_editor(role="administrator", email=email)


def _post(client: FlaskClient, path: str, body: bytes, headers: dict[str, str]) -> int:
    return client.post(path, data=body, headers=headers, content_type="application/json").status_code
