"""Paper becomes facts: pages, lines, documents, fields. Nothing here judges."""
