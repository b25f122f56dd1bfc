"""Secrets of feed addresses, added at the door and taken out again: nothing behind it ever sees them."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterable
from dataclasses import dataclass, replace

from monitor.config.addresses import login_of, public_address, secrets_of, without_login
from monitor.errors import FetchError
from monitor.model import Source
from monitor.ports import Fetcher, FetchRequest, FetchResult


@dataclass(frozen=True, slots=True)
class _Secret:
    address: str
    authorization: str | None
    words: tuple[str, ...]


class CredentialedFetcher:
    """Asks for a feed at the address that the config has for it, and answers as if the public one had been asked."""

    def __init__(self, inner: Fetcher, sources: Iterable[Source]) -> None:
        self._inner = inner
        self._secrets = {public_address(one.feed): _secret(one.feed) for one in sources if secrets_of(one.feed)}

    async def fetch(self, request: FetchRequest) -> FetchResult:
        """Return the final answer; raises FetchError that names no secret."""
        secret = self._secrets.get(request.url)
        if secret is None:
            return await self._inner.fetch(request)
        try:
            asked = replace(request, url=secret.address, authorization=secret.authorization)
            result = await self._inner.fetch(asked)
        except FetchError as error:
            # Not chained: the cause holds the address, and a traceback would print it.
            raise FetchError(error.reason, _hide(error.detail, secret), request.url, error.retry) from None
        return _public(result, request.url, secret)


def _secret(feed: str) -> _Secret:
    login = login_of(feed)
    authorization = None if login is None else "Basic " + b64encode(":".join(login).encode()).decode()
    return _Secret(without_login(feed), authorization, tuple(secrets_of(feed)))


def _public(result: FetchResult, url: str, secret: _Secret) -> FetchResult:
    """Return an answer without the secret: servers repeat an address in links, headers and bodies.

    Redirects are left out, so that none is remembered: the next poll asks where the config says.
    """
    body = result.body
    for word in secret.words:
        if len(word) >= 6:  # a short word stands in any text, and hiding it would spoil that
            body = body.replace(word.encode(), b"~")
    headers = {name: _hide(value, secret) for name, value in result.headers.items()}
    return replace(result, url=url, final_url=url, hops=(), headers=headers, body=body)


def _hide(text: str, secret: _Secret) -> str:
    # Messages cut an address after 200 characters, which may be in the midst of a secret.
    text = text.replace(secret.address[:200], public_address(secret.address)[:200])
    for word in secret.words:
        text = text.replace(word, "~")
    return text
