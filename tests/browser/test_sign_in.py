"""Signing in with a password and a code, without JavaScript, and with a passkey."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from playwright.sync_api import Browser, expect
from playwright.sync_api import Page as Tab

from tests.browser.accessibility import find_faults_in_both_schemes
from tests.browser.conftest import TIMEOUT
from tests.browser.editors import Account, create_editor, next_code, sign_in
from tests.running_site import RunningSite
from wzo.accounts.models import UserSession
from wzo.clock import now
from wzo.extensions import db

pytestmark = pytest.mark.browser


@pytest.fixture
def tab(browser: Browser) -> Iterator[Tab]:
    context = browser.new_context(locale="en", viewport={"width": 360, "height": 740})
    context.set_default_timeout(TIMEOUT)
    yield context.new_page()
    context.close()


@pytest.fixture
def account(shared_site: RunningSite) -> Account:
    return create_editor(shared_site)


def by_name(site: RunningSite) -> str:
    """The site's URL by host name: a passkey needs one, and an IP address is none."""
    return site.url.replace("127.0.0.1", "localhost")


def let_factors_age(site: RunningSite) -> None:
    with site.writing():
        db.session.query(UserSession).update({"factor_at": now() - timedelta(hours=1)})
        db.session.commit()


def test_it_works_without_javascript(browser: Browser, shared_site: RunningSite, account: Account) -> None:
    context = browser.new_context(locale="en", java_script_enabled=False)
    context.set_default_timeout(TIMEOUT)
    tab = context.new_page()
    sign_in(tab, shared_site, account, "/admin/account/")
    let_factors_age(shared_site)
    tab.goto(f"{shared_site.url}/admin/users/invite/")
    expect(tab.locator("h1")).to_have_text("Confirm it is you")
    tab.locator("[name=factor_code]").fill(next_code(shared_site, account))
    tab.locator("[name=factor_code]").press("Enter")
    expect(tab.locator("h1")).to_have_text("Invite an editor")
    context.close()


def test_it_adds_a_passkey_that_signs_in_and_refreshes_the_factor(
    shared_site: RunningSite, account: Account, tab: Tab
) -> None:
    site = by_name(shared_site)
    devtools = tab.context.new_cdp_session(tab)
    devtools.send("WebAuthn.enable")
    options = {"protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True}
    options |= {"isUserVerified": True, "automaticPresenceSimulation": True}
    devtools.send("WebAuthn.addVirtualAuthenticator", {"options": options})

    sign_in(tab, shared_site, account, "/admin/account/passkeys/new/", url=site)
    tab.locator("[name=name]").fill("My phone")
    tab.get_by_role("button", name="Add passkey").click()
    expect(tab.get_by_text("The passkey has been added.")).to_be_visible()
    expect(tab.locator("input[value='My phone']")).to_be_visible()

    # This device cannot create the same passkey twice.
    tab.goto(f"{site}/admin/account/passkeys/new/")
    tab.get_by_role("button", name="Add passkey").click()
    expect(tab.get_by_text("The passkey was not created.")).to_be_visible()

    tab.locator(".menu-button").click()
    tab.get_by_role("button", name="Sign out").click()
    expect(tab.locator("h1")).to_have_text("You are signed out")
    tab.goto(f"{site}/admin/account/")
    tab.get_by_role("button", name="Sign in with a passkey").click()
    expect(tab.locator("h1")).to_have_text("Your account")

    let_factors_age(shared_site)
    tab.goto(f"{site}/admin/users/invite/")
    tab.get_by_role("button", name="Use a passkey instead").click()
    expect(tab.locator("h1")).to_have_text("Invite an editor")

    # The posted form is resent after it.
    let_factors_age(shared_site)
    tab.locator("[name=name]").fill("Boris")
    tab.locator("[name=email]").fill(f"boris-{account.email}")
    with tab.expect_navigation():
        tab.get_by_role("button", name="Invite").click()
    tab.get_by_role("button", name="Use a passkey instead").click()
    expect(tab.locator("h1")).to_have_text("Link for Boris")


PAGES = ["account/", "account/password/", "account/authenticator/", "account/passkeys/new/", "users/", "users/1/"]
PAGES += ["users/invite/", "users/log/"]


def test_it_passes_axe_on_a_small_phone(browser: Browser, shared_site: RunningSite, account: Account) -> None:
    context = browser.new_context(locale="en", viewport={"width": 320, "height": 640}, bypass_csp=True)
    context.set_default_timeout(TIMEOUT)
    tab = context.new_page()
    faults: list[str] = []
    create_editor(shared_site, "writer", name="Очень-длинное-имя-редактора Константинопольская")

    def look(path: str) -> None:
        faults.extend(f"{path}: {it}" for it in find_faults_in_both_schemes(tab))

    tab.goto(f"{shared_site.url}/admin/")
    look("sign-in")
    tab.locator("[name=email]").fill(account.email)
    tab.locator("[name=password]").fill(account.password)
    tab.locator("[name=password]").press("Enter")
    expect(tab.locator("[name=code]")).to_be_visible()
    look("code")
    tab.locator("[name=code]").fill(next_code(shared_site, account))
    tab.locator("[name=code]").press("Enter")
    expect(tab.locator("h1")).to_have_text("Today")
    for path in PAGES:
        tab.goto(f"{shared_site.url}/admin/{path}")
        look(path)
    assert faults == []
    context.close()
