"""Conversations with a server: made (talks.py), mutated (mutations.py), had
over plain sockets (peer.py) and judged (verdict.py). Unlike the clients beside
it this is made to be quick: a million requests have to be feasible."""


class Finding(Exception):
    """The server did what it must not."""
