"""Earlier and later versions of the code, made from this one: another migration more or less."""

import shutil
from pathlib import Path

from alembic.script import ScriptDirectory

from wzo.config import ROOT

MIGRATIONS = str(ROOT / "migrations")
TEMPLATE = '''"""Try something out."""

import sqlalchemy as sa
from alembic import op

revision, down_revision, branch_labels, depends_on = {revision!r}, {last!r}, None, None
only_adds = {only_adds}


def upgrade() -> None:
    {up}


def downgrade() -> None:
    {down}
'''
# What belongs to a version, as it is deployed.
TREE = ("wzo", "wzo_offline", "migrations", "bin", "Procfile", "requirements.txt")


def revisions(directory: str = MIGRATIONS) -> list[str]:
    """From the first to the last."""
    return [script.revision for script in ScriptDirectory(directory).walk_revisions()][::-1]


def with_migration(folder: Path, up: str, down: str = "pass", *, only_adds: bool = False) -> str:
    """The directory of a copy of our migrations with one more, 9999."""
    directory = folder / "migrations"
    # With the bytecode, which would else be compiled again.
    shutil.copytree(MIGRATIONS, directory)
    add_migration(directory, up, down, only_adds=only_adds)
    return str(directory)


def add_migration(directory: Path, up: str, down: str = "pass", *, only_adds: bool, revision: str = "9999") -> None:
    """Add a migration to a copy of ours."""
    last = revisions(str(directory))[-1]
    text = TEMPLATE.format(revision=revision, last=last, up=up.strip(), down=down.strip(), only_adds=only_adds)
    (directory / "versions" / f"{revision}_try_something_out.py").write_text(text)


def copy_tree(folder: Path) -> Path:
    """A copy of this version, which commands run from when it is their working directory."""
    for name in TREE:
        source = ROOT / name
        if source.is_dir():
            # With the bytecode, which every process would else compile again.
            shutil.copytree(source, folder / name)
        else:
            shutil.copy(source, folder / name)
    return folder
