"""flask backup …: make backups, list and check them."""

from pathlib import Path

import click
from flask.cli import AppGroup, with_appcontext

from wzo.backup.actions import BackupResult, back_up_to_file, back_up_to_store
from wzo.backup.opening import KEY_HELP, explained, open_archive, open_backup, progress, read_key
from wzo.backup.stores import BackupStore
from wzo.config import encode_key, settings
from wzo.config.key_files import write_private_key
from wzo_offline.backup_archive import check_archive, describe
from wzo_offline.backup_file import is_encrypted, public_key, verify_checksum

NO_DESTINATION = (
    "Say where with --to: a new file, a folder, or s3://bucket/folder?endpoint=https://host; or set BACKUP_URL."
)


@click.group("backup", cls=AppGroup, invoke_without_command=True)
@click.option("--to", help="A new file, a folder, or s3://bucket/folder?endpoint=https://host (default: BACKUP_URL).")
@click.option("--keep", type=click.IntRange(1), help="In a folder or bucket: of how many days backups are kept.")
@click.pass_context
@with_appcontext
def backup_cli(context: click.Context, to: str | None, keep: int | None) -> None:
    """Back up the database and the pictures.

    The backup is encrypted, and the site may run meanwhile. Old backups in the same folder or bucket are deleted.
    """
    if context.invoked_subcommand is not None:
        return
    with explained(), progress("Backing up") as start:
        to = to or _backup_url()
        if to.startswith(("s3:", "file:")) or Path(to).is_dir():
            store = BackupStore(to if "://" in to else Path(to).resolve().as_uri())
            result = back_up_to_store(store, keep=keep or settings().backup_keep, start=start)
        elif keep:
            raise click.ClickException("--keep is for a folder or a bucket: it deletes old backups there.")
        else:
            result = back_up_to_file(Path(to), start)
    _report(result)


@backup_cli.command("keygen")
@click.option(
    "--out",
    type=click.Path(dir_okay=False, path_type=Path),
    default="backup-private-key.txt",
    show_default=True,
    help="Where to write the private key.",
)
def keygen(out: Path) -> None:
    """Generate a key pair for backups alone. Run this on the organisers' own computer, never on the server."""
    with explained():
        public = write_private_key(out)
    click.echo(f"The private key is in {out}. Keep two copies offline: without it no backup can ever be restored.")
    click.echo("Add this line to the server's settings:")
    click.echo(f"BACKUP_PUBLIC_KEY={encode_key(public)}")


@backup_cli.command("list")
@with_appcontext
def list_backups() -> None:
    """List the backups in BACKUP_URL, newest first."""
    with explained():
        for backup in BackupStore(_backup_url()).all():
            click.echo(f"{backup.name}  {backup.size / 1024**2:.1f} MB")


@backup_cli.command("verify")
@click.argument("backup")
@click.option("--key", type=click.Path(allow_dash=True, path_type=Path), help=KEY_HELP)
@with_appcontext
def verify(backup: str, key: Path | None) -> None:
    """Check that a backup is whole, and with the private key what is in it. BACKUP is a file, or one in BACKUP_URL."""
    with explained(), open_backup(backup) as file:
        private_key = read_key(key)
        if is_encrypted(file):
            click.echo(f"SHA-256 {verify_checksum(file)}: as it was written.")
            click.echo(f"It is encrypted to the public key {encode_key(public_key(file))}.")
        if private_key or not is_encrypted(file):
            click.echo(describe(check_archive(open_archive(file, private_key))))
            click.echo("The backup is whole.")
        else:
            click.echo("Add --key to check what is in it.")


def _report(result: BackupResult) -> None:
    summary = result.summary
    rows = sum(summary.rows.values())
    click.echo(f"{result.name}: {rows} rows and {summary.files} media files. SHA-256 {result.sha256}")
    if summary.missing:
        click.echo(
            f"{summary.missing} pictures, documents or recordings are in the backup without their content, which is "
            "not in MEDIA_URL or was replaced meanwhile. Make another backup."
        )
    if result.deleted:
        click.echo(f"Deleted {len(result.deleted)} older ones: {', '.join(sorted(result.deleted))}")


def _backup_url() -> str:
    url: str = settings().backup_url
    if not url:
        raise click.ClickException(NO_DESTINATION)
    return url
