"""Passwords: their strength, hashing and verification."""

import re
import unicodedata
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

MIN_LENGTH = 15
MAX_LENGTH = 128
# The minimum number of characters in a password without its predictable parts.
MIN_UNPREDICTABLE = 8
MIN_DIFFERENT = 5
MIN_SEQUENCE_LENGTH = 3

# Argon2id with 19 MiB and one pass more than OWASP's minimum: several sign-ins at once must fit into a small server.
HASHER = PasswordHasher(time_cost=3, memory_cost=19 * 1024, parallelism=1)

# Predictable sequences, also backwards: alphabets, digits, rows and columns of keyboards.
SEQUENCES = (
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
# Words that are common in passwords, and those that this site suggests.
COMMON_WORDS = (
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
# Characters that replace letters.
SUBSTITUTIONS = str.maketrans("013457@$!|€", "oieastasile")
YEAR = re.compile(r"(19|20)\d\d")


def is_common(password: str, *, about: tuple[str, ...] = ()) -> bool:
    """Whether a password is easy to guess; `about`: the editor's own name and address.

    Without common words, years, sequences and repetitions, enough characters must remain.
    """
    plain = _simplify(password)
    if len(set(plain)) < MIN_DIFFERENT or _is_repetition(plain):
        return True
    own = [word for text in about for word in re.findall(r"\w{3,}", text.casefold())]
    words = sorted({*COMMON_WORDS, *own}, key=len, reverse=True)
    # Each interpretation by itself: a digit in one may be a letter in the other.
    readings = (plain, plain.translate(SUBSTITUTIONS))
    return any(_count_unpredictable(reading, words) < MIN_UNPREDICTABLE for reading in readings)


def normalize(password: str) -> str:
    """Normalise a password (NFC), so that it does not depend on the keyboard."""
    return unicodedata.normalize("NFC", password)


def hash_password(password: str) -> str:
    """Hash a password (argon2id)."""
    return HASHER.hash(normalize(password))


def check_password(password_hash: str, password: str) -> bool:
    """Whether a password is right. Without a hash the same work is done, and the result is False."""
    dummy_hash = _dummy_hash()
    try:
        HASHER.verify(password_hash or dummy_hash, normalize(password))
    except (VerificationError, InvalidHashError):
        return False
    return bool(password_hash)


def needs_rehash(password_hash: str) -> bool:
    """Whether a password was hashed with weaker parameters than today's."""
    return HASHER.check_needs_rehash(password_hash)


@cache
def _dummy_hash() -> str:
    return HASHER.hash("dummy")


def _simplify(text: str) -> str:
    return "".join(
        c for c in unicodedata.normalize("NFKC", text).casefold() if not c.isspace() and c not in "-_.,;:*#+/"
    )


def _is_repetition(text: str) -> bool:
    """Whether a text is one part repeated, the last time perhaps cut short."""
    return any(text == (text[:size] * len(text))[: len(text)] for size in range(1, len(text) // 2 + 1))


def _count_unpredictable(text: str, words: list[str]) -> int:
    """Count the characters that belong neither to a word or year nor to a sequence."""
    for word in words:
        text = text.replace(word, " ")
    text = YEAR.sub(" ", text)
    return sum(len(part) - _count_in_sequences(part) for part in text.split())


def _count_in_sequences(text: str) -> int:
    """Count the characters in sequences and repeated characters, of three or more each."""
    count = start = 0
    while start < len(text):
        length = max(_sequence_length(text, start), 1)
        if length >= MIN_SEQUENCE_LENGTH:
            count += length
        start += length if length >= MIN_SEQUENCE_LENGTH else 1
    return count


def _sequence_length(text: str, start: int) -> int:
    """The length of the longest sequence that begins at an index."""
    longest = 1
    while start + longest < len(text) and text[start + longest] == text[start]:
        longest += 1
    end = start + MIN_SEQUENCE_LENGTH
    while end <= len(text) and any(text[start:end] in line or text[start:end] in line[::-1] for line in SEQUENCES):
        end += 1
    return max(longest, end - 1 - start if end > start + MIN_SEQUENCE_LENGTH else 1)
