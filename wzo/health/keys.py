"""Whether the keys are set, and are those that were in use before."""

from collections.abc import Iterator

from flask_babel import lazy_gettext
from sqlalchemy import select

from wzo.config import settings, uses_development_keys
from wzo.extensions import db
from wzo.health.findings import Finding, FindingKind, PanelLocation, Severity, kind
from wzo.key_fingerprints import changed_keys
from wzo.petition.models import Petition
from wzo.petition.tokens import key_fingerprint

_KEYS: PanelLocation = {"anchor": "keys"}
_CLOSED: PanelLocation = {
    "anchor": "keys",
    "message_for_others": lazy_gettext(
        "Nobody can sign at the moment because of a fault of the server. Tell an administrator."
    ),
}
MISSING = kind(
    "signature-public-key-missing",
    Severity.ERROR,
    lazy_gettext("The organisers’ public key is missing, so signing is closed."),
    lazy_gettext("Set SIGNATURE_PUBLIC_KEY to the line printed by “flask petition keygen”, and restart."),
    **_CLOSED,
)
CHANGED: dict[str, FindingKind] = {
    "SIGNATURE_PUBLIC_KEY": kind(
        "signature-public-key-changed",
        Severity.ERROR,
        lazy_gettext(
            "SIGNATURE_PUBLIC_KEY is not the key that signatures were sealed to before, so signing is closed."
        ),
        lazy_gettext(
            "Restore the old key. If the organisers really have a new one, run "
            "“flask --app wzo keys accept SIGNATURE_PUBLIC_KEY”; earlier signatures still need the old private key."
        ),
        **_CLOSED,
    ),
    "SIGNATURE_HMAC_KEY": kind(
        "signature-hmac-key-changed",
        Severity.ERROR,
        lazy_gettext(
            "SIGNATURE_HMAC_KEY is not the key that recognises repeated addresses, so signing is closed%(petition)s."
        ),
        lazy_gettext("Restore the old key. Links in e-mails that were sent do not work either until then."),
        **_CLOSED,
    ),
    "OUTBOX_KEY": kind(
        "outbox-key-changed",
        Severity.ERROR,
        lazy_gettext(
            "OUTBOX_KEY is not the key that queued jobs and e-mails are encrypted with, so signing is closed."
        ),
        lazy_gettext(
            "Restore the old key. If it is lost, run “flask --app wzo keys accept OUTBOX_KEY”: what is queued can then "
            "never be read, and those people must sign again."
        ),
        **_CLOSED,
    ),
    "EDITORS_KEY": kind(
        "editors-key-changed",
        Severity.ERROR,
        lazy_gettext("EDITORS_KEY has changed: no authenticator or recovery code is accepted."),
        lazy_gettext(
            "Restore the old key. If it is lost, run “flask --app wzo keys accept EDITORS_KEY”, and "
            "“flask --app wzo users reset” for each editor."
        ),
        anchor="keys",
        message_for_others=lazy_gettext(
            "Codes of authenticator apps are not accepted at the moment, so do not sign out. Tell an administrator."
        ),
    ),
    "SECRET_KEY": kind(
        "secret-key-changed",
        Severity.WARNING,
        lazy_gettext(
            "SECRET_KEY has changed: editors must sign in again, and refunds of earlier donations are not deducted."
        ),
        lazy_gettext(
            "Restore the old key, or run “flask --app wzo keys accept SECRET_KEY” if you changed it on purpose."
        ),
        alarm=True,
        **_KEYS,
    ),
}
DEVELOPMENT = kind(
    "development-keys",
    Severity.ERROR,
    lazy_gettext("Development keys are in use: anyone with access to this machine can read every signature."),
    lazy_gettext("Before you collect real signatures, set keys of your own as the README says."),
    anchor="keys",
    message_for_others=lazy_gettext("Do not collect real signatures here yet: the site is still being set up."),
)


def check_keys() -> Iterator[Finding]:
    """Whether each key is there, and is the one that was recorded."""
    config = settings()
    if config.signature_public_key is None:
        yield Finding(MISSING)
    changed = set(changed_keys())
    if slugs := _petitions_of_other_keys():
        changed.discard("SIGNATURE_HMAC_KEY")
        yield Finding(CHANGED["SIGNATURE_HMAC_KEY"], values={"petition": f" (“{'”, “'.join(slugs)}”)"})
    for name in CHANGED:
        if name in changed:
            yield Finding(CHANGED[name], values={"petition": ""})
    if uses_development_keys(config):
        yield Finding(DEVELOPMENT, severity_here=None if config.production else Severity.NOTE)


def _petitions_of_other_keys() -> list[str]:
    """The slugs of petitions whose addresses are hashed with another key."""
    fingerprint = key_fingerprint(settings().signature_hmac_key)
    rows = db.session.execute(select(Petition.slug, Petition.key_fingerprint).order_by(Petition.position))
    return [row.slug for row in rows if row.key_fingerprint not in (None, fingerprint)]
