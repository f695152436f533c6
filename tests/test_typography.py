"""Typography: quotation marks, dashes and breaks of each language; and invisible characters."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from wzo.typography import NBSP, NO_BREAK_HYPHEN, OBJECT_REPLACEMENT, cache_texts, typeset, typography

# In these tables ~ stands for a no-break space, and = for a no-break hyphen.
BREAKS = [
    ("ru", "в тюрьме и на воле", "в~тюрьме и~на~воле"),
    ("ru", "Если бы не суд", "Если~бы не~суд"),
    ("ru", "Тюрьма — не дом", "Тюрьма~— не~дом"),
    ("ru", "474 ребёнка из 3 500", "474~ребёнка из~3~500"),
    ("ru", "кто-то пришёл", "кто-то пришёл"),
    ("ru", "слово\nв\nстроке", "слово\nв~строке"),
    ("ru", "Л. Агафонов и А. С. Пушкин", "Л.~Агафонов и~А.~С.~Пушкин"),
    ("ru", "№ 5, § 3, ст. 121, 20 %", "№~5, §~3, ст.~121, 20~%"),
    ("ru", "— Кто вы?\n— Никто.", "—~Кто вы?\n—~Никто."),
    ("en", "a prison – and a court", "a~prison~– and a~court"),
    ("en", "500 women and I know", "500~women and I~know"),
    ("en", "V. Cherkasov, No. 5, Art. 121", "V.~Cherkasov, No.~5, Art.~121"),
    ("en", "an e-mail, an X-ray, a well-known by-law", "an e=mail, an X=ray, a~well-known by-law"),
    ("en", "n-a@example.org, https://example.org/e-mail", "n-a@example.org, https://example.org/e-mail"),
    ("ru", "e-mail, из-за, Нью-Йорк", "e=mail, из-за, Нью-Йорк"),
]
QUOTES = [
    ("ru", '"Изгои"', "«Изгои»"),
    ("ru", '"Фильм "Надежда""', "«Фильм „Надежда“»"),
    ("ru", '"Раз "два "три" два" раз"', "«Раз „два «три» два“ раз»"),
    ("ru", "«Фильм \"Надежда\"» и 'слово'", "«Фильм „Надежда“» и~«слово»"),
    ("ru", 'ООО "Ромашка", ("скобки"), "7x7"', "ООО «Ромашка», («скобки»), «7x7»"),
    ("ru", 'Она сказала: "Не знаю..."', "Она сказала: «Не~знаю…»"),
    ("ru", "О'Нил", "О’Нил"),
    ("ru", '"без конца и "с концом"', "«без~конца и~«с~концом»"),
    ("ru", 'абзац "открыт\n\nновый "Изгои"', "абзац «открыт\n\nновый «Изгои»"),
    ("en", '"Outcasts"', "“Outcasts”"),
    ("en", '"He said \'no\' to "it""', "“He said ‘no’ to ‘it’”"),
    ("en", "'He said \"no\"'", "‘He said “no”’"),
    (
        "en",
        "don't, the prisoners' rights, the '90s, rock 'n' roll",
        "don’t, the prisoners’ rights, the ’90s, rock ’n’ roll",
    ),
    ("en", '"the prisoners\' rights"', "“the prisoners’ rights”"),
    ("en", 'the film "Изгои"', "the film “Изгои”"),
]
DASHES = [
    ("ru", "Тюрьма - не дом", "Тюрьма~— не~дом"),
    ("ru", "Тюрьма -- не дом, да--да", "Тюрьма~— не~дом, да~— да"),
    ("ru", "-- Кто вы?", "—~Кто вы?"),
    ("en", "A prison - and a court--too", "A~prison~– and a~court~– too"),
    ("ru", "в 1933-34 годах, 10-20 человек, 1990--2000", "в~1933–34~годах, 10–20~человек, 1990–2000"),
    ("ru", "8-800-555-35-35, 2022-05-17, 2022-05", "8-800-555-35-35, 2022-05-17, 2022-05"),
    ("ru", "дело № 2-145, статья 121-1, 103-ФЗ", "дело №~2-145, статья 121-1, 103-ФЗ"),
    ("en", "wait... (c) --help", "wait… (c) --help"),
]
RIGHT = [
    ("ru", "«Фильм „Надежда“»~— это~о~том, что~в~1933–34~годах…"),
    ("ru", "О’Нил и~“quoted”"),
    ("en", "“He said ‘no’”~– the prisoners’ ’90s"),
    ("en", "© 2020 «Женщина. Тюрьма. Общество» / “Woman. Prison. Society”~— unspaced—dash"),
]
URLS = [
    "https://example.org/a--b/c...d/1933-34?x='1'&y",
    "www.example.org/it's--here",
    "women-in-prison.ru/page--1...2",
]


@pytest.mark.parametrize(("language", "text", "shown"), [*BREAKS, *QUOTES, *DASHES])
def test_it_sets_a_text_by_the_rules_of_its_language(language: str, text: str, shown: str) -> None:
    assert typography(text, language) == shown.replace("~", NBSP).replace("=", NO_BREAK_HYPHEN)


@pytest.mark.parametrize(("language", "text"), RIGHT)
def test_it_leaves_correct_text_alone(language: str, text: str) -> None:
    text = text.replace("~", NBSP)
    assert typography(text, language) == text


@pytest.mark.parametrize("language", ["ru", "en"])
@pytest.mark.parametrize("url", URLS)
def test_it_changes_no_url(language: str, url: str) -> None:
    for text in (url, f'См. "{url}", да', f"({url}) - x", f"{url}."):
        assert url in typography(text, language)


def test_it_changes_no_email_address() -> None:
    assert typography("a--b...c@example.org - да", "ru") == f"a--b...c@example.org{NBSP}— да"


def test_it_closes_a_quotation_in_another_piece() -> None:
    assert typeset(['Она: "', 'Фильм "', 'Надежда""', "!"], "ru") == ["Она: «", "Фильм „", "Надежда“»", "!"]
    assert typeset(["слово -", "- слово"], "ru") == ["слово -", "- слово"]


# The characters that the rules look at, in any order.
ATOMS = st.sampled_from(
    [
        *"\"'«»„“”‘’-—–.…аиI1/(),№§%?_é \n",
        *("--", "---", "...", "\n\n", "же", "ст.", "Л.", "33", "1933", "'90s", NBSP, OBJECT_REPLACEMENT),
        *("https://a.b/", "c@d.ru", "www.x.ru", "x.ru/a"),
    ]
)
TEXTS = st.lists(ATOMS, max_size=16).map("".join) | st.text(max_size=60)
LANGUAGES = st.sampled_from(["ru", "en"])


@pytest.mark.slow
@example("1 - - 2", "ru")
@example("c@d.ru...c@d.ru...c@d.ru", "ru")
@given(TEXTS, LANGUAGES)
def test_it_is_idempotent(text: str, language: str) -> None:
    once = again = typography(text, language)
    for _ in range(9):
        again = typography(again, language)
    assert again == once


@given(st.lists(TEXTS, max_size=6), LANGUAGES)
def test_it_keeps_pieces_apart(pieces: list[str], language: str) -> None:
    letters = [[sign for sign in piece if sign.isalnum()] for piece in pieces]
    assert [[sign for sign in piece if sign.isalnum()] for piece in typeset(pieces, language)] == letters


def test_it_caches_no_long_text() -> None:
    asked = []
    ask = cache_texts(2, max_length=3)(lambda text: asked.append(text))
    for text in ("abc", "abc", "abcd", "abcd"):
        ask(text)
    assert asked == ["abc", "abcd", "abcd"]
