"""The forms for inviting editors and changing their roles."""

from flask_babel import lazy_gettext
from wtforms import Form, RadioField, SelectField

from wzo.accounts.models import Role
from wzo.admin.sign_in.forms import EmailForm, NameForm
from wzo.i18n import LANGUAGES

ROLE_CHOICES = [
    (Role.WRITER.value, lazy_gettext("Writer: writes drafts and asks for them to be published")),
    (Role.PUBLISHER.value, lazy_gettext("Publisher: also publishes and takes down")),
    (Role.ADMINISTRATOR.value, lazy_gettext("Administrator: also people, the petition’s export, settings")),
]


class RoleForm(Form):
    """An editor's role."""

    role = RadioField(lazy_gettext("Role"), choices=ROLE_CHOICES, default=Role.WRITER.value)


class InviteForm(NameForm, EmailForm, RoleForm):
    """The name, address, role and language of a new editor."""

    language = SelectField(lazy_gettext("Language of the letter"), choices=list(LANGUAGES.items()))
