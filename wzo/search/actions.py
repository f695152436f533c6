"""Keeping the search up to date with the content: what is live can be found, what is not has left no trace.

Changes made through the ORM's objects are followed by themselves; whoever writes by other ways calls `reindex`.
"""

import secrets
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from sqlalchemy import delete, event, insert, select, text, update
from sqlalchemy.orm import ORMExecuteState, Session

from wzo.cards import forget_cards
from wzo.donate.models import (
    AnnualAccount,
    AnnualAccountText,
    DonationGoal,
    DonationGoalText,
    DonationWay,
    DonationWayText,
)
from wzo.extensions import AnyRow, Base, db, upsert, write_transaction
from wzo.home.models import HomeBlock, HomeBlockText, Notice, NoticeText, Page, PageText
from wzo.i18n import LANGUAGES
from wzo.markdown import plain_text
from wzo.petition.models import Petition, PetitionText, PetitionUpdate, PetitionUpdateText
from wzo.projects.models import Fact, FactText, Project, ProjectText, Theme, ThemeText
from wzo.publication import State, now
from wzo.search.models import ContentVersion, SearchDocument, SearchWord
from wzo.search.queries import COLUMNS, stands_anywhere
from wzo.search.words import LONGEST_WORD, Term, stem_of_text, words_of
from wzo.stories.models import Country, CountryText, Series, SeriesText, Story, StoryText
from wzo.team.models import Member, MemberText

THE_ROW = 1
CHUNK = 200
SHORTEST_WORD = 3

# Whose texts are found, by the column that names the owner, and which of their words besides title, summary and body.
OWNERS: dict[str, type[Story | Project | Series]] = {"story_id": Story, "project_id": Project, "series_id": Series}
TEXTS: dict[str, type[StoryText | ProjectText | SeriesText]] = {
    "story_id": StoryText,
    "project_id": ProjectText,
    "series_id": SeriesText,
}
MORE_WORDS = ("credits", "partners", "awards", "particulars")
CONTENT: tuple[type[Base], ...] = (
    *(Story, StoryText, Series, SeriesText, Country, CountryText),
    *(Project, ProjectText, Theme, ThemeText, Fact, FactText),
    *(Petition, PetitionText, PetitionUpdate, PetitionUpdateText),
    *(DonationWay, DonationWayText, DonationGoal, DonationGoalText, AnnualAccount, AnnualAccountText),
    *(HomeBlock, HomeBlockText, Page, PageText, Notice, NoticeText, Member, MemberText),
)

# Where a session notes what it has to do before it commits.
CHANGED = "content_changed"
FACTS = "fact_id"


def content_changed() -> None:
    """Mark a change of the content, in the current transaction, so that every process forgets what it remembered."""
    mark = {"version": secrets.randbelow(2**62) + 1}
    statement = upsert(ContentVersion).values(id=THE_ROW, **mark)
    db.session.execute(statement.on_conflict_do_update(index_elements=["id"], set_=mark))


def reindex(owner: str, ids: Iterable[int]) -> None:
    """Index the texts of some stories ("story_id"), projects or series anew, in the current transaction."""
    # First of all, since this is the lock that all who index wait for: nobody then reads what another is taking down.
    content_changed()
    for chunk in _chunks(ids):
        old_words = _remove_documents(owner, chunk)
        new_words = _add_documents(owner, chunk)
        _forget_words(old_words - new_words)
        _forget_cards(owner, chunk)


def unindex(owner: str, ids: Iterable[int]) -> None:
    """Take some stories, projects or series out of the search, in the current transaction, before they are deleted."""
    content_changed()
    for chunk in _chunks(ids):
        _forget_words(_remove_documents(owner, chunk))
        _forget_cards(owner, chunk)


def rebuild() -> int:
    """Index everything anew, in a transaction for every few hundred things; returns the number of live texts."""
    for owner, model in TEXTS.items():
        column = getattr(model, owner)
        for chunk in _chunks(db.session.scalars(select(column).distinct())):
            with write_transaction():
                reindex(owner, chunk)
    with write_transaction():
        forget_unwritten_words()
    return len(db.session.scalars(select(SearchDocument.id)).all())


