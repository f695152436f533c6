"""The forms of the editors' page."""

from flask_babel import lazy_gettext
from wtforms import Form, RadioField, SelectField

from wzo.accounts.models import Role
from wzo.admin.sign_in.forms import AddressForm, PersonForm
from wzo.i18n import language_choices

ROLE_CHOICES = [
    (Role.WRITER.value, lazy_gettext("Writer: writes drafts and asks for them to be published")),
    (Role.PUBLISHER.value, lazy_gettext("Publisher: also publishes and takes down")),
    (Role.ADMINISTRATOR.value, lazy_gettext("Administrator: also people, the petition’s export, settings")),
]


class RoleForm(Form):
    """What an editor may do."""

    role = RadioField(lazy_gettext("Role"), choices=ROLE_CHOICES, default=Role.WRITER.value)


class InviteForm(PersonForm, AddressForm, RoleForm):
    """Whom to invite, and as what."""

    language = SelectField(lazy_gettext("Language of the letter"), choices=language_choices())
