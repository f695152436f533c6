"""Each key is known by a fingerprint, which reveals nothing about it."""

import dataclasses

import pytest
from flask import Flask
from sqlalchemy import select

from wzo import key_fingerprints
from wzo.config import Settings
from wzo.extensions import db
from wzo.key_fingerprints import NAMES, KeyFingerprint, accept, changed_keys, own_fingerprints, record_missing

CHANGED: dict[str, object] = {
    "SECRET_KEY": "x" * 32,
    "SIGNATURE_PUBLIC_KEY": b"x" * 32,
    "SIGNATURE_HMAC_KEY": b"x" * 32,
    "OUTBOX_KEY": b"x" * 32,
    "EDITORS_KEY": b"x" * 32,
}


def recorded() -> dict[str, bytes]:
    db.session.rollback()
    return {row.name: row.fingerprint for row in db.session.scalars(select(KeyFingerprint))}


@pytest.mark.parametrize("name", NAMES)
def test_it_notices_each_changed_key_until_it_is_accepted(
    app: Flask, settings: Settings, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    assert changed_keys() == frozenset()
    record_missing()
    assert changed_keys() == frozenset()
    changed = dataclasses.replace(settings, **{name.lower(): CHANGED[name]})
    monkeypatch.setitem(app.extensions, "settings", changed)
    assert changed_keys() == {name}
    # What is known already is not replaced by itself.
    record_missing()
    assert changed_keys() == {name}
    accept(name)
    assert changed_keys() == frozenset()
    monkeypatch.setitem(app.extensions, "settings", settings)
    assert changed_keys() == {name}


@pytest.mark.parametrize("name", ["SECRET_KEY", "OUTBOX_KEY", "EDITORS_KEY"])
def test_it_records_a_key_that_is_rotated(
    app: Flask, settings: Settings, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    record_missing()
    field = name.lower()
    values = {field: CHANGED[name], f"{field}_old": getattr(settings, field)}
    monkeypatch.setitem(app.extensions, "settings", dataclasses.replace(settings, **values))
    assert changed_keys() == frozenset()
    record_missing()
    # From now on, only the new one is known.
    monkeypatch.setitem(app.extensions, "settings", dataclasses.replace(settings, **{field: CHANGED[name]}))
    assert changed_keys() == frozenset()
    monkeypatch.setitem(app.extensions, "settings", settings)
    assert changed_keys() == {name}


def test_it_stores_nothing_of_the_keys(app: Flask, settings: Settings) -> None:
    record_missing()
    stored = recorded()
    assert {*stored} == {*NAMES}
    assert len({*stored.values()}) == len(NAMES)
    keys = [settings.secret_key.encode(), settings.signature_hmac_key, settings.outbox_key, settings.editors_key]
    for fingerprint in stored.values():
        assert len(fingerprint) == 32
        assert not [key for key in keys if key[:8] in fingerprint]


def test_it_does_not_miss_a_key_that_is_not_set(
    app: Flask, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    without = dataclasses.replace(settings, signature_public_key=None)
    monkeypatch.setitem(app.extensions, "settings", without)
    record_missing()
    assert "SIGNATURE_PUBLIC_KEY" not in recorded()
    with pytest.raises(KeyError):
        accept("SIGNATURE_PUBLIC_KEY")
    monkeypatch.setitem(app.extensions, "settings", settings)
    assert changed_keys() == frozenset()
    record_missing()
    assert recorded() == own_fingerprints(settings)


@pytest.mark.slow
def test_it_is_recorded_by_a_release(app: Flask) -> None:
    assert app.test_cli_runner().invoke(args=["release"]).exit_code == 0
    assert {*recorded()} == {*NAMES}
    assert key_fingerprints.changed_keys() == frozenset()
