"""Content types: the kinds of objects that editors can edit, and the registry of them.

A feature declares its content types in its own `content_types.py`; the entry points register them. No content type
is named here, and nothing else needs to know which ones there are. The fields that several of them share are in
`fields.py`.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from flask import abort
from sqlalchemy import ColumnElement, select, true

from wzo.cms.fields import Field, Fields
from wzo.cms.models import SHARED
from wzo.extensions import AnyRow
from wzo.paths import url_for
from wzo.publication import PublishableText, State, key_of

# Locale -> its fields; the locale is a language or SHARED.
LocalizedFields = Mapping[str, Fields]


class ChecklistItem(NamedTuple):
    """A problem on the checklist. `field`: where, such as `ru.title`; `blocks`: it must be solved before publishing."""

    message: str
    field: str
    blocks: bool


class NotReady(Exception):
    """Publishing is blocked by these items of the checklist."""

    def __init__(self, items: Sequence[ChecklistItem]) -> None:
        super().__init__()
        self.items = items

    @property
    def messages(self) -> str:
        """All the messages in one line."""
        return " ".join(item.message for item in self.items)


def _no_initial_values() -> dict[str, Any]:
    return {}


def _no_defaults(fields: Fields) -> Fields:
    return {}


def _no_slugs() -> Collection[str]:
    return ()


def _no_notes() -> Mapping[int, Any]:
    return {}


def _no_items(*fields: object) -> Iterator[ChecklistItem]:
    return iter(())


def _always(object_id: int) -> bool:
    return True


def _everything(language: str) -> ColumnElement[bool]:
    return true()


# There is one of each, so they are compared, and serve as keys, by identity.
@dataclass(frozen=True, eq=False)
class ContentType:
    """A content type: its tables, its fields, and how it differs from the others.

    - `key` names it in URLs and tables; `name`, `plural` and `new_label` name it in the panel.
    - `model` holds what all languages share, `text` a row for each language; `foreign_key` is the column of `text` that
      refers to the object.
    - `shared_fields` and `translated_fields`; `title` is the translated field that names an object,
      `summary` the one that describes it in a sentence.
    - `where`: where readers find its objects, in a sentence for editors.
    - `endpoint`: the public page that shows it. `has_page`: a page for each object, by its slug; `path` returns the
      path of an object's page where it is another one. `fixed_endpoints` maps the endpoint of a page that
      always shows one object to that object's slug.
    - `embedded`: the slugs of objects without a page of their own, because other pages contain their texts.
    - `numbered_within`: the field that refers to the parent of its objects, and the field with their number within it:
      `("series_id", "part")`.
    - `link_scheme`: the scheme of Markdown links to its objects, such as `term:sizo`.
    - `anchors`: its texts stand alone on a page, so links to headings within them can be checked.
    - `singleton`: the design fixes its objects (usually one; the home page has several blocks), so editors can neither
      create nor delete any.
    - `sensitive`: it is about people, so it requires a decision on content notices and consent.
    - `newest_first`: sorted by id instead of by hand. `large`: there may be thousands, so lists are paginated and the
      sitemap has files of its own.
    - `searchable`: the fields that the readers' search indexes, besides title and summary; empty: not searched at all.
      `results_heading`: the heading of its results, if not the plural; types may share one.
    - `menu_section`: where the panel's menu lists it (reading, action or site); `shortcut`: the keys that open it.
      `primary`: the type that the start page and the tour offer to create.
    - `extra_pages`: further pages for the sitemap, by endpoint: their rows (`slug` where the URL needs it, `language`,
      `changed_at`).

    Hooks:

    - `reserved_slugs`: slugs that editors cannot give to an object, nor change where an object has one of them.
    - `initial_values`: columns that a new object requires; may raise NotReady.
    - `check_shared`: further checks of the shared fields; `check_all`: of all locales, given the languages that are to
      be published.
    - `publish_defaults`: shared fields that are filled in on publication.
    - `preview_defaults`: shared fields that are filled in for the preview, so that an unfinished draft fits into its
      table.
    - `list_notes`: notes on some objects, for the panel's list, by their ids.
    - `can_be_deleted`: whether an object may go to the bin.
    - `shown_condition`: the SQL condition for a live object to appear in search results, given the readers' language.
    """

    key: str
    name: Any
    plural: Any
    new_label: Any
    model: Any
    text: Any
    foreign_key: str
    translated_fields: tuple[Field, ...]
    endpoint: str
    where: Any = ""
    shared_fields: tuple[Field, ...] = ()
    title: str = "title"
    summary: str = "summary"
    has_page: bool = False
    anchors: bool = False
    singleton: bool = False
    sensitive: bool = False
    newest_first: bool = False
    large: bool = False
    searchable: tuple[str, ...] = ()
    results_heading: Any = ""
    menu_section: str = "site"
    shortcut: str = ""
    primary: bool = False
    fixed_endpoints: Mapping[str, str] = field(default_factory=dict)
    embedded: Collection[str] = ()
    numbered_within: tuple[str, ...] = ()
    link_scheme: str = ""
    extra_pages: tuple[tuple[str, Callable[[], Sequence[AnyRow]]], ...] = ()
    path: Callable[[Any, str], str] | None = None
    reserved_slugs: Callable[[], Collection[str]] = _no_slugs
    initial_values: Callable[[], dict[str, Any]] = _no_initial_values
    check_shared: Callable[[Fields], Iterable[ChecklistItem]] = _no_items
    check_all: Callable[[LocalizedFields, Sequence[str]], Iterable[ChecklistItem]] = _no_items
    publish_defaults: Callable[[Fields], Fields] = _no_defaults
    preview_defaults: Callable[[Fields], Fields] = _no_defaults
    list_notes: Callable[[], Mapping[int, Any]] = _no_notes
    can_be_deleted: Callable[[int], bool] = _always
    shown_condition: Callable[[str], ColumnElement[bool]] = _everything

    @property
    def has_slug(self) -> bool:
        """Whether editors choose a slug for its objects."""
        return any(field.kind == "slug" for field in self.shared_fields)

    @property
    def has_order(self) -> bool:
        """Whether its rows have a position at all."""
        return hasattr(self.model, "position")

    @property
    def orderable(self) -> bool:
        """Whether editors put its objects in order."""
        return self.has_order and not self.singleton and not self.newest_first

    @property
    def has_states(self) -> bool:
        """Whether its texts have a publication state; the others are public as long as they exist."""
        return issubclass(self.text, PublishableText)

    @property
    def public_condition(self) -> ColumnElement[bool]:
        """The SQL expression that is true if a text is public."""
        return self.text.state == State.LIVE if self.has_states else true()

    @property
    def searched_condition(self) -> Any:
        """The SQL expression that is true if a text is public, and not part of another page."""
        condition = self.public_condition
        if self.embedded:
            condition &= self.owner_column.in_(select(self.model.id).where(self.page_condition))
        return condition

    @property
    def has_anchors(self) -> bool:
        """Whether links to headings within its texts can be checked."""
        return self.has_page or self.anchors

    @property
    def page_condition(self) -> ColumnElement[bool]:
        """The SQL expression that is true if an object has a page of its own, where the content type has pages."""
        return self.model.slug.not_in(self.embedded) if self.embedded else true()

    @property
    def owner_column(self) -> Any:
        """The text's column that refers to its object."""
        return getattr(self.text, self.foreign_key)

    @property
    def title_column(self) -> Any:
        """The column of the text that names the object."""
        return getattr(self.text, self.title)

    def fields_for(self, locale: str) -> tuple[Field, ...]:
        """The fields of a locale."""
        return self.shared_fields if locale == SHARED else self.translated_fields

    def fields(self) -> Iterator[Field]:
        """All fields, the shared ones first."""
        yield from self.shared_fields
        yield from self.translated_fields

    def path_of(self, obj: Any, language: str) -> str:
        """The path of the public page that shows an object, given as its row in the live table."""
        if self.path is not None:
            return self.path(obj, language)
        return url_for(self.endpoint, lang=language, **({"slug": obj.slug} if self.has_page else {}))


# Content type by key, in the order in which the panel lists them.
registry: dict[str, ContentType] = {}


def register(*content_types: ContentType) -> None:
    """Add content types to the registry.

    Raises ValueError if the key of a content type with pages is not its model's, by which redirects are found.
    """
    for content_type in content_types:
        if content_type.has_page and content_type.key != key_of(content_type.model):
            raise ValueError(f"The key of this content type must be {key_of(content_type.model)!r}.")
        registry[content_type.key] = content_type


def get_content_type_or_404(key: str) -> ContentType:
    """The content type with this key."""
    return registry.get(key) or abort(404)


def primary_type() -> ContentType:
    """The content type that the start page and the tour offer to create."""
    return next(content_type for content_type in registry.values() if content_type.primary)
