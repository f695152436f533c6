"""Let editors arrange the home page."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None
only_adds = True


def upgrade() -> None:
    op.add_column("home_blocks", sa.Column("hidden", sa.Boolean(), server_default=sa.false(), nullable=False))


def downgrade() -> None:
    op.drop_column("home_blocks", "hidden")
