from fedora_messaging import message


class Message(message.Message):
    """Another module has a class of this name."""

    body_schema = {"type": "object", "properties": {"x": {"type": "string"}}, "required": ["x"]}
