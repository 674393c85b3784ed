"""Mails, written in the transaction of the notices they carry; and what each account has mailed to it."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import ForeignKey, Index, Integer, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.db.base import Model
from app.db.columns import JsonText, UtcInstant, one_of
from app.db.identity import PortalUser
from app.domain.notices import MailChoice, MailState


class Mail(Model):
    """One mail to one account. `once` names its occasion: a notice, the digest of a day; `token` makes its Message-ID.

    `lease_until`: how long the attempt under way is believed in; `error`: what stood against the last one.
    """

    __tablename__ = "mail"
    __table_args__ = (
        UniqueConstraint("user_id", "once", name="uq_mail_user_id_once"),
        UniqueConstraint("token", name="uq_mail_token"),
        Index("ix_mail_state_next_at", "state", "next_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("ab_user.id", name="fk_mail_user_id", ondelete="CASCADE"))
    notice_ids: Mapped[list[int]] = mapped_column(JsonText)
    once: Mapped[str] = mapped_column(String(64))
    token: Mapped[str] = mapped_column(String(64))
    state: Mapped[MailState] = mapped_column(one_of(MailState, "ck_mail_state"), default=MailState.QUEUED)
    attempts: Mapped[int] = mapped_column(Integer, default=0)
    queued_at: Mapped[dt.datetime] = mapped_column(UtcInstant)
    next_at: Mapped[dt.datetime] = mapped_column(UtcInstant)
    lease_until: Mapped[dt.datetime | None] = mapped_column(UtcInstant)
    ended_at: Mapped[dt.datetime | None] = mapped_column(UtcInstant)
    error: Mapped[str] = mapped_column(String(200), default="")

    user: Mapped[PortalUser] = relationship()


class MailPreference(Model):
    """What an account chose to have mailed; without a row it is `MailChoice.ACTION`.

    `digested_until`: notices up to this instant have had their digest.
    """

    __tablename__ = "mail_preference"

    user_id: Mapped[int] = mapped_column(
        ForeignKey("ab_user.id", name="fk_mail_preference_user_id", ondelete="CASCADE"), primary_key=True
    )
    choice: Mapped[MailChoice] = mapped_column(one_of(MailChoice, "ck_mail_preference_choice"))
    digested_until: Mapped[dt.datetime] = mapped_column(UtcInstant)
