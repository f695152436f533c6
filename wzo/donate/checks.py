"""Validates the fields about money: bank accounts, wallets, amounts, exchange rates.

Each `…_error` returns an error message for the editor, or "".
"""

import re
from collections.abc import Iterator, Sequence

from flask_babel import get_locale, gettext

from wzo.cms.content_types import ChecklistItem, LocalizedFields
from wzo.cms.fields import Fields, FieldValue
from wzo.cms.models import SHARED
from wzo.donate.bank import (
    MAX_HOLDER_LENGTH,
    MAX_PAYLOAD_BYTES,
    MAX_PURPOSE_LENGTH,
    country_of,
    epc_payload,
    is_amount,
    is_bic,
    is_iban,
    is_sepa_text,
    requires_bic,
    supports_epc_code,
)
from wzo.donate.editor_amounts import is_currency, parse_lines, parse_rates
from wzo.donate.wallets import NETWORKS, is_wallet_address
from wzo.i18n import LANGUAGES

YEARS = range(2000, 2100)
CURRENCY_LETTERS = re.compile(r"[A-Z0-9]{3,8}")


def iban_error(field: FieldValue) -> str:
    """Return the error in an IBAN, judged by its length and check digits."""
    if is_iban(field.value):
        return ""
    return str(gettext("This IBAN is not valid: a character is wrong, missing or extra. Copy it from the bank again."))


def bic_error(field: FieldValue) -> str:
    """Return the error in the format of a BIC."""
    if is_bic(field.value):
        return ""
    return str(gettext("This BIC is not valid: a BIC has eight or eleven letters and digits, for example DEUTDEFF."))


def holder_error(field: FieldValue) -> str:
    """Return why banks would refuse the name of the account holder."""
    if not is_sepa_text(field.value):
        return str(
            gettext("Enter the account holder in Latin letters, digits and these characters: / - ? : ( ) . , ' +")
        )
    if len(field.value) > MAX_HOLDER_LENGTH:
        return str(gettext("Banks accept no more than %(number)s characters here.", number=MAX_HOLDER_LENGTH))
    return ""


def amount_error(field: FieldValue) -> str:
    """Return the error in an amount of euros."""
    return (
        ""
        if is_amount(field.value)
        else str(gettext("%(label)s: enter an amount such as 25 or 12.50.", label=field.label))
    )


def wallet_error(field: FieldValue) -> str:
    """Return the error in a wallet address of the chosen network."""
    network = field.fields["network"]
    if network not in NETWORKS or is_wallet_address(network, field.value):
        return ""
    if network == "ethereum" and field.value in (field.value.lower(), field.value.upper().replace("0X", "0x")):
        return str(gettext("Copy the address exactly, with its capital and small letters: they serve as its checksum."))
    return str(
        gettext(
            "This is not a valid %(network)s address: a character is wrong, missing or extra. Copy it from "
            "the wallet again.",
            network=NETWORKS[network],
        )
    )


def currency_error(field: FieldValue) -> str:
    """Return the error in an ISO 4217 code."""
    return (
        ""
        if is_currency(field.value)
        else str(gettext("%(label)s: enter the three-letter code, for example EUR.", label=field.label))
    )


def currency_letters_error(field: FieldValue) -> str:
    """Return the error in the code of a currency or a cryptocurrency."""
    if CURRENCY_LETTERS.fullmatch(field.value):
        return ""
    return str(gettext("%(label)s: enter the code in capital letters, for example EUR or BTC.", label=field.label))


def year_error(field: FieldValue) -> str:
    """Return the error in a year, which must be of this century."""
    return "" if int(field.value) in YEARS else str(gettext("Enter the year in four digits."))


def rates_error(field: FieldValue) -> str:
    """Return the error in lines of exchange rates, which names the first invalid one."""
    invalid = parse_rates(field.value)[1]
    if not invalid:
        return ""
    return str(
        gettext("Enter each rate like this: USD 0.92 2026-11-20. This line is not a rate: %(line)s", line=invalid[0])
    )


