"""The page cache: public pages are rendered once, and then served without Flask, even while the database is down.

- `policy.py`: which views it caches: those marked with `@public_page`, and nothing else.
- `middleware.py`: finds a page, or lets Flask render it.
- `rendering.py`: renders a page with Flask, from its key alone.
- `pages.py`: a page as it is sent: compressed, with an ETag, or as a 304 response.
- `memory.py` and `disk.py`: where pages are stored.
- `watcher.py`: notices that the content has changed, and that the database is down.
- `warming.py`: renders the pages on disk before anyone asks for them (cache warming).
- `outage.py`: keeps requests from waiting for a database that does not respond.
"""
