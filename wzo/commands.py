"""The commands of `flask --app wzo`."""

import logging

import click
from flask import Flask
from flask.cli import AppGroup, with_appcontext
from flask_migrate import Migrate, upgrade
from sqlalchemy.exc import OperationalError

from wzo import key_fingerprints, logs
from wzo.accounts.commands import audit_cli, print_first_invitation, users_cli
from wzo.applied_migrations import MIGRATIONS, read_schema_state
from wzo.backup.commands import backup_cli
from wzo.backup.restore_command import restore
from wzo.cms.indexing import index_missing, rebuild
from wzo.config import settings
from wzo.extensions import db
from wzo.health.commands import doctor, keys_cli
from wzo.key_rotation import reencrypt_all
from wzo.petition.commands import petition_cli
from wzo.release_lock import release_lock
from wzo.seed.commands import demo_cli
from wzo.seed.confirmation import confirm as confirm_texts
from wzo.seed.confirmation import find_unconfirmed
from wzo.seed.loading import load_seed
from wzo.worker import Worker

content_cli = AppGroup("content", help="The initial content of the site.")
search_cli = AppGroup("search", help="The search index.")


@content_cli.command("load")
@with_appcontext
def load() -> None:
    """Add initial content that was never loaded before. Editors' changes and deletions are left alone."""
    _load()


@content_cli.command("confirm")
@click.option("--yes", is_flag=True, help="Confirm them; without it, they are only listed.")
@with_appcontext
def confirm(yes: bool) -> None:
    """List unconfirmed initial content; --yes confirms it.

    A text that an editor has published since needs no confirmation. It names people: let a member of the group read it
    first, in the panel.
    """
    found = find_unconfirmed()
    for text in found:
        click.echo(f"{text.key}: {text.title}")
    if yes:
        click.echo(f"Initial content: {confirm_texts([it.key for it in found])} texts confirmed.")
    else:
        click.echo(f"Initial content: {len(found)} texts to confirm.")


@search_cli.command("rebuild")
@with_appcontext
def rebuild_index() -> None:
    """Rebuild the search index from all live texts. Editing keeps it up to date; this repairs a damaged index."""
    click.echo(f"Search: {rebuild()} texts indexed.")


@click.command("release")
@with_appcontext
def release() -> None:
    """Bring the database, the content and the index up to date. A second release at the same time waits."""
    _check_database()
    with release_lock(on_wait=lambda: click.echo("Another release is running. Waiting for its end …")):
        _migrate()
        key_fingerprints.record_missing()
        index_missing()
        _load()
        print_first_invitation()


@click.command("worker")
@with_appcontext
def worker() -> None:
    """Send mail and run queued jobs until stopped."""
    _check_newer_migrations()
    if settings().log_format == "json":
        logs.use_json(logging.INFO)
    else:
        logging.basicConfig(level=logging.INFO, format="%(message)s")
    Worker().run()


def _check_database() -> None:
    try:
        db.engine.connect().close()
    except OperationalError as error:
        problem = str(error.orig).partition("\n")[0]
        raise click.ClickException(f"The database cannot be opened. Check DATABASE_URL. {problem}") from None


def _migrate() -> None:
    """Run the migrations, unless the database has had newer ones and this version of the code can leave them."""
    newer = _check_newer_migrations()
    if newer:
        click.echo(f"The database is newer than this version. Left as they are, because they only add: {newer}.")
    else:
        upgrade(str(MIGRATIONS))


def _check_newer_migrations() -> str:
    """The revisions that this version does not know; stops with the remedy if it cannot run with them."""
    try:
        state = read_schema_state()
    except OperationalError:
        return ""  # The worker waits for the database, and migrations say themselves that it is not there.
    if state.newer and not state.can_run:
        raise click.ClickException(state.remedy)
    return ", ".join(state.newer)


def _load() -> None:
    added = load_seed()
    click.echo(f"Initial content: {added} items added." if added else "Initial content: nothing to add.")


def include_object(obj: object, name: str | None, type_: str, reflected: bool, compare_to: object) -> bool:
    """Whether Alembic compares an object of the database with the models; only a migration knows the full-text index.

    https://alembic.sqlalchemy.org/en/latest/api/runtime.html#alembic.runtime.environment.EnvironmentContext.configure
    """
    return not (type_ == "table" and reflected and (name or "").startswith("search_index"))


migrate = Migrate(db=db, render_as_batch=True, include_object=include_object)


def init_app(app: Flask) -> None:
    """Register the commands."""
    keys_cli.add_command(reencrypt_all)
    migrate.init_app(app)
    groups = (audit_cli, backup_cli, content_cli, demo_cli, keys_cli, petition_cli, search_cli, users_cli)
    for command in (*groups, doctor, release, restore, worker):
        app.cli.add_command(command)
