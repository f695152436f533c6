"""The help, and the tour of the panel."""

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from wzo.accounts.models import Role
from wzo.admin.access import editor, requires
from wzo.admin.help import actions
from wzo.admin.help.queries import get_unpublished_story
from wzo.admin.help.topics import TOPICS, get_topic
from wzo.cms.content_types import primary_type
from wzo.cms.drafts import create
from wzo.i18n import current_language

bp = Blueprint("help", __name__, url_prefix="/help")


@bp.get("/")
@requires(Role.WRITER)
def index() -> ResponseReturnValue:
    """All topics of the help, with their tasks."""
    topics = [get_topic(key, current_language()) for key in TOPICS]
    return render_template("admin/help/index.html", topics=topics)


@bp.get(f"/<any({', '.join(TOPICS)}):topic>/")
@requires(Role.WRITER)
def show(topic: str) -> ResponseReturnValue:
    """One topic of the help."""
    topics = {key: get_topic(key, current_language()) for key in TOPICS}
    return render_template("admin/help/show.html", topic=topics[topic], topics=topics.values())


@bp.post("/begin-story")
@requires(Role.WRITER)
def begin_story() -> ResponseReturnValue:
    """Continues the tour with a story of the editor's own, creating one if needed."""
    user_id = editor().id
    story_id = get_unpublished_story(user_id) or create(content_type=primary_type(), author_id=user_id)
    return redirect(url_for("admin.editing.edit", content_type=primary_type(), object_id=story_id, tour=3), 303)


@bp.post("/end-tour")
@requires(Role.WRITER)
def end_tour() -> ResponseReturnValue:
    """Ends or dismisses the tour."""
    actions.end_tour(user_id=editor().id)
    flash(gettext("You will find help at the bottom of every page. From there you can also start the tour again."))
    return redirect(url_for("admin.index"), 303)
