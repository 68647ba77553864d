"""What all messages of weather stations share."""

import re

from fedora_messaging import message
from fedora_messaging.schema_utils import user_avatar_url

BASE_URL = "https://weather.example.org"
SCALES = {1: "breeze", 2: "gale"}
STATION_RE = re.compile(r"^[A-Z]{4}$")

STATION = {
    "type": "object",
    "description": "A weather station",
    "properties": {
        "code": {"type": "string", "description": "The four letters of the station"},
        "name": {"type": ["string", "null"]},
        "keeper": {"type": "string"},
    },
    "required": ["code", "keeper"],
}


class WeatherMessage(message.Message):
    """A message of a weather station."""

    app_name = "Weather"
    app_icon = None

    @property
    def agent_name(self):
        return self.body["station"]["keeper"]

    @property
    def agent_avatar(self):
        return user_avatar_url(self.agent_name)

    @property
    def url(self):
        return f"{BASE_URL}/stations/{self.body['station']['code']}"

    @property
    def station_code(self):
        """The code of the station, in capital letters."""
        return self.body["station"]["code"].upper()

    def __str__(self):
        return self.summary
