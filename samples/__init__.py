"""Fictional dossiers to try the software on."""
