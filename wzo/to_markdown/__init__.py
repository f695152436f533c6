"""Converts pasted HTML and documents to Markdown, and reports what was left out."""
