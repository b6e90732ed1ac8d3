"""Keys of servers, in the keyring of this computer; never in a project, a file of ours, or a command line."""

from __future__ import annotations

import os
from importlib.util import find_spec

from annotator.core.errors import AnnotatorError
from annotator.suggest.others.chosen import host_of

SERVICE = "Annotator"
VARIABLE = "ANNOTATOR_KEY"  # HOST=KEY: one computer's key is nobody else's business


class KeyringError(AnnotatorError):
    """The keyring cannot be used."""


def key_of(address: str) -> str:
    """The key for an address; empty when there is none. What the environment says goes before the keyring."""
    host, _, said = os.environ.get(VARIABLE, "").strip().partition("=")
    if said and host == host_of(address):
        return checked_key(said)
    if find_spec("keyring") is None:
        return ""
    import keyring
    import keyring.errors

    try:
        return checked_key(keyring.get_password(SERVICE, host_of(address)) or "")
    except keyring.errors.KeyringError:
        return ""


def checked_key(key: str) -> str:
    """`key` itself when it can be sent. Raises KeyringError, which does not repeat it."""
    if not (key.isascii() and (not key or key.isprintable())):
        raise KeyringError("The key has signs that no key has: a line break, perhaps, or a letter with an accent.")
    return key


def keep(address: str, key: str) -> None:
    """Keeps a key for an address; an empty one takes it away. Raises KeyringError."""
    if find_spec("keyring") is None:
        raise KeyringError(_without("the package `keyring` is not installed"))
    import keyring
    import keyring.errors

    checked_key(key)
    try:
        if key:
            keyring.set_password(SERVICE, host_of(address), key)
        elif keyring.get_password(SERVICE, host_of(address)) is not None:
            keyring.delete_password(SERVICE, host_of(address))
    except keyring.errors.KeyringError as error:
        raise KeyringError(_without(f"this computer has none that can be used ({type(error).__name__})")) from None


def _without(why: str) -> str:
    return f"The key cannot be kept in a keyring: {why}. Give it in the environment instead, as {VARIABLE}=HOST=KEY."
