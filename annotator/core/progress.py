"""How long work tells how far it is, and is stopped."""

from collections.abc import Callable

Progress = Callable[[int, int], None]  # how much is done, of how much; raises Cancelled to stop the work


class Cancelled(Exception):
    """The editor stopped it; nothing is left half done."""
