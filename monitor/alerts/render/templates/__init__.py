"""The bundled templates; a file of the same name in `alerts.templates` takes its place."""
