"""The forms for choosing and invalidating signatures."""

import re
from datetime import date
from typing import Any

from flask_babel import gettext, lazy_gettext
from flask_wtf.file import FileField
from wtforms import DateField, Form, HiddenField, RadioField, SelectField, StringField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length, Optional

from wzo.clock import today
from wzo.forms import refuse
from wzo.petition.countries import InvalidLine, TooFew, parse_table
from wzo.petition.models import Retention, SignatureState
from wzo.petition.tokens import MAX_ID, RECEIPT
from wzo.written_days import parse_whole_day

MAX_REASON_LENGTH = 300
# The most signatures that one form can erase.
MAX_SIGNATURES = 10_000
DAY_MISSING = lazy_gettext("Enter a date, for example 24.11.2026 or 24 November 2026.")
NOTE_MISSING = lazy_gettext("Say where the signatures come from, for example: meeting in Perm, three sheets.")
NUMBER_MISSING = lazy_gettext("Enter a whole number, for example 214, or −14 to correct an earlier one.")


def state_choices() -> dict[str, str]:
    """The states in which signatures can be chosen by day."""
    return {
        SignatureState.CONFIRMED.value: gettext("Confirmed on these days"),
        SignatureState.PENDING.value: gettext("Submitted on these days and not confirmed"),
    }


class DayField(DateField):
    """A day as browsers send it, 2026-11-24, or as people write it where a browser has no calendar."""

    def process_formdata(self, valuelist: list[str]) -> None:
        """Parse the day; raises ValueError with a message that gives an example."""
        text = valuelist[0] if valuelist else ""
        self.data = parse_whole_day(text)
        if text.strip() and self.data is None:
            raise ValueError(str(DAY_MISSING))


class ChooseDaysForm(Form):
    """The signatures confirmed, or submitted and not confirmed, from one day to another, both included."""

    state = SelectField(lazy_gettext("Which signatures"), choices=state_choices, default=SignatureState.CONFIRMED.value)
    first = DayField(lazy_gettext("From"), [InputRequired(DAY_MISSING)])
    last = DayField(lazy_gettext("To"), [InputRequired(DAY_MISSING)])

    def validate_last(self, field: DateField) -> None:
        """Refuse a last day before the first."""
        if self.first.data and field.data and field.data < self.first.data:
            raise refuse(lazy_gettext("The last day is before the first."))


class ChooseReceiptsForm(Form):
    """The signatures with certain receipts, one on each line, pasted or in a file. Any other text is refused."""

    receipts = TextAreaField(lazy_gettext("Receipts, one per line"))
    # The field of Flask-WTF, which ignores a value that is not a file.
    file = FileField(lazy_gettext("Or a text file with the receipts"))

    def validate_receipts(self, field: TextAreaField) -> None:
        """Parse the receipts into `chosen`; any other text is refused and not shown again."""
        entries = f"{field.data or ''}\n{self._file_text()}".upper().split()
        self.chosen = list(dict.fromkeys(entries))
        if not self.chosen:
            raise refuse(lazy_gettext("Paste at least one receipt, or choose a file."))
        if not all(RECEIPT.fullmatch(entry) for entry in self.chosen):
            field.data = ""
            raise refuse(
                lazy_gettext(
                    "Some of this is not a receipt. Copy only the “receipt” column: names and e-mail addresses must "
                    "stay on your own computer."
                )
            )
        if len(self.chosen) > MAX_SIGNATURES:
            raise refuse(lazy_gettext("Enter no more than %(number)d receipts at once.", number=MAX_SIGNATURES))

    def _file_text(self) -> str:
        # A binary file decodes to something that is not a receipt, and is refused as such.
        return self.file.data.read().decode("utf-8-sig", "replace") if self.file.data else ""


class PaperForm(Form):
    """A number of signatures on paper; a negative one corrects an earlier entry."""

    number = StringField(lazy_gettext("How many"), [InputRequired(NUMBER_MISSING)])
    day = DayField(lazy_gettext("Date"), [InputRequired(DAY_MISSING)])
    note = StringField(
        lazy_gettext("Note for editors"),
        [
            DataRequired(NOTE_MISSING),
            Length(max=MAX_REASON_LENGTH, message=lazy_gettext("Shorten the note to %(max)d characters or fewer.")),
        ],
    )

    def validate_number(self, field: StringField) -> None:
        """Parse the number into `value`; spaces between digits and a typographic minus are understood."""
        digits = "".join((field.data or "").split()).replace("−", "-").replace("–", "-")
        if not re.fullmatch(r"[+-]?[0-9]{1,7}", digits) or int(digits) == 0:
            raise refuse(NUMBER_MISSING)
        self.value = int(digits)

    def validate_day(self, field: DateField) -> None:
        """Refuse a day in the future."""
        if field.data and field.data > today():
            raise refuse(lazy_gettext("This date is in the future."))

    def refuse_fewer_than_none(self, total: int) -> None:
        """Add the error that no more can be subtracted than there are."""
        message = lazy_gettext("Only %(number)d are recorded; no more can be subtracted.", number=total)
        self.number.errors = [message]


