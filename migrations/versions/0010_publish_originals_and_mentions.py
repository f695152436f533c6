"""Publish originals and mentions, and who of the team worked on what.

Turns each original-work link of a project or story into a mention, one per URL. A text that was not public becomes a
mention that is not public; a URL that only a draft had becomes a draft.
"""

# ruff: noqa: S608 - the names of tables and columns are those below

import json
import re
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None
only_adds = False

# Content type, its texts, its association with mentions, and the name of its foreign key in both.
OWNERS = (
    ("projects", "project_texts", "mention_projects", "project_id"),
    ("stories", "story_texts", "mention_stories", "story_id"),
)
ORIGINAL = ("original_url", "original_language", "original_label")
ASSOCIATION_TABLES = (
    ("mention_projects", "mention", "project"),
    ("mention_stories", "mention", "story"),
    ("mention_members", "mention", "member"),
    ("project_members", "project", "member"),
    ("story_members", "story", "member"),
)
PLURALS = {"mention": "mentions", "project": "projects", "story": "stories", "member": "members"}


def upgrade() -> None:
    op.create_table(
        "mentions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("slug", sa.String(length=96), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("own_title", sa.String(length=300), nullable=False),
        sa.Column("published_on", sa.String(length=10), nullable=True),
        sa.Column("url", sa.String(length=2000), nullable=False),
        sa.Column("archive_url", sa.String(length=2000), nullable=False),
        sa.Column("of_group", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mentions")),
        sa.UniqueConstraint("slug", name=op.f("uq_mentions_slug")),
    )
    op.create_table(
        "mention_texts",
        sa.Column("mention_id", sa.Integer(), nullable=False),
        sa.Column("publisher", sa.String(length=200), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("summary", sa.String(), nullable=False),
        sa.Column("body", sa.String(), nullable=False),
        sa.Column("content_notice", sa.String(), nullable=False),
        sa.Column("first_published_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.CheckConstraint("state IN ('draft', 'live', 'unpublished')", name=op.f("ck_mention_texts_state_known")),
        sa.ForeignKeyConstraint(
            ["mention_id"], ["mentions.id"], name=op.f("fk_mention_texts_mention_id_mentions"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("mention_id", "language", name=op.f("pk_mention_texts")),
    )
    for table, first, second in ASSOCIATION_TABLES:
        _create_association_table(table, first, second)
    _move_originals()
    with op.batch_alter_table("project_texts") as batch:
        batch.add_column(sa.Column("transcript", sa.String(), nullable=False, server_default=""))
        for name in ORIGINAL:
            batch.drop_column(name)
    with op.batch_alter_table("project_texts") as batch:
        batch.alter_column("transcript", server_default=None)
    with op.batch_alter_table("story_texts") as batch:
        for name in ORIGINAL:
            batch.drop_column(name)


def downgrade() -> None:
    """Keep one original of each language of a project or story; other mentions and transcripts are lost.

    It is the live original that is written in that language, or else the first live one.
    """
    for table in ("project_texts", "story_texts"):
        with op.batch_alter_table(table) as batch:
            for name, length in zip(ORIGINAL, (None, 8, None), strict=True):
                batch.add_column(sa.Column(name, sa.String(length=length), nullable=False, server_default=""))
    _move_originals_back()
    for table in ("project_texts", "story_texts"):
        with op.batch_alter_table(table) as batch:
            for name in ORIGINAL:
                batch.alter_column(name, server_default=None)
    with op.batch_alter_table("project_texts") as batch:
        batch.drop_column("transcript")
    for table, *_ in reversed(ASSOCIATION_TABLES):
        op.drop_table(table)
    op.drop_table("mention_texts")
    op.drop_table("mentions")


def _create_association_table(table: str, first: str, second: str) -> None:
    keys = [(f"{name}_id", PLURALS[name]) for name in (first, second)]
    op.create_table(
        table,
        *(sa.Column(key, sa.Integer(), nullable=False) for key, _ in keys),
        *(
            sa.ForeignKeyConstraint([key], [f"{other}.id"], name=op.f(f"fk_{table}_{key}_{other}"), ondelete="CASCADE")
            for key, other in keys
        ),
        sa.PrimaryKeyConstraint(*(key for key, _ in keys), name=op.f(f"pk_{table}")),
    )
    op.create_index(op.f(f"ix_{table}_{keys[1][0]}"), table, [keys[1][0]])


def _rows(statement: str, **values: Any) -> list[dict[str, Any]]:
    return [dict(row) for row in op.get_bind().execute(sa.text(statement), values).mappings()]


def _run(statement: str, **values: Any) -> None:
    op.get_bind().execute(sa.text(statement), values)


def _move_originals() -> None:
    mentions: dict[str, int] = {}
    slugs: set[str] = set()
    for content_type, texts, association, key in OWNERS:
        rows = _rows(
            f"SELECT {key} AS owner, language, title, state, first_published_at, changed_at, {', '.join(ORIGINAL)}"
            f" FROM {texts} WHERE original_url != '' ORDER BY {key}, language DESC"
        )
        for row in [*rows, *_drafts(content_type, texts, key)]:
            url = row["original_url"]
            if url not in mentions:
                mentions[url] = _add_mention(row, _slug(url, slugs), len(mentions) + 1)
            ids = {"mention_id": mentions[url], key: row["owner"]}
            if not _rows(f"SELECT 1 FROM {association} WHERE mention_id = :mention_id AND {key} = :{key}", **ids):
                _run(f"INSERT INTO {association} (mention_id, {key}) VALUES (:mention_id, :{key})", **ids)
            _add_text(mentions[url], row)


def _drafts(content_type: str, texts: str, key: str) -> list[dict[str, Any]]:
    """Originals that only the latest draft of a language has."""
    found = []
    for row in _rows(
        "SELECT r.object_id AS owner, r.locale AS language, r.fields, r.saved_at AS changed_at FROM revisions r"
        " JOIN draft_states s ON s.latest_revision_id = r.id"
        " WHERE r.content_type = :content_type AND r.locale != 'shared' ORDER BY r.id",
        content_type=content_type,
    ):
        fields = json.loads(row.pop("fields"))
        where = f"FROM {texts} WHERE {key} = :owner AND language = :language AND original_url = :url"
        url = (fields.get("original_url") or "").strip()
        named = {"owner": row["owner"], "language": row["language"], "url": url}
        # A draft of what has been deleted for good has no object any more.
        exists = _rows(f"SELECT 1 FROM {content_type} WHERE id = :owner", owner=row["owner"])
        if url and exists and not _rows(f"SELECT 1 {where}", **named):
            original = {name: fields.get(name) or "" for name in ORIGINAL}
            title = fields.get("title") or ""
            found.append(
                {**row, **original, "original_url": url, "title": title, "state": "draft", "first_published_at": None}
            )
    return found


def _add_mention(row: dict[str, Any], slug: str, position: int) -> int:
    (added,) = _rows(
        "INSERT INTO mentions (slug, position, kind, language, own_title, url, archive_url, of_group)"
        " VALUES (:slug, :position, 'original', :language, '', :url, '', :of_group) RETURNING id",
        slug=slug,
        position=position,
        language=(row["original_language"] or row["language"])[:8],
        url=row["original_url"][:2000],
        of_group=False,
    )
    return int(added["id"])


def _add_text(mention_id: int, row: dict[str, Any]) -> None:
    """Add the text of a language, unless another project or story has given it one."""
    ids = {"mention_id": mention_id, "language": row["language"]}
    if _rows("SELECT 1 FROM mention_texts WHERE mention_id = :mention_id AND language = :language", **ids):
        return
    _run(
        "INSERT INTO mention_texts (mention_id, language, publisher, state, title, summary, body, content_notice,"
        " first_published_at, changed_at) VALUES (:mention_id, :language, :publisher, :state, :title, '', '', '',"
        " :first_published_at, :changed_at)",
        **ids,
        publisher=_host(row["original_url"])[:200],
        state=row["state"],
        title=row["title"] or row["original_label"] or row["original_url"],
        first_published_at=row["first_published_at"],
        changed_at=row["changed_at"],
    )


def _host(url: str) -> str:
    return re.sub(r"^\w+://(www\.)?", "", url).split("/")[0]


def _slug(url: str, taken: set[str]) -> str:
    """The last part of the address as a slug that no other mention has."""
    last = re.sub(r"\.html?$", "", url.rstrip("/").rpartition("/")[2].lower())
    base = re.sub(r"[^a-z0-9]+", "-", last).strip("-")[:80] or "original"
    slug, number = base, 2
    while slug in taken:
        slug, number = f"{base}-{number}", number + 1
    taken.add(slug)
    return slug


def _move_originals_back() -> None:
    for _, texts, association, key in OWNERS:
        for row in _rows(
            f"SELECT a.{key} AS owner, t.language, t.title, t.publisher, m.url, m.language AS written_in"
            f" FROM {association} a JOIN mentions m ON m.id = a.mention_id JOIN mention_texts t ON t.mention_id = m.id"
            " WHERE m.kind = 'original' AND m.url != '' AND t.state = 'live'"
            # What is set last stays: the original in the language of the text.
            " ORDER BY CASE WHEN m.language = t.language THEN 1 ELSE 0 END, m.id DESC"
        ):
            _run(
                f"UPDATE {texts} SET original_url = :url, original_language = :written_in, original_label = :label"
                f" WHERE {key} = :owner AND language = :language",
                **{name: row[name] for name in ("url", "written_in", "owner", "language")},
                label=f"{row['title']} · {row['publisher']}" if row["publisher"] else row["title"],
            )
    # In this order, since states refer to revisions.
    tables = (
        "draft_states",
        "revisions",
        "draft_links",
        "content_items",
        "search_documents",
        "picture_uses",
        "redirects",
    )
    for table in tables:
        _run(f"DELETE FROM {table} WHERE content_type = 'mentions'")
    _run("DELETE FROM seed_records WHERE key LIKE 'mentions/%'")
