"""Names that mean something else here than usual."""

from .simple import ObservatoryMessage

len = lambda value: 42


class KeyError(Exception):
    """Not the one of Python."""


class ShadowsV1(ObservatoryMessage):
    """Accessors that use them."""

    topic = "observatory.shadows"

    @property
    def length(self):
        return len(self.body)

    @property
    def catches(self):
        try:
            return self.body["x"]
        except KeyError:
            return "caught"

    @property
    def names(self):
        return sorted(self.body)
