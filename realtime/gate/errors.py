"""The two answers of the gate that are not "yes"."""


class Refused(Exception):
    """The bytes may never enter. `code` is stable and for programs; the connection is closed with 4400."""

    def __init__(self, code: str, detail: str = ""):
        super().__init__(f"{code}: {detail}" if detail else code)
        self.code = code


class Missing(Exception):
    """The update builds on something that the server does not have.

    Nothing is wrong with it, but nothing pending is ever stored: the answer is sync step 1, so that the client sends
    all of it.
    """
