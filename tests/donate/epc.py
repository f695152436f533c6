"""Bank transfers and the content of their QR codes, written out by hand from EPC069-12, version 2.1."""

from typing import NamedTuple


class Case(NamedTuple):
    """The fields of a bank account, and the lines of its code separated by |."""

    holder: str
    iban: str
    bic: str
    amount: str
    purpose: str
    payload: str


HEAD = "BCD|002|1|SCT|"
SEVENTY = "Association for the Rights of Women and Children in Prisons of Europe."
LONG = "Помощь женщинам и детям в тюрьмах, расследования, консультации, суды"
LATIN = "For the rights of women. " * 5 + "For their kids."

CASES = [
    Case(
        *("Red Cross of Belgium", "BE68 5390 0754 7034", "BPOTBEB1", "1", "Urgency fund"),
        f"{HEAD}BPOTBEB1|Red Cross of Belgium|BE68539007547034|EUR1.00|||Urgency fund",
    ),
    Case(
        *("Friends of the Women", "DE89370400440532013000", "", "", ""),
        f"{HEAD}|Friends of the Women|DE89370400440532013000",
    ),
    Case(
        *("Friends of the Women", "DE89 3704 0044 0532 0130 00", "COBADEFFXXX", "", ""),
        f"{HEAD}COBADEFFXXX|Friends of the Women|DE89370400440532013000",
    ),
    Case(
        *("Friends of the Women", "DE89370400440532013000", "", "", "Пожертвование"),
        f"{HEAD}|Friends of the Women|DE89370400440532013000||||Пожертвование",
    ),
    Case(
        *("Friends of the Women", "DE89370400440532013000", "COBADEFF", "12.50", "Помощь матерям"),
        f"{HEAD}COBADEFF|Friends of the Women|DE89370400440532013000|EUR12.50|||Помощь матерям",
    ),
    Case(*("A", "AT611904300234573201", "", "0.01", ""), f"{HEAD}|A|AT611904300234573201|EUR0.01"),
    Case(*("A", "AT611904300234573201", "", "999999999.99", ""), f"{HEAD}|A|AT611904300234573201|EUR999999999.99"),
    Case(
        *("Žena, väzenie", "SK3112000000198742637541", "", "10", "dar"),
        f"{HEAD}|Žena, väzenie|SK3112000000198742637541|EUR10.00|||dar",
    ),
    Case(
        *("Mère & fils".replace("&", "+"), "FR14 2004 1010 0505 0001 3M02 606", "", "7.5", ""),
        f"{HEAD}|Mère + fils|FR1420041010050500013M02606|EUR7.50",
    ),
    Case(
        *(SEVENTY, "MT84MALT011000012345MTLCAST001S", "MMEBMTMT", "", ""),
        f"{HEAD}MMEBMTMT|{SEVENTY}|MT84MALT011000012345MTLCAST001S",
    ),
    Case(
        *(SEVENTY, "MT84MALT011000012345MTLCAST001S", "MMEBMTMTXXX", "250000", LATIN),
        f"{HEAD}MMEBMTMTXXX|{SEVENTY}|MT84MALT011000012345MTLCAST001S|EUR250000.00|||{LATIN}",
    ),
    Case(*("Friends", "FI2112345600000785", "", "", LONG), f"{HEAD}|Friends|FI2112345600000785||||{LONG}"),
    Case(
        *("Friends", "fi21 1234 5600 0007 85", "ndeafihh", "3", "ё Ё й Й"),
        f"{HEAD}NDEAFIHH|Friends|FI2112345600000785|EUR3.00|||ё Ё й Й",
    ),
    Case(
        *("Friends", "EE382200221020145685", "", "100", "Дар «Женщина. Тюрьма. Общество»"),
        f"{HEAD}|Friends|EE382200221020145685|EUR100.00|||Дар «Женщина. Тюрьма. Общество»",
    ),
    Case(
        *("O'Neill-Smith (trust)", "IE29AIBK93115212345678", "AIBKIE2D", "", "gift/2026?"),
        f"{HEAD}AIBKIE2D|O'Neill-Smith (trust)|IE29AIBK93115212345678||||gift/2026?",
    ),
    Case(
        *("Stichting Vrouw", "NL91ABNA0417164300", "", "45.99", "gift"),
        f"{HEAD}|Stichting Vrouw|NL91ABNA0417164300|EUR45.99|||gift",
    ),
    Case(
        *("Associazione", "IT60X0542811101000000123456", "", "", "dono  per\nle madri"),
        f"{HEAD}|Associazione|IT60X0542811101000000123456||||dono per le madri",
    ),
    Case(
        *("Fundacion", "ES9121000418450200051332", "CAIXESBB", "5", "Подарок ✓"),
        f"{HEAD}CAIXESBB|Fundacion|ES9121000418450200051332|EUR5.00|||Подарок ✓",
    ),
    Case(
        *("Verein", "CH9300762011623852957", "POFICHBEXXX", "20", "Spende"),
        f"{HEAD}POFICHBEXXX|Verein|CH9300762011623852957|EUR20.00|||Spende",
    ),
    Case(
        *("Forening", "NO9386011117947", "", "1000000", "gave: 1"),
        f"{HEAD}|Forening|NO9386011117947|EUR1000000.00|||gave: 1",
    ),
]
