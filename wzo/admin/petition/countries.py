"""Editors enter the table of countries that the organisers counted in the opened export."""

from collections.abc import Mapping
from datetime import date

from sqlalchemy import delete, insert, update

from wzo.audit import record
from wzo.extensions import db, write_transaction
from wzo.petition.models import Petition, PetitionCountry
from wzo.transaction_retries import retry_transaction


@retry_transaction
def set_countries(*, petition_id: int, day: date | None, numbers: Mapping[str, int]) -> None:
    """Replace the table of a petition; without a day there is none."""
    with write_transaction():
        # This also locks the petition, so that two editors do not write at once.
        db.session.execute(update(Petition).where(Petition.id == petition_id).values(countries_on=day))
        db.session.execute(delete(PetitionCountry).where(PetitionCountry.petition_id == petition_id))
        rows = [{"petition_id": petition_id, "code": code, "number": number} for code, number in numbers.items()]
        if rows:
            db.session.execute(insert(PetitionCountry), rows)
        record(action="set-countries", object_type="petitions", object_id=petition_id, number=len(rows))
