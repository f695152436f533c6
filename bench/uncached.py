"""The site without its page cache, on the web server that we ship: `python -m bench.uncached`."""

from wzo import create_web_app, server
from wzo.rsgi.adapter import RsgiAdapter

if __name__ == "__main__":
    app = create_web_app()
    uncached = RsgiAdapter(app, app.extensions["settings"], lambda environ: None)
    server.serve(lambda: uncached)
