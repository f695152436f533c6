"""Structured data of pages: https://schema.org as JSON-LD."""

import json
import re
from collections.abc import Iterable, Sequence
from functools import cache
from typing import Any

from flask import Flask, current_app
from flask_babel import gettext
from markupsafe import Markup

from wzo.extensions import AnyRow
from wzo.i18n import LANGUAGES, current_language, in_language
from wzo.media import renditions
from wzo.paths import url_for
from wzo.templating import full_url

CONTEXT = "https://schema.org"
OWN_SITE = "https://women-in-prison.ru"
# Longer headlines are not shown: https://developers.google.com/search/docs/appearance/structured-data/article
MAX_HEADLINE_LENGTH = 110
# The characters that would end the script element, or a line in old parsers.
UNSAFE = re.compile("[<>&\u2028\u2029]")
ENCODER = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))

Data = dict[str, Any]
# The title and path of each page above a page, from the top.
Breadcrumbs = Sequence[tuple[str, str]]


def organization(members: Iterable[AnyRow] = ()) -> Data:
    """The group, with its members if a page shows them."""
    others = [language for language in LANGUAGES if language != current_language()]
    people = [{**_person(member), **({"jobTitle": member.role} if member.role else {})} for member in members]
    return {
        "@context": CONTEXT,
        **_publisher(),
        "alternateName": [_name_in(language) for language in others],
        "description": gettext(
            "An investigative and human rights initiative on women, children, LGBT people, patients and "
            "migrants in Russian prisons."
        ),
        "sameAs": OWN_SITE,
        "award": gettext("The Russian national prize “Civic Initiative”, “Air of Freedom” category, December 2018"),
        **({"member": people} if people else {}),
    }


def article(story: AnyRow, series: AnyRow | None, authors: Sequence[AnyRow] = ()) -> Data:
    """A story; its date of publication is as precise as is known, and left out if nothing is.

    `authors` are members of the team; if there are none, the group is the author.
    """
    url = full_url(url_for("stories.show", slug=story.slug))
    data = {
        "@context": CONTEXT,
        "@type": "Article",
        "headline": truncate_headline(story.title),
        "inLanguage": current_language(),
        "dateModified": story.changed_at.isoformat(),
        "author": [_person(one) for one in authors] or _publisher(),
        "publisher": _publisher(),
        "mainEntityOfPage": url,
        "url": url,
        "image": full_url(renditions.rendition_url(story.picture, "wide.jpg")) if story.picture else f"{url}card.png",
    }
    if story.summary:
        data["description"] = story.summary
    if story.published_on:
        data["datePublished"] = story.published_on
    if series:
        data["isPartOf"] = {
            "@type": "CreativeWorkSeries",
            "name": series.title,
            "url": full_url(url_for("stories.series", slug=series.slug)),
        }
        data["position"] = story.part
    return data


def person(member: AnyRow) -> Data:
    """A member of the team, on their own page."""
    data = {"@context": CONTEXT, **_person(member), "worksFor": _publisher()}
    if member.role:
        data["jobTitle"] = member.role
    if member.portrait:
        data["image"] = full_url(renditions.rendition_url(member.portrait, "square.jpg"))
    return data


def movie(film: AnyRow) -> Data:
    """A project that is a film, with those of its particulars for which schema.org has a property."""
    url = full_url(url_for("projects.show", slug=film.slug))
    data = {
        "@context": CONTEXT,
        "@type": "Movie",
        "name": film.title,
        "description": film.summary,
        "url": url,
        "image": f"{url}card.png",
        **({"datePublished": film.published_on} if film.published_on else {}),
    }
    properties = {
        gettext("Director"): ("director", "Person"),
        gettext("Country"): ("countryOfOrigin", "Country"),
        gettext("Subtitles"): ("subtitleLanguage", "Language"),
    }
    for line in film.particulars.splitlines():
        label, _, value = (part.strip() for part in line.partition(":"))
        if label in properties and value:
            name, type_ = properties[label]
            data[name] = {"@type": type_, "name": value}
    return data


def breadcrumbs(pages: Breadcrumbs) -> Data:
    """The breadcrumbs of a page, as they are shown above its title."""
    return {
        "@context": CONTEXT,
        "@type": "BreadcrumbList",
        "itemListElement": [
            {"@type": "ListItem", "position": position, "name": name, "item": full_url(path)}
            for position, (name, path) in enumerate(pages, start=1)
        ],
    }


def truncate_headline(title: str) -> str:
    """A title, cut between words if it is longer than 110 characters."""
    if len(title) <= MAX_HEADLINE_LENGTH:
        return title
    cut, space, _ = title[:MAX_HEADLINE_LENGTH].rpartition(" ")
    return f"{(cut if space else title[: MAX_HEADLINE_LENGTH - 1]).rstrip(' ,.:;—–-')}…"


def json_ld(data: Data) -> Markup:
    """JSON that is safe inside a script element: nothing in it ends the element."""
    return Markup(UNSAFE.sub(lambda match: f"\\u{ord(match[0]):04x}", ENCODER.encode(data)))  # noqa: S704


def _person(member: AnyRow) -> Data:
    return {"@type": "Person", "name": member.name, "url": full_url(url_for("team.show", slug=member.slug))}


def _publisher() -> Data:
    static_files: Any = current_app.jinja_env.globals["static_files"]
    return {
        "@type": "Organization",
        "name": _name_in(current_language()),
        "url": full_url(url_for("home.index")),
        "logo": full_url(static_files.urls["covers/mark.svg"]),
    }


@cache
def _name_in(language: str) -> str:
    with in_language(language):
        return str(gettext("Woman. Prison. Society"))


def init_app(app: Flask) -> None:
    """Let templates build structured data and print it: `{{ article(story, series) | json_ld }}`."""
    app.jinja_env.filters["json_ld"] = json_ld
    app.jinja_env.globals.update(
        organization=organization, person=person, article=article, movie=movie, breadcrumbs=breadcrumbs
    )
