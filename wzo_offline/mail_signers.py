"""wzo-mail-signers: sends news to the signers who asked for it, from the organisers' own computer."""

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

from wzo_offline.news_email import NewsEmail, build_message, read_email
from wzo_offline.sealed_export import Signature, open_export, read_private_keys
from wzo_offline.smtp import connect

PROGRAM = "wzo-mail-signers"
URL_VARIABLE = "SMTP_URL"
# A signer who has taken the consent back since the export would get the news all the same.
MAX_AGE = timedelta(days=2)
PER_MINUTE = 20
# So many addresses in a row are not refused for their own sake.
MAX_REFUSED = 5


class Refused(Exception):
    """The news must not be sent; the text says why and what to do."""


def main() -> None:
    """Show what would be sent: wzo-mail-signers KEY EXPORT --from ADDRESS --ru FILE --en FILE; with --send, send it."""
    arguments = _parser().parse_args()
    try:
        emails = {code: read_email(path) for code in ("ru", "en") if (path := getattr(arguments, code))}
        if not emails:
            raise Refused("give the text of the news with --ru, --en or both")
        keys = read_private_keys(arguments.keys)
        signers = _read_signers(arguments, keys, emails)
        left = [it for it in signers if it["receipt"] not in emails[it["language"]].handed_over]
        print(f"{len(signers)} signers want news; {len(signers) - len(left)} have it already.")
        if left and arguments.send:
            _send(left, emails, arguments)
        elif left:
            print(f"Nothing is sent without --send. The first of {len(left)} e-mails:\n")
            print(_as_text(build_message(emails[left[0]["language"]], left[0], arguments.sender)))
    except KeyboardInterrupt:
        raise SystemExit(f"\n{PROGRAM}: stopped. Run the same command again to go on.") from None
    except smtplib.SMTPAuthenticationError:
        raise SystemExit(f"{PROGRAM}: the mail server refuses the user name or password.") from None
    except (smtplib.SMTPException, OSError) as error:
        raise SystemExit(f"{PROGRAM}: {error}. Run the same command again to go on.") from None
    except (Refused, ValueError) as error:
        raise SystemExit(f"{PROGRAM}: {error}.") from None


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog=PROGRAM,
        description="Send news to the signers who asked for it, one by one, from the organisers' own mail account. "
        "Without --send, it only shows what it would do. "
        "If it was stopped, run it again: it goes on where it was, by the files “….sent” beside the texts.",
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
    parser.add_argument("--ru", type=Path, metavar="FILE", help="the news in Russian; the first line is “Subject: …”")
    parser.add_argument("--en", type=Path, metavar="FILE", help="the news in English, likewise")
    parser.add_argument("--send", action="store_true", help="send the e-mails")
    parser.add_argument("--per-minute", type=int, default=PER_MINUTE, help=f"e-mails a minute (default: {PER_MINUTE})")
    parser.add_argument("--anyway", action="store_true", help=f"use an export older than {MAX_AGE.days} days")
    return parser


def _read_signers(
    arguments: argparse.Namespace, keys: list[PrivateKey], emails: Mapping[str, NewsEmail]
) -> list[Signature]:
    """The signers who want news in a language in which there are any; raises Refused if the export is too old."""
    signers, other = [], 0
    with arguments.export.open(encoding="utf-8") as lines:
        for signature in open_export(lines, *keys):
            _check_age(signature["exported_on"], anyway=arguments.anyway)
            if signature["wants_news"]:
                if signature["language"] in emails:
                    signers.append(signature)
                else:
                    other += 1
    if other:
        print(f"{other} signers want news in another language and get none.", file=sys.stderr)
    return signers


def _check_age(exported_on: str, *, anyway: bool) -> None:
    if not exported_on:
        raise Refused("the export has no links to stop the news; download it again from the site")
    if not anyway and date.fromisoformat(exported_on) < datetime.now(UTC).date() - MAX_AGE:
        raise Refused(
            f"the export is of {exported_on}, and signers may have taken back their consent since then; download it "
            "again, or add --anyway"
        )


def _send(signers: list[Signature], emails: Mapping[str, NewsEmail], arguments: argparse.Namespace) -> None:
    """Send the news; a crash costs one copy at most, as each signer is recorded at once."""
    url = os.environ.get(URL_VARIABLE, "")
    server = connect(url, lambda: getpass.getpass("Password of the mail account: "))
    sent = refused_in_a_row = 0
    try:
        for signer in _paced(signers, arguments.per_minute):
            news = emails[signer["language"]]
            try:
                server.send_message(build_message(news, signer, arguments.sender))
            except (smtplib.SMTPRecipientsRefused, smtplib.SMTPNotSupportedError):
                print(f"The mail server refuses the address of {signer['receipt']}.", file=sys.stderr)
                refused_in_a_row += 1
                if refused_in_a_row == MAX_REFUSED:
                    raise Refused(
                        f"{MAX_REFUSED} addresses in a row were refused, so it may be us; try later"
                    ) from None
                continue
            news.handed_over.add(signer["receipt"])
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
    """The signers, no more of them in a minute than that."""
    for number, signer in enumerate(signers):
        if number:
            time.sleep(60 / max(1, per_minute))
        yield signer


if __name__ == "__main__":
    main()
