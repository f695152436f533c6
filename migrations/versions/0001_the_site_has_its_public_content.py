"""The site has its public content."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "countries",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("slug", sa.String(length=96), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_countries")),
        sa.UniqueConstraint("slug", name=op.f("uq_countries_slug")),
    )
    op.create_table(
        "donation_ways",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("slug", sa.String(length=96), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("currency", sa.String(length=8), nullable=False),
        sa.Column("url", sa.String(), nullable=False),
        sa.Column("details", sa.String(), nullable=False),
        sa.Column("checked_on", sa.Date(), nullable=True),
        sa.CheckConstraint("kind IN ('card', 'bank', 'crypto', 'link')", name=op.f("ck_donation_ways_kind_known")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_donation_ways")),
        sa.UniqueConstraint("slug", name=op.f("uq_donation_ways_slug")),
    )
    op.create_table(
        "home_blocks",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_home_blocks")),
        sa.UniqueConstraint("key", name=op.f("uq_home_blocks_key")),
    )
    op.create_table(
        "loaded_content",
        sa.Column("key", sa.String(length=200), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_loaded_content")),
    )
    op.create_table(
        "members",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("slug", sa.String(length=96), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_members")),
        sa.UniqueConstraint("slug", name=op.f("uq_members_slug")),
    )
    op.create_table(
        "pages",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("slug", sa.String(length=96), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pages")),
        sa.UniqueConstraint("slug", name=op.f("uq_pages_slug")),
    )
    op.create_table(
        "petitions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("slug", sa.String(length=96), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("goal", sa.Integer(), nullable=True),
        sa.Column("closed_on", sa.Date(), nullable=True),
        sa.Column("key_mark", sa.LargeBinary(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_petitions")),
        sa.UniqueConstraint("slug", name=op.f("uq_petitions_slug")),
    )
    op.create_table(
        "projects",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("slug", sa.String(length=96), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("cover", sa.String(length=96), nullable=False),
        sa.Column("home_section", sa.String(length=32), nullable=False),
        sa.Column("published", sa.String(length=10), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_projects")),
        sa.UniqueConstraint("slug", name=op.f("uq_projects_slug")),
    )
    op.create_table(
        "series",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("slug", sa.String(length=96), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("cover", sa.String(length=96), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_series")),
        sa.UniqueConstraint("slug", name=op.f("uq_series_slug")),
    )
    op.create_table(
        "themes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("slug", sa.String(length=96), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_themes")),
        sa.UniqueConstraint("slug", name=op.f("uq_themes_slug")),
    )
    op.create_table(
        "country_texts",
        sa.Column("country_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.ForeignKeyConstraint(
            ["country_id"], ["countries.id"], name=op.f("fk_country_texts_country_id_countries"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("country_id", "language", name=op.f("pk_country_texts")),
    )
    op.create_table(
        "donation_way_texts",
        sa.Column("way_id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("summary", sa.String(), nullable=False),
        sa.Column("body", sa.String(), nullable=False),
        sa.Column("content_notice", sa.String(), nullable=False),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.CheckConstraint("state IN ('draft', 'live', 'withdrawn')", name=op.f("ck_donation_way_texts_state_known")),
        sa.ForeignKeyConstraint(
            ["way_id"],
            ["donation_ways.id"],
            name=op.f("fk_donation_way_texts_way_id_donation_ways"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("way_id", "language", name=op.f("pk_donation_way_texts")),
    )
    op.create_table(
        "home_block_texts",
        sa.Column("block_id", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("body", sa.String(), nullable=False),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.ForeignKeyConstraint(
            ["block_id"], ["home_blocks.id"], name=op.f("fk_home_block_texts_block_id_home_blocks"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("block_id", "language", name=op.f("pk_home_block_texts")),
    )
    op.create_table(
        "member_texts",
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("about", sa.String(), nullable=False),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.ForeignKeyConstraint(
            ["member_id"], ["members.id"], name=op.f("fk_member_texts_member_id_members"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("member_id", "language", name=op.f("pk_member_texts")),
    )
    op.create_table(
        "page_texts",
        sa.Column("page_id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("summary", sa.String(), nullable=False),
        sa.Column("body", sa.String(), nullable=False),
        sa.Column("content_notice", sa.String(), nullable=False),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.CheckConstraint("state IN ('draft', 'live', 'withdrawn')", name=op.f("ck_page_texts_state_known")),
        sa.ForeignKeyConstraint(
            ["page_id"], ["pages.id"], name=op.f("fk_page_texts_page_id_pages"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("page_id", "language", name=op.f("pk_page_texts")),
    )
    op.create_table(
        "petition_texts",
        sa.Column("petition_id", sa.Integer(), nullable=False),
        sa.Column("demand", sa.String(), nullable=False),
        sa.Column("author", sa.String(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("summary", sa.String(), nullable=False),
        sa.Column("body", sa.String(), nullable=False),
        sa.Column("content_notice", sa.String(), nullable=False),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.CheckConstraint("state IN ('draft', 'live', 'withdrawn')", name=op.f("ck_petition_texts_state_known")),
        sa.ForeignKeyConstraint(
            ["petition_id"], ["petitions.id"], name=op.f("fk_petition_texts_petition_id_petitions"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("petition_id", "language", name=op.f("pk_petition_texts")),
    )
    op.create_table(
        "project_countries",
        sa.Column("project_id", sa.Integer(), nullable=False),
        sa.Column("country_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["country_id"], ["countries.id"], name=op.f("fk_project_countries_country_id_countries"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["project_id"], ["projects.id"], name=op.f("fk_project_countries_project_id_projects"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("project_id", "country_id", name=op.f("pk_project_countries")),
    )
    with op.batch_alter_table("project_countries", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_project_countries_country_id"), ["country_id"], unique=False)

    op.create_table(
        "project_texts",
        sa.Column("project_id", sa.Integer(), nullable=False),
        sa.Column("kicker", sa.String(), nullable=False),
        sa.Column("cover_alt", sa.String(), nullable=False),
        sa.Column("credits", sa.String(), nullable=False),
        sa.Column("original_url", sa.String(), nullable=False),
        sa.Column("original_language", sa.String(length=8), nullable=False),
        sa.Column("original_label", sa.String(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("summary", sa.String(), nullable=False),
        sa.Column("body", sa.String(), nullable=False),
        sa.Column("content_notice", sa.String(), nullable=False),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.CheckConstraint("state IN ('draft', 'live', 'withdrawn')", name=op.f("ck_project_texts_state_known")),
        sa.ForeignKeyConstraint(
            ["project_id"], ["projects.id"], name=op.f("fk_project_texts_project_id_projects"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("project_id", "language", name=op.f("pk_project_texts")),
    )
    op.create_table(
        "project_themes",
        sa.Column("project_id", sa.Integer(), nullable=False),
        sa.Column("theme_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["project_id"], ["projects.id"], name=op.f("fk_project_themes_project_id_projects"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["theme_id"], ["themes.id"], name=op.f("fk_project_themes_theme_id_themes"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("project_id", "theme_id", name=op.f("pk_project_themes")),
    )
    with op.batch_alter_table("project_themes", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_project_themes_theme_id"), ["theme_id"], unique=False)

    op.create_table(
        "series_texts",
        sa.Column("series_id", sa.Integer(), nullable=False),
        sa.Column("cover_alt", sa.String(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("summary", sa.String(), nullable=False),
        sa.Column("body", sa.String(), nullable=False),
        sa.Column("content_notice", sa.String(), nullable=False),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.CheckConstraint("state IN ('draft', 'live', 'withdrawn')", name=op.f("ck_series_texts_state_known")),
        sa.ForeignKeyConstraint(
            ["series_id"], ["series.id"], name=op.f("fk_series_texts_series_id_series"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("series_id", "language", name=op.f("pk_series_texts")),
    )
    op.create_table(
        "series_themes",
        sa.Column("series_id", sa.Integer(), nullable=False),
        sa.Column("theme_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["series_id"], ["series.id"], name=op.f("fk_series_themes_series_id_series"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["theme_id"], ["themes.id"], name=op.f("fk_series_themes_theme_id_themes"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("series_id", "theme_id", name=op.f("pk_series_themes")),
    )
    with op.batch_alter_table("series_themes", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_series_themes_theme_id"), ["theme_id"], unique=False)

    op.create_table(
        "stories",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("slug", sa.String(length=96), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("format", sa.String(length=32), nullable=False),
        sa.Column("project_id", sa.Integer(), nullable=True),
        sa.Column("series_id", sa.Integer(), nullable=True),
        sa.Column("part", sa.Integer(), nullable=True),
        sa.Column("published", sa.String(length=10), nullable=True),
        sa.CheckConstraint("(series_id IS NULL) = (part IS NULL)", name=op.f("ck_stories_part_of_a_series")),
        sa.ForeignKeyConstraint(
            ["project_id"], ["projects.id"], name=op.f("fk_stories_project_id_projects"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(["series_id"], ["series.id"], name=op.f("fk_stories_series_id_series")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stories")),
        sa.UniqueConstraint("series_id", "part", name=op.f("uq_stories_series_id_part")),
        sa.UniqueConstraint("slug", name=op.f("uq_stories_slug")),
    )
    with op.batch_alter_table("stories", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_stories_project_id"), ["project_id"], unique=False)

    op.create_table(
        "theme_texts",
        sa.Column("theme_id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("summary", sa.String(), nullable=False),
        sa.Column("body", sa.String(), nullable=False),
        sa.Column("content_notice", sa.String(), nullable=False),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.CheckConstraint("state IN ('draft', 'live', 'withdrawn')", name=op.f("ck_theme_texts_state_known")),
        sa.ForeignKeyConstraint(
            ["theme_id"], ["themes.id"], name=op.f("fk_theme_texts_theme_id_themes"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("theme_id", "language", name=op.f("pk_theme_texts")),
    )
    op.create_table(
        "facts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("project_id", sa.Integer(), nullable=True),
        sa.Column("story_id", sa.Integer(), nullable=True),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("as_of", sa.String(length=10), nullable=True),
        sa.CheckConstraint("(project_id IS NULL) != (story_id IS NULL)", name=op.f("ck_facts_one_owner")),
        sa.ForeignKeyConstraint(
            ["project_id"], ["projects.id"], name=op.f("fk_facts_project_id_projects"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["story_id"], ["stories.id"], name=op.f("fk_facts_story_id_stories"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_facts")),
    )
    with op.batch_alter_table("facts", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_facts_project_id"), ["project_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_facts_story_id"), ["story_id"], unique=False)

    op.create_table(
        "story_countries",
        sa.Column("story_id", sa.Integer(), nullable=False),
        sa.Column("country_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["country_id"], ["countries.id"], name=op.f("fk_story_countries_country_id_countries"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["story_id"], ["stories.id"], name=op.f("fk_story_countries_story_id_stories"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("story_id", "country_id", name=op.f("pk_story_countries")),
    )
    with op.batch_alter_table("story_countries", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_story_countries_country_id"), ["country_id"], unique=False)

    op.create_table(
        "story_texts",
        sa.Column("story_id", sa.Integer(), nullable=False),
        sa.Column("credits", sa.String(), nullable=False),
        sa.Column("original_url", sa.String(), nullable=False),
        sa.Column("original_language", sa.String(length=8), nullable=False),
        sa.Column("original_label", sa.String(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("summary", sa.String(), nullable=False),
        sa.Column("body", sa.String(), nullable=False),
        sa.Column("content_notice", sa.String(), nullable=False),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.CheckConstraint("state IN ('draft', 'live', 'withdrawn')", name=op.f("ck_story_texts_state_known")),
        sa.ForeignKeyConstraint(
            ["story_id"], ["stories.id"], name=op.f("fk_story_texts_story_id_stories"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("story_id", "language", name=op.f("pk_story_texts")),
    )
    op.create_table(
        "story_themes",
        sa.Column("story_id", sa.Integer(), nullable=False),
        sa.Column("theme_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["story_id"], ["stories.id"], name=op.f("fk_story_themes_story_id_stories"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["theme_id"], ["themes.id"], name=op.f("fk_story_themes_theme_id_themes"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("story_id", "theme_id", name=op.f("pk_story_themes")),
    )
    with op.batch_alter_table("story_themes", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_story_themes_theme_id"), ["theme_id"], unique=False)

    op.create_table(
        "fact_texts",
        sa.Column("fact_id", sa.Integer(), nullable=False),
        sa.Column("figure", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.ForeignKeyConstraint(
            ["fact_id"], ["facts.id"], name=op.f("fk_fact_texts_fact_id_facts"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("fact_id", "language", name=op.f("pk_fact_texts")),
    )


def downgrade() -> None:
    op.drop_table("fact_texts")
    with op.batch_alter_table("story_themes", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_story_themes_theme_id"))

    op.drop_table("story_themes")
    op.drop_table("story_texts")
    with op.batch_alter_table("story_countries", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_story_countries_country_id"))

    op.drop_table("story_countries")
    with op.batch_alter_table("facts", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_facts_story_id"))
        batch_op.drop_index(batch_op.f("ix_facts_project_id"))

    op.drop_table("facts")
    op.drop_table("theme_texts")
    with op.batch_alter_table("stories", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_stories_project_id"))

    op.drop_table("stories")
    with op.batch_alter_table("series_themes", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_series_themes_theme_id"))

    op.drop_table("series_themes")
    op.drop_table("series_texts")
    with op.batch_alter_table("project_themes", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_project_themes_theme_id"))

    op.drop_table("project_themes")
    op.drop_table("project_texts")
    with op.batch_alter_table("project_countries", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_project_countries_country_id"))

    op.drop_table("project_countries")
    op.drop_table("petition_texts")
    op.drop_table("page_texts")
    op.drop_table("member_texts")
    op.drop_table("home_block_texts")
    op.drop_table("donation_way_texts")
    op.drop_table("country_texts")
    op.drop_table("themes")
    op.drop_table("series")
    op.drop_table("projects")
    op.drop_table("petitions")
    op.drop_table("pages")
    op.drop_table("members")
    op.drop_table("loaded_content")
    op.drop_table("home_blocks")
    op.drop_table("donation_ways")
    op.drop_table("countries")
