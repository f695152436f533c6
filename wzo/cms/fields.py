"""The fields of content types, and those that several types share.

A field's value is always a string, whatever its column holds; the value of a field with several choices is their ids,
separated by spaces, or on a line each where editors put them in order.

The shared fields at the end name the content types that they refer to (`to`) by their keys alone.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

from flask_babel import lazy_gettext
from sqlalchemy import Table

# Digits: no number column of the database stores more.
LONGEST_NUMBER = 9
# Field name -> value.
Fields = dict[str, str]
# The options of a field: stored value, label.
Choices = tuple[tuple[str, Any], ...]


class FieldValue(NamedTuple):
    """A value to validate, with its field, its object and all fields of its locale."""

    field: "Field"
    value: str
    fields: Fields
    object_id: int

    @property
    def label(self) -> str:
        """The field's label in the editor's language."""
        return str(self.field.label)


@dataclass(frozen=True)
class Field:
    """A field of a content type.

    - `kind` decides how it is stored, edited and validated: text, textarea, markdown, slug, url, date, day (an ISO
      date as precise as is known), number, checkbox, picture, cover (with `choices`: only these, or drawn from the
      title), choice (one of `choices`), multiple_choice (several of them), foreign_key (an object of the content type
      `to`), many_to_many (objects of it, through `table`) or ordered_many_to_many (of thousands, at most `at_most`, in
      the order that `table` has by its `position`).
    - `help_text` is shown below the label, as in Django.
    - `required`: nothing is published without it. `stored`: it has a column; others are for editors only.
    - `roles`: the roles that an object may have in a many_to_many field; `table` stores them in `roles`.
    - `markdown`: a short field that is rendered as Markdown all the same.
    - `alphabetical`: its choices are many, and sorted by name in the editor's language.
    - `collapsed`: rarely needed, so it is collapsed on the edit page.
    - `validate`: given a value that is not empty, returns an error message, or "".
    - `listed_on_target_page`: the page of an object that it refers to lists this one, and editors can add one there: a
      mention is listed on its story's page. `lists_targets`: this object's page lists what the field refers to: a
      story's page lists its figures.
    - `clears`: fields that are emptied when the object it refers to is deleted.
    """

    name: str
    label: Any
    kind: str = "text"
    help_text: Any = ""
    choices: Choices = ()
    to: str = ""
    table: Table | None = None
    at_most: int = 0
    roles: Choices = ()
    stored: bool = True
    required: bool = False
    markdown: bool = False
    alphabetical: bool = False
    collapsed: bool = False
    validate: Callable[[FieldValue], str] | None = None
    clears: tuple[str, ...] = ()
    listed_on_target_page: bool = False
    lists_targets: bool = False

    @property
    def is_of_link_preview(self) -> bool:
        """Whether social networks show it with a link to the page."""
        return self.name.startswith("share_")

    @property
    def is_markdown(self) -> bool:
        """Whether its text is rendered as Markdown."""
        return self.kind == "markdown" or self.markdown

    @property
    def is_ordered(self) -> bool:
        """Whether it refers to objects in an order that editors choose."""
        return self.kind == "ordered_many_to_many"

    def parts(self, value: str) -> list[str]:
        """The parts of a value that refers to objects: an id each, with a role as in 12:text, or the typed text."""
        return value.splitlines() if self.is_ordered else value.split()

    def id_of(self, part: str) -> str:
        """The id in a part of a value; empty if no object was found for the typed text."""
        number = part.partition(":")[0] if self.roles else part
        return number if number.isascii() and number.isdigit() and len(number) <= LONGEST_NUMBER else ""

    def ids(self, value: str) -> list[str]:
        """The ids of the objects that a value refers to."""
        return list(dict.fromkeys(filter(None, map(self.id_of, self.parts(value)))))

    def roles_of(self, value: str) -> dict[str, list[str]]:
        """The roles of the objects that a value refers to, by their ids."""
        roles: dict[str, list[str]] = {one: [] for one in self.ids(value)}
        for part in self.parts(value):
            if role := part.partition(":")[2]:
                roles[self.id_of(part)].append(role)
        return roles

    def value(self, parts: Iterable[object]) -> str:
        """Join parts to a value."""
        return ("\n" if self.is_ordered else " ").join(dict.fromkeys(map(str, parts)))

    def through(self, table: Table) -> "Field":
        """The same field for the content type whose association table this is."""
        return replace(self, table=table)


# Fields that several content types share; each feature picks those that its objects have.
SLUG = Field(
    "slug",
    lazy_gettext("Page address (URL)"),
    "slug",
    lazy_gettext("The last part of the page’s address. If left empty, it is created from the title."),
)
# The slug of an object without a page of its own.
ANCHOR = replace(
    SLUG,
    label=lazy_gettext("Address within the page"),
    help_text=lazy_gettext("The part after # in the address of this item. If left empty, it is created for you."),
)
TITLE = Field("title", lazy_gettext("Title"))
SUMMARY = Field(
    "summary", lazy_gettext("Summary"), "textarea", lazy_gettext("One to three sentences, for lists and links.")
)
BODY = Field("body", lazy_gettext("Text"), "markdown")
CONTENT_NOTICE = Field(
    "content_notice",
    lazy_gettext("Content notice"),
    help_text=lazy_gettext("Warns readers of distressing content, for example: This text describes sexual violence."),
)
COVER = Field("cover", lazy_gettext("Cover"), "cover")
COVER_PICTURE = Field(
    "cover_picture",
    lazy_gettext("A picture as the cover"),
    "picture",
    lazy_gettext("It is shown instead of the drawing. Readers see the middle of it, around its focal point."),
)
COVER_ALT = Field(
    "cover_alt",
    lazy_gettext("Cover description (alternative text)"),
    "textarea",
    lazy_gettext("A cover that is drawn from the title needs none."),
)
# Shown by social networks with a link to the page.
SHARE_PICTURE = Field(
    "share_picture",
    lazy_gettext("Picture for link previews"),
    "picture",
    lazy_gettext("If there is none, a card with the title is drawn. Networks crop it to about twice as wide as high."),
    collapsed=True,
)
SHARE_TEXT = (
    Field(
        "share_title",
        lazy_gettext("Title for link previews"),
        help_text=lazy_gettext("If left empty, the title of the page."),
        collapsed=True,
    ),
    Field(
        "share_description",
        lazy_gettext("Description for link previews"),
        "textarea",
        lazy_gettext("If left empty, the summary of the page."),
        collapsed=True,
    ),
    Field(
        "share_alt",
        lazy_gettext("Description of the link preview’s picture (alternative text)"),
        "textarea",
        collapsed=True,
    ),
)
THEMES = Field("themes", lazy_gettext("Themes"), "many_to_many", to="themes")
FACTS = Field(
    "facts",
    lazy_gettext("Figures"),
    "many_to_many",
    lazy_gettext("Those that readers see at the top of the page. Add others to the list of figures first."),
    to="facts",
    lists_targets=True,
)
TIMELINES = Field(
    "timelines",
    lazy_gettext("Timelines"),
    "many_to_many",
    lazy_gettext("Those that readers see below the text. Add others to the list of timelines first."),
    to="timelines",
    lists_targets=True,
)
COUNTRIES = Field("countries", lazy_gettext("Countries"), "many_to_many", to="countries")
PUBLISHED_ON = Field(
    "published_on",
    lazy_gettext("First published"),
    "day",
    lazy_gettext(
        "As exactly as you know it: 2019, July 2019 or 23.07.2019. If left empty, the day of publication is used."
    ),
)
CREDITS = Field("credits", lazy_gettext("Who worked on it"), "textarea", markdown=True, collapsed=True)
# The roles of team members in a story or a project. Members with the first ones are its authors.
AUTHOR_ROLES = {
    "text": lazy_gettext("text"),
    "interview": lazy_gettext("interview"),
    "photographs": lazy_gettext("photographs"),
    "film": lazy_gettext("film"),
    "research": lazy_gettext("research"),
}
ROLES = {
    **AUTHOR_ROLES,
    "illustrations": lazy_gettext("illustrations"),
    "editing": lazy_gettext("editing"),
    "translation": lazy_gettext("translation"),
}
PEOPLE = Field(
    "people",
    lazy_gettext("Team members who worked on it"),
    "many_to_many",
    lazy_gettext("Readers see their names with links to their pages. Name others under “Who worked on it”."),
    to="team",
    roles=tuple(ROLES.items()),
    listed_on_target_page=True,
)
# The questions of every sensitive content type.
SENSITIVE = (
    Field(
        "notice",
        lazy_gettext("Does it need a content notice?"),
        "choice",
        choices=(
            ("none", lazy_gettext("No, it contains nothing distressing")),
            ("needed", lazy_gettext("Yes, it describes sexual violence, torture, death or similar")),
        ),
        stored=False,
    ),
    Field(
        "consent",
        lazy_gettext("Have the people featured agreed to publication?"),
        "choice",
        choices=(
            ("nobody", lazy_gettext("Not needed: nobody can be recognised, or only public figures appear")),
            ("recorded", lazy_gettext("Yes, and their consent is recorded")),
        ),
        stored=False,
    ),
    Field(
        "consent_note",
        lazy_gettext("Who agreed, to what, when and how"),
        "textarea",
        lazy_gettext("Only editors see this; it is never published. Do not write names that must stay secret."),
        stored=False,
    ),
)
