"""Measurements on generated dossiers: accuracy and speed, never part of the tests."""
