"""A story that an editor has open in a running site, and that a colleague changes meanwhile."""

from dataclasses import dataclass
from typing import Any

from playwright.sync_api import Page as Tab
from playwright.sync_api import Request, Route

from tests.admin.editors import make_editor
from tests.running_site import RunningSite
from wzo.cms import drafts
from wzo.cms.models import SHARED
from wzo.cms.queries import get_draft
from wzo.stories.content_types import STORIES

START = {"ru": {"title": "Зима"}, "en": {"title": "Winter"}, SHARED: {"slug": "winter"}}
AUTOSAVE = "**/autosave"


@dataclass(frozen=True)
class EditedStory:
    """A new story, with a title in each language. Fields are named `locale.field`."""

    site: RunningSite
    id: int
    colleague_id: int

    @property
    def url(self) -> str:
        """Its edit page."""
        return f"{self.site.url}/admin/stories/{self.id}/"

    def value(self, name: str) -> str:
        """The saved value of a field."""
        locale, _, field = name.partition(".")
        with self.site.inside():
            return get_draft(STORIES, self.id).fields[locale][field]

    def change(self, name: str, value: str) -> None:
        """Let the colleague, Anna, change a field."""
        locale, _, field = name.partition(".")
        with self.site.inside():
            bases = get_draft(STORIES, self.id).revision_ids
            save(self.id, {locale: {field: value}}, bases, self.colleague_id)


def create_story(site: RunningSite) -> EditedStory:
    """Create a story, and the colleague."""
    with site.writing():
        anna = make_editor(name="Anna").id
        number = drafts.create(content_type=STORIES, author_id=anna)
        save(number, START, get_draft(STORIES, number).revision_ids, anna)
    return EditedStory(site, number, anna)


def save(number: int, values: dict[str, dict[str, str]], bases: Any, author_id: int) -> None:
    """Save fields as another session's edit page does."""
    drafts.save(
        content_type=STORIES,
        object_id=number,
        values=values,
        base_revision_ids=bases,
        edit_session="colleague",
        author_id=author_id,
    )


def sent_forms(tab: Tab, url: str) -> list[Request]:
    """The forms that a page sends to an address from now on; the list grows."""
    sent: list[Request] = []
    tab.on("request", lambda request: sent.append(request) if (request.method, request.url) == ("POST", url) else None)
    return sent


def field(tab: Tab, name: str) -> Any:
    """A field of the edit page."""
    return tab.locator(f"[id='{name}']")


def fail_to_save(tab: Tab) -> None:
    """Let the server answer autosaves with 503 until `save_again`."""
    tab.route(AUTOSAVE, _fail)


def save_again(tab: Tab) -> None:
    """Let autosaves reach the server again."""
    tab.unroute(AUTOSAVE, _fail)


def _fail(route: Route) -> None:
    route.fulfill(status=503, body="down")
