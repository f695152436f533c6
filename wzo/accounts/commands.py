"""flask users …: create and reset accounts from the server; flask audit verify: check the audit log."""

import click
from flask.cli import AppGroup, with_appcontext
from sqlalchemy import select

from wzo.accounts import invitations
from wzo.accounts.models import Role, User
from wzo.audit import check_chain
from wzo.config import settings
from wzo.email_addresses import InvalidEmail, clean_email
from wzo.extensions import db
from wzo.i18n import LANGUAGES

users_cli = AppGroup("users", help="The editors' accounts.")
audit_cli = AppGroup("audit", help="The log of who did what.")


@users_cli.command("create")
@click.option("--name", prompt="Name, as the other editors see it", help="The editor's name.")
@click.option("--email", prompt="E-mail address", help="Where mail goes, and what the editor signs in with.")
@click.option(
    "--role",
    prompt="Role",
    type=click.Choice([role.value for role in Role]),
    default=Role.ADMINISTRATOR.value,
    help="What the editor may do.",
)
@click.option("--language", type=click.Choice(list(LANGUAGES)), default="ru", help="The language of the letter.")
@with_appcontext
def create(name: str, email: str, role: str, language: str) -> None:
    """Invite an editor. The link that is printed is sent by e-mail too; it works once, for 24 hours."""
    try:
        email_address = clean_email(email).lower()
        token = invitations.invite(
            name=name.strip(), email=email_address, role=role, language=language, created_by=None
        )
    except InvalidEmail:
        raise click.ClickException(f"“{email}” is no e-mail address.") from None
    except invitations.EmailTaken:
        raise click.ClickException("There is an account with this address already.") from None
    _print_link(token)


@users_cli.command("reset")
@click.argument("email")
@with_appcontext
def reset(email: str) -> None:
    """Print a link by which an editor sets up password and second factor anew; it works once, for 24 hours."""
    user_id = db.session.scalar(select(User.id).where(User.email == email.strip().lower()))
    if user_id is None:
        raise click.ClickException("There is no account with this address.")
    _print_link(invitations.create_reset_link(user_id=user_id, created_by=None))


@audit_cli.command("verify")
@with_appcontext
def verify() -> None:
    """Check that no entry of the log was altered or taken out; name the first that does not hold."""
    valid, broken, last = check_chain()
    if broken is not None:
        raise click.ClickException(f"Entry {broken} does not hold: it, or one before it, was altered or taken out.")
    click.echo(f"The log is whole: {valid} entries. Keep this to see later that none was cut off: {last.hex()}")


def print_first_invitation() -> None:
    """Print the link for the first administrator, as long as there is no account."""
    token = invitations.create_first_invitation()
    if token:
        click.echo("There is no editor yet. The first one comes in by this link; it works once, for 24 hours:")
        _print_link(token)


def _print_link(token: str) -> None:
    click.echo(f"{settings().site_url}/admin/set-up/{token}/")
