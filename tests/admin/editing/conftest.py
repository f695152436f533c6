"""A draft for the tests of the editing."""

from tests.admin.editing.edit_page import page as page
