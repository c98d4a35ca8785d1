"""What can go wrong on the way through; every message is one line for the person who reads it."""


class UsageError(Exception):
    """The command or the settings are wrong: nothing can be done (exit status 2)."""


class DossierError(Exception):
    """One dossier cannot be reported on; the others go on (exit status 1)."""


class IncompleteError(Exception):
    """All dossiers are done, but what came of them could not be kept where it belongs (exit status 1)."""


class StorageFault(Exception):
    """The storage did not answer, or not as it should: worth another try."""
