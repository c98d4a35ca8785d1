"""The reviewer's desk without its pages: the list of dossiers, what people do with one, what comes of it."""
