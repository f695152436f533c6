"""Bank transfers and their QR codes."""

import io
import random
from contextlib import suppress

import pytest
import segno
import zxingcpp
from babel import Locale
from PIL import Image
from schwifty import IBAN, registry
from schwifty.exceptions import SchwiftyException

from tests.donate.epc import CASES, Case
from wzo.donate.bank import (
    MAX_PAYLOAD_BYTES,
    MAX_VERSION,
    NEW_IN_SEPA,
    compact,
    epc_payload,
    grouped,
    is_amount,
    is_bic,
    is_iban,
    is_sepa_text,
    supports_epc_code,
)
from wzo.donate.qr import draw_qr_code


@pytest.mark.parametrize("case", CASES)
def test_it_encodes_what_the_standard_requires(case: Case) -> None:
    payload = epc_payload(holder=case.holder, iban=case.iban, bic=case.bic, amount=case.amount, purpose=case.purpose)
    expected = case.payload.replace("|", "\n")
    assert payload == expected
    assert len(payload.encode()) <= MAX_PAYLOAD_BYTES
    picture = draw_qr_code(payload)
    (found,) = zxingcpp.read_barcodes(Image.open(io.BytesIO(picture)))
    assert found.bytes == expected.encode()
    assert found.ec_level == "M"


def test_it_fits_the_largest_code_into_the_highest_version_allowed() -> None:
    assert segno.make_qr(bytes(MAX_PAYLOAD_BYTES), error="m", mode="byte", boost_error=False).version == MAX_VERSION


@pytest.mark.parametrize(
    "text",
    ["", "DE89", "DE89370400440532013001", "DE8937040044053201300", "XX89370400440532013000", "ДЕ89370400440532013000",
     "DE89370400440532013000 DE89370400440532013000", "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed"],
)  # fmt: skip
def test_it_refuses_an_invalid_iban(text: str) -> None:
    assert not is_iban(text)


def test_it_notices_every_typing_error_in_an_iban() -> None:
    iban = "DE89370400440532013000"
    assert is_iban(iban)
    for place, sign in enumerate(iban[2:], start=2):
        for other in "0123456789":
            assert other == sign or not is_iban(iban[:place] + other + iban[place + 1 :])


def test_it_reads_an_iban_as_people_write_it() -> None:
    assert is_iban("de89 3704 0044\u00a00532 0130 00")
    assert compact("de89 3704\u00a00044 ") == "DE8937040044"
    assert grouped("DE89370400440532013000") == "DE89 3704 0044 0532 0130 00"


def test_it_recognises_a_bic() -> None:
    assert is_bic("COBADEFF")
    assert is_bic("cobadeffxxx")
    assert not any(map(is_bic, ("COBADEF", "COBAQQFF", "COBADEFFXX", "КОБАДЕФФ", "")))


def test_it_requires_a_holder_in_latin_letters() -> None:
    assert is_sepa_text("Žena, väzenie (o.z.)")
    assert not any(map(is_sepa_text, ("Женщина", "A\nB", "A & B", "A\tB", "Ａ\u200b", "«A»")))


def test_it_recognises_the_amounts_that_a_code_can_hold() -> None:
    assert all(map(is_amount, ("0.01", "25", "12.5", "999999999.99")))
    assert not any(map(is_amount, ("0", "0.00", "-1", "1e9", "1,50", "0.001", "1000000000", "01", "٢٥", "", " 5")))


def test_it_requires_euros_and_a_sepa_account_for_a_code() -> None:
    account = {"holder": "A", "iban": "DE89370400440532013000", "bic": "", "currency": "EUR"}
    assert supports_epc_code(**account)
    assert supports_epc_code(**{**account, "bic": "cobadeff"})
    assert not supports_epc_code(**{**account, "bic": "COBADE"})
    assert not supports_epc_code(**{**account, "currency": "USD"})
    assert not supports_epc_code(**{**account, "iban": "KZ86125KZT5004100100"})
    assert not supports_epc_code(**{**account, "holder": ""})


# For each kind of country: whether an account has a code without a BIC, and with one.
WITHOUT_BIC, WITH_BIC, NO_CODE = (True, True), (False, True), (False, False)
COUNTRIES = {
    # The European Union, and Iceland, Liechtenstein and Norway.
    **dict.fromkeys("AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IT LT LU LV MT NL".split(), WITHOUT_BIC),
    **dict.fromkeys("PL PT RO SE SI SK IS LI NO".split(), WITHOUT_BIC),
    # In the SEPA zone, but not in the European Economic Area.
    **dict.fromkeys("AD AL CH GB GG GI IM JE MC MD ME MK RS SM VA".split(), WITH_BIC),
    # In neither, among them the countries where people from Russia have accounts.
    **dict.fromkeys("AE AZ BA BY GE IL KZ RU TR UA".split(), NO_CODE),
}  # fmt: skip


@pytest.mark.parametrize("country", COUNTRIES)
def test_it_offers_a_code_country_by_country(country: str) -> None:
    iban = str(IBAN.random(country_code=country, random=random.Random(country)))
    account = {"holder": "A", "iban": f"{iban[:4]} {iban[4:].lower()}", "currency": "EUR"}
    offered = supports_epc_code(**account, bic=""), supports_epc_code(**account, bic=f"ABCD{country}22")
    assert offered == COUNTRIES[country]


def test_it_knows_every_country_of_the_sepa_zone() -> None:
    """Overseas territories of France and Åland have IBANs of their mother countries."""
    zone = set(NEW_IN_SEPA)
    for country in filter(lambda code: len(code) == 2, Locale("en").territories):
        with suppress(SchwiftyException):
            zone |= {country} if registry.get_iban_spec(country).in_sepa_zone else set()
    overseas = set("AX BL GF GP MF MQ NC PF PM RE TF WF YT".split())
    assert zone - overseas == {country for country, offered in COUNTRIES.items() if offered[1]}
