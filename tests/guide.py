"""Takes the pictures of the editors' guide, docs/editors/*.png: `python -m tests.guide`, or `make guide`.

On a separate site for each language, a newcomer sets up an account by the link that the site has printed, writes a
story with a picture, publishes it and changes it.
"""

import io
import re
import tempfile
from pathlib import Path

from PIL import Image, ImageDraw
from playwright.sync_api import Locator, expect
from playwright.sync_api import Page as Tab

from tests.admin.editors import PASSWORD, authenticator_code
from tests.browser.chromium import chromium
from tests.running_site import RunningSite
from wzo.config import ROOT
from wzo.i18n import LANGUAGES

FOLDER = ROOT / "docs" / "editors"
WIDTH = 1100
MARGIN = 8
LARGEST = 70_000  # bytes
TALLEST = 900  # pixels of a picture

NAMES = {"ru": "Анна", "en": "Anna"}
IN_WORDS = {"ru": "· по-русски ·", "en": "· English ·"}
STORY = {
    "ru.title": "Окно нашей редакции",
    "ru.summary": "Пробный текст: так выглядит история, пока её пишут.",
    "ru.body": "## Что видно из окна\n\nДвор, липа и чужой балкон с геранью. Утром **солнце** доходит до стола.",
    "en.title": "The window of our office",
    "en.summary": "A sample text: this is what a story looks like while it is written.",
    "en.body": (
        "## What one sees from it\n\n"
        "A yard, a lime tree and a neighbour's geraniums. In the morning the **sun** reaches the desk."
    ),
}
ALT = {
    "ru.picture_alt": "Рисунок: окно с раздвинутыми прутьями, свет падает на пол.",
    "en.picture_alt": "A drawing: a window whose bars stand apart, light falls on the floor.",
}


