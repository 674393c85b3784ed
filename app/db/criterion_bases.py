"""What criteria cite: a legal basis with the words printed beside the criterion."""

from __future__ import annotations

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.db.base import Model
from app.db.criteria import Criterion
from app.db.identity import LegalBasis


class CriterionBasis(Model):
    """A criterion rests on a document; `printed` is the citation as the paper has it ("điểm b khoản 2 Điều 5 …")."""

    __tablename__ = "criterion_basis"
    __table_args__ = (
        UniqueConstraint(
            "criterion_id", "legal_basis_id", "printed", name="uq_criterion_basis_criterion_id_legal_basis_id_printed"
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    criterion_id: Mapped[int] = mapped_column(
        ForeignKey("criterion.id", name="fk_criterion_basis_criterion_id", ondelete="CASCADE")
    )
    legal_basis_id: Mapped[int] = mapped_column(
        ForeignKey("legal_basis.id", name="fk_criterion_basis_legal_basis_id"), index=True
    )
    printed: Mapped[str] = mapped_column(String(300), default="", server_default="")

    criterion: Mapped[Criterion] = relationship(back_populates="bases")
    legal_basis: Mapped[LegalBasis] = relationship()

    def copied(self) -> CriterionBasis:
        """Return the same citation for a copy of the criterion."""
        return CriterionBasis(legal_basis_id=self.legal_basis_id, printed=self.printed)
