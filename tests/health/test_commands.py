"""flask doctor with a test e-mail, and flask keys accept."""

import contextvars

import pytest

from tests.health.conftest import HealthySite
from tests.smtp_server import AFTER_DOT, Behaviour, SmtpServer
from wzo.extensions import db, write_transaction
from wzo.health.worker_findings import WorkerFinding
from wzo.key_fingerprints import NAMES

ADDRESS = "operator@example.org"


def run(site: HealthySite, *arguments: str, typed: str | None = None) -> tuple[int, str]:
    """Run a command outside the test's own application context, as from a terminal."""
    invoke = site.app.test_cli_runner().invoke
    result = contextvars.Context().run(invoke, args=[*arguments], input=typed)
    return result.exit_code, result.output


@pytest.mark.parametrize(
    ("behaviour", "code", "said"),
    [
        (Behaviour(), 0, "ok       test e-mail: accepted: 250"),
        (
            Behaviour(replies={ADDRESS: "550 5.1.1 no such mailbox"}),
            1,
            "rejects this address: 550 5.1.1 no such mailbox.",
        ),
        (Behaviour(replies={"MAIL": "451 4.7.1 greylisted"}), 1, "refuses the e-mail for now: 451 4.7.1 greylisted."),
        (Behaviour(replies={AFTER_DOT: "554 5.7.1 spam"}), 1, "refuses the e-mail: 554 5.7.1 spam."),
    ],
)
def test_it_sends_a_test_email_and_prints_what_the_server_replied(
    site: HealthySite, behaviour: Behaviour, code: int, said: str
) -> None:
    with SmtpServer(behaviour) as server:
        site.change(smtp_url=server.url)
        result, printed = run(site, "doctor", "--offline", "--mail-to", ADDRESS)
    assert said in printed
    assert result == code
    assert [it.recipient for it in server.received] in ([], [ADDRESS])


def test_it_says_that_no_mail_server_was_reached(site: HealthySite) -> None:
    code, printed = run(site, "doctor", "--offline", "--mail-to", ADDRESS)
    assert (code, "No mail server was reached" in printed, "SMTP_URL" in printed) == (1, True, True)


def test_it_refuses_an_invalid_address(site: HealthySite) -> None:
    code, printed = run(site, "doctor", "--mail-to", "nobody")
    assert (code, "“nobody” is not a valid e-mail address." in printed) == (2, True)


def test_it_contacts_no_other_server_when_offline(site: HealthySite) -> None:
    site.change(site_url="https://127.0.0.1:1", media_url="s3://bucket?endpoint=http://127.0.0.1:1")
    code, printed = run(site, "doctor", "--offline")
    assert (code, "media-store" in printed, "site-headers" in printed) == (0, False, False)


def test_it_accepts_a_key_that_was_changed_on_purpose(site: HealthySite) -> None:
    site.change(outbox_key=b"x" * 32)
    site.let_worker_check()
    assert "outbox-key-changed" in run(site, "doctor", "--offline")[1]
    assert run(site, "keys", "accept", "OUTBOX_KEY", typed="n\n")[0] == 1
    assert run(site, "doctor", "--offline")[0] == 1
    assert run(site, "keys", "accept", "OUTBOX_KEY", "--yes") == (0, "OUTBOX_KEY is accepted.\n")
    # Also in what the worker has found before.
    assert run(site, "doctor", "--offline")[0] == 0
    assert "known already" in run(site, "keys", "accept", "OUTBOX_KEY")[1]


def test_it_accepts_no_key_that_is_missing_or_unknown(site: HealthySite) -> None:
    site.change(signature_public_key=None)
    code, printed = run(site, "keys", "accept", "SIGNATURE_PUBLIC_KEY", "--yes")
    assert (code, "SIGNATURE_PUBLIC_KEY is not set." in printed) == (1, True)
    code, printed = run(site, "keys", "accept", "ANOTHER")
    assert code == 2
    assert all(name in printed for name in NAMES)


def test_it_passes_over_findings_that_another_version_of_the_worker_had(site: HealthySite) -> None:
    with site.app.app_context(), write_transaction():
        db.session.add(WorkerFinding(key="of-another-version", subject=""))
    assert run(site, "doctor", "--offline")[0] == 0
