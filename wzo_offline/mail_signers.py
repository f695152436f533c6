"""wzo-mail-signers: sends a newsletter to the signers who asked for it, from the organisers' own computer."""

import argparse
import getpass
import os
import smtplib
import sys
import time
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, timedelta
from email.message import EmailMessage
from pathlib import Path

from nacl.public import PrivateKey

from wzo_offline.newsletter import Newsletter, build_message, read_newsletter
from wzo_offline.sealed_export import Signature, open_export, read_private_keys
from wzo_offline.smtp import connect

PROGRAM = "wzo-mail-signers"
URL_VARIABLE = "SMTP_URL"
# A signer who has unsubscribed since the export would still get the newsletter.
MAX_AGE = timedelta(days=2)
PER_MINUTE = 20
# This many consecutive refusals point to us, not to the addresses.
MAX_REFUSALS_IN_A_ROW = 5


class CannotSend(Exception):
    """The newsletter cannot be sent; the text says why and what to do."""


def main() -> None:
    """Show what would be sent: wzo-mail-signers KEY EXPORT --from ADDRESS --ru FILE --en FILE; with --send, send it."""
    arguments = _parser().parse_args()
    try:
        newsletters = {code: read_newsletter(path) for code in ("ru", "en") if (path := getattr(arguments, code))}
        if not newsletters:
            raise CannotSend("give the text of the newsletter with --ru, --en or both")
        keys = read_private_keys(arguments.keys)
        signers = _read_signers(arguments, keys, newsletters)
        remaining = [it for it in signers if it["receipt"] not in newsletters[it["language"]].sent_log]
        print(f"{len(signers)} signers want news; {len(signers) - len(remaining)} have it already.")
        if remaining and arguments.send:
            _send(remaining, newsletters, arguments)
        elif remaining:
            print(f"Nothing is sent without --send. The first of {len(remaining)} e-mails:\n")
            print(_as_text(build_message(newsletters[remaining[0]["language"]], remaining[0], arguments.sender)))
    except KeyboardInterrupt:
        raise SystemExit(f"\n{PROGRAM}: stopped. Run the same command again to go on.") from None
    except smtplib.SMTPAuthenticationError:
        raise SystemExit(f"{PROGRAM}: the mail server refuses the user name or password.") from None
    except (smtplib.SMTPException, OSError) as error:
        raise SystemExit(f"{PROGRAM}: {error}. Run the same command again to go on.") from None
    except (CannotSend, ValueError) as error:
        raise SystemExit(f"{PROGRAM}: {error}.") from None


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog=PROGRAM,
        description="Send a newsletter to the signers who asked for it, one by one, from the organisers' own mail "
        "account. Without --send, it only shows what it would do. "
        "If it was stopped, run it again: it goes on where it was, by the files “….sent” next to the texts.",
        epilog=f"The mail account is the URL in the environment variable {URL_VARIABLE}, such as "
        "smtps://user@mail.example.org; the password is asked for if it is not in the URL.",
    )
    parser.add_argument(
        "keys",
        type=Path,
        nargs="+",
        metavar="key",
        help="the private key file written by `flask petition keygen`; several if the key was replaced",
    )
    parser.add_argument("export", type=Path, help="a fresh export file from the site")
    parser.add_argument("--from", dest="sender", required=True, metavar="ADDRESS", help="the sender's e-mail address")
    parser.add_argument(
        "--ru", type=Path, metavar="FILE", help="the newsletter in Russian; the first line is “Subject: …”"
    )
    parser.add_argument("--en", type=Path, metavar="FILE", help="the newsletter in English, likewise")
    parser.add_argument("--send", action="store_true", help="send the e-mails")
    parser.add_argument("--per-minute", type=int, default=PER_MINUTE, help=f"e-mails a minute (default: {PER_MINUTE})")
    parser.add_argument("--allow-old-export", action="store_true", help=f"use an export older than {MAX_AGE.days} days")
    return parser


def _read_signers(
    arguments: argparse.Namespace, keys: list[PrivateKey], newsletters: Mapping[str, Newsletter]
) -> list[Signature]:
    """The signers who want the newsletter, in a language that it has; raises CannotSend if the export is too old."""
    signers, other = [], 0
    with arguments.export.open(encoding="utf-8") as lines:
        for signature in open_export(lines, *keys):
            _check_age(signature["exported_on"], allow_old=arguments.allow_old_export)
            if signature["wants_news"]:
                if signature["language"] in newsletters:
                    signers.append(signature)
                else:
                    other += 1
    if other:
        print(f"{other} signers want news in another language and get no e-mail.", file=sys.stderr)
    return signers


def _check_age(exported_on: str, *, allow_old: bool) -> None:
    if not exported_on:
        raise CannotSend("the export has no links to unsubscribe; download it again from the site")
    if not allow_old and date.fromisoformat(exported_on) < datetime.now(UTC).date() - MAX_AGE:
        raise CannotSend(
            f"the export is of {exported_on}, and signers may have unsubscribed since then; download it "
            "again, or add --allow-old-export"
        )


def _send(signers: list[Signature], newsletters: Mapping[str, Newsletter], arguments: argparse.Namespace) -> None:
    """Send the newsletter; a crash causes one extra copy at most, as each signer is logged at once."""
    url = os.environ.get(URL_VARIABLE, "")
    server = connect(url, lambda: getpass.getpass("Password of the mail account: "))
    sent = refused_in_a_row = 0
    try:
        for signer in _paced(signers, arguments.per_minute):
            newsletter = newsletters[signer["language"]]
            try:
                server.send_message(build_message(newsletter, signer, arguments.sender))
            except (smtplib.SMTPRecipientsRefused, smtplib.SMTPNotSupportedError):
                print(f"The mail server refuses the address of {signer['receipt']}.", file=sys.stderr)
                refused_in_a_row += 1
                if refused_in_a_row == MAX_REFUSALS_IN_A_ROW:
                    raise CannotSend(
                        f"{MAX_REFUSALS_IN_A_ROW} addresses in a row were refused, so it may be us; try later"
                    ) from None
                continue
            newsletter.sent_log.add(signer["receipt"])
            sent, refused_in_a_row = sent + 1, 0
            if sys.stdout.isatty():
                print(f"\r{sent} of {len(signers)}", end="", flush=True)
    finally:
        server.close()
        print(f"\n{sent} of {len(signers)} e-mails sent.")


def _as_text(message: EmailMessage) -> str:
    """A message as people read it, without its encodings."""
    headers = "".join(f"{name}: {value}\n" for name, value in message.items() if not name.startswith("Content-"))
    return f"{headers}\n{message.get_content()}"


def _paced(signers: list[Signature], per_minute: int) -> Iterator[Signature]:
    """Yield signers at no more than `per_minute`."""
    for number, signer in enumerate(signers):
        if number:
            time.sleep(60 / max(1, per_minute))
        yield signer


if __name__ == "__main__":
    main()
