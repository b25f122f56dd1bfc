"""Certificates for servers on loopback, made for one test run by an authority that only its clients trust."""

from __future__ import annotations

import functools
import ssl
from pathlib import Path

import trustme


@functools.cache
def _authority() -> tuple[trustme.CA, trustme.LeafCert]:
    authority = trustme.CA()
    return authority, authority.issue_cert("127.0.0.1", "localhost")


def server_tls() -> ssl.SSLContext:
    """Return what a server on 127.0.0.1 needs."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    _authority()[1].configure_cert(context)
    return context


def client_tls() -> ssl.SSLContext:
    """Return what trusts such a server, and nothing else."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    _authority()[0].configure_trust(context)
    return context


def authority_file(folder: Path) -> Path:
    """Write the authority's certificate for processes that trust what `SSL_CERT_FILE` names."""
    path = folder / "authority.pem"
    _authority()[0].cert_pem.write_to_path(path)
    return path
