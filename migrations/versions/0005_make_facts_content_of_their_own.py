"""Make facts content of their own, which several projects and stories can use.

Existing facts keep their rows. A fact is public where its project or story was; one of which there was only a draft
becomes a draft. Their former fields stay in the history of the project or story.
"""

# ruff: noqa: S608 - the names of tables and columns are those below

import json
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None
only_adds = False

# Content type, its texts, its association with facts, and the name of its foreign key in both.
OWNERS = (
    ("projects", "project_texts", "project_facts", "project_id"),
    ("stories", "story_texts", "story_facts", "story_id"),
)
NAME_LENGTH = 80


def upgrade() -> None:
    with op.batch_alter_table("facts") as batch:
        batch.add_column(sa.Column("slug", sa.String(length=96), nullable=True))
        batch.add_column(sa.Column("drawing", sa.String(length=16), nullable=False, server_default=""))
        batch.add_column(sa.Column("on_home_page", sa.Boolean(), nullable=False, server_default=sa.false()))
    with op.batch_alter_table("fact_texts") as batch:
        for column in _text_columns():
            batch.add_column(column)
    for table, first, second in (
        ("fact_themes", "fact", "theme"),
        ("project_facts", "project", "fact"),
        ("story_facts", "story", "fact"),
    ):
        _create_tie(table, first, second)
    _move_facts()
    with op.batch_alter_table("facts") as batch:
        batch.alter_column("slug", nullable=False)
        batch.alter_column("drawing", server_default=None)
        batch.alter_column("on_home_page", server_default=None)
        batch.create_unique_constraint(op.f("uq_facts_slug"), ["slug"])
        batch.drop_constraint(op.f("ck_facts_one_owner"), type_="check")
        batch.drop_index(op.f("ix_facts_project_id"))
        batch.drop_index(op.f("ix_facts_story_id"))
        batch.drop_constraint(op.f("fk_facts_project_id_projects"), type_="foreignkey")
        batch.drop_constraint(op.f("fk_facts_story_id_stories"), type_="foreignkey")
        batch.drop_column("project_id")
        batch.drop_column("story_id")
    with op.batch_alter_table("fact_texts") as batch:
        for column in _text_columns():
            batch.alter_column(column.name, server_default=None)
        batch.drop_column("text")
        batch.create_check_constraint(op.f("ck_fact_texts_state_known"), "state IN ('draft', 'live', 'unpublished')")


def downgrade() -> None:
    """What is not public is lost, and so are facts that nothing uses, and of several uses all but one."""
    with op.batch_alter_table("facts") as batch:
        batch.add_column(sa.Column("project_id", sa.Integer(), nullable=True))
        batch.add_column(sa.Column("story_id", sa.Integer(), nullable=True))
    with op.batch_alter_table("fact_texts") as batch:
        batch.add_column(sa.Column("text", sa.String(), nullable=False, server_default=""))
    _move_facts_back()
    with op.batch_alter_table("facts") as batch:
        batch.drop_constraint(op.f("uq_facts_slug"), type_="unique")
        for name in ("slug", "drawing", "on_home_page"):
            batch.drop_column(name)
        batch.create_check_constraint(op.f("ck_facts_one_owner"), "(project_id IS NULL) != (story_id IS NULL)")
        for name, target in (("project_id", "projects"), ("story_id", "stories")):
            batch.create_foreign_key(op.f(f"fk_facts_{name}_{target}"), target, [name], ["id"], ondelete="CASCADE")
            batch.create_index(op.f(f"ix_facts_{name}"), [name])
    with op.batch_alter_table("fact_texts") as batch:
        batch.alter_column("text", server_default=None)
        batch.drop_constraint(op.f("ck_fact_texts_state_known"), type_="check")
        for column in _text_columns():
            batch.drop_column(column.name)
    for table in ("story_facts", "project_facts", "fact_themes"):
        op.drop_table(table)


