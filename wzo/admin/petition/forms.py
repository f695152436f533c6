"""The forms for choosing and invalidating signatures."""

from datetime import date

from flask_babel import lazy_gettext
from wtforms import DateField, FileField, Form, HiddenField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, Optional

from wzo.forms import refuse
from wzo.petition.tokens import MAX_ID, RECEIPT

MAX_REASON_LENGTH = 300
# The most signatures that one form can erase.
MAX_SIGNATURES = 10_000
DAY_MISSING = lazy_gettext("Enter a date, for example 2026-11-24.")


class DayField(DateField):
    """A day in the format that browsers send, 2026-11-24."""

    def process_formdata(self, valuelist: list[str]) -> None:
        """Parse the day; raises ValueError with a message that gives the format."""
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
    """The signatures with certain receipts, one on each line, pasted or in a file. Any other text is refused."""

    receipts = TextAreaField(lazy_gettext("Receipts, one per line"))
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


class InvalidateForm(Form):
    """The signatures of the preview and the reason: `first` and `last` day, or `ids`, separated by spaces."""

    reason = StringField(
        lazy_gettext("Reason (for the log)"),
        [
            InputRequired(lazy_gettext("Enter a reason. It is recorded in the log.")),
            Length(max=MAX_REASON_LENGTH, message=lazy_gettext("Shorten the reason to %(max)d characters or fewer.")),
        ],
    )
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
