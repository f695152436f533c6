"""The labels of the audit log: of actions, of the types of objects they are done to, and of their details."""

from typing import Any

from flask_babel import lazy_gettext

from wzo.cms.content_types import registry

ACTIONS = {
    "sign-in": lazy_gettext("signed in"),
    "sign-out": lazy_gettext("signed out"),
    "sign-in-failed": lazy_gettext("somebody could not sign in"),
    "second-factor-failed": lazy_gettext("gave a wrong second factor"),
    "end-sessions": lazy_gettext("ended sessions"),
    "create-account": lazy_gettext("set up an account"),
    "reset-account": lazy_gettext("set up the account anew"),
    "create-invitation": lazy_gettext("invited somebody"),
    "revoke-invitation": lazy_gettext("withdrew an invitation"),
    "create-reset-link": lazy_gettext("made a link to set up an account anew"),
    "change-role": lazy_gettext("changed a role"),
    "disable-account": lazy_gettext("closed an account"),
    "enable-account": lazy_gettext("opened an account again"),
    "change-settings": lazy_gettext("changed the settings of the account"),
    "change-password": lazy_gettext("changed the password"),
    "change-authenticator": lazy_gettext("changed the code generator"),
    "create-recovery-codes": lazy_gettext("made new recovery codes"),
    "add-passkey": lazy_gettext("added a passkey"),
    "remove-passkey": lazy_gettext("removed a passkey"),
    "create": lazy_gettext("began something new"),
    "publish": lazy_gettext("published"),
    "schedule": lazy_gettext("scheduled a publication"),
    "unschedule": lazy_gettext("called off a publication"),
    "unpublish": lazy_gettext("took down from the site"),
    "restore-revision": lazy_gettext("went back to an earlier version"),
    "request-review": lazy_gettext("asked for it to be published"),
    "mark-translation-current": lazy_gettext("called a translation up to date"),
    "move-to-trash": lazy_gettext("threw away"),
    "restore": lazy_gettext("took out of the trash"),
    "erase": lazy_gettext("erased for good"),
    "move": lazy_gettext("changed the order"),
    "create-draft-link": lazy_gettext("made a link to a draft"),
    "revoke-draft-link": lazy_gettext("made a link to a draft void"),
    "upload": lazy_gettext("uploaded a picture"),
    "describe": lazy_gettext("described a picture"),
    "set-focus": lazy_gettext("set a picture’s focus"),
    "close-petition": lazy_gettext("closed the petition"),
    "reopen-petition": lazy_gettext("opened the petition again"),
    "export-signatures": lazy_gettext("exported the sealed signatures"),
    "invalidate-signatures": lazy_gettext("took false signatures out of the count"),
    "dismiss-dead-letters": lazy_gettext("dismissed letters that were refused"),
}


def object_types() -> dict[str, Any]:
    """The types of objects that actions are done to: accounts, pictures and content types."""
    return {
        "users": lazy_gettext("Account"),
        "pictures": lazy_gettext("Picture"),
        **{key: content_type.name for key, content_type in registry.items()},
    }


DETAILS = {
    "number": lazy_gettext("number"),
    "role": lazy_gettext("role"),
    "name": lazy_gettext("name"),
    "before": lazy_gettext("before"),
    "after": lazy_gettext("after"),
    "passkey": lazy_gettext("with a passkey"),
    "language": lazy_gettext("language"),
    "languages": lazy_gettext("languages"),
    "at": lazy_gettext("at"),
    "locale": lazy_gettext("part"),
    "revision": lazy_gettext("version"),
    "days": lazy_gettext("days"),
    "reason": lazy_gettext("reason"),
    "first": lazy_gettext("from"),
    "last": lazy_gettext("to"),
    "receipts": lazy_gettext("receipts"),
}

ROLES = {
    "writer": lazy_gettext("Writer"),
    "publisher": lazy_gettext("Publisher"),
    "administrator": lazy_gettext("Administrator"),
}
