"""The forms for inviting editors and changing their roles."""

from flask_babel import lazy_gettext
from wtforms import Form, RadioField, SelectField

from wzo.accounts.models import Role
from wzo.admin.sign_in.forms import EmailForm, NameForm
from wzo.i18n import language_choices

ROLE_CHOICES = [
    (Role.WRITER.value, lazy_gettext("Writer: writes drafts and sends them for review")),
    (Role.PUBLISHER.value, lazy_gettext("Publisher: also publishes and takes down texts")),
    (Role.ADMINISTRATOR.value, lazy_gettext("Administrator: also manages editors and exports signatures")),
]


def role_choices() -> dict[str, str]:
    """The roles with their labels, in the reader's language."""
    return {value: str(label) for value, label in ROLE_CHOICES}


class RoleForm(Form):
    """An editor's role."""

    role = RadioField(lazy_gettext("Role"), choices=role_choices, default=Role.WRITER.value)


class InviteForm(NameForm, EmailForm, RoleForm):
    """The name, address, role and language of a new editor."""

    language = SelectField(lazy_gettext("Language of the e-mail"), choices=language_choices())
