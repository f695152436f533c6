"""The forms of the editors' page."""

from flask_babel import lazy_gettext
from wtforms import Form, RadioField, SelectField

from wzo.accounts.models import Role
from wzo.admin.sign_in.forms import AddressForm, PersonForm
from wzo.i18n import language_choices

ROLE_CHOICES = [
    (Role.WRITER.value, lazy_gettext("Writer: writes drafts and sends them for review")),
    (Role.PUBLISHER.value, lazy_gettext("Publisher: also publishes and takes down texts")),
    (Role.ADMINISTRATOR.value, lazy_gettext("Administrator: also manages editors and exports signatures")),
]


class RoleForm(Form):
    """What an editor may do."""

    role = RadioField(lazy_gettext("Role"), choices=ROLE_CHOICES, default=Role.WRITER.value)


class InviteForm(PersonForm, AddressForm, RoleForm):
    """Whom to invite, and as what."""

    language = SelectField(lazy_gettext("Language of the e-mail"), choices=language_choices())
