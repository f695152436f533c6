"""The commands of `flask --app wzo`."""

import logging

import click
from flask import Flask
from flask.cli import AppGroup, with_appcontext
from flask_migrate import Migrate, upgrade

from wzo.accounts.commands import audit_cli, print_first_invitation, users_cli
from wzo.cms.indexing import index_missing, rebuild
from wzo.config import ROOT
from wzo.extensions import db
from wzo.petition.commands import petition_cli
from wzo.seed.commands import demo_cli
from wzo.seed.loading import load_seed
from wzo.worker import Worker

content_cli = AppGroup("content", help="The starting content of the site.")
search_cli = AppGroup("search", help="The search index.")


@content_cli.command("load")
@with_appcontext
def load() -> None:
    """Add starting content that was never loaded before. Editors' changes and deletions are left alone."""
    _load()


@search_cli.command("rebuild")
@with_appcontext
def rebuild_index() -> None:
    """Rebuild the search index from all live texts. Editing keeps it up to date; this repairs a damaged index."""
    click.echo(f"Search: {rebuild()} texts indexed.")


@click.command("release")
@with_appcontext
def release() -> None:
    """Bring the database, the content and the index up to date."""
    upgrade(str(ROOT / "migrations"))
    index_missing()
    _load()
    print_first_invitation()


@click.command("worker")
@with_appcontext
def worker() -> None:
    """Send mail and run queued jobs until stopped."""
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    Worker().run()


def _load() -> None:
    added = load_seed()
    click.echo(f"Starting content: {added} items added." if added else "Starting content: nothing to add.")


def include_object(obj: object, name: str | None, type_: str, reflected: bool, compare_to: object) -> bool:
    """Whether Alembic compares an object of the database with the models; only a migration knows the full-text index.

    https://alembic.sqlalchemy.org/en/latest/api/runtime.html#alembic.runtime.environment.EnvironmentContext.configure
    """
    return not (type_ == "table" and reflected and (name or "").startswith("search_index"))


migrate = Migrate(db=db, render_as_batch=True, include_object=include_object)


def init_app(app: Flask) -> None:
    """Register the commands."""
    migrate.init_app(app)
    for command in (audit_cli, content_cli, demo_cli, petition_cli, search_cli, users_cli, release, worker):
        app.cli.add_command(command)
