"""Bank transfers: IBANs, and what the code of one says to the app of a bank."""

import re
import unicodedata
from decimal import Decimal

from schwifty import BIC, IBAN
from schwifty.exceptions import SchwiftyException

# What an EPC code can hold, and its last version of a QR code with the correction M.
MOST_BYTES, VERSION, CORRECTION = 331, 13, "m"
LONGEST_HOLDER, LONGEST_PURPOSE = 70, 140
# Besides Latin letters and digits: the signs that every bank of SEPA takes.
HOLDER_SIGNS = " /-?:().,'+"
# EPC codes know an amount from a cent to a billion, less a cent.
AMOUNT = re.compile(r"(?:0|[1-9][0-9]{0,8})(?:\.[0-9]{1,2})?")
UTF_8 = "1"


def compact(text: str) -> str:
    """An IBAN or BIC without its spaces, in capitals, as it is copied."""
    return "".join(text.split()).upper()


def grouped(iban: str) -> str:
    """An IBAN in groups of four, as it is read."""
    plain = compact(iban)
    return " ".join(plain[start : start + 4] for start in range(0, len(plain), 4))


def is_iban(text: str) -> bool:
    """Whether an IBAN has the length and form of its country, and digits that check out."""
    try:
        IBAN(compact(text))
    except SchwiftyException:
        return False
    return True


def is_bic(text: str) -> bool:
    """Whether this could be the BIC of a bank: eight or eleven signs, with a country that there is."""
    try:
        BIC(compact(text))
    except SchwiftyException:
        return False
    return True


def is_latin(text: str) -> bool:
    """Whether a text holds only what every bank of SEPA can print; accents on Latin letters pass."""
    return all(
        sign in HOLDER_SIGNS
        or (sign.isascii() and sign.isalnum())
        or (sign.isalpha() and unicodedata.name(sign, "").startswith("LATIN "))
        for sign in text
    )


def is_amount(text: str) -> bool:
    """Whether this is an amount of euros as EPC codes write it: 25 or 12.50."""
    return bool(AMOUNT.fullmatch(text)) and Decimal(text) > 0


def takes_epc_code(*, holder: str, iban: str, currency: str) -> bool:
    """Whether there can be a code of a transfer: it is in euros, to an account in a country of SEPA."""
    return bool(holder) and currency == "EUR" and is_iban(iban) and IBAN(compact(iban)).in_sepa_zone


def epc_payload(*, holder: str, iban: str, bic: str = "", amount: str = "", purpose: str = "") -> str:
    """What the code of a transfer in euros says: EPC069-12, version 002, in UTF-8, with lines that end in LF.

    After the last line that says something comes none. The purpose is unstructured remittance information, so the lines
    of the purpose code and of the structured reference stay empty before it.
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
