"""Where our work was published, and who wrote about it."""
