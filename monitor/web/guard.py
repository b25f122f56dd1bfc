"""Who may come in: password, tokens, sessions, forged requests, and how often a password may be tried."""

from __future__ import annotations

import hashlib
import hmac
import ipaddress
import secrets
import threading
from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from monitor.config import WebPolicy

TRIES, PER_SECONDS = 5, 60.0
ALL_TRIES = 60  # of everybody together in that time: one attacker with many addresses is still one


def digest(text: str) -> str:
    """Return the hash under which a cookie is stored."""
    return hashlib.sha256(text.encode()).hexdigest()


def csrf_token(cookie: str) -> str:
    """Return what a form must carry along with the cookie; a foreign page can read neither."""
    return digest(f"csrf:{cookie}")


def new_cookie() -> str:
    """Return a value that nobody can guess."""
    return secrets.token_urlsafe(32)


@dataclass(frozen=True)
class Guard:
    """Decides from the config alone."""

    policy: WebPolicy

    @property
    def open(self) -> bool:
        """True when nothing is asked of visitors, which the config allows on loopback only."""
        return not self.policy.password and not self.policy.tokens

    def knows_token(self, token: str | None) -> bool:
        """Tell whether this is one of the API tokens, in the same time for every answer."""
        return token is not None and _among(token, self.policy.tokens)

    def knows_password(self, given: str) -> bool:
        """Tell whether this opens a session: the password, or where there is none, a token."""
        return _among(given, [self.policy.password] if self.policy.password else self.policy.tokens)

    def allows_host(self, host: str) -> bool:
        """Tell whether an open desk answers to this Host header.

        A foreign page may make its own name resolve to loopback (DNS rebinding) and would then be of our origin.
        """
        if not self.open:
            return True
        name = _hostname(f"//{host}")
        known = {"localhost", _hostname(self.policy.public_url or "")} - {""}
        return name in known or _is_loopback(name)


def same_origin(host: str, origin: str | None, fetch_site: str | None) -> bool:
    """Tell whether a request that changes something comes from our own pages, or from no browser at all."""
    if fetch_site is not None and fetch_site not in {"same-origin", "none"}:
        return False
    return origin is None or (origin != "null" and urlsplit(origin).netloc.lower() == host.lower())


def _among(given: str, known: Iterable[str | None]) -> bool:
    return any([hmac.compare_digest(given.encode(), one.encode()) for one in known if one])  # noqa: C419


def _hostname(url: str) -> str:
    try:
        return (urlsplit(url).hostname or "").lower()
    except ValueError:
        return ""


def _is_loopback(name: str) -> bool:
    try:
        return ipaddress.ip_address(name).is_loopback
    except ValueError:
        return False


@dataclass
class Throttle:
    """Counts failed logins by address and altogether, in a sliding window."""

    tries: int = TRIES
    seconds: float = PER_SECONDS
    together: int = ALL_TRIES
    _failed: deque[tuple[float, str]] = field(default_factory=deque)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def wait(self, address: str, now: float) -> float:
        """Return in how many seconds this address may try again; 0 when it may now."""
        with self._lock:
            while self._failed and self._failed[0][0] <= now - self.seconds:
                self._failed.popleft()
            mine = [at for at, who in self._failed if who == address]
            every = [at for at, _ in self._failed]
            return max(_until(mine, self.tries, self.seconds, now), _until(every, self.together, self.seconds, now))

    def failed(self, address: str, now: float) -> None:
        """Note a wrong password."""
        with self._lock:
            self._failed.append((now, address))


def _until(times: Sequence[float], most: int, seconds: float, now: float) -> float:
    return times[-most] + seconds - now if len(times) >= most else 0.0


def may_listen(policy: WebPolicy) -> bool:
    """Tell whether the address may be used: an open desk on loopback only."""
    host, _, port = policy.listen.rpartition(":")
    name = host.strip("[]")
    return port.isdigit() and bool(name) and (name == "localhost" or _is_loopback(name) or not Guard(policy).open)
