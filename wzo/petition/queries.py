"""What is read of petitions and signatures."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from flask import abort, current_app
from sqlalchemy import func, select

from wzo.extensions import AnyRow, AnySelect, db
from wzo.i18n import LANGUAGES
from wzo.petition.models import Petition, PetitionText, Signature, SignatureCount, SignatureState
from wzo.petition.tokens import code_hash, read_code
from wzo.publication import State, look_elsewhere

NAMES_SHOWN = 12
# The steps by which a petition without a goal of its own grows.
FIRST_GOAL = 100


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
        look_elsewhere(Petition, slug)
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
    return (
        db.session.scalar(
            select(func.count())
            .select_from(Signature)
            .where(Signature.petition_id == petition_id, Signature.state == SignatureState.CONFIRMED)
        )
        or 0
    )


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
    code = read_code(text)
    if code is None:
        return None
    key = current_app.config["SETTINGS"].signature_hmac_key
    languages = {code_hash(key, code, language): language for language in LANGUAGES}
    signature = db.session.scalars(select(Signature).where(Signature.code_hash.in_(languages))).first()
    return FoundSignature(signature, code, languages[signature.code_hash]) if signature else None


def get_confirmed_sealed(petition_id: int) -> Sequence[AnyRow]:
    """Number, day and sealed box of every confirmed signature, in the order of their numbers."""
    return db.session.execute(
        select(Signature.id, Signature.confirmed_on, Signature.sealed)
        .where(Signature.petition_id == petition_id, Signature.state == SignatureState.CONFIRMED)
        .order_by(Signature.id)
    ).all()


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
