"""Every fact on the group's own page, row by row, is on the page where readers look for it, in its language.

Each claim is a regular expression, searched in what a page shows; the numbers are those of the group's page.
"""

import re
from html import unescape
from typing import NamedTuple

import pytest
from flask.testing import FlaskClient

from tests.html import parse
from wzo.whole_words import SOFT_HYPHEN

pytestmark = pytest.mark.one_database

HOME, TEAM = "", "team/"
TRANSFORMATION, HIV, HOPE, PRISON = (
    f"projects/{slug}/" for slug in ("transformation", "zone-hiv", "last-hope", "prison-court-death")
)
OUTCASTS = "series/outcasts/"


class Claim(NamedTuple):
    """A fact of a row: the page that must show it, and how it says so in English and in Russian."""

    row: int
    page: str
    en: str
    ru: str


CLAIMS = (
    Claim(1, HOME, "Donate", "Поддержать"),
    Claim(2, HOME, "Investigations, research and education", "Расследования, исследования, просвещение"),
    Claim(2, HOME, "real stories of people", "подлинные истории людей"),
    Claim(2, HOME, "prisons, the police and migration centres", "тюрьмой, полицией или миграционными центрами"),
    Claim(
        2,
        HOME,
        "not set out to speak for them. We carry their voice",
        "не берёмся говорить за них.*донести их голос",
    ),
    Claim(2, HOME, "Protecting the rights of vulnerable groups", "Защита прав уязвимых"),
    Claim(2, HOME, "Women and children .* come first", "Прежде всего — женщины и дети"),
    Claim(2, HOME, "LGBT people, migrants", "ЛГБТ-люди, мигранты"),
    Claim(
        2,
        HOME,
        "advise prisoners and their relatives, social workers, NGOs and the media",
        "консультируем заключённых и их родных, социальных работников, НКО и СМИ",
    ),
    Claim(2, HOME, "Public campaigns and advocacy", "Общественные кампании"),
    Claim(
        2,
        HOME,
        "Only public awareness of what happens behind bars will make the penal system humane",
        "станет человечной, только когда общество будет знать, что происходит за решёткой",
    ),
    Claim(3, HOME, "Pregnancy, childbirth and women with young children", "Беременность, роды и женщины с маленькими"),
    Claim(
        3,
        HOME,
        "Repression and violence, the plight of the “offended”",
        "Репрессии и насилие, положение «обиженных»",
    ),
    Claim(3, HOME, "oncology, HIV, tuberculosis, COVID-19", "онкология, ВИЧ, туберкулёз, COVID-19"),
    Claim(4, TRANSFORMATION, "no statistics exist", "такой статистики нет"),
    Claim(
        4,
        TRANSFORMATION,
        "“invisible” prisoners as an additional problem",
        "«невидимые» .* дополнительная проблема",
    ),
    Claim(4, TRANSFORMATION, "the subject is extremely closed", "тема закрыта до предела"),
    Claim(4, TRANSFORMATION, r"What do transgender people face .*\?", r"С чем сталкиваются трансгендерные люди .*\?"),
    Claim(
        4,
        TRANSFORMATION,
        "transgender people themselves, lawyers and experts answer",
        "отвечают сами трансгендерные люди, юристы и эксперты",
    ),
    Claim(4, TRANSFORMATION, r"find a husband in a colony\?", r"найти мужа в колонии\?"),
    Claim(4, TRANSFORMATION, r"life in the caste of the “offended”\?", r"жить в касте «обиженных»\?"),
    Claim(4, TRANSFORMATION, r"a rat be the only one to talk to in a cell\?", r"не с кем поговорить, кроме крысы\?"),
    Claim(4, HOME, "find a husband in a colony", "найти мужа в колонии"),
    Claim(4, HOME, "life in the caste of the “offended”", "жить в касте «обиженных»"),
    Claim(4, HOME, "a rat be the only one to talk to", "не с кем поговорить, кроме крысы"),
    Claim(4, TRANSFORMATION, "must change its attitude to transgender people", "должно измениться"),
    Claim(4, TRANSFORMATION, "looks for solutions", "ищет решения"),
    Claim(5, HIV, "one woman in five", "каждая пятая женщина"),
    Claim(
        5,
        HIV,
        "the nineties, when HIV was a death sentence, to today",
        "девяностые, когда ВИЧ был смертным .*наше время",
    ),
    Claim(5, HIV, "Some live openly .* Others hide their status", "не прячут свой диагноз, другие о нём молчат"),
    Claim(
        5,
        HIV,
        "Beside the stories stand statistics, documents and .* experts",
        "статистика, документы, мнения эксперт",
    ),
    Claim(5, HIV, "sheds light on the situation of people with HIV in the penal", "как живётся людям с ВИЧ в уголовно"),
    Claim(6, HOPE, "full .*film|film in full", "фильм полностью"),
    Claim(6, HOPE, "English subtitles", "английскими субтитрами"),
    Claim(6, HOPE, "did not live to see the premiere", "не дожила до премьеры"),
    Claim(
        6,
        HOPE,
        "the only one to be released and to say goodbye to her family",
        "на свободу вышла и простилась с семьёй она",
    ),
    Claim(6, HOPE, "one of many .* medical hell", "одна из многих .* медицинский ад"),
    Claim(6, HOPE, "died for lack of timely help", "умерла, потому что .* вовремя не помогли"),
    Claim(6, HOPE, "The film is finished. The fight for lives goes on", "Фильм закончен. Борьба за жизнь продолжается"),
    Claim(7, PRISON, "four women prisoners with signs of cancer", "четырёх заключённых женщинах с признаками рака"),
    Claim(
        7,
        PRISON,
        "large investigation, which Leonid Agafonov is preparing for print",
        "Леонид Агафонов готовит к печати",
    ),
    Claim(7, PRISON, "member of the Public Monitoring Commission", "членом Общественной наблюдательной комиссии"),
    Claim(7, PRISON, "joint “New Generation” project .* Council of Europe", "проекта «Новое поколение».* Совет Европы"),
    Claim(7, PRISON, "second among the causes of death", "на втором месте среди причин смерти"),
    Claim(7, PRISON, "under arrest .* convicted have no chance to live", "арестованных и осуждённых нет шансов выжить"),
    Claim(
        7,
        PRISON,
        "timely diagnosis, medicines and competent care",
        "диагноз, .* лекарств и квалифицированной помощи",
    ),
    Claim(
        7,
        PRISON,
        r"Why has inhuman treatment of the seriously ill become the norm in remand prisons and colonies\?",
        r"Почему бесчеловечное обращение с тяжелобольными стало в следственных изоляторах и колониях нормой\?",
    ),
    Claim(8, HOME, "Sign the petition", "Подпишите петицию"),
    Claim(
        8,
        HOME,
        "Prohibition on Breastfeeding.*Children in Cages",
        "Запрет на грудное вскармливание.*Детки в клетке",
    ),
    Claim(9, HOME, "LGBT: prisons and police", "ЛГБТ: тюрьмы и полиция"),
    Claim(9, HOME, "lowest caste of prisoners, the “offended”", "низшей касте заключённых, «обиженных»"),
    Claim(
        9,
        HOME,
        "repression of homosexuality in the USSR and Russia",
        "репрессии за гомосексуальность в СССР и России",
    ),
    Claim(9, HOME, "sexual abuse in Russian prisons", "сексуальное насилие в российских тюрьмах"),
    Claim(9, HOME, "gay porn made with prisoners", "гей-порно с участием заключённых"),
    Claim(9, HOME, "Justice for the outcast”: .*lowest caste", "Справедливость для изгоя»: .*низшей касты"),
    Claim(9, HOME, "How lesbians live in Russian prisons", "Как живут лесбиянки в российских тюрьмах"),
    Claim(9, HOME, "Forbidden Love", "Любовь под запретом"),
    Claim(9, OUTCASTS, "prisoners of the lowest caste seek justice", "ищут справедливости заключённые низшей касты"),
    Claim(10, HOME, "Help us .*you can support it", "Помогите нам .*поддержите её"),
    Claim(11, HOME, "History & stories.*Kazakhstan, Armenia and Finland", "Истории.*Казахстан, и Армения, и Финляндия"),
    Claim(12, HOME, "Leonid Agafonov Human rights defender, author", "Леонид Агафонов Правозащитник, автор"),
    Claim(12, HOME, "Aleksei Sergeev Journalist, designer, activist", "Алексей Сергеев Журналист, дизайнер, активист"),
    Claim(12, TEAM, "Yana Teplitskaya Project participant", "Яна Теплицкая Участница проекта"),
    Claim(
        12,
        HOME,
        "Agafonov.*Dorutina.*Donskova.*Yukechev.*Sergeev.*Sivokhina.*Teplitskaya.*Cherkasov",
        "Агафонов.*Дорутина.*Донскова.*Юкечев.*Сергеев.*Сивохина.*Теплицкая.*Черкасов",
    ),
    Claim(13, HOME, "© 2020 «Женщина. Тюрьма. Общество»", "© 2020 «Женщина. Тюрьма. Общество»"),
)
# Links that rows ask for: the page, and where the link leads.
LINKS = (
    (1, HOME, "/{}/donate/"),
    (4, HOME, "/{}/projects/transformation/"),
    (5, HOME, "/{}/projects/zone-hiv/"),
    (6, HOPE, "https://women-in-prison.ru/english"),
    (7, HOME, "/{}/projects/prison-court-death/"),
    (8, HOME, "/{}/petition/mothers/"),
    (9, HOME, "/{}/stories/outcasts-4/"),
    (10, HOME, "/{}/donate/"),
    (11, HOME, "/{}/stories/"),
    (11, HOME, "/{}/stories/?country=armenia"),
)


