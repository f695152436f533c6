"""Texts have dates and can be searched; share cards are kept; demo material is told apart."""

import time

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

TEXTS = (
    "donation_way_texts",
    "page_texts",
    "petition_texts",
    "project_texts",
    "series_texts",
    "story_texts",
    "theme_texts",
)
PROJECT_WORDS = ("partners", "awards", "particulars")


def upgrade() -> None:
    op.create_table(
        "content_version",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_content_version")),
    )
    op.create_table(
        "demo_things",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("story_id", sa.Integer(), nullable=True),
        sa.Column("project_id", sa.Integer(), nullable=True),
        sa.Column("series_id", sa.Integer(), nullable=True),
        *(
            sa.ForeignKeyConstraint(
                [owner], [f"{table}.id"], name=op.f(f"fk_demo_things_{owner}_{table}"), ondelete="CASCADE"
            )
            for owner, table in (("project_id", "projects"), ("series_id", "series"), ("story_id", "stories"))
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_demo_things")),
        *(
            sa.UniqueConstraint(owner, name=op.f(f"uq_demo_things_{owner}"))
            for owner in ("project_id", "series_id", "story_id")
        ),
    )
    op.create_table(
        "share_cards",
        sa.Column("key", sa.String(length=200), nullable=False),
        sa.Column("mark", sa.String(length=64), nullable=False),
        sa.Column("png", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_share_cards")),
    )
    for table in TEXTS:
        date_texts(table)
    live = sa.text("state = 'live'")
    op.create_index(
        "ix_story_texts_newest",
        "story_texts",
        ["language", "live_at", "story_id"],
        sqlite_where=live,
        postgresql_where=live,
    )
    for word in PROJECT_WORDS:
        op.add_column("project_texts", sa.Column(word, sa.String(), nullable=False, server_default=""))
    with op.batch_alter_table("project_texts") as batch_op:
        for word in PROJECT_WORDS:
            batch_op.alter_column(word, existing_type=sa.String(), existing_nullable=False, server_default=None)
    make_search()


def date_texts(table: str) -> None:
    """What is there already counts as changed now, and as shown first now if it is shown."""
    op.add_column(table, sa.Column("live_at", sa.BigInteger(), nullable=True))
    op.add_column(table, sa.Column("changed_at", sa.BigInteger(), nullable=True))
    texts = sa.table(table, sa.column("state"), sa.column("live_at"), sa.column("changed_at"))
    now = int(time.time())
    op.execute(texts.update().values(changed_at=now))
    op.execute(texts.update().where(texts.c.state == "live").values(live_at=now))
    with op.batch_alter_table(table) as batch_op:
        batch_op.alter_column("changed_at", existing_type=sa.BigInteger(), nullable=False)


def make_search() -> None:
    op.create_table(
        "search_words",
        sa.Column("word", sa.String(length=64), nullable=False),
        sa.Column("stem", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("word", name=op.f("pk_search_words")),
    )
    op.create_index(op.f("ix_search_words_stem"), "search_words", ["stem"])
    op.create_table(
        "search_documents",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("story_id", sa.Integer(), nullable=True),
        sa.Column("project_id", sa.Integer(), nullable=True),
        sa.Column("series_id", sa.Integer(), nullable=True),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("summary", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.CheckConstraint(
            "CASE WHEN story_id IS NULL THEN 0 ELSE 1 END + CASE WHEN project_id IS NULL THEN 0 ELSE 1 END + CASE WHEN series_id IS NULL THEN 0 ELSE 1 END = 1",
            name=op.f("ck_search_documents_one_owner"),
        ),
        *(
            sa.ForeignKeyConstraint(
                [owner], [f"{table}.id"], name=op.f(f"fk_search_documents_{owner}_{table}"), ondelete="CASCADE"
            )
            for owner, table in (("project_id", "projects"), ("series_id", "series"), ("story_id", "stories"))
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_search_documents")),
        *(
            sa.UniqueConstraint(owner, "language", name=op.f(f"uq_search_documents_{owner}_language"))
            for owner in ("project_id", "series_id", "story_id")
        ),
    )
    if op.get_bind().dialect.name == "sqlite":
        # The words come in already folded and stemmed, and parted by spaces. Whoever rebuilds search_documents in a
        # later migration makes the trigger anew.
        op.execute(
            "CREATE VIRTUAL TABLE search_index USING fts5(title, summary, text, tokenize='unicode61 remove_diacritics 0')"
        )
        op.execute(
            "CREATE TRIGGER search_index_follows AFTER DELETE ON search_documents "
            "BEGIN DELETE FROM search_index WHERE rowid = old.id; END"
        )
    else:
        op.execute(
            "CREATE TABLE search_index (rowid INTEGER CONSTRAINT pk_search_index PRIMARY KEY "
            "CONSTRAINT fk_search_index_rowid_search_documents REFERENCES search_documents (id) ON DELETE CASCADE, "
            "title TSVECTOR NOT NULL, summary TSVECTOR NOT NULL, text TSVECTOR NOT NULL)"
        )
        for column in ("title", "summary", "text"):
            op.execute(f"CREATE INDEX ix_search_index_{column} ON search_index USING gin ({column})")


def downgrade() -> None:
    op.drop_table("search_index")
    op.drop_table("search_documents")
    op.drop_table("search_words")
    op.drop_index("ix_story_texts_newest", "story_texts")
    for table in TEXTS:
        with op.batch_alter_table(table) as batch_op:
            batch_op.drop_column("changed_at")
            batch_op.drop_column("live_at")
    with op.batch_alter_table("project_texts") as batch_op:
        for word in PROJECT_WORDS:
            batch_op.drop_column(word)
    op.drop_table("share_cards")
    op.drop_table("demo_things")
    op.drop_table("content_version")
