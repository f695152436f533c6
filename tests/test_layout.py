"""The tests mirror wzo/: wzo/stories/listing.py is tested in tests/stories/test_listing.py.

Browser tests are named after features instead, and checks of the whole site are listed here.
"""

from pathlib import Path

from wzo.config import ROOT

TESTS = Path(__file__).parent
BROWSER = TESTS / "browser"
WHOLE_SITE = {
    "faults/test_faults.py",
    "fuzz/test_requests.py",
    "test_asvs.py",
    "test_bench.py",
    "test_cdn.py",
    "test_concurrent_writes.py",
    "test_container.py",
    "test_crashes.py",
    "test_debian.py",
    "test_every_page.py",
    "test_every_panel_page.py",
    "test_facts_about_the_group.py",
    "test_further_reading.py",
    "test_guide.py",
    "test_heroku.py",
    "test_layout.py",
    "test_linear_time.py",
    "test_make_run.py",
    "test_migrations.py",
    "test_mutants.py",
    "test_no_stale_pages.py",
    "test_oracle_statistics.py",
    "test_order_of_signing.py",
    "test_outage.py",
    "test_panel_routes.py",
    "test_petition_promises.py",
    "test_prefork.py",
    "test_previous_release.py",
    "test_processes.py",
    "test_promises.py",
    "test_recipes.py",
    "test_seizure.py",
    "test_source_url.py",
    "test_supply_chain.py",
    "test_threat_model.py",
    "test_translations.py",
    "test_unpublish_everywhere.py",
    "test_upgrade.py",
    "test_visitors.py",
}


def module_of(test: Path) -> Path:
    """The module that a test file tests, or the package."""
    path = test.relative_to(TESTS).with_name(test.name.removeprefix("test_"))
    module = ROOT / path if path.parts[0] == "wzo_offline" else ROOT / "wzo" / path
    return module if module.exists() else module.with_suffix("") / "__init__.py"


def test_it_mirrors_the_modules() -> None:
    tests = {path for path in TESTS.rglob("test_*.py") if BROWSER not in path.parents}
    alone = {str(path.relative_to(TESTS)) for path in tests if not module_of(path).exists()}
    assert alone == WHOLE_SITE
