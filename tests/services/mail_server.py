"""A mail server of a few lines: takes what it is sent, or does what a server does that is ill."""

from __future__ import annotations

import email
import email.policy
import socket
import threading
from email.message import EmailMessage


class FakeServer:
    """`answers`: of the commands that are answered otherwise than well; "" hangs up instead."""

    def __init__(self) -> None:
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listening.getsockname()[1]
        self.answers: dict[str, str] = {}
        self.recipients: list[str] = []
        self.taken: list[bytes] = []
        threading.Thread(target=self._serve, daemon=True).start()

    @property
    def messages(self) -> list[EmailMessage]:
        return [email.message_from_bytes(raw, policy=email.policy.default) for raw in self.taken]  # type: ignore[misc]

    def close(self) -> None:
        self._listening.close()

    def _serve(self) -> None:
        while True:
            try:
                connection, _ = self._listening.accept()
            except OSError:
                return
            with connection, connection.makefile("rwb") as stream:
                self._talk(stream)

    def _talk(self, stream: object) -> None:
        say(stream, "220 fake")
        while line := stream.readline():  # type: ignore[attr-defined]
            word = line[:4].decode("ascii", "replace").upper().strip()
            if word == "QUIT":
                return
            if word == "RCPT":
                self.recipients.append(line.decode().strip())
            answer = self.answers.get(word, "354 go on" if word == "DATA" else "250 ok")
            if not answer:
                return
            say(stream, answer)
            if word == "DATA" and answer.startswith("354"):
                self.taken.append(_text(stream))
                answer = self.answers.get("text", "250 taken")
                if not answer:
                    return
                say(stream, answer)


def say(stream: object, line: str) -> None:
    stream.write(line.encode() + b"\r\n")  # type: ignore[attr-defined]
    stream.flush()  # type: ignore[attr-defined]


def _text(stream: object) -> bytes:
    lines: list[bytes] = []
    while (line := stream.readline()) and line != b".\r\n":  # type: ignore[attr-defined]
        lines.append(line[1:] if line.startswith(b"..") else line)
    return b"".join(lines)
