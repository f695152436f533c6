"""flask doctor: says what is wrong and what to do; flask keys accept: takes a changed key for the right one."""

import sys

import click
from flask.cli import AppGroup, with_appcontext

from wzo import key_fingerprints
from wzo.clock import now
from wzo.config import settings
from wzo.email_addresses import InvalidEmail, clean_email
from wzo.health import worker_findings
from wzo.health.checks import PROBES, SERVICE_CHECKS, run_checks
from wzo.health.findings import Finding, Severity
from wzo.health.keys import CHANGED
from wzo.health.mail_check import send_test_email
from wzo.i18n import in_language

keys_cli = AppGroup("keys", help="The keys in the settings.")


@click.command("doctor")
@click.option("--mail-to", metavar="ADDRESS", help="Send a test e-mail there, and print what the mail server replied.")
@click.option("--offline", is_flag=True, help="Do not contact SITE_URL, the media store and the backup store.")
@with_appcontext
def doctor(mail_to: str | None, offline: bool) -> None:
    """Check everything, and say what to do. The exit code is 1 if there is a problem; notes do not count."""
    checks = SERVICE_CHECKS if offline else {**SERVICE_CHECKS, **PROBES}
    with in_language("en"):
        results = run_checks(checks)
        known: set[tuple[str, str]] = set()
        for name in ("database", *checks):
            _print_check(name, results.get(name), known)
    problems = {(it.key, it.subject) for found in results.values() for it in found if it.severity is not Severity.NOTE}
    is_sent = mail_to is None or _try_mail(mail_to)
    click.echo(f"Problems: {len(problems)}." if problems else "No problems.")
    sys.exit(0 if is_sent and not problems else 1)


def _print_check(name: str, findings: list[Finding] | None, known: set[tuple[str, str]]) -> None:
    """Print what a check found, unless another check has found the same."""
    new = [it for it in findings or [] if (it.key, it.subject) not in known]
    known.update((it.key, it.subject) for it in new)
    if findings is None:
        click.echo(f"skipped  {name}")
    elif not findings:
        click.echo(f"ok       {name}")
    for finding in new:
        click.echo(f"{finding.severity.upper():8} {finding.key}: {finding.title}")
        click.echo(f"         → {finding.remedy}")


def _try_mail(address: str) -> bool:
    """Send a test e-mail; returns whether the server accepted it."""
    try:
        recipient = clean_email(address)
    except InvalidEmail:
        raise click.UsageError(f"“{address}” is not a valid e-mail address.") from None
    is_sent, reply = send_test_email(recipient, settings(), now())
    click.echo(f"{'ok' if is_sent else 'ERROR':8} test e-mail: {reply}")
    return is_sent


@keys_cli.command("accept")
@click.argument("name", type=click.Choice(sorted(key_fingerprints.NAMES)))
@click.option("--yes", is_flag=True, help="Do not ask for confirmation.")
@with_appcontext
def accept(name: str, yes: bool) -> None:
    """Take the key that is set now for the right one.

    Another one was in use before. What the old key encrypted or hashed stays as it is: docs/operations.md says what
    that means for each key.
    """
    if name not in key_fingerprints.own_fingerprints(settings()):
        raise click.ClickException(f"{name} is not set.")
    if name not in key_fingerprints.changed_keys():
        click.echo(f"{name} is the key that is known already.")
        key_fingerprints.record_missing()
        return
    if not yes:
        click.confirm(f"Use the new {name} from now on?", abort=True)
    key_fingerprints.accept(name)
    worker_findings.clear_finding(CHANGED[name].key)
    click.echo(f"{name} is accepted.")
