"""Timelines: events by day, each entry with its source."""
