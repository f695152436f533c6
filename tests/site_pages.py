"""Every page of the site: those behind links, and those that take a form, an e-mail or time to reach."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from urllib.parse import urldefrag, urljoin, urlsplit

from flask import current_app
from playwright.sync_api import Page as Tab
from playwright.sync_api import Response
from sqlalchemy import select

from tests.contact.keys import OPENPGP
from tests.donate.methods import create_every_method
from tests.factories import (
    AnnualAccountFactory,
    DirectoryEntryFactory,
    DonationGoalFactory,
    NoticeFactory,
    PetitionFactory,
    PetitionThresholdFactory,
    PetitionUpdateFactory,
    StoryFactory,
)
from tests.html import links
from tests.running_site import RawResponse, RunningSite
from wzo.admin.petition.countries import set_countries
from wzo.contact.models import Contact
from wzo.crypto import encrypt
from wzo.extensions import db, write_transaction
from wzo.i18n import LANGUAGES
from wzo.petition.models import Petition, Signature
from wzo.petition.pending import decrypt_pending, find_by_link
from wzo.petition.tokens import derive_link_key, generate_link
from wzo.petition.unsubscribing import unsubscribe_url

SLUG, CLOSED, PAUSED = "mothers", "closed", "paused"

# A text with every element of Markdown.
EVERYTHING = Path(__file__).parent / "everything.md"

# As long as a first paragraph may be.
NEWS = (
    "The court of appeal has heard two of the women, their lawyers and a doctor who saw the children. " * 3
    + "\n\n## More\n\nThe rest."
)

SIGNERS = {"ru": "Анна Ахматова", "en": "Emmeline Pankhurst"}

MISTAKES = {"name": "", "email": "anna", "country": ""}


@dataclass(frozen=True)
class Page:
    """A page, how it is reached and what is expected of it.

    - `name`: the same in every language.
    - `private`: belongs to one reader, so nothing of it may stay in a history or a cache.
    - `fields`: posted with the form at `path`; the page is the response.
    - `linked_from`: the path of the page where the crawl found the link.
    """

    name: str
    language: str
    path: str
    status: int = 200
    private: bool = False
    fields: tuple[tuple[str, str], ...] = ()
    linked_from: str = ""


def fetch(site: RunningSite, page: Page, headers: Mapping[str, str] | None = None) -> RawResponse:
    """Request the page by plain HTTP."""
    return site.ask(page.path, dict(page.fields) or None, {"Accept-Language": page.language, **(headers or {})})


def open_page(tab: Tab, site: RunningSite, page: Page) -> Response:
    """Open the page in a browser; its form, if it has fields, is sent without htmx.

    A field that is a button opens the page with the fields after it.
    """
    response = tab.goto(site.url + page.path)
    is_sent = True
    for name, value in page.fields:
        field = tab.locator(f"main [name={name}]")
        kind = field.first.evaluate("it => it.tagName === 'INPUT' ? it.type : it.tagName")
        is_sent = kind == "BUTTON"
        if is_sent:
            response = submit(tab, f"main button[name={name}][value='{value}']", "it => it.click()")
        elif kind == "radio":
            tab.locator(f"main [name={name}][value='{value}']").evaluate("it => it.click()")
        else:
            (field.select_option if kind == "SELECT" else field.fill)(value)
    if not is_sent:
        response = submit(tab, "main form[method=post]", "it => it.submit()")
    assert response is not None
    return response


def submit(tab: Tab, selector: str, how: str) -> Response | None:
    """Submit a form by a script on an element; returns the response."""
    with tab.expect_navigation() as navigation:
        tab.locator(selector).evaluate(how)
    return navigation.value


def add_missing_content(site: RunningSite) -> None:
    """Add what the seed content lacks, so that everything a page can contain is shown somewhere."""
    with site.writing():
        PetitionFactory(slug=CLOSED, closed_on=date(2026, 11, 1))
        PetitionFactory(slug=PAUSED, paused_on=date(2026, 11, 1))
        StoryFactory(slug="everything", texts__body=EVERYTHING.read_text(encoding="utf-8"))
        petition_id = db.session.scalars(select(Petition.id).where(Petition.slug == SLUG)).one()
        for _ in range(4):
            PetitionUpdateFactory(petition_id=petition_id, texts__body=NEWS)
        PetitionThresholdFactory(petition_id=petition_id, number=1)
        PetitionThresholdFactory(
            petition_id=petition_id,
            number=2,
            answered_on=date(2026, 11, 24),
            source_url="https://answers.example.org/",
            texts__body=NEWS,
        )
        PetitionThresholdFactory(petition_id=petition_id, number=10_000)
        numbers = {"RU": 8412, "DE": 640, "GE": 128, "other": 78}
        set_countries(petition_id=petition_id, day=date(2026, 11, 24), numbers=numbers)
        NoticeFactory(texts__body="Back **soon**.")
        for slug, services in {"lawyers": "lawyer complaints", "doctors": "medicine"}.items():
            DirectoryEntryFactory(
                slug=slug,
                services=services,
                languages="ru en",
                url="https://help.example.org/a/long/address/of/somebody",
                onion_url=f"http://{'a' * 56}.onion/",
                email="help@example.org",
                phone="+7 812 000-00-00",
                checked_on=date(2026, 11, 20),
                texts__region="Karelia",
                texts__postal_address="Post box 1\nTown",
                texts__safety="Do not call them from a colony.",
            )
        contact = db.session.scalars(select(Contact)).one()
        contact.email, contact.public_key = "post@example.org", OPENPGP
        create_every_method()
        DonationGoalFactory(rates="USD 0.92 2026-11-20")
        AnnualAccountFactory(texts__income="Gifts: 1200.50\nGrants: 900", texts__spending="Lawyers: 1 800")


def all_pages(site: RunningSite) -> list[Page]:
    """Every page of a complete site in every language. Some are created here: people sign, confirm or come too late."""
    # These come first, so that the crawl meets a signed petition.
    special = [page for language in LANGUAGES for page in [*email_pages(site, language), *form_pages(language)]]
    return [*crawl(site), *special]


def crawl(site: RunningSite) -> list[Page]:
    """The pages behind links, starting from the home pages; broken links are included."""
    found = {f"/{language}/": Page("home", language, f"/{language}/") for language in LANGUAGES}
    waiting = list(found.values())
    while waiting:
        page = waiting.pop(0)
        for link in internal_links(site, page.path, links(fetch(site, page).body)):
            path = urldefrag(link).url
            if path not in found:
                language = path.split("/")[1]
                name = path.removeprefix(f"/{language}").strip("/").replace("/", "-") or "home"
                found[path] = Page(name, language, path, linked_from=page.path)
                waiting.append(found[path])
    return list(found.values())


def form_pages(language: str) -> list[Page]:
    """The pages around the forms, and the errors that a reader can run into."""
    petition, closed = f"/{language}/petition/{SLUG}", f"/{language}/petition/{CLOSED}"
    card = f"/{language}/donate/card/?from=elsewhere"

    def page(
        name: str, path: str, status: int = 200, fields: Mapping[str, str] | None = None, private: bool = False
    ) -> Page:
        return Page(name, language, path, status, private, tuple((fields or {}).items()))

    return [
        page("sign", f"{petition}/sign"),
        page("sign-errors", f"{petition}/sign", 422, MISTAKES),
        page("check-email", f"{petition}/check-email"),
        page("code-errors", f"{petition}/code", 422, {"code": "7K3Q"}),
        page("code-unknown", f"{petition}/code", 422, {"code": "7K3Q-M9XW-2PHT"}),
        page("count", f"{petition}/count"),
        page("closed", f"{closed}/"),
        page("closed-sign", f"{closed}/sign", 410),
        page("paused", f"/{language}/petition/{PAUSED}/"),
        page("card", card),
        page("card-errors", card, 422, {"amount": "many"}),
        page("card-onward", card, 200, {"frequency": "monthly", "suggested": "30"}, private=True),
        page("card-thanks", f"/{language}/donate/card/thanks/", private=True),
        page("card-cancelled", f"/{language}/donate/card/cancelled/", private=True),
        page("card-monthly", f"/{language}/donate/card/monthly/"),
        page("forgotten", f"/{language}/kept/forgotten"),
        page("help-filtered", f"/{language}/help/?service=medicine&language=ru"),
        page("not-found", f"/{language}/nope", 404),
        page("not-found-anywhere", f"/nope?lang={language}", 404),
    ]


def email_pages(site: RunningSite, language: str) -> list[Page]:
    """The pages of the links in e-mails, before and after their buttons are pressed."""
    states = ("waits", "unnamed", "signed", "withdrew", "other", "late")
    people = {state: f"{state}-{language}@example.org" for state in states}
    named = {"name": SIGNERS[language], "show_name": "y"}
    for state, address in people.items():
        form = {**named, "email": address} if state != "unnamed" else {"name": SIGNERS[language], "email": address}
        assert site.ask(f"/{language}/petition/{SLUG}/sign", form).status == 303
    emails = {state: site.email_to(address) for state, address in people.items()}

    def link(state: str, kind: str) -> str:
        return site.link(emails[state], kind)

    for state, kind in (("signed", "c"), ("withdrew", "w"), ("other", "n")):
        assert site.ask(link(state, kind), named if kind == "c" else {}).status == 303
    let_expire(site, link("late", "c").removeprefix("/c/"))

    def unsubscribe(state: str) -> str:
        with site.inside():
            found = find_by_link(link(state, "c").removeprefix("/c/"))
            assert found
            return f"{urlsplit(unsubscribe_url(found.id)).path}?lang={language}"

    assert site.ask(unsubscribe("signed"), {}).status == 303

    def page(name: str, path: str, status: int = 200, fields: Mapping[str, str] | None = None) -> Page:
        return Page(name, language, path, status, private=True, fields=tuple((fields or {}).items()))

    return [
        page("unsubscribe", unsubscribe("waits")),
        page("unsubscribed", unsubscribe("signed")),
        page("confirm", link("unnamed", "c")),
        page("confirm-named", link("waits", "c")),
        page("confirm-shown", link("waits", "c"), 200, {"step": "show"}),
        page("confirm-errors", link("waits", "c"), 422, {"step": "show", "name": ""}),
        page("thanks", link("signed", "c")),
        page("expired", link("late", "c")),
        page("new-email", f"{link('late', 'c')}/new"),
        page("withdraw", link("waits", "w")),
        page("erased", link("withdrew", "w")),
        page("not-me", link("waits", "n")),
        page("not-me-erased", link("other", "n")),
        page("unknown-link", f"/c/{generate_link()}?lang={language}", 404),
    ]


def let_expire(site: RunningSite, link: str) -> None:
    """Make a link expire."""
    with site.inside(), write_transaction():
        found = find_by_link(link)
        assert found
        key = derive_link_key(current_app.extensions["settings"].signature_hmac_key, found.link)
        content = {**decrypt_pending(found), "expires_at": 0}
        db.session.get_one(Signature, found.id).pending_ciphertext = encrypt(key, content)


def internal_links(site: RunningSite, path: str, anchors: Iterable[Mapping[str, str]]) -> list[str]:
    """The paths, with their fragments, of the pages of the site to which a page links.

    Links with a type are to feeds, and links with a download attribute to files, so both are left out.
    """
    pages = [it for it in anchors if "type" not in it and "download" not in it]
    urls = [urljoin(site.url + path, it.get("href") or "") for it in pages]
    return [url.removeprefix(site.url) for url in urls if urlsplit(url)[:2] == urlsplit(site.url)[:2]]
