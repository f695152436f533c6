"""Bank transfers and their QR codes."""

import io

import pytest
import resvg_py
import segno
import zxingcpp
from PIL import Image

from tests.donate.epc import CASES, Case
from wzo.donate.bank import (
    MAX_PAYLOAD_BYTES,
    MAX_VERSION,
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
    picture = resvg_py.svg_to_bytes(svg_string=draw_qr_code(payload), width=600)
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
    account = {"holder": "A", "iban": "DE89370400440532013000", "currency": "EUR"}
    assert supports_epc_code(**account)
    assert not supports_epc_code(**{**account, "currency": "USD"})
    assert not supports_epc_code(**{**account, "iban": "KZ86125KZT5004100100"})
    assert not supports_epc_code(**{**account, "holder": ""})
