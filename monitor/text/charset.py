"""Bytes → text: BOM, then the HTTP header, then the XML declaration, then `<meta>`, then detection.

The order is that of RFC 7303 section 3 and the HTML standard; labels follow the WHATWG Encoding standard, in which
`iso-8859-1` means windows-1252.
"""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass

import charset_normalizer

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_UNMARKED = ((b"<\0?\0", "utf-16-le"), (b"\0<\0?", "utf-16-be"), (b"<\0\0\0", "utf-32-le"), (b"\0\0\0<", "utf-32-be"))
_ALIASES = {
    "iso8859-1": "cp1252",
    "ascii": "cp1252",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "iso8859-9": "cp1254",
    "iso8859-11": "cp874",
    "shift_jis": "cp932",
    "euc_kr": "cp949",
}
_HEADER = re.compile(r"charset\s*=\s*[\"']?\s*([^\s\"';,]+)", re.IGNORECASE)
_XML = re.compile(rb"^\s*<\?xml[^>]{0,200}?encoding\s*=\s*[\"']\s*([A-Za-z0-9._:-]+)")
_META = re.compile(rb"<meta[^>]{0,300}?charset\s*=\s*[\"']?\s*([A-Za-z0-9._:-]+)", re.IGNORECASE)
_SAMPLE = 64 * 1024


@dataclass(frozen=True, slots=True)
class Decoded:
    """Text, the codec that read it, what named that codec, and whether bytes had to be replaced."""

    text: str
    encoding: str
    origin: str
    damaged: bool = False


def decode(body: bytes, content_type: str | None = None) -> Decoded:
    """Decode a document; never raises. Candidates that cannot read the bytes give way to the next."""
    for mark, name in _BOMS:
        if body.startswith(mark):
            return _replace(body[len(mark) :], name, "bom")
    candidates = _candidates(body, content_type)
    for name, origin in candidates:
        if name == "cp1252" and origin == "header" and _is_utf8_beyond_ascii(body):
            continue  # a server's blanket default; valid multi-byte UTF-8 does not arise by accident
        try:
            return Decoded(body.decode(name), name, origin)
        except (UnicodeDecodeError, ValueError):
            continue
    if _is_utf8_beyond_ascii(body) or body.isascii():
        return Decoded(body.decode("utf-8"), "utf-8", "detected")
    return _replace(body, candidates[0][0], candidates[0][1]) if candidates else _detect(body)


def _candidates(body: bytes, content_type: str | None) -> list[tuple[str, str]]:
    found = _HEADER.search(content_type or "")
    names = [(found[1] if found else "", "header")]
    names += [(name, "pattern") for mark, name in _UNMARKED if body.startswith(mark)]
    for pattern, origin in ((_XML, "xml"), (_META, "meta")):
        match = pattern.search(body[:4096])
        names.append((match[1].decode("ascii") if match else "", origin))
    known = ((_codec(name, body), origin) for name, origin in names if name)
    return [(name, origin) for name, origin in known if name]


def _codec(name: str, body: bytes) -> str:
    try:
        info = codecs.lookup(name)
    except (LookupError, ValueError):
        return ""
    if not info._is_text_encoding or info.name in {"idna", "punycode", "unicode-escape", "raw-unicode-escape", "utf-7"}:
        return ""
    if info.name.startswith(("utf-16", "utf-32")) and b"\0" not in body[:64]:
        return ""  # a declaration that could be read as ASCII contradicts itself
    return _ALIASES.get(info.name, info.name)


def _is_utf8_beyond_ascii(body: bytes) -> bool:
    if body.isascii():
        return False
    try:
        body.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _detect(body: bytes) -> Decoded:
    # A few bad bytes in what is otherwise UTF-8 (cut inside a character, a stray byte) are damage, not another charset.
    text = body.decode("utf-8", "replace")
    if text.count("\ufffd") * 20 <= sum(1 for char in text[:_SAMPLE] if char > "\x7f"):
        return Decoded(text, "utf-8", "detected", True)
    best = charset_normalizer.from_bytes(body[:_SAMPLE]).best()
    return _replace(body, best.encoding if best else "cp1252", "detected")


def _replace(body: bytes, name: str, origin: str) -> Decoded:
    text = body.decode(name, "replace")
    return Decoded(text, name, origin, "\ufffd" in text)
