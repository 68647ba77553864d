"""Objects between the body and the accessors: named tuples, enumerations, bases of a class."""

import enum
import typing

from .helpers import truncate
from .simple import ObservatoryMessage


class Phase(enum.Enum):
    """The phase of an orbit."""

    NEAR = 1
    FAR = 2


class Orbit(typing.NamedTuple):
    """An orbit."""

    name: str
    bodies: list

    @property
    def short_name(self):
        """Its name, shortened."""
        return truncate(self.name)

    def size(self):
        return len(self.bodies)


class _Orbiting(ObservatoryMessage):
    """A message about something in an orbit."""

    _verb = "moves"

    @property
    def orbit(self):
        """The orbit."""
        if not hasattr(self, "_orbit_object"):
            self._orbit_object = Orbit(self._orbit["name"], [Orbit(one, []) for one in self._orbit["bodies"]])
        return self._orbit_object

    @property
    def _orbit(self):
        return self.body["orbit"]

    @property
    def phase(self):
        return Phase(self.body["phase"]).name.lower()

    @property
    def is_near(self):
        return self.body["phase"] in (Phase.NEAR.value, 7)

    def _prefix(self):
        return "In orbit " + self.orbit.short_name

    @property
    def summary(self):
        return f"{self._prefix()}: {self._subject} {self._verb}, {self.orbit.size()} bodies"

    @property
    def packages(self):
        return [orbit.name for orbit in self.orbit.bodies]


class CometV1(_Orbiting):
    """A comet comes."""

    topic = "observatory.comet"
    body_schema = {"type": "object", "properties": {"orbit": {"type": "object"}, "comet": {"type": "string"}}}
    _verb = "comes"

    @property
    def _subject(self):
        return self.body["comet"]


class CometV2(CometV1):
    """A comet comes, with a tail."""

    @property
    def _orbit(self):
        return {"name": self.body["path"], "bodies": []}

    def _prefix(self):
        return super()._prefix() + " (tail)"

    @property
    def summary(self):
        return super(CometV2, self).summary.upper()


class Burning:
    """What burns; not a message itself."""

    @property
    def heat(self):
        raise NotImplementedError

    @property
    def is_hot(self):
        return self.heat > 100

    @property
    def app_icon(self):
        return "fire"


class _Doubled(_Orbiting):
    @property
    def _subject(self):
        return "Two"

    def _prefix(self):
        return "Doubled: " + super()._prefix()


class _Tripled(_Orbiting):
    def _prefix(self):
        return "Tripled: " + super()._prefix()

    @property
    def plain_prefix(self):
        return super()._prefix()

    @property
    def plain_phase(self):
        return super().phase


class TwinV1(_Doubled, _Tripled):
    """In Python, super() of one base is the other base."""

    topic = "observatory.twin"


class _Shape(ObservatoryMessage):
    def area(self):
        return 1

    @property
    def edge(self):
        return 2

    def scaled(self, factor=1):
        return factor

    @property
    def area_text(self):
        return f"{self.area()}"


class SquareV1(_Shape):
    """Its members replace others of another kind."""

    topic = "observatory.square"

    @property
    def area(self):
        return 3

    def edge(self):
        return 4

    def scaled(self, factor, more):
        return factor + more

    def summary(self):
        return "a method"


class Coloured(_Orbiting):
    # A constructor sets the second of these.
    _subject = "Something"
    size_name = "small"

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.size_name = "large"

    @property
    def colour(self):
        return self.body["colour"]

    @property
    def colour_text(self):
        return f"It is {self.colour}"

    @property
    def size_text(self):
        return "It is " + self.size_name


class GreyV1(Coloured):
    """A class attribute in the place of a property."""

    topic = "observatory.grey"
    colour = "grey"


class MeteorV1(Burning, _Orbiting):
    """A meteor: with two bases."""

    topic = "observatory.meteor"
    _subject = "A meteor"

    @property
    def heat(self):
        return self.body["heat"]
