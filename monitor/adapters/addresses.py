"""Which IP addresses may be connected to: the guard against server-side request forgery.

A name is vetted when it is resolved and the address again when the socket is made, so that neither a rebinding name
server nor a redirect nor an odd spelling (`127.1`, `0x7f000001`, `::ffff:10.0.0.1`) reaches the inside of a network.
"""

from __future__ import annotations

import socket
from collections.abc import Sequence
from functools import lru_cache
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from typing import Any

from aiohttp.abc import AbstractResolver, ResolveResult

from monitor.config import FetchPolicy

_Address = IPv4Address | IPv6Address
_NAT64 = (IPv6Network("64:ff9b::/96"), IPv6Network("64:ff9b:1::/48"))
_REMEMBERED = 10_000
_COMPATIBLE = IPv6Network("::/96")
# What Python's `is_global` lets through and no publisher uses.
_NEVER = (
    IPv4Network("100.64.0.0/10"),  # carrier-grade NAT, RFC 6598
    IPv4Network("192.0.0.0/24"),  # IETF protocol assignments, RFC 6890
    IPv4Network("192.88.99.0/24"),  # 6to4 relay anycast, RFC 7526
    IPv4Network("168.63.129.16/32"),  # a cloud's metadata and DNS service on a public address
    IPv6Network("fec0::/10"),  # site-local, RFC 3879
    IPv6Network("2001::/23"),  # IETF protocol assignments
)


class ForbiddenAddressError(OSError):
    """An address that the policy denies; an OSError, so that connection code treats it as a failed connection."""


class AddressPolicy:
    """The addresses that a FetchPolicy allows."""

    def __init__(self, policy: FetchPolicy) -> None:
        self._known: dict[str, bool] = {}
        self._all = policy.allow_private
        self._networks = [ip_network(block, strict=False) for block in policy.private_networks]

    def allows(self, host: str) -> bool:
        """Say whether an IP address (with or without zone) may be connected to."""
        if (known := self._known.get(host)) is None:
            if len(self._known) >= _REMEMBERED:
                self._known.clear()
            known = self._known[host] = self._judge(host)
        return known

    def _judge(self, host: str) -> bool:
        address = ip_address(host.partition("%")[0])
        if self._all or any(address in block for block in self._networks if block.version == address.version):
            return True
        embedded = _embedded(address)
        if any(inner in block for inner in embedded for block in self._networks if block.version == inner.version):
            return True
        return not embedded and _is_public(address)

    def is_inside(self, host: str) -> bool:
        """Say whether an allowed address is one of the operator's own network."""
        return _is_inside(host)


@lru_cache(maxsize=_REMEMBERED)
def _is_inside(host: str) -> bool:
    address = ip_address(host.partition("%")[0])
    return bool(_embedded(address)) or not _is_public(address)


def _is_public(address: _Address) -> bool:
    if address.is_multicast or any(address in block for block in _NEVER if block.version == address.version):
        return False
    return address.is_global


def _embedded(address: _Address) -> list[IPv4Address]:
    """Return the IPv4 addresses that an IPv6 address carries: mapped, compatible, 6to4, Teredo, NAT64, ISATAP."""
    if isinstance(address, IPv4Address):
        return []
    low = IPv4Address(int(address) & 0xFFFFFFFF)
    found = [part for part in (address.ipv4_mapped, address.sixtofour, *(address.teredo or ())) if part is not None]
    if any(address in block for block in _NAT64):
        found.append(low)
    if address in _COMPATIBLE and int(address) > 1:
        found.append(low)
    if (int(address) >> 32) & 0xFFFFFFFF in {0x00005EFE, 0x02005EFE}:
        found.append(low)
    return found


class VettingResolver(AbstractResolver):
    """Resolves through another resolver and drops forbidden addresses; ForbiddenAddressError when none is left."""

    def __init__(self, policy: AddressPolicy, inner: AbstractResolver) -> None:
        self._policy, self._inner = policy, inner

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        """Return the allowed addresses of a name."""
        found = await self._inner.resolve(host, port, family)
        allowed = [item for item in found if self._policy.allows(item["host"])]
        if found and not allowed:
            raise ForbiddenAddressError(f"{host} is at {found[0]['host']}")
        return allowed

    async def close(self) -> None:
        """Close the inner resolver."""
        await self._inner.close()


class GuardedSockets:
    """A socket factory for aiohttp that refuses to make a socket for a forbidden address."""

    def __init__(self, policy: AddressPolicy) -> None:
        self._policy = policy

    def __call__(self, info: tuple[Any, Any, int, str, Sequence[Any]]) -> socket.socket:
        family, kind, protocol, _, address = info
        if not self._policy.allows(str(address[0])):
            raise ForbiddenAddressError(f"{address[0]} is not public")
        made = socket.socket(family, kind, protocol)
        made.setblocking(False)
        return made
