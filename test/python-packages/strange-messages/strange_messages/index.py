from fedora_messaging import message


class Indexed(message.Message):
    """The module has the name of a file of ours."""

    deprecated = True