def main() -> None:
    """Write the pictures and say how many."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    for language in LANGUAGES:
        with RunningSite() as site, chromium() as browser:
            context = browser.new_context(locale=language, color_scheme="light", reduced_motion="reduce")
            Guide(site, context.new_page(), language).photograph_all()
    print(f"{len(list(FOLDER.glob('*.png')))} pictures are in {FOLDER}.")  # noqa: T201


class Guide:
    """A newcomer's first steps, in one language."""

    def __init__(self, site: RunningSite, tab: Tab, language: str) -> None:
        self.site, self.tab, self.language = site, tab, language

    def photograph_all(self) -> None:
        tab = self.tab
        secret = self.set_up()
        self.photograph("sign-in", tab.locator(".narrow"))
        self.sign_in(secret)
        self.photograph("today", tab.locator("body"))
        tab.locator(".heading-row button").click()
        self.fill(STORY)
        self.photograph("writing", tab.locator("h1"), self.field("en.body"))
        self.photograph("checks", tab.locator("section[aria-labelledby=checks-title]"), tab.locator(".save-bar"))
        self.complete()
        self.photograph("both", tab.locator("section[aria-labelledby=shared-title]"))
        self.field("ru.title").press("Enter")
        expect(tab.locator("#checks .blocking")).to_have_count(0)
        path = tab.url
        tab.locator("#see-title + ul a").nth(list(LANGUAGES).index(self.language)).click()
        self.photograph("preview", tab.locator(".draft-bar"), tab.locator("footer").last)
        tab.goto(path)
        tab.locator("button[value='publish:ru en']").click()
        expect(tab.locator(".badge.live")).to_have_count(2)
        tab.goto(f"{self.site.url}/admin/pictures/")
        tab.locator(".pictures a").first.click()
        self.photograph("picture", tab.locator("h1"), tab.locator(".crop-editor"))
        self.change(path)
        tab.locator(".stale-note summary").click()
        self.photograph("stale", tab.locator("h1"), tab.locator(".stale-note"))
        tab.goto(f"{path}history/")
        tab.locator(".object-list li", has_text=IN_WORDS[self.language]).locator(".actions a").first.click()
        self.photograph("compare", tab.locator("h1"), tab.locator("main form").last)
        tab.goto(f"{self.site.url}/admin/translations/")
        self.photograph("translations", tab.locator("h1"), tab.locator("table").first)

    def set_up(self) -> str:
        """Create the first account with the link that the site has printed; returns its authenticator secret."""
        tab = self.tab
        link = re.search(r"http\S+/admin/set-up/\S+", self.site.flask("release"))
        assert link
        tab.goto(link[0])
        secret = "".join(tab.locator(".authenticator .code span").all_inner_texts())
        tab.locator("[name=name]").fill(NAMES[self.language])
        tab.locator("[name=email]").fill("anna@example.org")
        tab.locator("[name=password]").fill(PASSWORD)
        tab.locator("[name=code]").fill(authenticator_code(secret, -1))
        tab.locator("main .button").last.click()
        tab.locator("form[action$=keep-recovery-codes] button, form[action*=recovery] button").first.click()
        tab.locator("form[action$='sign-out/'] button, form[action$='sign-out'] button").click()
        tab.goto(f"{self.site.url}/admin/")
        return secret

    def sign_in(self, secret: str) -> None:
        tab = self.tab
        tab.locator("[name=email]").fill("anna@example.org")
        tab.locator("[name=password]").fill(PASSWORD)
        tab.locator("[name=password]").press("Enter")
        tab.locator("[name=code]").fill(authenticator_code(secret))
        tab.locator("[name=code]").press("Enter")
        expect(tab.locator(".first-run")).to_be_visible()

    def fill(self, values: dict[str, str]) -> None:
        for name, value in values.items():
            self.field(name).fill(value)
        self.wait_until_saved()

    def complete(self) -> None:
        """Give the story its picture, and fill in what every story requires."""
        tab = self.tab
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "window.png"
            draw_window().save(path)
            tab.locator("[name='upload.picture']").set_input_files(path)
            expect(tab.locator("[id='shared.picture'] img")).to_be_visible()
        self.fill(ALT)
        tab.locator("[id='shared.notice-none']").check()
        tab.locator("[id='shared.consent-nobody']").check()
        self.wait_until_saved()

    def change(self, path: str) -> None:
        """Change the story in the guide's language and publish that, so that the other translation becomes stale."""
        tab = self.tab
        tab.goto(path)
        name = f"{self.language}.summary"
        self.fill({name: STORY[name].replace("Пробный", "Короткий пробный").replace("A sample", "A short sample")})
        tab.locator(f"button[value='publish:{self.language}']").click()
        expect(tab.locator(".stale-note")).to_have_count(1)

    def wait_until_saved(self) -> None:
        expect(self.tab.locator("[data-state=saved]")).to_be_visible()

    def field(self, name: str) -> Locator:
        return self.tab.locator(f"[id='{name}']")

    def photograph(self, name: str, first: Locator, last: Locator | None = None) -> None:
        """Write a picture from the top of one element to the bottom of another."""
        tab = self.tab
        (last or first).wait_for()
        tab.set_viewport_size({"width": WIDTH, "height": TALLEST})
        # So tall that nothing has to scroll and sticky elements stay in their places.
        tab.set_viewport_size({"width": WIDTH, "height": tab.evaluate("document.documentElement.scrollHeight")})
        tab.evaluate("document.activeElement.blur()")
        top, bottom = first.bounding_box(), (last or first).bounding_box()
        assert top
        assert bottom
        begin = max(0, top["y"] - MARGIN)
        end = bottom["y"] + bottom["height"] + MARGIN
        shot = tab.screenshot(
            clip={"x": 0, "y": begin, "width": WIDTH, "height": min(TALLEST, end - begin)}, animations="disabled"
        )
        (FOLDER / f"{self.language}-{name}.png").write_bytes(reduce(shot))


def reduce(shot: bytes) -> bytes:
    """A PNG with few enough colours to be small."""
    picture = Image.open(io.BytesIO(shot)).convert("RGB")
    for colours in (256, 128, 64, 32, 16):
        written = io.BytesIO()
        picture.quantize(colours, dither=Image.Dither.NONE).save(written, "PNG", optimize=True)
        if written.tell() <= LARGEST:
            return written.getvalue()
    raise ValueError(f"A picture is larger than {LARGEST} bytes.")


def draw_window() -> Image.Image:
    """A window with its bars apart, and the light on the floor."""
    picture = Image.new("RGB", (1600, 1067), "#2b303a")
    draw = ImageDraw.Draw(picture)
    draw.rectangle((500, 120, 1100, 680), fill="#f3c64b")
    for x in (500, 580, 1000, 1080):
        draw.rectangle((x, 120, x + 22, 680), fill="#1b1f27")
    draw.polygon([(600, 720), (1000, 720), (1240, 1067), (360, 1067)], fill="#6b5a2c")
    return picture


if __name__ == "__main__":
    main()
