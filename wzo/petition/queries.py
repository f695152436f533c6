"""Queries for petitions, signatures and counts."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from flask import abort
from sqlalchemy import ColumnElement, bindparam, func, select, tuple_

from wzo.config import settings
from wzo.content_version import cached_until_content_changes
from wzo.extensions import AnyRow, db
from wzo.link_previews import link_preview_columns
from wzo.petition import submission_limits
from wzo.petition.intervals import cached_for_interval
from wzo.petition.models import (
    PaperSignatures,
    Petition,
    PetitionText,
    PetitionUpdate,
    PetitionUpdateText,
    Signature,
    SignatureCount,
    SignatureDay,
    SignatureState,
)
from wzo.petition.tokens import parse_receipt
from wzo.publication import State, raise_if_slug_changed

PUBLIC_NAMES_LIMIT = 12
# The first goal of a petition that has none of its own.
FIRST_GOAL = 100
# The signatures from which the bar towards the goal is shown.
SHOW_BAR_FROM = 10
# Rows held in memory at a time when all signatures are read.
CHUNK_SIZE = 1_000


# Without the ORM, a statement that is built once takes a sixth of the time.
_petitions, _texts = Petition.__table__.c, PetitionText.__table__.c
_LIVE = (_texts.petition_id == _petitions.id, _texts.language == bindparam("language"), _texts.state == State.LIVE)
_PETITIONS = select(
    _petitions.id,
    _petitions.slug,
    _petitions.goal,
    _petitions.closed_on,
    _petitions.paused_on,
    _petitions.key_fingerprint,
    _texts.title,
    _texts.summary,
    _texts.demand,
    _texts.author,
    _texts.body,
    _texts.content_notice,
    *link_preview_columns(_petitions, _texts),
).where(*_LIVE)
_BY_SLUG = _PETITIONS.where(_petitions.slug == bindparam("slug"))
_BY_ID = _PETITIONS.where(_petitions.id == bindparam("id"))
_CURRENT = _PETITIONS.order_by(
    _petitions.closed_on.is_not(None), _petitions.closed_on.desc(), _petitions.position
).limit(1)
_TO_SIGN = select(
    _petitions.id, _petitions.closed_on, _petitions.paused_on, _petitions.key_fingerprint, *submission_limits.USED
).where(*_LIVE, _petitions.slug == bindparam("slug"))


@dataclass(frozen=True, slots=True)
class Count:
    """The public count of a petition, its current goal, and apart from both, the signatures on paper."""

    confirmed: int
    goal: int
    paper: int = 0

    @property
    def has_bar(self) -> bool:
        """Whether there are enough signatures for a bar: an empty one suggests that nobody signs."""
        return self.confirmed >= SHOW_BAR_FROM

    @property
    def percent(self) -> int:
        """Progress towards the goal, from 0 to 100."""
        return min(100, self.confirmed * 100 // self.goal)


@cached_until_content_changes
def get_petition_or_404(slug: str, language: str) -> AnyRow:
    """A published petition with its text in a language, the columns of both in one row."""
    row = db.session.execute(_BY_SLUG, {"slug": slug, "language": language}).first()
    if row is None:
        raise_if_slug_changed(Petition, slug)
    return row or abort(404)


def get_petition_by_id(petition_id: int, language: str) -> AnyRow | None:
    """A published petition by its id, with its text in a language."""
    return db.session.execute(_BY_ID, {"id": petition_id, "language": language}).first()


@cached_until_content_changes
def get_current_petition(language: str) -> AnyRow | None:
    """The first open petition, else the one that closed last, else None."""
    return db.session.execute(_CURRENT, {"language": language}).first()


def get_petition_to_sign(slug: str, language: str, network_bucket: int) -> AnyRow | None:
    """What decides whether a published petition can be signed: its state, and how much of the limits is used."""
    values = {
        "slug": slug,
        "language": language,
        "network_bucket": network_bucket,
        "hour": submission_limits.this_hour(),
    }
    return db.session.execute(_TO_SIGN, values).first()


@cached_until_content_changes
def get_languages(petition_id: int) -> Sequence[str]:
    """The languages in which a petition is published."""
    return db.session.scalars(
        select(PetitionText.language)
        .where(PetitionText.petition_id == petition_id, PetitionText.state == State.LIVE)
        .order_by(PetitionText.language)
    ).all()


def get_count(petition_id: int, goal: int | None) -> Count:
    """The stored count of confirmed signatures, and the petition's goal or else the next round number."""
    confirmed, paper = db.session.execute(
        select(
            select(func.sum(SignatureCount.confirmed))
            .where(SignatureCount.petition_id == petition_id)
            .scalar_subquery(),
            select(func.sum(PaperSignatures.number))
            .where(PaperSignatures.petition_id == petition_id)
            .scalar_subquery(),
        )
    ).one()
    confirmed = int(confirmed or 0)
    return Count(confirmed, goal or next_goal(confirmed), int(paper or 0))


