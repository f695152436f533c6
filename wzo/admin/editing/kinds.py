"""What can be edited: the kinds of things, and the fields that each has.

A field's value is a text, whatever its column holds; the value of a field with several choices is their ids, parted by
spaces. Fields without a column are for the editors alone.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from flask_babel import lazy_gettext
from sqlalchemy import Table

from wzo.donate.models import DonationWay, DonationWayText
from wzo.home.models import HomeBlock, HomeBlockText, Notice, NoticeText, Page, PageText
from wzo.petition.models import Petition, PetitionText, PetitionUpdate, PetitionUpdateText
from wzo.projects.models import Project, ProjectText, Theme, ThemeText, project_countries, project_themes
from wzo.publication import Published
from wzo.stories.models import (
    FORMAT_NAMES,
    Country,
    CountryText,
    Series,
    SeriesText,
    Story,
    StoryText,
    series_themes,
    story_countries,
    story_themes,
)
from wzo.team.models import Member, MemberText

# The languages in the words of the panel.
LANGUAGE_NAMES = {"ru": lazy_gettext("Russian"), "en": lazy_gettext("English")}
# What may be chosen in a field: the value that is kept, and its name.
Choices = tuple[tuple[str, Any], ...]


@dataclass(frozen=True)
class Field:
    """A field of a kind.

    `widget` is how it is edited: line, lines, markdown, address (a slug), url, date, day (an ISO date as far as it is
    known), number, check, picture, cover, language, choice (of `choices`), one (of the things of the kind `of`) or many
    (of them, through `table`).
    """

    name: str
    label: Any
    widget: str = "line"
    hint: Any = ""
    choices: Choices = ()
    of: str = ""
    table: Table | None = None
    has_column: bool = True
    marked_up: bool = False

    @property
    def is_markdown(self) -> bool:
        """Whether its text is read as Markdown; some of the short ones are too."""
        return self.widget == "markdown" or self.marked_up


@dataclass(frozen=True)
class Kind:
    """A kind of thing.

    - `key` names it in addresses and in the panel's tables; `one` and `many` are its names.
    - `model`, `text`: its tables; `owner`: the column by which a text names its thing.
    - `shared`: the fields that all languages share, `words`: those of each language; `title`: which of them names it.
    - `endpoint`: the public page that shows it, which takes its slug if `has_page`.
    - `fixed`: its things are part of the design; none can be added or thrown away.
    - `careful`: it tells about people, so content notices and consents are asked for.
    """

    key: str
    one: Any
    many: Any
    new: Any
    model: Any
    text: Any
    owner: str
    words: tuple[Field, ...]
    endpoint: str
    shared: tuple[Field, ...] = ()
    title: str = "title"
    has_page: bool = False
    has_facts: bool = False
    fixed: bool = False
    careful: bool = False

    @property
    def has_address(self) -> bool:
        """Whether its things have an address that editors choose."""
        return any(field.widget == "address" for field in self.shared)

    @property
    def ordered(self) -> bool:
        """Whether editors put its things in order; stories go by their days."""
        return hasattr(self.model, "position") and not self.fixed and self.key != "stories"

    @property
    def published(self) -> bool:
        """Whether its texts keep a state; the others are shown as long as they are there."""
        return issubclass(self.text, Published)

    def fields_of(self, part: str) -> tuple[Field, ...]:
        """The fields of a part, without facts."""
        return self.shared if part == "all" else self.words

    def fields(self) -> Iterator[Field]:
        """All fields but those of facts."""
        yield from self.shared
        yield from self.words


ADDRESS = Field(
    "slug",
    lazy_gettext("Address"),
    "address",
    lazy_gettext("The last part of the page’s address. Left empty, it is made from the title."),
)
TITLE = Field("title", lazy_gettext("Title"))
SUMMARY = Field(
    "summary", lazy_gettext("Summary"), "lines", lazy_gettext("One to three sentences, for lists and links.")
)
BODY = Field("body", lazy_gettext("Text"), "markdown")
NOTICE = Field(
    "content_notice",
    lazy_gettext("Content notice"),
    hint=lazy_gettext("Names what is hard to read, such as: This text speaks of sexual violence."),
)
NOTICE_CHOSEN = Field(
    "notice",
    lazy_gettext("Does it need a content notice?"),
    "choice",
    choices=(
        ("none", lazy_gettext("No, nothing in it is hard to read")),
        ("needed", lazy_gettext("Yes, sexual violence, torture, death or the like is described")),
    ),
    has_column=False,
)
CONSENT = Field(
    "consent",
    lazy_gettext("Do the people it tells about agree?"),
    "choice",
    choices=(
        ("nobody", lazy_gettext("It tells about nobody who could be recognised, or about public figures alone")),
        ("recorded", lazy_gettext("Yes, and the consent is recorded")),
    ),
    has_column=False,
)
CONSENT_NOTE = Field(
    "consent_note",
    lazy_gettext("Who agreed, to what, when and how"),
    "lines",
    lazy_gettext("For the editors alone; it is never published. Do not write names that must stay secret."),
    has_column=False,
)
ORIGINAL = (
    Field("original_url", lazy_gettext("Address of the original"), "url"),
    Field("original_language", lazy_gettext("Language of the original"), "language"),
    Field("original_label", lazy_gettext("Words of the link to the original")),
)
COVER = Field("cover", lazy_gettext("Cover"), "cover")
COVER_ALT = Field("cover_alt", lazy_gettext("What the cover shows"), "lines")
THEMES = Field("themes", lazy_gettext("Themes"), "many", of="themes")
COUNTRIES = Field("countries", lazy_gettext("Countries"), "many", of="countries")
PUBLISHED = Field(
    "published",
    lazy_gettext("First published"),
    "day",
    lazy_gettext("As far as it is known: 2019, 2019-07 or 2019-07-23. Left empty, it is the day of publishing."),
)
CREDITS = Field("credits", lazy_gettext("Who worked on it"), "lines", marked_up=True)


def _through(field: Field, table: Table) -> Field:
    return Field(field.name, field.label, field.widget, field.hint, of=field.of, table=table)


KINDS = {
    kind.key: kind
    for kind in (
        Kind(
            "stories",
            lazy_gettext("Story"),
            lazy_gettext("Stories"),
            lazy_gettext("New story"),
            Story,
            StoryText,
            "story_id",
            endpoint="stories.show",
            has_page=True,
            has_facts=True,
            careful=True,
            words=(
                TITLE,
                SUMMARY,
                BODY,
                NOTICE,
                Field("picture_alt", lazy_gettext("What the picture shows"), "lines"),
                Field("picture_caption", lazy_gettext("Caption of the picture"), "lines"),
                CREDITS,
                *ORIGINAL,
            ),
            shared=(
                Field("picture", lazy_gettext("Picture"), "picture"),
                Field("picture_decorative", lazy_gettext("The picture is decorative and says nothing"), "check"),
                NOTICE_CHOSEN,
                CONSENT,
                CONSENT_NOTE,
                Field("format", lazy_gettext("Kind of story"), "choice", choices=tuple(FORMAT_NAMES.items())),
                Field("project_id", lazy_gettext("Project"), "one", of="projects"),
                Field("series_id", lazy_gettext("Series"), "one", of="series"),
                Field(
                    "part",
                    lazy_gettext("Part of the series"),
                    "number",
                    lazy_gettext("Left empty, it comes after the last part."),
                ),
                _through(THEMES, story_themes),
                _through(COUNTRIES, story_countries),
                PUBLISHED,
                ADDRESS,
            ),
        ),
        Kind(
            "series",
            lazy_gettext("Series"),
            lazy_gettext("All series"),
            lazy_gettext("New series"),
            Series,
            SeriesText,
            "series_id",
            endpoint="stories.series",
            has_page=True,
            words=(TITLE, SUMMARY, BODY, NOTICE, COVER_ALT),
            shared=(COVER, _through(THEMES, series_themes), ADDRESS),
        ),
        Kind(
            "projects",
            lazy_gettext("Project"),
            lazy_gettext("Projects"),
            lazy_gettext("New project"),
            Project,
            ProjectText,
            "project_id",
            endpoint="projects.show",
            has_page=True,
            has_facts=True,
            careful=True,
            words=(
                TITLE,
                Field("kicker", lazy_gettext("Words above the title")),
                SUMMARY,
                BODY,
                NOTICE,
                COVER_ALT,
                Field(
                    "particulars",
                    lazy_gettext("Particulars"),
                    "lines",
                    lazy_gettext("A line each, such as: Director: Name"),
                ),
                CREDITS,
                Field("partners", lazy_gettext("Partners"), "lines", marked_up=True),
                Field("awards", lazy_gettext("Awards"), "lines", marked_up=True),
                *ORIGINAL,
            ),
            shared=(
                NOTICE_CHOSEN,
                CONSENT,
                CONSENT_NOTE,
                COVER,
                Field(
                    "kind",
                    lazy_gettext("Kind of project"),
                    "choice",
                    choices=(
                        ("special", lazy_gettext("Special")),
                        ("investigation", lazy_gettext("Investigation")),
                        ("film", lazy_gettext("Film")),
                    ),
                ),
                Field(
                    "home_section",
                    lazy_gettext("Place on the home page"),
                    "choice",
                    choices=(
                        ("transformation", lazy_gettext("Projects, first row")),
                        ("zone-hiv", lazy_gettext("Projects, second row")),
                        ("cancer", lazy_gettext("Cancer")),
                        ("mothers", lazy_gettext("Mothers and children")),
                        ("lgbt", lazy_gettext("LGBT")),
                    ),
                ),
                _through(THEMES, project_themes),
                _through(COUNTRIES, project_countries),
                PUBLISHED,
                ADDRESS,
            ),
        ),
        Kind(
            "themes",
            lazy_gettext("Theme"),
            lazy_gettext("Themes"),
            lazy_gettext("New theme"),
            Theme,
            ThemeText,
            "theme_id",
            endpoint="projects.theme",
            has_page=True,
            words=(TITLE, SUMMARY, BODY),
            shared=(ADDRESS,),
        ),
        Kind(
            "countries",
            lazy_gettext("Country"),
            lazy_gettext("Countries"),
            lazy_gettext("New country"),
            Country,
            CountryText,
            "country_id",
            endpoint="stories.index",
            title="name",
            words=(Field("name", lazy_gettext("Name")),),
            shared=(ADDRESS,),
        ),
        Kind(
            "petitions",
            lazy_gettext("Petition"),
            lazy_gettext("Petitions"),
            lazy_gettext("New petition"),
            Petition,
            PetitionText,
            "petition_id",
            endpoint="petition.show",
            has_page=True,
            words=(
                TITLE,
                Field("demand", lazy_gettext("Demand"), "lines", lazy_gettext("What is asked for, of whom.")),
                SUMMARY,
                BODY,
                NOTICE,
                Field("author", lazy_gettext("Who asks")),
            ),
            shared=(
                Field(
                    "goal",
                    lazy_gettext("Goal"),
                    "number",
                    lazy_gettext("Left empty, the next round number is the goal."),
                ),
                ADDRESS,
            ),
        ),
        Kind(
            "updates",
            lazy_gettext("News"),
            lazy_gettext("Petition news"),
            lazy_gettext("New entry"),
            PetitionUpdate,
            PetitionUpdateText,
            "update_id",
            endpoint="petition.current",
            words=(TITLE, BODY),
            shared=(
                Field("petition_id", lazy_gettext("Petition"), "one", of="petitions"),
                Field("day", lazy_gettext("Day"), "date"),
            ),
        ),
        Kind(
            "donation-ways",
            lazy_gettext("Way to donate"),
            lazy_gettext("Ways to donate"),
            lazy_gettext("New way"),
            DonationWay,
            DonationWayText,
            "way_id",
            endpoint="donate.index",
            words=(TITLE, SUMMARY, BODY),
            shared=(
                Field(
                    "kind",
                    lazy_gettext("Kind of way"),
                    "choice",
                    choices=(
                        ("card", lazy_gettext("Card")),
                        ("bank", lazy_gettext("Bank transfer")),
                        ("crypto", lazy_gettext("Crypto")),
                        ("link", lazy_gettext("Link")),
                    ),
                ),
                Field("currency", lazy_gettext("Currency")),
                Field("url", lazy_gettext("Where the link leads"), "url"),
                Field("details", lazy_gettext("What is copied"), "lines"),
                Field("checked_on", lazy_gettext("Last checked"), "date"),
                ADDRESS,
            ),
        ),
        Kind(
            "home",
            lazy_gettext("Part of the home page"),
            lazy_gettext("Words of the home page"),
            "",
            HomeBlock,
            HomeBlockText,
            "block_id",
            endpoint="home.index",
            fixed=True,
            words=(TITLE, BODY),
        ),
        Kind(
            "team",
            lazy_gettext("Member of the team"),
            lazy_gettext("Team"),
            lazy_gettext("New member"),
            Member,
            MemberText,
            "member_id",
            endpoint="team.index",
            title="name",
            words=(
                Field("name", lazy_gettext("Name")),
                Field("role", lazy_gettext("Role")),
                Field("about", lazy_gettext("About"), "markdown"),
            ),
            shared=(Field("portrait", lazy_gettext("Portrait"), "picture"), ADDRESS),
        ),
        Kind(
            "pages",
            lazy_gettext("Page"),
            lazy_gettext("Pages"),
            "",
            Page,
            PageText,
            "page_id",
            endpoint="home.privacy",
            fixed=True,
            words=(TITLE, SUMMARY, BODY),
        ),
        Kind(
            "notices",
            lazy_gettext("Notice"),
            lazy_gettext("Notices"),
            lazy_gettext("New notice"),
            Notice,
            NoticeText,
            "notice_id",
            endpoint="home.index",
            words=(
                Field("title", lazy_gettext("The notice, in one sentence")),
                Field("body", lazy_gettext("More about it"), "markdown"),
            ),
            shared=(Field("until", lazy_gettext("Last day on which it is shown"), "date"),),
        ),
    )
}

# A fact has its own fields: `fact.2.figure` is the figure of the second.
FACT = "fact"
FACT_SHARED = ("as_of",)
FACT_WORDS = ("figure", "text", "source")
