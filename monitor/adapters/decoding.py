"""Content codings, undone piece by piece with a cap on what comes out (RFC 9110 section 8.4)."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterable
from typing import Protocol

import brotli
import zstandard

ACCEPTED = "gzip, br, zstd, deflate"
_STEP = 64 * 1024
_MAX_CODINGS = 2


class DecodedTooLargeError(ValueError):
    """More came out than the cap allows: a bomb, or just a huge document."""


class BrokenCodingError(ValueError):
    """The bytes are not what Content-Encoding says, or end too early."""


class _Decoder(Protocol):
    def feed(self, data: bytes, room: int) -> Iterable[bytes]: ...

    def finish(self) -> None: ...


class _Zlib:
    """gzip (with several members) and deflate (with or without the zlib header, as servers send both)."""

    def __init__(self, bits: int) -> None:
        self._bits = bits
        self._inner = zlib.decompressobj(bits)
        self._started = False

    def feed(self, data: bytes, room: int) -> Iterable[bytes]:
        while data:
            if self._inner.eof:
                if self._bits != 31 or not data.strip(b"\0"):
                    return
                self._inner = zlib.decompressobj(self._bits)
            yield self._step(data)
            data = self._inner.unconsumed_tail or self._inner.unused_data

    def _step(self, data: bytes) -> bytes:
        try:
            out = self._inner.decompress(data, _STEP)
        except zlib.error:
            if self._bits != 15 or self._started:
                raise
            self._bits, self._inner = -15, zlib.decompressobj(-15)
            out = self._inner.decompress(data, _STEP)
        self._started = True
        return out

    def finish(self) -> None:
        if not self._inner.eof:
            raise BrokenCodingError("ends inside the compressed stream")


class _Brotli:
    def __init__(self) -> None:
        self._inner = brotli.Decompressor()

    def feed(self, data: bytes, room: int) -> Iterable[bytes]:
        yield self._inner.process(data, output_buffer_limit=_STEP)
        while not self._inner.can_accept_more_data():
            yield self._inner.process(b"", output_buffer_limit=_STEP)

    def finish(self) -> None:
        if not self._inner.is_finished():
            raise BrokenCodingError("ends inside the compressed stream")


class _Zstd:
    """zstd; a block of a few bytes may stand for 128 KiB, so input goes in by small slices."""

    def __init__(self) -> None:
        self._inner = zstandard.ZstdDecompressor(max_window_size=2**23).decompressobj(read_across_frames=True)

    def feed(self, data: bytes, room: int) -> Iterable[bytes]:
        for start in range(0, len(data), 256):
            yield self._inner.decompress(data[start : start + 256])

    def finish(self) -> None:
        return


_MAKERS: dict[str, Callable[[], _Decoder]] = {
    "gzip": lambda: _Zlib(31),
    "x-gzip": lambda: _Zlib(31),
    "deflate": lambda: _Zlib(15),
    "br": _Brotli,
    "zstd": _Zstd,
}


class BodyDecoder:
    """Takes a body's chunks as they arrive; raises DecodedTooLargeError as soon as the cap is passed."""

    def __init__(self, codings: str, cap: int) -> None:
        names = [name.strip().lower() for name in codings.split(",")]
        names = [name for name in names if name not in {"", "identity"}]
        unknown = [name for name in names if name not in _MAKERS]
        if unknown or len(names) > _MAX_CODINGS:
            raise BrokenCodingError(f"Content-Encoding {codings[:80]!r} is not offered by us")
        self._chain = [_MAKERS[name]() for name in reversed(names)]
        self._cap, self._size = cap, 0
        self._parts: list[bytes] = []

    def feed(self, chunk: bytes) -> None:
        """Take a chunk of the body as it came over the wire."""
        try:
            self._pass(chunk, 0)
        except (zlib.error, brotli.error, zstandard.ZstdError) as error:
            raise BrokenCodingError(str(error)) from error

    def _pass(self, data: bytes, level: int) -> None:
        if level == len(self._chain):
            self._keep(data)
            return
        for piece in self._chain[level].feed(data, self._cap - self._size):
            self._pass(piece, level + 1)

    def _keep(self, data: bytes) -> None:
        self._size += len(data)
        if self._size > self._cap:
            raise DecodedTooLargeError(f"more than {self._cap} bytes after decoding")
        self._parts.append(data)

    def finish(self) -> bytes:
        """Return the whole decoded body."""
        if self._size or self._parts:
            for decoder in self._chain:
                decoder.finish()
        return b"".join(self._parts)