def get_public_count(petition_id: int, goal: int | None) -> Count:
    """The count that the public sees, which changes at five-second intervals; see intervals.py."""
    count = cached_for_interval("count", petition_id, lambda: get_count(petition_id, None))
    return Count(count.confirmed, goal or count.goal, count.paper)


def recount(petition_id: int) -> int:
    """Count the confirmed signatures one by one; `get_count` must always agree.

    Those that were erased after the petition had closed still count; see retention.py.
    """
    erased = db.session.scalar(select(Petition.erased_signatures).where(Petition.id == petition_id)) or 0
    return _count_in_state(petition_id, SignatureState.CONFIRMED) + erased


def next_goal(confirmed: int) -> int:
    """The next round number above a count: 100, 250, 500, 1000, 2500…"""
    step = FIRST_GOAL
    while True:
        for goal in (step, step * 5 // 2, step * 5):
            if goal > confirmed:
                return goal
        step *= 10


def get_recent_public_names(petition_id: int) -> Sequence[str]:
    """The names of the latest signers who chose to be named; they change at intervals, like the count."""
    return cached_for_interval("names", petition_id, lambda: _read_recent_public_names(petition_id))


def _read_recent_public_names(petition_id: int) -> Sequence[str]:
    names = db.session.scalars(
        select(Signature.public_name)
        .where(Signature.petition_id == petition_id, Signature.public_name.is_not(None))
        .order_by(Signature.confirmed_on.desc(), Signature.id.desc())
        .limit(PUBLIC_NAMES_LIMIT)
    )
    return [name for name in names if name]


def get_confirmed_sealed(petition_id: int) -> Iterator[AnyRow]:
    """The id, day, sealed content and `unsubscribed` of every confirmed signature, by day and id.

    Ids are random, so the order reveals no more than the days do. Each chunk is a short read of its own in the order of
    an index, so that nothing is sorted, memory stays constant, and a slow download keeps no transaction open.
    """
    position = tuple_(Signature.confirmed_on, Signature.id)
    statement = (
        select(Signature.id, Signature.confirmed_on, Signature.sealed, Signature.unsubscribed)
        .where(*_confirmed(petition_id), Signature.sealed != b"")
        .order_by(Signature.confirmed_on, Signature.id)
        .limit(CHUNK_SIZE)
    )
    chunk = statement
    while True:
        rows = db.session.execute(chunk).all()
        db.session.rollback()
        if not rows:
            return
        yield from rows
        chunk = statement.where(position > (rows[-1].confirmed_on, rows[-1].id))


def count_pending(petition_id: int) -> int:
    """Count the signatures that were not confirmed yet."""
    return _count_in_state(petition_id, SignatureState.PENDING)


def count_by_day(petition_id: int, first: date | None = None, last: date | None = None) -> Sequence[AnyRow]:
    """The stored count of each `day`: `number` signatures were confirmed on it. Days without any are left out."""
    return db.session.execute(
        select(SignatureDay.day, func.sum(SignatureDay.confirmed).label("number"))
        .where(SignatureDay.petition_id == petition_id)
        .where(*([SignatureDay.day >= first] if first else []), *([SignatureDay.day <= last] if last else []))
        .group_by(SignatureDay.day)
        .having(func.sum(SignatureDay.confirmed) != 0)
        .order_by(SignatureDay.day)
    ).all()


def count_pending_by_day(petition_id: int, first: date, last: date) -> Sequence[AnyRow]:
    """How many signatures submitted on each `day` were not confirmed yet: `number`."""
    return db.session.execute(
        select(Signature.signed_on.label("day"), func.count().label("number"))
        .where(*_in_state(petition_id, SignatureState.PENDING), Signature.signed_on.between(first, last))
        .group_by(Signature.signed_on)
        .order_by(Signature.signed_on)
    ).all()


def get_ids_of_days(petition_id: int, state: SignatureState, first: date, last: date, limit: int) -> Sequence[int]:
    """The ids of the signatures in a state that were confirmed, or else submitted, from one day to another."""
    day = Signature.confirmed_on if state == SignatureState.CONFIRMED else Signature.signed_on
    statement = select(Signature.id).where(*_in_state(petition_id, state), day.between(first, last))
    return db.session.scalars(statement.limit(limit)).all()


def find_by_receipts(petition_id: int, receipts: Iterable[str]) -> Sequence[int]:
    """The ids of a petition's confirmed signatures that have one of these receipts."""
    key = settings().signature_hmac_key
    ids = [signature_id for receipt in receipts if (signature_id := parse_receipt(key, receipt)) is not None]
    return db.session.scalars(select(Signature.id).where(*_confirmed(petition_id), Signature.id.in_(ids))).all()


def count_days_of(petition_id: int, ids: Sequence[int]) -> Sequence[AnyRow]:
    """How many of some signatures are confirmed, by `day` of confirmation: `number`."""
    return db.session.execute(
        select(Signature.confirmed_on.label("day"), func.count().label("number"))
        .where(*_confirmed(petition_id), Signature.id.in_(ids))
        .group_by(Signature.confirmed_on)
        .order_by(Signature.confirmed_on)
    ).all()


@cached_until_content_changes
def get_updates(petition_id: int, language: str) -> Sequence[AnyRow]:
    """A petition's news that is live in a language, newest first."""
    return db.session.execute(
        select(
            PetitionUpdate.id,
            PetitionUpdate.day,
            PetitionUpdateText.title,
            PetitionUpdateText.summary,
            PetitionUpdateText.body,
            PetitionUpdateText.content_notice,
        )
        .join(PetitionUpdateText, PetitionUpdateText.update_id == PetitionUpdate.id)
        .where(
            PetitionUpdate.petition_id == petition_id,
            PetitionUpdateText.language == language,
            PetitionUpdateText.state == State.LIVE,
        )
        .order_by(PetitionUpdate.day.desc(), PetitionUpdate.id.desc())
    ).all()


@cached_until_content_changes
def get_texts_with_updates(petition_id: int) -> Sequence[AnyRow]:
    """The petition's own texts in the languages in which it has news: `language`, `title`, `summary`."""
    languages = (
        select(PetitionUpdateText.language)
        .join(PetitionUpdate, PetitionUpdate.id == PetitionUpdateText.update_id)
        .where(PetitionUpdate.petition_id == petition_id, PetitionUpdateText.state == State.LIVE)
    )
    return db.session.execute(
        select(PetitionText.language, PetitionText.title, PetitionText.summary)
        .where(
            PetitionText.petition_id == petition_id,
            PetitionText.state == State.LIVE,
            PetitionText.language.in_(languages),
        )
        .order_by(PetitionText.language)
    ).all()


def _confirmed(petition_id: int) -> tuple[ColumnElement[bool], ...]:
    return _in_state(petition_id, SignatureState.CONFIRMED)


def _in_state(petition_id: int, state: SignatureState) -> tuple[ColumnElement[bool], ...]:
    return Signature.petition_id == petition_id, Signature.state == state


def _count_in_state(petition_id: int, state: str) -> int:
    return (
        db.session.scalar(
            select(func.count())
            .select_from(Signature)
            .where(Signature.petition_id == petition_id, Signature.state == state)
        )
        or 0
    )


def signature_exists(signature_id: int) -> bool:
    """Whether a signature has not been erased yet."""
    return db.session.scalar(select(Signature.id).where(Signature.id == signature_id)) is not None


def address_is_known(signature_id: int) -> bool:
    """Whether the hash of a signature's e-mail address is still stored; see retention.py."""
    return db.session.scalar(select(Signature.email_hash).where(Signature.id == signature_id)) is not None


def was_signed(petition_id: int) -> bool:
    """Whether anybody ever signed a petition, even if they withdrew."""
    return any(
        db.session.scalar(select(model.petition_id).where(model.petition_id == petition_id).limit(1)) is not None
        for model in (Signature, SignatureCount, SignatureDay, PaperSignatures)
    )


def get_news_page_rows() -> Sequence[AnyRow]:
    """The petitions with live news, for the sitemap: `slug`, `language`, `changed_at` of the latest news."""
    return db.session.execute(
        select(Petition.slug, PetitionUpdateText.language, func.max(PetitionUpdateText.changed_at).label("changed_at"))
        .join(PetitionUpdate, PetitionUpdate.petition_id == Petition.id)
        .join(PetitionUpdateText, PetitionUpdateText.update_id == PetitionUpdate.id)
        .join(
            PetitionText,
            (PetitionText.petition_id == Petition.id) & (PetitionText.language == PetitionUpdateText.language),
        )
        .where(PetitionText.state == State.LIVE, PetitionUpdateText.state == State.LIVE)
        .group_by(Petition.position, Petition.id, Petition.slug, PetitionUpdateText.language)
        .order_by(Petition.position, Petition.id, PetitionUpdateText.language)
    ).all()
