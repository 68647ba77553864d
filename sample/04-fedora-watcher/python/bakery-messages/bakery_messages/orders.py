"""Messages about orders."""

from .base import SCHEMA, BakeryMessage

ORDER = {
    "type": "object",
    "description": "An order of a customer",
    "properties": {
        "number": {"type": "integer"},
        "customer": {"type": "string"},
        "items": {"type": "array", "items": {"type": "string"}},
    },
    "required": ["number", "customer", "items"],
}


class OrderMessage(BakeryMessage):
    """A message about an order."""

    @property
    def usernames(self):
        return sorted({self.body["order"]["customer"], self.agent_name})

    @property
    def items(self):
        """What the customer has ordered, with commas."""
        return ", ".join(self.body["order"]["items"])


class OrderPlacedV1(OrderMessage):
    """A customer has placed an order."""

    topic = "bakery.order.placed"
    body_schema = {
        "$schema": SCHEMA,
        "type": "object",
        "properties": {
            "agent": {"type": "string"},
            "order": ORDER,
            "note": {"type": ["string", "null"], "description": "A wish of the customer"},
        },
        "required": ["agent", "order"],
    }

    @property
    def summary(self):
        text = f"{self.body['order']['customer']} ordered {self.items}"
        if self.body.get("note"):
            text += f" ({self.body['note']})"
        return text


class OrderReadyV1(OrderMessage):
    """An order is ready."""

    topic = "bakery.order.ready"
    body_schema = {
        "$schema": SCHEMA,
        "type": "object",
        "properties": {"agent": {"type": "string"}, "order": ORDER},
        "required": ["agent", "order"],
    }

    @property
    def summary(self):
        return f"{self.agent_name} baked {self.items} for {self.body['order']['customer']}"
