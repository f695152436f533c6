"""wzo: the site and petition of «Женщина. Тюрьма. Общество» / “Woman. Prison. Society”."""

from flask import Flask

from wzo import (
    commands,
    compression,
    config,
    errors,
    forms,
    headers,
    i18n,
    static_files,
    structured_data,
    templating,
)
from wzo.admin import views as admin
from wzo.donate import views as donate
from wzo.donate.gifts import views as gifts
from wzo.extensions import db, migrate
from wzo.feeds import views as feeds
from wzo.home import views as home
from wzo.kept import views as kept
from wzo.media import views as media
from wzo.petition import views as petition
from wzo.projects import views as projects
from wzo.sitemap import views as sitemap
from wzo.stories import views as stories
from wzo.team import views as team


def create_app(settings: config.Settings | None = None) -> Flask:
    """Build the application; without settings they are read from the environment, and a wrong one ends the program."""
    settings = settings or config.load_settings_or_exit()
    app = Flask(__name__, static_folder=None, instance_path=str(settings.instance_path))
    app.config.from_mapping(config.flask_config(settings))

    db.init_app(app)
    migrate.init_app(app, db)
    i18n.init_app(app)
    templating.init_app(app)
    structured_data.init_app(app)
    forms.protect_forms(app)
    errors.init_app(app)

    for feature in (home, projects, stories, team, petition, donate, gifts, kept, media, feeds, sitemap):
        app.register_blueprint(feature.bp)
    admin.init_app(app)
    commands.init_app(app)

    compression.init_app(app)
    static_files.init_app(app)
    headers.init_app(app, settings)
    return app
