"""The recipes of the operations guide, as far as it is quick: their commands, settings and links exist.

`make recipes` runs them.
"""

import re
import subprocess
from dataclasses import fields
from pathlib import Path

import click
import pytest
from flask import Flask

from tests.recipe_checks import CHECKS
from tests.recipes import GUIDE, Recipe, read_recipes
from wzo.config import ROOT, Settings

pytestmark = pytest.mark.one_database
RECIPES = read_recipes(GUIDE.read_text(encoding="utf-8"))
# Names in capitals that are no settings of ours.
NOT_SETTINGS = {"KEY", "KEY_OLD"}
COMMAND = re.compile(r"flask --app wzo |wzo-flask ")


def lines(recipe: Recipe) -> list[str]:
    return [line for block in [*recipe.blocks, *recipe.heroku] for line in block.splitlines()]


def test_it_checks_each_recipe() -> None:
    assert {recipe.heading for recipe in RECIPES if recipe.blocks} == {*CHECKS}
    assert len(RECIPES) > 10


@pytest.mark.parametrize("recipe", RECIPES, ids=lambda it: it.heading)
def test_it_has_lines_that_a_shell_reads(recipe: Recipe) -> None:
    for block in [*recipe.blocks, *recipe.heroku]:
        parsed = subprocess.run(["bash", "-n"], input=block, text=True, capture_output=True, check=False)
        assert (parsed.returncode, parsed.stderr) == (0, "")


def test_it_uses_commands_and_options_that_exist(app: Flask) -> None:
    used = [line for recipe in RECIPES for line in lines(recipe) if COMMAND.search(line)]
    assert len(used) > 20
    for line in used:
        words = re.split(r"\s[|<>]|\"", COMMAND.split(line)[1])[0].split()
        command: click.Command = app.cli
        context = click.Context(command)
        while isinstance(command, click.Group) and words and words[0] in command.list_commands(context):
            found = command.get_command(context, words.pop(0))
            assert found, line
            command = found
        options = {name for parameter in command.params for name in parameter.opts}
        assert {word for word in words if word.startswith("--")} <= options, line
        assert command is not app.cli, line


def test_it_sets_settings_that_exist() -> None:
    known = {field.name.upper() for field in fields(Settings)}
    for recipe in RECIPES:
        named = {name for line in lines(recipe) for name in re.findall(r"\b[A-Z][A-Z_]{2,}(?==)", line)}
        assert named - NOT_SETTINGS <= known, recipe.heading


def test_it_uses_tools_that_are_installed() -> None:
    scripts = (ROOT / "pyproject.toml").read_text()
    tools = {tool for recipe in RECIPES for line in lines(recipe) for tool in re.findall(r"\bwzo-[a-z-]+(?= )", line)}
    assert {tool for tool in tools if f"\n{tool} = " not in scripts} <= {"wzo-flask", "wzo-deploy", "wzo-worker"}


def test_it_links_to_sections_that_exist() -> None:
    text = GUIDE.read_text(encoding="utf-8")
    headings = {anchor(heading) for heading in re.findall(r"^#+ (.+)$", text, re.M)}
    assert {*re.findall(r"\]\(#([^)]+)\)", text)} <= headings
    for other in ("README.md", "docs/architecture.md"):
        linked = re.findall(r"operations\.md#([^)]+)\)", Path(ROOT / other).read_text(encoding="utf-8"))
        assert {*linked} <= headings, other


def anchor(heading: str) -> str:
    """The anchor that GitHub gives a heading."""
    return re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-")
