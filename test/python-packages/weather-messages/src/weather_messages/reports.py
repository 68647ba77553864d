"""Reports, in two versions, and warnings."""

from fedora_messaging.message import WARNING

from .base import STATION, WeatherMessage

SCHEMA = "http://json-schema.org/draft-04/schema#"


class ReportV1(WeatherMessage):
    """A report of the weather."""

    topic = "weather.report"
    deprecated = True
    body_schema = {
        "id": "https://weather.example.org/report",
        "$schema": SCHEMA,
        "description": "A report of a station",
        "type": "object",
        "properties": {
            "station": STATION,
            "temperature": {"type": "number", "description": "In degrees Celsius"},
            "sky": {"type": "string", "enum": ["clear", "cloudy", "overcast", "fog", "rain", "snow", "hail"]},
        },
        "required": ["station", "temperature"],
    }

    @property
    def summary(self):
        return f"{self.station_code}: {self.body['temperature']} degrees"


class ReportV2(ReportV1):
    """A report of the weather, with wind."""

    deprecated = False
    body_schema = {
        "$schema": SCHEMA,
        "type": "object",
        "properties": {
            "station": STATION,
            "temperature": {"type": ["number", "null"]},
            "wind": {
                "type": "object",
                "properties": {"speed": {"type": "integer"}, "direction": {"enum": ["N", "E", "S", "W", None]}},
                "required": ["speed"],
            },
        },
        "required": ["station"],
    }


class StormV1(WeatherMessage):
    """A storm comes."""

    topic = "weather.storm"
    severity = WARNING
    body_schema = {
        "$schema": SCHEMA,
        "type": "object",
        "properties": {"station": STATION, "others": {"type": "array", "items": STATION}},
        "required": ["station"],
    }
    headers_schema = {"$schema": SCHEMA, "type": "object", "required": ["region"]}

    @property
    def summary(self):
        return "A storm comes"

    @property
    def groups(self):
        return sorted({station["code"] for station in self.body.get("others", [])})
