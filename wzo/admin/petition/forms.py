"""The forms by which signatures are chosen and taken out."""

from datetime import date

from flask_babel import lazy_gettext
from wtforms import DateField, FileField, Form, HiddenField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, Optional

from wzo.forms import refuse
from wzo.petition.tokens import HIGHEST_ID, RECEIPT

LONGEST_REASON = 300
# More than these are taken out in several goes.
MOST_RECEIPTS = 10_000
DAY_MISSING = lazy_gettext("Enter a date, for example 2026-11-24.")


class DayField(DateField):
    """A day as browsers send it, 2026-11-24."""

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read the day, or say how it is written."""
        try:
            super().process_formdata(valuelist)
        except ValueError:
            raise ValueError(str(DAY_MISSING)) from None


class ChooseDaysForm(Form):
    """The signatures that were confirmed from one day to another, both included."""

    first = DayField(lazy_gettext("From"), [InputRequired(DAY_MISSING)])
    last = DayField(lazy_gettext("To"), [InputRequired(DAY_MISSING)])

    def validate_last(self, field: DateField) -> None:
        """Refuse a last day before the first."""
        if self.first.data and field.data and field.data < self.first.data:
            raise refuse(lazy_gettext("The last day is before the first."))


class ChooseReceiptsForm(Form):
    """The signatures with some receipts, one a line, typed or in a file. Nothing else may be among them."""

    receipts = TextAreaField(lazy_gettext("Receipts, one per line"))
    file = FileField(lazy_gettext("Or a text file with the receipts"))

    def validate_receipts(self, field: TextAreaField) -> None:
        """Read the receipts into `chosen`; whatever else was sent is refused and not shown again."""
        words = f"{field.data or ''}\n{self._text_of_file()}".upper().split()
        self.chosen = list(dict.fromkeys(words))
        if not self.chosen:
            raise refuse(lazy_gettext("Paste at least one receipt, or choose a file."))
        if not all(RECEIPT.fullmatch(word) for word in self.chosen):
            field.data = ""
            raise refuse(
                lazy_gettext(
                    "Some of this is not a receipt. Copy only the “receipt” column: names and e-mail addresses must "
                    "stay on your own computer."
                )
            )
        if len(self.chosen) > MOST_RECEIPTS:
            raise refuse(lazy_gettext("Enter no more than %(number)d receipts at once.", number=MOST_RECEIPTS))

    def _text_of_file(self) -> str:
        # What is no text is no receipt either, and is refused as such.
        return self.file.data.read().decode("utf-8-sig", "replace") if self.file.data else ""


class InvalidateForm(Form):
    """What the preview showed, and why it is taken out: `first` and `last`, or `ids`, numbers parted by spaces."""

    reason = StringField(
        lazy_gettext("Reason (for the log)"),
        [
            InputRequired(lazy_gettext("Enter a reason. It is recorded in the log.")),
            Length(max=LONGEST_REASON, message=lazy_gettext("Shorten the reason to %(max)d characters or fewer.")),
        ],
    )
    first = DayField(validators=[Optional()])
    last = DayField(validators=[Optional()])
    ids = HiddenField()

    @property
    def numbers(self) -> list[int]:
        """The signatures of a list; none where days were chosen."""
        words = (self.ids.data or "").split()[:MOST_RECEIPTS]
        numbers = [int(word) for word in words if word.isascii() and word.isdigit() and len(word) < 20]
        return [number for number in numbers if number <= HIGHEST_ID]

    @property
    def days(self) -> tuple[date, date] | None:
        """The days that were chosen, from one to another."""
        return (self.first.data, self.last.data) if self.first.data and self.last.data else None

    def validate_reason(self, field: StringField) -> None:
        """Refuse what names a person: the log is read by all who may."""
        if "@" in (field.data or ""):
            raise refuse(lazy_gettext("Leave out e-mail addresses: the log must not show who signed."))
