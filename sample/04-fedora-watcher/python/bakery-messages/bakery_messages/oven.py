"""Messages about the oven."""

from fedora_messaging.message import WARNING

from .base import SCHEMA, BakeryMessage


class OvenBrokenV1(BakeryMessage):
    """The oven does not work."""

    topic = "bakery.oven.broken"
    severity = WARNING
    body_schema = {
        "$schema": SCHEMA,
        "type": "object",
        "properties": {
            "agent": {"type": "string"},
            "oven": {"type": "string", "enum": ["bread", "cake"]},
            "degrees": {"type": "number", "description": "The temperature in degrees Celsius"},
        },
        "required": ["agent", "oven"],
    }

    @property
    def summary(self):
        return f"{self.agent_name} reports that the {self.body['oven']} oven is broken"
