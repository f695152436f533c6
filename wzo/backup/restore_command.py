"""flask restore."""

from pathlib import Path

import click
from flask.cli import with_appcontext

from wzo.audit import check_chain
from wzo.backup import restoring
from wzo.backup.opening import KEY_HELP, explained, open_archive, open_backup, progress, read_key
from wzo.extensions import db
from wzo.petition.models import Petition
from wzo.petition.queries import get_count, recount
from wzo.release_lock import release_lock


@click.command("restore")
@click.argument("backup")
@click.option("--key", type=click.Path(allow_dash=True, path_type=Path), help=KEY_HELP)
@click.option("--replace", is_flag=True, help="Delete the content of the database. Without this, it must be empty.")
@with_appcontext
def restore(backup: str, key: Path | None, replace: bool) -> None:
    """Restore a backup into an empty database. BACKUP is a file, decrypted or not, or one in BACKUP_URL."""
    with explained(), open_backup(backup) as file, progress("Restoring") as start:
        private_key = read_key(key)
        with release_lock(on_wait=lambda: click.echo("A release is running. Waiting for its end …")):
            contents = restoring.restore(lambda: open_archive(file, private_key), start, replace=replace)
    click.echo(f"Restored {sum(contents.rows.values())} rows and {contents.files} files of pictures.")
    _check_restored()


def _check_restored() -> None:
    """Check the restored audit log and counts, and print the results; fails if one is wrong."""
    valid, broken, last = check_chain()
    wrong = broken is not None
    click.echo(f"Audit log: {valid} valid entries, the last with the hash {last.hex()}.")
    for petition in db.session.scalars(db.select(Petition).order_by(Petition.position)):
        public, counted = get_count(petition.id, petition.goal).confirmed, recount(petition.id)
        wrong = wrong or public != counted
        click.echo(f"{petition.slug}: public count {public}, recount {counted}.")
    if wrong:
        raise click.ClickException("Everything was restored, but the audit log or a count was wrong in the backup.")
