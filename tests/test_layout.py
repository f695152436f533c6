"""The tests mirror wzo/: wzo/stories/listing.py is tested in tests/stories/test_listing.py.

Browser tests are named after features instead, and checks of the whole site are listed here.
"""

from pathlib import Path

from wzo.config import ROOT

TESTS = Path(__file__).parent
BROWSER = TESTS / "browser"
WHOLE_SITE = {
    "test_bench.py",
    "test_crashes.py",
    "test_two_samples.py",
    "test_cdn.py",
    "test_every_page.py",
    "test_every_panel_page.py",
    "test_guide.py",
    "test_layout.py",
    "test_migrations.py",
    "test_mutants.py",
    "test_order_of_signing.py",
    "test_outage.py",
    "test_panel_routes.py",
    "test_petition_promises.py",
    "test_processes.py",
    "test_promises.py",
    "test_seizure.py",
    "test_translations.py",
    "test_unpublish_everywhere.py",
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
