"""A mail server that is down, hangs, refuses everything or hangs up."""

from collections import Counter

from tests.faults.drill import LONG, Ground, Outcome, Size
from tests.running_site import wait_for
from tests.smtp_server import AFTER_DOT, Behaviour
from tests.test_delivery import REFUSALS

BEHAVIOURS = {
    "down": None,
    "closes after the dot": Behaviour(closes_after_dot=True),
    "silent after the dot": Behaviour(delay_after_dot=3600),
    **{f"refuses {step}": Behaviour(replies={command: reply}) for step, (command, reply) in REFUSALS.items()},
}
# The server has the e-mail, and nobody knows: it is sent once more, and again if the worker is killed meanwhile.
REPEATED = {"closes after the dot": 2, "silent after the dot": 2}
# There, the server has received what it refuses.
RECEIVES_FIRST = {name for name, it in BEHAVIOURS.items() if it and AFTER_DOT in it.replies}


def bad_mail_server(ground: Ground, size: Size) -> Outcome:
    """Sign while the mail server misbehaves, fix it, restart the worker: each gets one e-mail that works."""
    tries = lost = doubled = 0
    wrong = []
    for number, (name, behaviour) in enumerate(BEHAVIOURS.items()):
        addresses = [f"mail{number}-{index}@example.org" for index in range(size.signers)]
        _stop_worker(ground)
        _misbehave(ground, behaviour)
        begun = len(ground.smtp.greetings)
        for address in addresses:
            assert ground.sign(address).status == 303
            tries += 1
        ground.site.restart("worker")
        if behaviour:
            wait_for("an attempt", lambda begun=begun: len(ground.smtp.greetings) > begun, LONG)
        _stop_worker(ground)
        refused = ground.smtp.recipients if name in RECEIVES_FIRST else []
        _mend(ground, behaviour)
        ground.site.restart("worker")
        ground.wait_for_emails()
        received = Counter(ground.smtp.recipients)
        received.subtract(refused)
        missing = sum(received[it] < 1 for it in addresses)
        extra = sum(max(0, received[it] - 1 - REPEATED.get(name, 0)) for it in addresses)
        lost, doubled = lost + missing, doubled + extra
        wrong += [f"{name}: {missing} lost, {extra} doubled"] if missing or extra else []
    note = "; ".join([f"{len(BEHAVIOURS)} kinds of bad servers", *wrong])
    return Outcome(tries, tries - lost - doubled, lost, doubled, note)


def _stop_worker(ground: Ground) -> None:
    process = ground.site.processes.pop("worker")
    process.kill()
    process.wait()


def _misbehave(ground: Ground, behaviour: Behaviour | None) -> None:
    if behaviour is None:
        ground.smtp.stop()
    else:
        ground.smtp.behaviour = behaviour


def _mend(ground: Ground, behaviour: Behaviour | None) -> None:
    if behaviour is None:
        ground.smtp.start()
    ground.smtp.behaviour = Behaviour()
