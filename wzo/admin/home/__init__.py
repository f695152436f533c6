"""The sections of the home page in the panel."""
