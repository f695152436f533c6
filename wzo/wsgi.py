"""The application as a web server runs it, with the page cache in front: `wzo.wsgi:application`."""

from wzo import create_web_app
from wzo.page_cache.middleware import PageCache

application = PageCache(create_web_app())
