"""Names of languages as pages write them."""

from __future__ import annotations

DEFAULT = "en"


def language_code(tag: str | None) -> str:
    """Return the ISO 639-1 code of a language tag (RFC 5646, or a POSIX locale); English for none."""
    return (tag or DEFAULT).lower().replace("_", "-").partition("-")[0]
