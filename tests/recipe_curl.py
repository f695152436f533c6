"""Stands in for curl in the recipes: `python -m tests.recipe_curl PORT URL` prints the status of a page here."""

import http.client
import sys
from urllib.parse import urlsplit

port, url = int(sys.argv[1]), urlsplit(sys.argv[2])
connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
connection.request("GET", url.path, headers={"Host": url.netloc, "User-Agent": "tests"})
print(connection.getresponse().status)  # noqa: T201
