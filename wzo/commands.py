"""The commands of `flask --app wzo`."""

import logging

import click
from flask import Flask
from flask.cli import AppGroup, with_appcontext

from wzo.content.actions import load_content
from wzo.petition.commands import petition_cli
from wzo.worker import Worker

content_cli = AppGroup("content", help="The content with which the site starts.")


@content_cli.command("load")
@with_appcontext
def load() -> None:
    """Add the starting content that is not there yet; what editors changed or deleted stays as they left it."""
    added = load_content()
    click.echo(f"Starting content: {added} added." if added else "Starting content: nothing to add.")


@click.command("worker")
@with_appcontext
def worker() -> None:
    """Send the mail and do what else waits in the outbox, until stopped."""
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    Worker().run()


def init_app(app: Flask) -> None:
    """Register the commands."""
    for command in (content_cli, petition_cli, worker):
        app.cli.add_command(command)
