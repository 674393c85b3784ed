"""Keys by which another system acts as an account: only their hash is kept."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import Boolean, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.db.base import Model
from app.db.columns import UtcInstant
from app.db.identity import PortalUser


class ApiToken(Model):
    """A key of one account. `sha256`: of the key, which is random and long. `begins`: its first letters, to tell keys
    apart. Without `may_write` it reads only. It ends at `expires_at`, or at once when it is revoked.
    """

    __tablename__ = "api_token"
    __table_args__ = (UniqueConstraint("sha256", name="uq_api_token_sha256"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("ab_user.id", name="fk_api_token_user_id"), index=True)
    name: Mapped[str] = mapped_column(String(120))
    sha256: Mapped[str] = mapped_column(String(64))
    begins: Mapped[str] = mapped_column(String(16))
    may_write: Mapped[bool] = mapped_column(Boolean(name="ck_api_token_may_write"), default=False)
    made_at: Mapped[dt.datetime] = mapped_column(UtcInstant)
    made_by_id: Mapped[int] = mapped_column(ForeignKey("ab_user.id", name="fk_api_token_made_by_id"))
    expires_at: Mapped[dt.datetime] = mapped_column(UtcInstant)
    revoked_at: Mapped[dt.datetime | None] = mapped_column(UtcInstant)

    user: Mapped[PortalUser] = relationship(foreign_keys=[user_id])
    made_by: Mapped[PortalUser] = relationship(foreign_keys=[made_by_id])
