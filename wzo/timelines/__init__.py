"""Timelines: what happened day by day, each entry with its source."""