def forget_unwritten_words() -> None:
    """Take the words out of the vocabulary that stand in no live text just as they are, in the current transaction.

    Editing leaves a form of a word there as long as another form of it stands anywhere.
    """
    columns = (SearchDocument.title, SearchDocument.summary, SearchDocument.text)
    texts = db.session.execute(select(*columns).execution_options(yield_per=CHUNK))
    written = {word for row in texts for part in row for word in words_of(part)}
    _delete_words(word for word in db.session.scalars(select(SearchWord.word)) if word not in written)
    content_changed()


def index_missing() -> None:
    """Index the live texts that are not yet, as after the migration that brought the search."""
    for owner, model in TEXTS.items():
        column, indexed = getattr(model, owner), getattr(SearchDocument, owner)
        there = (indexed == column) & (SearchDocument.language == model.language)
        missing = select(column).outerjoin(SearchDocument, there).where(model.state == State.LIVE, indexed.is_(None))
        for chunk in _chunks(db.session.scalars(missing)):
            with write_transaction():
                reindex(owner, chunk)


def _chunks(ids: Iterable[int]) -> Iterator[list[int]]:
    wanted = sorted(set(ids))
    for start in range(0, len(wanted), CHUNK):
        yield wanted[start : start + CHUNK]


def _remove_documents(owner: str, ids: Sequence[int]) -> set[str]:
    """Take documents out of the index; returns the words that stood in them."""
    column = getattr(SearchDocument, owner)
    columns = (SearchDocument.title, SearchDocument.summary, SearchDocument.text)
    old = db.session.execute(select(*columns).where(column.in_(ids))).all()
    db.session.execute(delete(SearchDocument).where(column.in_(ids)))
    return {word for row in old for part in row for word in words_of(part)}


def _add_documents(owner: str, ids: Sequence[int]) -> set[str]:
    """Put what is live into the index; returns the words that stand in it."""
    documents = _documents(owner, ids)
    if not documents:
        return set()
    column = getattr(SearchDocument, owner)
    added = insert(SearchDocument).returning(SearchDocument.id, column, SearchDocument.language)
    numbers = {(row[1], row[2]): row[0] for row in db.session.execute(added, documents)}
    for document in documents:
        document["rowid"] = numbers[document[owner], document["language"]]
    return _index_words(documents)


def _documents(owner: str, ids: Sequence[int]) -> list[dict[str, Any]]:
    model = TEXTS[owner]
    texts = db.session.execute(
        select(model.__table__).where(getattr(model, owner).in_(ids), model.state == State.LIVE)
    ).all()
    facts = _facts(owner, ids)
    return [
        {
            owner: getattr(row, owner),
            "language": row.language,
            "title": row.title,
            "summary": row.summary,
            "text": _text_of(row, facts.get((getattr(row, owner), row.language), [])),
        }
        for row in texts
    ]


def _facts(owner: str, ids: Sequence[int]) -> dict[tuple[int, str], list[str]]:
    """The facts and figures of some stories or projects, by their id and the language."""
    facts: dict[tuple[int, str], list[str]] = {}
    if hasattr(Fact, owner):
        column = getattr(Fact, owner)
        rows = db.session.execute(
            select(column, FactText.language, FactText.figure, FactText.text, FactText.source)
            .join(FactText, FactText.fact_id == Fact.id)
            .where(column.in_(ids))
            .order_by(Fact.position)
        )
        for thing, language, *words in rows:
            facts.setdefault((thing, language), []).append(" ".join(words))
    return facts


def _text_of(row: AnyRow, facts: list[str]) -> str:
    more = [getattr(row, name, "") for name in MORE_WORDS]
    return "\n\n".join(part for part in (plain_text(row.body), *facts, *map(plain_text, more)) if part)


def _index_words(documents: list[dict[str, Any]]) -> set[str]:
    """Enter the words of new documents into the index and the vocabulary; returns the words."""
    sqlite = db.engine.dialect.name == "sqlite"
    rows, words = [], set[str]()
    for document in documents:
        row = {"rowid": document["rowid"]}
        for column in COLUMNS:
            found = words_of(document[column])
            words.update(found)
            stems = [stem_of_text(word) for word in found]
            row[column] = " ".join(stems) if sqlite else _tsvector(stems)
        rows.append(row)
    value = "{}" if sqlite else "CAST({} AS tsvector)"
    values = ", ".join(value.format(f":{column}") for column in COLUMNS)
    db.session.execute(text(f"INSERT INTO search_index (rowid, title, summary, text) VALUES (:rowid, {values})"), rows)
    known = [
        {"word": word, "stem": stem_of_text(word)}
        for word in sorted(words)
        if SHORTEST_WORD <= len(word) <= LONGEST_WORD and not any(letter.isdigit() for letter in word)
    ]
    if known:
        db.session.execute(upsert(SearchWord).on_conflict_do_nothing(), known)
    return words


