"""Load for a running site, in a process of its own: `python -m bench.load sign PORT RATE SECONDS FIRST`, or `count`.

Prints a line of JSON for each response: `number`, `at` (when it was asked, in seconds of `time.time()`), `seconds` and
`status` (0 if the connection broke).
"""

import http.client
import json
import sys
import threading
import time
from urllib.parse import urlencode

THREADS = 24
TIMEOUT = 60
SIGN_HEADERS = {"Content-Type": "application/x-www-form-urlencoded", "Sec-Fetch-Site": "same-origin"}


def address(number: int) -> str:
    """The e-mail address of a signer."""
    return f"person{number}@example.org"


class Load:
    """Requests at a steady rate; reads keep their connections open."""

    def __init__(self, what: str, port: int, *, rate: float, seconds: float, first: int) -> None:
        self.what, self.port, self.rate = what, port, rate
        self.number = int(rate * seconds)
        self.first = first
        self.begin = time.time() + 0.5
        self.next = 0
        self.lock = threading.Lock()

    def run(self) -> None:
        """Make all requests, and print the result of each."""
        threads = [threading.Thread(target=self._run_thread) for _ in range(THREADS)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    def _run_thread(self) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=TIMEOUT)
        while True:
            with self.lock:
                index, self.next = self.next, self.next + 1
            if index >= self.number:
                return
            time.sleep(max(0.0, self.begin + index / self.rate - time.time()))
            at = time.time()
            try:
                status = self._request(connection, self.first + index)
            except (OSError, http.client.HTTPException):
                connection.close()
                status = 0
            line = {"number": self.first + index, "at": at, "seconds": time.time() - at, "status": status}
            with self.lock:
                print(json.dumps(line), flush=True)

    def _request(self, connection: http.client.HTTPConnection, number: int) -> int:
        if self.what == "count":
            connection.request("GET", "/petition/mothers/count.json")
        else:
            fields = {"name": "Anna", "email": address(number), "country": "RU"}
            connection.request("POST", "/en/petition/mothers/sign", urlencode(fields), SIGN_HEADERS)
        response = connection.getresponse()
        response.read()
        if self.what == "sign":
            # Each signer has a connection of their own.
            connection.close()
        return response.status


def main() -> None:
    """Run the load that the command line describes."""
    what, port, rate, seconds, first = sys.argv[1:]
    Load(what, int(port), rate=float(rate), seconds=float(seconds), first=int(first)).run()


if __name__ == "__main__":
    main()
