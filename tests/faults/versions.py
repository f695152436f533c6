"""A new version under load, and a new machine with only a backup."""

import contextlib
import io
import tempfile
import time
from pathlib import Path

from bench import restore_drill, upgrade
from bench.servers import has_nginx
from tests.faults.drill import Ground, Outcome, Size, new_database

# Seconds within which a site must be back.
TEN_MINUTES = 600


def upgrade_and_rollback(ground: Ground, size: Size) -> Outcome:
    """Upgrade with a migration, and roll back, while people read and sign."""
    if not has_nginx():
        return Outcome(0, 0, note="left out: nginx is not installed")
    results = []
    for url in (None, new_database(ground.database)):
        with tempfile.TemporaryDirectory(prefix="wzo-upgrade-") as name:
            folder = Path(name)
            folder.chmod(0o755)
            results.append(upgrade.drill(folder, url, upgrade.SIZES[size.name]))
    tries, failed = sum(it.requests for it in results), sum(sum(it.failed.values()) for it in results)
    lost = sum(it.lost + it.acknowledged - it.confirmed for it in results)
    doubled = sum(it.stored - it.acknowledged + abs(it.counted - it.confirmed) for it in results)
    return Outcome(tries, tries - failed, lost, doubled, "upgrade and rollback on both databases")


def restore(ground: Ground, size: Size) -> Outcome:
    """Back up while people sign, restore on an empty machine, and compare row by row."""
    held, seconds = [], []
    for kind in ("sqlite", "postgresql"):
        begin = time.monotonic()
        with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
            held.append(restore_drill.drill(kind, restore_drill.Size(size.signatures, 50, 5, 20)))
        seconds.append(time.monotonic() - begin)
        held.append(seconds[-1] < TEN_MINUTES)
    note = f"{size.signatures:,} signatures; filled, backed up and restored in {max(seconds):.0f} s"
    return Outcome(len(held), sum(held), note=note)
