"""flask users …: create and reset accounts from the server; flask audit verify: check the audit log."""

import click
from flask.cli import AppGroup, with_appcontext
from sqlalchemy import select

from wzo.accounts import invitations
from wzo.accounts.models import Role, User
from wzo.audit import check_chain, is_in_log
from wzo.config import settings
from wzo.email_addresses import InvalidEmail, clean_email
from wzo.extensions import db
from wzo.i18n import DEFAULT_LANGUAGE, LANGUAGES

users_cli = AppGroup("users", help="The editors' accounts.")
audit_cli = AppGroup("audit", help="The audit log.")


@users_cli.command("create")
@click.option("--name", prompt="Name (shown to other editors)", help="The editor's name.")
@click.option("--email", prompt="E-mail address", help="The address for signing in and for mail.")
@click.option(
    "--role",
    prompt="Role",
    type=click.Choice([role.value for role in Role]),
    default=Role.ADMINISTRATOR.value,
    help="The editor's role.",
)
@click.option(
    "--language", type=click.Choice(list(LANGUAGES)), default=DEFAULT_LANGUAGE, help="The language of the e-mail."
)
@with_appcontext
def create(name: str, email: str, role: str, language: str) -> None:
    """Invite an editor: print a link and send it by e-mail. It can be used once, within 24 hours."""
    try:
        email_address = clean_email(email).lower()
        token = invitations.invite(
            name=name.strip(), email=email_address, role=role, language=language, created_by=None
        )
    except InvalidEmail:
        raise click.ClickException(f"“{email}” is not a valid e-mail address.") from None
    except invitations.EmailTaken:
        raise click.ClickException("An account with this e-mail address already exists.") from None
    _print_link(token)


@users_cli.command("reset")
@click.argument("email")
@with_appcontext
def reset(email: str) -> None:
    """Print a link for resetting an editor's password and second factor. It can be used once, within 24 hours."""
    user_id = db.session.scalar(select(User.id).where(User.email == email.strip().lower()))
    if user_id is None:
        raise click.ClickException("There is no account with this e-mail address.")
    _print_link(invitations.create_reset_link(user_id=user_id, created_by=None))


@audit_cli.command("verify")
@click.argument("known", default="")
@with_appcontext
def verify(known: str) -> None:
    """Check that no log entry has been changed or removed, and report the first that is invalid.

    KNOWN is a hash that was printed earlier. Anyone who can write to the database can recalculate all hashes: only a
    hash that was kept elsewhere finds that, and that entries were cut off at the end.
    """
    valid, broken, last = check_chain()
    if broken is not None:
        raise click.ClickException(f"Entry {broken} is invalid: it or an earlier one has been changed or removed.")
    if known and not is_in_log(known):
        raise click.ClickException("The known hash is in no entry: the log has been recalculated, or cut off.")
    click.echo(f"The log is intact: {valid} entries. Keep this hash elsewhere, for the next check: {last.hex()}")


def print_first_invitation() -> None:
    """Print the link for the first administrator, as long as there is no account."""
    token = invitations.create_first_invitation()
    if token:
        click.echo("There are no editors yet. Set up the first account (the link can be used once, within 24 hours):")
        _print_link(token)


def _print_link(token: str) -> None:
    click.echo(f"{settings().site_url}/admin/set-up/{token}/")
