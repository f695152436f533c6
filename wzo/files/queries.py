"""Queries for uploaded files."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import NamedTuple

from flask import abort
from sqlalchemy import select

from wzo.content_version import cached_until_content_changes
from wzo.extensions import AnyRow, db
from wzo.files.formats import FORMATS, Format
from wzo.files.models import File, FileText
from wzo.files.reference_index import file_uses
from wzo.i18n import LANGUAGES


class ShownFile(NamedTuple):
    """A file as a text shows it; `captions` are the languages of its captions, `size` is in bytes."""

    key: str
    suffix: str
    size: int
    version: int
    has_poster: bool
    captions: tuple[str, ...]
    transcript: str

    @property
    def format(self) -> Format:
        """The entry of its suffix in FORMATS."""
        return FORMATS[self.suffix]


@dataclass
class FileListItem:
    """A file as the panel lists it; `titles` by language."""

    id: int
    key: str
    name: str
    suffix: str
    size: int
    used: bool
    deleted: bool
    titles: dict[str, str] = field(default_factory=dict)

    @property
    def format(self) -> Format:
        """The entry of its suffix in FORMATS."""
        return FORMATS[self.suffix]

    @property
    def languages_without_title(self) -> list[str]:
        """The languages in which it has no title."""
        return [code for code in LANGUAGES if not self.titles.get(code)]

    def title(self, language: str) -> str:
        """Its title in a language, else in another, else its name."""
        return self.titles.get(language) or next((it for it in self.titles.values() if it), "") or self.name


def get_file_for_serving(key: str) -> AnyRow | None:
    """The columns with which the view serves a file or refuses it; `live`: whether a live object uses it."""
    return db.session.execute(
        select(
            File.id,
            File.key,
            File.suffix,
            File.size,
            File.version,
            File.has_poster,
            File.updated_at,
            File.deleted_at,
            File.first_published_at,
            file_uses.has_use(live_only=True).label("live"),
        ).where(File.key == key)
    ).first()


def get_file_or_404(file_id: int) -> File:
    """An uploaded file, even one in the bin."""
    return db.session.get(File, file_id) or abort(404)


def get_texts(file_id: int) -> dict[str, FileText]:
    """The titles, captions and transcripts of a file by language, for the languages that have any."""
    rows = db.session.scalars(select(FileText).where(FileText.file_id == file_id))
    return {row.language: row for row in rows}


def get_captions(file_id: int, language: str) -> str:
    """The captions of a recording in a language; empty if there are none."""
    captions = select(FileText.captions).where(FileText.file_id == file_id, FileText.language == language)
    return db.session.scalar(captions) or ""


def get_download_title(file_id: int) -> str:
    """The title by which a file is saved: the first that it has, in the order of the languages."""
    titles = {code: text.title for code, text in get_texts(file_id).items()}
    return next((titles[code] for code in LANGUAGES if titles.get(code)), "")


def files_exist(keys: set[str]) -> bool:
    """Whether all keys are those of files that are not in the bin."""
    if not keys:
        return True
    return set(db.session.scalars(select(File.key).where(File.key.in_(keys), File.deleted_at.is_(None)))) == keys


def get_shown_files(keys: Iterable[str], language: str) -> tuple[ShownFile, ...]:
    """The files with these keys, as a text in a language shows them; those in the bin are not among them."""
    wanted = tuple(sorted(keys))
    return _read_shown_files(wanted, language) if wanted else ()


@cached_until_content_changes
def _read_shown_files(keys: tuple[str, ...], language: str) -> tuple[ShownFile, ...]:
    files = db.session.scalars(select(File).where(File.key.in_(keys), File.deleted_at.is_(None)).order_by(File.key))
    return tuple(_shown(file, get_texts(file.id), language) for file in files.all())


def _shown(file: File, texts: dict[str, FileText], language: str) -> ShownFile:
    captions = tuple(code for code in LANGUAGES if code in texts and texts[code].captions)
    transcript = texts[language].transcript if language in texts else ""
    return ShownFile(file.key, file.suffix, file.size, file.version, file.has_poster, captions, transcript)


def find_files(query: str = "", only: str = "") -> list[FileListItem]:
    """The files whose name or title contains all words of a query, the newest first.

    `only`: "untitled" for those without a title in a language, "unused", or "deleted" for those in the bin.
    """
    words = _fold(query).split()
    return [
        file
        for file in _list_files(deleted=only == "deleted")
        if (only != "untitled" or file.languages_without_title)
        and (only != "unused" or not file.used)
        and all(word in _fold(" ".join([file.name, *file.titles.values()])) for word in words)
    ]


def _list_files(*, deleted: bool) -> list[FileListItem]:
    """All files, the newest first; filtered in Python as pictures are (see wzo/media/queries.py)."""
    rows = db.session.execute(
        select(File.id, File.key, File.name, File.suffix, File.size, file_uses.has_use().label("used"), File.deleted_at)
        .where(File.deleted_at.is_not(None) if deleted else File.deleted_at.is_(None))
        .order_by(File.id.desc())
    )
    files = {row.id: FileListItem(*row[:-1], deleted=row.deleted_at is not None) for row in rows}
    for text in db.session.execute(select(FileText.file_id, FileText.language, FileText.title)):
        if text.file_id in files:
            files[text.file_id].titles[text.language] = text.title
    return list(files.values())


def _fold(text: str) -> str:
    return text.casefold().replace("ё", "е")
