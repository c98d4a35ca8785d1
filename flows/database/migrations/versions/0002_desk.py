"""The reviewer's desk: its list of dossiers, what people do with them, what reports become by that."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_REFUSED = "acts are added only"


def upgrade() -> None:
    """Bring the layout on."""
    op.create_index("dossiers_in_list", "dossiers", ["programme", "dossier", "state"], unique=False)
    op.create_table(
        "reviews",
        sa.Column("programme", sa.Text(), nullable=False),
        sa.Column("dossier", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=True),
        sa.Column("credit_code", sa.Text(), nullable=True),
        sa.Column("received", sa.Text(), nullable=True),
        sa.Column("due", sa.Text(), nullable=True),
        sa.Column("due_is_provisional", sa.Boolean(), nullable=False),
        sa.Column("verdict", sa.Text(), nullable=False),
        sa.Column("rank", sa.Integer(), nullable=False),
        sa.Column("machine_verdict", sa.Text(), nullable=False),
        sa.Column("failed", sa.Integer(), nullable=False),
        sa.Column("review", sa.Integer(), nullable=False),
        sa.Column("passed", sa.Integer(), nullable=False),
        sa.Column("pages", sa.Integer(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("reported", sa.Float(), nullable=False),
        sa.Column("run", sa.Text(), nullable=False),
        sa.Column("files", sa.Text(), nullable=False),
        sa.Column("desk", sa.Text(), nullable=False),
        sa.Column("assignee", sa.Text(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("is_corrected", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["programme", "dossier"],
            ["dossiers.programme", "dossiers.dossier"],
        ),
        sa.PrimaryKeyConstraint("programme", "dossier"),
    )
    op.create_index("reviews_by_run", "reviews", ["run"], unique=False)
    op.create_index("reviews_by_reported", "reviews", ["reported"], unique=False)
    op.create_table(
        "acts",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("programme", sa.Text(), nullable=False),
        sa.Column("dossier", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("about", sa.Text(), nullable=False),
        sa.Column("before", sa.Text(), nullable=False),
        sa.Column("after", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("who", sa.Text(), nullable=False),
        sa.Column("made", sa.Float(), nullable=False),
        sa.ForeignKeyConstraint(
            ["programme", "dossier"],
            ["dossiers.programme", "dossiers.dossier"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("programme", "dossier", "version", name="acts_by_version"),
    )
    op.create_table(
        "corrected_reports",
        sa.Column("programme", sa.Text(), nullable=False),
        sa.Column("dossier", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("report", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["programme", "dossier"],
            ["dossiers.programme", "dossiers.dossier"],
        ),
        sa.PrimaryKeyConstraint("programme", "dossier", "version"),
    )
    # Who can write to the database by this program cannot rewrite what was done.
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            "CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS "
            f"$$ BEGIN RAISE EXCEPTION '{_REFUSED}'; END $$"
        )
        op.execute(
            "CREATE TRIGGER acts_stay BEFORE UPDATE OR DELETE OR TRUNCATE ON acts "
            "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
        )
    else:
        for change in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER acts_stay_on_{change.lower()} BEFORE {change} ON acts "
                f"BEGIN SELECT RAISE(ABORT, '{_REFUSED}'); END"
            )


def downgrade() -> None:
    """Take it back."""
    op.drop_table("corrected_reports")
    op.drop_table("acts")
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION refuse_change()")
    op.drop_index("reviews_by_reported", table_name="reviews")
    op.drop_index("reviews_by_run", table_name="reviews")
    op.drop_table("reviews")
    op.drop_index("dossiers_in_list", table_name="dossiers")
