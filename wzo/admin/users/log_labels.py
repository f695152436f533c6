"""The words of the log for people: every act that stands in it, and the kinds of things it is done to."""

from typing import Any

from flask_babel import lazy_gettext

from wzo.cms.content_types import registry

ACTIONS = {
    "signed in": lazy_gettext("signed in"),
    "signed out": lazy_gettext("signed out"),
    "sign-in failed": lazy_gettext("sign-in failed"),
    "second factor failed": lazy_gettext("entered a wrong second factor"),
    "sessions ended": lazy_gettext("ended sessions"),
    "account made": lazy_gettext("created an account"),
    "account set up anew": lazy_gettext("reset the account"),
    "invited": lazy_gettext("invited an editor"),
    "invitation withdrawn": lazy_gettext("revoked an invitation"),
    "reset link made": lazy_gettext("created a link to reset an account"),
    "role changed": lazy_gettext("changed a role"),
    "disabled": lazy_gettext("disabled an account"),
    "enabled": lazy_gettext("enabled an account"),
    "password changed": lazy_gettext("changed the password"),
    "authenticator changed": lazy_gettext("changed the authenticator app"),
    "recovery codes made": lazy_gettext("generated new recovery codes"),
    "passkey added": lazy_gettext("added a passkey"),
    "passkey removed": lazy_gettext("deleted a passkey"),
    "create": lazy_gettext("created"),
    "publish": lazy_gettext("published"),
    "schedule": lazy_gettext("scheduled a publication"),
    "unschedule": lazy_gettext("cancelled a scheduled publication"),
    "unpublish": lazy_gettext("took down"),
    "restore-revision": lazy_gettext("restored an earlier version"),
    "request-review": lazy_gettext("sent for review"),
    "mark-translation-current": lazy_gettext("marked a translation as up to date"),
    "move-to-trash": lazy_gettext("moved to the bin"),
    "restore": lazy_gettext("restored from the bin"),
    "erase": lazy_gettext("deleted permanently"),
    "move": lazy_gettext("changed the order"),
    "create-draft-link": lazy_gettext("created a draft link"),
    "revoke-draft-link": lazy_gettext("revoked a draft link"),
    "upload": lazy_gettext("uploaded a picture"),
    "describe": lazy_gettext("described a picture"),
    "set-focus": lazy_gettext("set the focal point of a picture"),
    "petition.close": lazy_gettext("closed the petition"),
    "petition.reopen": lazy_gettext("reopened the petition"),
    "petition.export": lazy_gettext("exported the sealed signatures"),
    "petition.invalidate": lazy_gettext("removed false signatures"),
    "mail.dismiss": lazy_gettext("cleared the list of rejected e-mails"),
}


def object_types() -> dict[str, Any]:
    """What an action can be done to: content types, accounts and pictures."""
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
    "locale": lazy_gettext("language"),
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
