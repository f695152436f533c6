"""Passwords: which are good enough, how they are kept, how they are checked."""

import re
import unicodedata
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

SHORTEST = 15
LONGEST = 128
# What must be left of a password once everything that is guessed first is taken out of it.
OWN_LETTERS = 8
FEW_DIFFERENT = 5
SHORTEST_RUN = 3

# Argon2id with 19 MiB, above OWASP's lowest by one pass: several sign-ins at once must fit into a small server.
HASHER = PasswordHasher(time_cost=3, memory_cost=19 * 1024, parallelism=1)

# Lines along which fingers slide: alphabets, digits, rows and columns of the keyboards; backwards as well.
LINES = (
    "abcdefghijklmnopqrstuvwxyz",
    "абвгдеёжзийклмнопрстуфхцчшщъыьэюя",
    "012345678901234567890",
    "qwertyuiop",
    "asdfghjkl",
    "zxcvbnm",
    "йцукенгшщзхъ",
    "фывапролджэ",
    "ячсмитьбю",
    "1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik9ol0p",
    "1йфя2цыч3увс4кам5епи6нрт7гоь8шлб9щдю0зж",
    "1q2w3e4r5t6y7u8i9o0p",
    "qazwsxedcrfvtgbyhnujmikolp",
)
# Words that passwords are made of when nobody thinks, and those that lie near here.
WORDS = (
    "password passwort passphrase secret login admin administrator root user guest test demo default changeme letmein "
    "welcome hello master access superuser qwerty iloveyou love princess sunshine monkey dragon football baseball "
    "shadow superman batman michael jennifer starwars whatever trustno internet computer google facebook summer winter "
    "spring autumn january february march april june july august september october november december monday tuesday "
    "wednesday thursday friday saturday sunday correcthorsebatterystaple correct horse battery staple "
    "woman women prison society womanprisonsociety womeninprison zhenshchina tyurma obshchestvo editor editors writer "
    "publisher petition human rights russia russian moscow petersburg putin navalny wzo http https www com org "
    "parol privet lyubov solnyshko marina natasha nastya "
    "пароль привет секрет админ администратор вход логин любовь люблю тебя солнышко красотка марина наташа настя "
    "россия москва петербург питер путин женщина женщины тюрьма общество свобода петиция зима весна лето осень "
    "январь февраль март апрель май июнь июль август сентябрь октябрь ноябрь декабрь "
    "gfhjkm ghbdtn ctrhtn k.,jdm yfnfif vfhbyf"
).split()
# Signs that stand for letters.
LOOKS_LIKE = str.maketrans("013457@$!|€", "oieastasile")
YEAR = re.compile(r"(19|20)\d\d")


def is_common(password: str, *, about: tuple[str, ...] = ()) -> bool:
    """Whether a password is among those that are tried first; `about`: the editor's own name and address.

    Known words, years, slides over the keyboard and repetitions are taken out; what remains must be long enough.
    """
    plain = _letters(password)
    if len(set(plain)) < FEW_DIFFERENT or _is_repetition(plain):
        return True
    own = [word for text in about for word in re.findall(r"\w{3,}", text.casefold())]
    words = sorted({*WORDS, *own}, key=len, reverse=True)
    # Each reading by itself: what is a digit in one is a letter in the other.
    return any(_left_over(reading, words) < OWN_LETTERS for reading in (plain, plain.translate(LOOKS_LIKE)))


def normal(password: str) -> str:
    """A password in the one form (NFC) in which every keyboard's is the same."""
    return unicodedata.normalize("NFC", password)


def hash_password(password: str) -> str:
    """What is kept of a password (argon2id)."""
    return HASHER.hash(normal(password))


def check_password(password_hash: str, password: str) -> bool:
    """Whether a password is right; where there is none the same work is done, and the answer is no."""
    nobodys = _nobodys_hash()
    try:
        HASHER.verify(password_hash or nobodys, normal(password))
    except (VerificationError, InvalidHashError):
        return False
    return bool(password_hash)


def needs_rehash(password_hash: str) -> bool:
    """Whether a password was kept by weaker rules than today's."""
    return HASHER.check_needs_rehash(password_hash)


@cache
def _nobodys_hash() -> str:
    return HASHER.hash("nobody's")


def _letters(text: str) -> str:
    return "".join(
        c for c in unicodedata.normalize("NFKC", text).casefold() if not c.isspace() and c not in "-_.,;:*#+/"
    )


def _is_repetition(text: str) -> bool:
    """Whether a text is one piece written over and over, the last time perhaps cut short."""
    return any(text == (text[:size] * len(text))[: len(text)] for size in range(1, len(text) // 2 + 1))


def _left_over(text: str, words: list[str]) -> int:
    for word in words:
        text = text.replace(word, " ")
    text = YEAR.sub(" ", text)
    return sum(len(piece) - _slides(piece) for piece in text.split())


def _slides(text: str) -> int:
    """How many letters belong to slides and repeated letters, three at least each."""
    count = start = 0
    while start < len(text):
        length = max(_run(text, start), 1)
        if length >= SHORTEST_RUN:
            count += length
        start += length if length >= SHORTEST_RUN else 1
    return count


def _run(text: str, start: int) -> int:
    """The length of the longest slide that begins here."""
    longest = 1
    while start + longest < len(text) and text[start + longest] == text[start]:
        longest += 1
    end = start + SHORTEST_RUN
    while end <= len(text) and any(text[start:end] in line or text[start:end] in line[::-1] for line in LINES):
        end += 1
    return max(longest, end - 1 - start if end > start + SHORTEST_RUN else 1)
