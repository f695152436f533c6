"""The petition's forms."""

import time
import unicodedata
from functools import cache
from typing import Any

from flask_babel import get_locale, gettext, lazy_gettext
from wtforms import BooleanField, Form, HiddenField, SelectField, StringField
from wtforms.validators import InputRequired, Length

from wzo.codes import parse_code
from wzo.email_addresses import DeceptiveEmail, InvalidEmail, clean_email
from wzo.email_suggestions import suggest_email
from wzo.forms import refuse
from wzo.invisible_characters import has_invisible_characters
from wzo.mail import accepts_address
from wzo.person_names import has_address_or_number, has_stacked_marks, has_symbols
from wzo.petition.admission import Attempt
from wzo.petition.countries import country_names
from wzo.petition.submission_limits import bucket_of

MAX_NAME_LENGTH = 100
# People take longer to fill in the form, unless a password manager does it. In seconds, the minimum time.
MIN_SECONDS = 3
FIRST_COUNTRY = "RU"


def country_choices() -> dict[str, str]:
    """The ISO 3166 code and the name of every country, sorted by name in the reader's language."""
    return _choices(str(get_locale()))


@cache
def _choices(_locale: str) -> dict[str, str]:
    """The choices in the reader's language, which `_locale` is."""

    def order(choice: tuple[str, str]) -> tuple[bool, str]:
        # Most signers find theirs at the top.
        return choice[0] != FIRST_COUNTRY, choice[1].casefold().replace("ё", "е").replace("å", "a")

    return {"": gettext("Prefer not to say"), **dict(sorted(country_names().items(), key=order))}


class AdmissionFields(Form):
    """Fields that help to recognise robots; see admission.py. `website` is a honeypot: people do not see it."""

    website = StringField(lazy_gettext("Leave this field empty"))
    opened = HiddenField(default=lambda: str(int(time.time())))
    challenge = HiddenField()
    solution = HiddenField()

    def attempt(self, network: str) -> Attempt:
        """The attempt, from a network, by which it is decided whether the submission is accepted."""
        opened = str(self.opened.data)
        # A form without a time is not suspicious: scripts written for this site would send any time that suits them.
        is_new = bool(self.opened.raw_data) and opened.isdecimal() and time.time() - int(opened[:15]) < MIN_SECONDS
        suspicion = bool(self.website.data) + is_new
        return Attempt(bucket_of(network), str(self.challenge.data), str(self.solution.data), suspicion)


class SignerFields(Form):
    """Three fields and two consents, neither of which is given by default."""

    name = StringField(
        lazy_gettext("Your name"),
        [
            InputRequired(lazy_gettext("Enter your name, as you want to sign.")),
            Length(max=MAX_NAME_LENGTH, message=lazy_gettext("Shorten the name to %(max)d characters or fewer.")),
        ],
    )
    email = StringField(
        lazy_gettext("Your e-mail address"),
        [
            InputRequired(
                lazy_gettext("Enter your e-mail address. We will send a link there for you to confirm your signature.")
            ),
            Length(max=254, message=lazy_gettext("This e-mail address is too long. Check it for mistakes.")),
        ],
    )
    country = SelectField(lazy_gettext("Country (optional)"), choices=country_choices, validate_choice=False)
    show_name = BooleanField(lazy_gettext("Show my name on the petition’s page, where anyone can see it"))
    wants_news = BooleanField(lazy_gettext("Send me news of the petition"))
    # What to do about a suggestion: "typed", "suggestion", or "asked" if nothing was chosen. It is asked only once.
    email_choice = StringField()
    suggestion: str | None = None

    def entered(self) -> dict[str, Any]:
        """What was entered, apart from the address: `name`, `country`, `show_name` and `wants_news`."""
        return {
            "name": str(self.name.data),
            "country": str(self.country.data or ""),
            "show_name": bool(self.show_name.data),
            "wants_news": bool(self.wants_news.data),
        }

    def validate_name(self, field: StringField) -> None:
        """Refuse a text that is not a name, or that could deceive or advertise; normalise it (NFC)."""
        if field.errors:
            return
        name = " ".join(unicodedata.normalize("NFC", field.data or "").split())
        if has_symbols(name):
            raise refuse(lazy_gettext("Enter the name in letters, without emoji or other symbols."))
        if not any(c.isalpha() for c in name):
            raise refuse(lazy_gettext("Enter your name, as you want to sign."))
        if has_invisible_characters(name):
            raise refuse(lazy_gettext("The name contains an invisible character. Type it again by hand."))
        if has_stacked_marks(name):
            raise refuse(lazy_gettext("The name has too many accents on one letter. Type it again by hand."))
        if has_address_or_number(name):
            raise refuse(
                lazy_gettext(
                    "A name cannot contain addresses of sites, e-mail addresses or telephone numbers. If it has a full "
                    "stop in it, put a space after that."
                )
            )
        field.data = name

    def validate_country(self, field: SelectField) -> None:
        """Refuse a country that is not in the list."""
        if (field.data or "") not in country_choices():
            raise refuse(lazy_gettext("Choose a country from the list, or leave the field empty."))

    def validate_email(self, field: StringField) -> None:
        """Refuse an invalid or deceptive address, or one that our mail server cannot deliver to.

        Stores the cleaned address in `cleaned_email`, and in `suggestion` the one that was probably meant.
        """
        self.cleaned_email = _clean(field.data or "")
        suggestion = suggest_email(self.cleaned_email)
        if suggestion and self.email_choice.data == "suggestion":
            self.cleaned_email = field.data = suggestion
        elif suggestion and not self.email_choice.data:
            self.suggestion = suggestion
        if not accepts_address(self.cleaned_email):
            raise refuse(
                lazy_gettext(
                    "Our mail server cannot deliver to addresses with such letters before the @. Give another address."
                )
            )


class SignPetitionForm(SignerFields, AdmissionFields):
    """The form to sign a petition."""


class ConfirmSignatureForm(SignerFields):
    """What was entered in the form, to be corrected by the owner of the e-mail address before it counts."""

    # WTForms leaves out fields that a subclass sets to None: the address is the one that the e-mail went to.
    email = None  # type: ignore[assignment]


class ConfirmCodeForm(Form):
    """The confirmation code from the e-mail."""

    code = StringField(
        lazy_gettext("Code from the e-mail"),
        [InputRequired(lazy_gettext("Type the code from the e-mail: twelve letters and digits."))],
    )

    def validate_code(self, field: StringField) -> None:
        """Refuse a text that cannot be a code; store the code itself in `parsed_code`."""
        code = parse_code(field.data or "")
        if code is None:
            raise refuse(
                lazy_gettext("This does not look like the code from the e-mail: it has twelve letters and digits.")
            )
        self.parsed_code = code


def _clean(email: str) -> str:
    """Clean an address; raises a ValidationError with advice."""
    try:
        return clean_email(email)
    except DeceptiveEmail:
        raise refuse(
            lazy_gettext(
                "The address mixes letters of two alphabets or contains an invisible character. "
                "Type it again by hand, using one keyboard layout."
            )
        ) from None
    except InvalidEmail:
        raise refuse(
            lazy_gettext("This does not look like an e-mail address. It should be like name@example.org.")
        ) from None
