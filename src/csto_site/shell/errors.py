"""The failure of the world around us, as one line for people."""


class SiteError(Exception):
    """Something outside the content kept a command from its work: a folder, a lock, a missing program.

    Its text is one line that says what happened and what to do; only `cli` catches it. `path` is the file at fault,
    "" where there is none.
    """

    path = ""
