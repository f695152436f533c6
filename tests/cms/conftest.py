"""A draft for the tests of content management."""

from tests.admin.editing.edit_page import page as page
