"""Strange requests to every route of the running site."""

from functools import partial

from tests.faults.drill import Ground, Outcome, Size
from tests.fuzz.browser import VISITOR
from tests.fuzz.known import Known
from tests.fuzz.report import Report
from tests.fuzz.sending import ROLES, send_block
from tests.fuzz.server_browser import ServerBrowser, processes


def every_route(ground: Ground, size: Size) -> Outcome:
    """Send requests through the socket as a visitor, a writer and an administrator; `make fuzz` sends many more."""
    site = ground.site
    master = site.processes["web"].pid
    known, report = Known(site.app), Report("the running site", partial(processes, master))
    for role, starts in ((VISITOR, ("/en/", "/ru/")), ("administrator", ("/admin/",))):
        known.explore(ServerBrowser(site.app, role, site.port, master).get, starts)
    for role in ROLES:
        browser = ServerBrowser(site.app, role, site.port, master)
        send_block(browser, known, report, seed=0, number=size.fuzz)
    before, after = (it // 1024**2 for it in (report.memory[1], report.memory[-1]))
    tries = report.statuses.total()
    faults = "; ".join(list(report.faults)[:3])
    note = f"at most {report.slowest[0]:.2f} s of CPU; memory {before} → {after} MB; {faults}"
    return Outcome(tries, tries - len(report.faults), note=note.rstrip("; "))
