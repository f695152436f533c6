"""The page cache: public pages are rendered once, and then answered before Flask, even while the database is down.

- `policy.py`: which views it caches: those marked with `@public_page`, and nothing else.
- `middleware.py`: finds a page, or lets Flask render it.
- `pages.py`: a page as it is sent: compressed, with an ETag, or as a 304 response.
- `memory.py` and `disk.py`: where pages are stored.
- `watcher.py`: notices that the content has changed, and that the database is down; renders pages in advance.
- `outage.py`: keeps requests from waiting for a database that does not respond.
"""
