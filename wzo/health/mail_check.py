"""A test e-mail, sent at once, so that an operator sees what the mail server replies."""

from datetime import datetime

from wzo import mail
from wzo.config import Settings
from wzo.smtp import AddressRejected, MailDeferred, MailRefused, MailUnanswered, MailUnavailable, NotSent

MEANINGS: dict[type[NotSent], str] = {
    AddressRejected: "The mail server rejects this address",
    MailRefused: "The mail server refuses the e-mail",
    MailDeferred: "The mail server refuses the e-mail for now",
    MailUnavailable: "No mail server was reached, or it ended the connection; see SMTP_URL",
    MailUnanswered: "The mail server took the e-mail but did not reply in time",
}


def send_test_email(recipient: str, settings: Settings, time: datetime) -> tuple[bool, str]:
    """Send a test e-mail; returns whether it was accepted, and a sentence with what the mail server replied."""
    content = {
        "to": recipient,
        "id": mail.generate_id(),
        "subject": "Test",
        "text": f"This is a test e-mail of {time:%Y-%m-%d %H:%M} UTC. It can be deleted.\n",
    }
    mailer = mail.create_mailer(settings)
    try:
        with mailer:
            mailer.send(mail.build_message(content, from_address=settings.mail_from))
    except NotSent as failure:
        return False, f"{MEANINGS[type(failure)]}: {mailer.last_reply or failure}."
    return True, f"accepted: {mailer.last_reply}"
