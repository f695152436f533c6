"""The commands `flask demo …`: invented material for trying out the site."""

from collections.abc import Callable

import click
from flask.cli import AppGroup, with_appcontext
from sqlalchemy import inspect

from wzo.config import settings
from wzo.extensions import db
from wzo.seed import demo
from wzo.seed.models import DemoObject

PROGRESS_INTERVAL = 1000
# The numbers in titles and slugs have five digits.
MAX_STORIES = 50_000
NOT_READY = "The initial content is missing. Run `flask --app wzo release` first."

demo_cli = AppGroup("demo", help="Invented material, marked as such, for trying out the site.")


@demo_cli.command("load")
@click.option(
    "--stories",
    type=click.IntRange(1, MAX_STORIES),
    default=1000,
    show_default=True,
    help="The number of demo stories; there is a project and a series for every hundred.",
)
@click.option("--seed", default=1, show_default=True, help="The same number generates the same material.")
@click.option("--i-know-this-is-production", is_flag=True, help="Load it even on a public site.")
@with_appcontext
def load(stories: int, seed: int, i_know_this_is_production: bool) -> None:
    """Add invented stories, marked as such.

    Demo projects and series are added with them. Existing demo stories count, so loading again adds nothing.
    """
    if settings().production and not i_know_this_is_production:
        raise click.ClickException(
            "This site is public (SITE_URL is https): readers would find invented stories among the real ones. "
            "Use another database or, if you are sure, add --i-know-this-is-production."
        )
    _check_tables()
    try:
        added = demo.load_demo(stories=stories, seed=seed, on_progress=_progress("stories added"))
    except demo.NoInitialContent:
        raise click.ClickException(NOT_READY) from None
    click.echo(f"Demo material: {added} stories added." if added else "Demo material: nothing to add.")
    click.echo(f"There are {_say(demo.count_demo())} now; remove them with `flask --app wzo demo clear`.")


@demo_cli.command("clear")
@click.option("--yes", is_flag=True, help="Do not ask for confirmation.")
@with_appcontext
def clear(yes: bool) -> None:
    """Remove the demo material and nothing else.

    Editors' changes to it are lost too. Asks for confirmation first.
    """
    _check_tables()
    there = demo.count_demo()
    if any(there.values()) and not yes:
        click.confirm(f"Remove {_say(there)}, including all changes by editors?", abort=True)
    freed = demo.clear_demo(on_progress=_progress("objects removed"))
    click.echo(f"Demo material: {_say(there)} removed." if any(there.values()) else "Demo material: nothing to remove.")
    if freed:
        click.echo(f"Real stories removed from demo projects and series: {freed}.")


def _check_tables() -> None:
    if not inspect(db.engine).has_table(DemoObject.__tablename__):
        raise click.ClickException(NOT_READY)


def _progress(what: str) -> Callable[[int], None]:
    def report(count: int) -> None:
        if count % PROGRESS_INTERVAL == 0:
            click.echo(f"{count} {what} …", err=True)

    return report


def _say(count: dict[str, int]) -> str:
    return f"{count['stories']} demo stories, {count['projects']} demo projects and {count['series']} demo series"
