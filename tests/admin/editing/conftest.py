"""A draft for the tests of editing."""

from tests.admin.editing.edit_page import page as page