def _text_columns() -> list[sa.Column[Any]]:
    empty = ("title", "summary", "body", "content_notice", "source_url", "numbers")
    return [
        sa.Column("state", sa.String(length=16), nullable=False, server_default="draft"),
        *(sa.Column(name, sa.String(), nullable=False, server_default="") for name in empty),
        sa.Column("first_published_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False, server_default="2026-01-01 00:00:00"),
    ]


def _create_tie(table: str, first: str, second: str) -> None:
    plurals = {"fact": "facts", "theme": "themes", "project": "projects", "story": "stories"}
    keys = [(f"{name}_id", plurals[name]) for name in (first, second)]
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


def _move_facts() -> None:
    _run("UPDATE facts SET slug = 'figure-' || id")
    for content_type, texts, association, key in OWNERS:
        _run(f"INSERT INTO {association} ({key}, fact_id) SELECT {key}, id FROM facts WHERE {key} IS NOT NULL")
        for row in _rows(
            "SELECT fact_id, fact_texts.language, figure, text, o.state, o.first_published_at, o.changed_at"
            f" FROM fact_texts JOIN facts ON facts.id = fact_id LEFT JOIN {texts} o ON o.{key} = facts.{key}"
            f" AND o.language = fact_texts.language WHERE facts.{key} IS NOT NULL"
        ):
            where = {"fact_id": row["fact_id"], "language": row["language"]}
            name = _name(row["figure"], row["text"])
            _set_text("title = :title, summary = text", **where, title=name)
            if row["state"]:
                _set_text(
                    "state = :state, first_published_at = :first, changed_at = :changed",
                    **where,
                    state=row["state"],
                    first=row["first_published_at"],
                    changed=row["changed_at"],
                )
        _move_drafts(content_type, key)


def _set_text(values: str, **parameters: Any) -> None:
    _run(f"UPDATE fact_texts SET {values} WHERE fact_id = :fact_id AND language = :language", **parameters)


def _name(figure: str, text: str) -> str:
    """A name made of the figure and the first words after it."""
    words = f"{figure} {text}".split()
    while len(" ".join(words)) > NAME_LENGTH and len(words) > 1:
        words.pop()
    return " ".join(words).rstrip(".,:;")


def _move_drafts(content_type: str, key: str) -> None:
    """Name the facts in the revisions of what all languages share, and make drafts of facts that only drafts had."""
    live: dict[int, list[int]] = {}
    for row in _rows(f"SELECT id, {key} AS owner FROM facts WHERE {key} IS NOT NULL ORDER BY position, id"):
        live.setdefault(row["owner"], []).append(row["id"])
    added = {
        owner: _add_drafts(key, owner, len(live.get(owner, ())), latest) for owner, latest in _latest(content_type)
    }
    states = _rows("SELECT latest_revision_id AS id FROM draft_states WHERE locale = 'shared'")
    latest_ids = {row["id"] for row in states}
    for row in _revisions("content_type = :content_type AND locale = 'shared'", content_type=content_type):
        ids = live.get(row["object_id"], []) + (added.get(row["object_id"], []) if row["id"] in latest_ids else [])
        if ids:
            _write_revision(row["id"], {**row["fields"], "facts": " ".join(map(str, ids))})


def _latest(content_type: str) -> list[tuple[int, dict[str, dict[str, str]]]]:
    """The latest fields of every object that has been edited, by language."""
    objects: dict[int, dict[str, dict[str, str]]] = {}
    of_type = "content_type = :content_type AND id IN (SELECT latest_revision_id FROM draft_states)"
    for row in _revisions(of_type, content_type=content_type):
        objects.setdefault(row["object_id"], {})[row["locale"]] = row["fields"]
    return list(objects.items())


def _add_drafts(key: str, owner: int, live: int, latest: dict[str, dict[str, str]]) -> list[int]:
    """Add the facts that only a draft has, as drafts; returns their ids."""
    numbers = {
        int(name.split(".")[1])
        for fields in latest.values()
        for name, value in fields.items()
        if value and name.startswith("fact.") and name.endswith((".figure", ".text"))
    }
    ids = []
    for number in sorted(numbers)[live:]:
        insert = (
            f"INSERT INTO facts (position, as_of, slug, {key}) VALUES (:position, :as_of, :slug, :owner) RETURNING id"
        )
        as_of = (latest.get("shared", {}).get(f"fact.{number}.as_of") or "")[:10] or None
        slug = f"figure-{key}-{owner}-{number}".replace("_id", "")
        (row,) = _rows(insert, position=number, as_of=as_of, slug=slug, owner=owner)
        ids.append(row["id"])
        for language in set(latest) - {"shared"}:
            figure, text, source = (
                latest[language].get(f"fact.{number}.{name}", "") for name in ("figure", "text", "source")
            )
            if figure or text:
                _run(
                    "INSERT INTO fact_texts (fact_id, language, figure, text, source, title, summary)"
                    " VALUES (:fact_id, :language, :figure, :text, :source, :title, :text)",
                    fact_id=row["id"],
                    language=language,
                    title=_name(figure, text),
                    figure=figure,
                    text=text,
                    source=source,
                )
    return ids


def _move_facts_back() -> None:
    for _, _, association, key in OWNERS:
        without = " AND ".join(f"{other} IS NULL" for *_, other in OWNERS)
        _run(
            f"UPDATE facts SET {key} = (SELECT MIN({key}) FROM {association} WHERE fact_id = facts.id) WHERE {without}"
        )
    _run("UPDATE fact_texts SET text = summary")
    unused = "SELECT id FROM facts WHERE project_id IS NULL AND story_id IS NULL"
    _run(f"DELETE FROM fact_texts WHERE state != 'live' OR fact_id IN ({unused})")
    _run(f"DELETE FROM facts WHERE id IN ({unused}) OR id NOT IN (SELECT fact_id FROM fact_texts)")
    for content_type, _, _, key in OWNERS:
        _move_drafts_back(content_type, key)
    # In this order, since states refer to revisions.
    for table in ("draft_states", "revisions", "draft_links", "content_items", "search_documents", "picture_uses"):
        _run(f"DELETE FROM {table} WHERE content_type = 'facts'")


def _move_drafts_back(content_type: str, key: str) -> None:
    """Write the facts into the revisions from which something may be published."""
    facts: dict[int, list[int]] = {}
    for row in _rows(f"SELECT id, {key} AS owner FROM facts WHERE {key} IS NOT NULL ORDER BY position, id"):
        facts.setdefault(row["owner"], []).append(row["id"])
    texts = {(row["fact_id"], row["language"]): row for row in _rows("SELECT * FROM fact_texts")}
    days = {row["id"]: row["as_of"] or "" for row in _rows("SELECT id, as_of FROM facts")}
    used = " OR ".join(
        f"id IN (SELECT {state}_revision_id FROM draft_states)" for state in ("latest", "live", "scheduled")
    )
    for row in _revisions(f"content_type = :content_type AND ({used})", content_type=content_type):
        fields = {name: value for name, value in row["fields"].items() if not name.startswith("fact.")}
        for number, fact_id in enumerate(facts.get(row["object_id"], ()), start=1):
            if row["locale"] == "shared":
                fields[f"fact.{number}.as_of"] = days[fact_id]
            text = texts.get((fact_id, row["locale"]), {})
            fields |= {f"fact.{number}.{name}": text[name] for name in ("figure", "text", "source") if text}
        if fields != row["fields"]:
            _write_revision(row["id"], fields)


def _revisions(condition: str, **values: Any) -> list[dict[str, Any]]:
    rows = _rows(f"SELECT id, object_id, locale, fields FROM revisions WHERE {condition} ORDER BY id", **values)
    return [{**row, "fields": json.loads(row["fields"])} for row in rows]


def _write_revision(revision_id: int, fields: dict[str, str]) -> None:
    _run(
        "UPDATE revisions SET fields = :fields WHERE id = :id",
        id=revision_id,
        fields=json.dumps(fields, ensure_ascii=False),
    )