def words(html: str) -> str:
    """What a page shows, as one line with plain spaces."""
    body = parse(html.encode()).root.find("body")
    assert body is not None
    text = unescape(" ".join(body.itertext())).replace("\xa0", " ").replace(SOFT_HYPHEN, "")
    return re.sub(r" ([.,:;?!»”…)])", r"\1", re.sub(r"([«“(]) ", r"\1", " ".join(text.split())))


@pytest.mark.parametrize("language", ["en", "ru"])
def test_it_tells_every_fact_of_the_groups_page_where_readers_look_for_it(
    client: FlaskClient, content: None, language: str
) -> None:
    shown = {page: words(client.get(f"/{language}/{page}").text) for page in {claim.page for claim in CLAIMS}}
    missing = [
        f"row {claim.row}, /{language}/{claim.page}: {getattr(claim, language)}"
        for claim in CLAIMS
        if not re.search(getattr(claim, language), shown[claim.page])
    ]
    assert missing == []


@pytest.mark.parametrize("language", ["en", "ru"])
def test_it_has_the_links_that_lead_on(client: FlaskClient, content: None, language: str) -> None:
    for row, page, link in LINKS:
        assert f'href="{link.format(language)}"' in client.get(f"/{language}/{page}").text, (row, link)


def test_it_covers_every_row() -> None:
    assert {claim.row for claim in CLAIMS} == {*range(1, 14)}
