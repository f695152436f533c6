"""What machines read in a page: descriptions after https://schema.org, as JSON-LD."""

import json
from collections.abc import Iterable, Sequence
from typing import Any

from flask import Flask, current_app, url_for
from flask_babel import force_locale, gettext
from markupsafe import Markup

from wzo.extensions import AnyRow
from wzo.i18n import LANGUAGES, current_language
from wzo.media import files
from wzo.templating import full_url

CONTEXT = "https://schema.org"
OWN_SITE = "https://women-in-prison.ru"
# Longer headlines are not shown: https://developers.google.com/search/docs/appearance/structured-data/article
HEADLINE = 110
# What would end the element, or a line of script in old readers, is written in a way that JSON knows too.
ESCAPES = str.maketrans({sign: f"\\u{ord(sign):04x}" for sign in "<>&\u2028\u2029"})

Data = dict[str, Any]
# The way to a page: the name and the path of each page above it, from the top.
Trail = Sequence[tuple[str, str]]


def organization(members: Iterable[AnyRow] = ()) -> Data:
    """The group, and its people where a page shows them."""
    others = [language for language in LANGUAGES if language != current_language()]
    people = [
        {"@type": "Person", "name": member.name, **({"jobTitle": member.role} if member.role else {})}
        for member in members
    ]
    return {
        "@context": CONTEXT,
        **_group(),
        "alternateName": [_name_in(language) for language in others],
        "description": gettext(
            "An investigative and human rights initiative on women, children, LGBT people, patients and "
            "migrants in Russian prisons."
        ),
        "sameAs": OWN_SITE,
        "award": gettext("The Russian national prize “Civic Initiative”, “Air of Freedom” category, December 2018"),
        **({"member": people} if people else {}),
    }


def article(story: AnyRow, series: AnyRow | None) -> Data:
    """A story; its day of publication is as precise as is known, and left out where nothing is."""
    url = full_url(url_for("stories.show", slug=story.slug))
    data = {
        "@context": CONTEXT,
        "@type": "Article",
        "headline": headline(story.title),
        "inLanguage": current_language(),
        "dateModified": story.changed_at.isoformat(),
        "author": _group(),
        "publisher": _group(),
        "mainEntityOfPage": url,
        "url": url,
        "image": full_url(files.address(story.picture, "wide.jpg")) if story.picture else f"{url}card.png",
    }
    if story.summary:
        data["description"] = story.summary
    if story.published:
        data["datePublished"] = story.published
    if series:
        data["isPartOf"] = {
            "@type": "CreativeWorkSeries",
            "name": series.title,
            "url": full_url(url_for("stories.series", slug=series.slug)),
        }
        data["position"] = story.part
    return data


def movie(film: AnyRow) -> Data:
    """A film among the projects, with those of its particulars that schema.org has a word for."""
    url = full_url(url_for("projects.show", slug=film.slug))
    data = {
        "@context": CONTEXT,
        "@type": "Movie",
        "name": film.title,
        "description": film.summary,
        "url": url,
        "image": f"{url}card.png",
        **({"datePublished": film.published} if film.published else {}),
    }
    words = {
        gettext("A film by"): ("author", "Person"),
        gettext("Country"): ("countryOfOrigin", "Country"),
        gettext("Subtitles"): ("subtitleLanguage", "Language"),
    }
    for line in film.particulars.splitlines():
        label, _, value = (part.strip() for part in line.partition(":"))
        if label in words and value:
            name, kind = words[label]
            data[name] = {"@type": kind, "name": value}
    return data


def breadcrumbs(trail: Trail) -> Data:
    """The way to a page, as it is shown above its title."""
    return {
        "@context": CONTEXT,
        "@type": "BreadcrumbList",
        "itemListElement": [
            {"@type": "ListItem", "position": position, "name": name, "item": full_url(path)}
            for position, (name, path) in enumerate(trail, start=1)
        ],
    }


def headline(title: str) -> str:
    """A title, cut at a word where it is longer than 110 signs."""
    if len(title) <= HEADLINE:
        return title
    cut, space, _ = title[:HEADLINE].rpartition(" ")
    return f"{(cut if space else title[: HEADLINE - 1]).rstrip(' ,.:;—–-')}…"


def json_ld(data: Data) -> Markup:
    """JSON that can stand in a page as it is: nothing in it ends the element that holds it."""
    return Markup(json.dumps(data, ensure_ascii=False, separators=(",", ":")).translate(ESCAPES))  # noqa: S704


def _group() -> Data:
    static_files: Any = current_app.jinja_env.globals["static_files"]
    return {
        "@type": "Organization",
        "name": _name_in(current_language()),
        "url": full_url(url_for("home.index")),
        "logo": full_url(static_files.urls["covers/mark.svg"]),
    }


def _name_in(language: str) -> str:
    with force_locale(language):
        return str(gettext("Woman. Prison. Society"))


def init_app(app: Flask) -> None:
    """Let templates build a description and print it: `{{ article(story, series) | json_ld }}`."""
    app.jinja_env.filters["json_ld"] = json_ld
    app.jinja_env.globals.update(organization=organization, article=article, movie=movie, breadcrumbs=breadcrumbs)
