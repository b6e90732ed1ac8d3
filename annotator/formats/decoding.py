"""From a file's bytes to text, exactly: UTF-8 with or without BOM, UTF-16 by its BOM, Windows-1252 when allowed."""

from __future__ import annotations

import codecs

from annotator.core.errors import AnnotatorError


class EncodingError(AnnotatorError):
    """Bytes that are not text in an encoding that may be used; `legacy` when Windows-1252 could read them."""

    def __init__(self, message: str, legacy: bool = False) -> None:
        super().__init__(message)
        self.legacy = legacy


def decode(data: bytes, windows_1252: bool = False) -> str:
    """The text of a file. A BOM is not part of it; line ends stay as they are.

    Raises EncodingError with the reason; with `windows_1252`, bytes that are not UTF-8 are read as such.
    """
    for bom, encoding in (
        (codecs.BOM_UTF8, "utf-8"),
        (codecs.BOM_UTF16_LE, "utf-16-le"),
        (codecs.BOM_UTF16_BE, "utf-16-be"),
    ):
        if data.startswith(bom):
            return _strict(data[len(bom) :], encoding)
    try:
        return data.decode()
    except UnicodeDecodeError as error:
        if b"\0" in data:
            raise EncodingError("is not a text file") from None
        if windows_1252:
            return _strict(data, "cp1252")
        raise EncodingError(
            f"is not in UTF-8 (byte {error.start + 1}). If an older Windows program wrote it, read it as Windows-1252",
            legacy=True,
        ) from None


def _strict(data: bytes, encoding: str) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        name = {"utf-8": "UTF-8", "cp1252": "Windows-1252"}.get(encoding, "UTF-16")
        raise EncodingError(f"is not whole {name} text: byte {error.start + 1} is wrong") from None
