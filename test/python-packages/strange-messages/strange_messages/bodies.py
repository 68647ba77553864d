from fedora_messaging import message


class MessageBody(message.Message):
    """The module has the name of a file of ours, and the class that of a body."""
