"""Donation methods of every kind, with accounts and addresses from public examples."""

from tests.factories import DonationMethodFactory

BANK = {
    "kind": "bank",
    "currency": "EUR",
    "holder": "Friends of the Women",
    "iban": "DE89 3704 0044 0532 0130 00",
    "bic": "COBADEFFXXX",
    "purpose": "Пожертвование",
    "amount": "25",
}
WALLETS = {
    "bitcoin": "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4",
    "ethereum": "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed",
    "tron": "TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t",
    "ton": "EQCD39VS5jcptHL8vMjEXrzGaRcCVYto7HUn4bpAOg8xqB2N",
    "monero": ("44AFFq5kSiGBoZ4NMDwYtN18obc8AemS33DBLWs3H7otXft3XjrpDtQGv7SqSsaBYBb98uNbr2VBBEt7f2wfn3RVGQBEP3A"),
}
LINK = "https://platform.example.org/give"


def create_every_method() -> None:
    """Create a bank account, a wallet on each network and a link, shown for every answer."""
    DonationMethodFactory(slug="bank", texts__title="Bank transfer", texts__summary="In euros.", **BANK)
    for network, wallet in WALLETS.items():
        DonationMethodFactory(slug=network, kind="crypto", network=network, wallet=wallet, currency="USDT")
    DonationMethodFactory(slug="platform", kind="link", url=LINK, texts__body="## More\n\nAs you like.")
