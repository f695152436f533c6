"""The content types of donations: methods, annual accounts and goals."""

from typing import Any

from flask import url_for
from flask_babel import lazy_gettext

from wzo.clock import today
from wzo.cms.content_types import ContentType
from wzo.cms.fields import BODY, SLUG, SUMMARY, TITLE, Field
from wzo.donate import checks
from wzo.donate.models import (
    ANSWERS,
    ELSEWHERE,
    RUSSIA,
    AnnualAccount,
    AnnualAccountText,
    DonationGoal,
    DonationGoalText,
    DonationMethod,
    DonationMethodText,
)
from wzo.donate.queries import IMPACT, THANKS, WARNING
from wzo.donate.steps import arguments_after
from wzo.donate.wallets import NETWORKS
from wzo.pages.queries import EMBEDDED

# Texts that the panel lists among the pages, and where they are shown.
EMBEDDED |= {
    WARNING: ("donate.index", {"from": RUSSIA}),
    IMPACT: ("donate.index", {}),
    THANKS: ("card.thanks", {}),
}


def _method_path(method: Any, language: str) -> str:
    shown_after = method.answers.split()
    answer = next((answer for answer in reversed(ANSWERS) if answer in shown_after), ELSEWHERE)
    values: dict[str, Any] = {"lang": language, **arguments_after(answer)}
    return url_for("donate.index", **values)


METHODS = ContentType(
    key="donation-methods",
    name=lazy_gettext("Donation method"),
    plural=lazy_gettext("Donation methods"),
    new_label=lazy_gettext("New donation method"),
    menu_section="action",
    model=DonationMethod,
    text=DonationMethodText,
    foreign_key="method_id",
    endpoint="donate.index",
    translated_fields=(TITLE, SUMMARY, BODY),
    shared_fields=(
        Field(
            "kind",
            lazy_gettext("Type of method"),
            "choice",
            choices=(
                ("card", lazy_gettext("Card")),
                ("bank", lazy_gettext("Bank transfer")),
                ("crypto", lazy_gettext("Crypto")),
                ("link", lazy_gettext("Link")),
            ),
            required=True,
        ),
        Field(
            "answers",
            lazy_gettext("Who sees it (by the country of their card)"),
            "multiple_choice",
            choices=(
                ("russia", lazy_gettext("In Russia, after the warning")),
                ("elsewhere", lazy_gettext("In another country")),
                ("none", lazy_gettext("No card")),
            ),
            required=True,
        ),
        Field(
            "currency",
            lazy_gettext("Currency"),
            help_text=lazy_gettext("The code, for example EUR, BTC or USDT."),
            validate=checks.currency_letters_error,
        ),
        Field(
            "holder",
            lazy_gettext("Bank: account holder"),
            help_text=lazy_gettext("In Latin letters, as registered with the bank."),
            validate=checks.holder_error,
        ),
        Field("iban", lazy_gettext("Bank: IBAN"), validate=checks.iban_error),
        Field(
            "bic",
            lazy_gettext("Bank: BIC"),
            help_text=lazy_gettext(
                "You can leave this empty in the European Economic Area. Elsewhere, as in Switzerland or the United "
                "Kingdom, the QR code requires it."
            ),
            validate=checks.bic_error,
        ),
        Field(
            "purpose",
            lazy_gettext("Bank: purpose of the transfer"),
            help_text=lazy_gettext("A neutral purpose protects the donor."),
        ),
        Field(
            "amount",
            lazy_gettext("Bank: amount"),
            help_text=lazy_gettext("For example 25 or 12.50. If left empty, donors choose the amount."),
            validate=checks.amount_error,
        ),
        Field("network", lazy_gettext("Crypto: network"), "choice", choices=tuple(NETWORKS.items())),
        Field("wallet", lazy_gettext("Crypto: address"), validate=checks.wallet_error),
        Field("url", lazy_gettext("Address of the link"), "url"),
        Field("details", lazy_gettext("Other details to copy"), "textarea"),
        Field("checked_on", lazy_gettext("Last checked"), "date"),
        SLUG,
    ),
    initial_values=lambda: {"kind": "link"},
    check_shared=checks.check_method,
    path=_method_path,
)

ACCOUNTS = ContentType(
    key="annual-accounts",
    name=lazy_gettext("Annual account"),
    plural=lazy_gettext("Annual accounts"),
    new_label=lazy_gettext("New annual account"),
    menu_section="action",
    model=AnnualAccount,
    text=AnnualAccountText,
    foreign_key="account_id",
    endpoint="donate.index",
    translated_fields=(
        TITLE,
        Field(
            "income",
            lazy_gettext("Income"),
            "textarea",
            lazy_gettext(
                "One item per line, for example: Donations: 1200.50. The amounts must be the same in every language."
            ),
            validate=checks.lines_error,
        ),
        Field(
            "spending",
            lazy_gettext("Spending"),
            "textarea",
            lazy_gettext("In the same format."),
            validate=checks.lines_error,
        ),
        Field("body", lazy_gettext("Details"), "markdown"),
    ),
    shared_fields=(
        Field("year", lazy_gettext("Year"), "number", required=True, validate=checks.year_error),
        Field("currency", lazy_gettext("Currency"), required=True, validate=checks.currency_error),
    ),
    initial_values=lambda: {"year": today().year - 1, "currency": "EUR"},
    check_all=checks.check_amounts_agree,
)

GOALS = ContentType(
    key="donation-goals",
    name=lazy_gettext("Fundraising goal"),
    plural=lazy_gettext("Fundraising goals"),
    new_label=lazy_gettext("New fundraising goal"),
    menu_section="action",
    model=DonationGoal,
    text=DonationGoalText,
    foreign_key="goal_id",
    endpoint="donate.index",
    translated_fields=(TITLE, Field("body", lazy_gettext("Details"), "markdown")),
    shared_fields=(
        Field("amount", lazy_gettext("Amount"), "number", required=True),
        Field("currency", lazy_gettext("Currency"), required=True, validate=checks.currency_error),
        Field("since", lazy_gettext("From"), "date", required=True),
        Field(
            "until", lazy_gettext("Until"), "date", lazy_gettext("The last day. If left empty, there is no end date.")
        ),
        Field(
            "rates",
            lazy_gettext("Rates of other currencies"),
            "textarea",
            lazy_gettext(
                "One rate per line, for example: USD 0.92 2026-11-20. This is the value of one dollar on that day."
            ),
            validate=checks.rates_error,
        ),
    ),
    initial_values=lambda: {"currency": "EUR", "since": today()},
)
