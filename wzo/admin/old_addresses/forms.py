"""The form of an old address."""

from flask_babel import lazy_gettext
from flask_wtf import FlaskForm
from wtforms import StringField
from wtforms.validators import DataRequired

from wzo.cms.links import current_path, page_exists
from wzo.config import settings
from wzo.forms import refuse
from wzo.old_addresses.models import MAX_PATH_LENGTH
from wzo.old_addresses.paths import path_of

OLD_MISSING = lazy_gettext("Enter an address of the earlier site, for example /page3361129.html.")
PAGE_MISSING = lazy_gettext("Paste the address of a page of this site, as the browser shows it.")


class OldAddressForm(FlaskForm):  # type: ignore[misc]
    """An address of the earlier site, and the page of this one that it redirects to."""

    old = StringField(lazy_gettext("Old address"), [DataRequired(OLD_MISSING)])
    leads_to = StringField(lazy_gettext("Page of this site"), [DataRequired(PAGE_MISSING)])

    @property
    def path(self) -> str:
        """The path of the old address."""
        return path_of(self.old.data or "")

    @property
    def target(self) -> str:
        """The path of the page."""
        return current_path(path_of(self.leads_to.data or ""))

    def validate_old(self, _field: StringField) -> None:
        """Refuse a text that is not an address, and the address of a page of this site."""
        if not self.path:
            raise refuse(OLD_MISSING)
        if len(self.path) > MAX_PATH_LENGTH:
            raise refuse(lazy_gettext("The address is too long."))
        if page_exists(self.path):
            raise refuse(lazy_gettext("This site has a page at this address itself, so it cannot redirect."))

    def validate_leads_to(self, field: StringField) -> None:
        """Refuse anything but a page of this site."""
        address = (field.data or "").strip()
        is_ours = address.startswith(("/", *(f"{it}/" for it in settings().origins)))
        if not (is_ours and page_exists(path_of(address)) and len(self.target) <= MAX_PATH_LENGTH):
            raise refuse(PAGE_MISSING)