class CountriesForm(Form):
    """The table of countries as `wzo-unseal --statistics` prints it; empty: none. `limit`: the public count."""

    table = TextAreaField(lazy_gettext("Table of countries"))

    def __init__(self, *args: Any, limit: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.limit = limit
        self.day: date | None = None
        self.numbers: dict[str, int] = {}

    def validate_table(self, field: TextAreaField) -> None:
        """Parse the table into `day` and `numbers`."""
        text = (field.data or "").strip()
        if not text:
            return
        try:
            self.day, self.numbers = parse_table(text)
        except TooFew as error:
            raise refuse(
                lazy_gettext(
                    "“%(line)s”: a country with fewer than ten signatures is not named. Add it to “other”.",
                    line=str(error),
                )
            ) from None
        except InvalidLine as error:
            if not str(error):
                raise refuse(lazy_gettext("Paste the line with the date, too, for example: date 2026-11-28")) from None
            raise refuse(
                lazy_gettext("“%(line)s” is not a country’s code and a number, such as RU 1234.", line=str(error)[:60])
            ) from None
        if self.day > today():
            raise refuse(lazy_gettext("This date is in the future."))
        if sum(self.numbers.values()) > self.limit:
            raise refuse(
                lazy_gettext("Together this is more than the %(number)d signatures of the petition.", number=self.limit)
            )


def retention_choices() -> dict[str, str]:
    """What can be destroyed of a closed petition; each includes those before."""
    return {
        Retention.ERASE_HASHES.value: gettext("Hashes of e-mail addresses, and signatures that were never confirmed"),
        Retention.ERASE_SIGNATURES.value: gettext("Also the sealed signatures, but not the public names"),
        Retention.ERASE_EVERYTHING.value: gettext("Also the public names"),
    }


class RetentionForm(Form):
    """What to destroy of a closed petition, and its slug as a confirmation."""

    stage = RadioField(lazy_gettext("What to destroy"), choices=retention_choices, default=Retention.ERASE_HASHES.value)
    confirmation = StringField(lazy_gettext("The petition’s page address (URL), to confirm"))

    def __init__(self, *args: Any, slug: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.slug = slug

    def validate_confirmation(self, field: StringField) -> None:
        """Refuse anything but the slug."""
        if (field.data or "").strip() != self.slug:
            raise refuse(lazy_gettext("Type “%(slug)s” to confirm.", slug=self.slug))


class InvalidateForm(Form):
    """The signatures of the preview and the reason.

    They are those in a `state` from the `first` to the `last` day, or those with `ids`, separated by spaces.
    """

    reason = StringField(
        lazy_gettext("Reason (for the log)"),
        [
            InputRequired(lazy_gettext("Enter a reason. It is recorded in the log.")),
            Length(max=MAX_REASON_LENGTH, message=lazy_gettext("Shorten the reason to %(max)d characters or fewer.")),
        ],
    )
    state = SelectField(choices=state_choices, default=SignatureState.CONFIRMED.value)
    first = DayField(validators=[Optional()])
    last = DayField(validators=[Optional()])
    ids = HiddenField()

    @property
    def signature_ids(self) -> list[int]:
        """The ids, if signatures were chosen by receipt."""
        texts = (self.ids.data or "").split()[:MAX_SIGNATURES]
        ids = [int(text) for text in texts if text.isascii() and text.isdigit() and len(text) < 20]
        return [signature_id for signature_id in ids if signature_id <= MAX_ID]

    @property
    def days(self) -> tuple[date, date] | None:
        """The first and the last day, if signatures were chosen by day."""
        return (self.first.data, self.last.data) if self.first.data and self.last.data else None

    def validate_reason(self, field: StringField) -> None:
        """Refuse a reason with an e-mail address: the log must not name signers."""
        if "@" in (field.data or ""):
            raise refuse(lazy_gettext("Leave out e-mail addresses: the log must not show who signed."))
