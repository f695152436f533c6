"""Bank transfers: IBANs, BICs, and the QR codes (EPC069-12) that banking apps read."""

import re
import unicodedata
from decimal import Decimal

from schwifty import BIC, IBAN
from schwifty.exceptions import SchwiftyException

# The limits of an EPC QR code: its payload in bytes, the highest QR version, and the error correction level.
MAX_PAYLOAD_BYTES, MAX_VERSION, ERROR_CORRECTION = 331, 13, "m"
MAX_HOLDER_LENGTH, MAX_PURPOSE_LENGTH = 70, 140
# The characters that every SEPA bank accepts besides Latin letters and digits.
SEPA_PUNCTUATION = " /-?:().,'+"
# EPC QR codes allow amounts from 0.01 to 999999999.99.
AMOUNT = re.compile(r"(?:0|[1-9][0-9]{0,8})(?:\.[0-9]{1,2})?")
UTF_8 = "1"
# The European Economic Area. For accounts in the other countries of the SEPA zone the standard requires the BIC.
EEA = frozenset("AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IS IT LI LT LU LV MT NL NO PL PT RO SE SI SK".split())

# In the SEPA zone since 21 November 2024 (Albania, Montenegro), 6 March 2025 (Moldova, North Macedonia) and 22 May 2025
# (Serbia, whose banks take part since 5 May 2026), as the European Payments Council lists them; schwifty does not yet.
NEW_IN_SEPA = frozenset("AL MD ME MK RS".split())


def compact(text: str) -> str:
    """Format an IBAN or BIC for copying: without spaces, in capitals."""
    return "".join(text.split()).upper()


def grouped(iban: str) -> str:
    """Format an IBAN for reading: in groups of four."""
    plain = compact(iban)
    return " ".join(plain[start : start + 4] for start in range(0, len(plain), 4))


def is_iban(text: str) -> bool:
    """Whether an IBAN has the format of its country and valid check digits."""
    try:
        IBAN(compact(text))
    except SchwiftyException:
        return False
    return True


def is_bic(text: str) -> bool:
    """Whether a text has the format of a BIC: eight or eleven characters, with an existing country."""
    try:
        BIC(compact(text))
    except SchwiftyException:
        return False
    return True


def is_sepa_text(text: str) -> bool:
    """Whether every SEPA bank accepts a text; accents on Latin letters are allowed."""
    return all(
        character in SEPA_PUNCTUATION
        or (character.isascii() and character.isalnum())
        or (character.isalpha() and unicodedata.name(character, "").startswith("LATIN "))
        for character in text
    )


def is_amount(text: str) -> bool:
    """Whether a text is an amount of euros in the format of EPC QR codes: 25 or 12.50."""
    return bool(AMOUNT.fullmatch(text)) and Decimal(text) > 0


def country_of(iban: str) -> str:
    """The ISO 3166 code of the country of an IBAN, from its first two letters."""
    return compact(iban)[:2]


def in_sepa_zone(iban: str) -> bool:
    """Whether an IBAN is valid and of a country in the SEPA zone."""
    return is_iban(iban) and (bool(IBAN(compact(iban)).in_sepa_zone) or country_of(iban) in NEW_IN_SEPA)


def requires_bic(iban: str) -> bool:
    """Whether a QR code for an account must hold its BIC: the account is in the SEPA zone, but outside the EEA."""
    return in_sepa_zone(iban) and country_of(iban) not in EEA


def supports_epc_code(*, holder: str, iban: str, bic: str, currency: str) -> bool:
    """Whether a transfer can have an EPC QR code: it is in euros and to a SEPA account, with its BIC if required."""
    if not (holder and currency == "EUR" and in_sepa_zone(iban)):
        return False
    return is_bic(bic) or not (bic or requires_bic(iban))


def epc_payload(*, holder: str, iban: str, bic: str = "", amount: str = "", purpose: str = "") -> str:
    """The payload of a transfer's QR code: EPC069-12, version 002, in UTF-8, with lines that end in LF.

    Empty lines at the end are left out. The purpose is unstructured remittance information, so the lines for the
    purpose code and the structured reference before it are empty.
    """
    lines = [
        *("BCD", "002", UTF_8, "SCT"),
        compact(bic),
        holder,
        compact(iban),
        f"EUR{Decimal(amount):.2f}" if amount else "",
        *("", ""),
        " ".join(purpose.split()),
    ]
    return "\n".join(lines).rstrip("\n")
