"""What gunicorn may write down: that something failed, never whose request it was or what it asked for."""

from typing import Any

from gunicorn.glogging import Logger


class DiscreetLogger(Logger):  # type: ignore[misc]
    """gunicorn's log without visitors: its own lines name the source of a bad request and the path of a failed one."""

    def warning(self, msg: str, *args: Any, **kwargs: Any) -> None:
        """Pass a warning on, unless it is about a request."""
        if "from ip=" not in msg:
            super().warning(msg, *args, **kwargs)

    def exception(self, msg: object, *args: Any, **kwargs: Any) -> None:
        """Tell that and where the program failed, without the request's method and address."""
        super().exception("A request failed." if args else msg, **kwargs)
