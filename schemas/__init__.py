"""The nouns of Heyan: pydantic models that every other package speaks in. No logic, no input or output."""
