"""Keeps the search index up to date: live texts can be found; others leave no trace.

Changes are noticed by index_updates.py; code that writes in other ways calls `reindex` or `unindex`.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from sqlalchemy import delete, func, insert, select, text

from wzo.cms.content_types import ContentType, registry
from wzo.content_version import bump_content_version
from wzo.extensions import AnyRow, db, upsert, write_transaction
from wzo.i18n import LANGUAGES
from wzo.invisible_characters import drop_invisible_characters
from wzo.markdown import plain_text
from wzo.search.analysis import ANALYSIS_VERSION, MAX_WORD_LENGTH, Term, cached_stem, tokenize
from wzo.search.models import SearchDocument, SearchWord
from wzo.search.queries import COLUMNS, occurs_anywhere
from wzo.social_cards import delete_cards

CHUNK = 200
MIN_WORD_LENGTH = 3


def searchable_types() -> list[ContentType]:
    """The content types that the readers' search indexes."""
    return [content_type for content_type in registry.values() if content_type.searchable]


def reindex(content_type: ContentType, ids: Iterable[int]) -> None:
    """Index the texts of some objects again, in the caller's transaction."""
    # First, because all indexing waits for this lock: no transaction reads a text that another is unpublishing.
    bump_content_version()
    for chunk in _chunks(ids):
        old_words = _delete_documents(content_type, chunk)
        new_words = _add_documents(content_type, chunk)
        _forget_words(old_words - new_words)
        _delete_stale_cards(content_type, chunk)


def unindex(content_type: ContentType, ids: Iterable[int]) -> None:
    """Remove some objects from the index, in the caller's transaction, before they are deleted."""
    bump_content_version()
    for chunk in _chunks(ids):
        _forget_words(_delete_documents(content_type, chunk))
        _delete_stale_cards(content_type, chunk)


def rebuild() -> int:
    """Rebuild the whole index, a few hundred objects to a transaction; returns the number of live texts."""
    for content_type in searchable_types():
        for chunk in _chunks(db.session.scalars(select(content_type.owner_column).distinct())):
            with write_transaction():
                reindex(content_type, chunk)
    with write_transaction():
        forget_unused_words()
    return len(db.session.scalars(select(SearchDocument.id)).all())


def forget_unused_words() -> None:
    """Remove words from the vocabulary that occur in no live text in this form, in the caller's transaction.

    Editing leaves a form of a word there as long as another form of it occurs anywhere.
    """
    columns = (SearchDocument.title, SearchDocument.summary, SearchDocument.text)
    texts = db.session.execute(select(*columns).execution_options(yield_per=CHUNK))
    used = {word for row in texts for column in row for word in tokenize(column)}
    _delete_words(word for word in db.session.scalars(select(SearchWord.word)) if word not in used)
    bump_content_version()


def index_missing() -> None:
    """Index the live texts that are not indexed yet, or were indexed before the analysis of texts was changed.

    In small transactions, so that readers can read and search meanwhile.
    """
    for content_type in searchable_types():
        owner, model = content_type.owner_column, content_type.text
        indexed = (
            (SearchDocument.content_type == content_type.key)
            & (SearchDocument.object_id == owner)
            & (SearchDocument.language == model.language)
        )
        version = func.coalesce(SearchDocument.analysis_version, 0)
        missing = select(owner).outerjoin(SearchDocument, indexed)
        missing = missing.where(content_type.searched_condition, version != ANALYSIS_VERSION)
        for chunk in _chunks(db.session.scalars(missing)):
            with write_transaction():
                reindex(content_type, chunk)


def _chunks(ids: Iterable[int]) -> Iterator[list[int]]:
    wanted = sorted(set(ids))
    for start in range(0, len(wanted), CHUNK):
        yield wanted[start : start + CHUNK]


def _documents_of(content_type: ContentType, ids: Sequence[int]) -> tuple[Any, ...]:
    return SearchDocument.content_type == content_type.key, SearchDocument.object_id.in_(ids)


def _delete_documents(content_type: ContentType, ids: Sequence[int]) -> set[str]:
    """Delete documents from the index; returns the words in them."""
    wanted = _documents_of(content_type, ids)
    columns = (SearchDocument.title, SearchDocument.summary, SearchDocument.text)
    old = db.session.execute(select(*columns).where(*wanted)).all()
    db.session.execute(delete(SearchDocument).where(*wanted))
    return {word for row in old for column in row for word in tokenize(column)}


