"""Currencies of card donations, and amounts in them: as donors type them, in minor units and formatted.

Amounts are whole numbers of Stripe's minor units. The number of minor units to a unit, the rounding, and the minimum
and maximum amounts follow https://docs.stripe.com/currencies ("Minor units", "Special cases", "Minimum and maximum").
"""

import re
import unicodedata
from dataclasses import dataclass
from decimal import Decimal

from babel import Locale
from babel.numbers import format_currency, get_currency_symbol
from flask_babel import get_locale, gettext

# These currencies have no minor unit; those have thousandths, of which the last digit must be 0.
ZERO_DECIMAL = frozenset("BIF CLP DJF GNF JPY KMF KRW MGA PYG RWF VND VUV XAF XOF XPF".split())
THREE_DECIMAL = frozenset("BHD JOD KWD OMR TND".split())
# These have no fractions any more, but Stripe still counts them in hundredths.
WHOLE_IN_HUNDREDTHS = frozenset("ISK UGX".split())
MAX_MINOR_UNITS = 99_999_999
MAX_TEXT_LENGTH = 40


class InvalidAmount(ValueError):
    """The text is not an amount that can be donated; the message says what to do, in the reader's language."""


@dataclass(frozen=True)
class Currency:
    """A currency of card donations: ISO 4217 code, the minimum and three suggested amounts, in whole units.

    If Stripe sets no minimum for the currency, it is the equivalent of half a euro, rounded up.
    """

    code: str
    minimum: Decimal
    suggested: tuple[int, int, int]

    @property
    def minimum_minor(self) -> int:
        """The minimum in minor units."""
        return int(self.minimum * minor_units(self.code))


def _currency(code: str, minimum: str, *suggested: int) -> Currency:
    one, two, three = suggested
    return Currency(code, Decimal(minimum), (one, two, three))


CURRENCIES = {
    currency.code: currency
    for currency in (
        _currency("EUR", "0.50", 10, 30, 100),
        _currency("USD", "0.50", 10, 30, 100),
        _currency("GBP", "0.30", 10, 25, 100),
        _currency("PLN", "2.00", 40, 120, 400),
        _currency("GEL", "2.00", 30, 90, 300),
        _currency("AMD", "300", 4_000, 12_000, 40_000),
        _currency("KZT", "400", 5_000, 15_000, 50_000),
        _currency("CZK", "15.00", 250, 750, 2_500),
        _currency("ILS", "3.00", 40, 120, 400),
        _currency("CHF", "0.50", 10, 30, 100),
        _currency("SEK", "3.00", 100, 300, 1_000),
        _currency("NOK", "3.00", 100, 300, 1_000),
        _currency("DKK", "2.50", 75, 225, 750),
        _currency("ISK", "100", 1_500, 4_500, 15_000),
        _currency("HUF", "175", 4_000, 12_000, 40_000),
        _currency("RON", "2.00", 50, 150, 500),
        _currency("RSD", "80", 1_000, 3_000, 10_000),
        _currency("MDL", "15", 200, 600, 2_000),
        _currency("UAH", "30", 500, 1_500, 5_000),
        _currency("TRY", "30", 500, 1_500, 5_000),
        _currency("AZN", "1.50", 20, 60, 200),
        _currency("KGS", "60", 1_000, 3_000, 10_000),
        _currency("AED", "2.00", 40, 120, 400),
        _currency("KWD", "0.200", 3, 10, 30),
        _currency("CAD", "0.50", 15, 45, 150),
        _currency("AUD", "0.50", 15, 45, 150),
        _currency("NZD", "0.50", 15, 45, 150),
        _currency("JPY", "50", 1_500, 5_000, 15_000),
        _currency("KRW", "1000", 15_000, 50_000, 150_000),
    )
}

# Spaces of every width, and the apostrophes that separate thousands in Switzerland.
_GROUPING = re.compile(r"[\s\u00a0\u2007\u2009\u202f'\u2019]")
_MINUS_SIGNS = "-\u2212\u2013\u2014"
_SYMBOLS = {"EUR": "€", "USD": "$", "GBP": "£", "ILS": "₪", "JPY": "¥", "KZT": "₸", "GEL": "₾", "AMD": "֏", "PLN": "zł"}


def minor_units(code: str) -> int:
    """The number of Stripe's minor units in one unit of a currency."""
    return 1 if code in ZERO_DECIMAL else 1000 if code in THREE_DECIMAL else 100


def to_units(minor: int, code: str) -> Decimal:
    """Convert an amount in minor units to units of its currency."""
    return Decimal(minor) / minor_units(code)