def lines_error(field: FieldValue) -> str:
    """Return the error in the lines of an account, which names the first that does not end with an amount."""
    invalid = parse_lines(field.value)[1]
    if not invalid:
        return ""
    return str(
        gettext(
            "%(label)s: end each line with a colon and an amount, for example: Donations: 1200.50. This line "
            "does not: %(line)s",
            label=field.label,
            line=invalid[0],
        )
    )


def check_amounts_agree(fields: LocalizedFields, languages: Sequence[str]) -> Iterator[ChecklistItem]:
    """Check that an account gives the same amounts in every language that has any."""
    for name in ("income", "spending"):
        amounts = [tuple(line.amount for line in parse_lines(fields[code][name])[0]) for code in LANGUAGES]
        if len(set(filter(None, amounts))) > 1:
            message = gettext("The amounts differ between languages.")
            yield ChecklistItem(message, f"{languages[0]}.{name}", blocks=True)


def check_method(fields: Fields) -> Iterator[ChecklistItem]:
    """Check the fields that a donation method of its kind requires."""
    match fields["kind"]:
        case "bank":
            yield from _check_bank({name: value.strip() for name, value in fields.items()})
        case "crypto":
            if not fields["network"]:
                yield _item(gettext("Choose the network of the wallet."), "network", blocks=True)
            if not fields["wallet"].strip():
                yield _item(gettext("Enter the wallet address for donations."), "wallet", blocks=True)
        case "link" if not fields["url"].strip():
            yield _item(gettext("Enter the address of the link."), "url", blocks=True)


def _item(message: str, field: str, *, blocks: bool) -> ChecklistItem:
    return ChecklistItem(message, f"{SHARED}.{field}", blocks=blocks)


def _check_bank(fields: Fields) -> Iterator[ChecklistItem]:
    holder, iban, purpose = fields["holder"], fields["iban"], fields["purpose"]
    if not holder:
        yield _item(gettext("Enter the account holder."), "holder", blocks=True)
    if not iban and not fields["details"]:
        yield _item(gettext("Enter the IBAN or, if the account has none, its number below."), "iban", blocks=True)
    if len(purpose) > MAX_PURPOSE_LENGTH:
        yield _item(
            gettext("Banks accept no more than %(number)s characters here.", number=MAX_PURPOSE_LENGTH),
            "purpose",
            blocks=True,
        )
    elif not is_sepa_text(purpose):
        yield _item(gettext("Some banks refuse a purpose that is not in Latin letters."), "purpose", blocks=False)
    if (iban and not is_iban(iban)) or (fields["bic"] and not is_bic(fields["bic"])):
        return
    if fields["currency"] == "EUR" and not fields["bic"] and requires_bic(iban):
        message = gettext(
            "Enter the BIC: the country of this IBAN, %(country)s, is outside the European Economic Area. Without it, "
            "no QR code will be shown, and some banks refuse the transfer.",
            country=get_locale().territories[country_of(iban)],
        )
        yield _item(message, "bic", blocks=False)
    elif not supports_epc_code(holder=holder, iban=iban, bic=fields["bic"], currency=fields["currency"]):
        message = gettext("No QR code will be shown: it requires euros and an account in the SEPA area.")
        yield _item(message, "currency", blocks=False)
    elif _payload_bytes(fields) > MAX_PAYLOAD_BYTES:
        message = gettext("This is too long for a payment QR code. Shorten the purpose.")
        yield _item(message, "purpose", blocks=True)


def _payload_bytes(fields: Fields) -> int:
    amount = fields["amount"] if is_amount(fields["amount"]) else ""
    payload = epc_payload(
        holder=fields["holder"], iban=fields["iban"], bic=fields["bic"], amount=amount, purpose=fields["purpose"]
    )
    return len(payload.encode())
