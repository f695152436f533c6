"""Amounts of money: the currencies in which a card can give, and amounts as people write them.

Amounts are whole numbers of Stripe's minor units. How many of them make one unit, what is rounded, and the lowest and
highest amounts follow https://docs.stripe.com/currencies ("Minor units", "Special cases", "Minimum and maximum").
"""

import re
import unicodedata
from dataclasses import dataclass
from decimal import Decimal

from babel import Locale
from babel.numbers import format_currency, get_currency_symbol
from flask_babel import get_locale, gettext

# An amount of these is sent as it is; of those as thousandths, of which the last digit must be 0.
WITHOUT_DECIMALS = frozenset("BIF CLP DJF GNF JPY KMF KRW MGA PYG RWF VND VUV XAF XOF XPF".split())
WITH_THREE_DECIMALS = frozenset("BHD JOD KWD OMR TND".split())
# Have no fractions any more, and are sent as hundredths all the same.
WHOLE_IN_HUNDREDTHS = frozenset("ISK UGX".split())
MOST_MINOR_UNITS = 99_999_999
LONGEST = 40


class AmountRefused(ValueError):
    """What was written is no amount that can be given; the text says what to do, in the reader's language."""


@dataclass(frozen=True)
class Currency:
    """A currency in which a card can give: ISO 4217 code, the lowest amount and three suggested ones, in whole units.

    Where Stripe names no lowest amount for the currency itself, it is what half a euro comes to, and somewhat more.
    """

    code: str
    lowest: Decimal
    suggested: tuple[int, int, int]

    @property
    def minor_lowest(self) -> int:
        """The lowest amount in minor units."""
        return int(self.lowest * minor_units(self.code))


def _currency(code: str, lowest: str, *suggested: int) -> Currency:
    one, two, three = suggested
    return Currency(code, Decimal(lowest), (one, two, three))


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

# Spaces of every width, and the apostrophes with which Switzerland parts thousands.
_GROUPING = re.compile(r"[\s\u00a0\u2007\u2009\u202f'\u2019]")
_MINUS = "-\u2212\u2013\u2014"
_SIGNS = {"EUR": "€", "USD": "$", "GBP": "£", "ILS": "₪", "JPY": "¥", "KZT": "₸", "GEL": "₾", "AMD": "֏", "PLN": "zł"}


def minor_units(code: str) -> int:
    """How many of Stripe's minor units make one unit of a currency."""
    return 1 if code in WITHOUT_DECIMALS else 1000 if code in WITH_THREE_DECIMALS else 100


def in_units(minor: int, code: str) -> Decimal:
    """An amount in minor units in whole units of its currency."""
    return Decimal(minor) / minor_units(code)


def parse_amount(text: str, currency: Currency) -> int:
    """An amount as somebody wrote it, in minor units: "1 000,50", "1,000.50", "1’000", "٥٠", "€ 25".

    Raises AmountRefused with a sentence where it is none, can be read in two ways, or is one that cannot be paid.
    """
    value = _number(_without_sign(text.strip(), currency.code), currency.code)
    if value <= 0:
        raise AmountRefused(gettext("Enter an amount greater than zero."))
    units = minor_units(currency.code)
    minor = value * units
    step = _step(currency.code)
    if minor % step:
        raise AmountRefused(_too_fine(currency.code))
    if minor < currency.minor_lowest:
        lowest = say_amount(currency.minor_lowest, currency.code)
        raise AmountRefused(gettext("The least that can be paid by card is %(amount)s.", amount=lowest))
    if minor > MOST_MINOR_UNITS:
        most = say_amount(MOST_MINOR_UNITS // step * step, currency.code)
        raise AmountRefused(gettext("The most that can be paid by card at once is %(amount)s.", amount=most))
    return int(minor)


def say_amount(minor: int, code: str) -> str:
    """An amount in minor units as the reader's language writes it; fractions only where there are some."""
    locale = get_locale() or Locale("en")
    value = in_units(minor, code)
    pattern = locale.currency_formats["standard"].pattern
    if value == value.to_integral_value():
        pattern = pattern.replace(".00", "")
    if get_currency_symbol(code, locale).isalpha():
        # €25, but AED 25.
        pattern = pattern.replace("¤#", "¤\u00a0#")
    return str(format_currency(value, code, pattern, locale=locale, currency_digits=False))


def _without_sign(text: str, code: str) -> str:
    """What was written without the currency's own sign or code at one end."""
    for sign in (code, code.lower(), _SIGNS.get(code)):
        if sign and (text.startswith(sign) or text.endswith(sign)):
            return text.removeprefix(sign).removesuffix(sign).strip()
    return text


def _number(text: str, code: str) -> Decimal:
    """The number that was written, in digits of any script, with its thousands parted or not."""
    if not text:
        raise AmountRefused(gettext("Enter an amount."))
    negative = text[0] in _MINUS
    plain = "".join(_digit(sign) for sign in _GROUPING.sub(" ", text.lstrip(_MINUS + "+")).strip())
    if len(text) > LONGEST or not re.fullmatch(r"[0-9]*([ .,][0-9]+)*", plain) or not plain:
        raise AmountRefused(gettext("Enter the amount in digits alone, like 25 or 12.50."))
    whole, fraction = _split(plain, code)
    value = Decimal(f"{whole or '0'}.{fraction or '0'}")
    return -value if negative else value


def _digit(sign: str) -> str:
    """A digit of any script as 0 to 9; the Arabic signs between digits as ours; anything else as it is."""
    value = unicodedata.decimal(sign, None)
    return str(value) if value is not None else {"\u066b": ".", "\u066c": ","}.get(sign, sign)


def _split(plain: str, code: str) -> tuple[str, str]:
    """The whole part and the fraction of what was written: the last of two kinds of separators parts them."""
    separators = re.findall(r"[ .,]", plain)
    last = separators[-1] if separators else ""
    head, _, tail = plain.rpartition(last) if last else (plain, "", "")
    if last in (".", ",") and separators.count(last) == 1 and not _is_group(separators, head, tail, code):
        return _ungrouped(head), tail
    return _ungrouped(plain), ""


def _is_group(separators: list[str], head: str, tail: str, code: str) -> bool:
    """Whether the only separator parts thousands: 1,000 or 1.000."""
    if len(separators) > 1 or len(tail) != 3 or not re.fullmatch(r"[1-9][0-9]{0,2}", head):
        return False
    if code in WITH_THREE_DECIMALS:
        raise AmountRefused(gettext("This can be read in two ways. Write the thousands without a comma or a point."))
    return True


def _ungrouped(whole: str) -> str:
    """The digits of a whole number whose thousands are parted, all by the same sign, or not at all."""
    if re.fullmatch(r"[0-9]*|[0-9]{1,3}( [0-9]{3})+|[0-9]{1,3}(\.[0-9]{3})+|[0-9]{1,3}(,[0-9]{3})+", whole):
        return re.sub(r"[ .,]", "", whole)
    raise AmountRefused(gettext("This can be read in two ways. Write the thousands without spaces, commas or points."))


def _step(code: str) -> int:
    """Of how many minor units an amount must be a multiple."""
    return 100 if code in WHOLE_IN_HUNDREDTHS else 10 if code in WITH_THREE_DECIMALS else 1


def _too_fine(code: str) -> str:
    if code in WITHOUT_DECIMALS | WHOLE_IN_HUNDREDTHS:
        return str(gettext("%(currency)s has no fractions: enter a whole number.", currency=code))
    return str(gettext("Enter at most two digits after the decimal sign."))
