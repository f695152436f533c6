"""What is read of petitions and signatures."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from flask import abort
from sqlalchemy import ColumnElement, func, select

from wzo.codes import parse_code
from wzo.config import settings
from wzo.extensions import AnyRow, AnySelect, db
from wzo.i18n import LANGUAGES
from wzo.petition.models import (
    Petition,
    PetitionText,
    PetitionUpdate,
    PetitionUpdateText,
    Signature,
    SignatureCount,
    SignatureDay,
    SignatureState,
)
from wzo.petition.tokens import code_hash, read_receipt
from wzo.publication import State, raise_if_slug_changed

NAMES_SHOWN = 12
# The steps by which a petition without a goal of its own grows.
FIRST_GOAL = 100
# So many rows are held at a time where all signatures are gone through.
CHUNK = 1_000


@dataclass(frozen=True, slots=True)
class Count:
    """The public count of a petition and the number that it is on its way to."""

    confirmed: int
    goal: int

    @property
    def percent(self) -> int:
        """How far it is, from 0 to 100."""
        return min(100, self.confirmed * 100 // self.goal)


class FoundSignature(NamedTuple):
    """A signature found by its code, and the language of the mail that held it."""

    signature: Signature
    code: str
    language: str


def get_petition_or_404(slug: str, language: str) -> AnyRow:
    """A published petition with its text in a language: columns of both as one row."""
    row = db.session.execute(_petitions(language).where(Petition.slug == slug)).first()
    if row is None:
        raise_if_slug_changed(Petition, slug)
    return row or abort(404)


def get_petition_by_id(petition_id: int, language: str) -> AnyRow | None:
    """A published petition by its number."""
    return db.session.execute(_petitions(language).where(Petition.id == petition_id)).first()


def get_current_petition(language: str) -> AnyRow | None:
    """The first petition that is open, else the one closed last, else None."""
    return db.session.execute(
        _petitions(language)
        .order_by(Petition.closed_on.is_not(None), Petition.closed_on.desc(), Petition.position)
        .limit(1)
    ).first()


def get_languages(petition_id: int) -> Sequence[str]:
    """The languages in which a petition is published."""
    return db.session.scalars(
        select(PetitionText.language)
        .where(PetitionText.petition_id == petition_id, PetitionText.state == State.LIVE)
        .order_by(PetitionText.language)
    ).all()


def get_count(petition_id: int, goal: int | None) -> Count:
    """The kept count: exactly the confirmed signatures."""
    total = db.session.scalar(
        select(func.coalesce(func.sum(SignatureCount.confirmed), 0)).where(SignatureCount.petition_id == petition_id)
    )
    confirmed = int(total or 0)
    return Count(confirmed, goal or next_goal(confirmed))


def recount(petition_id: int) -> int:
    """The confirmed signatures, counted one by one; `get_count` must always agree."""
    return _count_in_state(petition_id, SignatureState.CONFIRMED)


def next_goal(confirmed: int) -> int:
    """The next round number above a count: 100, 250, 500, 1000, 2500…"""
    step = FIRST_GOAL
    while True:
        for goal in (step, step * 5 // 2, step * 5):
            if goal > confirmed:
                return goal
        step *= 10


def get_recent_public_names(petition_id: int) -> Sequence[str]:
    """The names of those who signed last and chose to be seen."""
    names = db.session.scalars(
        select(Signature.public_name)
        .where(Signature.petition_id == petition_id, Signature.public_name.is_not(None))
        .order_by(Signature.confirmed_on.desc(), Signature.id.desc())
        .limit(NAMES_SHOWN)
    )
    return [name for name in names if name]


def find_signature_by_code(text: str) -> FoundSignature | None:
    """The signature whose mail held this code, or None."""
    code = parse_code(text)
    if code is None:
        return None
    key = settings().signature_hmac_key
    languages = {code_hash(key, code, language): language for language in LANGUAGES}
    signature = db.session.scalars(select(Signature).where(Signature.code_hash.in_(languages))).first()
    return FoundSignature(signature, code, languages[signature.code_hash]) if signature else None


def get_confirmed_sealed(petition_id: int) -> Iterator[AnyRow]:
    """Number, day and sealed box of every confirmed signature, by day and number, a few at a time.

    Numbers are random, so that the order tells no more than the days. It is that of an index: nothing is sorted.
    """
    yield from db.session.execute(
        select(Signature.id, Signature.confirmed_on, Signature.sealed)
        .where(Signature.petition_id == petition_id, Signature.state == SignatureState.CONFIRMED)
        .order_by(Signature.confirmed_on, Signature.id)
        .execution_options(yield_per=CHUNK)
    )


def count_pending(petition_id: int) -> int:
    """The signatures that wait for their letter to be answered."""
    return _count_in_state(petition_id, SignatureState.PENDING)


def count_by_day(petition_id: int, first: date | None = None, last: date | None = None) -> Sequence[AnyRow]:
    """The kept counts of those who confirmed on each `day`: `number`; days without any are left out."""
    return db.session.execute(
        select(SignatureDay.day, func.sum(SignatureDay.confirmed).label("number"))
        .where(SignatureDay.petition_id == petition_id)
        .where(*([SignatureDay.day >= first] if first else []), *([SignatureDay.day <= last] if last else []))
        .group_by(SignatureDay.day)
        .having(func.sum(SignatureDay.confirmed) != 0)
        .order_by(SignatureDay.day)
    ).all()


def get_confirmed_ids(petition_id: int, first: date, last: date, limit: int) -> Sequence[int]:
    """The numbers of signatures that were confirmed from one day to another."""
    of_days = select(Signature.id).where(*_confirmed(petition_id), Signature.confirmed_on.between(first, last))
    return db.session.scalars(of_days.limit(limit)).all()


def find_by_receipts(petition_id: int, receipts: Iterable[str]) -> Sequence[int]:
    """The numbers of those confirmed signatures of a petition that have one of these receipts."""
    key = settings().signature_hmac_key
    numbers = [number for receipt in receipts if (number := read_receipt(key, receipt)) is not None]
    return db.session.scalars(select(Signature.id).where(*_confirmed(petition_id), Signature.id.in_(numbers))).all()


def count_days_of(petition_id: int, ids: Sequence[int]) -> Sequence[AnyRow]:
    """How many of some signatures count, by the `day` on which they were confirmed: `number`."""
    return db.session.execute(
        select(Signature.confirmed_on.label("day"), func.count().label("number"))
        .where(*_confirmed(petition_id), Signature.id.in_(ids))
        .group_by(Signature.confirmed_on)
        .order_by(Signature.confirmed_on)
    ).all()


def get_updates(petition_id: int, language: str) -> Sequence[AnyRow]:
    """The news of a petition that are live in a language, newest first."""
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
    return Signature.petition_id == petition_id, Signature.state == SignatureState.CONFIRMED


def _count_in_state(petition_id: int, state: str) -> int:
    return (
        db.session.scalar(
            select(func.count())
            .select_from(Signature)
            .where(Signature.petition_id == petition_id, Signature.state == state)
        )
        or 0
    )


def _petitions(language: str) -> AnySelect:
    return (
        select(
            Petition.id,
            Petition.slug,
            Petition.goal,
            Petition.closed_on,
            PetitionText.title,
            PetitionText.summary,
            PetitionText.demand,
            PetitionText.author,
            PetitionText.body,
            PetitionText.content_notice,
        )
        .join(PetitionText, PetitionText.petition_id == Petition.id)
        .where(PetitionText.language == language, PetitionText.state == State.LIVE)
    )


def signature_exists(signature_id: int) -> bool:
    """Whether there is still anything to erase."""
    return db.session.scalar(select(Signature.id).where(Signature.id == signature_id)) is not None


def was_signed(petition_id: int) -> bool:
    """Whether anybody ever signed a petition, even if they withdrew."""
    return any(
        db.session.scalar(select(model.petition_id).where(model.petition_id == petition_id).limit(1)) is not None
        for model in (Signature, SignatureCount, SignatureDay)
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
