"""The forms of signing in and of setting an account up, and the fields that other forms of accounts share."""

from zoneinfo import available_timezones

from flask_babel import lazy_gettext
from wtforms import Form, PasswordField, SelectField, StringField
from wtforms.validators import InputRequired, Length

from wzo.accounts import passwords
from wzo.email_addresses import InvalidEmail, clean_email
from wzo.forms import refuse
from wzo.i18n import language_choices
from wzo.text import has_invisible_characters

HOME_ZONE = "Europe/Moscow"


def zones() -> list[tuple[str, str]]:
    """Every time zone that is named by a place."""
    places = (
        zone for zone in available_timezones() if "/" in zone and not zone.startswith(("Etc/", "posix/", "right/"))
    )
    return [(zone, zone.replace("_", " ")) for zone in ["UTC", *sorted(places)]]


class SignInForm(Form):
    """Who it is. The code is asked on the next page."""

    email = StringField(
        lazy_gettext("E-mail address"), [InputRequired(lazy_gettext("Enter your e-mail address.")), Length(max=254)]
    )
    password = PasswordField(
        lazy_gettext("Password"), [InputRequired(lazy_gettext("Enter your password.")), Length(max=1024)]
    )


class CodeForm(Form):
    """A code of the generator, or a recovery code."""

    code = StringField(
        lazy_gettext("Code"),
        [InputRequired(lazy_gettext("Enter the six digits from your authenticator app, or a recovery code."))],
    )


class NewPasswordForm(Form):
    """A new password. `about`: what is known of its owner, and so is no password."""

    password = PasswordField(
        lazy_gettext("New password"), [InputRequired(lazy_gettext("Choose a password of at least 15 characters."))]
    )

    about: tuple[str, ...] = ()

    def validate_password(self, field: PasswordField) -> None:
        """Refuse what is too short, too long, or guessed first."""
        password = passwords.normal(field.data or "")
        if len(password) < passwords.SHORTEST:
            raise refuse(
                lazy_gettext("This password is too short. Use at least 15 characters: four or five words will do.")
            )
        if len(password) > passwords.LONGEST:
            raise refuse(lazy_gettext("This password is too long. Use no more than 128 characters."))
        if passwords.is_common(password, about=self.about):
            raise refuse(lazy_gettext("This password is too easy to guess. Use four or five unrelated words."))


class PersonForm(Form):
    """How an editor is called."""

    name = StringField(
        lazy_gettext("Name (shown to other editors)"),
        [
            InputRequired(lazy_gettext("Enter a name.")),
            Length(max=120, message=lazy_gettext("Shorten the name to %(max)d characters or fewer.")),
        ],
    )

    def validate_name(self, field: StringField) -> None:
        """Refuse a name of nothing but spaces or with signs that hide."""
        field.data = " ".join((field.data or "").split())
        if not field.data:
            raise refuse(lazy_gettext("Enter a name."))
        if has_invisible_characters(field.data):
            raise refuse(lazy_gettext("The name contains an invisible character. Type it again by hand."))


class AddressForm(Form):
    """Where an editor's mail goes, and with what one signs in."""

    email = StringField(
        lazy_gettext("E-mail address"),
        [InputRequired(lazy_gettext("Enter an e-mail address.")), Length(max=254)],
    )

    def validate_email(self, field: StringField) -> None:
        """Refuse what is no address; keep it in small letters."""
        try:
            field.data = clean_email(field.data or "").lower()
        except InvalidEmail:
            raise refuse(
                lazy_gettext("This does not look like an e-mail address. It should be like name@example.org.")
            ) from None


class ZoneForm(Form):
    """In which time zone an editor reads and writes times."""

    zone = SelectField(lazy_gettext("Time zone"), choices=zones, default=HOME_ZONE)


class SetUpForm(PersonForm, NewPasswordForm, ZoneForm, CodeForm):
    """An account as it begins: a name, a password, a code that shows that the generator is set up."""

    code = StringField(
        lazy_gettext("Six-digit code from the app"),
        [InputRequired(lazy_gettext("Enter the six digits that the authenticator app shows now."))],
    )


class FirstSetUpForm(SetUpForm, AddressForm):
    """The first account of all: nobody has said yet whose it is."""


class SettingsForm(PersonForm, ZoneForm):
    """What an editor may change about the own account at any time."""

    language = SelectField(lazy_gettext("Language of the panel"), choices=language_choices())


class ChangePasswordForm(NewPasswordForm):
    """A new password in place of the old one."""

    old = PasswordField(lazy_gettext("Current password"), [InputRequired(lazy_gettext("Enter your password."))])


class PasskeyForm(Form):
    """What a passkey is called."""

    name = StringField(lazy_gettext("Passkey name"), [Length(max=64)])
