"""Names of people pass, in any script; advertising, numbers and disfigured letters do not."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wzo.invisible_characters import has_invisible_characters
from wzo.person_names import MAX_MARKS, has_address_or_number, has_stacked_marks, has_symbols

REAL = (
    """
Анна Ахматова|Иванов И. И.|Иванов И.И.|И.И.Иванов|А.С.Пушкин|О. Генри|О’Нил-Смит|д’Артаньян|Салтыков-Щедрин|Мария-Луиза
Jean-Luc d'Arc|Anna M. K.|A. B.|Dr. No|St. John|Martin Luther King, Jr.|Dr. Martin Luther King Jr.
J.R.R. Tolkien|M.Sc. Ada
Nguyễn Thị Ánh|Trần Đức Lương|Phạm Nhật Vượng|Łucja Żółć|Þórunn Ægisdóttir|Ğülşən Əliyeva|Şükrü Iğdır|José María Núñez
Ἀθηνᾶ Ἐλευθερία|ᾯδή|Ольга Кобилянська|Ґанна|Ўладзімір|Гӱльнара|Ӏамирхан|Къаплан|Ёлка
محمد علی|مُحَمَّد|محمد‌علی|فاطمة الزهراء|נָעֳמִי שֶׁמֶר|בֶּן־גּוּרְיוֹן|दीक्षा शर्मा|क्‍ष|ड़ाँ|শ্রীজা|ශ්‍රී ලංකා|அருந்ததி|അനില്‍
สมหญิง ใจดี|ปิ่นเกล้า|ที่รัก|ນ້ຳ|လျှို့ဝှက်|ភូមិ|བསྒྲུབས|김민지|田中 花子|葛󠄀城|李|ᠮᠣᠩᠭᠣᠯ|አበበ|Անի|ანა|ᏣᎳᎩ
Anna (Moscow)|Семья Ивановых, 5 человек|Комитет № 5|«Женщины за мир»|Мать троих детей, 1937|Елизавета II
H. & M. Schmidt|N/A Anna
Anna Comet|Com Anna|Анна. Москва|Ким Чен. И|Meyer, Prof. Dr. med. Eva|Проф.Иванова|И. о. Петров
""".strip()
    .replace("\n", "|")
    .split("|")
)

ADVERTISING = (
    "vk.com/x t.me/y",
    "VK.COM",
    "Анна vk.com",
    "Анна(vk.com)",
    "t.me/anna",
    "T.Me/anna",
    "x.com",
    "wa.me/7921",
    "bit.ly/abc",
    "www.example",
    "www example",
    "http example",
    "https://пример.рф",
    "tg://resolve",
    "пример.рф",
    "анна.онлайн",
    "a@b.example",
    "Анна a@b",
    "@anna",
    "＠anna",
    "ｖｋ．ｃｏｍ",
    "vk。com",
    "vk．com",
    "sub.example.org.",
    "Anna,example.org",
    "Anna +7 921 000-00-00",
    "8(921)0000000",
    "2-12-85-06",
    "１２３４５６７",
    "Анна ١٢٣٤٥٦٧",
    "Анна 4111 1111 1111 1111",
    "Анна, 12.05.1985",
    "192.0.2.100",
    "A1B2C3D4E5F6",
)


@pytest.mark.parametrize("name", REAL)
def test_it_accepts_the_names_of_people(name: str) -> None:
    for form in ("NFC", "NFD"):
        written = unicodedata.normalize(form, name)  # type: ignore[arg-type]
        assert not has_address_or_number(written)
        assert not has_stacked_marks(written)
        assert not has_symbols(written)
        assert not has_invisible_characters(written)


@pytest.mark.parametrize("name", ADVERTISING)
def test_it_finds_addresses_and_numbers(name: str) -> None:
    assert has_address_or_number(name)


@pytest.mark.parametrize("name", ["A" + "\u0301" * 50, "а\u0301\u0301", "A\u0301\u0302\u0303\u0308\u030a", "Z͑ͫ̓ͪ̂ͫ̽͏̴̙̤̞͉͚̯̞̠͍A"])
def test_it_finds_stacked_accents(name: str) -> None:
    assert has_stacked_marks(unicodedata.normalize("NFC", name))
    assert has_stacked_marks(unicodedata.normalize("NFD", name))


@pytest.mark.parametrize("name", ["❤️", "😀 Анна", "Anna™", "👩‍👩‍👧", "🇩🇪", "★ Анна ★", "Ⓐ"])
def test_it_finds_emoji_and_other_symbols(name: str) -> None:
    assert has_symbols(name)


@given(st.sampled_from(REAL), st.sampled_from(ADVERTISING), st.sampled_from((" ", ", ", "; ", " — ", " | ", "\u00a0")))
def test_it_finds_an_address_beside_any_name(name: str, address: str, between: str) -> None:
    assert has_address_or_number(f"{name}{between}{address}")
    assert has_address_or_number(f"{address}{between}{name}")


@given(st.sampled_from(REAL), st.sampled_from(REAL), st.sampled_from((" ", ", ", " (", " и ", ". ")))
def test_it_accepts_any_two_names_together(one: str, other: str, between: str) -> None:
    assert not has_address_or_number(f"{one}{between}{other}".translate({ord(digit): None for digit in "0123456789"}))


@given(st.text(st.characters(categories=("Mn", "Me")), min_size=MAX_MARKS + 1, max_size=60))
def test_it_finds_more_marks_than_any_script_needs(marks: str) -> None:
    assert has_stacked_marks(f"Анна{marks}")


@given(st.text(max_size=300))
def test_it_judges_any_text(text: str) -> None:
    assert {type(judge(text)) for judge in (has_address_or_number, has_stacked_marks, has_symbols)} == {bool}
