"""The seventeen faults and their drills."""

from typing import NamedTuple

from tests.faults import clock, crafted, fuzzing, keys, kills, limits, mail, payments, pictures, storage, versions
from tests.faults.drill import Drill


class Fault(NamedTuple):
    """A fault by its number; `test`: what proves it in `make test`, if the drill itself is not run there."""

    number: int
    name: str
    drill: Drill
    test: str = ""


DRILLS = (
    Fault(1, "web process or worker killed", kills.web_and_worker, "tests/test_crashes.py"),
    Fault(2, "PostgreSQL killed", kills.postgresql),
    Fault(3, "database down", kills.database_down, "tests/test_outage.py"),
    Fault(4, "disk full", storage.full_disk),
    Fault(5, "mail server down, hung, refusing", mail.bad_mail_server, "tests/test_delivery.py"),
    Fault(6, "slow clients", limits.slow_clients, "tests/test_server.py"),
    Fault(7, "huge bodies, fields, parts and addresses", limits.large_requests),
    Fault(8, "strange characters everywhere", crafted.strange_characters),
    Fault(9, "files that are not pictures, or reveal too much", pictures.uploads),
    Fault(10, "path traversal, forged hosts", crafted.forged_addresses),
    Fault(11, "fragments and pages through a cache", crafted.fragments_through_a_cache),
    Fault(12, "webhook forged, replayed, late, disordered", payments.webhooks),
    Fault(13, "deploy, migration and rollback under load", versions.upgrade_and_rollback, "tests/test_upgrade.py"),
    Fault(14, "clock off by an hour", clock.clock_off),
    Fault(15, "lost or wrong key", keys.wrong_keys, "tests/test_key_fingerprints.py"),
    Fault(16, "restore on a fresh machine", versions.restore, "tests/backup/test_restoring.py"),
    Fault(17, "fuzzing of every route", fuzzing.every_route, "tests/fuzz/"),
)
