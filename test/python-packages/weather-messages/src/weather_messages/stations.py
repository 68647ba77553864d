"""Messages whose Python classes do what only Python can."""

import enum
import typing

from fedora_messaging import message

from .base import STATION, WeatherMessage


class State(enum.Enum):
    UP = 1
    DOWN = 2


class Reading(typing.NamedTuple):
    value: float
    unit: str


class WithReading:
    """Not a message itself: messages inherit from it, too."""

    @property
    def reading(self):
        return Reading(self.body["value"], self.body["unit"])

    @property
    def packages(self):
        return [self.body["unit"]]


class StationV1(WeatherMessage):
    """A station has changed its state."""

    topic = "weather.station"
    body_schema = {"type": "object", "properties": {"station": STATION, "state": {"type": "integer"}}}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.priority = 1

    @property
    def state(self):
        return State(self.body["state"]).name

    @staticmethod
    def parse(text):
        return text.split(",")

    usernames = property(lambda self: [self.agent_name])


class ReadingV1(WithReading, WeatherMessage):
    """A reading of an instrument; it has no topic of its own."""

    body_schema = {"type": "object", "properties": {"value": {"type": "number"}, "unit": {"type": "string"}}}


class RelayV1(message.Message):
    """A message that is passed on: its topic says what is in it."""

    @property
    def body_schema(self):
        return {"type": "object", "required": [self.topic.split(".")[-1]]}