def _add_documents(content_type: ContentType, ids: Sequence[int]) -> set[str]:
    """Add the live texts to the index; returns the words in them."""
    documents = _make_documents(content_type, ids)
    if not documents:
        return set()
    columns = (SearchDocument.id, SearchDocument.object_id, SearchDocument.language)
    added = db.session.execute(insert(SearchDocument).returning(*columns), documents)
    numbers = {(row.object_id, row.language): row.id for row in added}
    for document in documents:
        document["rowid"] = numbers[document["object_id"], document["language"]]
    return _index_words(documents)


def _make_documents(content_type: ContentType, ids: Sequence[int]) -> list[dict[str, Any]]:
    owner, model = content_type.owner_column, content_type.text
    texts = db.session.execute(
        select(owner.label("object_id"), model.__table__).where(owner.in_(ids), content_type.searched_condition)
    ).all()
    return [
        {
            "content_type": content_type.key,
            "object_id": row.object_id,
            "language": row.language,
            "title": drop_invisible_characters(getattr(row, content_type.title)),
            "summary": drop_invisible_characters(getattr(row, content_type.summary)),
            "analysis_version": ANALYSIS_VERSION,
            "text": _text_of(content_type, row),
        }
        for row in texts
    ]


def _text_of(content_type: ContentType, row: AnyRow) -> str:
    texts = (plain_text(getattr(row, name)) for name in content_type.searchable)
    return drop_invisible_characters("\n\n".join(filter(None, texts)))


def _index_words(documents: list[dict[str, Any]]) -> set[str]:
    """Add the words of new documents to the index and the vocabulary; returns the words."""
    sqlite = db.engine.dialect.name == "sqlite"
    rows, words = [], set[str]()
    for document in documents:
        row = {"rowid": document["rowid"]}
        for column in COLUMNS:
            found = tokenize(document[column])
            words.update(found)
            stems = [cached_stem(word) for word in found]
            row[column] = " ".join(stems) if sqlite else _tsvector(stems)
        rows.append(row)
    value = "{}" if sqlite else "CAST({} AS tsvector)"
    values = ", ".join(value.format(f":{column}") for column in COLUMNS)
    db.session.execute(text(f"INSERT INTO search_index (rowid, title, summary, text) VALUES (:rowid, {values})"), rows)
    known = [
        {"word": word, "stem": cached_stem(word)}
        for word in sorted(words)
        if MIN_WORD_LENGTH <= len(word) <= MAX_WORD_LENGTH and not any(letter.isdigit() for letter in word)
    ]
    if known:
        # A word that was indexed by an earlier version of the analysis gets its new stem.
        add = upsert(SearchWord)
        db.session.execute(add.on_conflict_do_update(index_elements=["word"], set_={"stem": add.excluded.stem}), known)
    return words


def _tsvector(stems: list[str]) -> str:
    """A tsvector in PostgreSQL's own notation; it is given stems, so that PostgreSQL's dictionaries are not used."""
    positions: dict[str, list[str]] = {}
    for position, stem in enumerate(stems, start=1):
        positions.setdefault(stem, []).append(str(position))
    return " ".join(f"'{stem}':{','.join(at)}" for stem, at in positions.items())


def _forget_words(words: Iterable[str]) -> None:
    """Remove words from the vocabulary whose stems occur in no live text any more."""
    by_stem: dict[str, list[str]] = {}
    for word in words:
        by_stem.setdefault(cached_stem(word), []).append(word)
    _delete_words(word for stem, forms in by_stem.items() if not occurs_anywhere(Term((stem,), stem)) for word in forms)


def _delete_words(words: Iterable[str]) -> None:
    gone = list(words)
    for start in range(0, len(gone), CHUNK):
        db.session.execute(delete(SearchWord).where(SearchWord.word.in_(gone[start : start + CHUNK])))


def _delete_stale_cards(content_type: ContentType, ids: Sequence[int]) -> None:
    """Delete the link-preview images of what is not live."""
    model = content_type.model
    documents = db.session.execute(
        select(SearchDocument.object_id, SearchDocument.language).where(*_documents_of(content_type, ids))
    )
    live = {(row.object_id, row.language) for row in documents}
    slugs = db.session.execute(select(model.id, model.slug).where(model.id.in_(ids)))
    pairs = [(one, slug, language) for one, slug in slugs for language in LANGUAGES]
    delete_cards(
        content_type.endpoint, [(language, slug) for one, slug, language in pairs if (one, language) not in live]
    )
