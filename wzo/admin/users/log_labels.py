"""The labels of the audit log (“Activity log” in the panel): of actions, their details and their objects' types."""

from typing import Any

from flask_babel import lazy_gettext

from wzo.cms.content_types import registry

ACTIONS = {
    "sign-in": lazy_gettext("signed in"),
    "sign-out": lazy_gettext("signed out"),
    "sign-in-failed": lazy_gettext("sign-in failed"),
    "second-factor-failed": lazy_gettext("entered a wrong second factor"),
    "end-sessions": lazy_gettext("ended sessions"),
    "create-account": lazy_gettext("created an account"),
    "reset-account": lazy_gettext("reset the account"),
    "create-invitation": lazy_gettext("invited an editor"),
    "revoke-invitation": lazy_gettext("revoked an invitation"),
    "create-reset-link": lazy_gettext("created a link to reset an account"),
    "change-role": lazy_gettext("changed a role"),
    "disable-account": lazy_gettext("disabled an account"),
    "enable-account": lazy_gettext("enabled an account"),
    "change-settings": lazy_gettext("changed the settings of the account"),
    "change-password": lazy_gettext("changed the password"),
    "change-authenticator": lazy_gettext("changed the authenticator app"),
    "create-recovery-codes": lazy_gettext("generated new recovery codes"),
    "add-passkey": lazy_gettext("added a passkey"),
    "remove-passkey": lazy_gettext("deleted a passkey"),
    "create": lazy_gettext("created"),
    "publish": lazy_gettext("published"),
    "schedule": lazy_gettext("scheduled a publication"),
    "unschedule": lazy_gettext("cancelled a scheduled publication"),
    "unpublish": lazy_gettext("took down"),
    "restore-revision": lazy_gettext("restored an earlier version"),
    "request-review": lazy_gettext("sent for review"),
    "mark-translation-current": lazy_gettext("marked a translation as up to date"),
    "reassign": lazy_gettext("changed what it refers to"),
    "move-to-trash": lazy_gettext("moved to the bin"),
    "restore": lazy_gettext("restored from the bin"),
    "erase": lazy_gettext("deleted permanently"),
    "move": lazy_gettext("changed the order"),
    "create-draft-link": lazy_gettext("created a draft link"),
    "revoke-draft-link": lazy_gettext("revoked a draft link"),
    "upload": lazy_gettext("uploaded a picture"),
    "describe": lazy_gettext("described a picture"),
    "set-focus": lazy_gettext("set the focal point of a picture"),
    "upload-file": lazy_gettext("uploaded a file"),
    "replace-file": lazy_gettext("uploaded a new version of a file"),
    "describe-file": lazy_gettext("described a file"),
    "set-poster": lazy_gettext("set the picture of a video"),
    "close-petition": lazy_gettext("closed the petition"),
    "reopen-petition": lazy_gettext("reopened the petition"),
    "pause-petition": lazy_gettext("paused the petition"),
    "resume-petition": lazy_gettext("resumed the petition"),
    "add-paper-signatures": lazy_gettext("entered signatures on paper"),
    "remove-paper-signatures": lazy_gettext("removed signatures on paper"),
    "edit-email-text": lazy_gettext("changed the texts of the e-mails"),
    "set-countries": lazy_gettext("entered the table of countries"),
    "set-old-address": lazy_gettext("changed the target of an old address"),
    "remove-old-address": lazy_gettext("removed an old address"),
    "hide-section": lazy_gettext("hid a section of the home page"),
    "show-section": lazy_gettext("showed a section of the home page"),
    "hide-public-name": lazy_gettext("hid a public name"),
    "export-signatures": lazy_gettext("exported the sealed signatures"),
    "invalidate-signatures": lazy_gettext("removed false signatures"),
    "confirm-initial-content": lazy_gettext("confirmed a text of the initial content"),
    "dismiss-dead-letters": lazy_gettext("deleted the rejected e-mails"),
    "retry-dead-letters": lazy_gettext("had the rejected e-mails sent again"),
    "destroy-signatures": lazy_gettext("destroyed the signatures of a closed petition"),
    "erase-pending-signatures": lazy_gettext("removed unconfirmed signatures"),
}


def object_types() -> dict[str, Any]:
    """The types of the objects of actions: accounts, pictures, files and content types."""
    return {
        "users": lazy_gettext("Account"),
        "pictures": lazy_gettext("Picture"),
        "files": lazy_gettext("File"),
        "old_addresses": lazy_gettext("Old address"),
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
    "at": lazy_gettext("time"),
    "locale": lazy_gettext("language"),
    "revision": lazy_gettext("version"),
    "days": lazy_gettext("days"),
    "stage": lazy_gettext("what"),
    "day": lazy_gettext("date"),
    "reason": lazy_gettext("reason"),
    "first": lazy_gettext("from"),
    "last": lazy_gettext("to"),
    "receipt": lazy_gettext("receipt"),
    "receipts": lazy_gettext("receipts"),
}

ROLES = {
    "writer": lazy_gettext("Writer"),
    "publisher": lazy_gettext("Publisher"),
    "administrator": lazy_gettext("Administrator"),
}
