"""The form of a card donation."""

import re
import secrets
from typing import ClassVar

from babel.numbers import get_currency_name
from flask_babel import get_locale, lazy_gettext
from werkzeug.datastructures import MultiDict
from wtforms import Form, HiddenField, RadioField, StringField
from wtforms.validators import InputRequired, Length

from wzo.donate.currencies import (
    CURRENCIES,
    MAX_TEXT_LENGTH,
    Currency,
    InvalidAmount,
    format_amount,
    minor_units,
    parse_amount,
)
from wzo.forms import refuse

ONCE, MONTHLY = "once", "monthly"


class DonateForm(Form):
    """How often, and how much; nothing is preselected. `form_id` identifies each form that is shown."""

    frequency = RadioField(
        lazy_gettext("How often?"),
        [InputRequired(lazy_gettext("Choose whether to give once or every month."))],
        validate_choice=False,
    )
    suggested = RadioField(lazy_gettext("How much?"), validate_choice=False)
    amount = StringField(
        lazy_gettext("Another amount"), [Length(max=MAX_TEXT_LENGTH, message=lazy_gettext("Enter an amount."))]
    )
    form_id = HiddenField()

    frequencies: ClassVar = {ONCE: lazy_gettext("Once"), MONTHLY: lazy_gettext("Every month")}

    def __init__(self, formdata: MultiDict[str, str], currency: Currency) -> None:
        super().__init__(formdata)
        self.currency = currency
        # The valid amount, in minor units.
        self.minor = 0
        if not re.fullmatch(r"[A-Za-z0-9_-]{22}", self.form_id.data or ""):
            self.form_id.data = secrets.token_urlsafe(16)

    @property
    def suggestions(self) -> dict[str, str]:
        """The suggested amounts: the value of each radio button and its formatted amount."""
        code = self.currency.code
        return {str(amount): format_amount(amount * minor_units(code), code) for amount in self.currency.suggested}

    @property
    def formatted_amount(self) -> str:
        """The amount of a valid form, formatted for the reader's language."""
        return format_amount(self.minor, self.currency.code)

    @property
    def monthly(self) -> bool:
        """Whether the donation is monthly."""
        return bool(self.frequency.data == MONTHLY)

    def validate_frequency(self, field: RadioField) -> None:
        """Refuse a frequency that is not offered."""
        if field.data not in self.frequencies:
            raise refuse(lazy_gettext("Choose whether to give once or every month."))

    def validate_amount(self, field: StringField) -> None:
        """Parse the amount that was typed or else chosen; refuse two that differ."""
        typed, chosen = (field.data or "").strip(), self.suggested.data
        if not typed and chosen not in self.suggestions:
            raise refuse(lazy_gettext("Choose an amount, or enter another one."))
        try:
            self.minor = parse_amount(typed or chosen, self.currency)
        except InvalidAmount as error:
            raise refuse(error) from None
        if typed and chosen in self.suggestions and parse_amount(chosen, self.currency) != self.minor:
            raise refuse(
                lazy_gettext("You chose one amount and entered another. Choose “Another”, or empty its field.")
            )


def find_currency(code: str | None) -> Currency:
    """The currency with a code, or else the first one."""
    return CURRENCIES.get((code or "").upper()) or next(iter(CURRENCIES.values()))


def currency_choices() -> list[tuple[str, str]]:
    """The code of each currency, and its label: the code and the name in the reader's language."""
    return [(code, f"{code} – {get_currency_name(code, locale=get_locale())}") for code in CURRENCIES]
