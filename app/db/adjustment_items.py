"""Items of bonus and penalty: data of a campaign, in the decision's own words."""

from __future__ import annotations

from decimal import Decimal

from sqlalchemy import Boolean, CheckConstraint, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.db.base import Model
from app.db.campaigns import Campaign
from app.db.columns import Points, one_of
from app.domain.adjustments import Item, ItemMeasure, steps_of
from app.domain.terms import AdjustmentKind


class AdjustmentItem(Model):
    """One item of the decision: its sentence verbatim, and how it is measured; a draft's, then read-only.

    `steps`: one a line, as `domain.adjustments.steps_of` reads them, for what is measured by a count or a share.
    """

    __tablename__ = "adjustment_item"
    __table_args__ = (
        UniqueConstraint("campaign_id", "code", name="uq_adjustment_item_campaign_id_code"),
        CheckConstraint("points >= 0", name="ck_adjustment_item_points_not_negative"),
        CheckConstraint("cap >= 0", name="ck_adjustment_item_cap_not_negative"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    campaign_id: Mapped[int] = mapped_column(
        ForeignKey("campaign.id", name="fk_adjustment_item_campaign_id", ondelete="CASCADE")
    )
    code: Mapped[str] = mapped_column(String(20))
    kind: Mapped[AdjustmentKind] = mapped_column(one_of(AdjustmentKind, "ck_adjustment_item_kind"))
    text: Mapped[str] = mapped_column(Text)
    measure: Mapped[ItemMeasure] = mapped_column(
        one_of(ItemMeasure, "ck_adjustment_item_measure"), default=ItemMeasure.FIXED
    )
    points: Mapped[Decimal] = mapped_column(Points, default=Decimal(0))
    steps: Mapped[str] = mapped_column(Text, default="", server_default="")
    cap: Mapped[Decimal | None] = mapped_column(Points)
    once: Mapped[bool] = mapped_column(Boolean(name="ck_adjustment_item_once"), default=True)

    campaign: Mapped[Campaign] = relationship()

    def __str__(self) -> str:
        return self.code

    def read(self) -> Item:
        """Return the item as the domain reckons with it. Raises InputInvalid where its steps cannot be read."""
        return Item(
            code=self.code,
            kind=self.kind,
            measure=self.measure,
            points=self.points,
            steps=steps_of(self.steps or ""),
            cap=self.cap,
            once=self.once,
        )
