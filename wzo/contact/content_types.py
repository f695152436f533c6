"""The content type contact."""

from flask_babel import gettext, lazy_gettext

from wzo.cms.content_types import ContentType
from wzo.cms.fields import SUMMARY, TITLE, Field, FieldValue
from wzo.contact.models import Contact, ContactText
from wzo.contact.public_keys import InvalidKey, parse_public_key
from wzo.email_addresses import InvalidEmail, clean_email


def _email_error(value: FieldValue) -> str:
    try:
        clean_email(value.value)
    except InvalidEmail:
        return str(gettext("%(label)s: this is not an e-mail address.", label=value.label))
    return ""


def _key_error(value: FieldValue) -> str:
    try:
        parse_public_key(value.value)
    except InvalidKey as error:
        return f"{value.label}: {error.message}"
    return ""


CONTACT = ContentType(
    key="contact",
    name=lazy_gettext("Contact"),
    plural=lazy_gettext("Contact"),
    new_label="",
    model=Contact,
    text=ContactText,
    foreign_key="contact_id",
    endpoint="contact.index",
    singleton=True,
    searchable=("body",),
    translated_fields=(
        TITLE,
        SUMMARY,
        Field(
            "body",
            lazy_gettext("What to write, and what not"),
            "markdown",
            lazy_gettext("The mailbox, the key and the onion address are added by themselves."),
        ),
    ),
    shared_fields=(
        Field(
            "email",
            lazy_gettext("Mailbox"),
            help_text=lazy_gettext(
                "Every reader sees it. Enter one that is read regularly, and that is still yours next year."
            ),
            validate=_email_error,
        ),
        Field(
            "public_key",
            lazy_gettext("Public key (OpenPGP or age)"),
            "textarea",
            lazy_gettext(
                "Readers encrypt their letters with it, so that only the holder of its secret key can read them. "
                "Compare the fingerprint on the page with that on the holder’s computer."
            ),
            validate=_key_error,
        ),
    ),
)
