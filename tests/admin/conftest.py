"""Editors for the tests of the panel."""

from tests.admin.editors import anna as anna
from tests.admin.editors import annas_client as annas_client
