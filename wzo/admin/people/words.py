"""The words of the log for people: every act that stands in it, and the kinds of things it is done to."""

from flask_babel import lazy_gettext

ACTIONS = {
    "signed in": lazy_gettext("signed in"),
    "signed out": lazy_gettext("signed out"),
    "sign-in failed": lazy_gettext("somebody could not sign in"),
    "second factor failed": lazy_gettext("gave a wrong second factor"),
    "sessions ended": lazy_gettext("ended sessions"),
    "account made": lazy_gettext("set up an account"),
    "account set up anew": lazy_gettext("set up the account anew"),
    "invited": lazy_gettext("invited somebody"),
    "invitation withdrawn": lazy_gettext("withdrew an invitation"),
    "reset link made": lazy_gettext("made a link to set up an account anew"),
    "role changed": lazy_gettext("changed a role"),
    "disabled": lazy_gettext("closed an account"),
    "enabled": lazy_gettext("opened an account again"),
    "password changed": lazy_gettext("changed the password"),
    "generator changed": lazy_gettext("changed the code generator"),
    "recovery codes made": lazy_gettext("made new recovery codes"),
    "passkey added": lazy_gettext("added a passkey"),
    "passkey removed": lazy_gettext("removed a passkey"),
}

KINDS = {
    "users": lazy_gettext("Account"),
    "stories": lazy_gettext("Story"),
    "series": lazy_gettext("Series"),
    "projects": lazy_gettext("Project"),
    "themes": lazy_gettext("Theme"),
    "pictures": lazy_gettext("Picture"),
    "petitions": lazy_gettext("Petition"),
}

DETAILS = {
    "number": lazy_gettext("number"),
    "role": lazy_gettext("role"),
    "name": lazy_gettext("name"),
    "before": lazy_gettext("before"),
    "after": lazy_gettext("after"),
    "passkey": lazy_gettext("with a passkey"),
}

ROLES = {
    "writer": lazy_gettext("Writer"),
    "publisher": lazy_gettext("Publisher"),
    "administrator": lazy_gettext("Administrator"),
}
