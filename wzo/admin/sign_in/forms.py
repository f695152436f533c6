"""The forms of the sign-in and of new accounts, and the fields that other forms of accounts share."""

from flask_babel import lazy_gettext
from wtforms import Form, PasswordField, SelectField, StringField
from wtforms.validators import InputRequired, Length

from wzo.accounts import passwords
from wzo.admin.times import canonical_timezone, timezone_choices
from wzo.email_addresses import InvalidEmail, clean_email
from wzo.forms import refuse
from wzo.i18n import language_choices
from wzo.invisible_characters import has_invisible_characters

DEFAULT_TIMEZONE = "Europe/Moscow"


class SignInForm(Form):
    """The first page of the sign-in; the second asks for the code."""

    email = StringField(
        lazy_gettext("E-mail address"), [InputRequired(lazy_gettext("Enter your e-mail address.")), Length(max=254)]
    )
    password = PasswordField(
        lazy_gettext("Password"), [InputRequired(lazy_gettext("Enter your password.")), Length(max=1024)]
    )


class CodeForm(Form):
    """A code of the authenticator app, or a recovery code."""

    code = StringField(
        lazy_gettext("Code"),
        [InputRequired(lazy_gettext("Enter the six digits from your authenticator app, or a recovery code."))],
    )


class NewPasswordForm(Form):
    """A new password. `about`: facts about its owner, which must not be part of it."""

    password = PasswordField(
        lazy_gettext("New password"), [InputRequired(lazy_gettext("Choose a password of at least 15 characters."))]
    )

    about: tuple[str, ...] = ()

    def validate_password(self, field: PasswordField) -> None:
        """Refuse a password that is too short, too long or easy to guess."""
        password = passwords.normalize(field.data or "")
        if len(password) < passwords.MIN_LENGTH:
            raise refuse(
                lazy_gettext("This password is too short. Use at least 15 characters: four or five words will do.")
            )
        if len(password) > passwords.MAX_LENGTH:
            raise refuse(lazy_gettext("This password is too long. Use no more than 128 characters."))
        if passwords.is_common(password, about=self.about):
            raise refuse(lazy_gettext("This password is too easy to guess. Use four or five unrelated words."))


class NameForm(Form):
    """An editor's name."""

    name = StringField(
        lazy_gettext("Name (shown to other editors)"),
        [
            InputRequired(lazy_gettext("Enter a name.")),
            Length(max=120, message=lazy_gettext("Shorten the name to %(max)d characters or fewer.")),
        ],
    )

    def validate_name(self, field: StringField) -> None:
        """Refuse an empty name or one with invisible characters."""
        field.data = " ".join((field.data or "").split())
        if not field.data:
            raise refuse(lazy_gettext("Enter a name."))
        if has_invisible_characters(field.data):
            raise refuse(lazy_gettext("The name contains an invisible character. Type it again by hand."))


class EmailForm(Form):
    """An editor's e-mail address, which is also used to sign in."""

    email = StringField(
        lazy_gettext("E-mail address"),
        [InputRequired(lazy_gettext("Enter an e-mail address.")), Length(max=254)],
    )

    def validate_email(self, field: StringField) -> None:
        """Refuse an invalid address; convert it to lower case."""
        try:
            field.data = clean_email(field.data or "").lower()
        except InvalidEmail:
            raise refuse(
                lazy_gettext("This does not look like an e-mail address. It should be like name@example.org.")
            ) from None


class ZoneForm(Form):
    """The time zone in which the panel shows and parses times."""

    timezone = SelectField(
        lazy_gettext("Time zone"), choices=timezone_choices, coerce=canonical_timezone, default=DEFAULT_TIMEZONE
    )


class SetUpForm(NameForm, NewPasswordForm, ZoneForm, CodeForm):
    """A new account: a name, a password, and a code that proves that the authenticator app is set up."""

    code = StringField(
        lazy_gettext("Six-digit code from the app"),
        [InputRequired(lazy_gettext("Enter the six digits that the authenticator app shows now."))],
    )


class FirstSetUpForm(SetUpForm, EmailForm):
    """The first account of all, whose e-mail address is not known yet."""


class PasskeySetUpForm(NameForm, ZoneForm):
    """A new account that has a passkey and nothing else."""


class FirstPasskeySetUpForm(PasskeySetUpForm, EmailForm):
    """The first account of all, likewise."""


class SettingsForm(NameForm, ZoneForm):
    """The settings of an editor's own account."""

    language = SelectField(lazy_gettext("Language of the panel"), choices=language_choices())


class ChangePasswordForm(NewPasswordForm):
    """A new password, and the current one."""

    old = PasswordField(lazy_gettext("Current password"), [InputRequired(lazy_gettext("Enter your password."))])


class PasskeyForm(Form):
    """The name of a passkey."""

    name = StringField(lazy_gettext("Passkey name"), [Length(max=64)])
