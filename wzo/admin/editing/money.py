"""What is wrong, in sentences, with what editors write of money: accounts, addresses, amounts, rates."""

import re
from collections.abc import Iterator, Mapping

from flask_babel import gettext

from wzo.admin.editing.kinds import Field
from wzo.donate.bank import (
    LONGEST_HOLDER,
    LONGEST_PURPOSE,
    MOST_BYTES,
    epc_payload,
    is_amount,
    is_bic,
    is_iban,
    is_latin,
    takes_epc_code,
)
from wzo.donate.crypto import NETWORKS, is_address
from wzo.donate.money import is_currency, read_lines, read_rates

YEARS = range(2000, 2100)
CODE = re.compile(r"[A-Z0-9]{3,8}")


def money_sentence(kind: str, fields: Mapping[str, str], field: Field, value: str) -> str:
    """What is wrong with the value of a field that has to do with money; nothing where it is fine, or has not."""
    label = str(field.label)
    match field.widget:
        case "iban" if not is_iban(value):
            return str(
                gettext("This is no IBAN: a sign is wrong, missing or too many. Copy it from the bank once more.")
            )
        case "bic" if not is_bic(value):
            return str(gettext("This is no BIC: it has eight or eleven letters and digits, like DEUTDEFF."))
        case "holder" if not is_latin(value):
            return str(
                gettext("Write whose account it is in Latin letters, digits and these signs: / - ? : ( ) . , ' +")
            )
        case "holder" if len(value) > LONGEST_HOLDER:
            return str(gettext("Banks take at most %(number)s letters here.", number=LONGEST_HOLDER))
        case "euros" if not is_amount(value):
            return str(gettext("%(label)s: write it like 25 or 12.50.", label=label))
        case "wallet" if fields["network"] in NETWORKS and not is_address(fields["network"], value):
            return _wallet_sentence(fields["network"], value)
        case "currency" if not is_currency(value):
            return str(gettext("%(label)s: write its three letters, like EUR.", label=label))
        case "rates" if unreadable := read_rates(value)[1]:
            return str(gettext("Write a rate like USD 0.92 2026-11-20. This is none: %(line)s", line=unreadable[0]))
    if kind == "accounts" and field.name == "year" and int(value) not in YEARS:
        return str(gettext("Write the year in four digits."))
    if kind == "donation-ways" and field.name == "currency" and not CODE.fullmatch(value):
        return str(gettext("%(label)s: write its letters in capitals, like EUR or BTC.", label=label))
    return ""


def lines_sentence(field: Field, value: str) -> str:
    """What is wrong with the lines of an account in one language; it goes on after the name of the language."""
    unreadable = read_lines(value)[1]
    if not unreadable:
        return ""
    return str(
        gettext(
            "%(label)s: end each line with a colon and an amount, like Donations: 1200.50. This one does not: %(line)s",
            label=str(field.label),
            line=unreadable[0],
        )
    )


def way_sentences(fields: Mapping[str, str]) -> Iterator[tuple[str, bool, str]]:
    """What a way of its kind lacks: the field, whether that stops publishing, and a sentence."""
    match fields["kind"]:
        case "bank":
            yield from _bank_sentences({name: value.strip() for name, value in fields.items()})
        case "crypto":
            if not fields["network"]:
                yield "network", True, gettext("Choose the network of the address.")
            if not fields["wallet"].strip():
                yield "wallet", True, gettext("Write the address to which the gifts go.")
        case "link" if not fields["url"].strip():
            yield "url", True, gettext("Write where the link leads.")


def _bank_sentences(fields: Mapping[str, str]) -> Iterator[tuple[str, bool, str]]:
    holder, iban, purpose = fields["holder"], fields["iban"], fields["purpose"]
    if not holder:
        yield "holder", True, gettext("Write whose account it is.")
    if not iban and not fields["details"]:
        yield "iban", True, gettext("Write the IBAN; of an account that has none, its number below.")
    if len(purpose) > LONGEST_PURPOSE:
        yield "purpose", True, gettext("Banks take at most %(number)s letters here.", number=LONGEST_PURPOSE)
    elif not is_latin(purpose):
        yield "purpose", False, gettext("Some banks refuse a purpose that is not in Latin letters.")
    if iban and not is_iban(iban):
        return
    if not iban or not takes_epc_code(holder=holder, iban=iban, currency=fields["currency"]):
        yield "currency", False, gettext("There will be no QR code: it needs euros and an account in the area of SEPA.")
    elif _bytes(fields) > MOST_BYTES:
        yield "purpose", True, gettext("This is more than a QR code of a transfer can hold. Shorten the purpose.")


def _bytes(fields: Mapping[str, str]) -> int:
    amount = fields["amount"] if is_amount(fields["amount"]) else ""
    payload = epc_payload(
        holder=fields["holder"], iban=fields["iban"], bic=fields["bic"], amount=amount, purpose=fields["purpose"]
    )
    return len(payload.encode())


def _wallet_sentence(network: str, value: str) -> str:
    if network == "ethereum" and value in (value.lower(), value.upper().replace("0X", "0x")):
        return str(gettext("Copy the address with its capital and small letters: they are what it is checked by."))
    return str(
        gettext(
            "This is no address of %(network)s: a sign is wrong, missing or too many. "
            "Copy it from the wallet once more.",
            network=NETWORKS[network],
        )
    )
