"""flask petition …: generate the organisers' keys, export signatures, check the count."""

import sys
from pathlib import Path

import click
from flask.cli import AppGroup, with_appcontext

from wzo.config import encode_key, settings
from wzo.config.key_files import write_private_key
from wzo.extensions import db
from wzo.petition import queries, retention
from wzo.petition.export import export_lines
from wzo.petition.models import Petition, Retention

petition_cli = AppGroup("petition", help="The petition's keys, export and count.")


@petition_cli.command("keygen")
@click.option(
    "--out",
    type=click.Path(dir_okay=False, path_type=Path),
    default="signature-private-key.txt",
    show_default=True,
    help="Where to write the private key.",
)
def keygen(out: Path) -> None:
    """Generate the organisers' key pair. Run this on their own computer, never on the server."""
    try:
        public = write_private_key(out)
    except FileExistsError:
        raise click.ClickException(f"{out} already exists. Keys are never overwritten; choose another file.") from None
    except OSError as error:
        raise click.ClickException(f"{out} cannot be written: {error.strerror}.") from None
    click.echo(f"The private key is in {out}. Keep two copies offline: without it no signature can ever be read.")
    click.echo("Add this line to the server's settings:")
    click.echo(f"SIGNATURE_PUBLIC_KEY={encode_key(public)}")


@petition_cli.command("export")
@click.argument("slug")
@click.argument("out", type=click.Path(dir_okay=False, path_type=Path))
@with_appcontext
def export(slug: str, out: Path) -> None:
    """Write the sealed signatures to a file. Open it with `wzo-unseal` on the organisers' computer."""
    petition_id = db.session.scalar(db.select(Petition.id).where(Petition.slug == slug))
    if petition_id is None:
        raise click.ClickException(f"There is no petition “{slug}”.")
    written = 0
    try:
        with out.open("x", encoding="utf-8") as file:
            total = queries.get_count(petition_id, None).confirmed
            # Shown on a terminal only.
            with click.progressbar(export_lines(petition_id), length=total, file=sys.stderr) as lines:
                for line in lines:
                    file.write(line)
                    written += 1
    except FileExistsError:
        raise click.ClickException(f"{out} already exists; choose another file.") from None
    except OSError as error:
        raise click.ClickException(f"{out} cannot be written: {error.strerror}.") from None
    click.echo(f"{written} signatures written.")


@petition_cli.command("retention")
@click.argument("slug")
@click.option(
    "--stage",
    type=click.Choice([str(stage) for stage in Retention]),
    default=str(Retention.ERASE_HASHES),
    show_default=True,
    help="What to destroy: the hashes of e-mail addresses; also the sealed signatures; or the public names, too.",
)
@click.option("--yes", is_flag=True, help="Destroy it. Without this, only say what would be destroyed.")
@with_appcontext
def destroy(slug: str, stage: str, yes: bool) -> None:
    """Destroy the data of a closed petition that are no longer needed. This cannot be undone; export first."""
    petition = db.session.scalars(db.select(Petition).where(Petition.slug == slug)).first()
    if petition is None:
        raise click.ClickException(f"There is no petition “{slug}”.")
    petition_id, left = petition.id, retention.get_remaining(petition.id)
    click.echo(f"Hashes of e-mail addresses: {left.hashes}, with the mailboxes that nothing else needs.")
    click.echo(f"Signatures that were never confirmed: {left.pending}.")
    if stage != Retention.ERASE_HASHES:
        click.echo(f"Sealed signatures: {left.confirmed}. Without an export nobody can ever read them again.")
    if stage == Retention.ERASE_EVERYTHING:
        click.echo(f"Public names: {left.names}.")
    click.echo("The public count stays, and so do mailboxes whose owners want no e-mails. Backups are not changed.")
    if not yes:
        click.echo("Nothing has been destroyed. Add --yes to destroy it.")
        return
    try:
        retention.order(petition_id=petition_id, stage=Retention(stage))
    except retention.PetitionNotClosed:
        raise click.ClickException("The petition is open. Close it first.") from None
    except retention.CannotUndo:
        raise click.ClickException("More than that has already been destroyed.") from None
    retention.carry_out(petition_id)
    click.echo("Destroyed.")


@petition_cli.command("recount")
@with_appcontext
def recount() -> None:
    """Compare the public count with a recount. Fails if they differ."""
    wrong = False
    for petition in db.session.scalars(db.select(Petition).order_by(Petition.position)):
        public = queries.get_count(petition.id, petition.goal).confirmed
        counted = queries.recount(petition.id)
        wrong = wrong or public != counted
        click.echo(f"{petition.slug}: public count {public}, recount {counted}")
    if wrong:
        raise click.ClickException("The public count is wrong.")
    if settings().signature_public_key is None:
        click.echo("Note: SIGNATURE_PUBLIC_KEY is not set, so the petition cannot be signed.")
