"""A mail server that behaves as badly as real ones do: it refuses, stalls, drips its replies or hangs up."""

import socket
import threading
import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.parser import BytesParser
from email.policy import default
from typing import Self

AFTER_DOT = "after the dot"


@dataclass(frozen=True)
class Received:
    """An e-mail as the server received it, whatever it replied."""

    at: float
    recipient: str
    message: EmailMessage


@dataclass
class Behaviour:
    """How the server replies.

    `replies` are by recipient, else by command, else by AFTER_DOT for the reply to the data. Delays are in seconds:
    before each reply, before the reply to the data, and between the bytes of each reply.
    """

    replies: dict[str, str] = field(default_factory=dict)
    delay: float = 0
    delay_after_dot: float = 0
    delay_per_byte: float = 0
    closes_after_dot: bool = False
    extensions: tuple[str, ...] = ("8BITMIME", "ENHANCEDSTATUSCODES")


class SmtpServer:
    """Listens on a port of its own while it is entered as a context manager, or between `start` and `stop`."""

    def __init__(self, behaviour: Behaviour | None = None) -> None:
        self.behaviour = behaviour or Behaviour()
        self.received: list[Received] = []
        self.greetings: list[str] = []
        self.connections = 0
        self._listener: socket.socket | None = None
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port: int = free.getsockname()[1]

    @property
    def url(self) -> str:
        """The URL for SMTP_URL."""
        return f"smtp://127.0.0.1:{self.port}"

    @property
    def recipients(self) -> list[str]:
        """The recipients of the e-mails that were received, in order."""
        return [it.recipient for it in self.received]

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *error: object) -> None:
        self.stop()

    def start(self) -> None:
        self._listener = socket.create_server(("127.0.0.1", self.port), backlog=64)
        threading.Thread(target=self._accept, args=(self._listener,), daemon=True).start()

    def stop(self) -> None:
        if self._listener:
            # Closing alone does not wake the thread that accepts.
            self._listener.shutdown(socket.SHUT_RDWR)
            self._listener.close()
            self._listener = None

    def _accept(self, listener: socket.socket) -> None:
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection: socket.socket) -> None:
        self.connections += 1
        try:
            with connection, connection.makefile("rb") as lines:
                self._reply(connection, "220 ready")
                self._converse(connection, lines)
        except OSError:
            pass
        finally:
            self.connections -= 1

    def _converse(self, connection: socket.socket, lines: Iterable[bytes]) -> None:
        recipient = ""
        for line in lines:
            command = line[:4].decode("ascii", "replace").upper().strip()
            if command == "EHLO":
                self.greetings.append(line.decode().split()[1])
                extensions = self.behaviour.extensions
                self._reply(connection, "\r\n".join(f"250-{it}" for it in ("me", *extensions)) + "\r\n250 SIZE")
            elif command == "RCPT":
                recipient = line.decode().partition("<")[2].partition(">")[0]
                self._reply(connection, self.behaviour.replies.get(recipient) or self._usual(command))
            elif command == "DATA" and not self._usual(command).startswith("250"):
                self._reply(connection, self._usual(command))
            elif command == "DATA":
                self._reply(connection, "354 go on")
                self._receive(recipient, lines)
                if self.behaviour.closes_after_dot:
                    return
                time.sleep(self.behaviour.delay_after_dot)
                self._reply(connection, self._usual(AFTER_DOT))
            elif command == "QUIT":
                self._reply(connection, "221 bye")
                return
            else:
                self._reply(connection, self._usual(command))

    def _usual(self, command: str) -> str:
        return self.behaviour.replies.get(command, "250 2.0.0 OK")

    def _receive(self, recipient: str, lines: Iterable[bytes]) -> None:
        content = b""
        for line in lines:
            if line == b".\r\n":
                break
            content += line.removeprefix(b".").replace(b"\r\n", b"\n")
        else:
            raise ConnectionError
        message = BytesParser(EmailMessage, policy=default).parsebytes(content)
        self.received.append(Received(time.time(), recipient, message))

    def _reply(self, connection: socket.socket, text: str) -> None:
        time.sleep(self.behaviour.delay)
        reply = f"{text}\r\n".encode()
        if not self.behaviour.delay_per_byte:
            connection.sendall(reply)
            return
        for byte in reply:
            time.sleep(self.behaviour.delay_per_byte)
            connection.sendall(bytes([byte]))
