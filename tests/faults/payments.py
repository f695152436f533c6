"""Events of Stripe: forged, replayed, late and out of order."""

import random
from datetime import date

from tests.donate.card.test_actions import damaged_events, life_of_donations
from tests.faults.drill import Ground, Outcome, Size
from wzo.donate.card.queries import sum_card_donations
from wzo.extensions import db

REPLAYS = 100
# Of what `life_of_donations` leaves, and of a single donation, in cents.
REMAINING, SINGLE = 3500, 1000


def webhooks(ground: Ground, size: Size) -> Outcome:
    """Each payment is counted once, whatever comes to the webhook."""
    stripe, statuses = ground.site.stripe, []
    before = _total(ground)
    paid = stripe.pay(stripe.begin(amount=SINGLE))[-1]
    body, header = stripe.sign(paid)
    forged = [stripe.post(body, header.replace("v1=", "v0=")), stripe.post(body.replace(b"1000", b"9000"), header)]
    forged += [stripe.post(*stripe.sign(paid, secret="whsec_another")), stripe.post(*stripe.sign(paid, age=301))]
    forged += [stripe.post(*stripe.sign(paid, age=-3600)), stripe.post(b"\xff", header), stripe.post(b"", "")]
    forged += stripe.send(damaged_events(paid))
    statuses += stripe.send([paid], times=REPLAYS)
    expected, chance = SINGLE, random.Random(12)
    for _ in range(size.repeats):
        events = life_of_donations(stripe)
        chance.shuffle(events)
        statuses += stripe.send(events)
        expected += REMAINING
    held = sum(it == 400 for it in forged) + sum(it == 200 for it in statuses)
    counted = _total(ground) - before
    lost, doubled = max(0, expected - counted), max(0, counted - expected)
    return Outcome(len(forged) + len(statuses), held, lost, doubled, f"EUR {counted / 100:.2f} of {expected / 100:.2f}")


def _total(ground: Ground) -> int:
    with ground.site.inside():
        total = sum_card_donations(date(2020, 1, 1), date(2099, 1, 1)).get("EUR", 0)
        db.session.rollback()
    return total
