"""The way through: from a source of dossiers to their reports. Prefect wraps it for the night."""
