"""The help, and the tour of the panel."""

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from wzo.accounts.models import Role
from wzo.admin.access import editor, requires
from wzo.admin.help.actions import end_tour as note_end_of_tour
from wzo.admin.help.queries import get_story_to_go_on_with
from wzo.admin.help.topics import TOPICS, get_topic
from wzo.cms.content_types import primary_type
from wzo.cms.drafts import create
from wzo.i18n import current_language

bp = Blueprint("help", __name__, url_prefix="/help")


@bp.get("/")
@requires(Role.WRITER)
def index() -> ResponseReturnValue:
    """All that the help tells, by what one wants to do."""
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
    """Leads the tour on to a story of the editor's own, begun now or earlier."""
    user_id = editor().id
    story_id = get_story_to_go_on_with(user_id) or create(content_type=primary_type(), author_id=user_id)
    return redirect(url_for("admin.editing.edit", content_type=primary_type(), object_id=story_id, tour=3), 303)


@bp.post("/end-tour")
@requires(Role.WRITER)
def end_tour() -> ResponseReturnValue:
    """Ends the tour, or does without it."""
    note_end_of_tour(user_id=editor().id)
    flash(gettext("You will find help at the bottom of every page. From there you can also start the tour again."))
    return redirect(url_for("admin.index"), 303)
