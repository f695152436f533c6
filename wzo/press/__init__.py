"""The page for the press."""
