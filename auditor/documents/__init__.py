"""Documents that a site offers: listed, fetched, opened apart, and judged by document rules."""


class Unreadable(Exception):
    """A file that cannot be opened or is too much to read; the text says why, in a sentence for people."""
