"""First layout."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the layout on."""
    op.create_table(
        "applicants",
        sa.Column("programme", sa.Text(), nullable=False),
        sa.Column("dossier", sa.Text(), nullable=False),
        sa.Column("applicant", sa.Text(), nullable=False),
        sa.Column("elsewhere", sa.Text(), nullable=True),
        sa.Column("stirred", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("programme", "dossier"),
    )
    op.create_table(
        "dossiers",
        sa.Column("programme", sa.Text(), nullable=False),
        sa.Column("dossier", sa.Text(), nullable=False),
        sa.Column("files", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("since", sa.Float(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("worker", sa.Text(), nullable=True),
        sa.Column("lease", sa.Float(), nullable=True),
        sa.Column("error", sa.Text(), nullable=True),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("reported_files", sa.Text(), nullable=True),
        sa.Column("made_by", sa.Text(), nullable=True),
        sa.Column("run", sa.Text(), nullable=True),
        sa.Column("sha256", sa.Text(), nullable=True),
        sa.Column("summary", sa.Text(), nullable=True),
        sa.Column("findings", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("programme", "dossier"),
    )
    op.create_index("dossiers_by_state", "dossiers", ["state"], unique=False)
    op.create_table(
        "pages",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("programme", sa.Text(), nullable=False),
        sa.Column("dossier", sa.Text(), nullable=False),
        sa.Column("length", sa.Integer(), nullable=False),
        sa.Column("characters", sa.Text(), nullable=False),
        sa.Column("page", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("pages_by_dossier", "pages", ["programme", "dossier"], unique=False)
    op.create_index("pages_by_length", "pages", ["length"], unique=False)
    op.create_table(
        "people",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("programme", sa.Text(), nullable=False),
        sa.Column("dossier", sa.Text(), nullable=False),
        sa.Column("id_number", sa.Text(), nullable=False),
        sa.Column("person", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("people_by_dossier", "people", ["programme", "dossier"], unique=False)
    op.create_index("people_by_number", "people", ["id_number"], unique=False)
    op.create_table(
        "files",
        sa.Column("programme", sa.Text(), nullable=False),
        sa.Column("dossier", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("mark", sa.Text(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["programme", "dossier"],
            ["dossiers.programme", "dossiers.dossier"],
        ),
        sa.PrimaryKeyConstraint("programme", "dossier", "name"),
    )
    op.create_table(
        "reports",
        sa.Column("programme", sa.Text(), nullable=False),
        sa.Column("dossier", sa.Text(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("made", sa.Float(), nullable=False),
        sa.Column("verdict", sa.Text(), nullable=False),
        sa.Column("files", sa.Text(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["programme", "dossier"],
            ["dossiers.programme", "dossiers.dossier"],
        ),
        sa.PrimaryKeyConstraint("programme", "dossier", "revision"),
    )


def downgrade() -> None:
    """Take it back."""
    op.drop_table("reports")
    op.drop_table("files")
    op.drop_index("people_by_number", table_name="people")
    op.drop_index("people_by_dossier", table_name="people")
    op.drop_table("people")
    op.drop_index("pages_by_length", table_name="pages")
    op.drop_index("pages_by_dossier", table_name="pages")
    op.drop_table("pages")
    op.drop_index("dossiers_by_state", table_name="dossiers")
    op.drop_table("dossiers")
    op.drop_table("applicants")
