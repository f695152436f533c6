"""Every event of Stripe about payments is handled, or there is a reason why it is not."""

import re
from pathlib import Path

from stripe.params import WebhookEndpointCreateParams

from wzo.donate.card.events import PARSERS

README = Path(__file__).parents[3] / "README.md"
SUBJECTS = ("charge.", "checkout.", "credit_note.", "customer.subscription.", "invoice.", "invoice_payment.",
            "payment_intent.", "radar.", "refund.", "review.", "subscription_schedule.")  # fmt: skip
# Why the other events change no sum.
TWICE = "another event that is handled reports the same"
NOT_YET = "no money has moved yet"
NO_MONEY = "no money moves, or an event that is handled reports it"
NOT_USED = "this site makes none"
IGNORED = {
    **dict.fromkeys(
        """
            charge.succeeded payment_intent.succeeded invoice.payment_succeeded invoice_payment.paid
            charge.refund.updated charge.captured
        """.split(),
        TWICE,
    ),
    **dict.fromkeys(
        """
            charge.expired charge.failed charge.pending checkout.session.async_payment_failed
            checkout.session.expired customer.subscription.created customer.subscription.trial_will_end
            invoice.created invoice.finalized invoice.finalization_failed invoice.overdue invoice.sent
            invoice.upcoming invoice.will_be_due invoice.payment_action_required
            invoice.payment_attempt_required payment_intent.amount_capturable_updated payment_intent.canceled
            payment_intent.created payment_intent.payment_failed payment_intent.processing
            payment_intent.requires_action
        """.split(),
        NOT_YET,
    ),
    **dict.fromkeys(
        """
            charge.updated customer.subscription.paused customer.subscription.resumed
            customer.subscription.updated customer.subscription.pending_update_applied
            customer.subscription.pending_update_expired invoice.updated invoice.deleted invoice.voided
            invoice.marked_uncollectible invoice.overpaid radar.early_fraud_warning.created
            radar.early_fraud_warning.updated review.opened review.closed
        """.split(),
        NO_MONEY,
    ),
    **dict.fromkeys(
        """
            credit_note.created credit_note.updated credit_note.voided payment_intent.partially_funded
            subscription_schedule.aborted subscription_schedule.canceled subscription_schedule.completed
            subscription_schedule.created subscription_schedule.expiring subscription_schedule.released
            subscription_schedule.updated
        """.split(),
        NOT_USED,
    ),
}


def events_of_stripe() -> set[str]:
    """The events that an endpoint can be sent, as the library knows them."""
    text = str(WebhookEndpointCreateParams.__annotations__["enabled_events"])
    return {name for name in re.findall(r"['\"]([a-z_0-9.]+)['\"]", text) if name.startswith(SUBJECTS)}


def test_it_has_decided_about_every_event() -> None:
    assert set(PARSERS) | set(IGNORED) == events_of_stripe()
    assert not set(PARSERS) & set(IGNORED)


def test_the_readme_names_the_events_that_are_handled() -> None:
    listed = README.read_text(encoding="utf-8").partition("### Card donations")[2].partition("\n\nA restricted key")[0]
    assert set(re.findall(r"`([a-z_]+\.[a-z_.]+)`", listed)) == set(PARSERS)
