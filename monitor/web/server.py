"""Running the desk."""

from __future__ import annotations

import uvicorn

from monitor.app import storage_url
from monitor.config import Config
from monitor.store.repository import open_store
from monitor.web.application import build_desk


def serve(config: Config, listen: str | None = None) -> None:
    """Serve the desk until SIGTERM or SIGINT. `listen` overrides the config's address. Raises StoreError."""
    host, _, port = (listen or config.web.listen).rpartition(":")
    store = open_store(storage_url(config))
    try:
        uvicorn.run(
            build_desk(config, store),
            host=host.strip("[]"),
            port=int(port),
            log_level="warning",
            access_log=False,  # it would write the tokens of feed addresses into the log
            server_header=False,
            timeout_graceful_shutdown=5,
            timeout_keep_alive=15,
            forwarded_allow_ips="127.0.0.1,::1",  # a reverse proxy on this machine may say who asks
        )
    finally:
        store.close()
