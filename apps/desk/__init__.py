"""The reviewer's desk: a web application, rendered on the server, that works with the keyboard and without scripts."""
