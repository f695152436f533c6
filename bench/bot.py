"""A bot signs strangers up from one network while people sign from others: a part of `make crowd`."""

from collections import Counter
from collections.abc import Callable

from tests.petition.puzzles import challenge, solve
from tests.running_site import RawResponse, RunningSite

SIGN = "/en/petition/mothers/sign"
BOT_NETWORK = "127.0.0.66"
PEOPLE = 40


def run_bot(site: RunningSite, posts: int, progress: Callable[[str], None]) -> tuple[Counter[int], int]:
    """Let the bot post this many strangers' addresses, solving its puzzles, and forty people sign in between.

    Returns the statuses that the bot got, and how many of the people were asked to check their e-mail.
    """
    statuses: Counter[int] = Counter()
    accepted = 0
    for number in range(posts):
        statuses[_sign_stranger(site, number)] += 1
        person, rest = divmod(number, posts // PEOPLE)
        if rest == 0 and person < PEOPLE:
            accepted += _sign(site, f"person{person}@example.org", f"127.0.1.{person + 1}").status == 303
        progress(f"{number + 1} of {posts} posts of the bot")
    return statuses, accepted


def _sign_stranger(site: RunningSite, number: int) -> int:
    address = f"stranger{number}@example.org"
    response = _sign(site, address, BOT_NETWORK)
    page = response.body.decode()
    if response.status == 429 and 'name="challenge"' in page:
        asked = challenge(page)
        response = _sign(site, address, BOT_NETWORK, challenge=asked, solution=solve(asked))
    return response.status


def _sign(site: RunningSite, address: str, network: str, **solved: str) -> RawResponse:
    return site.ask(SIGN, {"name": "Anna", "email": address, "country": "RU", **solved}, network=network)
