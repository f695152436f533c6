"""The configuration: `settings()` returns the application's typed settings, which are read from the environment."""

from flask import Flask, current_app

from wzo.config.development_keys import DEVELOPMENT_KEYS, uses_development_keys
from wzo.config.environment import SettingsError, load_settings, load_settings_or_exit
from wzo.config.keys import decode_key, encode_key
from wzo.config.schema import ROOT, Settings

__all__ = [
    "DEVELOPMENT_KEYS",
    "ROOT",
    "Settings",
    "SettingsError",
    "decode_key",
    "encode_key",
    "flask_config",
    "init_app",
    "load_settings",
    "load_settings_or_exit",
    "settings",
    "uses_development_keys",
]


def settings() -> Settings:
    """The settings of the current application."""
    found: Settings = current_app.extensions["settings"]
    return found


def init_app(app: Flask, settings: Settings) -> None:
    """Store the settings for `settings()`, and configure Flask and its extensions with them."""
    app.extensions["settings"] = settings
    app.config.from_mapping(flask_config(settings))


def flask_config(settings: Settings) -> dict[str, object]:
    """The configuration of Flask and its extensions."""
    # A server that is down is reported soon rather than waited for.
    server = (
        {"connect_args": {"connect_timeout": 5}, "pool_timeout": 10} if "postgresql" in settings.database_url else {}
    )
    return {
        "SECRET_KEY": settings.secret_key,
        "SECRET_KEY_FALLBACKS": list(settings.secret_keys[1:]),
        # The last one signs, all of them verify.
        "WTF_CSRF_SECRET_KEY": list(settings.secret_keys[::-1]),
        "SQLALCHEMY_DATABASE_URI": settings.database_url,
        # A failing statement must not log names or addresses.
        "SQLALCHEMY_ENGINE_OPTIONS": {"hide_parameters": True, **server},
        "TRUSTED_HOSTS": settings.hosts,
        "MAX_CONTENT_LENGTH": 64 * 1024,
        "MAX_FORM_PARTS": 100,
        "MAX_FORM_MEMORY_SIZE": 64 * 1024,
        # Only editors have a session, visitors have none. The prefix binds the cookie to one host and to https.
        "SESSION_COOKIE_NAME": "__Host-wzo" if settings.production else "wzo",
        "SESSION_COOKIE_SECURE": settings.production,
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Strict",
        # access.guard checks the token once it knows who sends the form; public forms have no cookie to store it in.
        "WTF_CSRF_CHECK_DEFAULT": False,
        "WTF_CSRF_TIME_LIMIT": None,
        # forms.protect_forms() checks where a post comes from, by headers that browsers and proxies do not leave out as
        # they do the Referer, which this would demand.
        "WTF_CSRF_SSL_STRICT": False,
        "COMPRESS_ALGORITHM": ["br", "gzip"],
        # These responses are compressed for one reader each; stored pages are compressed better, once.
        "COMPRESS_BR_LEVEL": 1,
    }
