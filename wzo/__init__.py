"""wzo: the site and petition of «Женщина. Тюрьма. Общество» / “Woman. Prison. Society”."""

import gc

# Loading the modules creates thousands of objects and no garbage. To look for it takes a third of the time.
gc.disable()

from flask import Flask

import wzo.admin.views
import wzo.cms.index_updates  # from now on, every change of the content updates the search index
import wzo.contact.content_types
import wzo.contact.views
import wzo.directory.content_types
import wzo.directory.views
import wzo.donate.card.views
import wzo.donate.content_types
import wzo.donate.views
import wzo.facts.content_types
import wzo.facts.views
import wzo.feeds.views
import wzo.files.views
import wzo.glossary.content_types
import wzo.glossary.views
import wzo.health.views
import wzo.home.views
import wzo.kept.views
import wzo.media.views
import wzo.mentions.content_types
import wzo.mentions.views
import wzo.old_addresses.views
import wzo.pages.content_types
import wzo.pages.views
import wzo.petition.content_types
import wzo.petition.link_views
import wzo.petition.unsubscribe_views
import wzo.petition.views
import wzo.press.views
import wzo.projects.content_types
import wzo.projects.views
import wzo.security_txt.views
import wzo.sitemap.views
import wzo.stories.content_types
import wzo.stories.views
import wzo.team.content_types
import wzo.team.views
import wzo.themes.content_types
import wzo.themes.views
import wzo.timelines.content_types
import wzo.timelines.views
from wzo import (
    compression,
    config,
    covers,
    errors,
    forms,
    headers,
    i18n,
    link_tokens,
    paths,
    post_limits,
    session_cookie,
    static_files,
    structured_data,
    template_environment,
    templating,
)
from wzo.cms.content_types import register
from wzo.extensions import db
from wzo.health import any_host

# From now on, it looks at new objects only: the modules stay as long as the process.
gc.enable()
gc.freeze()

# In the order in which the panel and the search list them.
register(
    wzo.stories.content_types.STORIES,
    wzo.projects.content_types.PROJECTS,
    wzo.stories.content_types.SERIES,
    wzo.themes.content_types.THEMES,
    wzo.glossary.content_types.GLOSSARY,
    wzo.stories.content_types.COUNTRIES,
    wzo.facts.content_types.FACTS,
    wzo.mentions.content_types.MENTIONS,
    wzo.timelines.content_types.TIMELINES,
    wzo.petition.content_types.PETITIONS,
    wzo.petition.content_types.UPDATES,
    wzo.petition.content_types.THRESHOLDS,
    wzo.directory.content_types.DIRECTORY,
    wzo.donate.content_types.METHODS,
    wzo.donate.content_types.GOALS,
    wzo.donate.content_types.ACCOUNTS,
    wzo.pages.content_types.HOME,
    wzo.team.content_types.TEAM,
    wzo.contact.content_types.CONTACT,
    wzo.pages.content_types.PAGES,
    wzo.pages.content_types.NOTICES,
)

PUBLIC_VIEWS = (
    wzo.home.views,
    wzo.projects.views,
    wzo.themes.views,
    wzo.stories.views,
    wzo.facts.views,
    wzo.mentions.views,
    wzo.timelines.views,
    wzo.team.views,
    wzo.glossary.views,
    wzo.directory.views,
    wzo.contact.views,
    wzo.press.views,
    wzo.pages.views,
    wzo.petition.views,
    wzo.donate.views,
    wzo.donate.card.views,
    wzo.kept.views,
    wzo.media.views,
    wzo.files.views,
    wzo.feeds.views,
    wzo.sitemap.views,
    wzo.health.views,
    wzo.security_txt.views,
    wzo.old_addresses.views,
)


def create_app(settings: config.Settings | None = None) -> Flask:
    """Create the application with its commands, as `flask --app wzo` wants it; the settings as for `create_web_app`."""
    # Web processes run no commands, so Alembic, the seed and the worker's code would only take their memory.
    from wzo import commands

    app = create_web_app(settings)
    commands.init_app(app)
    return app


def create_web_app(settings: config.Settings | None = None) -> Flask:
    """Create the application; without settings they are read from the environment, and a bad one ends the program."""
    settings = settings or config.load_settings_or_exit()
    app = Flask(__name__, static_folder=None, instance_path=str(settings.instance_path))
    app.jinja_environment = template_environment.Environment
    config.init_app(app, settings)

    db.init_app(app)
    session_cookie.init_app(app)
    i18n.init_app(app)
    paths.init_app(app)
    link_tokens.init_app(app)
    templating.init_app(app)
    structured_data.init_app(app)
    post_limits.init_app(app)
    forms.protect_forms(app)
    errors.init_app(app)

    for views in PUBLIC_VIEWS:
        app.register_blueprint(views.bp)
    wzo.admin.views.init_app(app)

    compression.init_app(app)
    static_files.init_app(app)
    covers.init_app(app)
    any_host.init_app(app, settings)
    headers.init_app(app, settings)
    return app
