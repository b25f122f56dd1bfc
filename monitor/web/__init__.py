"""The desk: pages, JSON API and feeds of conflicts. `monitor.web.server.serve` runs it."""
