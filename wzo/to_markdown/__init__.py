"""Pasted HTML and documents as Markdown, and what was left out of them."""
