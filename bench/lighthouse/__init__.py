"""Lighthouse, a development tool from npm, on the public pages."""