def parse_amount(text: str, currency: Currency) -> int:
    """Parse an amount as people type it into minor units: "1 000,50", "1,000.50", "1’000", "٥٠", "€ 25".

    Raises InvalidAmount with a sentence if the text is not an amount, is ambiguous, or cannot be paid.
    """
    value = _parse_number(_strip_symbol(text.strip(), currency.code), currency.code)
    if value <= 0:
        raise InvalidAmount(gettext("Enter an amount greater than zero."))
    units = minor_units(currency.code)
    minor = value * units
    step = _step(currency.code)
    if minor % step:
        raise InvalidAmount(_too_precise(currency.code))
    if minor < currency.minimum_minor:
        least = format_amount(currency.minimum_minor, currency.code)
        raise InvalidAmount(gettext("The minimum card payment is %(amount)s.", amount=least))
    if minor > MAX_MINOR_UNITS:
        most = format_amount(MAX_MINOR_UNITS // step * step, currency.code)
        raise InvalidAmount(gettext("The most that can be paid by card at once is %(amount)s.", amount=most))
    return int(minor)


def format_amount(minor: int, code: str) -> str:
    """Format an amount in minor units for the reader's language, without decimals if they are zero."""
    locale = get_locale() or Locale("en")
    value = to_units(minor, code)
    pattern = locale.currency_formats["standard"].pattern
    if value == value.to_integral_value():
        pattern = pattern.replace(".00", "")
    if get_currency_symbol(code, locale).isalpha():
        # €25, but AED 25.
        pattern = pattern.replace("¤#", "¤\u00a0#")
    return str(format_currency(value, code, pattern, locale=locale, currency_digits=False))


def _strip_symbol(text: str, code: str) -> str:
    """Remove the currency's symbol or code from either end of a text."""
    for symbol in (code, code.lower(), _SYMBOLS.get(code)):
        if symbol and (text.startswith(symbol) or text.endswith(symbol)):
            return text.removeprefix(symbol).removesuffix(symbol).strip()
    return text


def _parse_number(text: str, code: str) -> Decimal:
    """Parse a number in digits of any script, with or without separators between thousands."""
    if not text:
        raise InvalidAmount(gettext("Enter an amount."))
    negative = text[0] in _MINUS_SIGNS
    plain = "".join(_to_ascii(character) for character in _GROUPING.sub(" ", text.lstrip(_MINUS_SIGNS + "+")).strip())
    if len(text) > MAX_TEXT_LENGTH or not re.fullmatch(r"[0-9]*([ .,][0-9]+)*", plain) or not plain:
        raise InvalidAmount(gettext("Enter the amount in digits alone, like 25 or 12.50."))
    whole, fraction = _split(plain, code)
    value = Decimal(f"{whole or '0'}.{fraction or '0'}")
    return -value if negative else value


def _to_ascii(character: str) -> str:
    """Convert a digit of any script, or an Arabic separator, to ASCII; other characters stay as they are."""
    value = unicodedata.decimal(character, None)
    return str(value) if value is not None else {"\u066b": ".", "\u066c": ","}.get(character, character)


def _split(plain: str, code: str) -> tuple[str, str]:
    """Split a number into its whole part and its fraction, at the last of two kinds of separators."""
    separators = re.findall(r"[ .,]", plain)
    last = separators[-1] if separators else ""
    head, _, tail = plain.rpartition(last) if last else (plain, "", "")
    if last in (".", ",") and separators.count(last) == 1 and not _is_group(separators, head, tail, code):
        return _ungrouped(head), tail
    return _ungrouped(plain), ""


def _is_group(separators: list[str], head: str, tail: str, code: str) -> bool:
    """Whether the only separator is one between thousands: 1,000 or 1.000."""
    if len(separators) > 1 or len(tail) != 3 or not re.fullmatch(r"[1-9][0-9]{0,2}", head):
        return False
    if code in THREE_DECIMAL:
        raise InvalidAmount(gettext("This can be read in two ways. Write the thousands without a comma or a point."))
    return True


def _ungrouped(whole: str) -> str:
    """Remove the separators between thousands, which must all be the same, from a whole number."""
    if re.fullmatch(r"[0-9]*|[0-9]{1,3}( [0-9]{3})+|[0-9]{1,3}(\.[0-9]{3})+|[0-9]{1,3}(,[0-9]{3})+", whole):
        return re.sub(r"[ .,]", "", whole)
    raise InvalidAmount(gettext("This can be read in two ways. Write the thousands without spaces, commas or points."))


def _step(code: str) -> int:
    """The number of minor units that an amount must be a multiple of."""
    return 100 if code in WHOLE_IN_HUNDREDTHS else 10 if code in THREE_DECIMAL else 1


def _too_precise(code: str) -> str:
    if code in ZERO_DECIMAL | WHOLE_IN_HUNDREDTHS:
        return str(gettext("%(currency)s has no fractions: enter a whole number.", currency=code))
    return str(gettext("Enter at most two digits after the decimal sign."))