def _tsvector(stems: list[str]) -> str:
    """PostgreSQL's own spelling of words with their places; it is given stems, so its dictionaries have no say."""
    places: dict[str, list[str]] = {}
    for place, one in enumerate(stems, start=1):
        places.setdefault(one, []).append(str(place))
    return " ".join(f"'{one}':{','.join(at)}" for one, at in places.items())


def _forget_words(words: Iterable[str]) -> None:
    """Take the words out of the vocabulary whose stems stand in no live text any more."""
    by_stem: dict[str, list[str]] = {}
    for word in words:
        by_stem.setdefault(stem_of_text(word), []).append(word)
    _delete_words(word for one, forms in by_stem.items() if not stands_anywhere(Term((one,), one)) for word in forms)


def _delete_words(words: Iterable[str]) -> None:
    gone = list(words)
    for start in range(0, len(gone), CHUNK):
        db.session.execute(delete(SearchWord).where(SearchWord.word.in_(gone[start : start + CHUNK])))


def _forget_cards(owner: str, ids: Sequence[int]) -> None:
    """Erase the share cards of what is not live."""
    model = OWNERS[owner]
    column = getattr(SearchDocument, owner)
    documents = db.session.execute(select(column, SearchDocument.language).where(column.in_(ids)))
    live = {(one, language) for one, language in documents}
    forget_cards(
        model.__tablename__,
        [
            (language, slug)
            for one, slug in db.session.execute(select(model.id, model.slug).where(model.id.in_(ids)))
            for language in LANGUAGES
            if (one, language) not in live
        ],
    )


def _owners_of_facts(fact_ids: set[int]) -> dict[str, set[int]]:
    """The stories and projects that some facts belong to; their texts count as changed."""
    rows = db.session.execute(select(Fact.story_id, Fact.project_id).where(Fact.id.in_(fact_ids))).all()
    owners = {
        "story_id": {row.story_id for row in rows} - {None},
        "project_id": {row.project_id for row in rows} - {None},
    }
    for owner, ids in owners.items():
        text = TEXTS[owner]
        db.session.connection().execute(update(text).where(getattr(text, owner).in_(ids)).values(changed_at=now()))
    return owners


def _note(session: Session, things: Iterable[object]) -> None:
    changed: dict[str, set[int]] = session.info.setdefault(CHANGED, {owner: set() for owner in (*TEXTS, FACTS)})
    for thing in things:
        if isinstance(thing, FactText):
            changed[FACTS].add(thing.fact_id)
        for owner, model in TEXTS.items():
            if isinstance(thing, model | Fact) and getattr(thing, owner, None) is not None:
                changed[owner].add(getattr(thing, owner))


def _before_flush(session: Session, context: object, instances: object) -> None:
    for thing in session.deleted:
        for owner, model in OWNERS.items():
            if isinstance(thing, model):
                unindex(owner, [thing.id])


def _after_flush(session: Session, context: object) -> None:
    things = [it for it in (*session.new, *session.dirty, *session.deleted) if isinstance(it, CONTENT)]
    if things:
        _note(session, things)


def _on_statement(state: ORMExecuteState) -> None:
    mapper = state.bind_mapper
    if not state.is_select and mapper is not None and issubclass(mapper.class_, CONTENT):
        _note(state.session, ())


def _before_commit(session: Session) -> None:
    session.flush()
    changed: dict[str, set[int]] | None = session.info.pop(CHANGED, None)
    if changed is not None:
        content_changed()
        for owner, ids in _owners_of_facts(changed.pop(FACTS)).items():
            changed[owner] |= ids
        for owner, ids in changed.items():
            if ids:
                reindex(owner, ids)


def _after_rollback(session: Session) -> None:
    session.info.pop(CHANGED, None)


event.listen(db.session, "before_flush", _before_flush)
event.listen(db.session, "after_flush", _after_flush)
event.listen(db.session, "do_orm_execute", _on_statement)
event.listen(db.session, "before_commit", _before_commit)
event.listen(db.session, "after_rollback", _after_rollback)
