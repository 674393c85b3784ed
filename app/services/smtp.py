"""Hand one letter to the mail server, and say what is known of it afterwards."""

from __future__ import annotations

import datetime as dt
import email.policy
import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime

from app.services.outbox import Letter, NotSent

SECONDS = 20
SUBJECT_MOST = 150


@dataclass(frozen=True, slots=True)
class MailServer:
    """SMTP settings. `security`: "starttls", "ssl" or "none". `sender`: the address mails come from."""

    host: str
    port: int
    security: str
    sender: str
    user: str = ""
    password: str = ""
    ca_file: str = ""

    def __call__(self, letter: Letter) -> None:
        """Send one letter. Raises NotSent before the server had its text, or where it refused it; else what broke."""
        message = message_of(letter, self.sender)
        with self._session() as server:
            with _not_sent():
                server.ehlo_or_helo_if_needed()
                _accepted(server.mail(self.sender))
                _accepted(server.rcpt(letter.to))
            try:
                _accepted(server.data(message.as_bytes(policy=email.policy.SMTP)))
            except smtplib.SMTPDataError as refused:
                raise _said(refused.smtp_code, refused.smtp_error) from refused

    @contextmanager
    def _session(self) -> Iterator[smtplib.SMTP]:
        with _not_sent():
            server = self._connected()
        try:
            with _not_sent():
                if self.user:
                    server.login(self.user, self.password)
            yield server
        finally:
            server.close()  # without a QUIT that could hang: the server has answered what was asked

    def _connected(self) -> smtplib.SMTP:
        context = ssl.create_default_context(cafile=self.ca_file or None)
        if self.security == "ssl":
            return smtplib.SMTP_SSL(self.host, self.port, timeout=SECONDS, context=context)
        server = smtplib.SMTP(self.host, self.port, timeout=SECONDS)
        try:
            if self.security == "starttls":
                server.starttls(context=context)
        except BaseException:
            server.close()
            raise
        return server


@contextmanager
def _not_sent() -> Iterator[None]:
    """Before its text was given nothing was sent, whatever went wrong."""
    try:
        yield
    except NotSent:
        raise
    except smtplib.SMTPAuthenticationError as refused:
        raise NotSent(f"sign-in refused ({refused.smtp_code})") from refused
    except UnicodeError as unreadable:
        raise NotSent("the address cannot be read", for_good=True) from unreadable
    except (OSError, smtplib.SMTPException) as broken:
        raise NotSent(f"{type(broken).__name__}: {broken}") from broken


def _accepted(answer: tuple[int, bytes]) -> None:
    code, words = answer
    if not 200 <= code < 300:
        raise _said(code, words)


def _said(code: int, words: bytes | str) -> NotSent:
    text = words.decode("utf-8", "replace") if isinstance(words, bytes) else words
    return NotSent(f"{code} {text}", for_good=500 <= code < 600)


def message_of(letter: Letter, sender: str) -> EmailMessage:
    """Return the letter as a message: one line of subject, text in short encoded lines, the same Message-ID each time.

    Raises NotSent for good where the address is none.
    """
    message = EmailMessage(policy=email.policy.SMTP)
    try:
        to, origin = Address(addr_spec=letter.to), Address(addr_spec=sender)
        message["To"], message["From"] = to, origin
    except (ValueError, MessageError, IndexError) as unreadable:
        raise NotSent("the address cannot be read", for_good=True) from unreadable
    message["Subject"] = _one_line(letter.subject)
    message["Message-ID"] = f"<{letter.token}@{origin.domain}>"
    message["Date"] = format_datetime(dt.datetime.now(dt.UTC))
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(letter.body, charset="utf-8", cte="quoted-printable")
    return message


def _one_line(text: str) -> str:
    return " ".join("".join(each if each.isprintable() else " " for each in text).split())[:SUBJECT_MOST]
